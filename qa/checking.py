"""A person's own draft against the library, sentence by sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

from index.article import Article, Span
from index.errors import UsageError
from index.retrieving import Evidence
from index.splitting import sentence_spans
from qa.answer import SCHEMA, Citation, Support
from qa.editing import Checker, Editor, Footnotes
from qa.evidence import NumberedEvidence
from qa.support import Check, check_sentence
from qa.words import normalise

DraftVerdict = Literal["supported", "contradicted", "not found"]
EVIDENCE = 10
# A sentence that shares this much of its content with a source, weighted by rarity, is
# about the same thing; then what differs is a contradiction and not another subject.
SAME_SUBJECT = 0.6
# Or this much of its words, figures and dates left aside, where it names nobody else.
SAME_WORDS = 0.8
_MARKUP = tuple(
    (re.compile(pattern), kept)
    for pattern, kept in (
        (r"^(?:\s*(?:>|[-*+](?=\s)|\d{1,3}[.)](?=\s)|#{1,6}(?=\s)))+\s*", ""),
        (r"!\[[^\]]*\]\([^)]*\)|\[\^[^\]]*\]", ""),
        (r"\[([^\]]+)\](?:\([^)]*\)|\[[^\]]*\])", r"\1"),
        (r"(\*\*|__|~~|`)(.+?)\1", r"\2"),
        (r"(?<!\w)([*_])(?!\s)(.+?)(?<!\s)\1(?!\w)", r"\2"),
    )
)


class EvidenceFinder(Protocol):
    """What is needed of a retriever."""

    def evidence(self, question: str, n: int = EVIDENCE) -> Evidence: ...


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """One sentence of a draft. `start` and `end` are offsets into the draft's text.

    `citations` are footnote numbers: what supports the sentence, or what contradicts it,
    or, when nothing was found, nothing.
    """

    text: str
    start: int
    end: int
    verdict: DraftVerdict
    citations: tuple[int, ...]
    support: Support


@dataclass(frozen=True, slots=True)
class DraftReport:
    """Every sentence of a draft with its verdict, and the footnotes."""

    sentences: tuple[DraftSentence, ...]
    citations: tuple[Citation, ...]

    def as_json(self) -> dict[str, Any]:
        """Return schema 1: what `footnote check --json` prints."""
        return {"schema": SCHEMA, **asdict(self)}


def check_draft(draft: Article, finder: EvidenceFinder, checker: Checker) -> DraftReport:
    """Check each sentence of a draft against the library.

    Raises:
        UsageError: the draft holds no sentence.
    """
    spans = [span for span in sentence_spans(draft) if _says_something(span.of(draft.text))]
    if not spans:
        raise UsageError("the draft holds no sentence to check")
    footnotes = Footnotes()
    sentences = tuple(_check(draft, span, finder, checker, footnotes) for span in spans)
    return DraftReport(sentences, tuple(footnotes.citations))


def _check(
    draft: Article, span: Span, finder: EvidenceFinder, checker: Checker, footnotes: Footnotes
) -> DraftSentence:
    text = " ".join(span.of(draft.text).split())
    stated = without_markup(text) if _is_markdown(draft) else text
    evidence = NumberedEvidence.of(finder.evidence(stated, n=EVIDENCE).sentences)
    cited, support = Editor(evidence, checker).find_support(stated)
    verdict: DraftVerdict = "not found"
    if support.holds:
        verdict = "supported"
    elif cited and _contradicts(stated, cited):
        verdict = "contradicted"
    shown = cited if verdict != "not found" else []
    numbers = tuple(footnotes.number(citation).number for citation in shown)
    return DraftSentence(text, span.start, span.end, verdict, numbers, support)


def without_markup(text: str) -> str:
    """Return a sentence of Markdown without the marks of lists, links, emphasis and notes."""
    for pattern, kept in _MARKUP:
        text = pattern.sub(kept, text)
    return text.strip()


def _is_markdown(draft: Article) -> bool:
    return Path(draft.path or "").suffix.lower() in {".md", ".markdown"}


def _contradicts(text: str, cited: Sequence[Citation]) -> bool:
    """Whether the nearest sentences speak of the same thing and say something else."""
    found = check_sentence(normalise(text), [normalise(citation.quote) for citation in cited])
    silent = {"unfinished"}
    if any(missing.kind == "name" for missing in found.missing):
        # That Iwaya "will attend" says nothing of whether Waltz did.
        silent |= {"modality", "attribution"}
    turned = [mismatch for mismatch in found.mismatches if mismatch.kind not in silent]
    differs = bool(turned) or any(missing.instead for missing in found.missing)
    return differs and _same_subject(found)


def _same_subject(found: Check) -> bool:
    """Whether claim and source share most of their content, or all but a figure or a date."""
    if found.measures["coverage"] >= SAME_SUBJECT:
        return True
    named = any(missing.kind == "name" for missing in found.missing)
    return found.measures["everywhere"] >= SAME_WORDS and not named


def _says_something(text: str) -> bool:
    words = [word for word in text.split() if any(character.isalpha() for character in word)]
    return len(words) >= 3 and not text.rstrip().endswith("?")

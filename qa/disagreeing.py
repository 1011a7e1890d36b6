"""Sources that differ: two articles that answer a question differently.

The sentence that answers is compared with the sentences most like it in other articles.
They differ when they speak of the same thing and give values of the kind asked for that
cannot both be exact, or stand at different levels of one scale (`qa.scales`: "rare", "a
historic first"). Said cautiously: both are shown with their dates, and a person judges.

Limits: dates, figures and the scales of the table; another disagreement in words is not seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from index.filters import Filter
from index.retrieving import Evidence, EvidenceSentence
from qa.answer import Citation
from qa.differing_values import Wanted, difference, said, same_value, wanted_value
from qa.evidence import NumberedEvidence, cite
from qa.scales import Asked, Level, asked_about, levels, near_words

LIKE_SENTENCES = 40
# A sentence is taken to answer when it is at least so likely to as the likeliest one; so many
# of them are compared with other articles.
ANSWERS = 0.4
MOST_ANSWERING = 3
# Sentences that stand on one scale speak of the same thing when so many words near the two
# wordings are shared, or asked about.
SHARED_NEAR = 2


class EvidenceFinder(Protocol):
    """What is needed of a retriever."""

    def evidence(
        self, question: str, n: int = LIKE_SENTENCES, where: Filter | None = None
    ) -> Evidence: ...


@dataclass(frozen=True, slots=True)
class FoundDisagreement:
    """The sentences that differ, the answering one first, and what they say in short."""

    citations: tuple[Citation, ...]
    about: str


def find_disagreement(
    question: str, evidence: NumberedEvidence, finder: EvidenceFinder, where: Filter | None = None
) -> FoundDisagreement | None:
    """Return the sentences of other articles that answer differently, or None."""
    if not evidence.citations:
        return None
    wanted = wanted_value(question)
    found = None if wanted is None else _of_values(wanted, evidence, finder, where)
    return found or _of_levels(asked_about(question), evidence, finder, where)


def _of_values(
    wanted: Wanted, evidence: NumberedEvidence, finder: EvidenceFinder, where: Filter | None
) -> FoundDisagreement | None:
    stating = [c for c in _answering(evidence) if said(wanted, c.quote)][:MOST_ANSWERING]
    for answering in stating:
        others = _differing(wanted, answering, {answering.article}, finder, where)
        if others:
            # What differs from the second source may be worded too unlike the first.
            known = {answering.article, *(citation.article for citation, _ in others)}
            further = _differing(wanted, others[0][0], known, finder, where)
            others += [
                (citation, instead)
                for citation, instead in further
                if not same_value(wanted, answering.quote, citation.quote)
            ]
            return _found(answering, said(wanted, answering.quote), others)
    return None


def _differing(
    wanted: Wanted,
    answering: Citation,
    known: set[str],
    finder: EvidenceFinder,
    where: Filter | None,
) -> list[tuple[Citation, str]]:
    """Return a sentence of each article not known that gives another value, and the value."""
    like = _like(answering, finder, where)
    article = next((s.article.text for s in like if s.article.id == answering.article), "")
    others: dict[str, tuple[Citation, str]] = {}
    for sentence in like:
        if sentence.article.id in known or sentence.article.id in others:
            continue
        instead = difference(wanted, answering.quote, article, sentence)
        if instead:
            others[sentence.article.id] = (cite(sentence.article, sentence.span, 0), instead)
    return list(others.values())


def _of_levels(
    asked: Asked, evidence: NumberedEvidence, finder: EvidenceFinder, where: Filter | None
) -> FoundDisagreement | None:
    """Return sentences that stand at another level of a scale than an answering one."""
    for answering in _answering(evidence):
        for own in levels(answering.quote, asked):
            around = [cite(s.article, s.span, 0) for s in _like(answering, finder, where)]
            looked_at = (*evidence.best_first(), *around)
            others = _at_other_levels(own, answering, {answering.article}, looked_at, asked)
            if others:
                # Who agrees with the first source differs from the second as much.
                second = others[0][0]
                known = {answering.article, *(citation.article for citation, _ in others)}
                for level in levels(second.quote, asked):
                    if level.scale == own.scale:
                        others += _at_other_levels(level, second, known, looked_at, asked)
                return _found(answering, own.words, others)
    return None


def _at_other_levels(
    own: Level, citation: Citation, known: set[str], looked_at: Sequence[Citation], asked: Asked
) -> list[tuple[Citation, str]]:
    """Return of each article not known the first sentence at another level, and its words."""
    near = near_words(citation.quote, own)
    others: dict[str, tuple[Citation, str]] = {}
    for other in looked_at:
        if other.article not in known and other.article not in others:
            words = _other_level(own, near, other.quote, asked)
            if words:
                others[other.article] = (other, words)
    return list(others.values())


def _other_level(own: Level, near: frozenset[str], sentence: str, asked: Asked) -> str:
    """Return the wording that puts a sentence elsewhere on the scale, "" when none does."""
    for level in levels(sentence, asked):
        if level.scale == own.scale and level.name != own.name:
            shared = near_words(sentence, level) & (near | asked.about)
            return level.words if len(shared) >= SHARED_NEAR else ""
    return ""


def _found(
    answering: Citation, own: str, others: Sequence[tuple[Citation, str]]
) -> FoundDisagreement:
    about = " / ".join(dict.fromkeys([f"“{own}”", *(f"“{instead}”" for _, instead in others)]))
    return FoundDisagreement((answering, *(citation for citation, _ in others)), about)


def _like(
    answering: Citation, finder: EvidenceFinder, where: Filter | None
) -> Sequence[EvidenceSentence]:
    return finder.evidence(answering.quote, n=LIKE_SENTENCES, where=where).sentences


def _answering(evidence: NumberedEvidence) -> list[Citation]:
    """Return the sentences that are likely to answer, best first."""
    ranked = evidence.best_first()
    least = ANSWERS * evidence.scores[ranked[0].number]
    return [citation for citation in ranked if evidence.scores[citation.number] >= least]

"""Sources that differ: two articles that answer a question with different dates or figures.

The sentence that answers is compared with the sentences most like it in other articles.
They differ when they speak of the same thing and give values of the kind asked for that
cannot both be exact. Said cautiously: both are shown with their dates, and a person judges.

What "the same thing" is: sentences very like one another by the embedder; or, for a vague
date in the same month ("mid-February", "the first half of February"), sentences less alike
of which the other's words are largely those of the answering article. An article that says
"their upcoming summit" never names in that sentence who will meet.

Limits: dates and figures only; a disagreement in words ("rare", "historic first") is not seen.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from index.answer_types import Kind, kind_of_answer
from index.filters import Filter
from index.retrieving import Evidence, EvidenceSentence
from qa.answer import Citation
from qa.dates import Date, dates
from qa.evidence import NumberedEvidence, cite
from qa.figures import Figure, figures
from qa.words import content_stems, normalise, rarity, tokens

LIKE_SENTENCES = 40
# Cosine of two sentences by the embedder.
SAME_THING = 0.72
SAME_VAGUE_MONTH = 0.35
# The share of the other sentence's content, weighted by rarity, in the answering article.
SHARED_WORDS = 0.3
# A sentence is taken to answer when it is at least so likely to as the likeliest one.
ANSWERS = 0.4

# A bare number or an ordinal says nothing of what is counted.
NO_UNIT = frozenset({None, "ordinal", "things"})
TIMES = frozenset({Kind.TIME})
AMOUNTS = frozenset({Kind.NUMBER, Kind.DURATION, Kind.MONEY, Kind.PERCENT})


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


@dataclass(frozen=True, slots=True)
class _Told:
    """A date with the word before it that bounds it: "before", "after" or ""."""

    date: Date
    bound: str

    @classmethod
    def of(cls, date: Date, sentence: str) -> _Told:
        before = sentence[: date.start].split()[-1:]
        word = before[0].lower() if before else ""
        return cls(date, word if word in {"before", "after"} else "")

    @property
    def words(self) -> str:
        """The date as it is told: "before mid-February"."""
        return f"{self.bound} {self.date.text.strip(' .,;')}".strip()


def find_disagreement(
    question: str, evidence: NumberedEvidence, finder: EvidenceFinder, where: Filter | None = None
) -> FoundDisagreement | None:
    """Return the sentences of other articles that answer differently, or None."""
    kind = kind_of_answer(question)
    if kind not in TIMES | AMOUNTS or not evidence.citations:
        return None
    answering = _answering(evidence, kind)
    if answering is None:
        return None
    others: list[tuple[Citation, str]] = []
    like = finder.evidence(answering.quote, n=LIKE_SENTENCES, where=where).sentences
    article = next((s.article.text for s in like if s.article.id == answering.article), "")
    for sentence in like:
        if sentence.article.id == answering.article:
            continue
        difference = _difference(kind, answering.quote, article, sentence)
        known = {citation.article for citation, _ in others}
        if difference and sentence.article.id not in known:
            others.append((cite(sentence.article, sentence.span, 0), difference))
    if not others:
        return None
    own = _said(kind, answering.quote)
    about = " / ".join(dict.fromkeys([f"“{own}”", *(f"“{said}”" for _, said in others)]))
    return FoundDisagreement((answering, *(citation for citation, _ in others)), about)


def _answering(evidence: NumberedEvidence, kind: Kind) -> Citation | None:
    ranked = evidence.best_first()
    least = ANSWERS * evidence.scores[ranked[0].number]
    for citation in ranked:
        if evidence.scores[citation.number] >= least and _said(kind, citation.quote):
            return citation
    return None


def _said(kind: Kind, sentence: str) -> str:
    """Return the words of the sentence's value of that kind, "" when it has none."""
    if kind in TIMES:
        told = _dates(sentence)
        return told[0].words if told else ""
    amounts = _amounts(sentence)
    return amounts[0].text if amounts else ""


def _difference(kind: Kind, answering: str, article: str, other: EvidenceSentence) -> str:
    """Return what the other sentence says instead, "" when it says the same or nothing."""
    if kind in TIMES:
        return _other_date(_dates(answering), article, other)
    if other.similarity < SAME_THING:
        return ""
    return _other_amount(_amounts(answering), _amounts(other.text))


def _other_date(own: Sequence[_Told], article: str, other: EvidenceSentence) -> str:
    theirs = _dates(other.text)
    if not own or not theirs or any(_agree(one, two) for one in own for two in theirs):
        return ""
    for told in theirs:
        same_month = any(one.date.part and one.date.month == told.date.month for one in own)
        vague = told.date.part and same_month
        near = other.similarity >= SAME_VAGUE_MONTH and _shared(other.text, article) >= SHARED_WORDS
        if other.similarity >= SAME_THING or (vague and near):
            return told.words
    return ""


def _shared(sentence: str, article: str) -> float:
    """Return the share of a sentence's content, weighted by rarity, that an article holds."""
    wanted = set(content_stems(tokens(normalise(sentence))))
    known = set(content_stems(tokens(normalise(article))))
    total = math.fsum(rarity(word) for word in wanted)
    return math.fsum(rarity(word) for word in wanted & known) / total if total else 0.0


def _agree(one: _Told, two: _Told) -> bool:
    """Whether two dates can be the same: no field that both state differs, nor their bounds.

    A part of a month and a day are not compared: "mid-February" may be February 14. That
    something comes before a day and that it comes on it are two things.
    """
    shared = one.date.stated.keys() & two.date.stated.keys()
    same = all(one.date.stated[field] == two.date.stated[field] for field in shared)
    exact = shared & {"day", "part"}
    return bool(shared) and same and (not exact or one.bound == two.bound)


def _dates(sentence: str) -> list[_Told]:
    """Return the dates that name a month: weekdays and "today" depend on the article's own."""
    plain = normalise(sentence)
    return [_Told.of(date, plain) for date in dates(plain) if date.month is not None]


def _amounts(sentence: str) -> list[Figure]:
    return [figure for figure in figures(normalise(sentence)) if figure.unit not in NO_UNIT]


def _other_amount(own: Sequence[Figure], theirs: Sequence[Figure]) -> str:
    """Return the other sentence's amount in a unit of ours with another value, or ""."""
    for amount in theirs:
        comparable = [one for one in own if one.unit == amount.unit]
        if comparable and all(one.value != amount.value for one in comparable):
            return amount.text
    return ""

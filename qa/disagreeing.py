"""Sources that differ: two articles that answer a question differently.

The sentence that answers is compared with the sentences most like it in other articles.
They differ when they speak of the same thing and give values of the kind asked for that
cannot both be exact, or stand at different levels of one scale (`qa.scales`: "rare", "a
historic first"). Said cautiously: both are shown with their dates, and a person judges.

What "the same thing" is: sentences very like one another by the embedder; or, for a vague
date in the same month ("mid-February", "the first half of February"), sentences less alike
of which the other's words are largely those of the answering article. An article that says
"their upcoming summit" never names in that sentence who will meet.

Limits: dates, figures and the scales of the table; another disagreement in words is not seen.
"""

from __future__ import annotations

import math
import re
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
from qa.scales import Asked, Level, asked_about, levels, near_words
from qa.words import content_stems, normalise, rarity, tokens

LIKE_SENTENCES = 40
# Cosine of two sentences by the embedder.
SAME_THING = 0.72
SAME_VAGUE_MONTH = 0.35
# The share of the other sentence's content, weighted by rarity, in the answering article.
SHARED_WORDS = 0.3
# A sentence is taken to answer when it is at least so likely to as the likeliest one; so many
# of them are compared with other articles.
ANSWERS = 0.4
MOST_ANSWERING = 3
# Sentences that stand on one scale speak of the same thing when so many words near the two
# wordings are shared, or asked about.
SHARED_NEAR = 2

# A bare number or an ordinal says nothing of what is counted.
NO_UNIT = frozenset({None, "ordinal", "things"})
TIMES = frozenset({Kind.TIME})
ASKS_TIME = re.compile(r"\b(?:when|date|what time|which (?:day|month|year))\b", re.IGNORECASE)
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
    if not evidence.citations:
        return None
    kind = _kind_of_value(question)
    found = None if kind is None else _of_values(kind, evidence, finder, where)
    return found or _of_levels(asked_about(question), evidence, finder, where)


def _kind_of_value(question: str) -> Kind | None:
    """Return the kind of value that the question asks for or asks to confirm."""
    kind = kind_of_answer(question)
    if kind in TIMES | AMOUNTS:
        return kind
    if ASKS_TIME.search(question) or _dates(question):
        return Kind.TIME
    return Kind.NUMBER if _amounts(question) else None


def _of_values(
    kind: Kind, evidence: NumberedEvidence, finder: EvidenceFinder, where: Filter | None
) -> FoundDisagreement | None:
    stating = [c for c in _answering(evidence) if _said(kind, c.quote)][:MOST_ANSWERING]
    for answering in stating:
        others = _differing(kind, answering, {answering.article}, finder, where)
        if others:
            # What differs from the second source may be worded too unlike the first.
            known = {answering.article, *(citation.article for citation, _ in others)}
            others += _differing(kind, others[0][0], known, finder, where)
            return _found(answering, _said(kind, answering.quote), others)
    return None


def _differing(
    kind: Kind,
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
        difference = _difference(kind, answering.quote, article, sentence)
        if difference:
            others[sentence.article.id] = (cite(sentence.article, sentence.span, 0), difference)
    return list(others.values())


def _of_levels(
    asked: Asked, evidence: NumberedEvidence, finder: EvidenceFinder, where: Filter | None
) -> FoundDisagreement | None:
    """Return sentences that stand at another level of a scale than an answering one."""
    for answering in _answering(evidence):
        for own in levels(answering.quote, asked):
            near = near_words(answering.quote, own)
            others: list[tuple[Citation, str]] = []
            like = [cite(s.article, s.span, 0) for s in _like(answering, finder, where)]
            for citation in (*evidence.best_first(), *like):
                if citation.article in {answering.article, *(c.article for c, _ in others)}:
                    continue
                words = _other_level(own, near, citation.quote, asked)
                if words:
                    others.append((citation, words))
            if others:
                return _found(answering, own.words, others)
    return None


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
    about = " / ".join(dict.fromkeys([f"“{own}”", *(f"“{said}”" for _, said in others)]))
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

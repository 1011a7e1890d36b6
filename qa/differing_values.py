"""The values that two sentences give for one thing, and whether both can be exact.

What "the same thing" is: sentences very like one another by the embedder; or, for a vague
date in the same month ("mid-February", "the first half of February"), sentences less alike
of which the other's words are largely those of the answering article. An article that says
"their upcoming summit" never names in that sentence who will meet.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.answer_types import Kind, kind_of_answer
from index.retrieving import EvidenceSentence
from qa.dates import Date, dates
from qa.figures import Figure, figures
from qa.words import content_stems, normalise, rarity, tokens

# Cosine of two sentences by the embedder.
SAME_THING = 0.72
SAME_VAGUE_MONTH = 0.35
# The share of the other sentence's content, weighted by rarity, in the answering article.
SHARED_WORDS = 0.3
# A bare number or an ordinal says nothing of what is counted.
NO_UNIT = frozenset({None, "ordinal", "things"})
TIMES = frozenset({Kind.TIME})
CONFIRMING = frozenset({Kind.YES_NO, Kind.OTHER})
ASKS_TIME = re.compile(r"\b(?:when|date|what time|which (?:day|month|year))\b", re.IGNORECASE)
UNITS = {
    Kind.MONEY: frozenset({"dollars", "euros", "pounds", "yen", "yuan", "rupees"}),
    Kind.PERCENT: frozenset({"percent"}),
    Kind.DURATION: frozenset({"time", "days", "months"}),
}
UNITS_OF_OTHERS = frozenset().union(*UNITS.values())
RATES = frozenset({"per", "a", "an", "each"})  # "$1.34 per pound", "$1.35 a pound"
AMOUNTS = frozenset({Kind.NUMBER, Kind.DURATION, Kind.MONEY, Kind.PERCENT})


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


@dataclass(frozen=True, slots=True)
class Wanted:
    """The kind of value that is asked for; amounts that the question gives are not."""

    kind: Kind
    given: tuple[Figure, ...] = ()


def wanted_value(question: str) -> Wanted | None:
    """Return what value the question asks for, or a yes-or-no question asks to confirm."""
    kind = kind_of_answer(question)
    given = tuple(figures(normalise(question)))
    if kind in TIMES | AMOUNTS:
        return Wanted(kind, given)
    if ASKS_TIME.search(question) or (kind in CONFIRMING and _dates(question)):
        return Wanted(Kind.TIME)
    return None


def said(wanted: Wanted, sentence: str) -> str:
    """Return the words of the sentence's value of that kind, "" when it has none."""
    if wanted.kind in TIMES:
        told = _dates(sentence)
        return told[0].words if told else ""
    amounts = _amounts(wanted, sentence)
    return amounts[0].text if amounts else ""


def difference(wanted: Wanted, answering: str, article: str, other: EvidenceSentence) -> str:
    """Return what the other sentence says instead, "" when it says the same or nothing."""
    if wanted.kind in TIMES:
        return _other_date(_dates(answering), article, other)
    if other.similarity < SAME_THING:
        return ""
    return _other_amount(_amounts(wanted, answering), _amounts(wanted, other.text))


def same_value(wanted: Wanted, one: str, other: str) -> bool:
    """Whether two sentences give a value that can be the same."""
    if wanted.kind in TIMES:
        return any(_agree(mine, theirs) for mine in _dates(one) for theirs in _dates(other))
    mine = {(figure.unit, figure.value) for figure in _amounts(wanted, one)}
    return bool(mine & {(figure.unit, figure.value) for figure in _amounts(wanted, other)})


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


def _amounts(wanted: Wanted, sentence: str) -> list[Figure]:
    """Return the amounts of the kind asked for, without rates and what the question gives."""
    plain = normalise(sentence)
    words = tokens(plain)
    units = UNITS.get(wanted.kind)
    given = {(figure.unit, figure.value) for figure in wanted.given}
    return [
        figure
        for figure in figures(plain)
        if figure.unit not in NO_UNIT
        and (figure.unit in units if units else figure.unit not in UNITS_OF_OTHERS)
        and (figure.unit, figure.value) not in given
        and not (figure.last < len(words) and words[figure.last].lower in RATES)
    ]


def _other_amount(own: Sequence[Figure], theirs: Sequence[Figure]) -> str:
    """Return the other sentence's amount in a unit of ours with another value, or ""."""
    for amount in theirs:
        comparable = [one for one in own if one.unit == amount.unit]
        if comparable and all(one.value != amount.value for one in comparable):
            return amount.text
    return ""

"""The facts of a claim that must stand in its source: figures, dates, names, quotations.

Layer (a) of the support check: exact, deterministic, and able to name what is missing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from qa.dates import Clock, Date, clock_agrees, clocks, date_agrees, dates
from qa.figures import Figure, agrees, figures
from qa.name_index import name_index
from qa.names import Name, names
from qa.words import tokens

Kind = Literal["figure", "date", "name", "quotation"]

_QUOTED = re.compile(r'"([^"]{2,}?)"|(?<![\w])\'((?:[^\']|(?<=\w)\'(?=\w)){2,}?)\'(?!\w)')
_LEFT_OUT = re.compile(r"\.\.\.|…|\[[^\]]*\]")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a normalised text states exactly. Numbers inside dates are not figures."""

    figures: tuple[Figure, ...]
    dates: tuple[Date, ...]
    clocks: tuple[Clock, ...]
    names: tuple[Name, ...]
    quotations: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many facts there are."""
        return (
            len(self.figures)
            + len(self.dates)
            + len(self.clocks)
            + len(self.names)
            + len(self.quotations)
        )


@dataclass(frozen=True, slots=True)
class Missing:
    """A fact of the claim that the source does not bear out, and what it has instead."""

    kind: Kind
    text: str
    instead: str | None = None


@lru_cache(maxsize=4096)
def facts_of(text: str) -> Facts:
    """Return the facts of a normalised text."""
    words = tokens(text)
    found_dates, found_clocks = tuple(dates(text)), tuple(clocks(text))
    taken = [(date.start, date.end) for date in found_dates]
    taken += [(clock.start, clock.end) for clock in found_clocks]
    found_figures = tuple(
        figure
        for figure in figures(text)
        if not any(
            start < words[figure.last - 1].end and words[figure.first].start < end
            for start, end in taken
        )
    )
    return Facts(found_figures, found_dates, found_clocks, tuple(names(text)), quotations(text))


def quotations(text: str) -> tuple[str, ...]:
    """Return what stands inside quotation marks in a normalised text."""
    return tuple((m.group(1) or m.group(2)).strip() for m in _QUOTED.finditer(text))


def missing_facts(
    claim: str, evidence: Sequence[str], context: Sequence[str] = ()
) -> list[Missing]:
    """Return the facts of the claim that neither evidence nor context bear out. Normalised texts.

    Figures and quotations must stand in the evidence; dates and names may stand in the context
    (titles, sources and dates of the cited articles).
    """
    wanted = facts_of(claim)
    given = [facts_of(text) for text in evidence]
    around = [facts_of(text) for text in context]
    return [
        *_missing_figures(wanted, given, evidence),
        *_missing_dates(wanted, given, around),
        *_missing_names(wanted, [*evidence, *context]),
        *_missing_quotations(wanted, evidence),
    ]


def _missing_figures(
    wanted: Facts, given: Sequence[Facts], evidence: Sequence[str]
) -> list[Missing]:
    have = [figure for facts in given for figure in facts.figures]
    every = [*have, *(figure for text in evidence for figure in figures(text))]
    missing = []
    for figure in wanted.figures:
        if needs_no_proof(figure) or any(agrees(figure, other) for other in every):
            continue
        missing.append(Missing("figure", figure.text, _nearest(figure, have)))
    return missing


def needs_no_proof(figure: Figure) -> bool:
    """Whether the number is only a word of the language: "one", "first", "second"."""
    if figure.unit == "ordinal":
        return figure.value in (1.0, 2.0) and not figure.text[0].isdigit()
    return figure.value == 1.0 and figure.unit in (None, "things") and figure.text.lower() == "one"


def _nearest(figure: Figure, have: Sequence[Figure]) -> str | None:
    same = [other for other in have if other.unit == figure.unit]
    if not same:
        return None
    return min(same, key=lambda other: abs(other.value - figure.value)).text


def _missing_dates(wanted: Facts, given: Sequence[Facts], around: Sequence[Facts]) -> list[Missing]:
    have = [date for facts in given for date in facts.dates]
    published = [date for facts in around for date in facts.dates]
    missing = [
        Missing("date", date.text, have[0].text if have else None)
        for date in wanted.dates
        if date.relative is None and not date_agrees(date, have, published)
    ]
    times = [clock for facts in (*given, *around) for clock in facts.clocks]
    missing += [
        Missing("date", clock.text, times[0].text if times else None)
        for clock in wanted.clocks
        if not any(clock_agrees(clock, other) for other in times)
    ]
    return missing


def _missing_names(wanted: Facts, texts: Sequence[str]) -> list[Missing]:
    index = name_index(tuple(texts))
    return [Missing("name", name.text) for name in wanted.names if not index.holds(name)]


def _missing_quotations(wanted: Facts, evidence: Sequence[str]) -> list[Missing]:
    runs = [_plain(text) for text in evidence]
    runs.append(" ".join(runs))
    missing = []
    for quotation in wanted.quotations:
        pieces = [_plain(piece) for piece in _LEFT_OUT.split(quotation)]
        pieces = [piece for piece in pieces if piece.strip()]
        if pieces and not any(_in_order(pieces, run) for run in runs):
            missing.append(Missing("quotation", quotation))
    return missing


def _plain(text: str) -> str:
    """Return the words alone, in lower case, each between spaces, so that runs can be found."""
    words = [
        token.text.lower().replace(".", "").rstrip("'") for token in tokens(text) if token.is_word
    ]
    return " " + " ".join(words) + " "


def _in_order(pieces: Sequence[str], run: str) -> bool:
    at = 0
    for piece in pieces:
        found = run.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece) - 1
    return True

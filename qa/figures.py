"""Figures of a text: numbers, amounts, percentages and measures, as comparable values.

"thirty minutes", "30 minutes" and "30-minute" give one value; "1.5 billion", "1,500 million"
and "1.5bn" too. A unit stays with its number: 30 minutes are not 30 hours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qa.lexicon import keyed, word_set
from qa.numbers import CURRENCY_SIGNS, LETTER_SCALES, SCALES, is_vague, number_at
from qa.words import FUNCTION_WORDS, Token, tokens

_UNITS: dict[str, tuple[str, float]] = {
    form: (measure.split()[0], float(measure.split()[1]))
    for measure, forms in keyed("figures", "units")
    for form in forms.split()
}
_ROUGHLY = word_set("figures", "roughly")
_MORE = frozenset(("more than", "over", "at least", "above", "exceeding", "upwards of", "north of"))
_LESS = frozenset(
    ("less than", "fewer than", "under", "at most", "up to", "below", "nearly", "almost")
)
_MILLIONS = "metres|millions"  # "100m" alone may be either
_SCALE_WRITTEN = re.compile(r"(?:(?<=\d)|[\s-])([a-z]+)(?=$|[\s-])")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a text.

    `value` is in the base of `unit` (seconds for "time", days, months, dollars ...); `unit` is
    a known unit's name, "ordinal", "things" (followed by another noun) or None (by nothing).
    `number` is the value as written, before its unit. `bound` is "about", "more", "less" or
    None. `first` and `last` are token places.
    """

    text: str
    value: float
    unit: str | None
    bound: str | None
    first: int
    last: int
    number: float = 0.0


def figures(text: str) -> list[Figure]:
    """Return the figures of a normalised text, in order. Dates and years are among them."""
    return figures_of(tokens(text), text)


def figures_of(words: Sequence[Token], text: str) -> list[Figure]:
    """Return the figures of the tokens of `text`."""
    found: list[Figure] = []
    place = 0
    while place < len(words):
        number = number_at(words, place)
        if number is None:
            place += 1
            continue
        value, after, ordinal = number
        if is_vague(words, place):
            place = after
            continue
        figure = _with_unit(words, place, after, value, ordinal, text)
        found.append(figure)
        place = figure.last
    return _share_units(found, words)


def _with_unit(
    words: Sequence[Token], first: int, after: int, value: float, ordinal: bool, text: str
) -> Figure:
    """Return the figure with the unit around it and the word that bounds it."""
    unit: str | None = "ordinal" if ordinal else None
    begin, last, number = first, after, value
    before = words[first - 1].text if first else ""
    if before in CURRENCY_SIGNS and not ordinal:
        unit, begin = CURRENCY_SIGNS[before], first - 1
    elif not ordinal:
        value, unit, last = _unit_after(words, after, value)
    bound = _bound(words, begin)
    shown = text[words[begin].start : words[last - 1].end]
    return Figure(shown, value, unit, bound, begin, last, number)


def _unit_after(words: Sequence[Token], after: int, value: float) -> tuple[float, str | None, int]:
    place = after
    while place < len(words) and words[place].text in (
        "-",
        "(",
        "full",
        "whole",
        "square",
        "metric",
        "U.S.",
        "US",
    ):
        place += 1
    if place >= len(words):
        return value, None, after
    word = words[place].text.lower().rstrip(".")
    following = words[place + 1].text.lower() if place + 1 < len(words) else ""
    if word == "per" and following in ("cent", "centage"):
        return value, "percent", place + 2
    if words[place].text in ("F", "C"):
        return value, "degrees", place + 1
    if word in _UNITS:
        if words[place].text[0].isupper() and word in ("sec", "min", "g"):
            return value, "things", after
        unit, factor = _UNITS[word]
        last = place + 1
        if following in _AFTER_UNIT.get(unit, ()):
            last = place + 2
        return value * factor, unit, last
    if word == "m":
        return value, _MILLIONS, place + 1
    if word[:1].isalpha() and word not in _NOT_NOUNS and word not in FUNCTION_WORDS:
        return value, "things", after
    return value, None, after


_NOT_NOUNS = word_set("figures", "not_counted")


_AFTER_UNIT = {
    "percent": ("point", "points"),
    "degrees": ("f", "c", "fahrenheit", "celsius"),
}


def _bound(words: Sequence[Token], begin: int) -> str | None:
    one = words[begin - 1].lower if begin else ""
    two = f"{words[begin - 2].lower} {one}" if begin > 1 else ""
    if two in _MORE or one in _MORE:
        return "more"
    if two in _LESS or one in _LESS:
        return "less"
    return "about" if one in _ROUGHLY else None


def _share_units(found: list[Figure], words: Sequence[Token]) -> list[Figure]:
    """Give "20" of "20 to 30 minutes" its unit."""
    shared = list(found)
    for place in range(len(shared) - 2, -1, -1):
        here, following = shared[place], shared[place + 1]
        between = [words[i].lower for i in range(here.last, following.first)]
        joined = between in (["to"], ["and"], ["or"], ["-"], ["—"], ["to", "a"])
        if not joined or following.unit in (None, "ordinal") or here.unit not in (None, "things"):
            continue
        factor = next((f for u, f in _factors(words, following) if u == following.unit), 1.0)
        scale = _scale_of(here, following)
        shared[place] = Figure(
            here.text,
            here.value * factor * scale,
            following.unit,
            here.bound,
            here.first,
            here.last,
            here.number,
        )
    return shared


def _scale_of(here: Figure, following: Figure) -> float:
    """Return the scale of "5 to 10 million" for the 5; 1 when the first has its own."""
    match = _SCALE_WRITTEN.search(following.text.lower())
    if match is None or here.value >= 1000:
        return 1.0
    return SCALES.get(match.group(1)) or LETTER_SCALES.get(match.group(1), 1.0)


def _factors(words: Sequence[Token], figure: Figure) -> Iterable[tuple[str, float]]:
    for place in range(figure.first, figure.last):
        word = words[place].text.lower().rstrip(".")
        if word in _UNITS:
            yield _UNITS[word]


def agrees(claim: Figure, evidence: Figure) -> bool:
    """Whether the evidence's figure bears out the claim's: same unit, same value.

    Another value is allowed only when the claim says "about" and the evidence rounds to it, or
    says "more than", "less than" and the evidence lies on that side and close.
    """
    if not _units_agree(claim.unit, evidence.unit):
        return False
    for wanted, value in _values(claim, evidence):
        if _close(wanted, value):
            return True
        if claim.bound is not None and _rounds_to(wanted, claim.bound, value):
            return True
    return False


def _values(claim: Figure, evidence: Figure) -> list[tuple[float, float]]:
    """Return the values to compare, the claim's first: the numbers as written without a unit."""
    pairs = [(claim.value, evidence.value)]
    if None in (claim.unit, evidence.unit):
        pairs.append((claim.number, evidence.number))
    if claim.unit != evidence.unit and _MILLIONS in (claim.unit, evidence.unit):
        million = 1e6 if evidence.unit == _MILLIONS else 1e-6
        pairs.append((claim.value, evidence.value * million))
    return pairs


def _units_agree(claim: str | None, evidence: str | None) -> bool:
    if claim == evidence or _MILLIONS in (claim, evidence):
        return True
    if "ordinal" in (claim, evidence):
        return False
    if claim is None:
        return True
    return evidence is None and claim in ("months", "things", "degrees")


def _close(one: float, other: float) -> bool:
    return abs(one - other) <= 1e-6 * max(1.0, abs(one), abs(other))


def _rounds_to(wanted: float, bound: str, value: float) -> bool:
    """Whether the claim's figure is a rounder form of the value, on the side that it says."""
    if wanted <= 0 or value <= 0 or _digits(wanted) >= _digits(value):
        return False
    if bound == "more":
        return 1.0 <= value / wanted <= 1.25
    if bound == "less":
        return 0.8 <= value / wanted <= 1.0
    return _close(float(f"{value:.{_digits(wanted)}g}"), wanted)


def _digits(value: float) -> int:
    """Return the number of significant digits."""
    return max(1, len(f"{value:.10e}".split("e")[0].replace(".", "").rstrip("0")))

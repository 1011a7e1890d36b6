"""Figures of a text: numbers, amounts, percentages and measures, as comparable values.

"thirty minutes", "30 minutes" and "30-minute" give one value; "1.5 billion", "1,500 million"
and "1.5bn" too. A unit stays with its number: 30 minutes are not 30 hours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qa.lexicon import keyed, lines, word_set
from qa.words import FUNCTION_WORDS, Token, tokens

_SMALL = {word: value for value, word in enumerate(lines("figures", "small"))}
_TENS = {word: 10 * value for value, word in enumerate(lines("figures", "tens"), start=2)}
_SCALES = {
    "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12,
    "dozen": 12.0, "bn": 1e9, "mn": 1e6, "tn": 1e12, "lakh": 1e5, "crore": 1e7,
    "hundreds": 1e2, "thousands": 1e3, "millions": 1e6, "billions": 1e9, "trillions": 1e12,
    "dozens": 12.0,
}  # fmt: skip
_LETTER_SCALES = {"k": 1e3, "m": 1e6, "b": 1e9, "t": 1e12}
_ORDINALS = {word: value for value, word in enumerate(lines("figures", "ordinals"), start=1)}
_CURRENCY_SIGNS = {"$": "dollars", "£": "pounds", "€": "euros", "¥": "yen", "₹": "rupees"}
_UNITS: dict[str, tuple[str, float]] = {
    form: (measure.split()[0], float(measure.split()[1]))
    for measure, forms in keyed("figures", "units")
    for form in forms.split()
}
_LENGTH_WORDS = word_set("figures", "after_a_length")
_ROUGHLY = word_set("figures", "roughly")
_MORE = frozenset(("more than", "over", "at least", "above", "exceeding", "upwards of", "north of"))
_LESS = frozenset(
    ("less than", "fewer than", "under", "at most", "up to", "below", "nearly", "almost")
)
_DIGITS = re.compile(r"^(?:\d+(?:,\d{3})*(?:\.\d+)?|\.\d+)$")
_MILLIONS = "metres|millions"  # "100m" alone may be either
_SCALE_WRITTEN = re.compile(r"(?:(?<=\d)|[\s-])([a-z]+)(?=$|[\s-])")
_FRACTIONS = {"½": 0.5, "¼": 0.25, "¾": 0.75, "⅓": 1 / 3, "⅔": 2 / 3}


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
        number = _number_at(words, place)
        if number is None:
            place += 1
            continue
        value, after, ordinal = number
        if _is_vague(words, place):
            place = after
            continue
        figure = _with_unit(words, place, after, value, ordinal, text)
        found.append(figure)
        place = figure.last
    return _share_units(found, words)


def _is_vague(words: Sequence[Token], place: int) -> bool:
    """Whether it is "several thousand": no figure that could be compared."""
    return words[place].lower in _SCALES and _text_at(words, place - 1) in _VAGUE


_VAGUE = ("few", "several", "many", "some", "of")


def _adjacent(words: Sequence[Token], place: int) -> bool:
    """Whether the token at `place` touches the one before it."""
    return 0 < place < len(words) and words[place].start == words[place - 1].end


def _number_at(words: Sequence[Token], place: int) -> tuple[float, int, bool] | None:
    """Return (value, place after it, whether ordinal) of the number that begins at `place`."""
    word = words[place].text.lower()
    if _DIGITS.match(word):
        return _digits_at(words, place)
    if word in _FRACTIONS:
        return _FRACTIONS[word], place + 1, False
    if word in _ORDINALS and word != "second":
        return float(_ORDINALS[word]), place + 1, True
    if word == "second" and not _follows_figure(words, place):
        return 2.0, place + 1, True
    return _worded_at(words, place)


def _follows_figure(words: Sequence[Token], place: int) -> bool:
    before = words[place - 1].lower if place else ""
    if before == "-" and place > 1:
        before = words[place - 2].lower
    return (
        bool(_DIGITS.match(before))
        or before in _SMALL
        or before in _TENS
        or before in ("a", "per", "split")
    )


def _digits_at(words: Sequence[Token], place: int) -> tuple[float, int, bool]:
    value = float(words[place].text.replace(",", ""))
    after = place + 1
    if after < len(words):
        following = words[after].text.lower()
        if _adjacent(words, after):
            if following in ("st", "nd", "rd", "th"):
                return value, after + 1, True
            if following in _LETTER_SCALES and not _is_metre(words, place, following):
                return value * _LETTER_SCALES[following], after + 1, False
            if following in _FRACTIONS:
                return value + _FRACTIONS[following], after + 1, False
        if following == "/" and _adjacent(words, after) and after + 1 < len(words):
            below = words[after + 1].text
            if _DIGITS.match(below) and float(below.replace(",", "")) > 1 and value < 100:
                return value / float(below.replace(",", "")), after + 2, False
    return (*_scaled(words, after, value), False)


def _is_metre(words: Sequence[Token], place: int, letter: str) -> bool:
    """Whether the m of "100m" may be metres: no currency before it, no thing counted after it."""
    before = words[place - 1].text if place else ""
    following = _text_at(words, place + 2)
    counted = following.isalpha() and following not in _LENGTH_WORDS
    return letter == "m" and before not in _CURRENCY_SIGNS and not counted


def _scaled(words: Sequence[Token], after: int, value: float) -> tuple[float, int]:
    """Apply "million", "-million", "bn" after a number."""
    while after < len(words):
        skip = after + 1 if words[after].text == "-" and after + 1 < len(words) else after
        word = words[skip].text.lower()
        if word in _SCALES and not (word.endswith("s") and word != "dozens" and value != 1):
            value *= _SCALES[word]
            after = skip + 1
        else:
            break
    return value, after


def _worded_at(words: Sequence[Token], place: int) -> tuple[float, int, bool] | None:
    """Read a number in words: "twenty-five", "a hundred", "two thousand and ten", "dozens"."""
    done, current, after = 0.0, None, place
    if words[place].lower in ("a", "an") and _text_at(words, place + 1) in _COUNTED_BY_A:
        current, after = 1.0, place + 1
    while after < len(words):
        word = words[after].text.lower()
        following = _text_at(words, after + 1)
        if word in _SMALL and (current is None or (current % 10 == 0 and done + current)):
            current = (current or 0.0) + _SMALL[word]
        elif word in _TENS and (current is None or current % 100 == 0):
            current = (current or 0.0) + _TENS[word]
        elif word in _SCALES and len(word) > 2:
            current = (current or 1.0) * _SCALES[word]
            if word not in ("hundred", "dozen"):
                done, current = done + current, 0.0
        elif word == "-" and current and current % 10 == 0 and following in _ORDINALS:
            return done + current + _ORDINALS[following], after + 2, True
        elif current is None or not _joins(word, _text_at(words, after - 1), following):
            break
        after += 1
    return None if current is None else (done + current, after, False)


_COUNTED_BY_A = ("hundred", "thousand", "million", "billion", "trillion", "dozen")


def _text_at(words: Sequence[Token], place: int) -> str:
    return words[place].text.lower() if 0 <= place < len(words) else ""


def _joins(word: str, before: str, following: str) -> bool:
    """Whether "-" or "and" goes on with the number: "twenty-five", "hundred and five"."""
    if word == "-":
        return before in _TENS and following in _SMALL
    return word == "and" and before in _SCALES and following in (*_SMALL, *_TENS)


def _with_unit(
    words: Sequence[Token], first: int, after: int, value: float, ordinal: bool, text: str
) -> Figure:
    """Return the figure with the unit around it and the word that bounds it."""
    unit: str | None = "ordinal" if ordinal else None
    begin, last, number = first, after, value
    before = words[first - 1].text if first else ""
    if before in _CURRENCY_SIGNS and not ordinal:
        unit, begin = _CURRENCY_SIGNS[before], first - 1
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
    return _SCALES.get(match.group(1)) or _LETTER_SCALES.get(match.group(1), 1.0)


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

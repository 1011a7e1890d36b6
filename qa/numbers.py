"""Numbers of a text, in digits or words, as values: "1.5bn", "twenty-five", "a hundred"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.lexicon import lines, word_set
from qa.words import Token

_SMALL = {word: value for value, word in enumerate(lines("figures", "small"))}
_TENS = {word: 10 * value for value, word in enumerate(lines("figures", "tens"), start=2)}
SCALES = {
    "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12,
    "dozen": 12.0, "bn": 1e9, "mn": 1e6, "tn": 1e12, "lakh": 1e5, "crore": 1e7,
    "hundreds": 1e2, "thousands": 1e3, "millions": 1e6, "billions": 1e9, "trillions": 1e12,
    "dozens": 12.0,
}  # fmt: skip
LETTER_SCALES = {"k": 1e3, "m": 1e6, "b": 1e9, "t": 1e12}
_ORDINALS = {word: value for value, word in enumerate(lines("figures", "ordinals"), start=1)}
CURRENCY_SIGNS = {"$": "dollars", "£": "pounds", "€": "euros", "¥": "yen", "₹": "rupees"}
_LENGTH_WORDS = word_set("figures", "after_a_length")
_DIGITS = re.compile(r"^(?:\d+(?:,\d{3})*(?:\.\d+)?|\.\d+)$")
_HALVED = frozenset(("hour", "minute", "day", "week", "month", "year", "mile", "kilometre"))
_FRACTIONS = {"½": 0.5, "¼": 0.25, "¾": 0.75, "⅓": 1 / 3, "⅔": 2 / 3}


def _adjacent(words: Sequence[Token], place: int) -> bool:
    """Whether the token at `place` touches the one before it."""
    return 0 < place < len(words) and words[place].start == words[place - 1].end


def number_at(words: Sequence[Token], place: int) -> tuple[float, int, bool] | None:
    """Return (value, place after it, whether ordinal) of the number that begins at `place`."""
    word = words[place].text.lower()
    if _DIGITS.match(word):
        return _digits_at(words, place)
    if word in _FRACTIONS:
        return _FRACTIONS[word], place + 1, False
    if word == "half" and text_at(words, place + 1) in ("a", "an"):
        return _half_at(words, place)
    if word in _ORDINALS and word != "second":
        return float(_ORDINALS[word]), place + 1, True
    if word == "second" and not _follows_figure(words, place):
        return 2.0, place + 1, True
    return _worded_at(words, place)


def _half_at(words: Sequence[Token], place: int) -> tuple[float, int, bool] | None:
    """Read "half an hour" and "half a million"; of other things a half is no figure."""
    following = text_at(words, place + 2)
    if following not in SCALES and following not in _HALVED:
        return None
    return (*_scaled(words, place + 2, 0.5), False)


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
            if following in LETTER_SCALES and not _is_metre(words, place, following):
                return value * LETTER_SCALES[following], after + 1, False
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
    following = text_at(words, place + 2)
    counted = following.isalpha() and following not in _LENGTH_WORDS
    return letter == "m" and before not in CURRENCY_SIGNS and not counted


def _scaled(words: Sequence[Token], after: int, value: float) -> tuple[float, int]:
    """Apply "million", "-million", "bn" after a number."""
    while after < len(words):
        skip = after + 1 if words[after].text == "-" and after + 1 < len(words) else after
        word = words[skip].text.lower()
        if word in SCALES and not (word.endswith("s") and word != "dozens" and value != 1):
            value *= SCALES[word]
            after = skip + 1
        else:
            break
    return value, after


def _worded_at(words: Sequence[Token], place: int) -> tuple[float, int, bool] | None:
    """Read a number in words: "twenty-five", "a hundred", "two thousand and ten", "dozens"."""
    done, current, after = 0.0, None, place
    if words[place].lower in ("a", "an") and text_at(words, place + 1) in _COUNTED_BY_A:
        current, after = 1.0, place + 1
    while after < len(words):
        word = words[after].text.lower()
        following = text_at(words, after + 1)
        if word in _SMALL and (current is None or (current % 10 == 0 and done + current)):
            current = (current or 0.0) + _SMALL[word]
        elif word in _TENS and (current is None or current % 100 == 0):
            current = (current or 0.0) + _TENS[word]
        elif word in SCALES and len(word) > 2:
            current = (current or 1.0) * SCALES[word]
            if word not in ("hundred", "dozen"):
                done, current = done + current, 0.0
        elif word == "-" and current and current % 10 == 0 and following in _ORDINALS:
            return done + current + _ORDINALS[following], after + 2, True
        elif current is None or not _joins(word, text_at(words, after - 1), following):
            break
        after += 1
    return None if current is None else (done + current, after, False)


_COUNTED_BY_A = ("hundred", "thousand", "million", "billion", "trillion", "dozen")


def text_at(words: Sequence[Token], place: int) -> str:
    """Return the lower-case text of the token at `place`, nothing outside the text."""
    return words[place].text.lower() if 0 <= place < len(words) else ""


def _joins(word: str, before: str, following: str) -> bool:
    """Whether "-" or "and" goes on with the number: "twenty-five", "hundred and five"."""
    if word == "-":
        return before in _TENS and following in _SMALL
    return word == "and" and before in SCALES and following in (*_SMALL, *_TENS)


def is_vague(words: Sequence[Token], place: int) -> bool:
    """Whether it is "several thousand": no figure that could be compared."""
    return words[place].lower in SCALES and text_at(words, place - 1) in _VAGUE


_VAGUE = ("few", "several", "many", "some", "of")

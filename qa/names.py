"""Names of people, places and organisations, found by their capitals, and compared.

No list of names and no model: a name is a run of capitalised words, less titles ("Mr."),
offices ("Prime Minister") and capitals that only begin a sentence. A small table holds what
cannot be worked out: places with their abbreviations and adjectives. In a text without capitals
a name is a word that English does not usually write small.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.lexicon import lines, word_set
from qa.words import FUNCTION_WORDS, Token, is_common, is_verb_form, stem, tokens

_TITLES = word_set("names", "titles")
_SUFFIXES = word_set("names", "company_endings")
_LINKS = word_set("names", "links")
_CALENDAR = word_set("names", "calendar")
_ENDINGS = tuple(sorted(word_set("names", "endings")))
_AFTER_A_NAME = word_set("names", "after_a_name")
# A place, its abbreviations, its adjective and its people, each to the place as one word.
_PLACES = {
    word: group[0]
    for group in (line.split(", ") for line in lines("names", "same"))
    for word in group
}
_SENTENCE_END = re.compile(r"[.!?:\"“”()\[\]•*—\n]")


@dataclass(frozen=True, slots=True)
class Name:
    """A name in a text: the words as written, and the lower-case words that must be found.

    `kernel` has no titles, offices, company endings or links ("of"); it may be one word. `parts`
    are its words as parted by "of" ("Bank", "Japan"). `first` and `last` are token places.
    """

    text: str
    kernel: tuple[str, ...]
    first: int
    last: int
    parts: tuple[tuple[str, ...], ...] = ()


def names(text: str) -> list[Name]:
    """Return the names of a normalised text, in order."""
    return names_of(tokens(text), text)


def names_of(words: Sequence[Token], text: str) -> list[Name]:
    """Return the names among the tokens of `text`; none when the text has no use of capitals."""
    if _is_title_case(words):
        return _unusual(words, text)
    if not any(word.is_capital for word in words):
        return _unusual(words, text, lower=True)
    found: list[Name] = []
    place = 0
    while place < len(words):
        if not _may_begin(words, place):
            place += 1
            continue
        last = _end_of(words, place)
        found += _split(words, place, last, text)
        place = last
    return found


def _is_title_case(words: Sequence[Token]) -> bool:
    """Whether nearly all words have capitals, as in a headline: then they tell nothing."""
    letters = [
        word for word in words if word.text[0].isalpha() and word.lower not in FUNCTION_WORDS
    ]
    # "Xi Jinping might send Han Zheng or Wang Yi" is none: six of its seven.
    return len(letters) >= 4 and sum(word.is_capital for word in letters) > 0.9 * len(letters)


def _unusual(words: Sequence[Token], text: str, *, lower: bool = False) -> list[Name]:
    """Return the words of a headline, or of a text without capitals, not usually written small."""
    found = []
    for place, word in enumerate(words):
        bare = word.lower.rstrip(".")
        if len(bare) < 3 or is_common(bare) or _common_stems(bare) or bare in _TITLES | _CALENDAR:
            continue
        if word.text[0].isalpha() and (lower or _may_begin(words, place)):
            shown = text[word.start : word.end].removesuffix("'s")
            found.append(Name(shown, (bare,), place, place + 1))
    return found


def _common_stems(word: str) -> set[str]:
    """Return the stem of the word when some common word has it too ("Urges", "urge")."""
    found = stem(word)
    forms = (found, found + "e", found + "s", found + "es", found + "ed", found + "ing")
    return {found} if any(is_common(form) for form in forms) else set()


def _may_begin(words: Sequence[Token], place: int) -> bool:
    word = words[place]
    if not word.is_capital or not word.text[0].isalpha() or word.lower.rstrip(".") in _CALENDAR:
        return False
    if word.lower in FUNCTION_WORDS and not (word.text.isupper() and len(word.text) > 1):
        return False
    return not (word.text == "I" or word.text.startswith("I'"))


def begins_sentence(words: Sequence[Token], place: int) -> bool:
    """Whether the token is the first word of a sentence, a quotation or a list item."""
    if place == 0:
        return True
    before = words[place - 1].text
    if before == '"' and any(word.text == '"' for word in words[place + 1 : place + 5]):
        return place == 1  # a quoted title or nickname
    if before.isdigit() and (place == 1 or words[place - 2].text in "\n.)"):
        return True
    return bool(_SENTENCE_END.fullmatch(before)) or (
        before == "-" and words[place].start > words[place - 1].end
    )


def _end_of(words: Sequence[Token], place: int) -> int:
    """Return the place after the run of name words that begins at `place`."""
    last = place + 1
    while last < len(words):
        word = words[last]
        if words[last - 1].text.endswith(("'s", "'")) and words[last - 1].text[0].isupper():
            break
        if _goes_on(words, last):
            last += 1
        elif (
            word.lower == "of"
            and last + 2 < len(words)
            and words[last + 1].lower == "the"
            and _capital_at(words, last + 2)
        ):
            last += 2
        else:
            break
    return last


def _goes_on(words: Sequence[Token], place: int) -> bool:
    """Whether the token at `place` belongs to the name before it."""
    word, before = words[place], words[place - 1]
    if word.is_capital:
        return word.lower.rstrip(".") not in _CALENDAR and word.text != "I"
    if word.text == ".":
        after = words[place + 1] if place + 1 < len(words) else None
        initial = len(before.text) == 1 and after is not None and not is_common(after.lower)
        return initial or before.lower in _TITLES | _SUFFIXES | {"no", "mt", "ft"}
    if word.text in ("&", "-"):
        return _capital_at(words, place + 1) and words[place + 1].end > word.end
    return word.lower in _LINKS - {"and", "for", "the"} and _capital_at(words, place + 1)


def _capital_at(words: Sequence[Token], place: int) -> bool:
    return (
        place < len(words)
        and words[place].is_capital
        and words[place].text[0].isalpha()
        and words[place].lower.rstrip(".") not in _CALENDAR
    )


def _split(words: Sequence[Token], first: int, last: int, text: str) -> list[Name]:
    """Turn a run of capitals into names, parted at titles and hyphens."""
    pieces: list[list[int]] = [[]]
    for place in range(first, last):
        if words[place].lower.rstrip(".") in _TITLES or words[place].text in "-&":
            if pieces[-1]:
                pieces.append([])
        elif words[place].text != ".":
            pieces[-1].append(place)
    named = (_name_of(words, piece, text) for piece in pieces)
    return [name for name in named if name is not None]


def _name_of(words: Sequence[Token], piece: list[int], text: str) -> Name | None:
    """Return the name that these words make, None when their capitals mean nothing."""
    piece = _trimmed(words, piece)
    parts: list[list[str]] = [[]]
    for place in piece:
        word = words[place].lower.rstrip(".")
        if word in _LINKS and not words[place].is_capital:
            parts.append([])
        elif word not in _SUFFIXES or len(piece) == 1:
            parts[-1].append(word)
    kernel = tuple(word for part in parts for word in part)
    if not kernel or (len(kernel) == 1 and len(kernel[0]) == 1):
        return None
    if len(kernel) == 1 and begins_sentence(words, piece[0]) and _is_ordinary(words, piece[0]):
        return None
    shown = text[words[piece[0]].start : words[piece[-1]].end].removesuffix("'s")
    return Name(shown, kernel, piece[0], piece[-1] + 1, tuple(tuple(p) for p in parts if p))


def _is_ordinary(words: Sequence[Token], place: int) -> bool:
    """Whether the capital of a sentence's first word is only the sentence's."""
    word = words[place].lower
    if is_common(word) or _common_stems(word) or word.endswith(_ENDINGS):
        return True
    after = words[place + 1] if place + 1 < len(words) else None
    if after is None or words[place].text.endswith("'s") or _is_shouted(words[place].text):
        return False
    if after.is_capital or not after.is_word or after.lower in _AFTER_A_NAME:
        return False
    # "Vance met", "Vance warns"; but "Rinse thoroughly", "Crave stability".
    return after.lower in FUNCTION_WORDS or not is_verb_form(after.lower)


def _trimmed(words: Sequence[Token], piece: list[int]) -> list[int]:
    """Return the places without the function words at either end ("The", "of")."""
    empty = [words[p].lower in FUNCTION_WORDS and not _is_shouted(words[p].text) for p in piece]
    if False not in empty:
        return []
    return piece[empty.index(False) : len(piece) - empty[::-1].index(False)]


def _is_shouted(word: str) -> bool:
    return len(word) > 1 and word.isupper()


def same_name(one: Name, other: Name) -> bool:
    """Whether both may name the same: one within the other, a place and its adjective, initials."""
    mine, theirs = with_places(one.kernel), with_places(other.kernel)
    if _follow(mine, theirs) or _follow(theirs, mine):
        return True
    if [stem(word) for word in mine] == [stem(word) for word in theirs]:
        return True
    joined, other_joined = "".join(mine).replace(".", ""), "".join(theirs).replace(".", "")
    return joined in (other_joined, _initials(other)) or other_joined == _initials(one)


def _follow(some: Sequence[str], others: Sequence[str]) -> bool:
    """Whether all of `some` stand among the others in the same order."""
    rest = iter(others)
    return all(word in rest for word in some)


def _initials(name: Name) -> str:
    return "".join(word[0] for word in name.kernel) if len(name.kernel) > 1 else ""


def with_places(words: Sequence[str]) -> tuple[str, ...]:
    """Return lower-case words with every place, adjective and abbreviation as the place's name.

    The pronoun "us" is told from the country by its caller, who passes "us" only for "US".
    """
    made: list[str] = []
    at = 0
    while at < len(words):
        for size in (3, 2, 1):
            place = _PLACES.get(" ".join(words[at : at + size]))
            if place is not None and at + size <= len(words):
                made.append(place)
                at += size
                break
        else:
            made.append(words[at])
            at += 1
    return tuple(made)

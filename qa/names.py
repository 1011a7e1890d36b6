"""Names of people, places and organisations, found by their capitals, and compared.

No list of names and no model: a name is a run of capitalised words, less titles ("Mr."),
offices ("Prime Minister") and capitals that only begin a sentence. Two small tables hold what
cannot be worked out: countries with their adjectives, and abbreviations without a rule.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from qa.lexicon import lines, word_set
from qa.words import FUNCTION_WORDS, Token, is_common, stem, tokens

_TITLES = word_set("names", "titles")
_SUFFIXES = word_set("names", "company_endings")
_LINKS = word_set("names", "links")
_CALENDAR = word_set("names", "calendar")
# A place, its abbreviations, its adjective and its people, each to the place.
_SAME = {
    word: group[0]
    for group in (line.split(", ") for line in lines("names", "same"))
    for word in group
}
_SENTENCE_END = re.compile(r"[.!?:\"“”()\[\]•*—\n]")


@dataclass(frozen=True, slots=True)
class Name:
    """A name in a text: the words as written, and the lower-case words that must be found.

    `kernel` has no titles, offices or company endings; it may be one word. `first` and `last`
    are token places. `begins` says that the name begins a sentence, so that its capital may
    mean nothing.
    """

    text: str
    kernel: tuple[str, ...]
    first: int
    last: int
    begins: bool


def names(text: str) -> list[Name]:
    """Return the names of a normalised text, in order."""
    return names_of(tokens(text), text)


def names_of(words: Sequence[Token], text: str) -> list[Name]:
    """Return the names among the tokens of `text`; none when the text has no use of capitals."""
    if _is_title_case(words):
        return _unusual(words, text)
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
    return len(letters) >= 4 and sum(word.is_capital for word in letters) > 0.85 * len(letters)


def _unusual(words: Sequence[Token], text: str) -> list[Name]:
    """Return the words of a headline that are not usually written small."""
    return [
        Name(
            text[word.start : word.end].removesuffix("'s"),
            (word.lower.rstrip("."),),
            place,
            place + 1,
            True,
        )
        for place, word in enumerate(words)
        if _may_begin(words, place)
        and not is_common(word.lower)
        and len(word.lower) > 1
        and stem(word.lower) not in _common_stems(word.lower)
    ]


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
        initial = len(before.text) == 1 and place + 1 < len(words)
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
    """Turn a run of capitals into names, parted at titles, hyphens and links."""
    pieces: list[list[int]] = [[]]
    for place in range(first, last):
        bare = words[place].lower.rstrip(".")
        if bare in _TITLES or words[place].text in "-&" or bare in ("of", "the", "de"):
            if pieces[-1]:
                pieces.append([])
        elif words[place].text != ".":
            pieces[-1].append(place)
    named = (_name_of(words, piece, text) for piece in pieces)
    return [name for name in named if name is not None]


def _name_of(words: Sequence[Token], piece: list[int], text: str) -> Name | None:
    """Return the name that these words make, None when their capitals mean nothing."""
    small = [words[p].lower in FUNCTION_WORDS and not words[p].text.isupper() for p in piece]
    piece = piece[small.index(False) :] if False in small else []
    kernel = tuple(words[place].lower.rstrip(".") for place in piece)
    kernel = tuple(word for word in kernel if word not in _SUFFIXES) or kernel
    if not kernel:
        return None
    begins = begins_sentence(words, piece[0])
    if begins and len(kernel) == 1 and (is_common(kernel[0]) or _common_stems(kernel[0])):
        return None
    shown = text[words[piece[0]].start : words[piece[-1]].end].removesuffix("'s")
    return Name(shown, kernel, piece[0], piece[-1] + 1, begins)


class NameIndex:
    """The words of the evidence, in the forms that names are looked up in."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._runs: list[list[str]] = []
        self._words: set[str] = set()
        self._initials: set[str] = set()
        self._groups: set[str] = set()
        for text in texts:
            words = tokens(text)
            run = [word.lower.rstrip(".") for word in words if word.is_word]
            self._runs.append(run)
            self._words.update(run)
            self._initials.update(_initials(words))
            for size in (1, 2, 3):
                for place in range(len(run) - size + 1):
                    group = _SAME.get(" ".join(run[place : place + size]))
                    if group is not None:
                        self._groups.add(group)
        self._stems = {stem(word) for word in self._words}
        self._joined = {word.replace(".", "") for word in self._words}

    def holds(self, name: Name) -> bool:
        """Whether the name stands in the evidence: all of it, close together, in its order."""
        kernel = name.kernel
        if self._holds_words(kernel):
            return True
        whole = _SAME.get(" ".join(kernel))
        if whole is not None and whole in self._groups:
            return True
        if len(kernel) == 1:
            return self._holds_word(kernel[0], name.begins)
        initials = "".join(word[0] for word in kernel)
        if len(initials) > 2 and initials in self._joined:
            return True
        # "Japanese Foreign Ministry": countries and common words may stand apart from the rest.
        rest = tuple(word for word in kernel if word not in _SAME and not is_common(word))
        apart = [word for word in kernel if word not in rest]
        return (
            bool(apart)
            and all(self._holds_word(word, False) for word in apart)
            and (not rest or self._holds_words(rest))
        )

    def _holds_word(self, word: str, begins: bool) -> bool:
        if word in self._words or _SAME.get(word) in self._groups:
            return True
        if word.replace(".", "") in self._joined or word.replace(".", "") in self._initials:
            return True
        return stem(word) in self._stems and (begins or len(word) > 4)

    def _holds_words(self, kernel: tuple[str, ...]) -> bool:
        """Whether the words follow one another somewhere, with at most two words between."""
        for run in self._runs:
            for place, word in enumerate(run):
                if word == kernel[0] and _follows(run, place, kernel):
                    return True
        return False


def _follows(run: Sequence[str], place: int, kernel: tuple[str, ...]) -> bool:
    at = place
    for word in kernel[1:]:
        near = run[at + 1 : at + 4]
        if word not in near:
            return False
        at += 1 + near.index(word)
    return True


def _initials(words: Sequence[Token]) -> set[str]:
    """Return the initials of the capitalised runs: "Federal Bureau of Investigation", "fbi"."""
    found = set()
    for place in range(len(words)):
        if not words[place].is_capital:
            continue
        letters = ""
        for word in words[place : place + 7]:
            if word.is_capital:
                letters += word.text[0].lower()
                if len(letters) > 1:
                    found.add(letters)
            elif word.lower not in _LINKS and word.text != "-":
                break
    return found


@lru_cache(maxsize=512)
def name_index(texts: tuple[str, ...]) -> NameIndex:
    """Return the index of normalised texts; the same texts give the same index."""
    return NameIndex(texts)

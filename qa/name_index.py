"""Whether a name stands in a text, however it is written there."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from qa.names import Name, with_places
from qa.words import Token, is_common, stem, tokens

_BETWEEN = 2  # words that may stand between those of a name: "Donald J. Trump"
_AROUND = 6  # words within which "Japan" and "Ministry" of "the Japanese Ministry" must stand
_GAP = 50  # places between one text and the next, so that no name runs over


class NameIndex:
    """The words of some normalised texts, in the forms that names are looked up in."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._places: dict[str, list[int]] = {}
        self._initials: set[str] = set()
        self._small: set[str] = set()
        at = 0
        for text in texts:
            words = tokens(text)
            bare = _bare_words(words)
            for written in dict.fromkeys((with_places(bare), tuple(bare))):
                before = ""
                for word in written:
                    # Also as one word with the one before: "South East" is "Southeast".
                    for form in (_form(word), before + word):
                        self._places.setdefault(form, []).append(at)
                    self._small.add(stem(word))
                    before = word
                    at += 1
                at += _GAP
            self._initials.update(_initials_in(words))
        self._joined = {word.replace(".", "") for word in self._places}

    def holds(self, name: Name) -> bool:
        """Whether the name stands here: all of it, close together, in its order.

        Also as initials, as a place's adjective, or in another order where only common words
        and places move ("Japan's Foreign Ministry", "Foreign Ministry of Japan").
        """
        if self._holds_kernel(name.kernel):
            return True
        return len(name.parts) > 1 and all(self._holds_kernel(part) for part in name.parts)

    def _holds_kernel(self, words: tuple[str, ...]) -> bool:
        kernel = with_places(words)
        if len(kernel) == 1:
            return self._holds_word(kernel[0])
        if self._run(kernel) is not None:
            return True
        initials = "".join(word[0] for word in words)
        if len(initials) > 2 and initials in self._joined:
            return True
        fixed = tuple(word for word in kernel if not is_common(word) and "_" not in word)
        loose = [word for word in kernel if word not in fixed]
        if len(fixed) == len(kernel):
            return False
        if not fixed:
            fixed, loose = kernel[:1], list(kernel[1:])
        at = self._run(fixed)
        return at is not None and all(self._near(word, at) for word in loose)

    def _holds_word(self, word: str) -> bool:
        plain = word.replace(".", "")
        known = _form(word) in self._places or (len(word) > 3 and stem(word) in self._small)
        return known or plain in self._joined or plain in self._initials

    def _run(self, kernel: tuple[str, ...]) -> int | None:
        """Return where the words follow one another, None when they do not."""
        for start in self._places.get(_form(kernel[0]), ()):
            at: int | None = start
            for word in kernel[1:]:
                nearest = at if at is not None else 0
                at = next(
                    (
                        p
                        for p in self._places.get(_form(word), ())
                        if nearest < p <= nearest + 1 + _BETWEEN
                    ),
                    None,
                )
                if at is None:
                    break
            if at is not None:
                return start
        return None

    def _near(self, word: str, at: int) -> bool:
        return any(abs(place - at) <= _AROUND for place in self._places.get(_form(word), ()))


def _form(word: str) -> str:
    """Return what a word is looked up by: a common word by its stem, others as they are."""
    return stem(word) if is_common(word) else word


def _bare_words(words: Sequence[Token]) -> list[str]:
    """Return the words in lower case; the pronoun "us" is marked, so that it is no country."""
    bare = []
    for word in words:
        if word.is_word:
            small = word.text in ("us", "Us", "la")
            bare.append(word.lower.rstrip(".") + ("'" if small else ""))
    return bare


def _initials_in(words: Sequence[Token]) -> set[str]:
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
            elif word.lower not in ("of", "the", "and", "for", "de", "-", "&"):
                break
    return found


@lru_cache(maxsize=512)
def name_index(texts: tuple[str, ...]) -> NameIndex:
    """Return the index of normalised texts; the same texts give the same index."""
    return NameIndex(texts)

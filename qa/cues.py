"""Words that turn a statement: denials, certainty, hearsay, conditions, and what they bear on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, cast

from qa.lexicon import keyed
from qa.words import Token, stem, tokens

CueKind = Literal[
    "denial", "negative", "possible", "able", "future", "would", "wish", "reported", "condition"
]

_CUES: tuple[tuple[CueKind, re.Pattern[str]], ...] = tuple(
    (cast(CueKind, key), re.compile(rf"(?<![\w'-])(?:{pattern})(?![\w'-])", re.IGNORECASE))
    for key, pattern in keyed("wording", "cues")
)
CLAUSE_END = re.compile(r"[,;:()—]")
_ADVISING = frozenset("can could may might should must want".split())  # "you may cook it"
_FAR = 8  # "neither the embassy nor the team has commented" denies its verb
_PASSED_OVER = frozenset(("however", "course", "meanwhile", "therefore", "indeed", "instead"))


@dataclass(frozen=True, slots=True)
class Cue:
    """A word that turns a statement: what it bears on are the stems `heads`, nearest first.

    `head_start` is the offset of the first of them, -1 when nothing follows in the sentence.
    """

    kind: CueKind
    text: str
    heads: tuple[str, ...]
    start: int
    end: int
    head_start: int

    @property
    def denies(self) -> bool:
        """Whether it says that something is not so."""
        return self.kind in ("denial", "negative")


@lru_cache(maxsize=4096)
def cues(text: str) -> tuple[Cue, ...]:
    """Return the cues of a normalised sentence, in order; of two that overlap the longer."""
    words = tokens(text)
    found: list[Cue] = []
    for kind, pattern in _CUES:
        for match in pattern.finditer(text):
            inside = any(cue.start <= match.start() and match.end() <= cue.end for cue in found)
            if not inside and not _is_noun_use(match, text):
                most = _FAR if match.group().lower() in ("neither", "nor") else 2
                heads, at = _heads(words, match.end(), most)
                found.append(Cue(kind, match.group(), heads, match.start(), match.end(), at))
    return tuple(sorted(found, key=lambda cue: cue.start))


def _is_noun_use(match: re.Match[str], text: str) -> bool:
    """Whether "May", "will" or "can" is a month or a thing, by what stands beside it."""
    word = match.group()
    if word == "May":
        return match.start() > 0
    before = text[: match.start()].rsplit(None, 1)
    last = before[-1].lower().strip("(\"'") if before else ""
    advice = last == "you" and word.lower().split()[0] in _ADVISING
    if advice or _is_title(match):
        return True
    if word.lower() in ("will", "can", "might"):
        return last in ("the", "a", "his", "her", "their", "its", "free")
    if word.lower() == "may" and re.match(r" \d", text[match.end() :]):
        return True
    return word.lower() == "no" and bool(re.match(r"\.? ?\d", text[match.end() :]))


def _is_title(match: re.Match[str]) -> bool:
    return match.start() > 0 and match.group()[0].isupper() and not match.group().isupper()


def _heads(words: Sequence[Token], after: int, most: int) -> tuple[tuple[str, ...], int]:
    """Return the first `most` content stems after a cue, and the offset of the first.

    The first may stand behind a comma or in brackets ("would not, however, go"), the others in
    the same clause only. Where none follows ("what they could"), those before it.
    """
    heads: list[str] = []
    first = -1
    for word in words:
        if word.start < after:
            continue
        if word.text in ".;" or len(heads) == most or (heads and CLAUSE_END.fullmatch(word.text)):
            break
        if word.is_word and not word.is_function and word.lower not in _PASSED_OVER:
            first = word.start if not heads else first
            heads.append(stem(word.lower))
    if not heads:
        before = [w for w in words if w.end <= after and w.is_word and not w.is_function][-2:]
        return tuple(stem(word.lower) for word in reversed(before)), -1
    return tuple(heads), first

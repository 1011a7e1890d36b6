"""A claim laid beside one sentence of its source, word by word.

Where both run alike, the places at which they differ say more than any count of words: a name
in the place of another, a figure in the place of another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from qa.words import Token, stem, tokens


@dataclass(frozen=True, slots=True)
class Edit:
    """A place where claim and source differ: the tokens `claim[a:b]`, and `source[c:d]`.

    Either side may be empty. `left` and `right` are how many tokens run alike on each side;
    the edge of a sentence counts as two.
    """

    a: int
    b: int
    c: int
    d: int
    left: int
    right: int

    @property
    def held(self) -> bool:
        """Whether words that run alike hold the place on both sides."""
        return self.left > 0 and self.right > 0 and self.left + self.right > 2


@dataclass(frozen=True, slots=True)
class Alignment:
    """`share` is the part of the claim's words that run alike with the source, 0 to 1."""

    claim: tuple[Token, ...]
    source: tuple[Token, ...]
    edits: tuple[Edit, ...]
    share: float


def words_of(text: str) -> tuple[Token, ...]:
    """Return the tokens that are words or numbers."""
    return tuple(token for token in tokens(text) if token.is_word or token.text in "%$£€")


@lru_cache(maxsize=2048)
def align(claim: str, source: str) -> Alignment:
    """Lay a normalised claim beside a normalised sentence (Ratcliff and Obershelp's matching)."""
    mine, theirs = words_of(claim), words_of(source)
    one, other = [stem(token.lower) for token in mine], [stem(token.lower) for token in theirs]
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    codes = matcher.get_opcodes()
    alike = sum(b - a for tag, a, b, _, _ in codes if tag == "equal")
    edits = []
    for place, (tag, a, b, c, d) in enumerate(codes):
        if tag == "equal":
            continue
        left = codes[place - 1][2] - codes[place - 1][1] if place else 2
        right = codes[place + 1][2] - codes[place + 1][1] if place + 1 < len(codes) else 2
        edits.append(Edit(a, b, c, d, left, right))
    return Alignment(mine, theirs, tuple(edits), alike / max(1, len(one)))


def shown(words: Sequence[Token]) -> str:
    """Return the words as a phrase for a person."""
    return " ".join(word.text for word in words)

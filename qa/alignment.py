"""A claim laid beside one sentence of its source, unit by unit.

A unit is a word, or a whole name, figure or date. Names are all alike for laying side by side,
figures and dates too; so a name that stands in the place of another is found where it stands,
even when both names occur in both sentences.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Literal

from qa.dates import Date
from qa.facts import facts_of, needs_no_proof
from qa.figures import Figure
from qa.names import Name
from qa.words import Token, stem, tokens

UnitKind = Literal["word", "name", "figure", "date"]


NEARLY_ALL = 0.8
_NEARBY = 5


@dataclass(frozen=True, slots=True)
class Unit:
    """A word or a whole fact. `key` is what it is matched by; `start` and `end` are offsets."""

    kind: UnitKind
    key: str
    text: str
    start: int
    end: int
    fact: Name | Figure | Date | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """A place where both differ: units `claim[a:b]`, and `source[c:d]`; either may be empty.

    `left` and `right` are how many units run alike on each side; an end of the sentence counts
    as two.
    """

    a: int
    b: int
    c: int
    d: int
    left: int
    right: int

    @property
    def held(self) -> bool:
        """Whether units that run alike hold the place on both sides."""
        return self.left > 0 and self.right > 0 and self.left + self.right > 2


@dataclass(frozen=True, slots=True)
class Alignment:
    """`share` is the part of the claim's units that run alike with the source, 0 to 1.

    `pairs` are the units laid on one another: they have one key, not always one meaning. `runs`
    are (first, length) of their unbroken runs.
    """

    claim: tuple[Unit, ...]
    source: tuple[Unit, ...]
    pairs: tuple[tuple[Unit, Unit], ...]
    edits: tuple[Edit, ...]
    share: float
    runs: tuple[tuple[int, int], ...] = ()

    def alone_in_claim(self, unit: Unit) -> list[Unit]:
        """Return what stands in the claim only, within a few units of `unit`."""
        spans = [(edit.a, edit.b) for edit in self.edits]
        return _alone(self.claim, spans, unit)

    def alone_in_source(self, unit: Unit) -> list[Unit]:
        """Return what stands in the source only, next to `unit`."""
        spans = [(edit.c, edit.d) for edit in self.edits]
        touching = [
            (c, d) for c, d in spans if unit in (*self.source[c - 1 : c], *self.source[d : d + 1])
        ]
        return [other for c, d in touching for other in self.source[c:d]]

    def held_pairs(self) -> tuple[tuple[Unit, Unit], ...]:
        """Return the pairs that stand in a run long enough to tell that they belong together."""
        least = 2 if self.share >= NEARLY_ALL else 3
        held: list[tuple[Unit, Unit]] = []
        for start, length in self.runs:
            if length >= least:
                held += self.pairs[start : start + length]
        return tuple(held)


def _alone(some: Sequence[Unit], spans: Sequence[tuple[int, int]], unit: Unit) -> list[Unit]:
    here = some.index(unit)
    places = {place for first, last in spans for place in range(first, last)}
    return [some[place] for place in sorted(places) if abs(place - here) <= _NEARBY]


@lru_cache(maxsize=4096)
def units(text: str) -> tuple[Unit, ...]:
    """Return the units of a normalised text, in order, without signs."""
    words = tokens(text)
    facts = facts_of(text)
    found: list[Unit] = []
    taken = 0
    spans = sorted(
        [
            *(Unit("date", "<date>", d.text, d.start, d.end, d) for d in facts.dates),
            *(
                _over(words, "figure", figure)
                for figure in facts.figures
                if not needs_no_proof(figure)
            ),
            *(_over(words, "name", name) for name in facts.names),
        ],
        key=lambda unit: (unit.start, -unit.end),
    )
    waiting = iter([*spans, None])
    following = next(waiting)
    for word in words:
        while following is not None and following.start < taken:
            following = next(waiting)
        if following is not None and word.start >= following.start:
            found.append(following)
            taken = following.end
            following = next(waiting)
        if word.start >= taken and word.is_word:
            found.append(Unit("word", stem(word.lower), word.text, word.start, word.end))
    return tuple(found)


def _over(words: Sequence[Token], kind: Literal["name", "figure"], fact: Name | Figure) -> Unit:
    start, end = words[fact.first].start, words[fact.last - 1].end
    return Unit(kind, f"<{kind}>", fact.text, start, end, fact)


@lru_cache(maxsize=4096)
def align(claim: str, source: str) -> Alignment:
    """Lay a normalised claim beside a normalised sentence (Ratcliff and Obershelp's matching)."""
    mine, theirs = units(claim), units(source)
    mine, theirs = _name_alike(mine, theirs), _name_alike(theirs, mine)
    matcher = SequenceMatcher(None, [u.key for u in mine], [u.key for u in theirs], autojunk=False)
    codes = matcher.get_opcodes()
    pairs: list[tuple[Unit, Unit]] = []
    edits = []
    runs = []
    for place, (tag, a, b, c, d) in enumerate(codes):
        if tag == "equal":
            runs.append((len(pairs), b - a))
            pairs += zip(mine[a:b], theirs[c:d], strict=True)
            continue
        left = codes[place - 1][2] - codes[place - 1][1] if place else 2
        right = codes[place + 1][2] - codes[place + 1][1] if place + 1 < len(codes) else 2
        edits.append(Edit(a, b, c, d, left, right))
    share = len(pairs) / max(1, len(mine))
    return Alignment(mine, theirs, tuple(pairs), tuple(edits), share, tuple(runs))


def _name_alike(mine: tuple[Unit, ...], theirs: tuple[Unit, ...]) -> tuple[Unit, ...]:
    """Return my units, those words made names that the other text uses as a name."""
    named = {
        u.fact.kernel[0] for u in theirs if isinstance(u.fact, Name) and len(u.fact.kernel) == 1
    }
    made = []
    for unit in mine:
        word = unit.text.lower().removesuffix("'s").rstrip(".")
        if unit.kind == "word" and word in named:
            name = Name(unit.text, (word,), 0, 0)
            made.append(Unit("name", "<name>", unit.text, unit.start, unit.end, name))
        else:
            made.append(unit)
    return tuple(made)


def shown(some: Sequence[Unit]) -> str:
    """Return the units as a phrase for a person."""
    return " ".join(unit.text for unit in some)

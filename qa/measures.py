"""What the support score is made of: how much of a claim its source holds, as numbers 0 to 1.

Every measure means the same whatever the set: a share of the claim, not a count. Facts (names,
figures, dates) weigh as rare words, and are compared as facts, not as words.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from qa.alignment import Unit, align, units
from qa.dates import Date, conflicts
from qa.figures import Figure, agrees
from qa.names import Name, same_name
from qa.words import FUNCTION_WORDS, longest_run, rarity, stem, tokens

BEST_SENTENCES = 3
_FACT_WEIGHT = 5.0


@dataclass(frozen=True, slots=True)
class Content:
    """What a text says: its content words with their weights, and its facts."""

    weights: dict[str, float]
    facts: tuple[Unit, ...]
    stems: frozenset[str]
    order: tuple[str, ...]


@lru_cache(maxsize=8192)
def content_of(text: str) -> Content:
    """Return the content of a normalised text."""
    weights: dict[str, float] = {}
    facts: list[Unit] = []
    for unit in units(text):
        if unit.fact is not None:
            facts.append(unit)
        elif unit.text.lower() not in FUNCTION_WORDS:
            weights[unit.key] = rarity(unit.key) + 0.5
    order = tuple(stem(token.lower) for token in tokens(text) if token.is_word)
    return Content(weights, tuple(facts), frozenset(order), order)


def best_sentences(claim: str, pieces: Sequence[str], most: int = BEST_SENTENCES) -> list[str]:
    """Return the source sentences that hold most of the claim's words, weighted by rarity."""
    wanted = content_of(claim)
    names = {stem(word) for unit in wanted.facts for word in unit.text.lower().split()}
    weights = {**dict.fromkeys(names, _FACT_WEIGHT), **wanted.weights}
    ranked = []
    for place, piece in enumerate(pieces):
        have = _stems(piece)
        shared = sum(weight for word, weight in weights.items() if word in have)
        ranked.append((-shared, len(have), piece, place))
    ranked.sort()
    return list(dict.fromkeys(piece for _, _, piece, _ in ranked))[:most]


@lru_cache(maxsize=16384)
def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(token.lower) for token in tokens(text) if token.is_word)


def measure(claim: str, best: Sequence[str], pieces: Sequence[str]) -> dict[str, float]:
    """Return the measures of one claim sentence against its source.

    `best` are the source's sentences nearest to it, best first; `pieces` all of them.
    """
    mine = content_of(claim)
    words = mine.order
    everywhere = frozenset().union(*(_stems(piece) for piece in pieces)) if pieces else frozenset()
    first = best[:1]
    pairs = list(pairwise(words))
    have_pairs = {pair for text in best for pair in pairwise(content_of(text).order)}
    uncovered = [weight for word, weight in mine.weights.items() if word not in everywhere]
    return {
        "coverage": _coverage(mine, first),
        "coverage_best": _coverage(mine, best),
        "everywhere": _words_share(mine, everywhere),
        "bigrams": sum(pair in have_pairs for pair in pairs) / max(1, len(pairs)),
        "run": max((longest_run(words, content_of(t).order) for t in first), default=0)
        / max(1, len(words)),
        "alike": max((align(claim, text).share for text in first), default=0.0),
        "strange": min(1.0, sum(uncovered) / 20.0),
        "strangest": max(uncovered, default=0.0) / 8.1,
        "length": math.log(max(1, len(words))) / 4.0,
    }


def _coverage(mine: Content, texts: Sequence[str]) -> float:
    """Return the weighted share of the claim's words and facts that the texts hold."""
    have = frozenset().union(*(_stems(text) for text in texts)) if texts else frozenset()
    facts = [unit for text in texts for unit in content_of(text).facts]
    held = sum(weight for word, weight in mine.weights.items() if word in have)
    total = sum(mine.weights.values())
    for unit in mine.facts:
        total += _FACT_WEIGHT
        if any(same_fact(unit, other) for other in facts) or _stems(unit.text) <= have:
            held += _FACT_WEIGHT
    return held / total if total else 0.0


def _words_share(mine: Content, have: frozenset[str]) -> float:
    total = sum(mine.weights.values())
    held = sum(weight for word, weight in mine.weights.items() if word in have)
    return held / total if total else 1.0


def same_fact(mine: Unit, theirs: Unit) -> bool:
    """Whether two facts may be one: the same name, an agreeing figure, dates without conflict."""
    one, other = mine.fact, theirs.fact
    if isinstance(one, Name) and isinstance(other, Name):
        return same_name(one, other)
    if isinstance(one, Figure) and isinstance(other, Figure):
        return agrees(one, other)
    if isinstance(one, Date) and isinstance(other, Date):
        return not conflicts(one, other) and bool(one.stated.keys() & other.stated.keys())
    return False

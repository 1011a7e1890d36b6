"""What the support score is made of: how much of a claim its source holds, as numbers 0 to 1.

Every measure means the same whatever the set: a share of the claim, not a count. Facts (names,
figures, dates) weigh as rare words do, and are compared as facts, not as words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from qa.alignment import Unit, align, units
from qa.dates import Date, conflicts
from qa.figures import Figure, agrees
from qa.names import Name, same_name
from qa.words import FUNCTION_WORDS, is_among, rarity, stem, tokens

BEST_SENTENCES = 3
_FACT_WEIGHT = 5.0
_COPIED_RUN = 3  # words in a row that make a copy
_WHOLE = 0.97


@dataclass(frozen=True, slots=True)
class Content:
    """What a text says: its content words with their weights, its facts, its words in order."""

    weights: dict[str, float]
    facts: tuple[Unit, ...]
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
    return Content(weights, tuple(facts), _order(text))


@lru_cache(maxsize=16384)
def _order(text: str) -> tuple[str, ...]:
    return tuple(stem(token.lower) for token in tokens(text) if token.is_word)


@lru_cache(maxsize=16384)
def _stems(text: str) -> frozenset[str]:
    return frozenset(_order(text))


def best_sentences(claim: str, pieces: Sequence[str], most: int = BEST_SENTENCES) -> list[str]:
    """Return the source sentences that hold most of the claim's words, weighted by rarity."""
    wanted = content_of(claim)
    names = {stem(word) for unit in wanted.facts for word in unit.text.lower().split()}
    weights = {**dict.fromkeys(names, _FACT_WEIGHT), **wanted.weights}
    ranked = []
    for piece in dict.fromkeys(pieces):
        have = _stems(piece)
        shared = sum(weight for word, weight in weights.items() if word in have)
        ranked.append((-shared, len(have), piece))
    return [piece for _, _, piece in sorted(ranked)[:most]]


def measure(
    claim: str, best: Sequence[str], pieces: Sequence[str], context: Sequence[str] = ()
) -> dict[str, float]:
    """Return the measures of one claim sentence against its source.

    `best` are the source's sentences nearest to it, best first, `pieces` all of them; facts may
    stand in the `context` too. Shares of the claim, weighted by rarity: `coverage` in the best
    sentence, `near` in the best three, `everywhere` in all. Then `copied`, the share of its
    words in runs of three or more that the source has too; `whole`, 1 when nearly all of it
    runs alike with the best sentence; `verbatim`, 1 when it stands word for word in one.
    """
    mine = content_of(claim)
    everywhere = frozenset().union(*(_stems(piece) for piece in pieces)) if pieces else frozenset()
    alike = max((align(claim, text).share for text in best[:1]), default=0.0)
    return {
        "coverage": coverage(claim, best[:1], context),
        "near": coverage(claim, best, context),
        "everywhere": _words_share(mine, everywhere),
        "copied": _copied(mine.order, [_order(piece) for piece in pieces]),
        "whole": float(alike >= _WHOLE),
        "verbatim": float(stands_verbatim(claim, pieces)),
    }


def coverage(claim: str, texts: Sequence[str], context: Sequence[str] = ()) -> float:
    """Return the weighted share of the claim's words and facts that the texts hold.

    Facts may stand in the context instead.
    """
    mine = content_of(claim)
    have = frozenset().union(*(_stems(text) for text in texts)) if texts else frozenset()
    facts = [unit for text in (*texts, *context) for unit in content_of(text).facts]
    held = sum(weight for word, weight in mine.weights.items() if is_among(word, have))
    total = sum(mine.weights.values()) + _FACT_WEIGHT * len(mine.facts)
    for unit in mine.facts:
        if _stems(unit.text) <= have or any(same_fact(unit, other) for other in facts):
            held += _FACT_WEIGHT
    return held / total if total else 0.0


def _words_share(mine: Content, have: frozenset[str]) -> float:
    total = sum(mine.weights.values())
    held = sum(weight for word, weight in mine.weights.items() if is_among(word, have))
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


def _copied(claim: Sequence[str], sources: Sequence[Sequence[str]]) -> float:
    """Return the share of words in runs that a source has too, longest first at each word.

    The extractive fragments of Grusky, Naaman and Artzi (2018), runs of three words at least.
    """
    places: dict[str, list[tuple[int, int]]] = {}
    for number, source in enumerate(sources):
        for at, word in enumerate(source):
            places.setdefault(word, []).append((number, at))
    copied = at = 0
    while at < len(claim):
        length = max(
            (_run_length(claim, at, sources[n], place) for n, place in places.get(claim[at], ())),
            default=0,
        )
        copied += length if length >= _COPIED_RUN else 0
        at += max(1, length)
    return copied / max(1, len(claim))


def _run_length(claim: Sequence[str], at: int, source: Sequence[str], place: int) -> int:
    length = 0
    while (
        at + length < len(claim)
        and place + length < len(source)
        and claim[at + length] == source[place + length]
    ):
        length += 1
    return length


def stands_verbatim(claim: str, pieces: Sequence[str]) -> bool:
    """Whether the claim's words stand as one run in one sentence of the source."""
    wanted = f" {_plain(claim)} "
    return any(wanted in f" {_plain(piece)} " for piece in pieces)


@lru_cache(maxsize=16384)
def _plain(text: str) -> str:
    return " ".join(token.text.lower().rstrip("'") for token in tokens(text) if token.is_word)


def combined(parts: Sequence[dict[str, float]]) -> dict[str, float]:
    """Return the measures of a claim of several sentences: the weakest decides.

    How much is copied is a trait of the whole claim, so it is averaged.
    """
    count = max(1, len(parts))
    return {
        **{name: min(part[name] for part in parts) for name in ("coverage", "near", "everywhere")},
        **{name: sum(part[name] for part in parts) / count for name in ("copied", "whole")},
        "verbatim": sum(part["verbatim"] for part in parts) / count,
        "missing": max(part["missing"] for part in parts),
        "mismatches": max(part["mismatches"] for part in parts),
    }

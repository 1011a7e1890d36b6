"""Whether two texts are (nearly) the same words: one wire story under two names.

Runs of four words are compared (Broder, "On the resemblance and containment of documents",
1997, https://doi.org/10.1109/SEQUEN.1997.666900): the share of the shorter text's runs that the
longer one holds too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from index.article import Span
from index.found import Carrier, Hit
from index.languages import UNSPACED_LETTERS

SAME_FROM = 0.7
"""Share of the shorter text's runs of words from which two texts count as the same story."""
_RUN = 4
# Of text without spaces every letter counts as a word.
_WORD = re.compile(rf"[{UNSPACED_LETTERS}]|[^\W{UNSPACED_LETTERS}]+")
_ASCII_WORD = re.compile(r"\w+", re.ASCII)  # the same of such text, and quicker

Run = tuple[str, ...]
"""Four words that follow one another, without case and punctuation."""


def same_words(one: str, other: str) -> bool:
    """Whether two texts are nearly the same words, of similar length.

    Texts of fewer than eight words must be equal but for case and punctuation.
    """
    runs, more = _remembered_runs(one), _remembered_runs(other)
    shorter, longer = sorted((runs, more), key=len)
    if len(shorter) < _RUN:
        return _plain(one) == _plain(other)
    # A short passage inside a much longer one is no duplicate: the longer one says more.
    if len(shorter) < 0.4 * len(longer):
        return False
    return len(shorter & longer) >= SAME_FROM * len(shorter)


def _plain(text: str) -> Run:
    found = _ASCII_WORD if text.isascii() else _WORD
    return tuple(found.findall(text.casefold()))


def word_runs(text: str) -> frozenset[Run]:
    """Return the different runs of four words of a text."""
    words = _plain(text)
    return frozenset(zip(*(words[i:] for i in range(_RUN)), strict=False))


_remembered_runs = lru_cache(maxsize=2048)(word_runs)


def placed_words(text: str, span: Span) -> Iterator[tuple[str, Span]]:
    """Yield the words of a part of a text, without case, each with its place in the text."""
    for match in _WORD.finditer(text, span.start, span.end):
        yield match.group().casefold(), Span(match.start(), match.end())


def collapsed(hits: Sequence[Hit], k: int) -> list[Hit]:
    """Return the `k` best hits, each with the other articles that carry the same words."""
    kept: list[Hit] = []
    carriers: list[list[Carrier]] = []
    runs_kept: set[Run] = set()
    for hit in hits:
        # Hardly any hit shares a run with what is kept; one of too few runs may equal it yet.
        runs = _remembered_runs(hit.passage.text)
        alone = len(runs) >= _RUN and runs.isdisjoint(runs_kept)
        for number, earlier in enumerate(() if alone else kept):
            if same_words(earlier.passage.text, hit.passage.text):
                carriers[number].append(Carrier(hit.passage, hit.article))
                break
        else:
            if len(kept) < k:
                kept.append(hit)
                carriers.append([])
                runs_kept |= runs
    return [
        hit if not others else replace(hit, carriers=tuple(others))
        for hit, others in zip(kept, carriers, strict=True)
    ]

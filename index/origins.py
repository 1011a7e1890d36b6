"""Which articles carry one story: a wire report in five outlets is one origin, five carriers.

Articles are compared by their runs of four words (Broder 1997, see `duplicates`). Candidates come
from MinHash sketches cut into bands (locality-sensitive hashing: Leskovec, Rajaraman and Ullman,
"Mining of Massive Datasets", chapter 3, http://www.mmds.org), and every candidate is checked
exactly, so that a sketch decides nothing by itself. Whether two articles are compared, and how
that ends, depends on the two alone: the order in which articles came makes no difference. The
only importer of rensa.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from index.article import Article
from index.duplicates import Run, word_runs

SAME_STORY_FROM = 0.6
"""Share of the shorter article's runs of words from which two articles are one story."""
LEAST_OF_LONGER = 0.15
"""A shorter text than this share of the longer one is a quotation of it, not the story."""
FEWEST_RUNS = 30
"""Articles with fewer different runs of words are compared with none."""
MOST_DAYS_APART = 14
"""Papers use last year's text on a holiday again: that is another story."""
LONGEST_READ = 300_000
"""Characters of a body that are compared: no story is longer, and a book must not fill memory."""
BANDS, _ROWS = 64, 3
_SEED = 20250122
_MIX = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], dtype=np.uint64)

Sketch = NDArray[np.uint64]
"""One number for each band; articles of one story have at least one in common."""


def sketch_version() -> str:
    """Return what has to be the same for sketches to be comparable."""
    from rensa import RMinHash

    return f"{BANDS}x{_ROWS}/{_SEED}/{RMinHash.ALGORITHM_VERSION}"


@dataclass(frozen=True, slots=True)
class Story:
    """What is compared of an article: its runs of words, and the day it was published."""

    runs: frozenset[Run]
    published: date | None = None


def story_of(article: Article) -> Story:
    """Return what is compared of an article; no runs where they are too few to compare."""
    body = "\n".join(span.of(article.text) for span in article.body_spans())
    runs = word_runs(body[:LONGEST_READ])
    published = date.fromisoformat(article.published) if article.published else None
    return Story(runs if len(runs) >= FEWEST_RUNS else frozenset(), published)


def sketches(many_runs: Sequence[Iterable[Run]]) -> list[Sketch | None]:
    """Return a sketch of each set of runs; None for an empty one."""
    from rensa import RMinHash

    texts = [[" ".join(run) for run in sorted(runs)] for runs in many_runs]
    filled = [text for text in texts if text]
    rows = RMinHash.digests_from_token_sets(filled, BANDS * _ROWS, _SEED) if filled else []
    digests = np.array(rows, dtype=np.uint64).reshape(len(filled), BANDS, _ROWS)
    bands = iter((digests * _MIX).sum(axis=2, dtype=np.uint64))
    return [next(bands) if text else None for text in texts]


def candidate_pairs(known: Sketch, new: Sketch) -> set[tuple[int, int]]:
    """Return the pairs (row of `known`, row of `new`) that agree in at least one band.

    `known` is of shape (articles, BANDS), as is `new`. Of two articles with the share J of
    runs in common, 1 - (1 - J^3)^64 of the pairs are found: 0.99 at 0.4, 0.06 at 0.1.
    """
    pairs: set[tuple[int, int]] = set()
    for band in range(BANDS if len(known) and len(new) else 0):
        order = np.argsort(known[:, band], kind="stable")
        column = known[order, band]
        left = np.searchsorted(column, new[:, band], "left")
        right = np.searchsorted(column, new[:, band], "right")
        for row in np.flatnonzero(right > left):
            pairs.update((int(at), int(row)) for at in order[left[row] : right[row]])
    return pairs


def shared_story(one: Story, other: Story) -> float | None:
    """Return the share of the shorter article's runs in the longer, None if not one story."""
    shorter, longer = sorted((one.runs, other.runs), key=len)
    if not shorter or len(shorter) < LEAST_OF_LONGER * len(longer):
        return None
    if one.published and other.published:
        apart = abs(one.published - other.published).days
        if apart > MOST_DAYS_APART:
            return None
    share = len(shorter & longer) / len(shorter)
    return share if share >= SAME_STORY_FROM else None


def origins_of(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the origin of every article of a pair: the least id of those it hangs together with.

    An article that is in no pair is its own origin, and not listed.
    """
    parent: dict[str, str] = {}

    def root(article: str) -> str:
        while parent.setdefault(article, article) != article:
            parent[article] = parent[parent[article]]
            article = parent[article]
        return article

    for one, other in pairs:
        first, second = sorted((root(one), root(other)))
        parent[second] = first
    return {article: root(article) for article in sorted(parent)}


def carriers_by_origin(origins: dict[str, str]) -> Iterator[tuple[str, list[str]]]:
    """Yield each origin with its carriers, in order of their ids."""
    found: dict[str, list[str]] = {}
    for article in sorted(origins):
        found.setdefault(origins[article], []).append(article)
    yield from sorted(found.items())

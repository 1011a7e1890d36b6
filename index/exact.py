"""Exact dense search: every vector of the catalogue compared with the question's.

The oracle that the approximate index is measured against, and the search itself for
libraries of up to `EXACT_LIMIT` passages: a matrix product finds the true nearest
neighbours of 20,000 passages in under a millisecond, sees what another process has just
committed, and applies any filter for nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from index.catalogue import Catalogue
from index.catalogue_rows import split_id
from index.embedding import Vectors
from index.errors import LibraryError
from index.filters import Filter, date_number

EXACT_LIMIT = 50_000
_BLOCK = 8192

Ranked = list[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class VectorTable:
    """Passage ids and their unit vectors, row by row, as of one revision."""

    revision: int
    ids: tuple[str, ...]
    articles: tuple[str, ...]
    matrix: Vectors

    def search(self, vector: Vectors, k: int, allowed: frozenset[str] | None = None) -> Ranked:
        """Return the `k` nearest passages as (id, cosine similarity), best first.

        `allowed` are the article ids to choose from, None for all. Equal similarities
        are ordered by passage id, so that the same library gives the same list.
        """
        if not self.ids or k < 1:
            return []
        scores = self.matrix @ np.asarray(vector, dtype=np.float32)
        rows = np.arange(len(self.ids))
        if allowed is not None:
            passes = np.fromiter((article in allowed for article in self.articles), np.bool_)
            rows = rows[passes]
        if len(rows) > k:
            threshold = np.partition(scores[rows], len(rows) - k)[len(rows) - k]
            rows = rows[scores[rows] >= threshold]
        # Rounded, because equal vectors differ in the last bit by their place in the matrix.
        best = sorted((-round(float(scores[i]), 6), self.ids[i]) for i in rows)[:k]
        return [(identity, -negative) for negative, identity in best]


def known_hashes(catalogue: Catalogue, hashes: Sequence[str], embedder: str) -> set[str]:
    """Return those of the hashes that have an embedding by this embedder."""
    known: set[str] = set()
    for first in range(0, len(hashes), 500):
        some = hashes[first : first + 500]
        marks = ",".join("?" * len(some))
        rows = catalogue.database.run(
            f"SELECT hash FROM embeddings WHERE embedder = ? AND hash IN ({marks})",
            (embedder, *some),
        )
        known.update(row[0] for row in rows)
    return known


def blocks(
    catalogue: Catalogue, embedder: str, dimension: int, *, size: int = _BLOCK
) -> Iterator[VectorTable]:
    """Yield all passages that have an embedding, `size` at a time."""
    revision = catalogue.revision
    ids: list[str] = []
    articles: list[str] = []
    data: list[bytes] = []
    for article, ordinal, vector in catalogue.database.stream(
        "SELECT p.article, p.ordinal, e.vector FROM passages p "
        "CROSS JOIN embeddings e ON e.hash = p.hash AND e.embedder = ?",
        (embedder,),
    ):
        ids.append(f"{article}:{ordinal}")
        articles.append(article)
        data.append(vector)
        if len(ids) == size:
            yield _table(revision, ids, articles, data, dimension)
            ids, articles, data = [], [], []
    yield _table(revision, ids, articles, data, dimension)


def _table(
    revision: int, ids: list[str], articles: list[str], data: list[bytes], dimension: int
) -> VectorTable:
    matrix = np.frombuffer(b"".join(data), dtype="<f4").reshape(len(ids), dimension)
    return VectorTable(revision, tuple(ids), tuple(articles), matrix)


def load_table(catalogue: Catalogue, embedder: str, dimension: int) -> VectorTable:
    """Return the vectors of the whole library, one consistent revision."""
    with catalogue.database.snapshot():
        parts = list(blocks(catalogue, embedder, dimension))
    return VectorTable(
        parts[0].revision,
        tuple(i for part in parts for i in part.ids),
        tuple(i for part in parts for i in part.articles),
        np.concatenate([part.matrix for part in parts]),
    )


def search_blocks(
    parts: Iterable[VectorTable], vector: Vectors, k: int, allowed: frozenset[str] | None
) -> Ranked:
    """Search a library too large to hold in memory, block by block."""
    best: Ranked = []
    for part in parts:
        found = best + part.search(vector, k, allowed)
        best = sorted(found, key=lambda hit: (-hit[1], hit[0]))[:k]
    return best


def allowed_articles(catalogue: Catalogue, where: Filter | None) -> frozenset[str] | None:
    """Return the ids of the articles that pass the filter; None when all do."""
    if not where:
        return None
    names = {name.casefold() for name in where.sources}
    dates = where.date_range
    return frozenset(
        outline.id
        for outline in catalogue.outlines()
        if (not where.articles or outline.id in where.articles)
        and (not names or (outline.source or "").casefold() in names)
        and (dates is None or dates[0] <= (date_number(outline.published) or 0) <= dates[1])
    )


def vectors_of(
    catalogue: Catalogue, passage_ids: Sequence[str], embedder: str, dimension: int
) -> Vectors:
    """Return the vectors of the passages named, one row each, in that order.

    Raises:
        LibraryError: there is no such passage, or it has no embedding by this embedder.

    """
    places = [split_id(passage_id) for passage_id in passage_ids]
    found = {
        (article, ordinal): vector
        for article, ordinal, vector in catalogue.of_places(
            places,
            "p.article, p.ordinal, e.vector",
            "CROSS JOIN embeddings e ON e.hash = p.hash AND e.embedder = ?",
            (embedder,),
        )
    }
    for place, passage_id in zip(places, passage_ids, strict=True):
        if place not in found:
            raise LibraryError(
                f"passage {passage_id} has no embedding by {embedder}: "
                "run `footnote library repair`"
            )
    rows = [found[place] for place in places]
    return np.frombuffer(b"".join(rows), dtype="<f4").reshape(len(rows), dimension)

"""Keeping the two derived indexes, Chroma and tantivy, in step with the catalogue.

There is one way to do it, used after indexing, after removing, on opening and for repair
alike: ask the catalogue for what changed since the revision that the index holds, and
apply it; if the index holds nothing usable, or its count is wrong afterwards, make it
anew. Nothing is embedded here. The caller holds the library's write lock.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from index.article import Article
from index.catalogue import Catalogue
from index.catalogue_rows import Changes, Stamp
from index.errors import LibraryDamaged
from index.exact import load_table
from index.indexing import Progress
from index.keywords import Keywords, PassageTexts
from index.probing import lost_passages
from index.vectors import Record, VectorIndex


def current_stamp(catalogue: Catalogue) -> Stamp:
    """Return the stamp of an index that holds exactly what the catalogue holds now."""
    return Stamp(catalogue.meta("library") or "", catalogue.revision)


def catch_up(
    catalogue: Catalogue,
    index: Keywords | VectorIndex,
    embedder: str,
    progress: Progress,
    *,
    anew: bool = False,
) -> None:
    """Bring one derived index in step with the catalogue; `anew` begins with an empty one.

    Raises:
        LibraryDamaged: it cannot be written, not even anew.

    """
    stamp = current_stamp(catalogue)
    held = None if anew else index.stamp
    if held == stamp:
        return
    if held is not None and held.library == stamp.library:
        changes = catalogue.changes_since(held.revision)
        if changes is not None:
            try:
                _apply(catalogue, index, embedder, changes, stamp, progress)
                if _is_whole(catalogue, index, embedder, deleted=bool(changes.gone)):
                    return
            except LibraryDamaged:
                pass  # made anew below; an error that remains will be raised there
    index.reset()
    everything = Changes((), tuple(catalogue.article_ids()))
    _apply(catalogue, index, embedder, everything, stamp, progress)


def _is_whole(
    catalogue: Catalogue, index: Keywords | VectorIndex, embedder: str, *, deleted: bool
) -> bool:
    """Whether the index holds what it must and, after deleting, still finds it."""
    if index.count != _expected(catalogue, index, embedder):
        return False
    if isinstance(index, Keywords) or not deleted:
        return True
    table = load_table(catalogue, embedder, int(catalogue.meta("dimension") or 0))
    return lost_passages(index, table)[0] == 0


def _expected(catalogue: Catalogue, index: Keywords | VectorIndex, embedder: str) -> int:
    """Return how many passages the index must hold: for vectors, those that have one."""
    if isinstance(index, Keywords):
        return catalogue.passage_count
    return catalogue.embedded_count(embedder)


def _apply(
    catalogue: Catalogue,
    index: Keywords | VectorIndex,
    embedder: str,
    changes: Changes,
    stamp: Stamp,
    progress: Progress,
) -> None:
    if isinstance(index, Keywords):
        # A word index has no "replace": whatever may be there already goes first.
        gone = sorted({*changes.gone, *changes.new})
        index.update(gone, _words(catalogue, changes.new, progress), stamp)
    else:
        index.update(changes.gone, _records(catalogue, changes.new, embedder, progress), stamp)


def _articles(
    catalogue: Catalogue, ids: Sequence[str], progress: Progress, phase: str
) -> Iterator[Article]:
    for number, article_id in enumerate(ids, 1):
        article = catalogue.article(article_id)
        if article is not None:
            yield article
        if number % 100 == 0 or number == len(ids):
            progress(phase, number, len(ids))


def _words(
    catalogue: Catalogue, ids: Sequence[str], progress: Progress
) -> Iterator[tuple[Article, PassageTexts]]:
    for article in _articles(catalogue, ids, progress, "writing the keyword index"):
        yield article, catalogue.passage_texts(article)


def _records(
    catalogue: Catalogue, ids: Sequence[str], embedder: str, progress: Progress
) -> Iterator[Record]:
    wanted = set(ids)
    outlines = [outline for outline in catalogue.outlines() if outline.id in wanted]
    for number, outline in enumerate(outlines, 1):
        rows = catalogue.database.run(
            "SELECT p.ordinal, e.vector FROM passages p JOIN embeddings e "
            "ON e.hash = p.hash AND e.embedder = ? WHERE p.article = ? ORDER BY p.ordinal",
            (embedder, outline.id),
        )
        for ordinal, vector in rows:
            yield Record(f"{outline.id}:{ordinal}", outline, np.frombuffer(vector, dtype="<f4"))
        if number % 100 == 0 or number == len(outlines):
            progress("writing the vector index", number, len(outlines))

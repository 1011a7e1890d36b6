"""Dense and keyword search over one library's catalogue and derived indexes.

What is returned always exists in the catalogue: ids that a derived index still holds and
the catalogue does not are left out, and where Chroma returns fewer than there must be,
the exact search answers.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Literal, Protocol, TypeVar

from index.catalogue import Catalogue
from index.embedding import Vectors
from index.errors import EmbedderMismatch, LibraryDamaged, LibraryError
from index.exact import (
    EXACT_LIMIT,
    Ranked,
    VectorTable,
    allowed_articles,
    blocks,
    load_table,
    search_blocks,
    vectors_of,
)
from index.filters import Filter
from index.keywords import Keywords
from index.vectors import VectorIndex

Result = TypeVar("Result")
Method = Literal["auto", "exact", "chroma"]


class Mend(Protocol):
    """Brings a derived index in step, or makes it anew; False when somebody is writing it."""

    def __call__(self, index: Keywords | VectorIndex, *, anew: bool = False) -> bool: ...


class Searcher:
    """Searches; `mend` is called with an index that lags behind the catalogue or is broken."""

    def __init__(
        self,
        catalogue: Catalogue,
        keywords: Keywords,
        vectors: VectorIndex,
        embedder: str,
        dimension: int,
        mend: Mend,
    ) -> None:
        self._catalogue = catalogue
        self._keywords = keywords
        self._vectors = vectors
        self._embedder = embedder
        self._dimension = dimension
        self._mend = mend
        self._lock = threading.RLock()
        self._table: VectorTable | None = None
        self._in_step: dict[Keywords | VectorIndex, int] = {}

    def dense(
        self, vector: Vectors, k: int, where: Filter | None = None, method: Method = "auto"
    ) -> Ranked:
        """See `Library.dense`."""
        made_with = self._catalogue.meta("embedding") or ""
        if made_with != self._embedder:
            raise EmbedderMismatch(
                f"the library was rebuilt with another embedding model ({made_with}) "
                "since it was opened: open it again"
            )
        chroma = method == "chroma" or (
            method == "auto" and self._catalogue.passage_count > EXACT_LIMIT
        )
        if chroma:
            found = self._through_chroma(vector, k, where)
            if found is not None:
                return found
        allowed = allowed_articles(self._catalogue, where)
        if self._catalogue.passage_count > EXACT_LIMIT:
            parts = blocks(self._catalogue, self._embedder, self._dimension)
            return search_blocks(parts, vector, k, allowed)
        return self._current_table().search(vector, k, allowed)

    def _through_chroma(self, vector: Vectors, k: int, where: Filter | None) -> Ranked | None:
        """Return the hits of Chroma; None when it cannot be relied on for this question."""
        with self._lock:
            try:
                if not self._keep_up(self._vectors):
                    return None
                found = self._vectors.search(vector, k, where, sources=self._spellings(where))
            except LibraryError:
                return None
        live = self._live(found)
        # Counting what passes the filter is a walk through the library.
        return live if len(live) >= k or len(live) >= self._matching(where) else None

    def keyword(self, question: str, k: int, where: Filter | None = None) -> Ranked:
        """See `Library.keyword`."""
        spellings = self._spellings(where)
        nothing: Ranked = []
        found = self._ask_keywords(
            lambda: self._keywords.search(question, k, where, sources=spellings), nothing
        )
        return self._live(found)

    def document_frequency(self, terms: Iterable[str]) -> dict[str, int]:
        """See `Library.document_frequency`."""
        wanted = set(terms)
        return self._ask_keywords(
            lambda: self._keywords.document_frequency(wanted), dict.fromkeys(wanted, 0)
        )

    def _ask_keywords(self, ask: Callable[[], Result], nothing: Result) -> Result:
        """Ask an index that is in step, made anew once if it is broken.

        While it is being written for the first time there is nothing to ask.
        """
        with self._lock:
            with contextlib.suppress(LibraryError):
                self._keep_up(self._keywords)
            try:
                return ask()
            except LibraryDamaged:
                return ask() if self._mend(self._keywords, anew=True) else nothing

    def vectors_of(self, passage_ids: Sequence[str]) -> Vectors:
        """See `Library.vectors_of`."""
        return vectors_of(self._catalogue, passage_ids, self._embedder, self._dimension)

    def _keep_up(self, index: Keywords | VectorIndex) -> bool:
        """See that an index holds what the catalogue holds; False while somebody writes it."""
        revision = self._catalogue.revision
        if self._in_step.get(index) == revision:
            return True
        # Neither notices by itself what another process has written: Chroma must be opened
        # before its stamp is read, the words are read after theirs.
        if isinstance(index, VectorIndex):
            index.refresh()
        in_step = self._mend(index)
        if isinstance(index, Keywords):
            index.refresh()
        if in_step:
            self._in_step[index] = revision
        return in_step

    def _current_table(self) -> VectorTable:
        with self._lock:
            if self._table is None or self._table.revision != self._catalogue.revision:
                self._table = load_table(self._catalogue, self._embedder, self._dimension)
            return self._table

    def _live(self, found: Ranked) -> Ranked:
        """Leave out ids that the catalogue does not hold."""
        there = self._catalogue.existing_passages([identity for identity, _ in found])
        return [hit for hit in found if hit[0] in there]

    def _matching(self, where: Filter | None) -> int:
        """Return how many passages pass the filter."""
        allowed = allowed_articles(self._catalogue, where)
        if allowed is None:
            return self._catalogue.passage_count
        counts = self._catalogue.passage_counts()
        return sum(counts.get(article_id, 0) for article_id in allowed)

    def _spellings(self, where: Filter | None) -> list[str]:
        """Return the sources that the filter names, as the articles spell them."""
        if where is None or not where.sources:
            return []
        names = {name.casefold() for name in where.sources}
        sources = {outline.source for outline in self._catalogue.outlines() if outline.source}
        return sorted(source for source in sources if source.casefold() in names)

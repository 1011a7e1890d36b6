"""From articles to the catalogue: split, embed, store.

Articles are stored in batches, one transaction each. A batch is large enough for its texts
to be embedded in order of length (padding to the longest text of a batch is what small texts
pay for otherwise), and small enough that a process killed in the middle loses a few seconds
of work. The next run finds what is stored and goes on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np

from index.article import Article, Passage
from index.catalogue import Catalogue
from index.catalogue_rows import Container, Entry, Location
from index.embedded_text import embedded_hash, embedding_key, passage_text_for_embedding
from index.embedding import Embedder, Vectors
from index.errors import ModelFailed
from index.exact import known_hashes

PASSAGES_AT_ONCE = 256
ARTICLES_AT_ONCE = 256
CHARACTERS_AT_ONCE = 8_000_000

Reader = Callable[[Path], Article]
Splitter = Callable[[Article], list[Passage]]


class Progress(Protocol):
    """Told how far the work is: `phase` is a word for people, `done` of `total` its units.

    `total` is 0 while nobody knows it.
    """

    def __call__(self, phase: str, done: int, total: int) -> None: ...


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What one indexing did, counted in files; `embedded` counts passages.

    `failed` holds the path and a one-line message of every file that could not be read;
    `skipped` counts files passed over because they are hidden or of no known format.
    `warnings` are one line each: something was left out, or asks for a look.
    """

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    failed: tuple[tuple[str, str], ...] = ()
    embedded: int = 0
    skipped: int = 0
    warnings: tuple[str, ...] = ()


@dataclass(slots=True)
class Intake:
    """Collects read articles and stores them, with the embeddings they need, in batches."""

    catalogue: Catalogue
    embedder: Embedder
    split: Splitter
    embedded: int = 0
    _entries: list[Entry] = field(default_factory=list)
    _finished: list[Container] = field(default_factory=list)
    _texts: dict[str, str] = field(default_factory=dict)
    _passages: int = 0
    _characters: int = 0

    @property
    def full(self) -> bool:
        """Whether it is time to store."""
        return (
            self._passages >= PASSAGES_AT_ONCE
            or len(self._entries) >= ARTICLES_AT_ONCE
            or self._characters >= CHARACTERS_AT_ONCE
        )

    def article(self, article_id: str) -> Article | None:
        """Return an article that is held or stored, None when it is neither."""
        for entry in self._entries:
            if entry.article.id == article_id:
                return entry.article
        return self.catalogue.article(article_id)

    def take(self, article: Article, location: Location | None) -> None:
        """Split one article and hold it until the next `store`."""
        passages = tuple(self.split(article))
        hashes = tuple(embedded_hash(passage) for passage in passages)
        for passage, key in zip(passages, hashes, strict=True):
            self._texts[key] = passage_text_for_embedding(passage)
        self._entries.append(Entry(article, passages, hashes, location))
        self._passages += len(passages)
        self._characters += len(article.text)

    def finish(self, container: Container) -> None:
        """Say that every member of a container has been taken; stored with the last of them."""
        self._finished.append(container)

    def store(self) -> None:
        """Embed what is new among the passages held, and store everything held."""
        if self._entries or self._finished:
            key = embedding_key(self.embedder.name)
            known = known_hashes(self.catalogue, list(self._texts), key)
            new = {h: text for h, text in self._texts.items() if h not in known}
            vectors = embed(self.embedder, new)
            self.catalogue.put(self._entries, vectors, key, self._finished)
            self.embedded += len(vectors)
        self._entries, self._finished, self._texts = [], [], {}
        self._passages = self._characters = 0


def embed(embedder: Embedder, texts: dict[str, str]) -> dict[str, Vectors]:
    """Return the embedding of each text by its key, texts of like length embedded together.

    Raises:
        ModelFailed: the embedder returned something that is no set of vectors.

    """
    keys = sorted(texts, key=lambda key: (len(texts[key]), key))
    vectors: dict[str, Vectors] = {}
    # Twice a batch, so that the usual batch, which is a little too full, is one call.
    for first in range(0, len(keys), 2 * PASSAGES_AT_ONCE):
        some = keys[first : first + 2 * PASSAGES_AT_ONCE]
        rows = embedder.embed_passages([texts[key] for key in some])
        if rows.shape != (len(some), embedder.dimension) or not np.isfinite(rows).all():
            raise ModelFailed(
                f"{embedder.name} returned an array of shape {rows.shape} for {len(some)} texts of "
                f"dimension {embedder.dimension}, or one with holes: choose another embedding "
                "model with `footnote models use`"
            )
        vectors.update(zip(some, rows, strict=True))
    return vectors

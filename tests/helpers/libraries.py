"""What tests of a library share: opening one on plain text, and asking it for everything."""

from __future__ import annotations

from pathlib import Path

from index.embedding import Embedder
from index.filters import Filter
from index.library import Library
from index.searching import Method
from tests.helpers.articles import read_plain, split_paragraphs

METHODS: tuple[Method, ...] = ("exact", "chroma")


def writing(folder: Path, embedder: Embedder | None) -> Library:
    """Open a library that reads plain text and takes each paragraph as a passage."""
    return Library.create_or_open(
        folder, embedder=embedder, read=read_plain, split=split_paragraphs
    )


def everything_found(library: Library, where: Filter | None = None) -> list[set[str]]:
    """Return the passages that each way of searching can find at all."""
    vector = library.embedder.embed_question("Report on the harbour")
    found = [library.dense(vector, 10_000, where, method=method) for method in METHODS]
    found.append(library.keyword("Report part on", 10_000, where))
    return [{identity for identity, _ in hits} for hits in found]


def found_at_all(library: Library) -> set[str]:
    """Return the passages that any way of searching can find."""
    return set().union(*everything_found(library))


def all_passages(library: Library) -> set[str]:
    """Return the ids of the catalogue's passages."""
    return {p.id for article in library.article_ids() for p in library.passages(article)}


def assert_whole(library: Library) -> None:
    """All three stores hold exactly the catalogue's passages."""
    assert everything_found(library) == [all_passages(library)] * 3
    assert library.check() == []

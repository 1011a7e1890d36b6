"""The exact search is the oracle: it must be exact."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.catalogue import Catalogue
from index.errors import LibraryError
from index.exact import VectorTable, allowed_articles, blocks, load_table, search_blocks
from index.filters import Filter
from index.library import Library
from tests.helpers.hashing_embedder import HashingEmbedder
from tests.helpers.libraries import all_passages, writing

numbers = st.integers(-3, 3)
rows = st.lists(st.lists(numbers, min_size=4, max_size=4), max_size=60)


def table_of(values: list[list[int]]) -> VectorTable:
    ids = tuple(f"a{row % 7}:{row}" for row in range(len(values)))
    articles = tuple(identity.split(":")[0] for identity in ids)
    return VectorTable(1, ids, articles, np.array(values, dtype=np.float32).reshape(-1, 4))


def by_sorting(
    table: VectorTable, question: list[int], k: int, allowed: frozenset[str] | None
) -> list[tuple[str, float]]:
    scored = [
        (identity, float(np.dot(row, question)))
        for identity, article, row in zip(table.ids, table.articles, table.matrix, strict=True)
        if allowed is None or article in allowed
    ]
    return sorted(scored, key=lambda hit: (-hit[1], hit[0]))[:k]


@given(
    values=rows,
    question=st.lists(numbers, min_size=4, max_size=4),
    k=st.integers(0, 70),
    allowed=st.none() | st.frozensets(st.sampled_from([f"a{n}" for n in range(9)])),
    size=st.integers(1, 9),
)
@settings(max_examples=200, deadline=None)
def test_it_gives_what_sorting_everything_gives_whole_or_in_blocks(
    values: list[list[int]],
    question: list[int],
    k: int,
    allowed: frozenset[str] | None,
    size: int,
) -> None:
    table = table_of(values)
    vector = np.array(question, dtype=np.float32)
    expected = by_sorting(table, question, k, allowed)
    assert table.search(vector, k, allowed) == expected
    parts = [
        VectorTable(1, table.ids[at], table.articles[at], table.matrix[at])
        for at in (slice(first, first + size) for first in range(0, len(values), size))
    ]
    assert search_blocks(parts, vector, k, allowed) == expected


def test_blocks_of_a_catalogue_hold_what_the_whole_table_holds(
    library: Library, folder: Path, files: Path
) -> None:
    library.index([files])
    catalogue = Catalogue(folder, write=False)
    whole = load_table(catalogue, "hashing-64 of passage", 64)
    parts = list(blocks(catalogue, "hashing-64 of passage", 64, size=7))
    assert len(parts) == 5
    assert [identity for part in parts for identity in part.ids] == list(whole.ids)
    assert np.concatenate([part.matrix for part in parts]).tolist() == whole.matrix.tolist()
    assert set(whole.ids) == all_passages(library)
    catalogue.close()


def test_an_empty_library_has_an_empty_table(folder: Path, hashing: HashingEmbedder) -> None:
    writing(folder, hashing).close()
    catalogue = Catalogue(folder, write=False)
    table = load_table(catalogue, "hashing-64 of passage", 64)
    assert table.search(np.ones(64, dtype=np.float32), 5) == []
    assert allowed_articles(catalogue, None) is None
    assert allowed_articles(catalogue, Filter(since="2025-01-01")) == frozenset()
    catalogue.close()


@pytest.mark.parametrize("name", ["", "nothing", "a:b", "a:-1", "a:", ":0"])
def test_what_is_no_passage_id_is_an_error_of_the_library(library: Library, name: str) -> None:
    with pytest.raises(LibraryError):
        library.vectors_of([name])

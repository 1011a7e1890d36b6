"""The Chroma index finds what the exact search finds, and can always be told from a stale one."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.catalogue_rows import Outline, Stamp
from index.embedding import Vectors
from index.errors import LibraryDamaged
from index.exact import VectorTable
from index.filters import Filter
from index.vectors import Record, VectorIndex

DIMENSION = 24
STAMP = Stamp("library-a", 7)


def unit_rows(count: int, seed: int) -> Vectors:
    rows = np.random.default_rng(seed).normal(size=(count, DIMENSION)).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def outline(number: int) -> Outline:
    dates = ("2025-01-05", "2025-02-10", None)
    return Outline(
        f"a{number}", f"t{number}", ("AP", "Reuters", None)[number % 3], dates[number % 3]
    )


def records(vectors: Vectors, per_article: int = 5) -> list[Record]:
    places = (divmod(row, per_article) for row in range(len(vectors)))
    return [
        Record(f"a{article}:{ordinal}", outline(article), vectors[row])
        for row, (article, ordinal) in enumerate(places)
    ]


def table(held: list[Record]) -> VectorTable:
    ids = tuple(record.passage_id for record in held)
    articles = tuple(record.article.id for record in held)
    return VectorTable(1, ids, articles, np.stack([record.vector for record in held]))


def opened(folder: Path, embedder: str = "model") -> VectorIndex:
    return VectorIndex(folder, embedder=embedder, dimension=DIMENSION)


@given(
    count=st.integers(1, 120), gone=st.sets(st.integers(0, 23), max_size=12), seed=st.integers(0, 9)
)
@settings(max_examples=15, deadline=None)
def test_chroma_agrees_with_the_exact_search_after_any_deletions(
    count: int, gone: set[int], seed: int
) -> None:
    held = records(unit_rows(count, seed))
    with tempfile.TemporaryDirectory() as folder:
        index = opened(Path(folder))
        index.update([], held, STAMP)
        index.update([f"a{number}" for number in gone], [], STAMP)
        live = [record for record in held if record.article.id not in {f"a{n}" for n in gone}]
        assert index.ids() == {record.passage_id for record in live}
        for question in unit_rows(3, seed + 100):
            found = index.search(question, 10)
            exact = table(live).search(question, 10) if live else []
            assert [identity for identity, _ in found] == [identity for identity, _ in exact]
            assert [s for _, s in found] == pytest.approx([s for _, s in exact], abs=1e-5)
        index.close()


@pytest.mark.parametrize(
    ("where", "sources", "expected"),
    [
        (Filter(since="2025-01-05", until="2025-01-31"), (), {0}),
        (Filter(since="2025-02-01"), (), {1}),
        (Filter(until="2025-12-31"), (), {0, 1}),
        (Filter(sources=frozenset({"ap"})), ("AP",), {0}),
        (Filter(sources=frozenset({"nobody"})), (), set()),
        (Filter(articles=frozenset({"a4"})), (), {4}),
        (Filter(since="2025-02-01", articles=frozenset({"a4", "a3"})), (), {4}),
    ],
)
def test_filters_let_through_only_what_they_name(
    tmp_path: Path, where: Filter, sources: tuple[str, ...], expected: set[int]
) -> None:
    index = opened(tmp_path)
    index.update([], records(unit_rows(30, 1)), STAMP)
    found = index.search(unit_rows(1, 2)[0], 30, where, sources=sources)
    articles = {identity.split(":")[0] for identity, _ in found}
    kinds = {int(article[1:]) if where.articles else int(article[1:]) % 3 for article in articles}
    assert kinds == expected
    index.close()


def test_adding_the_same_records_again_changes_nothing(tmp_path: Path) -> None:
    index = opened(tmp_path)
    held = records(unit_rows(40, 3))
    index.update([], held, STAMP)
    index.update([], held, STAMP)
    assert index.count == 40
    index.close()


def test_more_records_than_chroma_takes_at_once_are_all_stored(tmp_path: Path) -> None:
    index = opened(tmp_path)
    index.update([], records(unit_rows(6000, 4)), STAMP)
    assert index.count == 6000
    index.close()


def test_the_stamp_is_there_after_closing_and_opening(tmp_path: Path) -> None:
    index = opened(tmp_path)
    assert index.stamp is None, "nothing there yet"
    index.update([], records(unit_rows(10, 5)), STAMP)
    index.close()
    again = opened(tmp_path)
    assert again.stamp == STAMP
    assert again.count == 10
    again.close()


def test_the_stamp_of_another_embedder_counts_for_nothing(tmp_path: Path) -> None:
    index = opened(tmp_path)
    index.update([], records(unit_rows(10, 5)), STAMP)
    index.close()
    other = opened(tmp_path, embedder="another model")
    assert other.stamp is None
    other.close()


def test_a_broken_file_is_reported_and_can_be_made_anew(tmp_path: Path) -> None:
    index = opened(tmp_path)
    index.update([], records(unit_rows(10, 6)), STAMP)
    index.close()
    (index.folder / "chroma.sqlite3").write_bytes(b"no database" * 400)
    broken = opened(tmp_path)
    assert broken.stamp is None
    with pytest.raises(LibraryDamaged, match="footnote library repair"):
        broken.search(unit_rows(1, 1)[0], 5)
    broken.reset()
    broken.update([], records(unit_rows(10, 6)), STAMP)
    assert broken.count == 10
    broken.close()


def test_sources_of_any_characters_can_be_stored_and_found(tmp_path: Path) -> None:
    index = opened(tmp_path)
    strange = "Agence\x00 \udce9 \u202e"
    record = Record("a0:0", Outline("a0", "t", strange, None), unit_rows(1, 7)[0])
    index.update([], [record], STAMP)
    found = index.search(record.vector, 1, Filter(sources=frozenset({strange})), sources=[strange])
    assert [identity for identity, _ in found] == ["a0:0"]
    index.close()


def test_an_empty_index_finds_nothing(tmp_path: Path) -> None:
    index = opened(tmp_path)
    index.update([], [], STAMP)
    assert index.search(unit_rows(1, 1)[0], 5) == []
    index.close()


def test_every_file_scrambled_is_as_good_as_none(tmp_path: Path) -> None:
    index = opened(tmp_path)
    index.update([], records(unit_rows(10, 6)), STAMP)
    index.close()
    for path in index.folder.rglob("*"):
        if path.is_file():
            path.write_bytes(b"scrambled" * 100)
    assert index.stamp is None
    index.reset()
    index.update([], records(unit_rows(10, 6)), STAMP)
    assert index.count == 10
    index.close()


def test_one_index_made_anew_while_another_object_has_it_open_holds_what_it_was_given(
    tmp_path: Path,
) -> None:
    reader, writer = opened(tmp_path), opened(tmp_path)
    writer.update([], records(unit_rows(10, 8)), STAMP)
    assert reader.count == 10
    writer.reset()
    writer.update([], records(unit_rows(20, 9)), STAMP)
    writer.close()
    again = opened(tmp_path)
    assert again.count == 20
    again.close()
    reader.close()

"""The vector index finds what it holds, or is made anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from index import derived
from index.exact import VectorTable, load_table
from index.library import Library
from index.probing import SAMPLE, lost_passages
from index.vectors import VectorIndex


def test_what_the_graph_does_not_find_is_counted(
    library: Library, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.index([files])
    vectors = library._parts.vectors
    table = load_table(library._catalogue, library._parts.key, 64)
    assert lost_passages(vectors, table) == (0, min(SAMPLE, 30))
    found = VectorIndex.search
    lost = {row.tobytes() for row in table.matrix[:3]}

    def forgetful(index: VectorIndex, vector: object, k: int) -> object:
        return [] if vector.tobytes() in lost else found(index, vector, k)  # type: ignore

    monkeypatch.setattr(VectorIndex, "search", forgetful)
    assert lost_passages(vectors, table)[0] == 3
    assert library.check() == ["3 of 30 passages looked for in the vector index are not found"]


def test_an_index_that_lost_passages_to_deletions_is_made_anew(
    library: Library, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.index([files])
    probed, made_anew = [], []

    def one_lost(vectors: VectorIndex, table: VectorTable) -> tuple[int, int]:
        probed.append(len(table.ids))
        return 1, 30

    reset = VectorIndex.reset

    def noted(index: VectorIndex) -> None:
        made_anew.append(1)
        reset(index)

    monkeypatch.setattr(derived, "lost_passages", one_lost)
    monkeypatch.setattr(VectorIndex, "reset", noted)
    (files / "new.txt").write_text("One more report.", "utf-8")
    library.index([files])
    assert (probed, made_anew) == ([], []), "nothing was deleted"
    next(files.glob("report-*.txt")).unlink()
    library.index([files], prune=True)
    assert (probed, made_anew) == ([26], [1])
    assert library.check() == []

"""A process killed at any moment loses nothing that it had committed, and the next goes on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from index.embedding import Vectors
from tests.helpers.articles import write_numbered
from tests.helpers.hashing_embedder import HashingEmbedder
from tests.helpers.killing import kill_many
from tests.helpers.libraries import assert_whole, writing


def test_a_library_made_by_runs_that_were_killed_equals_one_made_in_one_go(tmp_path: Path) -> None:
    report = kill_many(tmp_path, kills=10, seed=3)
    assert sum(report.phases.values()) >= 3, f"hardly anything was killed: {report}"


def test_what_an_interrupted_run_has_stored_is_not_embedded_again(
    tmp_path: Path, folder: Path
) -> None:
    write_numbered(tmp_path / "files", range(30), paragraphs=40)

    class Interrupted(HashingEmbedder):
        def embed_passages(self, texts: Sequence[str]) -> Vectors:
            if len(self.seen) > 500:
                raise KeyboardInterrupt
            return super().embed_passages(texts)

    stopped = Interrupted()
    with pytest.raises(KeyboardInterrupt), writing(folder, stopped) as library:
        library.index([tmp_path / "files"])
    embedder = HashingEmbedder()
    with writing(folder, embedder) as library:
        assert library.passage_count == len(stopped.seen)
        report = library.index([tmp_path / "files"])
        assert report.unchanged > 0
        assert_whole(library)
    assert not set(embedder.seen) & set(stopped.seen)
    assert len(embedder.seen) + len(stopped.seen) == 30 * 40

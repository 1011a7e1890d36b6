"""A library follows a file of many articles as it follows a folder of files."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from index.embedding import Vectors
from index.errors import LibraryError, LibraryOutdated
from index.library import Library
from tests.helpers.files import COST, PRICE, mail, make_mbox, make_table, make_zip
from tests.helpers.first_version import first_version
from tests.helpers.hashing_embedder import HashingEmbedder


def story(number: int) -> str:
    return f"Report {number}: {PRICE}\n\nPump {number} of the town was repaired. {COST}"


def box_of(path: Path, numbers: Sequence[int]) -> Path:
    path.unlink(missing_ok=True)
    return make_mbox(path, [mail(story(number), subject=f"Mail {number}") for number in numbers])


def opened(folder: Path, embedder: HashingEmbedder) -> Library:
    return Library.create_or_open(folder, embedder=embedder)


@pytest.fixture
def reading(folder: Path, hashing: HashingEmbedder) -> Iterator[Library]:
    """A library that reads files as the tool does, with an embedder without a model."""
    with opened(folder, hashing) as library:
        yield library


def titles(library: Library) -> list[str]:
    return sorted(outline.title for outline in library.outlines())


def test_an_unchanged_container_is_not_read_again(
    reading: Library, tmp_path: Path, hashing: HashingEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = box_of(tmp_path / "a.mbox", [1, 2, 3])
    assert (reading.index([box]).added, titles(reading)) == (1, ["Mail 1", "Mail 2", "Mail 3"])
    assert reading.check() == []
    seen, revision = len(hashing.seen), reading.revision
    monkeypatch.setattr("index.file_indexing.read_articles", None)
    assert reading.index([box]).unchanged == 1
    os.utime(box, ns=(1, 1))
    assert reading.index([box]).unchanged == 1
    assert (len(hashing.seen), reading.revision) == (seen, revision)


def test_a_changed_container_replaces_its_members(
    reading: Library, tmp_path: Path, hashing: HashingEmbedder
) -> None:
    box = box_of(tmp_path / "a.mbox", [1, 2, 3])
    reading.index([box])
    hashing.seen.clear()
    report = reading.index([box_of(box, [2, 3, 4])])
    assert (report.updated, report.added) == (1, 0)
    assert titles(reading) == ["Mail 2", "Mail 3", "Mail 4"]
    assert all("4" in text or "family" in text for text in hashing.seen)
    assert {a.path for a in reading.articles()} == {f"{box}#{n}" for n in (1, 2, 3)}
    assert reading.check() == []


def test_what_goes_with_its_container_is_pruned(reading: Library, tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    box = box_of(files / "a.mbox", [1, 2])
    make_zip(files / "b.zip", {"c.txt": story(3)})
    reading.index([files])
    box.unlink()
    assert reading.index([files], prune=True).removed == 1
    assert len(titles(reading)) == 1
    (files / "b.zip").unlink()
    assert reading.index([files], prune=True).removed == 1
    assert reading.article_count == 0
    assert reading.check() == []


def test_a_member_or_a_container_can_be_removed_and_comes_back(
    reading: Library, tmp_path: Path
) -> None:
    box = box_of(tmp_path / "a.mbox", [1, 2, 3])
    reading.index([box])
    assert reading.remove(f"{box}#2") == 1
    assert titles(reading) == ["Mail 1", "Mail 3"]
    reading.index([box])
    assert titles(reading) == ["Mail 1", "Mail 2", "Mail 3"]
    assert reading.remove(box) == 3
    assert reading.article_count == 0
    with pytest.raises(LibraryError, match="holds nothing"):
        reading.remove(box)


def test_a_member_that_cannot_be_read_is_reported_and_stops_nothing(
    reading: Library, tmp_path: Path
) -> None:
    archive = make_zip(
        tmp_path / "a.zip", {"a.txt": story(1), "b.pdf": "broken", "c.txt": story(2)}
    )
    report = reading.index([archive])
    assert [path for path, _ in report.failed] == [f"{archive}!/b.pdf"]
    assert (report.added, reading.article_count) == (1, 2)


def test_many_broken_members_are_counted(reading: Library, tmp_path: Path) -> None:
    members = {f"{n}.pdf": "broken" for n in range(30)} | {"a.txt": story(1)}
    report = reading.index([make_zip(tmp_path / "a.zip", members)])
    assert len(report.failed) == 21
    assert report.failed[-1][1] == f"{tmp_path / 'a.zip'}: 10 more of its articles cannot be read"


def test_a_container_without_articles_is_a_warning(reading: Library, tmp_path: Path) -> None:
    archive = make_zip(tmp_path / "a.zip", {"picture.png": b"\x89PNG"})
    report = reading.index([archive])
    assert (report.failed, report.warnings) == ((), (f"{archive} holds no article",))
    assert reading.index([archive]).unchanged == 1
    assert reading.article_count == 0


def test_a_container_of_which_nothing_can_be_read_is_tried_again(
    reading: Library, tmp_path: Path
) -> None:
    archive = make_zip(tmp_path / "a.zip", {"a.pdf": "broken"})
    for _ in range(2):
        report = reading.index([archive])
        assert len(report.failed) == 1
        assert report.added == 0


def test_columns_that_were_named_are_remembered(reading: Library, tmp_path: Path) -> None:
    table = make_table(tmp_path / "a.csv", [{"a": story(1), "b": story(2)}])
    assert "has no column that holds the text" in reading.index([table]).failed[0][1]
    reading.index([table], columns={"text": "a"})
    assert [article.text for article in reading.articles()] == [story(1)]
    assert reading.index([table]).unchanged == 1
    assert reading.index([table], columns={"text": "b"}).updated == 1
    assert [article.text for article in reading.articles()] == [story(2)]
    make_table(table, [{"a": story(3), "b": story(4)}, {"a": story(5), "b": story(6)}])
    assert reading.index([table]).updated == 1
    assert [article.text for article in reading.articles()] == [story(4), story(6)]


class Stopping(HashingEmbedder):
    """Is interrupted after so many texts."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self.after = after

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        if len(self.seen) > self.after:
            raise KeyboardInterrupt
        return super().embed_passages(texts)


def test_a_container_that_was_interrupted_is_taken_up_again(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.indexing.PASSAGES_AT_ONCE", 16)
    box = box_of(tmp_path / "a.mbox", range(80))
    stopped = Stopping(after=40)
    with pytest.raises(KeyboardInterrupt), opened(folder, stopped) as library:
        library.index([box])
    embedder = HashingEmbedder()
    with opened(folder, embedder) as library:
        assert 0 < library.article_count < 80
        report = library.index([box])
        assert (report.added, library.article_count) == (1, 80)
        assert library.check_catalogue() == []
        assert library.index([box]).unchanged == 1
    assert not set(embedder.seen) & set(stopped.seen)


def test_a_library_of_an_earlier_version_is_brought_up_to_date_by_a_reader(
    folder: Path, hashing: HashingEmbedder
) -> None:
    article = first_version(folder)
    with Library.open(folder, embedder=hashing) as library:
        assert library.articles() == [article]
    with opened(folder, hashing) as library:
        library._catalogue.set_meta("schema", "1")
        with pytest.raises(LibraryOutdated, match="footnote library repair"):
            Library.open(folder, embedder=hashing)

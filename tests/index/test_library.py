"""A library follows its files, embeds nothing twice, and finds what it holds."""

from __future__ import annotations

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from index.article import Article
from index.errors import FootnoteError, LibraryError, ReadingError
from index.filters import Filter
from index.library import Library
from tests.helpers.articles import numbered_text, read_plain, split_paragraphs, write_numbered
from tests.helpers.hashing_embedder import HashingEmbedder
from tests.helpers.libraries import all_passages, assert_whole, everything_found

# Following the files


def test_articles_come_back_with_their_passages(
    library: Library, files: Path, hashing: HashingEmbedder
) -> None:
    report = library.index([files])
    assert (report.added, report.embedded, report.failed) == (6, 30, ())
    expected = [read_plain(path) for path in sorted(files.iterdir())]
    assert library.articles() == expected
    for article in expected:
        assert library.passages(article.id) == split_paragraphs(article)
        assert library.passage(f"{article.id}:2") == split_paragraphs(article)[2]
    assert (library.article_count, library.passage_count) == (6, 30)
    assert_whole(library)


def test_unchanged_files_are_neither_read_nor_embedded_again(
    library: Library, files: Path, hashing: HashingEmbedder
) -> None:
    library.index([files])
    hashing.seen.clear()
    revision = library.revision
    report = library.index([files])
    assert (report.unchanged, report.added, report.updated) == (6, 0, 0)
    assert hashing.seen == []
    assert library.revision == revision


def test_a_file_with_a_new_time_and_the_same_bytes_is_not_read_again(
    folder: Path, files: Path, hashing: HashingEmbedder
) -> None:
    read: list[Path] = []

    def reading(path: Path) -> Article:
        read.append(path)
        return read_plain(path)

    with Library.create_or_open(
        folder, embedder=hashing, read=reading, split=split_paragraphs
    ) as library:
        library.index([files])
        assert len(read) == 6
        for path in files.iterdir():
            os.utime(path, ns=(1, 1))
        assert library.index([files]).unchanged == 6
    assert len(read) == 6


def test_a_file_changed_within_the_moment_and_of_equal_size_is_noticed(
    library: Library, files: Path
) -> None:
    path = files / "report-0001.txt"
    library.index([files])
    status = path.stat()
    path.write_text(path.read_text().replace("Report 1 part 0", "Report 1 part 9"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert library.index([files]).updated == 1


def test_of_a_changed_file_only_the_new_words_are_embedded_and_the_old_are_gone_everywhere(
    library: Library, files: Path, hashing: HashingEmbedder
) -> None:
    library.index([files])
    path = files / "report-0003.txt"
    before = library.article_id(path)
    hashing.seen.clear()
    kept = numbered_text(3, 5).split("\n")[:3]
    path.write_text("\n".join([*kept, "Report part quite new."]))
    report = library.index([files])
    assert (report.updated, report.unchanged, report.embedded) == (1, 5, 1)
    assert hashing.seen == ["Report part quite new."]
    with pytest.raises(LibraryError, match="no article"):
        library.article(before)
    assert not any(
        identity.startswith(before) for ids in everything_found(library) for identity in ids
    )
    assert_whole(library)


def test_a_removed_file_goes_with_prune_and_only_then(library: Library, files: Path) -> None:
    library.index([files])
    gone = library.article_id(files / "report-0002.txt")
    (files / "report-0002.txt").unlink()
    assert library.index([files]).removed == 0
    assert library.article_count == 6
    assert library.index([files], prune=True).removed == 1
    assert library.article_count == 5
    assert not any(
        identity.startswith(gone) for ids in everything_found(library) for identity in ids
    )
    assert_whole(library)


def test_prune_leaves_what_lies_outside_the_folders(
    library: Library, files: Path, tmp_path: Path
) -> None:
    write_numbered(tmp_path / "files-of-others", [77])
    library.index([files, tmp_path / "files-of-others"])
    shutil.rmtree(tmp_path / "files-of-others")
    assert library.index([files], prune=True).removed == 0
    assert library.article_count == 7


def test_a_moved_file_is_not_embedded_again(
    library: Library, files: Path, hashing: HashingEmbedder
) -> None:
    library.index([files])
    article = library.article_id(files / "report-0002.txt")
    hashing.seen.clear()
    (files / "report-0002.txt").rename(files / "moved.txt")
    report = library.index([files], prune=True)
    assert (report.added, report.removed, report.embedded) == (1, 1, 0)
    assert hashing.seen == []
    assert library.article(article).path == str(files / "moved.txt")
    assert_whole(library)


def test_files_with_the_same_bytes_are_one_article_at_two_places(
    library: Library, files: Path
) -> None:
    shutil.copy(files / "report-0001.txt", files / "copy.txt")
    report = library.index([files])
    assert (report.added, library.article_count, library.passage_count) == (7, 6, 30)
    article = library.article_id(files / "copy.txt")
    assert library.article_id(files / "report-0001.txt") == article
    assert set(library.locations(article)) == {
        str(files / "copy.txt"),
        str(files / "report-0001.txt"),
    }
    (files / "copy.txt").unlink()
    library.index([files], prune=True)
    assert library.article(article).path == str(files / "report-0001.txt")
    assert_whole(library)


def test_a_file_that_cannot_be_read_is_reported_and_stops_nothing(
    folder: Path, files: Path, hashing: HashingEmbedder
) -> None:
    def reading(path: Path) -> Article:
        if path.name == "report-0001.txt":
            raise ReadingError(f"{path} is empty")
        if path.name == "report-0002.txt":
            raise RecursionError("a page nested too deep")
        return read_plain(path)

    with Library.create_or_open(
        folder, embedder=hashing, read=reading, split=split_paragraphs
    ) as library:
        report = library.index([files])
        assert report.added == library.article_count == 4
        assert [(Path(path).name, message) for path, message in report.failed] == [
            ("report-0001.txt", f"{files / 'report-0001.txt'} is empty"),
            (
                "report-0002.txt",
                f"{files / 'report-0002.txt'}: RecursionError: a page nested too deep",
            ),
        ]
        assert_whole(library)


def test_a_missing_path_is_an_error_before_anything_is_done(library: Library, files: Path) -> None:
    with pytest.raises(FootnoteError, match="nowhere does not exist"):
        library.index([files, files / "nowhere"])
    assert library.article_count == 0


def test_removing_by_id_path_and_folder(library: Library, files: Path) -> None:
    library.index([files])
    assert library.remove(library.article_ids()[0]) == 1
    assert library.remove(files / "report-0001.txt") == 1
    assert_whole(library)
    assert library.remove(files) == 4
    assert (library.article_count, library.passage_count) == (0, 0)
    assert_whole(library)
    with pytest.raises(LibraryError, match="footnote library list"):
        library.remove(files)


def test_an_article_without_passages_is_kept(library: Library, files: Path) -> None:
    (files / "blank.txt").write_text("\n\n")
    library.index([files])
    assert library.passages(library.article_id(files / "blank.txt")) == []
    assert_whole(library)


def test_articles_without_files_can_be_added(library: Library) -> None:
    page = Article(text="A report on the web.", title="page", url="https://example.org/1")
    loose = Article(text="A report from a table.", title="row")
    assert library.add([page, loose]).added == 2
    assert library.add([page, loose]).added == 0
    assert library.articles() == [page, loose]
    assert library.article_id("https://example.org/1") == page.id
    assert_whole(library)


# Searching


def test_chroma_and_the_exact_search_agree(library: Library, files: Path) -> None:
    library.index([files])
    for question in ("harbour strike", "a glacier and an orchestra", "Report 3 part 2"):
        vector = library.embedder.embed_question(question)
        exact = library.dense(vector, 12, method="exact")
        chroma = library.dense(vector, 12, method="chroma")
        # Equal similarities may be cut at different places.
        assert [s for _, s in chroma] == pytest.approx([s for _, s in exact], abs=1e-5)
        similar = library.vectors_of([identity for identity, _ in chroma]) @ vector
        assert similar.tolist() == pytest.approx([s for _, s in chroma], abs=1e-5)


def test_filters_hold_in_every_way_of_searching(library: Library, tmp_path: Path) -> None:
    dated = tmp_path / "dated"
    dated.mkdir()
    heads = {"ap": "AP | 2025-01-05", "reuters": "Reuters | 2025-02-10", "undated": "No date"}
    for name, head in heads.items():
        (dated / f"{name}.txt").write_text(f"{head}\nReport part on the bridge.")
    library.index([dated])
    ids = {name: library.article_id(dated / f"{name}.txt") for name in heads}
    for where, expected in (
        (Filter(since="2025-02-01"), {"reuters"}),
        (Filter(until="2025-02-01"), {"ap"}),
        (Filter(sources=frozenset({"REUTERS"})), {"reuters"}),
        (Filter(sources=frozenset({"nobody"})), set()),
        (Filter(articles=frozenset({ids["undated"], ids["ap"]})), {"undated", "ap"}),
    ):
        for found in everything_found(library, where):
            articles = {identity.split(":")[0] for identity in found}
            assert articles == {ids[name] for name in expected}


def test_several_threads_may_search_at_once(library: Library, files: Path) -> None:
    library.index([files])
    expected = everything_found(library)
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(lambda _: everything_found(library), range(12)):
            assert found == expected


def test_an_unknown_passage_or_article_is_an_error_of_the_library(library: Library) -> None:
    for ask in (library.article, library.passages, library.passage, library.article_id):
        with pytest.raises(LibraryError):
            ask("000000000000:0")
    with pytest.raises(LibraryError):
        library.vectors_of(["000000000000:0"])


def test_vectors_are_unit_rows_in_the_order_asked_for(library: Library, files: Path) -> None:
    library.index([files])
    ids = sorted(all_passages(library))[::-3]
    rows = library.vectors_of(ids)
    texts = [library.passage(identity).text for identity in ids]
    assert rows.tolist() == library.embedder.embed_passages(texts).tolist()
    assert np.linalg.norm(rows, axis=1).tolist() == pytest.approx([1.0] * len(ids))


def test_an_article_is_named_by_id_by_the_beginning_of_it_by_path_or_by_a_paths_end(
    samples: Library, seeds: Path
) -> None:
    [article] = [a for a in samples.articles() if "003_" in (a.path or "")]
    path = next(seeds.glob("003_*"))
    for name in (article.id, article.id[:5], str(path), path.name):
        assert samples.article_id(name) == article.id
    with pytest.raises(LibraryError, match="holds no article named 009"):
        samples.article_id("009")

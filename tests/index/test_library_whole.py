"""A library loses nothing with its derived indexes, mixes no embedders, and has one writer."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from index.catalogue import Catalogue
from index.errors import EmbedderMismatch, LibraryBusy, LibraryError, LibraryMissing
from index.library import Library
from tests.helpers.articles import split_paragraphs, write_numbered
from tests.helpers.hashing_embedder import HashingEmbedder
from tests.helpers.libraries import METHODS, all_passages, assert_whole, everything_found, writing

# The derived indexes


@pytest.mark.parametrize("derived", ["chroma", "keywords"])
@pytest.mark.parametrize("harm", ["deleted", "emptied", "scrambled", "older"])
def test_harm_to_a_derived_index_loses_nothing_and_embeds_nothing(
    folder: Path, files: Path, hashing: HashingEmbedder, derived: str, harm: str, tmp_path: Path
) -> None:
    with writing(folder, hashing) as library:
        library.index([files])
        shutil.copytree(folder / derived, tmp_path / "older")
        write_numbered(files, [50, 51])
        library.index([files])
        library.remove(files / "report-0000.txt")
        expected = all_passages(library)
    shutil.rmtree(folder / derived)
    if harm == "emptied":
        (folder / derived).mkdir()
    elif harm == "older":
        shutil.copytree(tmp_path / "older", folder / derived)
    elif harm == "scrambled":
        shutil.copytree(tmp_path / "older", folder / derived)
        for path in (folder / derived).rglob("*"):
            if path.is_file() and path.name != "footnote.json":
                path.write_bytes(b"scrambled" * 100)
    hashing.seen.clear()
    with Library.open(folder, embedder=hashing) as library:
        assert everything_found(library) == [expected] * 3
        assert library.check() == []
    assert hashing.seen == []


def test_the_derived_index_of_another_library_is_not_believed(
    files: Path, tmp_path: Path, hashing: HashingEmbedder
) -> None:
    write_numbered(tmp_path / "others", range(100, 106))
    for name, articles in (("one", files), ("two", tmp_path / "others")):
        with writing(tmp_path / name, hashing) as library:
            library.index([articles])
    for derived in ("chroma", "keywords"):
        shutil.rmtree(tmp_path / "one" / derived)
        shutil.copytree(tmp_path / "two" / derived, tmp_path / "one" / derived)
    with Library.open(tmp_path / "one", embedder=hashing) as library:
        assert_whole(library)


def test_a_catalogue_older_than_its_indexes_is_believed(
    folder: Path, files: Path, hashing: HashingEmbedder, tmp_path: Path
) -> None:
    with writing(folder, hashing) as library:
        library.index([files])
    shutil.copy(folder / "catalogue.sqlite3", tmp_path / "backup")
    with writing(folder, hashing) as library:
        library.remove(files / "report-0000.txt")
        library.remove(files / "report-0001.txt")
    shutil.copy(tmp_path / "backup", folder / "catalogue.sqlite3")
    with Library.open(folder, embedder=hashing) as library:
        assert library.article_count == 6
        assert_whole(library)


def test_check_finds_what_is_wrong_and_repair_mends_it(
    folder: Path, files: Path, hashing: HashingEmbedder
) -> None:
    with writing(folder, hashing) as library:
        library.index([files])
        first, second, third = library.article_ids()[:3]
    catalogue = Catalogue(folder, write=True)
    run = catalogue.database.run
    cut = 'UPDATE passages SET "end" = "end" - 3 WHERE article = ? AND ordinal = 1'
    run(cut, (first,))
    run(cut.replace("SET", "SET sentences = '[]',"), (second,))
    lost = run("SELECT hash FROM passages WHERE article = ? AND ordinal = 0", (second,))[0]
    run("DELETE FROM embeddings WHERE hash = ?", lost)
    short = run("SELECT hash FROM passages WHERE article = ? AND ordinal = 0", (third,))[0]
    run("UPDATE embeddings SET vector = x'00000000' WHERE hash = ?", short)
    catalogue.close()
    with writing(folder, hashing) as library:
        problems = "\n".join(library.check_catalogue())
        assert f"passage {first}:1 does not lie in order" in problems
        assert f"passage {second}:1 does not have the words" in problems
        assert "1 passages have no embedding" in problems
        assert "1 embeddings are not of dimension 64" in problems
        hashing.seen.clear()
        assert library.repair() == []
        assert len(hashing.seen) == 2
        assert_whole(library)


def test_check_finds_an_index_that_lacks_or_holds_too_much(
    folder: Path, files: Path, hashing: HashingEmbedder
) -> None:
    with writing(folder, hashing) as library:
        library.index([files])
    catalogue = Catalogue(folder, write=True)
    with catalogue.change():
        pass  # a revision that no derived index has seen
    catalogue.close()
    with Library.open(folder) as library:
        problems = library.check()
        assert [problem.split(" holds")[0] for problem in problems] == [
            "the keyword index",
            "the vector index",
        ]
    with Library.open_to_write(folder) as library:
        assert library.repair() == []


# The embedder


def test_a_library_of_another_embedder_is_refused_naming_both_and_the_ways_out(
    folder: Path, files: Path, hashing: HashingEmbedder
) -> None:
    with writing(folder, hashing) as library:
        library.index([files])
    other = HashingEmbedder(name="other@1234", dimension=32)
    for write in (True, False):
        with pytest.raises(
            EmbedderMismatch,
            match=r"hashing-64.*other@1234.*models use hashing-64.*rebuild",
        ):
            Library.create_or_open(folder, embedder=other, write=write)
    with writing(folder, hashing) as library:
        assert library.article_count == 6


def test_rebuilding_takes_the_new_embedder_and_drops_what_the_old_one_made(
    folder: Path, files: Path, hashing: HashingEmbedder
) -> None:
    with writing(folder, hashing) as library:
        library.index([files])
        articles = library.articles()
    other = HashingEmbedder(name="other", dimension=32)
    with Library.create_or_open(
        folder, embedder=other, any_embedder=True, split=split_paragraphs
    ) as library:
        assert library.rebuild() == 30
        assert library.articles() == articles
        assert library.vectors_of(sorted(all_passages(library))).shape == (30, 32)
        assert_whole(library)
    catalogue = Catalogue(folder, write=False)
    assert catalogue.database.run("SELECT DISTINCT embedder FROM embeddings") == [
        ("other of passage",)
    ]
    catalogue.close()
    with Library.open(folder, embedder=other) as library:
        assert_whole(library)


def test_a_reader_from_before_a_rebuild_is_told_to_open_again(
    folder: Path, files: Path, hashing: HashingEmbedder
) -> None:
    with writing(folder, hashing) as library:
        library.index([files])
    other = HashingEmbedder(name="other", dimension=32)
    with Library.open(folder, embedder=hashing) as reader:
        reader.dense(hashing.embed_question("harbour"), 3)
        with Library.create_or_open(folder, embedder=other, any_embedder=True) as library:
            library.rebuild()
        with pytest.raises(EmbedderMismatch, match="open it again"):
            reader.dense(hashing.embed_question("harbour"), 3)


def test_an_empty_library_takes_any_embedder(folder: Path, files: Path) -> None:
    writing(folder, HashingEmbedder(name="first", dimension=16)).close()
    with writing(folder, HashingEmbedder()) as library:
        library.index([files])
        assert_whole(library)


def test_without_an_embedder_one_can_list_and_remove_and_not_index(
    folder: Path, files: Path, hashing: HashingEmbedder
) -> None:
    with writing(folder, hashing) as library:
        library.index([files])
    with Library.open_to_write(folder) as library:
        assert len(library.outlines()) == 6
        library.remove(files / "report-0000.txt")
        assert library.check() == []
        with pytest.raises(LibraryError, match="embedding model"):
            library.index([files])


# Several processes


HOLD = """
import sys
from pathlib import Path
from index.library import Library
with Library.create_or_open(Path(sys.argv[1]), embedder=None):
    print("open", flush=True)
    sys.stdin.read()
"""


def test_a_second_process_that_wants_to_write_is_told_who_does(
    folder: Path, files: Path, hashing: HashingEmbedder
) -> None:
    with writing(folder, hashing) as library:
        library.index([files])
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(LibraryBusy, match=rf"written by process {holder.pid}\b"):
            Library.create_or_open(folder, embedder=hashing)
        with Library.open(folder, embedder=hashing) as reader:
            assert everything_found(reader) == [all_passages(reader)] * 3
        holder.communicate("")
    with writing(folder, hashing) as library:
        assert library.article_count == 6


def test_a_reader_sees_each_change_of_a_writer_in_every_search(
    folder: Path, files: Path, hashing: HashingEmbedder
) -> None:
    with writing(folder, hashing) as writer:
        writer.index([files])
        with Library.open(folder, embedder=hashing) as reader:
            assert_whole(reader)
            write_numbered(files, range(20, 30))
            writer.index([files])
            assert reader.article_count == 16
            assert_whole(reader)
            writer.remove(files / "report-0025.txt")
            assert_whole(reader)


def test_a_reader_in_the_middle_of_a_change_searches_on_and_sees_all_of_it_afterwards(
    folder: Path, files: Path, hashing: HashingEmbedder
) -> None:
    seen: dict[str, list[set[str]]] = {}
    with writing(folder, hashing) as writer:
        writer.index([files])
        before = all_passages(writer)
        with Library.open(folder, embedder=hashing) as reader:
            assert_whole(reader)
            write_numbered(files, range(40, 60), paragraphs=30)

            def look(phase: str, done: int, total: int) -> None:
                committed = all_passages(reader)
                exact, chroma, keyword = everything_found(reader)
                assert exact == chroma == committed >= before
                assert before <= keyword <= committed
                seen[phase] = [exact, keyword]

            writer.index([files], progress=look)
            assert set(seen) >= {"reading articles", "writing the keyword index"}
            exact, keyword = seen["reading articles"]
            assert len(exact) > len(keyword), "the words come after the articles"
            assert_whole(reader)


def test_a_reader_searches_while_nothing_is_derived_yet(
    folder: Path, files: Path, hashing: HashingEmbedder
) -> None:
    with writing(folder, hashing) as writer:
        writer.index([files])
        for derived in ("chroma", "keywords"):
            shutil.rmtree(folder / derived)
        with Library.open(folder, embedder=hashing) as reader:
            vector = hashing.embed_question("harbour")
            assert reader.keyword("harbour", 5) == []
            for method in METHODS:
                assert len(reader.dense(vector, 5, method=method)) == 5


def test_there_is_no_library_until_something_is_indexed(tmp_path: Path) -> None:
    for opening in (Library.open, Library.open_to_write):
        with pytest.raises(LibraryMissing, match="footnote index PATH"):
            opening(tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_what_was_opened_for_reading_does_not_write(
    folder: Path, files: Path, hashing: HashingEmbedder
) -> None:
    with writing(folder, hashing) as library:
        library.index([files])
    with Library.open(folder, embedder=hashing) as reader:
        with pytest.raises(ValueError, match="opened for reading"):
            reader.index([files])
        with pytest.raises(ValueError, match="opened for reading"):
            reader.remove(files)

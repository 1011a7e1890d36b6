"""A library goes into one file and comes out the same; nothing else comes out of a file."""

from __future__ import annotations

import hashlib
import io
import json
import random
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from index.catalogue import FILE, Catalogue
from index.errors import FootnoteError, LibraryError, LibraryMissing
from index.library import Library
from index.portable import MANIFEST, Manifest, export_library, import_library
from tests.helpers.articles import write_numbered
from tests.helpers.hashing_embedder import HashingEmbedder
from tests.helpers.killing import contents
from tests.helpers.libraries import writing


@pytest.fixture
def full(folder: Path, files: Path, hashing: HashingEmbedder) -> Path:
    """A library of six reports, one of them taken out again."""
    with writing(folder, hashing) as library:
        library.index([files])
        library.remove(next(files.iterdir()))
    return folder


@pytest.fixture
def archive(full: Path, tmp_path: Path) -> Path:
    export_library(full, tmp_path / "library.zip")
    return tmp_path / "library.zip"


def test_a_library_comes_back_with_the_same_passages_and_search_results(
    full: Path, archive: Path, tmp_path: Path
) -> None:
    manifest = import_library(archive, tmp_path / "elsewhere" / "library")
    assert (manifest.articles, manifest.passages, manifest.embeddings) == (5, 25, 25)
    assert contents(tmp_path / "elsewhere" / "library") == contents(full)


def test_an_imported_library_goes_on_as_one(archive: Path, files: Path, tmp_path: Path) -> None:
    import_library(archive, tmp_path / "new")
    embedder = HashingEmbedder()
    with writing(tmp_path / "new", embedder) as library:
        report = library.index([files])
        assert (report.added, report.unchanged) == (1, 5)
        assert len(embedder.seen) == 5, "only the article that had been removed"
        assert library.check() == []


def test_the_same_library_is_the_same_file_and_files_are_not_written_over(
    full: Path, archive: Path, tmp_path: Path
) -> None:
    export_library(full, tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == archive.read_bytes()
    with pytest.raises(FootnoteError, match="is there already"):
        export_library(full, archive)
    with pytest.raises(FootnoteError, match="cannot be written"):
        export_library(full, tmp_path / "no" / "such" / "folder.zip")
    with pytest.raises(LibraryMissing):
        export_library(tmp_path / "nothing", tmp_path / "nothing.zip")
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "again.zip", "files", "library", "library.zip"
    ]  # fmt: skip


def test_what_was_removed_is_not_in_the_file(
    folder: Path, files: Path, hashing: HashingEmbedder, tmp_path: Path
) -> None:
    secret = files / "secret.txt"
    secret.write_text("The password is xyzzy-plugh-9281.\n" * 500, "utf-8")
    with writing(folder, hashing) as library:
        library.index([files])
        library.remove(secret)
    export_library(folder, tmp_path / "library.zip")
    with zipfile.ZipFile(tmp_path / "library.zip") as packed:
        assert b"xyzzy" not in packed.read(FILE)


def test_an_export_while_somebody_writes_is_whole(
    full: Path, files: Path, hashing: HashingEmbedder, tmp_path: Path
) -> None:
    with writing(full, hashing) as library:
        write_numbered(files, range(50, 60))
        with library._catalogue.change():
            manifest = export_library(full, tmp_path / "library.zip")
        library.index([files])
    assert manifest.articles == 5
    import_library(tmp_path / "library.zip", tmp_path / "new")


def test_an_empty_library_is_a_library(
    folder: Path, hashing: HashingEmbedder, tmp_path: Path
) -> None:
    writing(folder, hashing).close()
    export_library(folder, tmp_path / "empty.zip")
    (tmp_path / "new").mkdir()
    assert import_library(tmp_path / "empty.zip", tmp_path / "new").articles == 0
    with Library.open(tmp_path / "new") as library:
        assert library.check() == []


def test_a_folder_that_holds_anything_is_left_alone(full: Path, archive: Path) -> None:
    before = sorted(full.rglob("*"))
    with pytest.raises(LibraryError, match="holds something already"):
        import_library(archive, full)
    with pytest.raises(LibraryError, match="holds something already"):
        import_library(archive, archive)
    assert sorted(full.rglob("*")) == before


# Archives that are none


def refused(archive: Path, folder: Path) -> str:
    """Import; see that it fails in one line and leaves nothing; return the line."""
    beside = sorted(folder.parent.iterdir())
    with pytest.raises(LibraryError) as caught:
        import_library(archive, folder)
    assert "\n" not in str(caught.value)
    assert sorted(folder.parent.iterdir()) == beside
    return str(caught.value)


def repacked(archive: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """Write the archive anew with other members."""
    with zipfile.ZipFile(archive) as packed:
        members = {name: packed.read(name) for name in packed.namelist()}
    change(members)
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in members.items():
            packed.writestr(name, data)
    return archive


def remade(archive: Path, tmp_path: Path, *statements: str, **values: object) -> Path:
    """Change the catalogue inside, and let the manifest agree with its new bytes."""

    def change(members: dict[str, bytes]) -> None:
        path = tmp_path / "changed.sqlite3"
        path.write_bytes(members[FILE])
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            for statement in statements:
                connection.execute(statement)
        members[FILE] = path.read_bytes()
        path.unlink()
        manifest = json.loads(members[MANIFEST])
        digest = hashlib.sha256(members[FILE]).hexdigest()
        manifest |= {"bytes": len(members[FILE]), "sha256": digest, **values}
        members[MANIFEST] = json.dumps(manifest).encode()

    return repacked(archive, change)


def test_broken_bytes_are_never_another_library(full: Path, archive: Path, tmp_path: Path) -> None:
    whole = archive.read_bytes()
    folder = tmp_path / "new"
    for length in (0, 1, 100, len(whole) // 2, len(whole) - 1):
        archive.write_bytes(whole[:length])
        assert "footnote library export" in refused(archive, folder)
    chance = random.Random(7)
    messages: list[str] = []
    for number in range(30):
        broken = bytearray(whole)
        for place in chance.sample(range(len(whole)), 3):
            broken[place] ^= 1 + chance.randrange(255)
        archive.write_bytes(broken)
        try:
            import_library(archive, tmp_path / f"{number}")
        except LibraryError as error:
            messages.append(str(error))
        else:
            # Bits that nothing depends on, such as a member's date.
            assert contents(tmp_path / f"{number}") == contents(full)
    assert len(messages) > 20
    assert not any("\n" in message for message in messages)


def test_other_files_and_members_are_refused(archive: Path, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    text = tmp_path / "notes.txt"
    text.write_text("not a zip", "utf-8")
    assert "damaged or no archive" in refused(text, folder)
    assert "cannot be imported" in refused(tmp_path / "missing.zip", folder)
    assert "cannot be imported" in refused(tmp_path / "files", folder)
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as other:
        other.writestr("hello.txt", "hello")
    assert "one catalogue and one manifest" in refused(tmp_path / "other.zip", folder)


@pytest.mark.parametrize("name", ["../escaped", "/tmp/escaped", "a/../../escaped", "extra"])
def test_a_member_of_another_name_is_refused(archive: Path, tmp_path: Path, name: str) -> None:
    repacked(archive, lambda members: members.update({name: b"x"}))
    assert "one catalogue and one manifest" in refused(archive, tmp_path / "new")

    def rename(members: dict[str, bytes]) -> None:
        members[name] = members.pop(FILE)

    repacked(archive, rename)
    assert "one catalogue and one manifest" in refused(archive, tmp_path / "new")


def test_a_bomb_is_refused_before_it_is_unpacked(archive: Path, tmp_path: Path) -> None:
    remade(archive, tmp_path)

    def blow_up(members: dict[str, bytes]) -> None:
        members[FILE] = b"\0" * 50_000_000
        manifest = json.loads(members[MANIFEST]) | {"bytes": 50_000_000}
        members[MANIFEST] = json.dumps(manifest).encode()

    repacked(archive, blow_up)
    assert "packed more tightly" in refused(archive, tmp_path / "new")


def test_a_library_too_large_for_the_disk_is_refused(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    assert "0.0 GB are free" in refused(archive, tmp_path / "new")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda m: m.update(kind="something else"), "something else"),
        (lambda m: m.pop("sha256"), "incomplete"),
        (lambda m: m.update(bytes="many"), "numbers that are none"),
        (lambda m: m.update(articles=-1), "numbers that are none"),
        (lambda m: m.update(version=2), "later version"),
        (lambda m: m.update(schema=999), "later version"),
        (lambda m: m.update(schema=1), "has not the tables of schema 1"),
        (lambda m: m.update(sha256="0" * 64), "another checksum"),
        (lambda m: m.update(articles=6), "its articles is 5, which its manifest denies"),
        (lambda m: m.update(embedder="another"), "its embedder is hashing-64"),
    ],
)
def test_a_manifest_that_does_not_fit_is_refused(
    archive: Path, tmp_path: Path, change: Callable[[dict[str, object]], None], reason: str
) -> None:
    def in_members(members: dict[str, bytes]) -> None:
        manifest = json.loads(members[MANIFEST])
        change(manifest)
        members[MANIFEST] = json.dumps(manifest).encode()

    repacked(archive, in_members)
    assert reason in refused(archive, tmp_path / "new")


@pytest.mark.parametrize(
    "manifest", [b"", b"[1]", b"null", b"[" * 60_000, b"\xff\xfe", b"x" * 70_000]
)
def test_a_manifest_that_is_none_is_refused(
    archive: Path, tmp_path: Path, manifest: bytes
) -> None:  # fmt: skip
    repacked(archive, lambda members: members.update({MANIFEST: manifest}))
    assert "its manifest" in refused(archive, tmp_path / "new")


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("CREATE TRIGGER t AFTER INSERT ON meta BEGIN DELETE FROM articles; END", "the tables"),
        ("CREATE VIEW v AS SELECT * FROM articles", "the tables"),
        ("DROP TABLE gone", "the tables"),
        ("UPDATE articles SET text = x'61' WHERE rowid = 1", "has the content of"),
        ("DELETE FROM embeddings WHERE rowid = 1", "1 passages have no embedding"),
        ("UPDATE embeddings SET vector = x'00'", "not of dimension"),
        ("UPDATE passages SET sentences = 'nonsense'", "damaged or no archive"),
        ("UPDATE articles SET boilerplate = '[[9, 1]]'", "damaged or no archive"),
        ("DELETE FROM locations", "no location"),
        ("DELETE FROM meta", "has schema 0"),
    ],
)
def test_a_catalogue_that_is_not_sound_is_refused(
    archive: Path, tmp_path: Path, statement: str, reason: str
) -> None:
    remade(archive, tmp_path, statement)
    assert reason in refused(archive, tmp_path / "new")


def test_a_duplicate_member_is_refused(archive: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(archive) as packed:
        members = [(name, packed.read(name)) for name in packed.namelist()]
    twice = io.BytesIO()
    with zipfile.ZipFile(twice, "w") as packed:
        for name, data in members:
            packed.writestr(name, data)
        with pytest.warns(UserWarning, match="Duplicate"):
            packed.writestr(*members[0])
    archive.write_bytes(twice.getvalue())
    assert "one catalogue and one manifest" in refused(archive, tmp_path / "new")


def test_the_manifest_says_what_the_catalogue_holds(full: Path, archive: Path) -> None:
    with zipfile.ZipFile(archive) as packed:
        manifest = Manifest(**json.loads(packed.read(MANIFEST)))
    with closing(Catalogue(full, write=False)) as catalogue:
        assert manifest.library == catalogue.meta("library")
        assert manifest.dimension == 64
        assert manifest.passages == catalogue.passage_count

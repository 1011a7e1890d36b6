"""A library as one file, to be kept or carried to another computer.

The archive is a zip of two members: the catalogue, with the embeddings in it, and a
manifest that says what the catalogue must be. The derived indexes are left out and made
anew from the catalogue, without embedding anything. An archive is a stranger's file until
it has been checked: nothing of it is taken that the manifest does not promise, no member
is written under a name of its own, and it becomes a library only as a whole.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import shutil
import tempfile
import zipfile
import zlib
from contextlib import closing
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from index.catalogue import FILE, Catalogue, require_library
from index.catalogue_schema import SCHEMA_VERSION, STEPS
from index.database import Database
from index.errors import FootnoteError, LibraryError
from index.indexing import Progress
from index.library import Library
from index.library_parts import silent

MANIFEST = "manifest.json"
KIND = "footnote library"
VERSION = 1

_LARGEST_MANIFEST = 65_536
_CHUNK = 1 << 20
# Text and vectors are never packed as tightly as this; a zip bomb is.
_TIGHTEST = 100
_ROOM_TO_UNPACK = 2.5  # times the catalogue: beside it, the indexes that are made from it
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same library is the same archive, whenever it is made


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive holds. `bytes` and `sha256` are those of the catalogue."""

    kind: str
    version: int
    schema: int
    library: str
    embedder: str
    dimension: int
    articles: int
    passages: int
    embeddings: int
    bytes: int
    sha256: str


def export_library(folder: Path, archive: Path, progress: Progress = silent) -> Manifest:
    """Write a library to a new file, whole or not at all; others may write to it meanwhile.

    What has been removed from the library is not in the archive.

    Raises:
        LibraryMissing, LibraryDamaged: there is no library in the folder, or a broken one.
        FootnoteError: the file is there already, or cannot be written.

    """
    require_library(folder)
    if archive.exists():
        raise FootnoteError(f"{archive} is there already: name another file, or move it away")
    try:
        with tempfile.TemporaryDirectory(prefix=".footnote-", dir=archive.parent) as beside:
            snapshot, packed = Path(beside) / FILE, Path(beside) / "packed"
            progress("copying the catalogue", 0, 1)
            # Through a library, which brings an older catalogue up to date first.
            with Library.open(folder) as library:
                library.copy_catalogue(snapshot)
            with closing(Catalogue(Path(beside), write=False)) as catalogue:
                manifest = _manifest_of(catalogue, snapshot)
            _pack(manifest, snapshot, packed, progress)
            packed.replace(archive)
    except OSError as error:
        raise FootnoteError(
            f"{archive} cannot be written ({error.strerror or error}): see that its folder is "
            "there and has room"
        ) from error
    return manifest


def _manifest_of(catalogue: Catalogue, snapshot: Path) -> Manifest:
    with snapshot.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Manifest(
        kind=KIND,
        version=VERSION,
        bytes=snapshot.stat().st_size,
        sha256=digest,
        **_counts(catalogue),
    )


def _counts(catalogue: Catalogue) -> dict[str, Any]:
    return {
        "schema": int(catalogue.meta("schema") or 0),
        "library": catalogue.meta("library") or "",
        "embedder": catalogue.meta("embedder") or "",
        "dimension": int(catalogue.meta("dimension") or 0),
        "articles": catalogue.article_count,
        "passages": catalogue.passage_count,
        "embeddings": catalogue.database.run("SELECT count(*) FROM embeddings")[0][0],
    }


def _pack(manifest: Manifest, snapshot: Path, packed: Path, progress: Progress) -> None:
    with (
        packed.open("xb") as file,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        document = json.dumps(asdict(manifest), indent=2) + "\n"
        target.writestr(_member(MANIFEST), document)
        done = 0
        with (
            snapshot.open("rb") as source,
            target.open(_member(FILE), "w", force_zip64=True) as member,
        ):
            while chunk := source.read(_CHUNK):
                member.write(chunk)
                done += len(chunk)
                progress("packing bytes", done, manifest.bytes)


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, _EPOCH)
    member.compress_type = zipfile.ZIP_DEFLATED
    member.external_attr = 0o600 << 16
    return member


def import_library(archive: Path, folder: Path, progress: Progress = silent) -> Manifest:
    """Make a library from an archive in a folder that is not there yet, or empty.

    Raises:
        LibraryError: the folder holds something; or the archive is damaged, foreign, or
            not what its manifest says. Nothing is left of it then.

    """
    folder = folder.absolute()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise LibraryError(
            f"{folder} holds something already: name an empty folder with --library, or one that "
            "is not there yet"
        )
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(
            prefix=f".{folder.name}.import-", dir=folder.parent, ignore_cleanup_errors=True
        ) as beside:
            staging = Path(beside) / "library"
            staging.mkdir()
            manifest = _unpack(archive, staging / FILE, progress)
            _verify(archive, staging, manifest, progress)
            if folder.exists():
                folder.rmdir()
            staging.rename(folder)
    except OSError as error:
        raise LibraryError(
            f"{archive} cannot be imported into {folder} ({error.strerror or error}): see that the "
            "file can be read and the folder be written, and that there is room"
        ) from error
    return manifest


def _unpack(archive: Path, target: Path, progress: Progress) -> Manifest:
    """Write the archive's catalogue to a file; return what it must be."""
    try:
        with zipfile.ZipFile(archive) as source:
            names = sorted(member.filename for member in source.infolist())
            if names != sorted((MANIFEST, FILE)):
                raise _foreign(archive, "it does not hold one catalogue and one manifest")
            manifest = _read_manifest(archive, source)
            member = source.getinfo(FILE)
            free = shutil.disk_usage(target.parent).free
            if member.file_size != manifest.bytes:
                raise _foreign(archive, f"its catalogue is not of {manifest.bytes:,} bytes")
            if manifest.bytes > _TIGHTEST * max(member.compress_size, 1):
                raise _foreign(archive, "its catalogue is packed more tightly than any is")
            if manifest.bytes * _ROOM_TO_UNPACK > free:
                raise LibraryError(
                    f"{archive} needs {_ROOM_TO_UNPACK * manifest.bytes / 1e9:,.1f} GB, and "
                    f"{free / 1e9:,.1f} GB are free: choose another place with --library"
                )
            digest, done = hashlib.sha256(), 0
            with source.open(member) as packed, target.open("xb") as file:
                while chunk := packed.read(_CHUNK):
                    done += len(chunk)
                    digest.update(chunk)
                    file.write(chunk)
                    progress("unpacking bytes", done, manifest.bytes)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise _foreign(archive, " ".join(str(error).split())[:200] or "it breaks off") from error
    if (done, digest.hexdigest()) != (manifest.bytes, manifest.sha256):
        raise _foreign(archive, "its catalogue has another checksum than its manifest says")
    return manifest


def _read_manifest(archive: Path, source: zipfile.ZipFile) -> Manifest:
    member = source.getinfo(MANIFEST)
    if member.file_size > _LARGEST_MANIFEST:
        raise _foreign(archive, f"its manifest has {member.file_size:,} bytes")
    try:
        values = json.loads(source.read(member))
        known = {field.name: values[field.name] for field in fields(Manifest)}
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise _foreign(archive, "its manifest is incomplete") from error
    if known["kind"] != KIND:
        raise _foreign(archive, f"it is a {str(known['kind'])[:40]!r}")
    numbers = ("version", "schema", "dimension", "articles", "passages", "embeddings", "bytes")
    if any(type(known[name]) is not int or known[name] < 0 for name in numbers):
        raise _foreign(archive, "its manifest has numbers that are none")
    if known["version"] > VERSION or known["schema"] > SCHEMA_VERSION:
        raise LibraryError(
            f"{archive} was made by a later version of this tool (archive {known['version']}, "
            f"schema {known['schema']}): bring this one up to date"
        )
    return Manifest(**known)


def _verify(archive: Path, staging: Path, manifest: Manifest, progress: Progress) -> None:
    """See that the unpacked catalogue is one, and make its indexes.

    Raises:
        LibraryError: it is not, or not the one that the manifest describes.

    """
    try:
        problem = _problem_of(staging, manifest, progress)
    except OSError:
        raise
    except Exception as error:
        # A made-up catalogue may break anything; whatever it is, it is no library.
        ours = isinstance(error, FootnoteError)
        problem = str(error) if ours else f"{type(error).__name__}: {error}"
    if problem is not None:
        raise _foreign(archive, problem.replace(f"{staging}/", ""))


def _problem_of(staging: Path, manifest: Manifest, progress: Progress) -> str | None:
    if not _has_our_tables(staging / FILE, manifest.schema):
        return f"its catalogue has not the tables of schema {manifest.schema}"
    with Library.open_to_write(staging) as library:
        # Nothing is to be embedded: a catalogue that lacks something is refused.
        problems = library.check_catalogue() or library.repair(progress=progress)
    if problems:
        return problems[0]
    with closing(Catalogue(staging, write=False)) as catalogue:
        # An older catalogue has been brought up to date by now.
        found = {**_counts(catalogue), "schema": manifest.schema}
    for name, value in found.items():
        if value != getattr(manifest, name):
            return f"its {name} is {value}, which its manifest denies"
    return None


def _has_our_tables(path: Path, schema: int) -> bool:
    """Whether the file has exactly the tables of its schema: no triggers, no views."""
    with closing(Database(path, write=False)) as given:
        given.run("PRAGMA trusted_schema = OFF")
        found = _tables(given)
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(Database(Path(folder) / FILE, write=True)) as fresh,
    ):
        for statement in itertools.chain.from_iterable(STEPS[:schema]):
            fresh.run(statement)
        return found == _tables(fresh)


def _tables(database: Database) -> list[tuple[str, str, str]]:
    rows = database.run("SELECT type, name, coalesce(sql, '') FROM sqlite_master")
    return sorted((str(kind), str(name), str(sql)) for kind, name, sql in rows)


def _foreign(archive: Path, reason: str) -> LibraryError:
    return LibraryError(
        f"{archive} is damaged or no archive of a library ({' '.join(reason.split())[:300]}): give "
        "a whole file that `footnote library export` has written"
    )

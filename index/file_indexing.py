"""From files to the catalogue: look which are new or changed, read those, store them.

A file of one article is a location of the catalogue. A file of many (a mailbox, a table, an
archive, a book) is a container: its members are stored as they are read, and when all of
them are, the container's own hash is recorded and members that have gone from it go. A
process killed in between leaves a container without that record, which is read again; what
was stored of it is not embedded again.
"""

from __future__ import annotations

import hashlib
import json
import stat
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from index.catalogue import Catalogue
from index.catalogue_rows import Container, Location
from index.errors import FootnoteError
from index.extracting import read_article, read_articles
from index.formats import is_container
from index.indexing import IndexReport, Intake, Progress, Reader
from index.walking import Found

_MOMENT_NS = 2_000_000_000
_MOST_FAILURES = 20  # of one container that are told one by one

Contents = dict[tuple[str, str], str]
"""The id of the article that was read from each (hash of the bytes, suffix)."""


@dataclass(frozen=True, slots=True)
class _Work:
    """A file that has to be read, or is the twin of one that has been."""

    path: Path
    now: Location | Container
    known: bool


@dataclass(slots=True)
class _Tally:
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def fail(self, place: Path | str, error: Exception) -> None:
        ours = isinstance(error, FootnoteError)
        text = str(error) if ours else f"{place}: {type(error).__name__}: {error}"
        self.failed.append((str(place), text.strip().splitlines()[0]))


@dataclass(slots=True)
class FileIndexing:
    """One run over files. `read`, when given, reads every file, and none is a container.

    `columns` name the columns of tables; those named for a table before are remembered.
    """

    intake: Intake
    progress: Progress
    read: Reader | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    again: bool = False
    _tally: _Tally = field(default_factory=_Tally)

    @property
    def _catalogue(self) -> Catalogue:
        return self.intake.catalogue

    def run(self, found: Found, *, prune: bool) -> IndexReport:
        """Bring the catalogue in step with the files; see `Library.index`."""
        tally = self._tally
        tally.failed += found.unreadable
        work = self._files_to_read(found.files)
        # Files with the same bytes are one article, whatever their names.
        twins = {} if self.again else _stored_contents(self._catalogue)
        for number, item in enumerate(work, 1):
            try:
                if isinstance(item.now, Container):
                    self._take_members(item.path, item.now)
                else:
                    self._take(item.path, item.now, twins)
            except Exception as error:
                # One broken file, whatever its reader stumbled over, must not stop the others.
                tally.fail(item.path, error)
            else:
                tally.updated += item.known
                tally.added += not item.known
            if self.intake.full:
                self.intake.store()
                self.progress("reading articles", number, len(work))
        self.intake.store()
        if work:
            self.progress("reading articles", len(work), len(work))
        return IndexReport(
            added=tally.added,
            updated=tally.updated,
            unchanged=tally.unchanged,
            removed=_prune(self._catalogue, found.folders) if prune else 0,
            failed=tuple(tally.failed),
            embedded=self.intake.embedded,
            skipped=found.skipped,
            warnings=tuple(tally.warnings),
        )

    def _take(self, path: Path, location: Location, twins: Contents) -> None:
        content = _content(path, location.sha256)
        twin = self.intake.article(twins[content]) if content in twins else None
        article = twin or (self.read or read_article)(path)
        twins[content] = article.id
        article = replace(article, path=location.location)
        self.intake.take(article, replace(location, article_id=article.id))

    def _take_members(self, path: Path, container: Container) -> None:
        """Read a container's members and store them in batches.

        Raises:
            FootnoteError: it is not whole (what was read of it stays), or none of its
                members can be read.

        """
        failures: list[tuple[str, Exception]] = []
        seen: set[str] = set()
        members = read_articles(
            path,
            columns=json.loads(container.columns),
            failed=lambda place, error: failures.append((place, error)),
        )
        for article in members:
            place = article.path or ""
            seen.add(place)
            self.intake.take(article, Location(place, article.id, container=container.path))
            if self.intake.full:
                self.intake.store()
                self.progress(f"reading {path.name}", len(seen), 0)
        if failures and not seen:
            raise failures[0][1]
        for place, error in failures[:_MOST_FAILURES]:
            self._tally.fail(place, error)
        if len(failures) > _MOST_FAILURES:
            more = len(failures) - _MOST_FAILURES
            message = f"{path}: {more:,} more of its articles cannot be read"
            self._tally.failed.append((str(path), message))
        if not seen:
            self._tally.warnings.append(f"{path} holds no article")
        self.intake.finish(replace(container, members=frozenset(seen)))

    def _files_to_read(self, files: Sequence[Path]) -> list[_Work]:
        """Return the files that are new or changed, or all with `again`; count the others."""
        known: dict[str, Location | Container] = {
            **self._catalogue.locations(),
            **self._catalogue.containers(),
        }
        work: list[_Work] = []
        touched: list[Location | Container] = []
        for number, path in enumerate(files, 1):
            try:
                before = known.get(str(path))
                now = self._state(path, before)
            except OSError as error:
                text = f"{path} cannot be read: {error.strerror}"
                self._tally.fail(path, FootnoteError(text))
                continue
            except FootnoteError as error:
                self._tally.fail(path, error)
                continue
            if now is None or (before and not self.again and _same(before, now)):
                touched += [] if now is None else [now]
                self._tally.unchanged += 1
            else:
                work.append(_Work(path, now, before is not None))
            if number % 100 == 0 or number == len(files):
                self.progress("looking at files", number, len(files))
        self._catalogue.touch(touched)
        return work

    def _state(
        self, path: Path, before: Location | Container | None
    ) -> Location | Container | None:
        """Return a file's state now; None when its size and time are those of the last time."""
        status = path.stat()
        columns = json.dumps(dict(self.columns), sort_keys=True) if self.columns else None
        if before and not self.again:
            same = (before.size, before.mtime_ns) == (status.st_size, status.st_mtime_ns)
            if same and not (
                isinstance(before, Container) and columns not in (None, before.columns)
            ):
                return None
        if not stat.S_ISREG(status.st_mode):
            raise FootnoteError(f"{path} is not a regular file")
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        state = (status.st_size, _settled(status.st_mtime_ns), digest)
        if self.read is not None or not is_container(path):
            return Location(str(path), "", *state)
        if columns is None:
            columns = before.columns if isinstance(before, Container) else "{}"
        return Container(str(path), *state, columns)


def _same(before: Location | Container, now: Location | Container) -> bool:
    if isinstance(before, Container) and isinstance(now, Container):
        return (before.sha256, before.columns) == (now.sha256, now.columns)
    return type(before) is type(now) and before.sha256 == now.sha256


def _stored_contents(catalogue: Catalogue) -> Contents:
    """Return the article of each content that has been read before."""
    places = catalogue.locations().values()
    return {
        _content(Path(at.location), at.sha256): at.article_id
        for at in places
        if at.container is None
    }


def _content(path: Path, sha256: str) -> tuple[str, str]:
    """Return what makes two files the same article: their bytes, and how they are read."""
    return sha256, path.suffix.lower()


def _settled(mtime_ns: int) -> int:
    """Return the time to record for a file, 0 when it was written a moment ago.

    Such a file could change again without its recorded time changing; its bytes are
    then compared the next time (the "racy git" problem,
    https://git-scm.com/docs/racy-git).
    """
    return mtime_ns if time.time_ns() - mtime_ns > _MOMENT_NS else 0


def _prune(catalogue: Catalogue, folders: Sequence[Path]) -> int:
    """Remove the locations of files that are gone from the folders; return how many files."""

    def inside(file: str) -> bool:
        return any(Path(file).is_relative_to(folder) for folder in folders)

    lost: dict[str, list[str]] = {}
    for at in catalogue.locations().values():
        if at.file is not None and inside(at.file) and not Path(at.file).exists():
            lost.setdefault(at.file, []).append(at.location)
    # A container that holds no article has no location.
    for file in catalogue.containers():
        if inside(file) and not Path(file).exists():
            lost.setdefault(file, []).append(file)
    if lost:
        catalogue.remove_locations([place for places in lost.values() for place in places])
    return len(lost)

"""Archives: a .zip of files of any known format, a .warc of pages.

Members are read one after another and only in memory, whatever their names are; what is
inside an archive inside an archive is read too, a few levels deep.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath
from typing import Any, BinaryIO, TypeAlias

from index.documents import Read
from index.errors import ReadingError
from index.members import Member
from index.packages import open_zip, read_member, require_no_bomb

LARGEST_RECORD = 10_000_000
MOST_UNPACKED = 500_000_000
_MOST_RATIO = 100
_LONGEST_HEADER = 1_000_000

Record: TypeAlias = Any  # of warcio, which ships no types
Known = Callable[[str], bool]
"""Says whether a file of that name is of a known format."""
Largest = Callable[[str], int]
"""Returns how many bytes are read of a file of that name."""
Inside = Callable[[bytes, str, str], Iterator[Member]]
"""Yields the members that a file of those bytes and that name has, at that place."""


class Exhausted(ReadingError):
    """An archive and the archives in it unpack to more than is read of one file."""


@dataclass(slots=True)
class Budget:
    """How many bytes may still be unpacked from one file, archives in it included."""

    name: str
    left: int

    @classmethod
    def of(cls, name: str, packed: int) -> Budget:
        """Return the budget of a file of `packed` bytes."""
        return cls(name, max(MOST_UNPACKED, _MOST_RATIO * packed))

    def take(self, size: int) -> None:
        """Take some bytes off.

        Raises:
            Exhausted: there are not as many left.
        """
        self.left -= size
        if self.left < 0:
            raise Exhausted(
                f"{self.name} unpacks to absurdly many bytes: the rest of it is not read"
            )


def zip_members(
    file: BinaryIO, name: str, known: Known, largest: Largest, inside: Inside, budget: Budget
) -> Iterator[Member]:
    """Yield the articles of a zip file's members, those of containers among them too.

    Members of no known format are passed over, as in a folder.

    Raises:
        ReadingError: it is not whole, or a bomb.
    """
    with open_zip(file, name) as archive:
        file.seek(0, io.SEEK_END)
        require_no_bomb(archive, file.tell(), name)
        for member in archive.infolist():
            if member.is_dir() or _hidden(member.filename) or not known(member.filename):
                continue
            place = f"!/{member.filename}"
            try:
                most = largest(member.filename)
                data = read_member(archive, member, f"{name}{place}", most)
                budget.take(len(data))
                yield from inside(data, f"{name}{place}", place)
            except Exhausted:
                raise
            except ReadingError as error:
                yield Member(place, partial(_raise, error))


def _hidden(name: str) -> bool:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return any(part.startswith((".", "__MACOSX")) and part != ".." for part in parts)


def _raise(error: ReadingError) -> Read:
    raise error


def warc_members(file: BinaryIO, name: str) -> Iterator[Member]:
    """Yield the HTML pages of a web archive: answers with status 200, and resources.

    The date of crawling is no publication date and is not used.

    Raises:
        ReadingError: it is not whole or no web archive.
    """
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    file.seek(0)
    archive = ArchiveIterator(file)
    # A header's line is read whole, however long it is, unless it is bounded here.
    whole_line = archive.reader.readline
    archive.reader.readline = lambda length=0: whole_line(length or _LONGEST_HEADER)
    number = 0
    try:
        for record in archive:
            if not _is_page(record):
                continue
            number += 1
            data = record.content_stream().read(LARGEST_RECORD + 1)
            if len(data) <= LARGEST_RECORD and getattr(record.raw_stream, "limit", 0) > 0:
                raise ReadingError(f"{name} is not whole: its record {number} is cut off")
            url = (record.rec_headers.get_header("WARC-Target-URI") or "").strip("<> ") or None
            yield Member(f"#{number}", partial(_read_page, data, url, f"{name}#{number}"), url)
    except (ArchiveLoadFailed, EOFError, OSError, ValueError, zlib.error) as error:
        why = " ".join(str(error).split())[:200]
        raise ReadingError(f"{name} is not whole or no web archive: {why}") from error


def _is_page(record: Record) -> bool:
    if record.rec_type == "response" and record.http_headers is not None:
        status = str(record.http_headers.get_statuscode())
        kind = record.http_headers.get_header("Content-Type") or ""
        return status == "200" and "html" in kind.lower()
    if record.rec_type == "resource":
        return "html" in (record.rec_headers.get_header("Content-Type") or "").lower()
    return False


def _read_page(data: bytes, url: str | None, name: str) -> Read:
    from index.html_reading import read_html

    if len(data) > LARGEST_RECORD:
        raise ReadingError(f"{name} has more than the {LARGEST_RECORD:,} bytes that are read of it")
    return Read(*read_html(data, name, url))

"""The one table of formats: how a file is read, by the end of its name.

A format gives one article a file; a container (a mailbox, a table, an archive, a book) many.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

from index.archive_reading import Budget, warc_members, zip_members
from index.cleaning import mark_boilerplate
from index.decoding import decode
from index.documents import Read
from index.docx_reading import read_docx
from index.epub_reading import epub_members
from index.errors import ReadingError
from index.mail_reading import mbox_members, read_mail, read_mhtml
from index.markdown_reading import read_markdown
from index.members import Member
from index.metadata import metadata_of_text
from index.odt_reading import read_odt
from index.pdf_reading import read_pdf
from index.rtf_reading import read_rtf
from index.table_reading import json_lines_members, table_members

_DEEPEST = 3


@dataclass(frozen=True, slots=True)
class Format:
    """How files of one article are read; above `largest` bytes they are not."""

    name: str
    read: Callable[[bytes, str, str | None], Read]
    largest: int


@dataclass(frozen=True, slots=True)
class ContainerFormat:
    """How files of many articles are read; above `largest` bytes they are not."""

    name: str
    members: Callable[[BinaryIO, str, Mapping[str, str]], Iterator[Member]]
    largest: int


def _read_text(data: bytes, name: str, _url: str | None) -> Read:
    text = decode(data, name)
    boilerplate = mark_boilerplate(text)
    return Read(text, boilerplate, metadata_of_text(text, boilerplate))


def _read_markdown(data: bytes, name: str, _url: str | None) -> Read:
    text = decode(data, name)
    return Read(text, *read_markdown(text))


def _read_html(data: bytes, name: str, url: str | None) -> Read:
    # Imported here because lxml and trafilatura are needed for no plain text.
    from index.html_reading import read_html

    return Read(*read_html(data, name, url))


def _mbox(file: BinaryIO, name: str, _columns: Mapping[str, str]) -> Iterator[Member]:
    return mbox_members(file, name)


def _epub(file: BinaryIO, name: str, _columns: Mapping[str, str]) -> Iterator[Member]:
    return epub_members(file, name)


def _warc(file: BinaryIO, name: str, _columns: Mapping[str, str]) -> Iterator[Member]:
    return warc_members(file, name)


def _zip(file: BinaryIO, name: str, columns: Mapping[str, str]) -> Iterator[Member]:
    budget = Budget.of(name, file.seek(0, io.SEEK_END))

    def inside(data: bytes, member: str, place: str) -> Iterator[Member]:
        kind = FORMATS[suffix_of(member) or ""]
        if isinstance(kind, Format):
            yield Member(place, partial(read_whole, kind, data, member))
            return
        if kind is _ZIP:
            if place.count("!/") > _DEEPEST:
                raise ReadingError(f"{member} lies more than {_DEEPEST} archives deep: unpack it")
            found = zip_members(io.BytesIO(data), member, known, largest_of, nested(place), budget)
        else:
            found = kind.members(io.BytesIO(data), member, columns)
        for each in found:
            yield Member(place + each.place, each.read, each.url)

    def nested(outer: str) -> Callable[[bytes, str, str], Iterator[Member]]:
        def deeper(data: bytes, member: str, place: str) -> Iterator[Member]:
            for each in inside(data, member, outer + place):
                yield Member(each.place.removeprefix(outer), each.read, each.url)

        return deeper

    def known(member: str) -> bool:
        return suffix_of(member) is not None

    def largest_of(member: str) -> int:
        return min(FORMATS[suffix_of(member) or ""].largest, _LARGEST_MEMBER)

    return zip_members(file, name, known, largest_of, inside, budget)


_MEGABYTE = 1_000_000
_GIGABYTE = 1_000_000_000
_LARGEST_MEMBER = 100 * _MEGABYTE
_TEXT = Format("text", _read_text, 20 * _MEGABYTE)
_MARKDOWN = Format("Markdown", _read_markdown, 20 * _MEGABYTE)
_HTML = Format("HTML", _read_html, 10 * _MEGABYTE)
_MHTML = Format("MHTML", read_mhtml, 50 * _MEGABYTE)
_TABLE = ContainerFormat("table", table_members, 20 * _GIGABYTE)
_JSON_LINES = ContainerFormat("JSON Lines", json_lines_members, 20 * _GIGABYTE)
_WARC = ContainerFormat("web archive", _warc, 20 * _GIGABYTE)
_ZIP = ContainerFormat("zip", _zip, 20 * _GIGABYTE)

FORMATS: dict[str, Format | ContainerFormat] = {
    ".txt": _TEXT,
    ".md": _MARKDOWN,
    ".markdown": _MARKDOWN,
    ".html": _HTML,
    ".htm": _HTML,
    ".xhtml": _HTML,
    ".mhtml": _MHTML,
    ".mht": _MHTML,
    ".pdf": Format("PDF", read_pdf, 200 * _MEGABYTE),
    ".docx": Format("Word", read_docx, 100 * _MEGABYTE),
    ".odt": Format("OpenDocument", read_odt, 100 * _MEGABYTE),
    ".rtf": Format("rich-text", read_rtf, 20 * _MEGABYTE),
    ".eml": Format("mail", read_mail, 50 * _MEGABYTE),
    ".mbox": ContainerFormat("mailbox", _mbox, 20 * _GIGABYTE),
    ".epub": ContainerFormat("book", _epub, 100 * _MEGABYTE),
    ".csv": _TABLE,
    ".tsv": _TABLE,
    ".jsonl": _JSON_LINES,
    ".ndjson": _JSON_LINES,
    ".zip": _ZIP,
    ".warc": _WARC,
    ".warc.gz": _WARC,
}
"""How files are read, by the end of their names."""


def suffix_of(name: str) -> str | None:
    """Return the longest of the known suffixes that a name ends in, None without one."""
    name = name.lower()
    return max((s for s in FORMATS if name.endswith(s)), key=len, default=None)


def is_container(path: Path) -> bool:
    """Whether a file of that name may hold many articles."""
    return isinstance(FORMATS.get(suffix_of(path.name) or ""), ContainerFormat)


def read_whole(kind: Format, data: bytes, name: str, url: str | None = None) -> Read:
    """Read a file that is one article.

    Raises:
        ReadingError: it is empty, or not what its name says.
    """
    if not data.strip():
        raise ReadingError(f"{name} is empty")
    return kind.read(data, name, url)

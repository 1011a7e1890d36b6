"""Electronic books (.epub): every chapter an article.

A chapter, not the whole book, because a citation names an article: "Chapter 4: The flood"
leads a reader to the page, the title of a book of 400 pages does not, and a summary or a
view of one chapter is of a size that can be used. The book is its chapters' source.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO
from urllib.parse import unquote

from index.documents import Block, Read, Stated, read_document
from index.errors import ReadingError
from index.html_blocks import Element, visible_blocks
from index.html_metadata import iso_date
from index.members import Member
from index.packages import LARGEST_PART, open_package, parse_xml, read_member

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_PAGES = frozenset(("application/xhtml+xml", "text/html"))
_NCX = "application/x-dtbncx+xml"
_LARGEST_LIST = 10_000_000
_LONGEST_TITLE = 200
# In XHTML an element may close itself; to an HTML parser it stays open.
_SELF_CLOSED = re.compile(
    rb"<(title|script|style|textarea|iframe|div|span|p|a|i|b|em|td|th|li|h[1-6])\b([^<>]*)/>"
)


@dataclass(frozen=True, slots=True)
class _Book:
    """What a book's package file says of it, and its chapters' names in reading order."""

    title: str | None
    author: str | None
    published: str | None
    chapters: tuple[str, ...]
    titles: dict[str, str]


def epub_members(file: BinaryIO, name: str) -> Iterator[Member]:
    """Yield a book's chapters.

    Raises:
        ReadingError: it is not whole, too large, or copy-protected.
    """
    file.seek(0)
    with open_package(file.read(), name) as archive:
        book = _book(archive, name)
        locked = _locked(archive, name)
        if book.chapters and locked.issuperset(book.chapters):
            raise ReadingError(f"{name} is copy-protected: no other program can read it")
        for number, chapter in enumerate(book.chapters, 1):
            yield Member(
                f"!/{chapter}", partial(_read, archive, book, number, f"{name}!/{chapter}")
            )


def _read(archive: zipfile.ZipFile, book: _Book, number: int, name: str) -> Read | None:
    """Read one chapter; None for what holds no words, as a cover."""
    from index.html_reading import parse_html

    chapter = book.chapters[number - 1]
    data = _SELF_CLOSED.sub(rb"<\1\2></\1>", read_member(archive, chapter, name, LARGEST_PART))
    if not data.strip():
        return None
    tree = parse_html(data, name)
    blocks = [Block(text) for text in visible_blocks(tree)]
    if not blocks:
        return None
    title = book.titles.get(chapter) or _heading(tree)
    if title is None and len(book.chapters) > 1:
        title = f"{book.title or 'Untitled'}, part {number}"
    stated = Stated(
        title=title or book.title,
        author=book.author,
        source=book.title,
        published=book.published,
        evidence="book metadata",
    )
    return read_document(blocks, stated)


def _heading(tree: Element) -> str | None:
    for level in ("h1", "h2", "h3"):
        for heading in tree.iter(level):
            words = " ".join("".join(visible_blocks(heading)).split())
            if words:
                return words[:_LONGEST_TITLE]
    return None


def _book(archive: zipfile.ZipFile, name: str) -> _Book:
    container = parse_xml(read_member(archive, _CONTAINER, name, _LARGEST_LIST), name)
    roots = [each.get("full-path") for each in container.xpath("//*[local-name()='rootfile']")]
    root = next(filter(None, roots), None)
    if root is None:
        raise ReadingError(f"{name} is not whole: it names no package file")
    package = parse_xml(read_member(archive, root, name, _LARGEST_LIST), name)
    folder = posixpath.dirname(root)
    items = {
        item.get("id"): (_inside(folder, item.get("href") or ""), item)
        for item in package.xpath("//*[local-name()='manifest']/*[local-name()='item']")
    }
    chapters: list[str] = []
    for reference in package.xpath("//*[local-name()='spine']/*[local-name()='itemref']"):
        path, item = items.get(reference.get("idref"), ("", None))
        if item is None or reference.get("linear") == "no" or path in chapters:
            continue
        contents = "nav" in (item.get("properties") or "").split()
        if (item.get("media-type") or "") in _PAGES and not contents:
            chapters.append(path)
    return _Book(
        title=_stated(package, "title"),
        author=_stated(package, "creator"),
        published=iso_date(_stated(package, "date")),
        chapters=tuple(chapters),
        titles=_titles(archive, list(items.values()), name),
    )


def _stated(package: Element, what: str) -> str | None:
    found = package.xpath(f"//*[local-name()='metadata']/*[local-name()='{what}']")
    words = [" ".join((each.text or "").split()) for each in found]
    return next(filter(None, words), None)


def _titles(
    archive: zipfile.ZipFile, items: list[tuple[str, Element]], name: str
) -> dict[str, str]:
    """Return the chapters' titles by file, as the book's table of contents gives them."""
    titles: dict[str, str] = {}
    for path, item in items:
        contents = "nav" in (item.get("properties") or "").split()
        if not contents and item.get("media-type") != _NCX:
            continue
        try:
            tree = parse_xml(read_member(archive, path, name, _LARGEST_LIST), name)
        except ReadingError:
            continue  # the chapters' own headings will do
        folder = posixpath.dirname(path)
        for entry in tree.xpath("//*[local-name()='navPoint'] | //*[local-name()='a'][@href]"):
            target, words = _entry(entry)
            if target and words:
                titles.setdefault(_inside(folder, target), words[:_LONGEST_TITLE])
    return titles


def _entry(entry: Element) -> tuple[str, str]:
    """Return what an entry of a table of contents links to, and its words."""
    if entry.get("href"):
        pieces = entry.xpath("descendant-or-self::*")
        return entry.get("href") or "", _joined(pieces)
    targets = entry.xpath("*[local-name()='content']")
    label = entry.xpath("*[local-name()='navLabel']/*[local-name()='text']")
    return (targets[0].get("src") or "" if targets else ""), _joined(label)


def _joined(elements: list[Element]) -> str:
    first = elements[0] if elements else None
    parts = (
        (each.text or "") + (each.tail or "" if each is not first else "") for each in elements
    )
    return " ".join("".join(parts).split())


def _inside(folder: str, reference: str) -> str:
    """Return the name inside the archive of what a file in `folder` refers to."""
    return posixpath.normpath(posixpath.join(folder, unquote(reference.partition("#")[0])))


def _locked(archive: zipfile.ZipFile, name: str) -> frozenset[str]:
    """Return the files that are encrypted; fonts may be, in a book that can be read."""
    if _ENCRYPTION not in archive.namelist():
        return frozenset()
    tree = parse_xml(read_member(archive, _ENCRYPTION, name, _LARGEST_LIST), name)
    found = tree.xpath("//*[local-name()='CipherReference']")
    return frozenset(_inside("", each.get("URI") or "") for each in found)

"""From a file's bytes to articles, with one line for every failure."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from index.article import Article
from index.blocks import lines
from index.documents import Read
from index.errors import ReadingError
from index.formats import FORMATS, ContainerFormat, Format, is_container, read_whole, suffix_of

__all__ = [
    "FORMATS",
    "is_file_of_many",
    "read_article",
    "read_article_bytes",
    "read_articles",
]

_PLACE = re.compile(r"#\d+|!/")

Failed = Callable[[str, Exception], None]
"""Told of every member that cannot be read: its location, and why."""


def read_article(path: Path) -> Article:
    """Read one file as an article, or one member of a container ("mails.mbox#3").

    Raises:
        ReadingError: the file is missing, empty, too large, of no known format or not what
            its name says; or it holds several articles and none is named.
    """
    path = Path(path)
    container, place = _split_place(str(path))
    if place:
        for article in read_articles(Path(container), only=place):
            return article
        raise ReadingError(f"{container} holds no article at {place}: see `footnote extract`")
    if not is_container(path):
        return next(iter(read_articles(path)))
    found: Article | None = None
    for article in read_articles(path):
        if found is not None:
            raise ReadingError(f"{path} holds several articles: name one of them, as {found.path}")
        found = article
    if found is None:
        raise ReadingError(f"{path} holds no article")
    return found


def is_file_of_many(path: Path) -> bool:
    """Whether a path names a file that may hold many articles, and not one of its members."""
    return not _split_place(str(path))[1] and is_container(path)


def _split_place(path: str) -> tuple[str, str]:
    """Return a container's path and the place in it that the path names, or the path and ""."""
    if not os.path.lexists(path):
        for mark in _PLACE.finditer(path):
            container = Path(path[: mark.start()])
            if is_container(container) and container.is_file():
                return str(container), path[mark.start() :]
    return path, ""


def read_articles(
    path: Path,
    *,
    columns: Mapping[str, str] | None = None,
    failed: Failed | None = None,
    only: str | None = None,
) -> Iterator[Article]:
    """Yield the articles of a file: one, or every member of a container in order.

    A member's `path` is the file's with the member's place in it ("mails.mbox#3",
    "pages.zip!/one.html"). `columns` name the columns of tables, `only` is the place of
    the one member to be read. `failed` is told of members that cannot be read; without it
    the first of them raises.

    Raises:
        ReadingError: as for `read_article`; in the middle, when a container is not whole.
    """
    path = Path(path)
    _require_file(path)
    kind = _format_of(str(path))
    with _open(path, kind) as file:
        location = str(path.absolute())
        if isinstance(kind, Format):
            data = file.read(kind.largest + 1)
            yield _article(read_whole(kind, data, str(path)), str(path), location)
            return
        for member in kind.members(file, str(path), columns or {}):
            if only not in (None, member.place):
                continue
            name = f"{path}{member.place}"
            try:
                read = member.read()
                article = read and _article(read, name, location + member.place, member.url)
            except Exception as error:
                if failed is None:
                    raise
                failed(location + member.place, error)
                continue
            if article:
                yield article


def read_article_bytes(
    data: bytes, name: str, url: str | None = None, *, suffix: str | None = None
) -> Article:
    """Read bytes as an article.

    `suffix` (".pdf"), else that of `name`, says the format: HTML when it is no known one and
    there is a URL.

    Raises:
        ReadingError: as for `read_article`.
    """
    known = suffix_of(suffix or name)
    kind = FORMATS[".html"] if url is not None and known is None else _format_of(suffix or name)
    if isinstance(kind, ContainerFormat):
        raise ReadingError(f"{name} may hold several articles: save it as a file and index that")
    if len(data) > kind.largest:
        raise ReadingError(_too_large(name, len(data), kind))
    return _article(read_whole(kind, data, name, url), name, None if url else name, url)


def _article(read: Read, name: str, path: str | None, url: str | None = None) -> Article:
    if next(lines(read.text), None) is None:
        raise ReadingError(f"{name} is empty: it holds no visible character")
    found = read.metadata
    return Article(
        text=read.text,
        title=found.title,
        source=found.source,
        published=found.published,
        published_evidence=found.published_evidence,
        language=found.language,
        path=path,
        url=url or read.url,
        boilerplate=read.boilerplate,
        author=found.author,
        pages=read.pages,
    )


def _require_file(path: Path) -> None:
    if path.is_dir():
        raise ReadingError(
            f"{path} is a folder, not a file: name the files in it, or index the folder"
        )
    if not os.path.lexists(path):
        raise ReadingError(f"{path} does not exist")


def _open(path: Path, kind: Format | ContainerFormat) -> BinaryIO:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise ReadingError(f"{path} is not a file that can be read to its end")
        if status.st_size > kind.largest:
            raise ReadingError(_too_large(str(path), status.st_size, kind))
        return path.open("rb")
    except FileNotFoundError:
        raise ReadingError(f"{path} does not exist") from None
    except (OSError, ValueError) as error:
        raise ReadingError(
            f"{path} cannot be read: {getattr(error, 'strerror', None) or error}"
        ) from error


def _format_of(name: str) -> Format | ContainerFormat:
    suffix = suffix_of(name)
    if suffix is not None:
        return FORMATS[suffix]
    raise ReadingError(f"{name} has no known format: give one of {', '.join(FORMATS)}")


def _too_large(name: str, size: int, kind: Format | ContainerFormat) -> str:
    return (
        f"{name} has {size:,} bytes, more than the {kind.largest:,} that are read of one "
        f"{kind.name} file: split it"
    )

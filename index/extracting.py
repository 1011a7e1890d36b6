"""From a file's bytes to an `Article`: one table of formats, one line for every failure."""

from __future__ import annotations

import codecs
import re
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import charset_normalizer

from index.article import Article, BoilerplateSpan
from index.blocks import lines
from index.cleaning import mark_boilerplate
from index.errors import ReadingError
from index.markdown_reading import read_markdown
from index.metadata import Metadata, metadata_of_text

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 1 << 16
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Read:
    """What a format's reader makes of the decoded file."""

    text: str
    boilerplate: tuple[BoilerplateSpan, ...]
    metadata: Metadata


@dataclass(frozen=True, slots=True)
class Format:
    """How files of one kind are read; `largest` is the size in bytes above which they are not."""

    name: str
    read: Callable[[bytes, str, str | None], Read]
    largest: int


def read_article(path: Path) -> Article:
    """Read one file as an article.

    Raises:
        ReadingError: the file is missing, empty, not text, too large, or of no known format.
    """
    path = Path(path)
    if path.is_dir():
        raise ReadingError(
            f"{path} is a folder, not a file: name the files in it, or index the folder"
        )
    kind = _format_of(str(path), None)
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise ReadingError(f"{path} is not a file that can be read to its end")
        if status.st_size > kind.largest:
            raise ReadingError(_too_large(str(path), status.st_size, kind))
        data = path.read_bytes()
    except FileNotFoundError:
        raise ReadingError(f"{path} does not exist") from None
    except (OSError, ValueError) as error:
        raise ReadingError(
            f"{path} cannot be read: {getattr(error, 'strerror', None) or error}"
        ) from error
    return _article(kind, data, str(path), path=str(path.absolute()), url=None)


def read_article_bytes(
    data: bytes, name: str, url: str | None = None, *, suffix: str | None = None
) -> Article:
    """Read bytes as an article.

    `suffix` (".pdf"), else that of `name`, says the format: HTML when it is no known one and
    there is a URL.

    Raises:
        ReadingError: as for `read_article`.
    """
    kind = _format_of(suffix or name, url)
    if len(data) > kind.largest:
        raise ReadingError(_too_large(name, len(data), kind))
    return _article(kind, data, name, path=None if url else name, url=url)


def _article(kind: Format, data: bytes, name: str, *, path: str | None, url: str | None) -> Article:
    if not data.strip():
        raise ReadingError(f"{name} is empty")
    read = kind.read(data, name, url)
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
        url=url,
        boilerplate=read.boilerplate,
    )


def decode(data: bytes, name: str) -> str:
    """Return a file's characters: UTF-8 if it can be, else the most likely encoding.

    A byte order mark stays as the first character, so that offsets are those of the file.

    Raises:
        ReadingError: the bytes are not text.
    """
    text = _decoded(data, name)
    if len(_CONTROL.findall(text[:_SAMPLE])) > 0.01 * min(len(text), _SAMPLE) or "\x00" in text:
        raise ReadingError(
            f"{name} is not text (it holds control characters): give .txt, .md or .html files"
        )
    return text


def _decoded(data: bytes, name: str) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                break
    if b"\x00" in data:
        raise ReadingError(
            f"{name} is not text (it holds NUL bytes): give .txt, .md or .html files"
        )
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    best = charset_normalizer.from_bytes(data[:_SAMPLE]).best()
    for likely in (best.encoding if best else None, "cp1252", "latin-1"):
        if likely is not None:
            try:
                return data.decode(likely)
            except (UnicodeDecodeError, LookupError):
                continue
    raise ReadingError(f"{name} is in no known encoding: save it as UTF-8")


def _read_text(data: bytes, name: str, _url: str | None) -> Read:
    text = decode(data, name)
    boilerplate = mark_boilerplate(text)
    return Read(text, boilerplate, metadata_of_text(text, boilerplate))


def _read_markdown(data: bytes, name: str, _url: str | None) -> Read:
    text = decode(data, name)
    return Read(text, *read_markdown(text))


def _read_html(data: bytes, name: str, url: str | None) -> Read:
    # Imported here because lxml and trafilatura are needed for no other format.
    from index.html_reading import read_html

    return Read(*read_html(data, name, url))


_MEGABYTE = 1_000_000
_TEXT = Format("text", _read_text, 100 * _MEGABYTE)
_MARKDOWN = Format("Markdown", _read_markdown, 100 * _MEGABYTE)
_HTML = Format("HTML", _read_html, 20 * _MEGABYTE)

FORMATS: dict[str, Format] = {
    ".txt": _TEXT,
    ".md": _MARKDOWN,
    ".markdown": _MARKDOWN,
    ".html": _HTML,
    ".htm": _HTML,
}


def _format_of(name: str, url: str | None) -> Format:
    suffix = name if name in FORMATS else Path(name).suffix.lower()
    if suffix in FORMATS:
        return FORMATS[suffix]
    if url is not None:
        return _HTML
    raise ReadingError(f"{name} has no known format: give one of {', '.join(FORMATS)}")


def _too_large(name: str, size: int, kind: Format) -> str:
    return (
        f"{name} has {size:,} bytes, more than the {kind.largest:,} that are read of one "
        f"{kind.name} file: split it"
    )

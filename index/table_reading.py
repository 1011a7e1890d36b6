"""Tables of articles: one a row of .csv or .tsv, one an object of .jsonl.

Which column holds what is told from its name, or named by the user. Nothing is read into
memory but the row at hand.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, BinaryIO

from index.cleaning import mark_boilerplate
from index.decoding import likely_encoding
from index.documents import Read, Stated, with_stated
from index.errors import ReadingError, UsageError
from index.html_metadata import iso_date
from index.members import Member
from index.metadata import metadata_of_text

Columns = Mapping[str, str]

LONGEST_ROW = 10_000_000
_SAMPLE = 1 << 16
_DELIMITERS = ",;\t|"  # the first of those that give most columns
KNOWN_COLUMNS: dict[str, tuple[str, ...]] = {
    "text": (
        "text", "body", "content", "article", "article_text", "full_text", "fulltext", "maintext",
        "main_text", "article_body", "articlebody", "story", "document", "contents", "html",
    ),
    "title": ("title", "headline", "head", "heading", "subject", "article_title", "name"),
    "date": (
        "date", "published", "published_at", "publishedat", "publish_date", "publication_date",
        "date_published", "datepublished", "date_publish", "pubdate", "pub_date", "published_date",
        "datetime", "day",
    ),
    "source": (
        "source", "site", "site_name", "outlet", "publisher", "publication", "newspaper",
        "journal", "media", "source_name", "source_domain", "domain",
    ),
    "url": ("url", "link", "href", "web_url", "source_url", "article_url", "permalink", "uri"),
    "author": ("author", "authors", "byline", "writer", "creator", "by"),
}  # fmt: skip
"""What a column may hold, and the names that it is known by, likeliest first."""
_MARKUP = re.compile(r"<(?:p|div|article|br|h[1-6]|html)\b[^<>]*>", re.IGNORECASE)


def table_members(file: BinaryIO, name: str, columns: Columns) -> Iterator[Member]:
    """Yield the rows of a table whose first row names its columns.

    Raises:
        ReadingError: no column holds the text, or a row is too large or no row.
    """
    csv.field_size_limit(LONGEST_ROW)
    lines = _lines(file, name)
    try:
        header = next(lines, "\n")
        delimiter = max(
            _DELIMITERS, key=lambda sign: len(next(csv.reader([header], delimiter=sign)))
        )
        names = next(csv.reader([header], delimiter=delimiter))
        found = _columns(names, columns, name)
        rows = csv.reader(lines, delimiter=delimiter)
        for number, row in enumerate(rows, 1):
            values = dict(zip(names, row, strict=False))
            yield _member(values, found, number, name)
    except csv.Error as error:
        raise ReadingError(f"{name} is no table that can be read to its end: {error}") from error


def json_lines_members(file: BinaryIO, name: str, columns: Columns) -> Iterator[Member]:
    """Yield the objects of a file of one JSON object a line.

    Raises:
        ReadingError: no column holds the text, or a line is too large.
    """
    found: dict[str, str] = {}
    before: list[str] | None = None
    for number, line in enumerate(filter(str.strip, _lines(file, name)), 1):
        values = _object(line)
        if values is None:
            yield Member(f"#{number}", partial(_no_object, f"{name}#{number}"))
            continue
        names = list(values)
        if names != before:
            # Objects leave out what they lack: only the first must hold a text.
            found = _columns(names, columns, name) if before is None else _known(names, columns)
            before = names
        yield _member(values, found, number, name)


def _object(line: str) -> dict[str, Any] | None:
    try:
        values = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return values if isinstance(values, dict) else None


def _no_object(name: str) -> Read:
    raise ReadingError(f"{name} is no JSON object: see that line of the file")


def _lines(file: BinaryIO, name: str) -> Iterator[str]:
    """Yield the lines of a text file, decoded, none longer than `LONGEST_ROW` bytes."""
    file.seek(0)
    sample = file.read(_SAMPLE)
    file.seek(0)
    encoding = _encoding(sample)
    if b"\x00" in sample and not encoding.startswith("utf-16"):
        raise ReadingError(f"{name} is not text (it holds NUL bytes): save it as UTF-8")
    if encoding.startswith("utf-16"):
        raise ReadingError(f"{name} is in UTF-16: save it as UTF-8")
    while line := file.readline(LONGEST_ROW + 1):
        if len(line) > LONGEST_ROW:
            raise ReadingError(f"{name} has a row of more than {LONGEST_ROW:,} bytes: split it")
        yield line.decode(encoding, "replace").replace("\x00", "")


def _encoding(sample: bytes) -> str:
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        # What the sample cut off at its end is no mistake of the file.
        sample[: sample.rfind(b"\n") + 1 or len(sample)].decode("utf-8-sig")
    except UnicodeDecodeError:
        return likely_encoding(sample) or "cp1252"
    return "utf-8-sig"


def _columns(names: list[str], given: Columns, name: str) -> dict[str, str]:
    """Return which column holds what.

    Raises:
        ReadingError: none holds the text, or one that was named is not there.
    """
    for what, column in given.items():
        if column not in names:
            raise ReadingError(
                f"{name} has no column {column} for the {what}: its columns are "
                f"{', '.join(map(str, names[:20]))}"
            )
    found = _known(names, given)
    if "text" not in found:
        raise ReadingError(
            f"{name} has no column that holds the text (it has {', '.join(map(str, names[:20]))}): "
            "name it with --column text=COLUMN, or list the file in .footnoteignore"
        )
    return found


def _known(names: list[str], given: Columns) -> dict[str, str]:
    by_form = {re.sub(r"[\s\-]+", "_", each.strip().casefold()): each for each in reversed(names)}
    guessed = {
        what: next((by_form[form] for form in forms if form in by_form), None)
        for what, forms in KNOWN_COLUMNS.items()
    }
    return {what: column for what, column in guessed.items() if column is not None} | dict(given)


def parse_columns(pairs: tuple[str, ...]) -> dict[str, str]:
    """Return the columns that a user names as WHAT=COLUMN ("text=body").

    Raises:
        UsageError: a pair is none, or names something that no column can hold.
    """
    found: dict[str, str] = {}
    for pair in pairs:
        what, equals, column = pair.partition("=")
        if not equals or not column or what not in KNOWN_COLUMNS:
            raise UsageError(
                f"--column {pair} names no column: write one of "
                f"{', '.join(f'{each}=COLUMN' for each in KNOWN_COLUMNS)}"
            )
        found[what] = column
    return found


def _member(values: dict[str, Any], columns: dict[str, str], number: int, name: str) -> Member:
    row = {what: _words(values.get(column)) for what, column in columns.items()}
    url = row.get("url") or None
    url = url if url and url.startswith(("http://", "https://")) else None
    return Member(f"#{number}", partial(_read, row, url, f"{name}#{number}"), url)


def _words(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(_words, value))
    return "" if value is None else str(value).replace("\x00", "").strip()


def _read(row: dict[str, str], url: str | None, name: str) -> Read | None:
    """Read one row; None for one without text."""
    text = row.get("text", "")
    if not text:
        return None
    stated = Stated(
        title=" ".join(row.get("title", "").split()) or None,
        author=" ".join(row.get("author", "").split()) or None,
        source=" ".join(row.get("source", "").split()) or None,
        published=iso_date(row.get("date")),
        evidence="column of the table",
    )
    if _MARKUP.search(text, 0, _SAMPLE):
        # Imported here because lxml is needed for no plain text.
        from index.html_reading import read_html

        words, boilerplate, metadata = read_html(text, name, url)
    else:
        words, boilerplate = text, mark_boilerplate(text, title=stated.title)
        metadata = metadata_of_text(text, boilerplate)
    return Read(words, boilerplate, with_stated(metadata, stated))

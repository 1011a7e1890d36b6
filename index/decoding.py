"""From a file's bytes to its characters."""

from __future__ import annotations

import codecs
import re

import charset_normalizer

from index.errors import ReadingError

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
MOST_LINES = 300_000
_SAMPLE = 1 << 16
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def decode(data: bytes, name: str) -> str:
    """Return a file's characters: UTF-8 if it can be, else the most likely encoding.

    A byte order mark stays as the first character, so that offsets are those of the file.

    Raises:
        ReadingError: the bytes are not text.
    """
    text = _decoded(data, name)
    if text.count("\n") > MOST_LINES:
        raise ReadingError(f"{name} has more than {MOST_LINES:,} lines: it is no article; split it")
    if len(_CONTROL.findall(text[:_SAMPLE])) > 0.01 * min(len(text), _SAMPLE) or "\x00" in text:
        raise ReadingError(
            f"{name} is not text (it holds control characters): give it the suffix of what it is"
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
            f"{name} is not text (it holds NUL bytes): give it the suffix of what it is"
        )
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    for likely in (likely_encoding(data[:_SAMPLE]), "cp1252", "latin-1"):
        if likely is not None:
            try:
                return data.decode(likely)
            except (UnicodeDecodeError, LookupError):
                continue
    raise ReadingError(f"{name} is in no known encoding: save it as UTF-8")


def likely_encoding(sample: bytes) -> str | None:
    """Return the encoding that the bytes look most like; None when they look like none."""
    best = charset_normalizer.from_bytes(sample).best()
    return best.encoding if best else None

"""Rich text (.rtf): its words, and what its information group states.

The only importer of striprtf.
"""

from __future__ import annotations

import re
from datetime import date

from index.documents import Block, Read, Stated, read_document
from index.errors import ReadingError

_INFO = re.compile(r"\{\\info\b(?:[^{}]|\{[^{}]*\}){0,200}\}")
_FACT = re.compile(r"\{\\(?P<name>title|author)\s(?P<value>[^{}]*)\}")
_CREATED = re.compile(r"\{\\creatim\\yr(?P<year>\d{4})\\mo(?P<month>\d{1,2})\\dy(?P<day>\d{1,2})")
_INFO_WITHIN = 200_000
_SPACE = re.compile(r"[^\S\t]+")


def read_rtf(data: bytes, name: str, _url: str | None) -> Read:
    """Read a rich-text file as an article.

    Raises:
        ReadingError: it is not rich text, or holds no words.
    """
    if not data.lstrip()[:5].lower() == b"{\\rtf":
        raise ReadingError(f"{name} is no rich text: give it the suffix of what it is")
    # Rich text is ASCII; what is not is a byte of the code page that it names.
    source = data.decode("latin-1").replace("\x00", "")
    try:
        text = _words(source)
    except (ValueError, IndexError, LookupError, TypeError, OverflowError) as error:
        raise ReadingError(f"{name} is no whole rich text ({error}): save it again") from error
    blocks = [
        Block(words) for line in text.splitlines() if (words := _SPACE.sub(" ", line).strip())
    ]
    if not blocks:
        raise ReadingError(f"{name} holds no text")
    return read_document(blocks, _stated(source))


def _words(source: str) -> str:
    from striprtf.striprtf import rtf_to_text

    return str(rtf_to_text(source, errors="replace"))


def _stated(source: str) -> Stated:
    info = _INFO.search(source, 0, _INFO_WITHIN)
    if info is None:
        return Stated()
    facts = {
        match["name"]: " ".join(_words(f"{{\\rtf1 {match['value']}}}").split())
        for match in _FACT.finditer(info[0])
    }
    created = _CREATED.search(info[0])
    day = None
    if created is not None:
        try:
            day = date(*(int(part) for part in created.groups())).isoformat()
        except ValueError:
            day = None
    return Stated(facts.get("title") or None, facts.get("author") or None, published=day)

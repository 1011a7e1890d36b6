"""Word files (.docx): paragraphs, table rows, heads and feet, notes left where they are.

The only importer of python-docx. The text is that of the document as it is accepted: what
was inserted is read, what was deleted or moved away is not.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from functools import lru_cache
from types import ModuleType
from typing import Any, TypeAlias

from index.documents import Block, Read, Stated, read_document
from index.errors import ReadingError
from index.packages import require_plain_parts
from index.pdf_lines import PAGE_FOOTER, PAGE_HEADER

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_PARAGRAPH, _ROW, _CELL, _TEXT = f"{_W}p", f"{_W}tr", f"{_W}tc", f"{_W}t"
_UNREAD = frozenset((f"{_W}moveFrom", f"{_W}del", _FALLBACK))
_SPACES = frozenset((f"{_W}tab", f"{_W}br", f"{_W}cr", f"{_W}ptab"))
_HYPHEN = f"{_W}noBreakHyphen"
_CONTENTS = re.compile(r"(?:toc|table of contents|verzeichnis|tdm)[ _-]?\d", re.IGNORECASE)
_TITLE_STYLES = frozenset(("title", "titel", "titre", "título", "titolo"))
# The date in the empty document that python-docx begins with says nothing of the file.
_TEMPLATE_DATE = date(2013, 12, 23)
_SPACE = re.compile(r"\s+")


Node: TypeAlias = Any  # an element or another value of the library, which ships no types


@lru_cache(maxsize=1)
def _docx() -> ModuleType:
    import docx

    return docx


def read_docx(data: bytes, name: str, _url: str | None) -> Read:
    """Read a Word file as an article.

    Raises:
        ReadingError: it is not whole, locked with a password, too large, or holds no text.
    """
    require_plain_parts(data, name)
    try:
        document = _docx().Document(io.BytesIO(data))
        blocks = list(_blocks(document))
        stated = _stated(document, blocks)
    # The library meets a file that is not as it should be with errors of many kinds.
    except (KeyError, ValueError, AttributeError, TypeError, IndexError, OSError) as error:
        why = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ReadingError(f"{name} is no whole Word file ({why}): save it again") from error
    if not any(block.text for block in blocks):
        raise ReadingError(f"{name} holds no text")
    return read_document([block for block in blocks if block.text], stated)


def _blocks(document: Node) -> Iterator[Block]:
    styles = {style.style_id: style.name or "" for style in document.styles}
    yield from _edges(document, "header", PAGE_HEADER)
    yield from _body_blocks(document.element.body, styles)
    yield from _edges(document, "footer", PAGE_FOOTER)


def _edges(document: Node, which: str, reason: str) -> Iterator[Block]:
    """Yield the lines of the sections' heads or feet, each once."""
    seen: set[str] = set()
    for section in document.sections:
        for kind in (f"first_page_{which}", which, f"even_page_{which}"):
            edge = getattr(section, kind)
            if edge.is_linked_to_previous:
                continue
            for paragraph in edge.paragraphs:
                text = _words(paragraph._p)
                if text and text not in seen:
                    seen.add(text)
                    yield Block(text, reason)


def _body_blocks(body: Node, styles: dict[str, str]) -> Iterator[Block]:
    """Yield every paragraph and table row below an element, in order, without recursion."""
    stack = [body]
    while stack:
        element = stack.pop()
        if element.tag == _PARAGRAPH:
            reason = "contents" if _CONTENTS.match(_style(element, styles)) else None
            yield Block(_words(element), reason)
            # The paragraphs of text boxes stand inside the paragraph that holds the box.
            stack.extend(reversed(list(_boxed(element))))
        elif element.tag == _ROW:
            cells = (_cell_words(cell) for cell in element.iter(_CELL))
            yield Block("\t".join(cells).strip("\t"))
        elif element.tag not in _UNREAD:
            stack.extend(reversed(list(element)))


def _boxed(paragraph: Node) -> Iterator[Node]:
    for inner in _readable(paragraph, inside_boxes=True):
        if inner is not paragraph and inner.tag == _PARAGRAPH:
            yield inner


def _cell_words(cell: Node) -> str:
    paragraphs = [e for e in _readable(cell, inside_boxes=True) if e.tag == _PARAGRAPH]
    return " ".join(filter(None, (_words(paragraph) for paragraph in paragraphs)))


def _words(paragraph: Node) -> str:
    """Return the text of a paragraph itself, white space collapsed."""
    parts: list[str] = []
    for element in _readable(paragraph, inside_boxes=False):
        if element.tag == _TEXT:
            parts.append(element.text or "")
        elif element.tag in _SPACES:
            parts.append(" ")
        elif element.tag == _HYPHEN:
            parts.append("-")
    return _SPACE.sub(" ", "".join(parts)).strip()


def _readable(root: Node, *, inside_boxes: bool) -> Iterator[Node]:
    """Yield an element and what is below it in order, without what was deleted."""
    stack = [root]
    while stack:
        element = stack.pop()
        if element.tag in _UNREAD:
            continue
        yield element
        if inside_boxes or element is root or element.tag != _PARAGRAPH:
            stack.extend(reversed(list(element)))


def _style(paragraph: Node, styles: dict[str, str]) -> str:
    found = paragraph.find(f"{_W}pPr/{_W}pStyle")
    return styles.get(found.get(f"{_W}val"), "") if found is not None else ""


def _stated(document: Node, blocks: Iterable[Block]) -> Stated:
    facts = document.core_properties
    styles = {style.style_id: (style.name or "").casefold() for style in document.styles}
    titled = (
        _words(paragraph)
        for paragraph in document.element.body.iter(_PARAGRAPH)
        if _style(paragraph, styles) in _TITLE_STYLES
    )
    headed = (
        _words(paragraph)
        for paragraph in document.element.body.iter(_PARAGRAPH)
        if _style(paragraph, styles) in {"heading 1", "überschrift 1", "titre 1"}
    )
    here = {block.text for block in blocks}
    stated_title = _SPACE.sub(" ", facts.title or "").strip()
    # A title among the properties is often a template's: one that the text shows goes first.
    title = next(filter(None, titled), None) or (stated_title if stated_title in here else None)
    author = facts.author if facts.author != "python-docx" else None
    return Stated(
        title=title or stated_title or next(filter(None, headed), None),
        author=_SPACE.sub(" ", author or "").strip() or None,
        published=_day(facts.created),
    )


def _day(created: object) -> str | None:
    if not isinstance(created, datetime) or created.date() == _TEMPLATE_DATE:
        return None
    return created.date().isoformat()

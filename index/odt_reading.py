"""OpenDocument texts (.odt): paragraphs, headings, list items and table rows.

The only importer of odfdo. Deleted text that is kept for tracking changes and comments are
not read; footnotes follow the paragraph that they belong to.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache
from types import ModuleType
from typing import Any, TypeAlias

from index.documents import Block, Read, Stated, read_document
from index.errors import ReadingError
from index.packages import open_package, read_member, require_plain_parts

_PARAGRAPHS = frozenset(("text:p", "text:h"))
_UNREAD = frozenset((
    "text:tracked-changes", "office:annotation", "office:annotation-end", "text:note-citation",
    "office:forms", "text:sequence-decls", "text:variable-decls", "text:user-field-decls",
    "svg:title", "svg:desc",
))  # fmt: skip
_CONTENTS = frozenset(
    ("text:table-of-content", "text:alphabetical-index", "text:illustration-index")
)
_SPACES = frozenset(("text:s", "text:tab", "text:line-break"))
_MANIFEST = "META-INF/manifest.xml"
_LARGEST_MANIFEST = 5_000_000
_SPACE = re.compile(r"\s+")


Node: TypeAlias = Any  # an element or another value of the library, which ships no types


@lru_cache(maxsize=1)
def _odfdo() -> ModuleType:
    import odfdo

    found: ModuleType = odfdo
    return found


def read_odt(data: bytes, name: str, _url: str | None) -> Read:
    """Read an OpenDocument text as an article.

    Raises:
        ReadingError: it is not whole, locked with a password, too large, or holds no text.
    """
    with open_package(data, name) as archive:
        if _MANIFEST in archive.namelist():
            manifest = read_member(archive, _MANIFEST, name, _LARGEST_MANIFEST)
            if b"encryption-data" in manifest:
                raise ReadingError(
                    f"{name} is locked with a password: save it without one and index that"
                )
    require_plain_parts(data, name)
    try:
        document = _odfdo().Document(io.BytesIO(data))
        blocks = [block for block in _blocks(document.body) if block.text]
        stated = _stated(document)
    # The library meets a file that is not as it should be with errors of many kinds.
    except (KeyError, ValueError, AttributeError, TypeError, IndexError, OSError) as error:
        why = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ReadingError(
            f"{name} is no whole OpenDocument text ({why}): save it again"
        ) from error
    if not blocks:
        raise ReadingError(f"{name} holds no text")
    return read_document(blocks, stated)


def _blocks(body: Node) -> Iterator[Block]:
    """Yield every paragraph and table row in order, without recursion."""
    stack: list[tuple[Node, str | None]] = [(body, None)]
    while stack:
        element, reason = stack.pop()
        tag = element.tag
        if tag in _PARAGRAPHS:
            words, notes = _words(element)
            yield Block(words, reason)
            stack.extend((note, reason) for note in reversed(notes))
        elif tag == "table:table-row":
            cells = ("".join(_cell_words(cell)) for cell in element.children)
            yield Block("\t".join(cells).strip("\t"), reason)
        elif tag not in _UNREAD:
            reason = "contents" if tag in _CONTENTS else reason
            stack.extend((child, reason) for child in reversed(element.children))


def _cell_words(cell: Node) -> str:
    return " ".join(block.text for block in _blocks(cell) if block.text)


def _words(paragraph: Node) -> tuple[str, list[Node]]:
    """Return a paragraph's own text, and the notes and text boxes that it holds."""
    parts: list[str] = []
    apart: list[Node] = []
    stack: list[Node] = [paragraph]
    while stack:
        element = stack.pop()
        if isinstance(element, str):
            parts.append(element)
            continue
        tag = element.tag
        if element is not paragraph:
            stack.append(element.tail or "")
        if tag in _UNREAD:
            continue
        if tag in ("text:note-body", "draw:text-box"):
            apart.append(element)
        elif tag in _SPACES:
            parts.append(" ")
        else:
            stack.extend(reversed(element.children))
            stack.append(element.text or "")
    return _SPACE.sub(" ", "".join(parts)).strip(), apart


def _stated(document: Node) -> Stated:
    facts = document.meta
    headings = (heading for heading in document.body.get_headers() if heading.level == 1)
    heading = next((words for words in (_words(each)[0] for each in headings) if words), None)
    title = _SPACE.sub(" ", facts.title or "").strip()
    author = facts.initial_creator or facts.creator
    return Stated(
        title=title or heading,
        author=_SPACE.sub(" ", author or "").strip() or None,
        published=_day(facts.creation_date),
    )


def _day(created: object) -> str | None:
    if isinstance(created, datetime):
        created = created.date()
    return created.isoformat() if isinstance(created, date) else None

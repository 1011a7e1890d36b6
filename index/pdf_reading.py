"""PDF: the text of each page, its lines joined into paragraphs, page furniture marked.

The only importer of pypdfium2. A PDF holds characters at places, not paragraphs: which
lines belong together is told from their distance, size, indent and length. Where a line
ends in a hyphen the word is joined again, so that it can be found. A paragraph that runs
over a page's end stays whole: the foot and head between its halves come after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

from index.documents import Read, Stated, block_starts, read_document
from index.errors import ReadingError
from index.pdf_lines import Line, Page, furniture_of_pages
from index.pdf_paragraphs import paragraphs

if TYPE_CHECKING:
    from types import ModuleType

MOST_PAGES = 5_000
MOST_CHARACTERS = 15_000_000
_HYPHEN_BREAK = "\ufffe"  # what PDFium puts for a hyphen at a line's end and the line end
_LINE = re.compile(rf"[^\r\n{_HYPHEN_BREAK}]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffd\uffff]")
_PASSWORD_ERROR = 4
_DATE = re.compile(r"D:(\d{4})(\d{2})(\d{2})")
# What programs put for a title when nobody has given one.
_NO_TITLE = re.compile(
    r"(?:microsoft \w+ - .*|untitled.*|document\d*|.*\.(?:docx?|odt|indd|tex|dvi|pdf|qxd|rtf|html?)"
    r"|slide \d+|\W*|about:blank|https?://.*)",
    re.IGNORECASE,
)


Handle: TypeAlias = Any  # of pypdfium2, which ships no types


@lru_cache(maxsize=1)
def _pdfium() -> ModuleType:
    import pypdfium2

    found: ModuleType = pypdfium2
    return found


def read_pdf(data: bytes, name: str, _url: str | None) -> Read:
    """Read a PDF as an article with pages.

    Raises:
        ReadingError: it is not whole, locked with a password, too long, or holds no text.
    """
    pdfium = _pdfium()
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if getattr(error, "err_code", None) == _PASSWORD_ERROR:
            why = "is locked with a password: save it without one and index that"
        else:
            why = f"is not whole or no PDF ({error}): get it again"
        raise ReadingError(f"{name} {why}") from error
    try:
        pages = list(_pages(document, name))
        facts = document.get_metadata_dict()
    except pdfium.PdfiumError as error:
        raise ReadingError(f"{name} is damaged ({error}): get it again") from error
    finally:
        document.close()
    if not any(page.lines for page in pages):
        raise ReadingError(
            f"{name} holds no text on its {len(pages):,} pages, only pictures of it: run text "
            "recognition over it (for example ocrmypdf) and index the result"
        )
    blocks, begins = paragraphs(pages, furniture_of_pages(pages))
    starts = block_starts(blocks)
    offsets = [starts[block] + offset for block, offset in begins]
    published = _created(facts.get("CreationDate", ""))
    title = _stated_title(facts.get("Title", "")) or _largest_lines(pages[0])
    author = " ".join(facts.get("Author", "").split()) or None
    stated = Stated(title=title, author=author, published=published)
    return read_document(blocks, stated, pages=offsets)


def _pages(document: Handle, name: str) -> Iterator[Page]:
    if len(document) > MOST_PAGES:
        raise ReadingError(
            f"{name} has {len(document):,} pages, more than {MOST_PAGES:,}: split it"
        )
    characters = 0
    for number in range(len(document)):
        page = document[number]
        text_page = page.get_textpage()
        try:
            height = page.get_size()[1]
            text = text_page.get_text_range()
            characters += len(text)
            if characters > MOST_CHARACTERS:
                raise ReadingError(
                    f"{name} holds more than {MOST_CHARACTERS:,} characters: split it"
                )
            yield Page(height, tuple(_lines(text_page, text)))
        finally:
            text_page.close()
            page.close()


def _lines(text_page: Handle, text: str) -> Iterator[Line]:
    """Yield a page's lines in the order of its text, with their places in points."""
    raw = _pdfium().raw
    # PDFium counts in UTF-16 units; beyond the first 65,536 characters the two differ.
    placed = text_page.count_chars() == len(text)
    for match in _LINE.finditer(text):
        words = " ".join(_CONTROL.sub("", match.group()).split())
        if not words.strip("\u200b\ufeff\u00ad"):
            continue
        hyphen = text[match.end() : match.end() + 1] == _HYPHEN_BREAK
        if not placed:
            yield Line(words, hyphen, 0.0, 0.0, 0.0, 0.0, 0.0)
            continue
        run = match.group()
        first = match.start() + len(run) - len(run.lstrip())
        last = match.start() + len(run.rstrip()) - 1
        left, bottom, _, top = text_page.get_charbox(first, loose=True)
        right = text_page.get_charbox(last, loose=True)[2]
        size = float(raw.FPDFText_GetFontSize(text_page, first))
        # Some files scale a font of size 1 with the page's matrix: the box tells then.
        size = size if size > 2 else top - bottom
        yield Line(words, hyphen, left, right, top, bottom, size)


def _created(stated: str) -> str | None:
    """Return the day of a PDF's date ("D:20240502120000+02'00'")."""
    matched = _DATE.match(stated)
    try:
        return date(*map(int, matched.groups())).isoformat() if matched else None
    except ValueError:
        return None


def _stated_title(title: str) -> str | None:
    plain = " ".join(_CONTROL.sub("", title).split())
    return None if _NO_TITLE.fullmatch(plain) else plain


def _largest_lines(page: Page) -> str | None:
    """Return the lines of the first page in clearly the largest letters, when they are few."""
    sizes = sorted((line.size for line in page.lines), reverse=True)
    if len(sizes) < 4 or sizes[0] < 1.15 * sizes[len(sizes) // 2]:
        return None
    found: list[str] = []
    for line in page.lines:
        if line.size >= 0.95 * sizes[0]:
            found.append(line.text)
        elif found:
            break
    title = " ".join(found)
    return title if 2 <= len(title.split()) <= 30 else None

"""HTML pages: every visible text block, with what is not the article marked.

The only importer of trafilatura, which decides what the article is; its
words are then found again among the page's own blocks, so that nothing is deleted.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from functools import lru_cache
from types import ModuleType

from index.article import BoilerplateSpan
from index.cleaning import mark_blocks, mark_boilerplate
from index.errors import ReadingError
from index.furniture import furniture_reason
from index.html_blocks import Element, kept_blocks, visible_blocks
from index.html_metadata import stated_author, stated_date, stated_headline, stated_site
from index.languages import language_of
from index.metadata import Metadata, author_of_text, made_title, published_of_text

# What trafilatura now and then keeps and no body holds.
_NEVER_BODY = frozenset((
    "advertisement", "byline", "caption", "comments", "cookie notice", "date line", "newsletter",
    "related", "related link", "sharing", "sign-in", "votes",
))  # fmt: skip
_SHORTEST_BODY = 200
MOST_BLOCKS = 100_000
_SPACE = re.compile(r"\s+")
_ELEMENT = re.compile(rb"<(?:p|div|h[1-6]|article|section|table|ul|ol|br|span)\b", re.IGNORECASE)


@lru_cache(maxsize=1)
def _trafilatura() -> ModuleType:
    import trafilatura

    # It warns of every page that it gives up; we say so ourselves, with the file's name.
    for name in ("trafilatura", "htmldate", "courlan"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    found: ModuleType = trafilatura
    return found


def parse_html(data: bytes | str, name: str) -> Element:
    """Return the page's tree.

    Raises:
        ReadingError: the page cannot be parsed.
    """
    from lxml import etree, html

    try:
        # The second for fragments without an html element, which trafilatura does not take.
        tree = _trafilatura().load_html(data)
        if tree is None and _ELEMENT.search(data if isinstance(data, bytes) else data.encode()):
            tree = html.document_fromstring(data)
    except (etree.LxmlError, ValueError, RecursionError) as error:
        raise ReadingError(f"{name} cannot be read as HTML: {_one_line(error)}") from error
    if tree is None:
        raise ReadingError(f"{name} is not an HTML page: rename it to .txt to read it as text")
    found: Element = tree
    return found


def extract_body(data: bytes | str) -> str:
    """Return what trafilatura alone, as it is usually called, takes for the body."""
    return str(_trafilatura().extract(data, include_comments=False) or "")


def read_html(
    data: bytes | str, name: str, url: str | None
) -> tuple[str, tuple[BoilerplateSpan, ...], Metadata]:
    """Return the visible text, one block a line, what of it is not the article, and metadata.

    Raises:
        ReadingError: the page cannot be parsed or holds no text.
    """
    tree = parse_html(data, name)
    visible = visible_blocks(tree)
    if not visible:
        raise ReadingError(f"{name} holds no visible text")
    if len(visible) > MOST_BLOCKS:
        raise ReadingError(
            f"{name} has more than {MOST_BLOCKS:,} lines: it is no article; split it"
        )
    title = stated_headline(tree)
    published, evidence = stated_date(tree)
    site = stated_site(tree)
    body, guessed_title, guessed_site = _extracted(tree, name, url)
    title = title or guessed_title
    text = "\n".join(visible)
    if len(body) >= _SHORTEST_BODY:
        spans = mark_blocks(text, _kept(visible, body), title=title)
    else:
        spans = mark_boilerplate(text, title=title)
    title = title or made_title(text, spans)
    language = language_of(body or text, tree.get("lang"))
    author = stated_author(tree) or author_of_text(text, spans)
    if published is None:
        published, evidence = published_of_text(text, spans, language)
    site = site or guessed_site
    return text, spans, Metadata(title, site, published, evidence, language, author)


def _kept(visible: Sequence[str], body: str) -> list[bool]:
    return [
        kept and furniture_reason(block) not in _NEVER_BODY
        for block, kept in zip(visible, kept_blocks(visible, body), strict=True)
    ]


def _extracted(tree: Element, name: str, url: str | None) -> tuple[str, str | None, str | None]:
    """Return trafilatura's body, title and site: by its own rules, else with its fallbacks.

    Its own rules alone were both faster and nearer to what people marked than with the
    fallbacks (`python -m eval.reading`), which are for pages where they find next to nothing.
    """
    from lxml import etree

    body, title, site = "", None, None
    for fast in (True, False):
        try:
            document = _trafilatura().bare_extraction(
                tree, url=url, with_metadata=True, include_comments=False, fast=fast
            )
        except (etree.LxmlError, ValueError, TypeError, AttributeError, RecursionError) as error:
            message = f"{name} cannot be read as an article: {_one_line(error)}"
            raise ReadingError(message) from error
        if document is not None:
            body = document.text or body
            title, site = _line(document.title) or title, _line(document.sitename) or site
        if len(body) >= _SHORTEST_BODY:
            break
    return body, title, site


def _line(value: str | None) -> str | None:
    return _SPACE.sub(" ", value).strip() or None if value else None


def _one_line(error: Exception) -> str:
    return _SPACE.sub(" ", str(error)).strip()[:200] or type(error).__name__

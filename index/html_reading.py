"""HTML pages: every visible text block, with what is not the article marked.

The only importer of trafilatura and lxml. trafilatura decides what the article is; its
words are then found again among the page's own blocks, so that nothing is deleted.
"""

from __future__ import annotations

import re
from collections import Counter

from index.article import BoilerplateSpan
from index.cleaning_words import furniture_reason
from index.errors import ReadingError
from index.metadata import Metadata, made_title

_BLOCK_TAGS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "br",
        "button",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "label",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "option",
        "p",
        "pre",
        "section",
        "select",
        "summary",
        "table",
        "tbody",
        "td",
        "textarea",
        "tfoot",
        "th",
        "thead",
        "title",
        "tr",
        "ul",
    ]
)
_SILENT_TAGS = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "head",
        "svg",
        "math",
        "iframe",
        "object",
        "embed",
        "canvas",
        "audio",
        "video",
    ]
)
_WORD = re.compile(r"\w+")
_SPACE = re.compile(r"\s+")


def read_html(
    data: bytes, name: str, url: str | None
) -> tuple[str, tuple[BoilerplateSpan, ...], Metadata]:
    """Return the page's visible text, one block a line, what of it is not the article, and its metadata.

    Raises:
        ReadingError: the page cannot be parsed or holds no text.

    """
    import trafilatura
    from lxml import etree, html

    try:
        tree = trafilatura.load_html(data)
    except (etree.LxmlError, ValueError, RecursionError) as error:
        raise ReadingError(f"{name} cannot be read as HTML: {error}") from error
    if tree is None:
        raise ReadingError(f"{name} is not an HTML page")
    visible = visible_blocks(tree)
    if not visible:
        raise ReadingError(f"{name} holds no visible text")
    try:
        document = trafilatura.bare_extraction(
            html.fromstring(html.tostring(tree)),
            url=url,
            with_metadata=True,
            include_comments=False,
            favor_recall=False,
        )
    except (etree.LxmlError, ValueError, RecursionError, AssertionError, TypeError) as error:
        raise ReadingError(f"{name} cannot be read as an article: {error}") from error
    body = (document.text or "") if document else ""
    title = (document.title or None) if document else None
    kept = kept_blocks(visible, body)
    text, spans = _assemble(visible, kept, title)
    published = (document.date or None) if document else None
    source = (document.sitename or None) if document else None
    metadata = Metadata(
        title or made_title(text, spans), source, published, "page metadata" if published else None
    )
    return text, spans, metadata


def visible_blocks(tree: object) -> list[str]:
    """Return the page's text blocks in order, white space collapsed; no scripts, styles or head."""
    blocks: list[str] = []
    current: list[str] = []

    def flush() -> None:
        words = _SPACE.sub(" ", "".join(current)).strip()
        current.clear()
        if words:
            blocks.append(words)

    # Without recursion: pages nest more deeply than Python's stack.
    stack: list[tuple[object, bool]] = [(tree, False)]
    while stack:
        element, leaving = stack.pop()
        tag = getattr(element, "tag", None)
        block = isinstance(tag, str) and tag in _BLOCK_TAGS
        if leaving:
            if block:
                flush()
            current.append(getattr(element, "tail", None) or "")
            continue
        if not isinstance(tag, str) or tag in _SILENT_TAGS:
            current.append(getattr(element, "tail", None) or "")
            continue
        if block:
            flush()
        current.append(getattr(element, "text", None) or "")
        stack.append((element, True))
        stack.extend((child, False) for child in reversed(list(element)))  # type: ignore[call-overload]
    flush()
    return blocks


def kept_blocks(visible: list[str], body: str) -> list[bool]:
    """Say for every visible block whether its words are in the extracted body."""
    words = _WORD.findall(body)
    size = 3
    shingles = Counter(tuple(words[i : i + size]) for i in range(len(words) - size + 1))
    whole_lines = Counter(" ".join(_WORD.findall(line)) for line in body.splitlines())
    kept = []
    for block in visible:
        tokens = _WORD.findall(block)
        if len(tokens) < 6:
            key = " ".join(tokens)
            kept.append(bool(tokens) and whole_lines[key] > 0)
            if kept[-1]:
                whole_lines[key] -= 1
            continue
        own = [tuple(tokens[i : i + size]) for i in range(len(tokens) - size + 1)]
        kept.append(sum(shingles[s] > 0 for s in own) >= 0.6 * len(own))
        if kept[-1]:
            shingles.subtract(own)
    return kept


def _assemble(
    visible: list[str], kept: list[bool], title: str | None
) -> tuple[str, tuple[BoilerplateSpan, ...]]:
    spans: list[BoilerplateSpan] = []
    position = 0
    for block, keep in zip(visible, kept, strict=True):
        end = position + len(block)
        if not keep or block == title:
            reason = "title" if block == title else furniture_reason(block) or "page furniture"
            if spans and spans[-1].reason == reason and spans[-1].end == position - 1:
                spans[-1] = BoilerplateSpan(spans[-1].start, end, reason)
            else:
                spans.append(BoilerplateSpan(position, end, reason))
        position = end + 1
    return "\n".join(visible), tuple(spans)

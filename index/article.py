"""The values of the index: article, spans, passage.

All of them are frozen and compare by value; ids derive from content, so that the same
article read twice is the same article. All offsets are character offsets into
`Article.text`, end exclusive.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from dataclasses import dataclass, field


def content_id(*parts: str, length: int = 12) -> str:
    """Return the first `length` hexadecimal digits of the SHA-256 of the parts.

    The parts are joined with a separator that cannot occur in text that was read, so
    ("ab", "c") and ("a", "bc") differ.
    """
    joined = "\x1f".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(joined).hexdigest()[:length]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A run of characters of an article's text: `text[start:end]`."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"span {self.start}:{self.end} is not a range")

    def of(self, text: str) -> str:
        """Return the characters of the span."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True, order=True)
class BoilerplateSpan:
    """A part of the article text that is not the article, and why ("comments", ...)."""

    start: int
    end: int
    reason: str


@dataclass(frozen=True, slots=True)
class Article:
    """One document of the collection.

    `text` is what was extracted from the file, unchanged after that; for a `.txt` or
    `.md` file it is the decoded file itself. `published` is an ISO date ("2025-01-22")
    or None when the text does not say; `published_evidence` is where it was found
    ("dateline", "line 3", "json-ld"). `path` is absolute; exactly one of `path` and
    `url` may be None. `pages` holds the offset at which each page of the text begins, empty
    for what has no pages.
    """

    text: str
    title: str
    source: str | None = None
    published: str | None = None
    published_evidence: str | None = None
    language: str = "en"
    path: str | None = None
    url: str | None = None
    boilerplate: tuple[BoilerplateSpan, ...] = ()
    author: str | None = None
    pages: tuple[int, ...] = ()
    id: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if not self.id:
            digest = content_id(self.text, self.title, self.source or "", self.published or "")
            object.__setattr__(self, "id", digest)

    def page_at(self, offset: int) -> int | None:
        """Return the number of the page, from 1, that an offset is on; None without pages."""
        return bisect_right(self.pages, offset) or 1 if self.pages else None

    def body_spans(self) -> list[Span]:
        """Return the parts of the text that are the article, in order: what boilerplate leaves."""
        kept, position = [], 0
        for span in sorted(self.boilerplate):
            if span.start > position:
                kept.append(Span(position, span.start))
            position = max(position, span.end)
        if position < len(self.text):
            kept.append(Span(position, len(self.text)))
        return kept


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences of one article: the unit that is embedded and retrieved.

    `sentences` are spans of the article's text, in order, inside `start:end`. `text`
    is `article.text[start:end]`.
    """

    article_id: str
    ordinal: int
    start: int
    end: int
    text: str
    sentences: tuple[Span, ...]

    @property
    def id(self) -> str:
        """Unique within a library: the article, and the passage's place in it."""
        return f"{self.article_id}:{self.ordinal}"

    @property
    def hash(self) -> str:
        """The hash of the words alone: equal passages share one embedding."""
        return content_id(self.text, length=32)

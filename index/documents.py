"""A document as blocks: what the readers of paged and word-processed files have in common.

Such a file says itself what a paragraph, a heading or a page's head is. Its article text is
one block a line; what the file calls furniture is marked, and of the rest is judged, as for
Markdown, whether it is a web page after all.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from index.article import BoilerplateSpan
from index.cleaning import mark_boilerplate
from index.metadata import Metadata, metadata_of_text

FILE_METADATA = "file metadata"


@dataclass(frozen=True, slots=True)
class Read:
    """What a format's reader makes of a file.

    `pages` are the offsets where pages begin; `url` is the address that the file says it
    was saved from.
    """

    text: str
    boilerplate: tuple[BoilerplateSpan, ...]
    metadata: Metadata
    pages: tuple[int, ...] = ()
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading or table row on one line; `reason` says why it is no body."""

    text: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Stated:
    """What the file says about itself. A date is used when the text states none."""

    title: str | None = None
    author: str | None = None
    source: str | None = None
    published: str | None = None
    evidence: str = FILE_METADATA


def block_starts(blocks: Sequence[Block]) -> list[int]:
    """Return the offset of each block in the text of `read_document`."""
    return [0, *accumulate(len(block.text) + 1 for block in blocks)][: len(blocks)]


def read_document(
    blocks: Sequence[Block],
    stated: Stated,
    *,
    pages: Sequence[int] = (),
    authored: bool = True,
) -> Read:
    """Return the blocks as a text, one a line, with boilerplate and metadata.

    `authored` as for `mark_boilerplate`. A date that the file states goes before one in the
    text, unless it is only the file's own ("file metadata").
    """
    text = "\n".join(block.text for block in blocks)
    boilerplate = tuple(_spans(text, blocks, stated.title, authored=authored))
    metadata = with_stated(metadata_of_text(text, boilerplate), stated)
    return Read(text, boilerplate, metadata, tuple(pages))


def with_stated(found: Metadata, stated: Stated) -> Metadata:
    """Return what was found in a text, completed and corrected by what its file states."""
    published, evidence = found.published, found.published_evidence
    if stated.published and (published is None or stated.evidence != FILE_METADATA):
        published, evidence = stated.published, stated.evidence
    return replace(
        found,
        title=stated.title or found.title,
        source=stated.source or found.source,
        author=stated.author or found.author,
        published=published,
        published_evidence=evidence,
    )


def _spans(
    text: str, blocks: Sequence[Block], title: str | None, *, authored: bool
) -> Iterator[BoilerplateSpan]:
    """Yield what is no body, in order; spans of one reason that only white space parts as one."""
    starts = block_starts(blocks)
    marked = [
        BoilerplateSpan(start, start + len(block.text), block.reason)
        for block, start in zip(blocks, starts, strict=True)
        if block.reason and block.text.strip()
    ]
    marked += _judged(blocks, starts, title, authored=authored)
    last: BoilerplateSpan | None = None
    for span in sorted(marked):
        if last and last.reason == span.reason and not text[last.end : span.start].strip():
            last = replace(last, end=span.end)
            continue
        if last:
            yield last
        last = span
    if last:
        yield last


def _judged(
    blocks: Sequence[Block], starts: Sequence[int], title: str | None, *, authored: bool
) -> Iterator[BoilerplateSpan]:
    """Judge the blocks without a reason as a text of their own; yield spans of the whole text."""
    body = [place for place, block in enumerate(blocks) if not block.reason]
    texts = [blocks[place].text for place in body]
    own_starts = [0, *accumulate(len(text) + 1 for text in texts)][: len(texts)]
    for span in mark_boilerplate("\n".join(texts), title=title, authored=authored):
        number = bisect_right(own_starts, span.start) - 1
        while number < len(body) and own_starts[number] < span.end:
            shift = starts[body[number]] - own_starts[number]
            start = max(span.start, own_starts[number])
            end = min(span.end, own_starts[number] + len(texts[number]))
            if start < end:
                yield BoilerplateSpan(start + shift, end + shift, span.reason)
            number += 1

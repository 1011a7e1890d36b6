"""The visible text of an HTML page as blocks, and where an extract's words are among them.

Works on any tree with lxml's interface and imports nothing heavy.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Protocol, Self

from index.blocks import INVISIBLE

# fmt: off
_BLOCK_TAGS = frozenset((
    "address", "article", "aside", "blockquote", "body", "br", "button", "caption", "center",
    "dd", "details", "dialog", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer",
    "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "label", "legend", "li",
    "main", "menu", "nav", "ol", "optgroup", "option", "p", "pre", "section", "select",
    "summary", "table", "tbody", "textarea", "tfoot", "thead", "title", "tr", "ul",
))
SILENT_TAGS = frozenset((
    "audio", "canvas", "embed", "head", "iframe", "math", "noscript", "object", "script",
    "style", "svg", "template", "video",
))
# fmt: on
_CELL_TAGS = frozenset(("td", "th"))
_CELL_END = "\x00"

_WORD = re.compile(r"\w+")
_SPACE = re.compile(r"\s+")
_CELL_ENDS = re.compile(rf"(?: ?{_CELL_END} ?)+")


class Element(Protocol):
    """The part of lxml's element that is used here."""

    tag: object
    text: str | None
    tail: str | None

    def __iter__(self) -> Iterator[Self]: ...

    def iter(self, tag: str) -> Iterator[Self]: ...

    def itertext(self) -> Iterator[str]: ...

    def get(self, key: str) -> str | None: ...

    def xpath(self, path: str) -> list[Self]: ...

    def findtext(self, path: str) -> str | None: ...


def visible_blocks(tree: Element) -> list[str]:
    """Return the page's text blocks in order, white space collapsed; a table's row is one block.

    Cells of a row are parted by a tab, as when a page is copied. Scripts, styles and the
    head are not text.
    """
    blocks: list[str] = []
    current: list[str] = []

    def flush() -> None:
        words = _SPACE.sub(" ", "".join(current))
        current.clear()
        words = _CELL_ENDS.sub("\t", words).strip(INVISIBLE)
        if words:
            blocks.append(words)

    # Without recursion: pages nest more deeply than Python's stack.
    stack: list[tuple[Element, bool]] = [(tree, False)]
    while stack:
        element, leaving = stack.pop()
        tag = element.tag
        silent = not isinstance(tag, str) or tag in SILENT_TAGS
        if tag in _BLOCK_TAGS:
            flush()
        if leaving or silent:
            if tag in _CELL_TAGS:
                current.append(_CELL_END)
            current.append(element.tail or "")
            continue
        current.append(element.text or "")
        stack.append((element, True))
        stack.extend((child, False) for child in reversed(list(element)))
    flush()
    return blocks


def kept_blocks(visible: Sequence[str], extract: str) -> list[bool]:
    """Say for every visible block whether the extract has it, at that place.

    A teaser that repeats a paragraph of the article is not that paragraph: the blocks are
    found in the extract in order, by the heaviest chain of matches.
    """
    matches = _matches(visible, _WORD.findall(extract))
    kept = [False] * len(visible)
    for block in _heaviest_chain(matches):
        kept[block] = True
    return kept


_PAIR = 2
_FEW = 4
_LOOK_BACK = 80
_WEIGHTY = 8
_FEWEST_NEAR = 6

# (block, start, end, weight): the block's words are at start:end of the extract's.
_Match = tuple[int, int, int, float]


def _matches(visible: Sequence[str], extract: list[str]) -> list[_Match]:
    """Return where each block may be in the extract: the first places, and the next ones."""
    pairs: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place in range(len(extract)):
        pairs[tuple(extract[place : place + 1])].append(place)
        if place + _PAIR <= len(extract):
            pairs[tuple(extract[place : place + _PAIR])].append(place)
    found: list[_Match] = []
    reached = 0
    for block, text in enumerate(visible):
        words = _WORD.findall(text)
        if not words:
            continue
        places = pairs.get(tuple(words[:_PAIR]), [])
        following = bisect_left(places, reached)
        nearest = sorted({*places[:_FEW], *places[following : following + _FEW]})
        exact = [p for p in nearest if extract[p : p + len(words)] == words]
        found += [(block, p, p + len(words), float(len(words))) for p in exact]
        ahead = next((p for p in exact if p >= reached), None)
        if ahead is not None and (len(words) >= _WEIGHTY or ahead - reached <= _WEIGHTY):
            reached = ahead + len(words)
        if not exact and len(words) >= _FEWEST_NEAR:
            found += _near_match(block, words, pairs)
    return found


def _near_match(
    block: int, words: list[str], pairs: dict[tuple[str, ...], list[int]]
) -> list[_Match]:
    """Match a block of which the extract left some words out (a link, a note, a credit)."""
    hits = [
        (offset, place)
        for offset in range(len(words) - _PAIR + 1)
        for place in pairs.get(tuple(words[offset : offset + _PAIR]), [])[:8]
    ]
    if not hits:
        return []
    diagonal = Counter((place - offset) // 3 for offset, place in hits).most_common(1)[0][0]
    slack = max(2, len(words) // 12)
    near = [hit for hit in hits if abs((hit[1] - hit[0]) // 3 - diagonal) <= slack]
    covered = len({offset for offset, _ in near}) / (len(words) - _PAIR + 1)
    if covered < 0.55:
        return []
    places = [place for _, place in near]
    return [(block, min(places), max(places) + _PAIR, len(words) * covered)]


def _heaviest_chain(matches: Sequence[_Match]) -> list[int]:
    """Return the blocks of the chain in order of greatest weight, neighbours preferred."""
    best: list[float] = []
    before: list[int] = []
    for number, (block, start, _, weight) in enumerate(matches):
        value, previous = weight - 1.0, -1
        for earlier in range(number - 1, max(-1, number - 1 - _LOOK_BACK), -1):
            its_block, _, its_end, _ = matches[earlier]
            if its_block < block and its_end <= start + 1:
                gap = min(1.0, 0.15 * (block - its_block - 1))
                missed = min(1.0, 0.05 * max(0, start - its_end))
                candidate = best[earlier] + weight - gap - missed
                if candidate > value:
                    value, previous = candidate, earlier
        best.append(value)
        before.append(previous)
    chain: list[int] = []
    place = max(range(len(best)), key=best.__getitem__) if best else -1
    while place >= 0:
        chain.append(matches[place][0])
        place = before[place]
    return chain

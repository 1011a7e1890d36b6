"""From a PDF's lines to its paragraphs, over the ends of pages and columns."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from index.documents import Block
from index.pdf_lines import Line, Page

_ENDS_SENTENCE = re.compile(r"[.!?:;。！？…][\"'”’»)\]]*$")
_BULLET = re.compile(r"(?:[-*•·▪◦‣–—>]|\(?\d{1,3}[.)]|\(?[A-Za-z][.)])\s")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LAST_WORD = re.compile(r"[^\W\d_]+$")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_SPACELESS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uff00-\uffef]")
_LOOSE = 1.3  # times the usual distance of two lines
_INDENT = 0.8  # times the letters' size
_SHORT = 0.7  # share of the column's width, for a line that ends a sentence
_VERY_SHORT = 0.5  # and for one that does not

Begin = tuple[int, int]


def paragraphs(
    pages: Sequence[Page], furniture: Sequence[Mapping[int, str]]
) -> tuple[list[Block], list[Begin]]:
    """Return the blocks of all pages, and where each page begins as (block, offset in it)."""
    building = _Building(_vocabulary(pages))
    for number, (page, marked) in enumerate(zip(pages, furniture, strict=True)):
        places = [place for place in range(len(page.lines)) if place not in marked]
        body = [page.lines[place] for place in places]
        # A head or foot waits until the paragraph that it interrupts has ended.
        waiting = [Block(page.lines[place].text, why) for place, why in sorted(marked.items())]
        if places and not building.open:
            above = sum(place < places[0] for place in marked)
            building.blocks += waiting[:above]
            del waiting[:above]
        layout = _Layout.of(body)
        before: Line | None = building.last
        for place, line in enumerate(body):
            turned = place == 0 or _goes_up(body[place - 1], line)
            joins = before is not None and (
                _flows_on(before, line) if turned else layout.joins(before, line)
            )
            building.add(line, joins=joins, page=number)
            before = line
        building.furniture += waiting
        if not building.open:
            building.flush()
    building.flush()
    return building.blocks, building.begins(len(pages))


@dataclass(slots=True)
class _Building:
    """The blocks so far, and the paragraph that is being joined."""

    vocabulary: frozenset[str]
    blocks: list[Block] = field(default_factory=list)
    furniture: list[Block] = field(default_factory=list)
    last: Line | None = None
    _text: str = ""
    _waiting: list[tuple[int, int]] = field(default_factory=list)
    _begins: dict[int, Begin] = field(default_factory=dict)

    @property
    def open(self) -> bool:
        """Whether a paragraph is being joined."""
        return bool(self._text)

    def add(self, line: Line, *, joins: bool, page: int) -> None:
        """Add a line to the paragraph, or begin the next one with it."""
        if not joins or self.last is None:
            self.flush()
            self._begin(page, 0)
            self._text = line.text
        else:
            glue = self._glue(self.last, line)
            self._begin(page, len(self._text) + len(glue))
            self._text += glue + line.text
        self.last = line

    def _begin(self, page: int, offset: int) -> None:
        if page not in self._begins and page not in (waiting for waiting, _ in self._waiting):
            self._waiting.append((page, offset))

    def flush(self) -> None:
        """End the paragraph; the furniture that waited for its end follows it."""
        if self._text:
            for page, offset in self._waiting:
                self._begins[page] = (len(self.blocks), offset)
            tail = "-" if self.last is not None and self.last.hyphen else ""
            self.blocks.append(Block(self._text + tail))
        self.blocks += self.furniture
        self._text, self._waiting, self.furniture, self.last = "", [], [], None

    def begins(self, pages: int) -> list[Begin]:
        """Return where each page begins; a page without body begins where the next one does."""
        found: list[Begin] = []
        following = (len(self.blocks) - 1, 0) if self.blocks else (0, 0)
        for page in reversed(range(pages)):
            following = self._begins.get(page, following)
            found.append(following)
        found[-1] = (0, 0)
        return found[::-1]

    def _glue(self, before: Line, line: Line) -> str:
        """Return what stands between two joined lines: a space, a hyphen, or nothing."""
        if not before.hyphen:
            last, first = before.text[-1:], line.text[:1]
            return "" if _SPACELESS.match(last) and _SPACELESS.match(first) else " "
        left, right = _LAST_WORD.search(before.text), _FIRST_WORD.match(line.text)
        if left is None or right is None or not right[0][0].islower():
            return "-"
        hyphened = f"{left[0]}-{right[0]}".casefold()
        joined = f"{left[0]}{right[0]}".casefold()
        # What the document writes elsewhere inside a line decides.
        return "-" if hyphened in self.vocabulary and joined not in self.vocabulary else ""


@dataclass(frozen=True, slots=True)
class _Layout:
    """What is usual on a page: the distance of its lines, and where they begin and end."""

    pitch: float
    lines: tuple[Line, ...]

    @classmethod
    def of(cls, lines: Sequence[Line]) -> _Layout:
        distances = [
            one.bottom - other.bottom
            for one, other in itertools.pairwise(lines)
            if 0 < one.bottom - other.bottom < 4 * max(one.size, 1.0)
        ]
        # The closest quarter: where most paragraphs are of one line, the usual distance is theirs.
        closest = sorted(distances)[: max(1, len(distances) // 2)]
        return cls(median(closest) if closest else 0.0, tuple(lines))

    def joins(self, before: Line, line: Line) -> bool:
        """Whether a line goes on with the paragraph of the one above it."""
        if not line.top:
            # Without places only the words tell.
            return _flows_on(before, line)
        size = max(before.size, line.size, 1.0)
        distance = before.bottom - line.bottom
        if abs(before.size - line.size) > 0.1 * size:
            return False
        if before.hyphen:
            return True
        if self.pitch and distance > max(_LOOSE * self.pitch, 1.1 * size):
            return False
        if _BULLET.match(line.text):
            return False
        if line.left > before.left + _INDENT * size and not _BULLET.match(before.text):
            # The first line of a paragraph, unless the line above is a piece of the same line.
            return distance < 0.3 * size
        return not self._ends_early(before, line)

    def _ends_early(self, before: Line, line: Line) -> bool:
        """Whether a line is so much shorter than its column that its paragraph ends there."""
        size = max(before.size, 1.0)
        rights = [o.right for o in self.lines if abs(o.left - before.left) < 2 * size]
        share = (before.right - before.left) / max(max(rights) - before.left, 1.0)
        if _ENDS_SENTENCE.search(before.text):
            return share < _SHORT
        return share < _VERY_SHORT and not line.text[:1].islower()


def _goes_up(before: Line, line: Line) -> bool:
    """Whether the text goes on further up: in the next column."""
    return line.bottom > before.top


def _flows_on(before: Line, line: Line) -> bool:
    """Whether a sentence that a page or column ends goes on in this line."""
    if abs(before.size - line.size) > 0.1 * max(before.size, line.size, 1.0):
        return False
    if before.hyphen:
        return True
    if _ENDS_SENTENCE.search(before.text) or _BULLET.match(line.text):
        return False
    first = line.text[:1]
    return first.islower() or bool(_SPACELESS.match(first)) or before.text.endswith(",")


def _vocabulary(pages: Sequence[Page]) -> frozenset[str]:
    """Return the words that stand inside lines, hyphened ones whole."""
    return frozenset(
        word.casefold()
        for page in pages
        for line in page.lines
        for word in _WORD.findall(line.text)[:-1]
    )

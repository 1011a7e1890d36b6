"""The lines of a PDF's pages, and which of them are heads, feet and page numbers."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

PAGE_HEADER = "page header"
PAGE_FOOTER = "page footer"
PAGE_NUMBER = "page number"

_DEEP = 3  # lines at the top and at the bottom that may be furniture
_ZONE = 0.12  # and the share of the page's height that they may take
_NUMBER = re.compile(
    r"\W{0,3}(?:(?:page|seite|p\.|pg\.?|página|pagina|pág\.|s\.)\s*)?"
    r"(?:\d{1,4}|[ivxlc]{1,7})(?:\s*(?:/|of|von|sur|de|di|van)\s*\d{1,4})?\W{0,3}",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+")
_FEWEST = 2
_SHARE = 0.15
_APART = 1.25


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text and its box in points, from the page's lower left corner.

    `hyphen` says that the line's last word was cut by a hyphen, which `text` lacks.
    """

    text: str
    hyphen: bool
    left: float
    right: float
    top: float
    bottom: float
    size: float


@dataclass(frozen=True, slots=True)
class Page:
    """A page's height in points, and its lines in the order of its text."""

    height: float
    lines: tuple[Line, ...]


def furniture_of_pages(pages: Sequence[Page]) -> list[dict[int, str]]:
    """Return for each page which of its lines, by number, are furniture, and what they are.

    Furniture stands at the top or bottom, line by line from the edge, apart from the body or
    in letters of another size, and recurs there on other pages with nothing but its figures
    changed; a page number alone need not recur.
    """
    zones = [_zones(page) for page in pages]
    recurring = [Counter[str](), Counter[str]()]
    for page, edges in zip(pages, zones, strict=True):
        for which, edge in enumerate(edges):
            recurring[which].update({_form(page.lines[number].text) for number in edge})
    enough = max(_FEWEST, round(_SHARE * len(pages)))
    found: list[dict[int, str]] = []
    for page, edges in zip(pages, zones, strict=True):
        marked: dict[int, str] = {}
        for which, edge in enumerate(edges):
            there: list[tuple[int, str]] = []
            for number in edge:
                text = page.lines[number].text
                if _NUMBER.fullmatch(text) and (len(pages) > 1 or not text.strip().isalpha()):
                    there.append((number, PAGE_NUMBER))
                elif len(pages) > 1 and recurring[which][_form(text)] >= enough:
                    there.append((number, (PAGE_HEADER, PAGE_FOOTER)[which]))
                else:
                    break
            while there and not _stands_apart(page, there[-1][0]):
                there.pop()
            marked.update(there)
        found.append(marked)
    return found


def _stands_apart(page: Page, number: int) -> bool:
    """Whether a line at the page's edge is not simply the next line of the body."""
    line = page.lines[number]
    if not line.top:
        return True
    nearest = min(
        (other for other in page.lines if _distance(line, other) > 0.5 * line.size),
        key=lambda other: _distance(line, other),
        default=None,
    )
    if nearest is None:
        return True
    if abs(nearest.size - line.size) > 0.05 * line.size:
        return True
    return _distance(line, nearest) > _APART * _usual_distance(page)


def _distance(one: Line, other: Line) -> float:
    return abs(one.bottom - other.bottom)


def _usual_distance(page: Page) -> float:
    heights = sorted(line.bottom for line in page.lines)
    steps = [b - a for a, b in itertools.pairwise(heights) if b - a > 1.0]
    return median(steps) if steps else 0.0


def _zones(page: Page) -> tuple[list[int], list[int]]:
    """Return the numbers of the lines nearest to the top and to the bottom, outermost first."""
    numbers = range(len(page.lines))
    if not any(line.top for line in page.lines):
        return list(numbers[:_DEEP]), list(numbers[::-1][:_DEEP])
    falling = sorted(numbers, key=lambda number: -page.lines[number].top)
    above = [n for n in falling[:_DEEP] if page.lines[n].bottom > (1 - _ZONE) * page.height]
    below = [n for n in falling[::-1][:_DEEP] if page.lines[n].top < _ZONE * page.height]
    return above, below


def _form(text: str) -> str:
    """Return what stays of a running head from page to page."""
    return _DIGITS.sub("0", text.casefold()).strip()

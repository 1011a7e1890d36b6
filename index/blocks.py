"""Blocks of a text: its paragraphs, each one line or a run of hard-wrapped lines.

Knows nothing of articles or boilerplate. All offsets are character offsets.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from index.article import Span

# Every line end that `str.splitlines` knows but NEL's rarer kin, so that offsets can be kept.
_LINE = re.compile("[^\n\r\x0b\x0c\x85\u2028\u2029]+")
# White space, the byte order mark, and what pages put where nothing should show.
INVISIBLE = "".join(chr(code) for code in range(0x3001) if chr(code).isspace()) + (
    "\x00\u200b\u2060\ufeff"
)
_BLANK = re.compile(r"(?>\r\n|[\n\r\x0b\x0c\x85\u2028\u2029])\s*?[\n\r\x0b\x0c\x85\u2028\u2029]")
_ENDS_SENTENCE = re.compile(r"[.!?:;…][\"'”’»)\]]*$")
_BULLET = re.compile(r"(?:[-*•·–—>|#]|\d{1,3}[.)]|[A-Za-z][.)])\s")

# Plain-text mail is wrapped at 72, books at 60 to 80, terminals at 80 to 100.
_NARROWEST, _WIDEST = 40, 130
_FEWEST_PAIRS = 4


def lines(text: str) -> Iterator[Span]:
    """Yield every line that holds more than white space and invisible marks, without them."""
    for match in _LINE.finditer(text):
        line = match.group()
        stripped = line.strip(INVISIBLE)
        if len(stripped) == len(line):
            yield Span(match.start(), match.end())
        elif stripped:
            start = match.start() + line.index(stripped[0])
            yield Span(start, start + len(stripped))


def blocks(text: str) -> list[Span]:
    """Return the paragraphs of a text, in order, without the white space around them.

    A blank line always ends a block. A single line end does too, unless the text is
    hard-wrapped: then a line goes on in the next when that line's first word would not
    have fitted on it.
    """
    all_lines = list(lines(text))
    width = _wrapping_width(text, all_lines)
    if width is None:
        return all_lines
    joined: list[Span] = []
    for line in all_lines:
        if joined and _goes_on(text, joined[-1], line, width):
            joined[-1] = Span(joined[-1].start, line.end)
        else:
            joined.append(line)
    return joined


def _wrapping_width(text: str, all_lines: Sequence[Span]) -> int | None:
    """Return the column at which the text was hard-wrapped, or None when it was not.

    A greedy wrapper leaves a trace: on every line but the last of a paragraph, the next
    line's first word would have passed the column.
    """
    if len(all_lines) <= _FEWEST_PAIRS:
        return None
    lengths = sorted(line.end - line.start for line in all_lines)
    width = lengths[int(0.95 * (len(lengths) - 1))]
    if not _NARROWEST <= width <= _WIDEST:
        return None
    pairs = full = mid_sentence = 0
    for line, following in _neighbours(text, all_lines):
        pairs += 1
        if _is_full(text, line, following, width):
            full += 1
            mid_sentence += not _ENDS_SENTENCE.search(text, line.start, line.end)
    enough = pairs >= _FEWEST_PAIRS and full >= 0.6 * pairs and mid_sentence >= 0.6 * full
    return width if enough else None


def _neighbours(text: str, all_lines: Sequence[Span]) -> Iterator[tuple[Span, Span]]:
    """Yield lines that follow one another with no blank line between."""
    for line, following in itertools.pairwise(all_lines):
        if not _BLANK.search(text, line.end, following.start):
            yield line, following


def _is_full(text: str, line: Span, following: Span, width: int) -> bool:
    first_word = text[following.start : min(following.end, following.start + width)].split()[0]
    return line.end - line.start + 1 + len(first_word) > width


def _goes_on(text: str, block: Span, following: Span, width: int) -> bool:
    if _BLANK.search(text, block.end, following.start):
        return False
    if _BULLET.match(text, following.start, following.end):
        return False
    last_line = max(
        text.rfind("\n", block.start, block.end), text.rfind("\r", block.start, block.end)
    )
    return _is_full(text, Span(max(block.start, last_line + 1), block.end), following, width)

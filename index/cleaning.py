"""Which parts of a text are not the article: marked with a reason, never deleted."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.article import BoilerplateSpan, Span
from index.blocks import blocks
from index.cleaning_words import furniture_reason, is_caption, is_date_line, opens_related

_ENDS = re.compile(r"[.!?…][\"'”’»)\]]*$")
BYTE_ORDER_MARK = "\ufeff"


def mark_boilerplate(text: str, *, title: str | None = None) -> tuple[BoilerplateSpan, ...]:
    """Return the parts of the text that are not the article's body, in order, with reasons.

    `title` is the article's title where it is known from elsewhere; the line that repeats
    it is marked "title". Spans do not overlap; those of one reason that only white space
    parts are one span.
    """
    found = [Span(s.start, s.end) for s in blocks(text)]
    reasons = _reasons([s.of(text) for s in found], title)
    marked: list[BoilerplateSpan] = []
    if text.startswith(BYTE_ORDER_MARK):
        marked.append(BoilerplateSpan(0, 1, "byte order mark"))
        if found and found[0].start == 0:
            found[0] = Span(min(1, found[0].end), found[0].end)
    for span, reason in zip(found, reasons, strict=True):
        if reason is None or span.start == span.end:
            continue
        if marked and marked[-1].reason == reason and not text[marked[-1].end : span.start].strip():
            marked[-1] = BoilerplateSpan(marked[-1].start, span.end, reason)
        else:
            marked.append(BoilerplateSpan(span.start, span.end, reason))
    return tuple(marked)


def _is_prose(line: str) -> bool:
    words = len(line.split())
    return (words >= 12 and _ENDS.search(line) is not None) or words >= 30


def _reasons(lines: Sequence[str], title: str | None) -> list[str | None]:
    reasons: list[str | None] = [furniture_reason(line) for line in lines]
    prose = [
        i
        for i, line in enumerate(lines)
        if reasons[i] is None and _is_prose(line) and not is_caption(line)
    ]
    if not prose:
        return reasons
    _mark_head(lines, reasons, prose[0], title)
    _mark_tail(lines, reasons, prose)
    return reasons


def _mark_head(
    lines: Sequence[str], reasons: list[str | None], first_prose: int, title: str | None
) -> None:
    if first_prose > 12:
        return
    candidates = [i for i in range(first_prose) if reasons[i] is None and not is_caption(lines[i])]
    furniture = first_prose - len(candidates)
    for i in range(first_prose):
        if reasons[i] is None and is_caption(lines[i]):
            reasons[i] = "caption"
    titles = [i for i in candidates if len(lines[i].split()) >= 4 and not _ENDS.search(lines[i])]
    if title is not None:
        titles = [i for i in candidates if lines[i] == title] or titles
    if titles:
        chosen = titles[0]
        reasons[chosen] = "title"
        for i in candidates:
            if i < chosen and len(lines[i].split()) <= 4 and furniture:
                reasons[i] = "site name"


def _mark_tail(lines: Sequence[str], reasons: list[str | None], prose: Sequence[int]) -> None:
    total = sum(len(lines[i]) for i in prose)
    seen, in_prose = 0, frozenset(prose)
    end: int | None = None
    why = "related"
    for i, line in enumerate(lines):
        if i in in_prose:
            seen += len(line)
        if i > prose[0] and seen > 0.3 * total:
            if opens_related(line):
                end, why = i, "headline list"
                break
            if reasons[i] == "comments" and i > prose[0]:
                end, why = i, "comments"
                break
    if end is None:
        last = prose[-1]
        tail = [i for i in range(last + 1, len(lines)) if reasons[i] is None]
        if len(tail) >= 3:
            for i in tail:
                reasons[i] = "headline list"
        return
    for i in range(end, len(lines)):
        if reasons[i] is None or why == "headline list":
            if reasons[i] in ("sign-in", "comments"):
                why = reasons[i] or why
            reasons[i] = reasons[i] or why
    if opens_related(lines[end]):
        reasons[end] = why
    for i in range(end + 1, len(lines)):
        if is_date_line(lines[i]) and reasons[i] is None:
            reasons[i] = "date line"

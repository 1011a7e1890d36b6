"""Which parts of a text are not the article: marked with a reason, never deleted.

`index.cleaning_model` says how likely each block is to be body; this module decides, finds
the title above the body, and says of every block that is not body what it is.
"""

from __future__ import annotations

from collections.abc import Sequence

from index.article import BoilerplateSpan, Span
from index.blocks import blocks, lines
from index.cleaning_head import find_title, head_reasons
from index.cleaning_model import judge, shipped_coefficients
from index.cleaning_rules import decide, decide_authored
from index.cleaning_tail import tail_reasons
from index.furniture import furniture_reason

BYTE_ORDER_MARK = "\ufeff"
_LONGEST_LABEL = 4


def mark_boilerplate(
    text: str, *, title: str | None = None, authored: bool = False
) -> tuple[BoilerplateSpan, ...]:
    """Return the parts of the text that are not the article's body, in order, with reasons.

    `title` is the article's title where it is known from elsewhere: the line that repeats
    it is marked "title". `authored` says that a person wrote the text as a document
    (Markdown), so that it is taken for a web page only on good evidence. Spans do not
    overlap; those of one reason that only white space parts are one span. In linear time.
    """
    places = blocks(text)
    words = [place.of(text) for place in places]
    if authored:
        known: Sequence[str | None] = [furniture_reason(line) for line in words]
        kept = decide_authored(words, known)
        if kept is not None:
            return _marked(text, places, words, known, kept, title)
    if not places:
        return _spans(text, [], [])
    judged = judge(words)
    kept = decide(words, judged, shipped_coefficients().threshold)
    return _marked(text, places, words, judged.blocks.reasons, kept, title)


def mark_blocks(
    text: str, kept: Sequence[bool], *, title: str | None = None
) -> tuple[BoilerplateSpan, ...]:
    """Return the same for a text of which it is known which lines are body.

    `kept` has one entry for every line of the text that is not blank.
    """
    places = list(lines(text))
    if len(places) != len(kept):
        raise ValueError(f"{len(kept)} verdicts on a text of {len(places)} lines")
    words = [place.of(text) for place in places]
    return _marked(text, places, words, [furniture_reason(w) for w in words], kept, title)


def _marked(
    text: str,
    places: Sequence[Span],
    words: Sequence[str],
    known: Sequence[str | None],
    kept: Sequence[bool],
    title: str | None,
) -> tuple[BoilerplateSpan, ...]:
    body = list(kept)
    reasons: list[str | None] = [None] * len(words)
    # Where nothing reads like an article (a table, a page of links), all is kept: a library
    # that hides a whole file from its owner is worse than a noisy one.
    if any(body):
        title_at = find_title(words, known, body, title)
        if title_at is not None:
            # Above a title stand names and labels, not the article.
            for place in range(title_at):
                body[place] &= len(words[place].split()) > _LONGEST_LABEL
            body[title_at] = False
        start = body.index(True) if any(body) else 0
        head_reasons(words, known, title_at, start, reasons)
        tail_reasons(words, known, body, start, reasons)
    return _spans(text, places, reasons)


def _spans(
    text: str, places: Sequence[Span], reasons: Sequence[str | None]
) -> tuple[BoilerplateSpan, ...]:
    marked: list[BoilerplateSpan] = []
    if text.startswith(BYTE_ORDER_MARK):
        marked.append(BoilerplateSpan(0, 1, "byte order mark"))
    for place, reason in zip(places, reasons, strict=True):
        if reason is None:
            continue
        last = marked[-1] if marked else None
        if last and last.reason == reason and not text[last.end : place.start].strip():
            marked[-1] = BoilerplateSpan(last.start, place.end, reason)
        else:
            marked.append(BoilerplateSpan(place.start, place.end, reason))
    return tuple(marked)

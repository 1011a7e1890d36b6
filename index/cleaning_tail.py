"""What the lines are that are not body, from the body's beginning to the text's end."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.cleaning_head import PAGE_FURNITURE
from index.furniture import COMMENTS, RELATED, RULE, VOTES

HEADLINE_LIST = "headline list"

_ENDS_SENTENCE = re.compile(r"[.!…]['\"”’»)\]]*$")
_FEWEST_HEADLINES = 3
# After a line of these, unknown lines are of the same kind until the next such line.
_OPENS = {
    COMMENTS: COMMENTS,
    VOTES: COMMENTS,
    RELATED: RELATED,
    "sign-in": "sign-in",
    "newsletter": "newsletter",
}


def tail_reasons(
    words: Sequence[str],
    known: Sequence[str | None],
    body: Sequence[bool],
    start: int,
    reasons: list[str | None],
) -> None:
    """Fill in the reasons of the lines from `start` on that are not body and have none."""
    zone = PAGE_FURNITURE
    for place in range(start, len(words)):
        if body[place]:
            zone = PAGE_FURNITURE
            continue
        own = known[place]
        zone = _OPENS.get(own or "", zone)
        if reasons[place] is None:
            reasons[place] = COMMENTS if own == VOTES else own or zone
    _name_headline_lists(words, body, start, reasons)
    for place in range(start, len(words)):
        if reasons[place] == RULE:
            reasons[place] = PAGE_FURNITURE


def _name_headline_lists(
    words: Sequence[str], body: Sequence[bool], start: int, reasons: list[str | None]
) -> None:
    """Call a run of three headlines "headline list", with the lines that open and part it."""
    run: list[int] = []
    for place in range(start, len(words) + 1):
        ended = place == len(words) or body[place]
        if not ended and (
            _is_headline(words[place], reasons[place]) or (reasons[place] in (RULE, RELATED))
        ):
            run.append(place)
            continue
        _name(words, run, reasons)
        run = []


def _name(words: Sequence[str], run: Sequence[int], reasons: list[str | None]) -> None:
    headlines = [i for i in run if _is_headline(words[i], reasons[i])]
    if len(headlines) >= _FEWEST_HEADLINES:
        for place in run:
            reasons[place] = HEADLINE_LIST


def _is_headline(line: str, reason: str | None) -> bool:
    """Whether a line that is furniture reads like the headline of another article."""
    if reason not in (PAGE_FURNITURE, RELATED):
        return False
    return 4 <= len(line.split()) <= 40 and not _ENDS_SENTENCE.search(line)

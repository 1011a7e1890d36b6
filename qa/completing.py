"""What is added to an answer when the model has written: quotations, and sources that differ."""

from __future__ import annotations

from collections.abc import Generator

from qa.answer import Claim, Disagreement, Event
from qa.breadth import Breadth
from qa.disagreeing import FoundDisagreement
from qa.editing import Editor


def complete(
    editor: Editor, breadth: Breadth, differing: FoundDisagreement | None
) -> Generator[Event, None, tuple[Disagreement, ...]]:
    """See to it that the likeliest sentence is in the answer, those just as likely, and both sides.

    Where sources differ and nothing is written yet, the sides come first: who asks when wants to
    see the dates. Those just as likely are added to quotations, and to a weak model's words where
    several are asked for; not where one fact is asked for and the sources differ: then the sides
    are the answer.
    """
    disagreements: tuple[Disagreement, ...] = ()
    if differing is not None and not editor.claims:
        disagreements = yield from _side_by_side(editor, differing)
    quotes_only = all(claim.origin == "quote" for claim in editor.claims)
    if editor.lead or not editor.claims:
        yield from editor.quote_best()
    as_likely = quotes_only or (editor.lead and breadth.articles)
    if as_likely and (differing is None or breadth.articles):
        yield from editor.quote_as_likely(breadth)
    if differing is not None and not disagreements:
        disagreements = yield from _side_by_side(editor, differing)
    return disagreements


def _side_by_side(
    editor: Editor, found: FoundDisagreement
) -> Generator[Event, None, tuple[Disagreement, ...]]:
    """Put sources that differ side by side: what is not cited yet is quoted."""
    indices: list[int] = []
    for citation in found.citations:
        index = _claim_citing(editor, citation.place)
        if index is None:
            yield editor.quote(citation)
            index = len(editor.claims) - 1
        indices.append(index)
    return (Disagreement(tuple(dict.fromkeys(indices)), found.about),)


def _claim_citing(editor: Editor, place: tuple[str, int, int]) -> int | None:
    def places(claim: Claim) -> set[tuple[str, int, int]]:
        return {editor.footnotes.citations[number - 1].place for number in claim.citations}

    return next((i for i, claim in enumerate(editor.claims) if place in places(claim)), None)

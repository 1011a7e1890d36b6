"""What is added to an answer when the model has written: quotations, and sources that differ."""

from __future__ import annotations

from collections.abc import Generator, Iterator

from qa.answer import Claim, Disagreement, Event
from qa.breadth import Breadth
from qa.disagreeing import FoundDisagreement
from qa.editing import Editor


def complete(editor: Editor, breadth: Breadth, differing: bool) -> Iterator[Event]:
    """See to it that the likeliest sentence is in the answer, and those just as likely.

    Those are added to quotations, and to a weak model's words where several are asked for; not
    where one fact is asked for and the sources differ: then the sides are the answer.
    """
    quotes_only = all(claim.origin == "quote" for claim in editor.claims)
    if editor.lead or not editor.claims:
        yield from editor.quote_best()
    if differing and not breadth.articles:
        return
    if quotes_only or (editor.lead and breadth.articles):
        yield from editor.quote_as_likely(breadth)


def side_by_side(
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

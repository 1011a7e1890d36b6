"""Example questions for an empty conversation, made from what the library holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ui.rendering import one_line

if TYPE_CHECKING:
    from ui.conversation import Listed, Shelf

MOST = 5
LONGEST_TITLE = 90
SMALL = 50  # a larger library is not searched for the five sample articles

# One for each sample article, and words of it: the question is offered only where they stand.
SAMPLE_QUESTIONS: tuple[tuple[str, str], ...] = (
    ("lasted for 30 minutes at the U.S.", "How long did the Iwaya-Rubio meeting last?"),
    ("a deal which was blocked by Biden", "Who blocked Nippon Steel’s purchase of U.S. Steel?"),
    ("the countries forming the Quad", "Which countries make up the Quad?"),
    ("did not delve into specifics regarding tariffs", "Did Iwaya and Rubio discuss tariffs?"),
    ("Iwaya plans to visit South Korea", "Where will Iwaya travel before Washington?"),
)


def example_questions(shelf: Shelf) -> list[str]:
    """Return up to five questions that the articles of the library should be able to answer.

    The samples have questions of their own; any other article is asked about by title,
    newest first.
    """
    outlines = shelf.outlines()
    found: dict[str, Listed] = {}
    if len(outlines) <= SMALL:
        texts = [(outline, shelf.article(outline.id).text) for outline in outlines]
        for words, question in SAMPLE_QUESTIONS:
            for outline, text in texts:
                if words in text:
                    found[question] = outline
    asked = {outline.id for outline in found.values()}
    others = [outline for outline in outlines if outline.id not in asked]
    return [*found, *_by_title(others)][:MOST]


def _by_title(outlines: Sequence[Listed]) -> list[str]:
    newest = sorted(outlines, key=lambda outline: outline.published or "", reverse=True)
    titles = [one_line(outline.title) for outline in newest]
    return [
        f"What is reported in “{title}”?" for title in titles if 0 < len(title) <= LONGEST_TITLE
    ]

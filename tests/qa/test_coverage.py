"""What a collection covers is told in a sentence."""

from __future__ import annotations

from dataclasses import dataclass

from index.article import Article
from qa.coverage import coverage


@dataclass
class Shelf:
    kept: list[Article]

    def outlines(self) -> list[Article]:
        return self.kept


def test_count_dates_sources_and_titles_are_told() -> None:
    shelf = Shelf(
        [
            Article("a", title="One", source="The Paper", published="2025-01-13"),
            Article("b", title="Two", published="2025-01-22"),
            Article("c", title="Three"),
            Article("d", title="Four"),
        ]
    )
    assert coverage(shelf) == (
        "The library holds 4 articles dated 13 January 2025 to 22 January 2025 (2 without a date) "
        "from The Paper: “One”, “Two”, “Three” and 1 more."
    )


def test_an_empty_library_says_how_to_fill_it() -> None:
    assert "footnote index PATH" in coverage(Shelf([]))


def test_articles_without_dates_say_so() -> None:
    assert "none states its date" in coverage(Shelf([Article("a", title="One")]))

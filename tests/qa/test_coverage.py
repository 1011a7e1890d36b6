"""What a collection covers is told in a sentence."""

from __future__ import annotations

from dataclasses import dataclass, field

from index.article import Article
from qa.coverage import coverage


@dataclass
class Shelf:
    kept: list[Article]
    known: dict[str, str] = field(default_factory=dict)

    def outlines(self) -> list[Article]:
        return self.kept

    def origins(self) -> dict[str, str]:
        return self.known


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


def test_carriers_of_one_story_are_counted_as_one_origin() -> None:
    articles = [Article(text, title=text) for text in "abc"]
    first, second, _ = (article.id for article in articles)
    shelf = Shelf(articles, {first: first, second: first})
    assert coverage(shelf).startswith("The library holds 3 articles (2 origins) ")

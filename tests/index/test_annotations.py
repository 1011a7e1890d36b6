"""Dates and origins in the catalogue: right after every change, whatever the order."""

from __future__ import annotations

from pathlib import Path

import pytest

from index import annotations as kept
from index.article import Article
from index.library import Library
from tests.helpers.hashing_embedder import HashingEmbedder

STORY = """\
The harbour town of Westhaven will lose its last cannery in spring, the owners said on Tuesday. \
Two hundred people work in the plant, most of them for more than ten years, and many of their \
parents did before them.

The company blames the price of tin and the distance to its markets. Its books, which the union \
was shown last week, tell of five years of losses that no buyer was willing to take over.

Mayor Ines Brandt called the decision a blow for the coast and asked the ministry for talks. \
A first meeting is to be held on Friday in the old customs house beside the empty quay.
"""
OTHER = """\
Astronomers at the mountain observatory of Skell have measured the distance of a small comet that \
crosses the sky above the southern islands every eighty years. Nobody alive has seen it before.

The measurement took three nights and used a telescope that students had repaired themselves, \
with mirrors from a closed factory. The comet can be seen with binoculars until early March.
"""
OUTLETS = ("Coast Herald", "Northern Post", "Daily Wave")


def carriers() -> list[Article]:
    return [
        Article(text=STORY, title="Cannery to close", source=OUTLETS[0], published="2025-01-22"),
        Article(
            text=STORY.split("Mayor")[0],
            title="Westhaven loses its cannery",
            source=OUTLETS[1],
            published="2025-01-22",
        ),
        Article(
            text="By our staff.\n\n" + STORY.replace("last week", "on Friday"),
            title="Blow for the coast",
            source=OUTLETS[2],
            published="2025-01-23",
        ),
    ]


def elsewhere() -> Article:
    return Article(text=OTHER, title="A comet", source=OUTLETS[0], published="2025-01-20")


def opened(folder: Path) -> Library:
    return Library.create_or_open(folder, embedder=HashingEmbedder())


def test_three_carriers_of_one_story_are_one_origin_and_another_article_is_not(
    tmp_path: Path,
) -> None:
    with opened(tmp_path) as library:
        library.add([*carriers(), elsewhere()])
        origins = library.origins()
        assert set(origins) == {article.id for article in carriers()}
        assert set(origins.values()) == {min(article.id for article in carriers())}
        assert library.check() == []


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_the_order_of_adding_makes_no_difference(tmp_path: Path, order: tuple[int, ...]) -> None:
    every = carriers()
    with opened(tmp_path / "one") as library:
        library.add([*every, elsewhere()])
        expected = library.origins()
    with opened(tmp_path / "two") as library:
        library.add([elsewhere()])
        for number in order:
            library.add([every[number]])
        assert library.origins() == expected


def test_an_origin_loses_the_carrier_that_is_removed(tmp_path: Path) -> None:
    first, second, third = carriers()
    with opened(tmp_path) as library:
        library.add([first, second, third])
        library.remove(third.id)
        assert set(library.origins()) == {first.id, second.id}
        library.remove(second.id)
        assert library.origins() == {}
        assert library.check() == []


def test_days_are_kept_and_found_by_range(tmp_path: Path) -> None:
    first = carriers()[0]
    with opened(tmp_path) as library:
        library.add([first, elsewhere()])
        found = [(d.mention.words, d.mention.first) for d in library.dated_words()]
        assert found == [
            ("last week", "2025-01-13"),
            ("Tuesday", "2025-01-21"),
            ("Friday", "2025-01-24"),
            ("early March", "2025-03-01"),
        ]
        only = library.dated_words(since="2025-01-22", until="2025-01-31")
        assert [(d.article_id, d.mention.words) for d in only] == [(first.id, "Friday")]
        mentions = library.dates(first.id)
        assert [m.words for m in mentions] == ["Tuesday", "last week", "Friday"]
        assert all(first.text[m.start : m.end] == m.words for m in mentions)
        library.remove(first.id)
        assert [d.mention.words for d in library.dated_words()] == ["early March"]


def test_a_library_without_annotations_is_reported_and_repaired(tmp_path: Path) -> None:
    with opened(tmp_path) as library:
        library.add(carriers())
        before = library.origins(), library.dated_words()
        for table in ("annotated", "date_mentions", "same_origin"):
            library._catalogue.database.run(f"DELETE FROM {table}")
        assert library.check() == ["3 articles have not been dated and compared"]
        assert library.repair() == []
        library._cached_origins.cache_clear()
        assert (library.origins(), library.dated_words()) == before


def test_another_version_of_the_annotations_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(tmp_path) as library:
        library.add(carriers())
        expected = library.dated_words()
        library._catalogue.database.run("UPDATE date_mentions SET first = '1999-01-01'")
        monkeypatch.setattr(kept, "_LAYOUT", kept._LAYOUT + 1)
        library.add([elsewhere()])
        others = [d for d in library.dated_words() if d.article_id != elsewhere().id]
        assert others == expected


def test_batches_make_no_difference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(tmp_path / "one") as library:
        library.add([*carriers(), elsewhere()])
        expected = library.origins(), library.dated_words()
    monkeypatch.setattr(kept, "_BATCH", 1)
    with opened(tmp_path / "two") as library:
        library.add([*carriers(), elsewhere()])
        assert (library.origins(), library.dated_words()) == expected

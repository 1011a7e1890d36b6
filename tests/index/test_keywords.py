"""The keyword index finds words in any form, whatever a person types."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.article import Article
from index.catalogue_rows import Stamp
from index.errors import LibraryDamaged
from index.filters import Filter
from index.keywords import Keywords, PassageTexts
from tests.helpers.articles import split_paragraphs

STAMP = Stamp("library-a", 7)

HARBOUR = Article(
    text="Dockers at the harbour went on strike.\nThe ferries were cancelled for days.",
    title="A strike at the port",
    source="AP",
    published="2025-01-05",
    id="harbour",
)
BUDGET = Article(
    text="The minister cancelled the budget.\nJosé Muñoz called it a farce; people didn't agree.",
    title="Budget day",
    source="Reuters",
    published="2025-02-10",
    id="budget",
)
ORCHARD = Article(text="Apples are cheap.\nWho is to say?", title="Orchards", id="orchard")
ALL = (HARBOUR, BUDGET, ORCHARD)


def pairs(*articles: Article) -> Iterator[tuple[Article, PassageTexts]]:
    for article in articles:
        yield article, [(passage.id, passage.text) for passage in split_paragraphs(article)]


@pytest.fixture
def keywords(tmp_path: Path) -> Iterator[Keywords]:
    index = Keywords(tmp_path)
    index.update([], pairs(*ALL), STAMP)
    yield index
    index.close()


def ids(found: list[tuple[str, float]]) -> list[str]:
    return [identity for identity, _ in found]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("striking", {"harbour:0", "harbour:1"}),  # the title holds the word for both
        ("Which FERRY was cancelled?", {"harbour:1", "budget:0"}),
        ("jose munoz", {"budget:1"}),
        ("José", {"budget:1"}),
        ("apple", {"orchard:0"}),
        ("zebra", set()),
        ("", set()),
        ("?!,", set()),
    ],
)
def test_words_are_found_in_other_forms_and_without_accents(
    keywords: Keywords, question: str, expected: set[str]
) -> None:
    assert set(ids(keywords.search(question, 10))) == expected


def test_the_passage_with_more_of_the_words_comes_first(keywords: Keywords) -> None:
    found = keywords.search("the ferries were cancelled", 10)
    assert ids(found)[0] == "harbour:1"
    scores = [score for _, score in found]
    assert scores == sorted(scores, reverse=True)


def test_stop_words_are_searched_for_only_when_there_is_nothing_else(keywords: Keywords) -> None:
    assert "orchard:1" not in ids(keywords.search("who is the minister", 10))
    assert ids(keywords.search("to be or not to be", 10)) == ["orchard:1"]


def test_a_title_counts_less_than_the_words_of_the_passage(keywords: Keywords) -> None:
    found = dict(keywords.search("strike", 10))
    assert found["harbour:0"] > found["harbour:1"] > 0
    without = keywords.search("strike", 10, title_weight=0.0)
    assert ids(without) == ["harbour:0"]


@given(question=st.text(st.characters(), max_size=80))
@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_nothing_that_can_be_typed_fails(keywords: Keywords, question: str) -> None:
    found = keywords.search(question, 10)
    assert all(score > 0 for _, score in found)
    assert keywords.document_frequency(keywords.terms(question)) is not None


@pytest.mark.parametrize(
    "question",
    [
        '"unclosed',
        "field:value",
        "a AND OR NOT",
        "(((",
        "title:[a TO",
        "*",
        "+-~^\\",
        "body:",
        "{!}",
    ],
)
def test_query_syntax_means_nothing(keywords: Keywords, question: str) -> None:
    keywords.search(question, 5)
    assert ids(keywords.search(question + " harbour", 5)) == ["harbour:0"]


@pytest.mark.parametrize(
    ("where", "sources", "expected"),
    [
        (Filter(since="2025-02-01"), (), {"budget:0"}),
        (Filter(until="2025-02-01"), (), {"harbour:1"}),
        (Filter(since="2025-01-05", until="2025-02-10"), (), {"harbour:1", "budget:0"}),
        (Filter(sources=frozenset({"ap"})), ("AP",), {"harbour:1"}),
        (Filter(sources=frozenset({"nobody"})), (), set()),
        (Filter(articles=frozenset({"budget", "orchard"})), (), {"budget:0"}),
    ],
)
def test_filters_let_through_only_what_they_name(
    keywords: Keywords, where: Filter, sources: tuple[str, ...], expected: set[str]
) -> None:
    assert set(ids(keywords.search("cancelled", 10, where, sources=sources))) == expected


def test_a_filter_changes_no_score(keywords: Keywords) -> None:
    free = dict(keywords.search("cancelled", 10))
    held = keywords.search("cancelled", 10, Filter(since="2025-02-01"))
    assert dict(held) == pytest.approx({"budget:0": free["budget:0"]})


def test_the_terms_of_a_question_are_those_of_the_index(keywords: Keywords) -> None:
    terms = keywords.terms("Ferries, cancelled! JOSÉ didn't")
    assert terms == ["ferri", "cancel", "jose", "didn", "t"]
    assert keywords.document_frequency(terms) == {
        "ferri": 1,
        "cancel": 2,
        "jose": 1,
        "didn": 1,
        "t": 1,
    }
    assert keywords.document_frequency(["zebra"]) == {"zebra": 0}


def test_removed_articles_are_found_no_more(keywords: Keywords) -> None:
    keywords.update(["harbour"], [], Stamp("library-a", 8))
    assert set(ids(keywords.search("cancelled", 10))) == {"budget:0"}
    assert keywords.count == 4
    assert keywords.stamp == Stamp("library-a", 8)


def test_the_same_update_made_twice_holds_everything_once(keywords: Keywords) -> None:
    everything = [article.id for article in ALL]
    keywords.update(everything, pairs(*ALL), STAMP)
    assert keywords.count == 6


def test_a_reader_sees_an_update_after_refreshing(keywords: Keywords, tmp_path: Path) -> None:
    reader = Keywords(tmp_path)
    assert reader.count == 6
    keywords.update(["harbour"], [], Stamp("library-a", 8))
    reader.refresh()
    assert reader.count == 4
    assert reader.stamp == Stamp("library-a", 8)
    reader.close()


def test_no_stamp_no_promise(keywords: Keywords, tmp_path: Path) -> None:
    assert Keywords(tmp_path / "elsewhere").stamp is None
    (keywords.folder / "footnote.json").write_text('{"layout": 0, "library": "x", "revision": 1}')
    assert keywords.stamp is None
    (keywords.folder / "footnote.json").write_text("not json")
    assert keywords.stamp is None


def test_broken_files_are_reported_and_can_be_made_anew(tmp_path: Path) -> None:
    index = Keywords(tmp_path)
    index.update([], pairs(*ALL), STAMP)
    index.close()
    (index.folder / "meta.json").write_text("{}")
    broken = Keywords(tmp_path)
    with pytest.raises(LibraryDamaged, match="footnote library repair"):
        broken.search("harbour", 5)
    broken.reset()
    broken.update([], pairs(*ALL), STAMP)
    assert broken.count == 6
    broken.close()


def test_searching_makes_no_files(tmp_path: Path) -> None:
    with pytest.raises(LibraryDamaged):
        Keywords(tmp_path).search("harbour", 5)
    assert list(tmp_path.iterdir()) == []


def test_text_of_any_characters_can_be_stored(tmp_path: Path) -> None:
    strange = Article(
        text="before\x00after \udce9 \u202e end", title="\ud800", source="\x00", id="s"
    )
    index = Keywords(tmp_path)
    index.update([], pairs(strange), STAMP)
    assert ids(index.search("end", 5)) == ["s:0"]
    index.close()

"""A line that recurs in many articles of one source is furniture; what carriers share is not."""

from __future__ import annotations

import random
from pathlib import Path

from index.article import Article
from index.learnt_furniture import RECURS, recurring_lines, with_learnt
from index.library import Library
from tests.helpers.articles import WORDS
from tests.helpers.hashing_embedder import HashingEmbedder

NOTE = "The Coast Herald may earn a little when you buy through the links on this page."
TOPICS = ("ferry", "library", "orchard", "museum", "tram", "harbour", "bakery", "river")


def prose(chance: random.Random) -> str:
    """Return forty words in three sentences, hardly twice the same."""
    return " ".join(
        f"The {' '.join(chance.choices(WORDS, k=6))} of {chance.choice(WORDS)} was "
        f"{' '.join(chance.choices(WORDS, k=5))} on Monday."
        for _ in range(3)
    )


def story(topic: str, note: str = NOTE) -> Article:
    chance = random.Random(topic)
    text = f"{prose(chance)}\n\n{note}\n\n{prose(chance)}"
    return Article(text=text, title=f"The {topic} closes", source="Coast Herald")


def body(article: Article) -> str:
    return "".join(span.of(article.text) for span in article.body_spans())


def test_a_line_of_four_stories_of_a_source_is_marked_and_nothing_else() -> None:
    articles = [story(topic) for topic in TOPICS]
    for article in with_learnt(articles):
        assert [(article.text[s.start : s.end], s.reason) for s in article.boilerplate] == [
            (NOTE, RECURS)
        ]
    assert with_learnt(articles[:3]) == articles[:3]


def test_a_line_of_too_few_of_many_stories_stays() -> None:
    articles = [story(topic, NOTE if i < 3 else f"Nothing {i}.") for i, topic in enumerate(TOPICS)]
    assert recurring_lines(articles) == frozenset()


def test_the_lines_of_one_story_s_versions_do_not_count() -> None:
    first = story("ferry")
    versions = [
        Article(text=f"{first.text}\n\nUpdate {n} came in.", title=str(n), source="Coast Herald")
        for n in range(6)
    ]
    assert recurring_lines(versions) == frozenset()
    assert with_learnt(versions) == versions


def test_very_many_versions_of_one_story_lose_nothing() -> None:
    first = story("ferry")
    versions = [
        Article(text=f"{first.text}\n\nUpdate {n} came in.", title=str(n), source="Coast Herald")
        for n in range(30)
    ]
    assert with_learnt(versions) == versions


def test_an_article_that_is_little_else_is_left_as_it_is() -> None:
    notice = Article(text=NOTE, title="Notice", source="Coast Herald")
    marked = with_learnt([*(story(topic) for topic in TOPICS), notice])
    assert marked[-1] == notice
    assert NOTE not in body(marked[0])


def indexed(folder: Path, batches: list[list[Article]]) -> list[tuple[str, str, int]]:
    """Return the bodies and passages of a library made in so many goes."""
    with Library.create_or_open(folder, embedder=HashingEmbedder()) as library:
        for articles in batches:
            library.add(articles)
        assert library.check() == []
        assert all(NOTE not in p.text for i in library.article_ids() for p in library.passages(i))
        found = [(a.id, body(a), len(library.passages(a.id))) for a in library.articles()]
        assert not library.keyword("links earn buy", 5)
    return sorted(found)


def test_a_library_learns_the_same_in_one_go_and_in_many(tmp_path: Path) -> None:
    articles = [story(topic) for topic in TOPICS]
    at_once = indexed(tmp_path / "one", [articles])
    one_by_one = indexed(tmp_path / "two", [[article] for article in reversed(articles)])
    assert at_once == one_by_one
    assert all(NOTE not in text for _, text, _ in at_once)


def test_other_sources_and_articles_without_one_are_left_alone(tmp_path: Path) -> None:
    nameless = [Article(text=story(t).text, title=t) for t in TOPICS]
    elsewhere = Article(text=story("dam").text, title="dam", source="Northern Post")
    with Library.create_or_open(tmp_path, embedder=HashingEmbedder()) as library:
        library.add([*nameless, elsewhere])
        assert all(not article.boilerplate for article in library.articles())

"""Carriers of one story count as one source."""

from __future__ import annotations

from qa.answer import Answer, Citation
from qa.stories import of_other_origins, origins_among
from ui.rendering import origin_words, render_markdown


def cited(number: int, article: str) -> Citation:
    return Citation(number, article, "Title", None, None, None, None, 0, 4, "Word")


def test_only_the_first_carrier_of_a_story_stands_for_it() -> None:
    citations = [cited(1, "a"), cited(2, "b"), cited(3, "c")]
    kept = of_other_origins(citations, {"a": "a", "b": "a"})
    assert [citation.number for citation in kept] == [1, 3]
    assert of_other_origins(citations, {}) == tuple(citations)


def test_an_answer_tells_articles_and_origins_apart() -> None:
    citations = (cited(1, "a"), cited(2, "b"), cited(3, "b"))
    origins = origins_among(citations, {"a": "a", "b": "a", "x": "a"})
    assert origins == {"a": "a", "b": "a"}
    answer = Answer("q", "q", "answered", citations=citations, origins=origins)
    assert answer.sources_cited == (2, 1)
    assert origin_words(answer).startswith("2 articles, 1 origin:")
    assert answer.as_json()["origins"] == origins
    assert "2 articles, 1 origin: some of them" in render_markdown([answer])


def test_an_answer_from_stories_of_their_own_says_nothing() -> None:
    answer = Answer("q", "q", "answered", citations=(cited(1, "a"), cited(2, "b")))
    assert answer.sources_cited == (2, 2)
    assert origin_words(answer) == ""

"""One story, its carriers, and the words that different stories share."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.article import Article, BoilerplateSpan
from index.origins import (
    BANDS,
    LONGEST_READ,
    SAME_STORY_FROM,
    Story,
    candidate_pairs,
    carriers_by_origin,
    origins_of,
    shared_story,
    sketches,
    story_of,
)
from index.shared_words import FEWEST_WORDS, shared_words, sharing_pairs
from tests.helpers.articles import WORDS


def prose(seed: int, words: int = 200) -> str:
    chance = random.Random(seed)
    return " ".join(f"{chance.choice(WORDS)}{chance.randrange(50)}" for _ in range(words))


def article(text: str, published: str | None = None) -> Article:
    return Article(text=text, title="t", published=published)


def share(one: Article, other: Article) -> float | None:
    return shared_story(story_of(one), story_of(other))


def test_a_shortened_copy_is_the_same_story_and_another_text_is_not() -> None:
    whole = prose(1)
    assert share(article(whole), article(whole[: len(whole) // 2])) == pytest.approx(1, abs=0.02)
    assert share(article(whole), article(prose(2))) is None


def test_a_quotation_of_a_story_is_not_the_story() -> None:
    whole = prose(1, 600)
    assert share(article(whole), article(" ".join(whole.split()[:60]))) is None


def test_half_a_story_with_as_much_of_its_own_is_another_one() -> None:
    words = prose(1).split()
    mixed = " ".join(words[:80]) + " " + prose(2, 120)
    assert len(story_of(article(mixed)).runs & story_of(article(prose(1))).runs) / 200 > 0.3
    assert SAME_STORY_FROM > 0.5
    assert share(article(prose(1)), article(mixed)) is None


def test_the_same_words_weeks_later_are_another_story() -> None:
    first, later = article(prose(1), "2025-01-01"), article(prose(1) + " again", "2025-01-20")
    assert share(first, later) is None
    assert share(first, article(prose(1) + " again", "2025-01-10")) is not None
    assert share(first, article(prose(1) + " again")) is not None


def test_boilerplate_makes_no_carriers() -> None:
    menu = prose(9, 300)
    pages = [
        Article(
            text=f"{menu}\n{prose(seed)}",
            title="t",
            boilerplate=(BoilerplateSpan(0, len(menu), "site links"),),
        )
        for seed in (1, 2)
    ]
    assert share(*pages) is None


def test_texts_without_spaces_are_compared_by_letters() -> None:
    chance = random.Random(3)
    text = "".join(chance.choice("町湖畔新図書館開子供木材家族本式典駅橋") for _ in range(300))
    assert share(article(text), article(text[:200])) is not None
    assert share(article(text), article(text[::-1])) is None


def test_a_book_is_compared_by_its_beginning() -> None:
    start = prose(1, LONGEST_READ // 8 + 100)
    runs = story_of(article(start)).runs
    assert len(runs) < len(start.split()) - 3


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 1000), st.floats(0.5, 1.0))
def test_a_copy_of_most_of_an_article_is_always_a_candidate(seed: int, part: float) -> None:
    whole = prose(seed)
    stories = [story_of(article(text)) for text in (whole, whole[: int(part * len(whole))])]
    made = [sketch for sketch in sketches([story.runs for story in stories]) if sketch is not None]
    matrix = np.array(made, dtype=np.uint64)
    assert matrix.shape == (2, BANDS)
    assert (0, 1) in candidate_pairs(matrix, matrix)


def test_short_articles_have_no_sketch() -> None:
    assert sketches([story_of(article("Too short to tell.")).runs]) == [None]
    assert shared_story(Story(frozenset()), Story(frozenset())) is None


def test_origins_hang_together_whatever_the_order() -> None:
    pairs = [("c", "b"), ("a", "b"), ("x", "y")]
    expected = {"a": "a", "b": "a", "c": "a", "x": "x", "y": "x"}
    assert origins_of(pairs) == origins_of(reversed(pairs)) == expected
    assert list(carriers_by_origin(expected)) == [("a", ["a", "b", "c"]), ("x", ["x", "y"])]


QUOTE = "we would like to see the old bridge stand for another hundred years, he said"


def test_shared_words_have_their_places_in_both_articles() -> None:
    one = article(f"{prose(1, 50)}. “{QUOTE.capitalize()}.” {prose(2, 50)}")
    other = article(f"{prose(3, 40)} {QUOTE} {prose(4, 60)}")
    (run,) = shared_words(one, other)
    assert run.one.of(one.text) == QUOTE.capitalize()
    assert run.other.of(other.text) == QUOTE
    assert run.words == len(QUOTE.split())
    assert sharing_pairs([one, other, article(prose(5))]) == [tuple(sorted((one.id, other.id)))]


def test_fewer_words_are_chance() -> None:
    few = " ".join(QUOTE.split()[: FEWEST_WORDS - 1])
    one, other = article(f"{prose(1, 50)} {few} x"), article(f"{prose(2, 50)} {few} y")
    assert shared_words(one, other) == []
    assert sharing_pairs([one, other]) == []


def test_words_in_very_many_articles_make_no_pair() -> None:
    articles = [article(f"{prose(seed, 30)} {QUOTE}") for seed in range(12)]
    assert sharing_pairs(articles) == []

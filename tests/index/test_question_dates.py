from __future__ import annotations

import pytest

from index.article import Article, Span
from index.question_dates import NEWEST, PUBLISHED, SPOKEN_OF, dates_asked

NEWEST_DAY = "2025-01-22"


@pytest.mark.parametrize(
    ("question", "since", "until"),
    [
        ("What happened in January?", "2025-01-01", "2025-01-31"),
        ("Who met on January 13?", "2025-01-13", "2025-01-13"),
        ("What was said last week about tariffs?", "2025-01-13", "2025-01-19"),
        ("What has Ishiba said since 2024?", "2024-01-01", None),
        ("What happened after January 20, 2025?", "2025-01-21", None),
        ("What was decided before January 20, 2025?", None, "2025-01-19"),
        ("By February, will Ishiba travel?", None, "2025-02-28"),
        ("In 2019, what did Japan avoid?", "2019-01-01", "2019-12-31"),
        ("What happened from January 3 to January 9?", "2025-01-03", "2025-01-09"),
        ("What happened on November 30?", "2024-11-30", "2024-11-30"),
    ],
)
def test_dates_in_a_question_become_a_range_of_days(
    question: str, since: str | None, until: str | None
) -> None:
    wish = dates_asked(question, NEWEST_DAY)
    assert wish is not None
    assert (wish.since, wish.until, wish.newest) == (since, until, False)


@pytest.mark.parametrize("question", ["When did they meet?", "May Iwaya visit?", "Who is Rubio?"])
def test_a_question_without_a_date_prefers_nothing(question: str) -> None:
    assert dates_asked(question, NEWEST_DAY) is None


@pytest.mark.parametrize(
    ("question", "timeless"),
    [
        ("Who met Rubio in January?", "Who met Rubio?"),
        ("On January 22, 2025, who met?", "who met?"),
        ("What was said last week about tariffs?", "What was said about tariffs?"),
        ("How long did the talks of January 21 last?", "How long did the talks last?"),
        ("Who was there at last week's talks?", "Who was there at talks?"),
        ("What happened from January 3 to January 9 in Seoul?", "What happened in Seoul?"),
        ("What is the latest on the summit?", "What is there on the summit?"),
        ("What is the latest price of steel?", "What is the price of steel?"),
        ("What did Iwaya recently ask, and whom?", "What did Iwaya ask, and whom?"),
        ("What is said about January 20?", ""),
    ],
)
def test_a_question_can_be_asked_without_the_time_it_names(question: str, timeless: str) -> None:
    wish = dates_asked(question, NEWEST_DAY)
    assert wish is not None
    assert wish.timeless == timeless


def test_where_no_article_has_a_date_nothing_is_newest_and_the_time_stays_in_the_question() -> None:
    assert dates_asked("What is the latest on Nippon Steel?", None) is None
    wish = dates_asked("Who won in 1998?", None)
    assert wish is not None
    assert not wish.timeless


def test_the_latest_puts_the_newest_article_first_and_keeps_the_undated() -> None:
    wish = dates_asked("What is the latest on Nippon Steel?", NEWEST_DAY)
    assert wish is not None
    days = ["2025-01-05", "2025-01-13", "2025-01-22"]
    added = [wish.for_article(day, days) for day in days]
    assert added == [0.0, NEWEST / 2, NEWEST]
    assert wish.for_article(None, days) == NEWEST / 2
    assert "newest" in wish.described
    article = Article("They met.", "Title", published="2025-01-22")
    assert wish.for_sentence(article, Span(0, 9), days) == NEWEST


def test_an_article_without_a_date_loses_nothing_by_a_range() -> None:
    wish = dates_asked("What happened in January?", NEWEST_DAY)
    assert wish is not None
    assert wish.for_article(None, []) == 0.0
    assert wish.for_article("2024-12-05", []) == 0.0
    assert wish.for_article("2025-01-05", []) == PUBLISHED


def test_a_sentence_that_speaks_of_the_day_is_preferred_whenever_it_was_published() -> None:
    wish = dates_asked("Who meets on January 21?", NEWEST_DAY)
    assert wish is not None
    text = "The Quad meets on Jan. 21. It has four members."
    article = Article(text, title="Quad", published="2025-01-13")
    first, second = Span(0, 26), Span(27, len(text))
    assert wish.for_sentence(article, first) == SPOKEN_OF
    assert wish.for_sentence(article, second) == 0.0


def test_what_is_preferred_is_said_with_the_day_that_was_counted_from() -> None:
    wish = dates_asked("What was said last week?", NEWEST_DAY)
    assert wish is not None
    assert "from 2025-01-13 to 2025-01-19" in wish.described
    assert f"counted from {NEWEST_DAY}" in wish.described


def test_without_a_dated_article_only_whole_dates_count() -> None:
    assert dates_asked("What was said last week?", None) is None
    wish = dates_asked("What was said in January 2025?", None)
    assert wish is not None
    assert (wish.since, wish.until) == ("2025-01-01", "2025-01-31")

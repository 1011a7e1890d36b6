"""Words of a time that a sentence is of do not count against it; those of another time do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from eval.train_ranking import no_keywords
from index.answer_reader import Judgement, Reading
from index.article import Article, Passage, Span
from index.dated_questions import asked_by_time
from index.library import Library
from index.question_dates import dates_asked
from index.question_words import Question, read_question
from index.retrieving import Retriever

NEWEST_DAY = date(2025, 1, 22).isoformat()


def read(text: str) -> Question:
    return read_question(text, no_keywords().terms, {}, 10)


def asked(question: str, text: str, published: str | None, *, sentence: int = 0) -> str:
    """Return what is asked of one sentence of an article whose sentences end in full stops."""
    article = Article(text, "Title", source=None, published=published)
    spans, start = [], 0
    for part in text.split(". "):
        end = min(start + len(part) + 1, len(text))
        spans.append(Span(start, end))
        start = end + 1
    passage = Passage(article.id, 0, 0, len(text), text, tuple(spans))
    wish = dates_asked(question, NEWEST_DAY)
    return asked_by_time(read(question), wish, read)(article, passage, spans[sentence]).text


def test_of_a_sentence_that_speaks_of_then_the_rest_is_asked() -> None:
    question = "Who met Rubio in January?"
    assert asked(question, "They met on January 21, 2025.", None) == "Who met Rubio?"
    assert asked(question, "They met on Tuesday.", "2025-01-22") == "Who met Rubio?"
    assert asked(question, "They met on January 21, 2024.", None) == question


def test_a_sentence_without_a_time_is_of_its_passage_s_or_of_its_article_s() -> None:
    question = "How long did they meet on January 21?"
    text = "They met on January 21, 2025. It took an hour."
    assert asked(question, text, None, sentence=1) == "How long did they meet?"
    assert asked(question, "It took an hour.", "2025-01-21") == "How long did they meet?"
    assert asked(question, "It took an hour.", "2025-01-13") == question
    assert asked(question, "It took an hour.", None) == question


def test_a_sentence_of_another_time_is_asked_the_whole_though_its_article_is_of_then() -> None:
    question = "What did Japan avoid in January 2025?"
    assert asked(question, "In 2019, Japan avoided new tariffs.", "2025-01-10") == question


@pytest.mark.parametrize(
    "question",
    [
        "Did Iwaya meet Rubio in January?",
        "In January, did Iwaya meet Rubio?",
        "What is said about January?",
        "Who met Rubio?",
    ],
)
def test_yes_or_no_and_what_asks_of_the_time_itself_stay_whole(question: str) -> None:
    assert asked(question, "They met on January 21.", "2025-01-22") == question


def test_the_latest_is_heeded_by_the_order_alone() -> None:
    question = "What is the latest on the summit?"
    assert asked(question, "The summit is near.", None) == "What is there on the summit?"
    assert asked("What is the latest?", "The summit is near.", None) == "What is the latest?"


@pytest.mark.parametrize(
    ("question", "answered"),
    [
        ("What is the latest on the summit?", True),
        ("How long did Iwaya's meeting with Rubio on January 21, 2025 last?", True),
        ("How long did Iwaya's meeting with Rubio in March 2023 last?", False),
        ("What is the latest on bird flu?", False),
    ],
)
def test_the_samples_answer_what_is_of_the_time_and_refuse_what_is_not(
    samples: Library, question: str, *, answered: bool
) -> None:
    retriever = Retriever(samples)
    assert retriever.answers(retriever.evidence(question)) is answered


def test_the_latest_begins_with_the_newest_article(samples: Library) -> None:
    best = Retriever(samples).evidence("What is the latest on the summit?").sentences[0]
    assert best.article.published == "2025-01-22"
    assert "first half of February" in best.text


def test_without_dates_the_words_of_the_time_count_as_any_others(samples: Library) -> None:
    question = "What is the latest on the summit?"
    reason = Retriever(samples, dates=False).evidence(question).reason
    assert "latest" in reason
    assert "latest" not in Retriever(samples).evidence(question).reason


class Recording:
    """A reader that judges nothing and remembers what it was asked of which sentence."""

    def __init__(self) -> None:
        self.asked: dict[str, str] = {}

    def read(self, question: str, sentences: Sequence[Reading]) -> list[Judgement]:
        self.asked |= {each.span.of(each.passage): question for each in sentences}
        return [Judgement(0.0, 0.0) for _ in sentences]


def test_the_reader_is_asked_of_each_sentence_what_its_features_were(samples: Library) -> None:
    reader = Recording()
    Retriever(samples, reader=reader).evidence("Who met Rubio in January?")
    of_then = next(text for text in reader.asked if "met in Washington on Tuesday" in text)
    of_another_time = next(text for text in reader.asked if text.startswith("In 2019, Japan"))
    assert reader.asked[of_then] == "Who met Rubio?"
    assert reader.asked[of_another_time] == "Who met Rubio in January?"

"""A question that names a time, asked with and without it.

"Who met Rubio in January?" is answered by "met in Washington on Tuesday" in an article of
22 January, which holds no "January". Where a sentence is of the time that was asked for, the words
of the time have been heeded, and no longer count against it: there the question is "Who met
Rubio?". Everywhere else it stays whole, so that another December's meeting answers nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from index.answer_types import Kind
from index.article import Article, Passage, Span
from index.question_dates import DateWish
from index.question_words import Question
from index.relative_dates import DateMention, dates_in_span

Asked = Callable[[Article, Passage, Span], Question]
"""The question as it is asked of one sentence of a passage."""


def _of_all(question: Question) -> Asked:
    """Return what asks the same of every sentence."""
    return lambda _article, _passage, _span: question


def asked_by_time(
    question: Question, wish: DateWish | None, read: Callable[[str], Question]
) -> Asked:
    """Return what asks a sentence without the words of the time that it is of.

    `read` makes a question of a text. One for yes or no stays whole: its time may be what
    is asked ("Is the summit in February?").
    """
    if wish is None or not wish.timeless:
        return _of_all(question)
    timeless = read(wish.timeless)
    if not timeless.terms or Kind.YES_NO in (question.kind, timeless.kind):
        return _of_all(question)
    if wish.newest:
        return _of_all(timeless)
    spoken_of: dict[tuple[str, Span], list[DateMention]] = {}

    def days(article: Article, span: Span) -> list[DateMention]:
        key = (article.id, span)
        if key not in spoken_of:
            published = date.fromisoformat(article.published) if article.published else None
            spoken_of[key] = dates_in_span(article, span, published, None)
        return spoken_of[key]

    def asked(article: Article, passage: Passage, span: Span) -> Question:
        times = [(day.first, day.last) for day in days(article, span)]
        if not times:
            # A sentence without a time of its own is of its passage's, or of its article's.
            around = (day for each in passage.sentences for day in days(article, each))
            times = [(day.first, day.last) for day in around]
            if article.published:
                times.append((article.published, article.published))
        return timeless if any(wish.meets(*each) for each in times) else question

    return asked

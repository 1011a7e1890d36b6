"""Example questions for an empty conversation, made from what the library holds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from index.article import Article
from ui.rendering import one_line

MOST = 5
LONGEST_TITLE = 90

# One for each of the five sample articles, and words that must stand in it: a file that
# merely shares the name gets no question that it cannot answer.
SAMPLE_QUESTIONS: tuple[tuple[str, str, str], ...] = (
    (
        "003_e24ac997dc68ee21.txt",
        "lasted for 30 minutes",
        "How long did the Iwaya-Rubio meeting last?",
    ),
    (
        "001_96de06f45ee66ae5.txt",
        "a deal which was blocked by Biden",
        "Who blocked Nippon Steel’s purchase of U.S. Steel?",
    ),
    (
        "004_7fbe9cfa338f06a9.txt",
        "the countries forming the Quad",
        "Which countries make up the Quad?",
    ),
    (
        "002_691436e3f4ec5d54.txt",
        "did not delve into specifics regarding tariffs",
        "Did Iwaya and Rubio discuss tariffs?",
    ),
    (
        "000_c6abac8ec9e3813a.txt",
        "Iwaya plans to visit South Korea",
        "Where will Iwaya travel before Washington?",
    ),
)


def example_questions(articles: Sequence[Article]) -> list[str]:
    """Return up to five questions that these articles should be able to answer.

    The samples have questions of their own; any other article is asked about by title,
    newest first.
    """
    questions, others = [], []
    for article in articles:
        question = _sample_question(article)
        if question is None:
            others.append(article)
        else:
            questions.append(question)
    order = [question for _, _, question in SAMPLE_QUESTIONS]
    questions.sort(key=order.index)
    newest = sorted(others, key=lambda article: article.published or "", reverse=True)
    titles = (one_line(article.title) for article in newest)
    questions += [
        f"What is reported in “{title}”?" for title in titles if 0 < len(title) <= LONGEST_TITLE
    ]
    return questions[:MOST]


def _sample_question(article: Article) -> str | None:
    name = PurePath(article.path).name if article.path else None
    for sample, words, question in SAMPLE_QUESTIONS:
        if name == sample and words in article.text:
            return question
    return None

"""The public question sets that retrieval is tuned and measured on, as articles and questions.

The texts belong to their publishers and are not part of the project: every function takes
the folder that holds them (see the developers' guide for where to get them). Each set becomes
passages with a title and questions with the words that answer them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from index.article import Article, Passage, Span
from index.cleaning import mark_boilerplate
from index.splitting import sentence_spans, split_into_passages

_ARTICLE = re.compile(r"^(?:an?|the) ")


@dataclass(frozen=True, slots=True)
class Case:
    """A question over a set of articles.

    `home` is the id of the article that the question was written about, `gold` the spans of that
    article's sentences that answer it (none when `answerable` is false), `answers` strings that
    answer it. `group` is what cross-validation keeps together.
    """

    id: str
    question: str
    answerable: bool
    home: str | None
    gold: tuple[Span, ...]
    answers: tuple[str, ...]
    group: str


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Articles already cut into passages, and questions over them.

    `found_for` says which articles (ids) somebody's web search found for a question (its id).
    """

    name: str
    articles: tuple[Article, ...]
    passages: tuple[Passage, ...]
    cases: tuple[Case, ...]
    found_for: Mapping[str, frozenset[str]] = field(default_factory=dict)


def read_clapnq(folder: Path) -> QuestionSet:
    """ClapNQ (arXiv 2404.02103): one passage a question, its sentences given."""
    articles: list[Article] = []
    passages: list[Passage] = []
    cases: list[Case] = []
    for row in json_rows(folder / "clapnq.jsonl"):
        article = Article(row["passage"], row["title"])
        spans = _find_in_order(article.text, row["sentences"])
        if article.id not in {a.id for a in articles}:
            articles.append(article)
            passages.append(Passage(article.id, 0, 0, len(article.text), article.text, spans))
        wanted = {sentence for support in row["support"] for sentence in support}
        gold = tuple(span for span in spans if span.of(article.text) in wanted)
        cases.append(
            Case(
                str(row["id"]), row["question"], row["label"] == 1, article.id, gold,
                tuple(row["answers"]), str(row["id"]),
            )
        )  # fmt: skip
    return QuestionSet("clapnq", tuple(articles), tuple(passages), tuple(cases))


def read_squad2(folder: Path) -> QuestionSet:
    """SQuAD 2.0 (arXiv 1806.03822): every paragraph one article; questions near misses or not."""
    articles: dict[str, Article] = {}
    sentences: dict[str, list[Span]] = {}
    passages: list[Passage] = []
    titles: dict[str, str] = {}
    for row in json_rows(folder / "squad2_paragraphs.jsonl"):
        article = Article(row["text"], row["title"].replace("_", " "), source=row["id"])
        articles[row["id"]] = article
        titles[row["id"]] = row["title"]
        sentences[row["id"]] = sentence_spans(article)
        passages += split_into_passages(article)
    cases = []
    for row in json_rows(folder / "squad2_questions.jsonl"):
        article = articles[row["para"]]
        gold = tuple(
            span
            for span in sentences[row["para"]]
            if any(answer in span.of(article.text) for answer in row["answers"])
        )
        cases.append(
            Case(
                row["id"], row["question"], row["label"] == 1, article.id, gold,
                tuple(row["answers"]), titles[row["para"]],
            )
        )  # fmt: skip
    return QuestionSet("squad2", tuple(articles.values()), tuple(passages), tuple(cases))


def read_news(folder: Path) -> QuestionSet:
    """RealTimeQA (arXiv 2207.13332): news-quiz questions; the answer's words must be found."""
    articles: dict[str, Article] = {}
    passages: list[Passage] = []
    for row in json_rows(folder / "news_qa_documents.jsonl"):
        marked = mark_boilerplate(row["text"], title=row["title"])
        article = Article(row["text"], row["title"], url=row["url"], boilerplate=marked)
        known = {a.id for a in articles.values()}
        articles[row["id"]] = article
        if article.id not in known:
            passages += split_into_passages(article)
    rows = list(json_rows(folder / "news_qa_questions.jsonl"))
    cases = [
        Case(
            row["id"], row["question"], bool(row["answer_in_docs"]), None, (),
            (row["answer"],), row["id"],
        )
        for row in rows
    ]  # fmt: skip
    found_for = {row["id"]: frozenset(articles[d].id for d in row["docs"]) for row in rows}
    different = {article.id: article for article in articles.values()}
    return QuestionSet("news", tuple(different.values()), tuple(passages), tuple(cases), found_for)


def holds_answer(text: str, answers: tuple[str, ...]) -> bool:
    """Whether an answer's words stand in the text.

    Case, quotation marks and an article before the answer do not matter, as in SQuAD's own
    evaluation (Rajpurkar et al. 2016, https://arxiv.org/abs/1606.05250, section 6.1).
    """
    plain = _plain(text)
    wanted = [_ARTICLE.sub("", _plain(answer)) for answer in answers]
    return any(re.search(r"(?<!\w)" + re.escape(words) + r"(?!\w)", plain) for words in wanted)


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"[“”\"]", "", text.replace("’", "'"))).strip().casefold()


def _find_in_order(text: str, sentences: list[str]) -> tuple[Span, ...]:
    spans, position = [], 0
    for sentence in sentences:
        start = text.find(sentence, position)
        if start < 0:
            continue
        position = start + len(sentence)
        spans.append(Span(start, position))
    return tuple(spans)


def json_rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a file of JSON Lines."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)

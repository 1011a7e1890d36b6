"""The five sample articles, line by line: what is body, what is not, and why."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from index.article import Article
from index.extracting import read_article
from index.splitting import PASSAGE_WORDS, sentence_spans, split_into_passages

Lines = dict[str, Iterable[int]]

# Sample -> reason -> the numbers of the lines, from 1. Every other line that is not blank is body.
FURNITURE: dict[str, Lines] = {
    "000": {"headline list": range(11, 27)},
    "001": {
        "site name": [1],
        "caption": [2],
        "section label": [3],
        "title": [5],
        "comments": [7, *range(35, 75)],
        "copyright": [31, 33],
        "sign-in": range(76, 85),
        "related": range(86, 89),
    },
    "002": {"related": [11, 12]},
    "003": {
        "title": [1],
        "caption": [3],
        "date line": [4],
        "headline list": range(11, 33),
    },
    "004": {"date line": [1, 3], "section label": [2], "title": [5]},
}
METADATA = {
    "000": (
        "Japanese Foreign Minister Takeshi Iwaya is set to attend Donald Trump’s January…",
        None,
    ),
    "001": ("Japan working toward Ishiba-Trump meeting in U.S. before mid-February", "Japan Today"),
    "002": (
        "In their first meeting, Japanese Foreign Minister Takeshi Iwaya and US Secretary…",
        None,
    ),
    "003": (
        (
            "Japan, U,S. Foreign Ministers Agree on Bolstering Alliance; Discussion Includes "
            "North Korea, China, U.S. Steel Purchase"
        ),
        None,
    ),
    "004": ("Japan Prepares For Diplomatic Talks With Trump Administration", None),
}
DATES = {
    "003": ("2025-01-22", 'line 4: "17:23 JST, January 22, 2025"'),
    "004": ("2025-01-13", 'line 3: "13 January 2025"'),
}


def sample(seeds: Path, number: str) -> Article:
    return read_article(next(seeds.glob(f"{number}_*.txt")))


def reasons_by_line(article: Article) -> dict[int, set[str | None]]:
    """Return, for every line that is not blank, the reasons of its characters; None is body."""
    reasons: list[str | None] = [None] * len(article.text)
    for span in article.boilerplate:
        reasons[span.start : span.end] = [span.reason] * (span.end - span.start)
    found: dict[int, set[str | None]] = {}
    position = 0
    for number, line in enumerate(article.text.split("\n"), start=1):
        places = range(position, position + len(line))
        own = {reasons[i] for i in places if not article.text[i].isspace()}
        if own:
            found[number] = own
        position += len(line) + 1
    return found


@pytest.mark.parametrize("number", sorted(FURNITURE))
def test_every_line_of_a_sample_is_body_or_has_its_reason(seeds: Path, number: str) -> None:
    article = sample(seeds, number)
    expected: dict[int, str | None] = {
        line: reason for reason, lines in FURNITURE[number].items() for line in lines
    }
    for line, reasons in reasons_by_line(article).items():
        assert reasons == {expected.get(line)}, f"line {line}"


@pytest.mark.parametrize("number", sorted(FURNITURE))
def test_the_text_of_a_sample_is_the_file_itself(seeds: Path, number: str) -> None:
    article = sample(seeds, number)
    assert article.path is not None
    assert article.text.encode("utf-8") == Path(article.path).read_bytes()


@pytest.mark.parametrize("number", sorted(METADATA))
def test_title_source_and_date_of_a_sample_are_what_it_states(seeds: Path, number: str) -> None:
    article = sample(seeds, number)
    assert (article.title, article.source) == METADATA[number]
    assert (article.published, article.published_evidence) == DATES.get(number, (None, None))
    assert article.language == "en"


@pytest.mark.parametrize("number", sorted(FURNITURE))
def test_every_sentence_of_a_sample_is_in_one_passage(seeds: Path, number: str) -> None:
    article = sample(seeds, number)
    passages = split_into_passages(article)
    assert [s for p in passages for s in p.sentences] == sentence_spans(article)
    # About 150: 351 words make two passages of 176 rather than three of 117.
    assert all(60 <= len(p.text.split()) <= 1.25 * PASSAGE_WORDS for p in passages)


def test_names_dates_and_companies_end_no_sentence(seeds: Path) -> None:
    found = {
        span.of(article.text)
        for article in (sample(seeds, number) for number in FURNITURE)
        for span in sentence_spans(article)
    }
    whole = [
        "explore a meeting with Sen. Marco Rubio, who has been nominated for U.S. secretary",
        "ceremony on Jan. 20 and explore",
        "Nippon Steel Corp.'s aspirations to acquire United States Steel Corp., a deal",
        "to strengthen the Japan-U.S. alliance and promote cooperation",
        "Donald Trump’s January 20 inauguration for his second term as U.S. president",
    ]
    for words in whole:
        assert any(words in sentence for sentence in found), words
    assert "Their meeting lasted for 30 minutes at the U.S. State Department." in found


def test_a_quotation_keeps_its_closing_mark(seeds: Path) -> None:
    article = sample(seeds, "002")
    sentences = [span.of(article.text) for span in sentence_spans(article)]
    assert (
        "“We were able to engage in a candid discussion and share views on a wide range of issues.”"
        in sentences
    )

"""Sentences and passages: exact spans of the body, whatever the text."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import Article, BoilerplateSpan
from index.splitting import (
    LONGEST_PASSAGE,
    LONGEST_SENTENCE,
    sentence_spans,
    split_into_passages,
)

WORDS = st.sampled_from(
    [
        "Iwaya",
        "said",
        "U.S.",
        "Jan.",
        "20",
        "“No.”",
        "(yes)",
        "1.",
        "-",
        "Corp.'s",
        "…",
        "é",
        "東京。",
        "😀",
    ]
)
LINE_ENDS = st.sampled_from(["\n", "\r\n", "\n\n", " ", "\t", "\u2028", "\x0b", "", "\u200b\n"])
TEXTS = st.one_of(
    st.text(max_size=400),
    st.lists(st.tuples(WORDS, LINE_ENDS), max_size=80).map(
        lambda parts: "".join(word + end for word, end in parts)
    ),
    st.lists(WORDS, min_size=100, max_size=400).map(" ".join),
)


@st.composite
def articles(draw: st.DrawFn) -> Article:
    """Any text, with any boilerplate that does not overlap."""
    text = draw(TEXTS)
    edges = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    spans = [
        BoilerplateSpan(a, b, "comments")
        for a, b in zip(edges[::2], edges[1::2], strict=False)
        if a < b
    ]
    return Article(text, "A title", boilerplate=tuple(spans))


def sentences_of(text: str) -> list[str]:
    return [span.of(text) for span in sentence_spans(Article(text, "A title"))]


@given(articles())
def test_sentences_are_trimmed_in_order_and_outside_boilerplate(article: Article) -> None:
    spans = sentence_spans(article)
    for span in spans:
        words = span.of(article.text)
        assert words
        assert words == words.strip()
        assert len(words) <= LONGEST_SENTENCE
        assert not any(b.start < span.end and span.start < b.end for b in article.boilerplate)
    assert all(a.end <= b.start for a, b in pairwise(spans))


@given(articles())
def test_every_letter_of_the_body_is_in_one_sentence(article: Article) -> None:
    covered = [0] * len(article.text)
    for span in sentence_spans(article):
        for place in range(span.start, span.end):
            covered[place] += 1
    for body in article.body_spans():
        for place in range(body.start, body.end):
            if re.match(r"\w", article.text[place]):
                assert covered[place] == 1


@given(articles())
def test_passages_are_runs_of_whole_sentences_that_reproduce_the_text(article: Article) -> None:
    passages = split_into_passages(article)
    assert [s for p in passages for s in p.sentences] == sentence_spans(article)
    for number, passage in enumerate(passages):
        assert passage.ordinal == number
        assert passage.article_id == article.id
        assert passage.text == article.text[passage.start : passage.end]
        assert passage.sentences
        assert passage.start == passage.sentences[0].start
        assert passage.end == passage.sentences[-1].end
        assert len(passage.text) <= LONGEST_PASSAGE or len(passage.sentences) == 1
        assert not any(b.start < passage.end and passage.start < b.end for b in article.boilerplate)


@pytest.mark.parametrize(
    "sentence",
    [
        "He met Sen. Marco Rubio on Jan. 20 in Washington.",
        "Nippon Steel Corp.'s bid for U.S. Steel Corp. executives failed.",
        "The U.S. President spoke to Mr. Abe.",
        "No. 5 won at 5 p.m. on Monday.",
        "“Such moves could hurt,” he said.",
        "They will strengthen the Japan-U.S. alliance.",
        "The price rose by 3.5 percent to $1.2 million.",
        "It landed at 6:50 p.m. ET.",
        "The rain begins after 5 p.m. Wednesday.",
        "“Is it a tax?” Justice Alito asked.",
        '"It will be a very meaningful moment!" Trump said.',
    ],
)
def test_an_abbreviation_does_not_end_a_sentence(sentence: str) -> None:
    assert sentences_of(f"{sentence} Then it was over.") == [sentence, "Then it was over."]


def test_the_head_of_a_list_item_belongs_to_the_item() -> None:
    assert sentences_of("1. Open the tap. 2. Wait.\n- Close it.\n• Then go.") == [
        "1. Open the tap.",
        "2. Wait.",
        "- Close it.",
        "• Then go.",
    ]


def test_a_question_after_a_quotation_is_a_sentence_of_its_own() -> None:
    assert sentences_of('He asked: "Is it dear?" Nobody in the hall knew it.') == [
        'He asked: "Is it dear?"',
        "Nobody in the hall knew it.",
    ]


def test_a_line_end_separates_lines_of_a_list() -> None:
    assert sentences_of("Berlin\nParis\r\nRome\rOslo") == ["Berlin", "Paris", "Rome", "Oslo"]


WRAPPED = """\
The committee met on Tuesday in the old town hall, where the
heating had failed, and spoke for three hours about the price of
water. Nobody agreed. Mrs. Lopez of the U.S. delegation said that
a second meeting would be held in April.

In the second part of the day the members visited the works at
Altstadt. The director showed them the new pumps, which can raise
four thousand litres a minute.
"""


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_hard_wrapped_sentence_is_one_sentence(line_end: str) -> None:
    found = sentences_of(WRAPPED.replace("\n", line_end))
    assert found[0].endswith(f"three hours about the price of{line_end}water.")
    assert [s.split()[0] for s in found] == ["The", "Nobody", "Mrs.", "In", "The"]


def test_a_blank_line_separates_even_hard_wrapped_lines() -> None:
    text = WRAPPED.replace("in April.\n", "in the month that\n")
    assert any(s.endswith("in the month that") for s in sentences_of(text))


def test_a_very_long_sentence_is_cut_where_it_may_be() -> None:
    clause = "the members spoke at length about water and its price in the old town"
    text = "; ".join([clause] * 20) + "."
    found = sentences_of(text)
    assert len(found) > 1
    assert all(len(s) <= LONGEST_SENTENCE for s in found)
    assert all(s.endswith((";", ".")) for s in found)


def test_a_passage_has_about_150_words_and_ends_with_a_paragraph() -> None:
    paragraph = " ".join(["The committee spoke about the price of water."] * 6)
    text = "\n\n".join([paragraph] * 12)
    passages = split_into_passages(Article(text, "A title"))
    assert all(90 <= len(p.text.split()) <= 165 for p in passages)
    assert all(text[p.end : p.end + 2] in ("\n\n", "") for p in passages)


def test_a_heading_is_in_the_passage_of_what_it_heads() -> None:
    paragraph = " ".join(["The committee spoke about the price of water again."] * 14)
    text = f"{paragraph}\n\nThe second day\n\n{paragraph}"
    passages = split_into_passages(Article(text, "A title"))
    assert [p.text.split()[0:3] for p in passages][-1] == ["The", "second", "day"]


def test_a_text_of_nothing_visible_has_no_sentences() -> None:
    for text in ("", " \n\t", "- - -\n***", "\ufeff"):
        assert sentence_spans(Article(text, "A title")) == []
        assert split_into_passages(Article(text, "A title")) == []


@pytest.mark.parametrize("character", ["a", "word ", "a. ", '"', "\t", "東"])
def test_one_line_of_a_million_characters_is_split(character: str) -> None:
    text = character * (1_000_000 // len(character))
    passages = split_into_passages(Article(text, "A title"))
    assert all(len(p.text) <= LONGEST_PASSAGE for p in passages)

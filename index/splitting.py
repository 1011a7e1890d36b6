"""Sentences and passages of an article, as spans of its text.

Paragraphs come from `index.blocks`, their sentences from `index.sentences`. Nothing here
changes a character: `Passage.text` is `article.text[start:end]`, and boilerplate belongs
to no sentence and no passage.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from index.article import Article, Passage, Span
from index.blocks import blocks
from index.languages import word_count
from index.sentences import LONGEST_SENTENCE, sentences_of

__all__ = ["LONGEST_SENTENCE", "sentence_spans", "split_into_passages"]

PASSAGE_WORDS = 150
LONGEST_PASSAGE = 1200
MOST_SENTENCES = 40


def sentence_spans(article: Article) -> list[Span]:
    """Return the sentences of the article's body, in order, without the white space around them.

    A sentence lies in one paragraph and in no boilerplate span. One longer than
    `LONGEST_SENTENCE` characters is cut at the best place (`;`, `:`, `,`, a space).
    """
    return [span for paragraph in _paragraphs(article) for span in paragraph.sentences]


def split_into_passages(article: Article) -> list[Passage]:
    """Return the article's body as passages: runs of whole sentences that do not overlap.

    A passage has about `PASSAGE_WORDS` words (two letters of text without spaces are one), at
    most `LONGEST_PASSAGE` characters and `MOST_SENTENCES` sentences, ends with a paragraph where
    it can, not after a heading, and never crosses boilerplate.
    """
    passages: list[Passage] = []
    for run in _runs(_paragraphs(article)):
        for sentences in _cut_run(article.text, run):
            start, end = sentences[0].start, sentences[-1].end
            passages.append(
                Passage(article.id, len(passages), start, end, article.text[start:end], sentences)
            )
    return passages


class _Paragraph:
    """The sentences of one paragraph, and the number of the body span that holds it."""

    __slots__ = ("body", "sentences")

    def __init__(self, body: int, sentences: list[Span]) -> None:
        self.body = body
        self.sentences = sentences


def _paragraphs(article: Article) -> list[_Paragraph]:
    found = []
    body_spans = article.body_spans()
    number = 0
    for block in blocks(article.text):
        while number < len(body_spans) and body_spans[number].end <= block.start:
            number += 1
        # A block may hold boilerplate in its midst: each kept part is a paragraph.
        here = number
        while here < len(body_spans) and body_spans[here].start < block.end:
            body = body_spans[here]
            part = Span(max(block.start, body.start), min(block.end, body.end))
            sentences = sentences_of(article.text, part, article.language)
            if sentences:
                found.append(_Paragraph(here, sentences))
            here += 1
    return found


def _runs(paragraphs: Sequence[_Paragraph]) -> list[list[_Paragraph]]:
    """Group paragraphs that no boilerplate separates."""
    runs: list[list[_Paragraph]] = []
    for paragraph in paragraphs:
        if runs and runs[-1][-1].body == paragraph.body:
            runs[-1].append(paragraph)
        else:
            runs.append([paragraph])
    return runs


def _cut_run(text: str, run: Sequence[_Paragraph]) -> list[tuple[Span, ...]]:
    """Cut a run of paragraphs where the sum of costs is least (dynamic programming).

    The cost of a passage is the square of its distance from `PASSAGE_WORDS`, relative,
    plus what its end costs: nothing at a paragraph's end, 0.15 inside a paragraph, 1
    after a heading.
    """
    sentences = [span for paragraph in run for span in paragraph.sentences]
    words_before = [0]
    for span in sentences:
        words_before.append(words_before[-1] + word_count(span.of(text)))
    end_cost = [0.15] * len(sentences)
    last = -1
    for paragraph in run:
        last += len(paragraph.sentences)
        end_cost[last] = 1.0 if _is_heading(text, paragraph) else 0.0
    best = [0.0] + [float("inf")] * len(sentences)
    came_from = [0] * (len(sentences) + 1)
    for end in range(1, len(sentences) + 1):
        for start in range(end - 1, max(-1, end - 1 - MOST_SENTENCES), -1):
            length = sentences[end - 1].end - sentences[start].start
            if length > LONGEST_PASSAGE and start < end - 1:
                break
            off = (words_before[end] - words_before[start]) / PASSAGE_WORDS - 1.0
            cost = best[start] + off * off + end_cost[end - 1]
            if cost < best[end]:
                best[end], came_from[end] = cost, start
    cuts = [len(sentences)]
    while cuts[-1] > 0:
        cuts.append(came_from[cuts[-1]])
    cuts.reverse()
    return [tuple(sentences[a:b]) for a, b in pairwise(cuts)]


def _is_heading(text: str, paragraph: _Paragraph) -> bool:
    if len(paragraph.sentences) != 1:
        return False
    line = paragraph.sentences[0].of(text)
    return len(line) <= 90 and line[-1].isalnum()

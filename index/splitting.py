"""Sentences and passages of an article, as spans of its text.

Sentence boundaries come from sentencex (rules for 240 languages, abbreviations known);
paragraphs from `index.blocks`. Nothing here changes a character: `Passage.text` is
`article.text[start:end]`, and boilerplate belongs to no sentence and no passage.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from sentencex import get_sentence_boundaries

from index.article import Article, Passage, Span
from index.blocks import blocks

if TYPE_CHECKING:
    from langchain_text_splitters import RecursiveCharacterTextSplitter

LONGEST_SENTENCE = 600
PASSAGE_WORDS = 150
LONGEST_PASSAGE = 1000
MOST_SENTENCES = 40

_WORD = re.compile(r"\w")
# "1.", "a)", "(iv)", "•" alone are the head of an item, not a sentence.
_ITEM_HEAD = re.compile(r"(?:[-*•·–—]|\(?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,4})[.)])$")


def sentence_spans(article: Article) -> list[Span]:
    """Return the sentences of the article's body, in order, without the white space around them.

    A sentence lies in one paragraph and in no boilerplate span. One longer than
    `LONGEST_SENTENCE` characters is cut at the best place (`;`, `:`, `,`, a space).
    """
    return [span for paragraph in _paragraphs(article) for span in paragraph.sentences]


def first_sentence(line: str, language: str = "en") -> str:
    """Return the first sentence of a line."""
    start, end = _joined(line, _boundaries(line, language))[0] if line else (0, 0)
    return line[start:end].strip()


def split_into_passages(article: Article) -> list[Passage]:
    """Return the article's body as passages: runs of whole sentences that do not overlap.

    A passage has about `PASSAGE_WORDS` words, at most `LONGEST_PASSAGE` characters and
    `MOST_SENTENCES` sentences, ends with a paragraph where it can, not after a heading, and
    never crosses boilerplate.
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
            sentences = _sentences(article.text, part, article.language)
            if sentences:
                found.append(_Paragraph(here, sentences))
            here += 1
    return found


def _sentences(text: str, paragraph: Span, language: str) -> list[Span]:
    words = paragraph.of(text)
    if paragraph.end - paragraph.start <= LONGEST_SENTENCE and not _may_end(words):
        pieces = [(0, len(words))]
    else:
        pieces = _joined(words, _boundaries(words, language))
    found = []
    for start, end in pieces:
        for span in _no_longer_than_allowed(text, paragraph.start + start, paragraph.start + end):
            trimmed = _trimmed(text, span)
            if trimmed is not None:
                found.append(trimmed)
    return found


_INNER_END = re.compile(r"[.!?…。！？।][^\w\s]*\s|[.!?…。！？।][^\s.]")


def _may_end(words: str) -> bool:
    """Whether a sentence may end before the paragraph does; saves most calls of the splitter."""
    return _INNER_END.search(words) is not None


def _boundaries(words: str, language: str) -> list[tuple[int, int]]:
    found = [(b["start_index"], b["end_index"]) for b in get_sentence_boundaries(language, words)]
    covers = bool(found) and found[0][0] == 0 and found[-1][1] == len(words)
    seamless = all(a[1] == b[0] for a, b in itertools.pairwise(found))
    # Characters are never lost, whatever the splitter does with unusual ones.
    return found if covers and seamless else [(0, len(words))]


def _joined(words: str, pieces: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join the head of an item to the item, and what begins no sentence to the one before."""
    joined: list[tuple[int, int]] = []
    for start, end in pieces:
        piece = words[start:end].strip()
        if joined:
            before = words[joined[-1][0] : joined[-1][1]].strip()
            # "the Japan-U.S. alliance": a lone capital with nothing after its full stop.
            if (
                _ends_in_initial(words, start)
                or _ITEM_HEAD.match(before)
                or piece[:1].islower()
                or not _WORD.search(piece)
            ):
                joined[-1] = (joined[-1][0], end)
                continue
        joined.append((start, end))
    return joined


def _ends_in_initial(words: str, end: int) -> bool:
    """Whether a lone capital and its full stop stand right before an offset: "Japan-U.", "J."."""
    if end < 2 or words[end - 1] != "." or not words[end - 2].isupper():
        return False
    return end == 2 or not words[end - 3].isalnum()


def _trimmed(text: str, span: tuple[int, int]) -> Span | None:
    """Return the span without white space at its ends; None when it holds no letter or digit."""
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end) if _WORD.search(text, start, end) else None


def _no_longer_than_allowed(text: str, start: int, end: int) -> list[tuple[int, int]]:
    if end - start <= LONGEST_SENTENCE:
        return [(start, end)]
    cuts = [start]
    for document in _cutter().create_documents([text[start:end]]):
        cuts.append(start + int(document.metadata["start_index"]))
    cuts.append(end)
    return [(a, b) for a, b in itertools.pairwise(cuts) if a < b]


@lru_cache(maxsize=1)
def _cutter() -> RecursiveCharacterTextSplitter:
    # Imported here because it takes longer than all else in this module, and is seldom needed.
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    return RecursiveCharacterTextSplitter(
        separators=["\n", "; ", ": ", " — ", " – ", ", ", " ", ""],
        keep_separator="end",
        chunk_size=LONGEST_SENTENCE,
        chunk_overlap=0,
        length_function=len,
        strip_whitespace=False,
        add_start_index=True,
    )


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
        words_before.append(words_before[-1] + len(span.of(text).split()))
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
    return [tuple(sentences[a:b]) for a, b in itertools.pairwise(cuts)]


def _is_heading(text: str, paragraph: _Paragraph) -> bool:
    if len(paragraph.sentences) != 1:
        return False
    line = paragraph.sentences[0].of(text)
    return len(line) <= 90 and line[-1].isalnum()

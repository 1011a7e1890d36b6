"""What the answer reader learns from: a question, a passage, and where in it the answer stands.

Real questions (ClapNQ, SQuAD 2.0) over their own passage, over another passage of the same
collection, without the sentences that answer them, and with one piece exchanged; before them, for
practice, questions made from statements (`eval.made_questions`).
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eval.made_questions import MadeQuestion, exchanged, joined
from eval.public_sets import Case, QuestionSet
from index.answer_reader import PassageTokens, passage_tokens
from index.article import Article, Span
from index.splitting import sentence_spans

if TYPE_CHECKING:
    from index.onnx_embedder import Tokenizer

# SQuAD has twenty times the questions of ClapNQ, whose questions are more like a user's.
WEIGHT = {"clapnq": 2.0, "squad2": 1.0}
ELSEWHERE = {"clapnq": 1.0, "squad2": 0.5}
"""How many of the questions are also asked of another passage."""
ELSEWHERE_WEIGHT, TAKEN_OUT_WEIGHT, EXCHANGED_WEIGHT = 0.5, 0.7, 0.5
CHANGED, TAKEN_OUT = 0.6, 0.4
"""Share of the answerable questions that also come without an answer, and the share of these
whose answering sentences are taken out; the others have a piece exchanged."""
PASSAGES_LOOKED_AT = 6


@dataclass(frozen=True, slots=True)
class ReaderExample:
    """Token ids; for each, whether it is of the passage, and may begin or end an answer.

    Where nothing answers, the first token begins and ends it; where it is not known which words
    answer, none does. `sentences` numbers the sentence that each token is of, from 1, and
    `evidence` says of each number whether that sentence answers; 0 stands for no sentence. Both
    are empty where sentences were not marked. With `only_sentences` these are all that is learned.
    `group` is what cross-validation keeps together.
    """

    ids: list[int]
    passage: list[bool]
    begins: list[bool]
    ends: list[bool]
    sentences: list[int]
    evidence: list[bool]
    answerable: bool
    weight: float
    group: tuple[str, str]
    only_sentences: bool = False


@dataclass(frozen=True, slots=True)
class Marked:
    """A passage's sentences, and what of the passage people marked as answering."""

    sentences: Sequence[Span]
    evidence: Sequence[Span]


class ExampleMaker:
    """Makes the examples of one question set."""

    def __init__(self, questions: QuestionSet, tokenizer: Tokenizer) -> None:
        self._set = questions
        self._tokenizer = tokenizer
        self._articles = {article.id: article for article in questions.articles}
        # ClapNQ gives its sentences; the others are cut as articles are.
        given = questions.name == "clapnq"
        self._given = {p.article_id: p.sentences for p in questions.passages} if given else {}
        self._homes: dict[str, set[str]] = defaultdict(set)
        for case in questions.cases:
            self._homes[self._kept_with(case)].add(case.home or "")

    def examples(self, seed: int = 5) -> Iterator[ReaderExample]:
        """Yield every question's examples; the same for the same seed."""
        chance = random.Random(seed)
        for case in self._set.cases:
            yield from self._of_case(case, chance)

    def _kept_with(self, case: Case) -> str:
        # In ClapNQ every question is a group of its own: other passages come from all.
        return case.group if self._set.name == "squad2" else ""

    def _of_case(self, case: Case, chance: random.Random) -> Iterator[ReaderExample]:
        article = self._articles[case.home or ""]
        spans: list[Span] = []
        if case.answerable:
            spans = answer_spans(case, article.text, exact=self._set.name == "squad2")
            if not spans:
                return
        known = self._sentences(article)
        yield self._example(case, case.question, article.title, article.text, known, spans)
        if spans and chance.random() < CHANGED:
            yield from self._changed(case, article, chance)
        if chance.random() < ELSEWHERE[self._set.name]:
            yield from self._elsewhere(case, chance)

    def _changed(
        self, case: Case, article: Article, chance: random.Random
    ) -> Iterator[ReaderExample]:
        if chance.random() < TAKEN_OUT:
            known = self._sentences(article)
            kept = [s.of(article.text) for s in known if not _overlaps(s, case.gold)]
            text, left = joined(kept)
            if len(kept) > 1 and not any(answer in text for answer in case.answers):
                yield self._example(
                    case, case.question, article.title, text, left, (), TAKEN_OUT_WEIGHT
                )
        elif self._set.name == "squad2":
            question = exchanged(chance, case.question, article.text)
            if question is not None:
                yield self._example(
                    case, question, article.title, article.text, self._sentences(article), (),
                    EXCHANGED_WEIGHT,
                )  # fmt: skip

    def _elsewhere(self, case: Case, chance: random.Random) -> Iterator[ReaderExample]:
        homes = sorted(self._homes[self._kept_with(case)] - {case.home or ""})
        some = chance.sample(homes, min(PASSAGES_LOOKED_AT, len(homes)))
        if not some:
            return
        asked = words_of(case.question)
        other = max(
            (self._articles[home] for home in some), key=lambda a: len(asked & words_of(a.text))
        )
        if not any(answer in other.text for answer in case.answers):
            yield self._example(
                case, case.question, other.title, other.text, self._sentences(other), (),
                ELSEWHERE_WEIGHT,
            )  # fmt: skip

    def _sentences(self, article: Article) -> Sequence[Span]:
        return self._given.get(article.id) or sentence_spans(article)

    def _example(
        self, case: Case, question: str, title: str, text: str, sentences: Sequence[Span],
        spans: Sequence[Span], weight: float = 1.0,
    ) -> ReaderExample:  # fmt: skip
        tokens = passage_tokens(self._tokenizer, question, title, text)
        anywhere = self._set.name != "squad2"
        marked = Marked(sentences, case.gold if spans else ())
        group = (self._set.name, case.group)
        weight *= WEIGHT[self._set.name]
        return example_of(tokens, spans, marked, weight, group, anywhere=anywhere)


def practice(made: Sequence[MadeQuestion], tokenizer: Tokenizer) -> Iterator[ReaderExample]:
    """Yield the examples of made questions."""
    for one in made:
        tokens = passage_tokens(tokenizer, one.question, one.title, one.passage)
        spans = [one.answer] if one.answer else []
        yield example_of(tokens, spans, None, 1.0, ("made", ""), anywhere=False)


def answer_spans(case: Case, text: str, *, exact: bool) -> list[Span]:
    """Return where the answer stands: its words where they are given, else whole sentences."""
    if not exact:
        return list(case.gold)
    return [
        Span(match.start(), match.end())
        for answer in case.answers
        for match in re.finditer(re.escape(answer), text)
    ]


def example_of(
    tokens: PassageTokens,
    spans: Sequence[Span],
    marked: Marked | None,
    weight: float,
    group: tuple[str, str],
    *,
    anywhere: bool,
) -> ReaderExample:
    """Return an example; with `anywhere` an answer may begin and end at any token of a span."""
    begins, ends = [False] * len(tokens.ids), [False] * len(tokens.ids)
    for span in spans:
        inside = _tokens_of(tokens, span)
        for place in inside if anywhere else inside[:1]:
            begins[place] = True
        for place in inside if anywhere else inside[-1:]:
            ends[place] = True
    sentences = [0] * len(tokens.ids)
    evidence = [False]
    known = marked or Marked((), ())
    for span in known.sentences:
        for place in _tokens_of(tokens, span):
            sentences[place] = len(evidence)
        evidence.append(_overlaps(span, known.evidence))
    answerable = any(begins) or any(evidence[number] for number in set(sentences))
    if not answerable:
        begins[0] = ends[0] = evidence[0] = True
    passage = [
        place == 0 or tokens.first <= place < tokens.first + len(tokens.places)
        for place in range(len(tokens.ids))
    ]
    if marked is None:
        sentences, evidence = [], []
    return ReaderExample(
        tokens.ids, passage, begins, ends, sentences, evidence, answerable, weight, group
    )


def _tokens_of(tokens: PassageTokens, span: Span) -> list[int]:
    return [
        tokens.first + number
        for number, place in enumerate(tokens.places)
        if place.start < span.end and span.start < place.end
    ]


def _overlaps(span: Span, others: Sequence[Span]) -> bool:
    return any(max(span.start, o.start) < min(span.end, o.end) for o in others)


def words_of(text: str) -> frozenset[str]:
    """Return the words of a text, of three letters or more."""
    return frozenset(re.findall(r"\w{3,}", text.casefold()))

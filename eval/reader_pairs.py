"""Pairs of question and sentence that the cross-encoder learns from.

Right: sentences that answer. Wrong: the sentences most like the question in the same passage,
and the one most like it in a few other passages; for a question that the passage does not
answer, the sentences most like it. Near misses are the wrong ones that users meet.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from eval.public_sets import Case, QuestionSet
from index.answer_reader import Reading, pair_text
from index.article import Span
from index.embedding import Embedder

OTHER_PASSAGES = 6
# SQuAD has twenty times the questions of ClapNQ, whose questions are more like a user's.
WEIGHT = {"clapnq": 2.0, "squad2": 1.0}
RIGHT_WEIGHT = {"clapnq": 1.0, "squad2": 1.3}
MOST_RIGHT = {"clapnq": 3, "squad2": 1}
MOST_WRONG = {"clapnq": (4, 4), "squad2": (2, 3)}
"""Wrong sentences of an answerable question, and of an unanswerable one."""


@dataclass(frozen=True, slots=True)
class Pair:
    """What the reader is given, whether the sentence answers, and how much the pair counts."""

    text: str
    right: bool
    weight: float
    question: str
    group: str


@dataclass(frozen=True, slots=True)
class _Sentence:
    span: Span
    reading: Reading


class PairMaker:
    """Makes the pairs of one question set."""

    def __init__(self, questions: QuestionSet, embedder: Embedder) -> None:
        self._set = questions
        self._embedder = embedder
        articles = {article.id: article for article in questions.articles}
        self._of_article: dict[str, list[_Sentence]] = defaultdict(list)
        for passage in questions.passages:
            article = articles[passage.article_id]
            for span in passage.sentences:
                known = self._of_article[article.id]
                before = known[-1].reading.sentence if known else ""
                reading = Reading(article.title, before, span.of(article.text))
                known.append(_Sentence(span, reading))
        self._homes: dict[str, set[str]] = defaultdict(set)
        for case in questions.cases:
            # In ClapNQ every question is a group of its own: wrong passages come from all.
            self._homes[case.group if questions.name == "squad2" else ""].add(case.home or "")

    def pairs(self, seed: int = 5) -> Iterator[Pair]:
        """Yield every question's pairs; the same for the same seed."""
        chance = random.Random(seed)
        for case in self._set.cases:
            yield from self._of_case(case, chance)

    def _of_case(self, case: Case, chance: random.Random) -> Iterator[Pair]:
        name = self._set.name
        question = self._embedder.embed_question(case.question)
        here = self._nearest_first(question, self._of_article[case.home or ""])
        right = [s for s in here if any(_overlap(gold, s.span) for gold in case.gold)]
        if case.answerable and not right:
            return
        wrong = [
            s
            for s in here
            if s not in right and not any(a in s.reading.sentence for a in case.answers)
        ]
        for sentence in right[: MOST_RIGHT[name]]:
            yield self._pair(case, sentence, right=True)
        for sentence in wrong[: MOST_WRONG[name][0 if case.answerable else 1]]:
            yield self._pair(case, sentence, right=False)
        others = sorted(self._homes[case.group if name == "squad2" else ""] - {case.home or ""})
        picked = chance.sample(others, min(OTHER_PASSAGES, len(others)))
        elsewhere = [
            s
            for home in picked
            for s in self._of_article[home]
            if not any(answer in s.reading.sentence for answer in case.answers)
        ]
        if elsewhere:
            yield self._pair(case, self._nearest_first(question, elsewhere)[0], right=False)

    def _nearest_first(
        self, question: np.ndarray, sentences: Sequence[_Sentence]
    ) -> list[_Sentence]:
        if not sentences:
            return []
        vectors = self._embedder.embed_passages([s.reading.sentence for s in sentences])
        return [sentences[row] for row in np.argsort(-(vectors @ question), kind="stable")]

    def _pair(self, case: Case, sentence: _Sentence, *, right: bool) -> Pair:
        weight = WEIGHT[self._set.name] * (RIGHT_WEIGHT[self._set.name] if right else 1.0)
        return Pair(pair_text(case.question, sentence.reading), right, weight, case.id, case.group)


def _overlap(one: Span, other: Span) -> bool:
    return max(one.start, other.start) < min(one.end, other.end)

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from eval.public_sets import Case, QuestionSet
from eval.ranking_fit import Choice
from eval.reader_split import CrossFitReader
from eval.retrieval_figures import found_within, reader_alone
from index.answer_reader import Judgement, Reader, Reading
from index.article import Article


def choice(*right: bool) -> Choice:
    return Choice(np.zeros((len(right), 1)), np.array(right), "a group")


def test_a_question_counts_by_how_many_rankings_find_it_in_time() -> None:
    choices = [choice(False, True, False), choice(True, False, False)]
    first = [np.array([0.1, 0.9, 0.2]), np.array([0.1, 0.9, 0.5])]
    second = [np.array([0.9, 0.5, 0.1]), np.array([0.1, 0.9, 0.5])]
    assert found_within(choices, [first, second], 1) == [0.5, 0.0]
    assert found_within(choices, [first, second], 2) == [1.0, 0.0]
    assert found_within(choices, [second, second], 3) == [1.0, 1.0]


class _BySign:
    """A reader that says yes where the passage bears a sign, whatever is asked of it."""

    def read(self, question: str, sentences: Sequence[Reading]) -> list[Judgement]:
        return [Judgement(0.0, self.said(question, each.passage)) for each in sentences]

    def said(self, question: str, passage: str) -> float:
        return float(passage.endswith("yes."))


class _ByTown(_BySign):
    """One that also wants the town that is asked about."""

    def said(self, question: str, passage: str) -> float:
        town = question.removeprefix("Who met in ").removesuffix("?")
        return float(town in passage.split() and passage.endswith("yes."))


class _Always(_BySign):
    def __init__(self, said: float) -> None:
        self._said = said

    def said(self, question: str, passage: str) -> float:
        return self._said


def areas(
    reader: Reader,
    capsys: pytest.CaptureFixture[str],
    readers: Callable[[Case], Reader | None] = lambda _: None,
) -> list[float]:
    articles = [
        Article(f"They met in T{n} and {'said yes' if n % 2 else 'wrote'}.", f"Town {n}")
        for n in range(200)
    ]
    cases = [
        Case(str(n), f"Who met in T{n}?", bool(n % 2), article.id, (), (), str(n))
        for n, article in enumerate(articles)
    ]
    of_case = {case.question: found for case in cases if (found := readers(case))}
    whole = QuestionSet("clapnq", tuple(articles), (), tuple(cases))
    reader_alone(whole, CrossFitReader(of_case, reader))
    return [float(area) for area in re.findall(r"AUC (\S+)", capsys.readouterr().out)]


def test_a_reader_that_knows_the_passages_by_a_sign_is_found_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    whole, others_question, others_passage = areas(_BySign(), capsys)
    assert whole == others_question == 1.0
    assert others_passage == pytest.approx(0.5, abs=0.15)


def test_a_reader_that_heeds_the_question_tells_nothing_without_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert areas(_ByTown(), capsys) == [1.0, 0.5, 0.5]


def test_the_reader_that_is_asked_has_not_learned_from_the_passages_own_question(
    capsys: pytest.CaptureFixture[str],
) -> None:
    by_case = areas(_BySign(), capsys, lambda case: _Always(float(case.answerable)))
    assert by_case == [1.0, 1.0, 1.0]

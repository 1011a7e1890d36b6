"""Which probability is high enough to answer, at each strictness."""

from __future__ import annotations

import numpy as np
import pytest

from eval.public_sets import Case
from eval.ranking_examples import Example
from eval.ranking_report import thresholds_of
from index.answer_types import Kind
from index.question_words import Question

QUESTION = Question(
    "q", Kind.OTHER, (), {}, {}, {}, frozenset(), frozenset(), frozenset(), negated=False
)


def example(scenario: str, *, answerable: bool) -> Example:
    case = Case("1", "q", answerable, "a", (), (), "1")
    return Example(scenario, case, answerable, QUESTION, (), (), (), (), ())


# Near misses overlap with the answerable ones between 0.4 and 0.6; the far ones stay below 0.2.
SAID = {
    ("clapnq/pool", True): np.linspace(0.4, 0.9, 200),
    ("clapnq/pool", False): np.linspace(0.1, 0.6, 200),
    ("clapnq/away", False): np.linspace(0.0, 0.2, 200),
    ("squad2/pool", True): np.linspace(0.4, 0.9, 200),
    ("squad2/pool", False): np.linspace(0.1, 0.6, 200),
    ("squad2/away", False): np.linspace(0.0, 0.2, 200),
    ("news/pool", True): np.linspace(0.4, 0.9, 200),
    ("news/away", False): np.linspace(0.0, 0.2, 200),
}
EXAMPLES = [example(name, answerable=there) for (name, there), said in SAID.items() for _ in said]
PROBABILITIES = np.concatenate([*SAID.values()])


def thresholds(ours: list[float], right: list[bool]) -> dict[str, float]:
    return thresholds_of(EXAMPLES, PROBABILITIES, (np.array(ours), np.array(right)))


def test_where_our_own_questions_leave_room_the_public_ones_choose() -> None:
    # Ours are told apart by anything between 0.1 and 0.9. The others are best at 0.40, and worse
    # sooner above it than below: just below it nothing near is much worse.
    found = thresholds([0.05, 0.09, 0.91, 0.95], [False, False, True, True])
    assert 0.37 <= found["normal"] <= 0.40


def test_our_own_questions_count_as_much_as_all_the_others() -> None:
    # The others alone would say 0.40.
    found = thresholds([0.15, 0.52, 0.7, 0.9], [False, False, True, True])
    assert 0.53 <= found["normal"] <= 0.62


def test_not_one_of_our_own_questions_is_given_up_for_a_little_more_of_the_others() -> None:
    # At 0.40 the others are best, by less than the one of ours that would be lost is worth.
    found = thresholds([*[0.1] * 30, 0.385, *[0.9] * 29], [*[False] * 30, *[True] * 30])
    assert found["normal"] <= 0.385


def test_a_threshold_keeps_away_from_a_cliff_where_nothing_is_lost_by_it() -> None:
    # From 0.45 to 0.60 all of ours are told apart, and the others are all alike: 0.45 is as good
    # as 0.52, until the next fit moves every probability a little.
    kinds = [("pool", True), ("pool", False), ("away", False)]
    public = [
        example(f"{name}/{where}", answerable=there)
        for name in ("clapnq", "squad2", "news")
        for where, there in kinds
    ]
    said = np.array([0.95, 0.05, 0.05] * 3)
    ours = np.array([*[0.1] * 6, 0.445, *[0.605] * 3, *[0.9] * 6])
    right = np.array([*[False] * 7, *[True] * 9])
    normal = thresholds_of(public, said, (ours, right))["normal"]
    assert normal - 0.445 > 0.04
    assert 0.605 - normal > 0.04


def test_low_answers_nearly_all_and_high_refuses_most_near_misses() -> None:
    found = thresholds([0.15, 0.19, 0.81, 0.9], [False, False, True, True])
    assert found["low"] <= found["normal"] <= found["high"]
    answerable = np.concatenate([said for (_, there), said in SAID.items() if there])
    near = np.concatenate([SAID["clapnq/pool", False], SAID["squad2/pool", False]])
    assert (answerable >= found["low"]).mean() >= 0.98
    assert (near < found["high"]).mean() == pytest.approx(0.9, abs=0.01)

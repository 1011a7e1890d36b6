from __future__ import annotations

import numpy as np

from eval.ranking_fit import Choice
from eval.retrieval_figures import found_within


def choice(*right: bool) -> Choice:
    return Choice(np.zeros((len(right), 1)), np.array(right), "a group")


def test_a_question_counts_by_how_many_rankings_find_it_in_time() -> None:
    choices = [choice(False, True, False), choice(True, False, False)]
    first = [np.array([0.1, 0.9, 0.2]), np.array([0.1, 0.9, 0.5])]
    second = [np.array([0.9, 0.5, 0.1]), np.array([0.1, 0.9, 0.5])]
    assert found_within(choices, [first, second], 1) == [0.5, 0.0]
    assert found_within(choices, [first, second], 2) == [1.0, 0.0]
    assert found_within(choices, [second, second], 3) == [1.0, 1.0]

"""When a text holds a question's answer."""

from __future__ import annotations

import pytest

from eval.public_sets import holds_answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("The “gold card” visa opens on Monday.", "A gold card visa"),
        ("A winter storm crossed Ohio.", "The winter storm"),
        ("It was the mayor’s brother.", "mayor's brother"),
        ("They met in RHODE\nISLAND.", "Rhode Island"),
        ("Vitamin A is meant.", "A"),
    ],
)
def test_an_answer_is_found_whatever_its_case_quotation_marks_and_article(
    text: str, answer: str
) -> None:
    assert holds_answer(text, ("something else", answer))


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Twelve storms were counted.", "storm"),
        ("The gold visa card opens on Monday.", "A gold card visa"),
        ("Nothing is said of it.", "A"),
        ("The thematic one.", "the theme"),
    ],
)
def test_other_words_are_not_an_answer(text: str, answer: str) -> None:
    assert not holds_answer(text, (answer,))

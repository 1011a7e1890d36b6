"""The strict judge is harder to please than the support check."""

from __future__ import annotations

import pytest

from eval.judge import strict_judge, support_judge

SENTENCE = "Their meeting lasted for 30 minutes at the U.S. State Department."
CONTEXT = ("Foreign Ministers Agree", "Japan News", "2025-01-22")


@pytest.mark.parametrize(
    "claim",
    [
        SENTENCE,
        "Their meeting lasted for 30 minutes",
        "The meeting at the State Department lasted thirty minutes.",
        "Their meeting lasted half an hour at the U.S. State Department.",
    ],
)
def test_a_claim_that_says_what_the_sentence_says_is_held(claim: str) -> None:
    assert strict_judge(claim, [SENTENCE], CONTEXT) == ""


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ("Their meeting lasted for 45 minutes at the State Department.", "number 45"),
        ("Their meeting with Wang lasted for 30 minutes.", "name Wang"),
        ("Their meeting never lasted for 30 minutes at the State Department.", "negates"),
        ("Trade, cheese and weather were debated at the State Department.", "content words"),
        ("Trade, cheese and weather took 30 minutes.", "number 30 stands in a sentence about"),
        ("Minutes, minutes, minutes, minutes, minutes, minutes.", "repeats itself"),
    ],
)
def test_a_claim_that_says_more_or_else_is_not(claim: str, reason: str) -> None:
    assert reason in strict_judge(claim, [SENTENCE], CONTEXT)


def test_a_claim_that_cites_nothing_is_not_held() -> None:
    assert strict_judge("They met.", []) == "nothing is cited"


def test_names_and_dates_may_stand_in_the_context() -> None:
    claim = "Their meeting lasted for 30 minutes at the State Department, Japan News wrote in 2025."
    assert strict_judge(claim, [SENTENCE], ("Japan News", "2025")) == ""
    assert "2025" in strict_judge(claim, [SENTENCE], ("Japan News",))


def test_one_of_several_sentences_may_negate() -> None:
    other = "There was no discussion on tariffs."
    assert strict_judge("The meeting lasted 30 minutes.", [other, SENTENCE]) == ""


def test_a_number_of_another_sentence_does_not_hold_a_claim() -> None:
    visit = "Before heading to Washington, Iwaya plans to visit South Korea on Monday."
    other = "Iwaya is set to attend the inauguration on January 20."
    claim = "Iwaya plans to visit South Korea on January 20."
    assert "number 20" in strict_judge(claim, [visit, other])
    assert strict_judge("Iwaya plans to visit South Korea on Monday.", [visit, other]) == ""


def test_the_support_judge_is_the_products_own_check() -> None:
    assert support_judge(SENTENCE, [SENTENCE])
    assert not support_judge("Their meeting lasted for 45 minutes.", [SENTENCE])

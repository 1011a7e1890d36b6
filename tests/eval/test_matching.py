"""Wordings are compared after normalisation."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.matching import first_said, normalise, says, says_all, token_f1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The U.S.", "us"),
        ("United States Steel", "U.S. Steel"),
        ("Jan. 20", "January 20"),
        ("mid-February", "mid February"),
        ("Trump’s team", "Trump's team"),
        ("India—the countries", "india countries"),
        ("“free and open”", "free and open"),
    ],
)
def test_spellings_of_the_same_are_equal(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("It lasted for 30 minutes.", "30 minutes", True),
        ("It lasted for 300 minutes.", "30", False),
        ("It lasted for 30 minutes.", "30 minute", True),
        ("fourteen years", "four", False),
        ("There were no tariffs.", "tariff", True),
        ("a rarely seen guest", "rare", False),
        ("met on January 21", "Jan. 21", True),
        ("anything", "", False),
        ("anything", "the", False),
    ],
)
def test_words_are_said_as_whole_words(text: str, words: str, expected: bool) -> None:
    assert says(text, words) is expected


def test_every_part_of_a_wording_must_be_said_in_any_order() -> None:
    assert says_all("India and Japan", ("Japan", "India"))
    assert not says_all("India alone", ("Japan", "India"))


def test_the_first_wording_said_is_returned() -> None:
    assert first_said("Biden blocked it", (("Trump",), ("Biden",))) == ("Biden",)
    assert first_said("nobody", (("Trump",), ("Biden",))) is None


def test_token_f1_is_the_harmonic_mean_of_precision_and_recall() -> None:
    # two of three tokens right, two of two wanted: precision 2/3, recall 1
    assert token_f1("about thirty minutes", "thirty minutes") == pytest.approx(0.8)
    assert token_f1("nothing shared", "thirty minutes") == 0
    assert token_f1("", "thirty minutes") == 0


@given(st.text(), st.text())
def test_token_f1_is_symmetric_and_between_0_and_1(one: str, other: str) -> None:
    assert 0 <= token_f1(one, other) <= 1
    assert token_f1(one, other) == token_f1(other, one)


@given(st.text())
def test_normalising_twice_changes_nothing_more_than_once(text: str) -> None:
    once = normalise(text)
    assert " ".join(once.split()) == once
    assert token_f1(text, text) == 1

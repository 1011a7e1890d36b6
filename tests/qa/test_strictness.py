"""A weak model's words are shown only when they are its source's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.strictness import objections

LASTED = "Their meeting lasted for 30 minutes at the U.S. State Department."
TARIFFS = "There was no discussion on the tariff hikes that President Trump has mentioned."
OCTOBER = "The Japanese prime minister, who took office in October, considered meeting Trump."
RARE = (
    "It is rare for Japan to send its foreign minister to a U.S. presidential inauguration as the "
    "nation is usually represented by its ambassador in Washington."
)


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("The meeting lasted for 30 minutes.", LASTED),
        ("Yes, it is rare for Japan to send its foreign minister to an inauguration.", RARE),
        ("There was no discussion on tariff hikes.", TARIFFS),
        ("Japan's prime minister took office in Oct. and considered meeting Trump.", OCTOBER),
        ("Iwaya said that the talks were candid.", "“The talks were candid,” Iwaya remarked."),
    ],
)
def test_the_sources_words_shortened_or_joined_pass(claim: str, source: str) -> None:
    assert objections(claim, [source]) == ()


@pytest.mark.parametrize(
    ("claim", "source", "why"),
    [
        ("The prime minister, who took office in October, will succeed him.", OCTOBER, "succeed"),
        ("The talks on tariff hikes failed.", TARIFFS, "talks"),
        ("Yes, there was a discussion on tariff hikes.", TARIFFS, "deny"),
        ("The meeting did not last for 30 minutes.", LASTED, "deny"),
        ("2025-01-13", OCTOBER, "no whole sentence"),
        ("30 minutes.", LASTED, "no whole sentence"),
        ("Ministers Agree on Bolstering Alliance", LASTED, "no whole sentence"),
    ],
)
def test_what_the_model_adds_turns_or_breaks_off_is_told(claim: str, source: str, why: str) -> None:
    [objection] = objections(claim, [source])
    assert why in objection


def test_two_sentences_lend_one_another_names_and_nothing_else() -> None:
    before = "Foreign Minister Iwaya and Secretary Rubio met in Washington."
    assert objections("The Iwaya-Rubio meeting lasted for 30 minutes.", [before, LASTED]) == ()
    after = "Trump will succeed President Joe Biden."
    claim = "The Japanese prime minister, who took office in October, will succeed Trump."
    assert objections(claim, [OCTOBER, after])


def test_a_name_may_stand_in_the_title_but_no_other_word() -> None:
    title = "Iwaya and Rubio discuss tariffs"
    assert objections("The meeting with Rubio lasted for 30 minutes.", [LASTED], [title]) == ()
    [objection] = objections("The meeting on tariffs lasted for 30 minutes.", [LASTED], [title])
    assert "tariffs" in objection


@given(st.sampled_from([LASTED, TARIFFS, OCTOBER, RARE]))
def test_a_sentence_never_objects_to_itself(sentence: str) -> None:
    assert objections(sentence, [sentence]) == ()


TARIFFS = "There was no discussion on the tariff hikes that President Trump has mentioned."


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ("The President has not discussed the tariffs he has mentioned.", "another order"),
        ("There was no discussion on the tariff hikes.", ""),
        ("There was no discussion on tariff hikes Trump has mentioned.", ""),
        ("There was no discussion on the tariff hikes of.", "no whole sentence"),
    ],
)
def test_words_keep_the_order_of_their_source(claim: str, reason: str) -> None:
    found = objections(claim, [TARIFFS])
    assert bool(found) is bool(reason)
    assert reason in "".join(found)

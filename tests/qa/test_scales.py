"""Two sources that stand at different levels of one scale differ; others do not."""

from __future__ import annotations

import pytest

from qa.breadth import CHOICE, ONE, SEVERAL, Breadth, breadth_of
from qa.scales import asked_about, levels, near_words


@pytest.mark.parametrize(
    ("question", "scales"),
    [
        ("How rare are visits to the lighthouse?", {"often"}),
        ("What is the mayor's position on the bridge?", {"stance"}),
        ("Was the bridge discussed?", {"often", "stance", "talk", "settled"}),
        ("What did the council decide about the bridge?", set()),
    ],
)
def test_a_question_asks_for_its_own_scales(question: str, scales: set[str]) -> None:
    assert asked_about(question).scales == scales


@pytest.mark.parametrize(
    ("sentence", "level"),
    [
        ("It is rare for a minister to visit the lighthouse.", "rare"),
        ("Her visit to the lighthouse was a historic first.", "first"),
        ("Ministers usually visit the lighthouse in June.", "usual"),
        ("Ministers have never visited the lighthouse.", "never"),
    ],
)
def test_a_sentence_stands_at_a_level(sentence: str, level: str) -> None:
    asked = asked_about("How usual is a visit of a minister to the lighthouse?")
    [found] = levels(sentence, asked)
    assert (found.scale, found.name) == ("often", level)
    assert found.words in sentence


def test_a_wording_about_something_else_does_not_count() -> None:
    asked = asked_about("How usual is a visit of a minister to the lighthouse?")
    assert levels("Heavy rain is rare on this coast in spring.", asked) == ()


def test_the_words_near_a_level_are_those_around_it() -> None:
    asked = asked_about("Is a visit to the lighthouse usual?")
    sentence = "A visit to the lighthouse is rare" + " and so on" * 20 + " until the harbour."
    [level] = levels(sentence, asked)
    near = near_words(sentence, level)
    assert "lighthous" in near
    assert "harbour" not in near


@pytest.mark.parametrize(
    ("question", "breadth"),
    [
        ("When did the bridge open?", ONE),
        ("Who opened the bridge?", ONE),
        ("Which countries did the minister visit?", SEVERAL),
        ("What did the two mayors discuss?", SEVERAL),
        ("When was the bridge opened, and who came?", SEVERAL),
        ("Did the bridge open in June or in July?", CHOICE),
    ],
)
def test_a_question_says_how_much_it_asks_for(question: str, breadth: Breadth) -> None:
    assert breadth_of(question) == breadth

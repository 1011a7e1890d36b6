"""Follow-ups are said again so that they stand alone."""

from __future__ import annotations

import pytest

from qa.answer import Answer, Claim, Support
from qa.carrying_over import leans_on_conversation, names_in
from qa.conversing import stand_alone
from qa.scripted_model import ScriptedModel

HOLDS = Support("supported", 1.0)


def earlier(question: str, *claims: str) -> Answer:
    told = tuple(Claim(text, "quote", (1,), HOLDS) for text in claims)
    return Answer(question=question, searched=question, status="answered", claims=told)


@pytest.mark.parametrize(
    ("before", "told", "question", "searched"),
    [
        ("Who will Ishiba meet?", "Donald Trump.", "And when?", "When will Ishiba meet?"),
        (
            "What did Iwaya and Rubio say about North Korea?",
            "They exchanged views.",
            "What about tariffs?",
            "What did Iwaya and Rubio say about tariffs?",
        ),
        (
            "Who blocked Nippon Steel's purchase?",
            "The deal was blocked by Biden.",
            "When did he block the purchase?",
            "When did Biden block the purchase?",
        ),
        (
            "What did Iwaya and Rubio agree on?",
            "To deepen ties.",
            "Where did they meet?",
            "Where did Iwaya and Rubio meet?",
        ),
        (
            "Will Iwaya visit South Korea?",
            "On Monday.",
            "And the Philippines?",
            "Will Iwaya visit the Philippines?",
        ),
        (
            "Will Iwaya visit South Korea?",
            "Yes.",
            "On which day?",
            "On which day will Iwaya visit South Korea?",
        ),
        (
            "Where did they meet in Washington?",
            "At the office.",
            "When exactly?",
            "When did they meet in Washington?",
        ),
        (
            "Why will Iwaya go to Palau?",
            "It is an ally.",
            "And about South Korea?",
            "Why will Iwaya go to South Korea?",
        ),
        (
            "Did Iwaya meet Marco Rubio?",
            "He did.",
            "Whom did he also see?",
            "Whom did Iwaya also see?",
        ),
        ("Did Iwaya speak with Mike Waltz?", "He did.", "Who is he?", "Who is Mike Waltz?"),
        (
            "Which national security adviser did Iwaya see?",
            "Mike Waltz.",
            "Since when is he in office?",
            "Since when is Mike Waltz in office?",
        ),
        ("What is the Quad?", "A grouping.", "Who belongs to it?", "Who belongs to the Quad?"),
        (
            "Who is the prime minister of Japan?",
            "Shigeru Ishiba.",
            "When did he take office?",
            "When did Shigeru Ishiba take office (the prime minister of Japan)?",
        ),
        (
            "Was Iwaya invited to the ceremony?",
            "He was.",
            "Which newspaper says so?",
            "Which newspaper says so (Iwaya invited to the ceremony)?",
        ),
        (
            "Did Iwaya take part in a meeting?",
            "He did.",
            "Who else took part?",
            "Who else took part (Iwaya take part in a meeting)?",
        ),
    ],
)
def test_the_subject_is_carried_over(before: str, told: str, question: str, searched: str) -> None:
    assert stand_alone(question, [earlier(before, told)], None) == searched


@pytest.mark.parametrize(
    "question",
    [
        "How long did the Iwaya-Rubio meeting last?",
        "Why did Japan say that it was rare?",
        "Which countries make up the Quad?",
    ],
)
def test_a_question_that_stands_alone_is_left_as_it_is(question: str) -> None:
    assert not leans_on_conversation(question)
    assert stand_alone(question, [earlier("Who is Rubio?", "A senator.")], None) == question


def test_without_a_conversation_nothing_is_rewritten() -> None:
    assert stand_alone("And when?", [], None) == "And when?"


def test_what_it_stands_for_goes_along() -> None:
    searched = stand_alone(
        "Was it rare?", [earlier("Will Iwaya attend the inauguration?", "Yes.")], None
    )
    assert "Iwaya" in searched
    assert "inauguration" in searched


def test_a_capable_model_rewrites() -> None:
    model = ScriptedModel(["When will Ishiba meet Trump?"], capable=True)
    history = [earlier("Who will Ishiba meet?", "Donald Trump.")]
    assert stand_alone("And when?", history, model) == "When will Ishiba meet Trump?"
    [prompt] = model.prompts
    assert "Donald Trump." in prompt[1].content


def test_a_model_that_rambles_is_not_believed() -> None:
    model = ScriptedModel(["What? " * 200], capable=True)
    history = [earlier("Who will Ishiba meet?", "Donald Trump.")]
    assert stand_alone("And when?", history, model) == "When will Ishiba meet?"


def test_names_are_runs_of_capitalised_words() -> None:
    text = "When did Prime Minister Shigeru Ishiba meet the U.S. President?"
    assert names_in(text) == ["Prime Minister Shigeru Ishiba", "U.S. President"]

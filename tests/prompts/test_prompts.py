"""Prompts are files with strict variables."""

from __future__ import annotations

from importlib import resources

import pytest

import prompts
from prompts import Prompt, PromptVariablesError

NAMES = sorted(
    path.name.removesuffix(".txt")
    for path in resources.files("prompts").iterdir()
    if path.name.endswith(".txt")
)


def test_a_missing_variable_raises() -> None:
    with pytest.raises(PromptVariablesError, match=r"missing \['question'\]"):
        prompts.load("answer_user").fill(evidence="[1] Words.")


def test_a_variable_that_the_file_does_not_use_raises() -> None:
    with pytest.raises(PromptVariablesError, match=r"not used \['mood'\]"):
        prompts.load("answer_system").fill(mood="calm")


def test_a_dollar_sign_inside_a_value_is_text() -> None:
    assert Prompt("p", "Say: $words").fill(words="$300 million, $words") == (
        "Say: $300 million, $words"
    )


@pytest.mark.parametrize("name", NAMES)
def test_every_prompt_file_loads_and_fills(name: str) -> None:
    prompt = prompts.load(name)
    filled = prompt.fill(**{variable: f"<{variable}>" for variable in prompt.variables})
    assert filled
    assert all(f"<{variable}>" in filled for variable in prompt.variables)

"""The README's commands do what the README says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.readme import README, Example, examples, run

EXAMPLES = list(examples(README.read_text(encoding="utf-8")))
QUOTE = re.compile(r"“([^“”]{20,})”")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("readme") / "library"


def test_the_readme_shows_commands() -> None:
    assert {example.command.split()[1] for example in EXAMPLES} >= {
        "index",
        "ask",
        "search",
        "summarise",
        "check",
        "eval",
    }


@pytest.mark.models
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.command)
def test_a_command_of_the_readme_runs_as_shown(example: Example, library: Path) -> None:
    code, output = run(example.command, library)
    assert code == example.code, "\n".join(output)
    # What the starter model writes may differ by a word on another processor; the words of
    # the articles do not: each quotation shown in the README is in the real output.
    printed = " ".join(" ".join(output).split())
    for quote in QUOTE.findall(" ".join(" ".join(example.output).split())):
        assert quote in printed

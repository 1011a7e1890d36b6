"""The wording that a model reads, as files beside this one, with strict variables.

A prompt is a text file with `$name` variables. Filling one in with a variable missing,
or with one that the file does not use, raises: a prompt that silently lost its evidence
would still produce a fluent answer. This package imports nothing else of ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from string import Template


class PromptVariablesError(ValueError):
    """A prompt was filled in with other variables than its file names."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """One wording. `text` is the file's content without its last newline."""

    name: str
    text: str

    @property
    def variables(self) -> frozenset[str]:
        """The names that `fill` needs, no more and no fewer."""
        return frozenset(Template(self.text).get_identifiers())

    def fill(self, **values: str) -> str:
        """Return the wording with every variable replaced.

        Values are inserted as they are: a `$` inside one is text, not a variable.

        Raises:
            PromptVariablesError: a variable is missing, or one is given that is not used.
        """
        missing = sorted(self.variables - values.keys())
        unused = sorted(values.keys() - self.variables)
        if missing or unused:
            raise PromptVariablesError(
                f"prompt {self.name!r} uses {sorted(self.variables)}; "
                f"missing {missing}, not used {unused}"
            )
        return Template(self.text).substitute(values)


@cache
def load(name: str) -> Prompt:
    """Return the prompt in the file `name`.txt.

    Raises:
        FileNotFoundError: there is no such prompt.
    """
    text = resources.files("prompts").joinpath(f"{name}.txt").read_text(encoding="utf-8")
    return Prompt(name, text.rstrip("\n"))

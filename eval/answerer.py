"""What is evaluated: anything that answers, searches and summarises.

`Answerer` is the boundary of the suite: the real tool satisfies it through
`eval.tool.FootnoteAnswerer`, and so may a wrapper that spoils something on purpose.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from eval.places import Document, Place
from index.errors import UsageError
from qa.answer import Answer, Summary
from qa.answering import Mode


class Answerer(Protocol):
    """What a run needs of the tool."""

    def models(self) -> dict[str, str]:
        """Return the names of the models, by role."""
        ...

    def warm_up(self) -> None:
        """Load what would otherwise be loaded by the first question."""
        ...

    def ask(self, question: str, history: Sequence[Answer]) -> Answer:
        """Return the answer; `history` are the conversation's earlier answers, oldest first."""
        ...

    def passages(self, query: str, k: int) -> Sequence[Place]:
        """Return the places of the k best passages, best first, articles by their id."""
        ...

    def sentences(self, query: str, k: int) -> Sequence[Place]:
        """Return the places of the k best evidence sentences, best first, articles by id."""
        ...

    def summarise(self, documents: Sequence[Document]) -> Summary:
        """Return the summary of those documents together."""
        ...


@dataclass(frozen=True, slots=True)
class Setting:
    """What one run is made with; `model` None is the model in use."""

    model: str | None = None
    mode: Mode = Mode.CHECKED

    @property
    def name(self) -> str:
        """A name for people and for folders."""
        if self.mode is Mode.QUOTES:
            return self.mode.value
        model = Path(self.model).name.removesuffix(".gguf") if self.model else ""
        plain = "".join(c if c.isalnum() or c in "-._" else "-" for c in model)
        return f"{plain}-{self.mode.value}" if plain else self.mode.value


def settings(models: Sequence[str], modes: Sequence[Mode]) -> tuple[Setting, ...]:
    """Return every pair of model and mode; quotations only need no model, hence once.

    Raises:
        UsageError: two models would have the same name in the report.

    """
    chosen: dict[str, Setting] = {}
    for mode in modes:
        for model in models or (None,):
            setting = Setting(None if mode is Mode.QUOTES else model, mode)
            if chosen.setdefault(setting.name, setting) != setting:
                raise UsageError(
                    f"{chosen[setting.name].model} and {model} would both be called "
                    f"{setting.name!r} in the report; rename one file"
                )
    return tuple(chosen.values())

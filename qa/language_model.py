"""What a chat model is to the rest of qa: messages in, pieces of text out.

The protocol knows nothing of evidence or citations, so that a local model, a remote one
and the shipped fake (`scripted_model.py`) are interchangeable.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation with a model."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(slots=True)
class Usage:
    """Tokens read and written by one call; filled in while the call runs."""

    prompt_tokens: int = 0
    completion_tokens: int = 0


class LanguageModel(Protocol):
    """A chat model.

    `name` is shown in answers; `capable` says whether it is good enough to be asked for
    judgements (rewriting a follow-up, confirming a claim), which a model of 135 million
    parameters is not; `context_tokens` is how much it can read and write in one call.
    """

    @property
    def name(self) -> str: ...

    @property
    def capable(self) -> bool: ...

    @property
    def context_tokens(self) -> int: ...

    @property
    def busy_while_writing(self) -> bool:
        """Whether nothing else can be asked of it until a reply is read to its end or closed."""
        ...

    def count_tokens(self, text: str) -> int:
        """Return how many tokens the text takes in this model's vocabulary."""
        ...

    def write(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        temperature: float = 0.0,
        stop: Sequence[str] = (),
        usage: Usage | None = None,
    ) -> Generator[str, None, None]:
        """Yield the model's reply in pieces as they are written.

        Closing the iterator stops the model. At temperature 0 the same messages give the
        same reply. `usage`, when given, is filled in.

        Raises:
            ModelFailed: the model broke, or the prompt does not fit its context.
        """
        ...

    def probability_of_yes(self, messages: Sequence[Message]) -> float | None:
        """Return P(yes) / (P(yes) + P(no)) of the reply's first word, over all spellings.

        None when the model would say something else, or does not tell probabilities.
        Nothing is sampled, and a local model reads the prompt once.

        Raises:
            ModelFailed: the model broke, is writing, or the prompt does not fit its context.
        """
        ...

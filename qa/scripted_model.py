"""A chat model that says what it is told to: for tests, ours and those of our users.

It satisfies the same protocol as the real ones, records every prompt, and fails loudly
when it is asked more often than it has replies.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field

from index.errors import ModelFailed
from qa.language_model import Message, Usage

Reply = str | Callable[[Sequence[Message]], str]


@dataclass
class ScriptedModel:
    """Replies from a queue, word by word.

    `replies` are used in order, each a text or a function of the messages; when `repeat`
    is set the last one is used again for ever. `prompts` holds the messages of every
    call, oldest first; `closed_early` counts the calls that the caller broke off.

    `yes` is its probability of yes, or a function of the messages; `questions` holds those
    messages, oldest first.
    """

    replies: list[Reply]
    name: str = "scripted"
    capable: bool = False
    context_tokens: int = 4096
    repeat: bool = False
    prompts: list[tuple[Message, ...]] = field(default_factory=list)
    closed_early: int = 0
    busy_while_writing: bool = False
    yes: Callable[[Sequence[Message]], float | None] | float | None = None
    questions: list[tuple[Message, ...]] = field(default_factory=list)

    def count_tokens(self, text: str) -> int:
        """Return the number of words."""
        return len(text.split())

    def write(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        temperature: float = 0.0,
        stop: Sequence[str] = (),
        usage: Usage | None = None,
    ) -> Generator[str, None, None]:
        """Yield the next reply word by word; `temperature` is ignored.

        Raises:
            ModelFailed: no reply is left.
        """
        del temperature
        self.prompts.append(tuple(messages))
        if not self.replies:
            raise ModelFailed(f"the scripted model has no reply left for call {len(self.prompts)}")
        reply = self.replies[0] if self.repeat and len(self.replies) == 1 else self.replies.pop(0)
        text = reply if isinstance(reply, str) else reply(messages)
        for mark in stop:
            text = text.split(mark, 1)[0]
        counts = usage or Usage()
        counts.prompt_tokens += sum(self.count_tokens(message.content) for message in messages)
        return self._pieces(text, max_tokens, counts)

    def probability_of_yes(self, messages: Sequence[Message]) -> float | None:
        """Return what `yes` says, None where nothing was set."""
        self.questions.append(tuple(messages))
        return self.yes(messages) if callable(self.yes) else self.yes

    def _pieces(self, text: str, max_tokens: int, usage: Usage) -> Generator[str, None, None]:
        try:
            for piece in re.findall(r"\s*\S+|\s+$", text)[:max_tokens]:
                usage.completion_tokens += 1
                yield piece
        except GeneratorExit:
            self.closed_early += 1
            raise

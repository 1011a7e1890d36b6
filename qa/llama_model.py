"""The local chat model: llama.cpp, through `index.llama_runtime`."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from qa.language_model import Message, Usage
from qa.yes_no import share_of_yes, spelled

if TYPE_CHECKING:
    from index.llama_chat import LlamaChat

# Room for about sixteen evidence sentences, the instructions and the reply. More would
# only cost memory: evidence sentences go to the model, never whole articles.
CONTEXT_TOKENS = 4096
# Below about a thousand million weights (some 600 MB as four bits each) a model can put a
# sentence into other words but cannot be trusted with a judgement.
CAPABLE_BYTES = 600_000_000


class LlamaModel:
    """A `.gguf` chat model run on this machine.

    Raises:
        ModelFailed: the file cannot be loaded.
    """

    def __init__(self, path: Path, *, name: str | None = None) -> None:
        from index.llama_chat import LlamaChat

        self._name = name or path.stem
        self._capable = path.stat().st_size >= CAPABLE_BYTES
        self._chat: LlamaChat = LlamaChat(path, context_tokens=CONTEXT_TOKENS)

    @property
    def name(self) -> str:
        return self._name

    @property
    def capable(self) -> bool:
        return self._capable

    @property
    def context_tokens(self) -> int:
        return self._chat.context_tokens

    @property
    def busy_while_writing(self) -> bool:
        # One key-value cache: another prompt in the middle of a reply would cost its reading again.
        return True

    def count_tokens(self, text: str) -> int:
        return self._chat.count_tokens(text)

    def write(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        temperature: float = 0.0,
        stop: Sequence[str] = (),
        usage: Usage | None = None,
    ) -> Generator[str, None, None]:
        counts = usage or Usage()
        tokens = self._rendered(messages)
        counts.prompt_tokens += len(tokens)

        def count() -> None:
            counts.completion_tokens += 1

        pieces = self._chat.stream(
            tokens, max_tokens=max_tokens, temperature=temperature, stop=stop, on_token=count
        )
        with closing(pieces):
            yield from pieces

    def probability_of_yes(self, messages: Sequence[Message]) -> float | None:
        chances = self._chat.next_token_probabilities(self._rendered(messages))
        yes, no = (float(chances[tokens].sum()) for tokens in self._answers)
        return share_of_yes(yes, no)

    @cached_property
    def _answers(self) -> tuple[list[int], list[int]]:
        """The tokens that say yes and those that say no."""
        found: dict[str, list[int]] = {"yes": [], "no": []}
        for token in range(self._chat.vocabulary_size):
            word = spelled(self._chat.bytes_of(token).decode("utf-8", "replace"))
            if word is not None:
                found[word].append(token)
        return found["yes"], found["no"]

    def _rendered(self, messages: Sequence[Message]) -> list[int]:
        return self._chat.render([{"role": m.role, "content": m.content} for m in messages])

    def close(self) -> None:
        """Free the model's memory."""
        self._chat.close()

"""A chat model in llama.cpp: a conversation to tokens, tokens to a reply in pieces.

It reads a prompt in blocks of one size and keeps what two prompts begin with, so that only
what is new is read. Nothing here knows of articles or evidence.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelFailed
from index.llama_runtime import LlamaText, chat_formatter, load_llama, one_line
from index.reply_text import ReplyText

LogitsProcessor = Callable[[NDArray[np.intc], NDArray[np.single]], NDArray[np.single]]
"""Given the tokens so far and the next token's logits, returns the logits to use."""

BLOCK = 64
"""Prompt tokens read at once, and the unit in which an earlier prompt's beginning is kept.

The same token's state differs a little when it was computed in a batch of another size
(another kernel adds in another order; differences of 0.9 in a logit were seen). So a
prompt is always cut at the same places, whether its beginning is still there or not:
otherwise the second time a question is asked its answer may differ from the first.
"""


class LlamaChat(LlamaText):
    """A chat model. One `stream` at a time; another thread's waits for it."""

    def __init__(self, path: Path, *, context_tokens: int = 4096) -> None:
        """Load the model.

        Raises:
            UnknownModel: there is no such file.
            ModelFailed: it cannot be loaded, or has no chat template.
        """
        super().__init__(path, load_llama(path, n_ctx=context_tokens, embedding=False))
        self.context_tokens = min(int(self._llama.n_ctx()), self.trained_context)
        self._formatter = self._template()
        self._kept: list[int] = []
        model = self._llama.model
        self._keeps_prefix = not (
            self._c.llama_model_is_recurrent(model) or self._c.llama_model_is_hybrid(model)
        )

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        return self._path.stem

    def count_tokens(self, text: str) -> int:
        """Return how many tokens the text takes."""
        return len(self.tokens_of(text))

    def render(self, messages: Sequence[Mapping[str, str]]) -> list[int]:
        """Return the tokens of a conversation ("role", "content"), by the model's template.

        The words of a message never become control tokens, whatever they are: an article
        that holds "<|im_end|>" cannot end its message. A model that can think aloud is
        told not to.

        Raises:
            ModelFailed: the template refuses the conversation.
        """
        marks = [f"\u2402{number}\u2403" for number in range(len(messages))]
        marked = [
            {**message, "content": mark} for message, mark in zip(messages, marks, strict=True)
        ]
        try:
            prompt: str = self._formatter(messages=marked, enable_thinking=False).prompt
        except Exception as error:  # whatever a template raises
            raise ModelFailed(
                f"the chat template of {self._path.name} failed: {one_line(error)}"
            ) from error
        tokens: list[int] = []
        for mark, message in zip(marks, messages, strict=True):
            before, found, prompt = prompt.partition(mark)
            tokens += self.tokens_of(before, special=True)
            # A template may leave a message out (an empty system message): then it is out.
            tokens += self.tokens_of(message["content"]) if found else []
            prompt = prompt if found else before
        return tokens + self.tokens_of(prompt, special=True)

    def stream(
        self,
        tokens: Sequence[int],
        *,
        max_tokens: int,
        temperature: float = 0.0,
        stop: Sequence[str] = (),
        logits_processor: LogitsProcessor | None = None,
        on_token: Callable[[], None] | None = None,
        seed: int = 0,
    ) -> Generator[str, None, None]:
        """Yield the model's reply in pieces; closing the generator stops the model.

        A piece is whole characters, and may be empty: while the prompt is read, and while
        a character or a possible stop text is incomplete. So the caller can stop at any
        of them. The reply ends at the model's own end, before the first `stop` text, at
        `max_tokens` or where the context is full. `on_token` is called once a token. The
        same tokens and seed give the same reply, at any temperature. Close the generator
        when it is not read to its end: until then the model is not free for another.

        Raises:
            ModelFailed: the prompt does not fit the context, the model has been closed, or
                llama.cpp failed.
        """
        if len(tokens) >= self.context_tokens:
            raise ModelFailed(
                f"the prompt has {len(tokens)} tokens and {self._path.name} is open with room "
                f"for {self.context_tokens}: ask with less evidence"
            )
        room = min(max_tokens, self.context_tokens - len(tokens))
        written = ReplyText(stop)
        with self._in_use():
            try:
                for token in self._tokens(list(tokens), room, temperature, logits_processor, seed):
                    if token is None:
                        yield ""
                        continue
                    if on_token is not None:
                        on_token()
                    yield written.add(self.bytes_of(token))
                    if written.stopped:
                        return
            except (RuntimeError, ValueError, OSError, AssertionError) as error:
                self._kept = []
                raise ModelFailed(f"{self._path.name} failed: {one_line(error)}") from error
        if rest := written.rest():
            yield rest

    def next_token_probabilities(self, tokens: Sequence[int]) -> NDArray[np.float64]:
        """Return each token's probability of being the reply's first, by its number.

        The prompt is read as `stream` reads it: in the same blocks, keeping its beginning.

        Raises:
            ModelFailed: as `stream`, and in the middle of a reply of the same thread, whose
                place in the cache would be lost.
        """
        if self._owner == threading.get_ident():
            raise ModelFailed(f"{self._path.name} is writing, and can be asked nothing until then")
        found = np.zeros(0)

        def note(_: NDArray[np.intc], logits: NDArray[np.single]) -> NDArray[np.single]:
            nonlocal found
            found = logits.astype(np.float64)
            return logits

        for _ in self.stream(tokens, max_tokens=1, logits_processor=note):
            pass
        powers = np.exp(found - found.max())
        chances: NDArray[np.float64] = powers / powers.sum()
        return chances

    def _tokens(
        self,
        prompt: list[int],
        room: int,
        temperature: float,
        processor: LogitsProcessor | None,
        seed: int,
    ) -> Generator[int | None, None, None]:
        """Yield None for each block of the prompt that was read, then the reply's tokens."""
        llama = self._llama
        last = (len(prompt) - 1) // BLOCK * BLOCK  # the block that the sampler reads
        start = self._reusable(prompt) if self._keeps_prefix else 0
        if start == 0:
            llama.reset()
        llama.n_tokens = start
        self._kept = prompt[:start]
        for begin in range(start, last, BLOCK):
            block = prompt[begin : begin + BLOCK]
            llama.eval(block)
            self._kept += block
            yield None
        processors = None
        if processor is not None:
            processors = self._c.LogitsProcessorList([processor])
        llama.set_seed(seed)
        replies = llama.generate(
            prompt[last:], reset=False, temp=temperature, logits_processor=processors
        )
        for number, token in zip(count(1), replies, strict=False):
            if self._c.llama_vocab_is_eog(self._vocabulary, token):
                return
            yield token
            if number >= room:
                return

    def _reusable(self, prompt: list[int]) -> int:
        """Return how many tokens of the prompt, in whole blocks, were read last time."""
        same = 0
        for ours, theirs in zip(
            self._kept, prompt[: (len(prompt) - 1) // BLOCK * BLOCK], strict=False
        ):
            if ours != theirs:
                break
            same += 1
        return same // BLOCK * BLOCK

    def _template(self) -> Any:  # noqa: ANN401  untyped package
        template = self.metadata.get("tokenizer.chat_template")
        if template is None:
            self.close()
            raise ModelFailed(f"{self._path} has no chat template: it is not a chat model")
        eos, bos = (
            self._c.llama_vocab_get_text(self._vocabulary, token).decode() if token >= 0 else ""
            for token in (self._llama.token_eos(), self._llama.token_bos())
        )
        return chat_formatter(template, eos=eos, bos=bos)

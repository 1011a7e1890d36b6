"""llama.cpp, for embeddings and for chat: the only importer of `llama_cpp`.

It knows token sequences and text; nothing of articles, evidence or known models. Every
failure of llama.cpp that can be caught becomes a `ModelFailed` of one line, and its log
goes nowhere but into that line.

Choices that the defaults get wrong on a CPU, each measured: threads are the physical
cores; flash attention is on for chat; the key-value cache stays f16 (q8_0 reads a prompt
3.6 times slower); embeddings are computed one text a call, with a batch that holds the
longest text (a shorter one truncates silently).
"""

from __future__ import annotations

import ctypes
import os
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelFailed, UnknownModel
from index.machine import physical_cores
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
BATCH = 512  # the compute buffer of a chat model; no block is larger
MAGIC = b"GGUF"

_log: deque[str] = deque(maxlen=8)


def load_llama(path: Path, *, n_ctx: int, embedding: bool, pooling: str | None = None) -> Any:  # noqa: ANN401  untyped package
    """Return a `llama_cpp.Llama` with room for `n_ctx` tokens.

    With `embedding`, `pooling` is "mean", "cls", "last" or None for what the file says.

    Raises:
        UnknownModel: there is no such file.
        ModelFailed: it is not a GGUF file, or llama.cpp cannot load it.
    """
    _require_gguf(path)
    llama_cpp = _llama_cpp()
    size = n_ctx if embedding else BATCH
    poolings = {
        None: llama_cpp.LLAMA_POOLING_TYPE_UNSPECIFIED,
        "mean": llama_cpp.LLAMA_POOLING_TYPE_MEAN,
        "cls": llama_cpp.LLAMA_POOLING_TYPE_CLS,
        "last": llama_cpp.LLAMA_POOLING_TYPE_LAST,
    }
    _log.clear()
    try:
        return llama_cpp.Llama(
            str(path),
            n_ctx=n_ctx,
            n_batch=size,
            n_ubatch=size,
            n_threads=physical_cores(),
            n_threads_batch=physical_cores(),
            n_gpu_layers=-1,  # all of them, when llama.cpp was built for a GPU
            embedding=embedding,
            pooling_type=poolings[pooling],
            flash_attn=not embedding,
            # With a sliding window the beginning of a prompt would be forgotten, and then
            # could not be kept for the next.
            swa_full=True,
            verbose=False,
        )
    except Exception as error:  # llama-cpp-python raises ValueError, RuntimeError and others
        reason = "; ".join(_log) or str(error)
        raise ModelFailed(f"{path} cannot be loaded: {one_line(reason)}") from error


class LlamaText:
    """Tokens and text of one loaded model; the part that embedding and chat share."""

    def __init__(self, path: Path, llama: Any) -> None:  # noqa: ANN401  untyped package
        self._path = path
        self._llama = llama
        self._c = _llama_cpp()
        self._vocabulary = self._c.llama_model_get_vocab(llama.model)
        self._lock = threading.Lock()
        self._owner: int | None = None  # the thread that holds the lock
        self._closing = False

    @property
    def metadata(self) -> Mapping[str, str]:
        """What the file says of itself."""
        found: Mapping[str, str] = self._llama.metadata
        return found

    @property
    def trained_context(self) -> int:
        """How many tokens the model was trained to read at once."""
        return int(self._c.llama_model_n_ctx_train(self._llama.model))

    @property
    def vocabulary_size(self) -> int:
        """How many tokens the model knows."""
        return int(self._llama.n_vocab())

    def tokens_of(self, text: str, *, special: bool = False, ends: bool = False) -> list[int]:
        """Return the text's tokens.

        `special`: names of control tokens ("<|im_end|>") become those tokens. False for
        anything that was not written by us. `ends`: add the model's own first and last
        tokens ("[CLS]", "[SEP]").
        """
        data = text.encode("utf-8", "replace")
        try:
            found: list[int] = self._llama.tokenize(data, add_bos=ends, special=special)
        except RuntimeError as error:
            raise ModelFailed(f"{self._path.name} cannot tokenise: {one_line(error)}") from error
        return found

    def bytes_of(self, token: int) -> bytes:
        """Return the bytes of one token; they may be part of a character."""
        # Llama.detokenize loses every token longer than 32 bytes.
        buffer = ctypes.create_string_buffer(256)
        length = self._c.llama_token_to_piece(
            self._vocabulary, token, buffer, len(buffer), 0, False
        )
        if length < 0:
            buffer = ctypes.create_string_buffer(-length)
            length = self._c.llama_token_to_piece(
                self._vocabulary, token, buffer, len(buffer), 0, False
            )
        return buffer.raw[:length]

    @contextmanager
    def _in_use(self) -> Iterator[Any]:
        """Give the model to one caller at a time; the last frees it when it was closed."""
        with self._lock:
            if self._closing:
                raise ModelFailed(f"{self._path.name} has been closed")
            self._owner = threading.get_ident()
            try:
                yield self._llama
            finally:
                self._owner = None
                if self._closing:
                    self._llama.close()

    def close(self) -> None:
        """Free the model's memory, now or when the call in progress ends. Never waits."""
        self._closing = True
        if self._lock.acquire(blocking=False):
            try:
                self._llama.close()
            finally:
                self._lock.release()


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
        from llama_cpp.llama_chat_format import Jinja2ChatFormatter

        template = self.metadata.get("tokenizer.chat_template")
        if template is None:
            self.close()
            raise ModelFailed(f"{self._path} has no chat template: it is not a chat model")
        eos, bos = (
            self._c.llama_vocab_get_text(self._vocabulary, token).decode() if token >= 0 else ""
            for token in (self._llama.token_eos(), self._llama.token_bos())
        )
        return Jinja2ChatFormatter(template=template, eos_token=eos, bos_token=bos)


def _require_gguf(path: Path) -> None:
    try:
        with path.open("rb") as file:
            start = file.read(len(MAGIC))
    except OSError as error:
        raise UnknownModel(f"{path} cannot be read: {error.strerror}") from error
    if start != MAGIC:
        raise ModelFailed(f"{path} is not a GGUF model file: it begins with {start!r}")


@cache
def _llama_cpp() -> ModuleType:
    """Import llama_cpp and take over its log."""
    # Threads that wait sleep rather than spin. Spinning gains little on an idle machine and
    # costs five- to fifteenfold on one that is doing something else; read when OpenMP loads.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    try:
        import llama_cpp
    except (ImportError, OSError, RuntimeError) as error:
        raise ModelFailed(
            f"llama-cpp-python cannot be used ({one_line(error)}): "
            "run `pip install llama-cpp-python`"
        ) from error

    def keep(level: int, text: bytes, _: Any) -> None:  # noqa: ANN401  a C pointer
        if level == _GGML_LOG_LEVEL_ERROR and text.strip():
            _log.append(text.decode("utf-8", "replace").strip())

    global _log_callback  # noqa: PLW0603  C keeps a bare pointer to it
    _log_callback = llama_cpp.llama_log_callback(keep)
    llama_cpp.llama_log_set(_log_callback, ctypes.c_void_p(0))
    module: ModuleType = llama_cpp
    return module


_GGML_LOG_LEVEL_ERROR = 4
_log_callback: Any = None


def one_line(error: object) -> str:
    """Return what an exception says, on one line and not too long."""
    return " ".join(str(error).split())[:300]

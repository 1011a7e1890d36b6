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
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from index.errors import ModelFailed, UnknownModel
from index.machine import physical_cores

BATCH = 512  # the compute buffer of a chat model; `llama_chat.BLOCK` is no larger
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


def chat_formatter(template: str, *, eos: str, bos: str) -> Any:  # noqa: ANN401  untyped package
    """Return the renderer of a chat template, given the texts of the model's end and beginning."""
    from llama_cpp.llama_chat_format import Jinja2ChatFormatter

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

"""Embedding models in GGUF, run by llama.cpp.

For models that onnxruntime is not used for here: larger ones, quantised ones, other
architectures than BERT. A small BERT encoder runs twice as fast in `onnx_embedder`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from index.embedding import Vectors
from index.errors import ModelFailed
from index.llama_runtime import LlamaText, load_llama, one_line


class LlamaEmbedder(LlamaText):
    """An embedder over one GGUF file. Calls from several threads wait for one another."""

    def __init__(
        self,
        path: Path,
        *,
        name: str,
        max_tokens: int,
        pooling: str | None = None,
        query_prefix: str = "",
        passage_prefix: str = "",
    ) -> None:
        """Load the model. `pooling` None is what the file says.

        Raises:
            UnknownModel: there is no such file.
            ModelFailed: it cannot be loaded, or is not an embedding model.
        """
        super().__init__(path, load_llama(path, n_ctx=max_tokens, embedding=True, pooling=pooling))
        kinds = {
            self._c.LLAMA_POOLING_TYPE_NONE: "a chat model",
            # llama-cpp-python reads a reranker's one number as if it were a vector.
            self._c.LLAMA_POOLING_TYPE_RANK: "a reranker",
        }
        if (kind := kinds.get(self._llama.pooling_type())) is not None:
            self.close()
            raise ModelFailed(f"{path} is {kind}, not an embedding model: it has no pooling")
        self._name = name
        self._max_tokens = min(max_tokens, self.trained_context)
        self._query_prefix = query_prefix
        self._passage_prefix = passage_prefix
        self._llama.tokenizer_ = _CutTokenizer(self._llama.tokenizer_, self._max_tokens)

    @property
    def name(self) -> str:
        return self._name

    @property
    def dimension(self) -> int:
        return int(self._llama.n_embd())

    @property
    def max_tokens(self) -> int:
        return self._max_tokens

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one unit row per text, in the order given.

        Raises:
            ModelFailed: llama.cpp failed.
        """
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            vectors[row] = self._encode(self._passage_prefix + text)
        return vectors

    def embed_question(self, text: str) -> Vectors:
        """Return the question's unit vector.

        Raises:
            ModelFailed: llama.cpp failed.
        """
        return self._encode(self._query_prefix + text)

    def _encode(self, text: str) -> Vectors:
        clean = text.encode("utf-8", "replace").decode("utf-8")
        with self._in_use() as llama:
            try:
                values = llama.embed(clean)
            except Exception as error:  # RuntimeError, ValueError, and those of ctypes
                raise ModelFailed(f"{self._name} failed: {one_line(error)}") from error
        vector = np.asarray(values, dtype=np.float32)
        length = np.linalg.norm(vector)
        if not np.isfinite(length) or length == 0:
            raise ModelFailed(f"{self._name} gave a vector of length {length} for a text")
        unit: Vectors = vector / length
        return unit


class _CutTokenizer:
    """Cuts a text's tokens and keeps the last one: it ends the text, and may be the pooled one."""

    def __init__(self, tokenizer: Any, limit: int) -> None:  # noqa: ANN401  untyped package
        self._tokenizer = tokenizer
        self._limit = limit

    def tokenize(self, text: bytes, add_bos: bool = True, _special: bool = False) -> list[int]:
        # An article's words never become control tokens, whatever the caller's default is.
        tokens: list[int] = self._tokenizer.tokenize(text, add_bos, False)
        if len(tokens) > self._limit:
            tokens = [*tokens[: self._limit - 1], tokens[-1]]
        return tokens

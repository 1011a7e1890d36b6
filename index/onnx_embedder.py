"""Small BERT encoders in onnxruntime: the only importer of `onnxruntime` and `tokenizers`.

It knows nothing of known models or downloads: it is given a folder that holds
`model.safetensors`, `tokenizer.json` and the graph that `onnx_graph` wrote.

Speed on a CPU comes from three choices, each measured: texts are sorted by length, so
that almost no padding is computed; a batch is a few hundred tokens, so that the hidden
states stay in the cache; and threads wait without spinning, because a spinning thread on
a busy machine takes the time of the one it waits for (a third of the speed was left).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.embedding import Vectors
from index.errors import ModelCorrupt, ModelFailed
from index.machine import physical_cores
from index.onnx_graph import GRAPH

if TYPE_CHECKING:
    # Passed on by these names: no other module imports the package.
    from tokenizers import Encoding as Encoding
    from tokenizers import Tokenizer as Tokenizer

TOKENIZER = "tokenizer.json"
TOKENS_PER_BATCH = 512
TEXTS_PER_WINDOW = 2048
"""Texts that are tokenised and sorted at once; bounds the memory that their tokens take."""
THREADS_PER_BATCH = 2
"""More threads on one small batch wait for one another; other cores take other batches."""


class OnnxEmbedder:
    """A BERT sentence encoder. Safe to call from several threads.

    `name` is the model's name and the first digits of its weights' SHA-256.
    """

    def __init__(
        self,
        folder: Path,
        *,
        name: str,
        dimension: int,
        max_tokens: int,
        query_prefix: str = "",
        passage_prefix: str = "",
    ) -> None:
        self._name = name
        self._dimension = dimension
        self._max_tokens = max_tokens
        self._query_prefix = query_prefix
        self._passage_prefix = passage_prefix
        self._tokenizer = load_tokenizer(folder / TOKENIZER, max_tokens)
        self._session = load_session(folder / GRAPH)
        # A batch keeps one thread of ours and its helpers busy.
        workers = physical_cores() - THREADS_PER_BATCH + 1
        self._pool = ThreadPoolExecutor(workers) if workers > 1 else None

    @property
    def name(self) -> str:
        return self._name

    @property
    def dimension(self) -> int:
        return self._dimension

    @property
    def max_tokens(self) -> int:
        return self._max_tokens

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one unit row per text, in the order given.

        Raises:
            ModelFailed: onnxruntime failed (out of memory).
        """
        vectors = np.empty((len(texts), self._dimension), dtype=np.float32)
        for start in range(0, len(texts), TEXTS_PER_WINDOW):
            window = [
                self._passage_prefix + text for text in texts[start : start + TEXTS_PER_WINDOW]
            ]
            self._embed_into(vectors[start : start + len(window)], window)
        return vectors

    def embed_question(self, text: str) -> Vectors:
        """Return the question's unit vector.

        Raises:
            ModelFailed: onnxruntime failed (out of memory).
        """
        vectors = np.empty((1, self._dimension), dtype=np.float32)
        self._embed_into(vectors, [self._query_prefix + text])
        row: Vectors = vectors[0]
        return row

    def _embed_into(self, vectors: Vectors, texts: Sequence[str]) -> None:
        # A lone surrogate, as a badly decoded file leaves it, has no UTF-8 and no token.
        clean = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        tokens = [encoding.ids for encoding in self._tokenizer.encode_batch_fast(clean)]
        batches = list(batches_by_length([len(ids) for ids in tokens], TOKENS_PER_BATCH))

        def run(batch: list[int]) -> None:
            vectors[batch] = self._run([tokens[place] for place in batch])

        if self._pool is None or len(batches) == 1:
            for batch in batches:
                run(batch)
        else:
            for _ in self._pool.map(run, batches):
                pass

    def _run(self, tokens: Sequence[Sequence[int]]) -> Vectors:
        """Return the vectors of one batch of token sequences."""
        longest = max(len(ids) for ids in tokens)
        padded: NDArray[np.int64] = np.zeros((len(tokens), longest), dtype=np.int64)
        mask: NDArray[np.int64] = np.zeros((len(tokens), longest), dtype=np.int64)
        for row, ids in enumerate(tokens):
            padded[row, : len(ids)] = ids
            mask[row, : len(ids)] = 1
        try:
            (vectors,) = self._session.run(None, {"ids": padded, "mask": mask})
        except Exception as error:  # onnxruntime's own classes, private and many
            raise ModelFailed(f"{self._name} failed in onnxruntime: {_one_line(error)}") from error
        result: Vectors = vectors
        return result


def batches_by_length(lengths: Sequence[int], budget: int) -> Iterator[list[int]]:
    """Yield places of `lengths` in batches of similar length, longest first.

    A batch costs its longest length times its size; that stays within `budget` unless a
    single text exceeds it. Longest first, so that memory is at its peak at the start and
    no long batch is left for one worker at the end.
    """
    batch: list[int] = []
    longest = 0
    for place in sorted(range(len(lengths)), key=lambda place: -lengths[place]):
        if batch and longest * (len(batch) + 1) > budget:
            yield batch
            batch = []
        if not batch:
            longest = lengths[place]
        batch.append(place)
    if batch:
        yield batch


def load_tokenizer(path: Path, max_tokens: int) -> Tokenizer:
    """Return the tokenizer of a file, without padding, cut at `max_tokens`.

    Raises:
        ModelCorrupt: the file is no tokenizer.
    """
    # The package warns and turns itself off in forked children unless this is decided.
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # the package raises bare Exception
        raise ModelCorrupt(f"{path} is not a tokenizer: {_one_line(error)}") from error
    # The file's own settings are those of its authors' last experiment (padding to 128).
    tokenizer.no_padding()
    tokenizer.enable_truncation(max_tokens)
    return tokenizer


def load_session(graph: Path) -> Any:  # noqa: ANN401  untyped package
    """Return the onnxruntime session of a graph, on the CPU, with threads that do not spin.

    Raises:
        ModelFailed: onnxruntime cannot load it.
    """
    import onnxruntime

    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = min(THREADS_PER_BATCH, physical_cores())
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3  # errors only: its warnings are about graph style
    try:
        return onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's own classes, private and many
        raise ModelFailed(f"{graph} cannot be loaded: {_one_line(error)}") from error


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]

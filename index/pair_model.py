"""A cross-encoder in onnxruntime that reads two texts as one input: a verifier or a reranker.

Given a folder with `model.onnx` and `tokenizer.json`, as model hubs publish them for sentence
pairs. It knows token ids and logits, nothing of claims.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelFailed, UnknownModel
from index.onnx_embedder import TOKENIZER, load_session, load_tokenizer

PAIR_GRAPH = "model.onnx"


class PairModel:
    """Reads pairs of texts. Safe to call from several threads.

    Raises:
        UnknownModel: a file is missing.
        ModelFailed, ModelCorrupt: a file cannot be loaded.
    """

    def __init__(self, folder: Path, *, max_tokens: int = 512) -> None:
        for name in (PAIR_GRAPH, TOKENIZER):
            if not (folder / name).is_file():
                raise UnknownModel(f"{folder} holds no {name}: give the folder of an ONNX model")
        self._tokenizer = load_tokenizer(folder / TOKENIZER, max_tokens)
        self._tokenizer.enable_truncation(max_tokens, strategy="longest_first")
        self._session = load_session(folder / PAIR_GRAPH)
        self._inputs = {found.name for found in self._session.get_inputs()}

    def logits(self, first: str, second: str) -> NDArray[np.float64]:
        """Return the model's output for one pair: one number, or one for each class.

        Raises:
            ModelFailed: onnxruntime failed, or the output is no row of numbers.
        """
        encoding = self._tokenizer.encode(first, second)
        given = {
            "input_ids": encoding.ids,
            "attention_mask": encoding.attention_mask,
            "token_type_ids": encoding.type_ids,
        }
        feed = {
            name: np.array([ids], dtype=np.int64)
            for name, ids in given.items()
            if name in self._inputs
        }
        try:
            [row, *_] = self._session.run(None, feed)
        except Exception as error:  # onnxruntime's own classes, private and many
            raise ModelFailed(f"the pair model failed: {' '.join(str(error).split())}") from error
        found = np.asarray(row, dtype=np.float64).reshape(-1)
        if not found.size:
            raise ModelFailed("the pair model gave no number for a pair")
        return found

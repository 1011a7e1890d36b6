"""A small cross-encoder: how likely a sentence holds the answer to a question.

It reads question and sentence together, where the embedder sees each alone. It is the starter
embedder with low-rank changes to its weights (LoRA: Hu et al. 2021,
https://arxiv.org/abs/2106.09685), trained by `eval/train_reader.py`; the changes come with the
package
as int8 (`answer_reader.npz`), and are added to the authors' own file once, on first use. What it
was trained on and how well it does is in docs/answer-reader.md.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np

from index.embedding import Vectors
from index.errors import ModelError
from index.settings import models_folder

BASE = "all-MiniLM-L6-v2"
DELTAS = Path(__file__).parent / "answer_reader.npz"
LONGEST = 192
"""Tokens of question, context and sentence together."""
_TITLE_WORDS, _BEFORE_WORDS, _SENTENCE_WORDS = 12, 20, 90
_SEPARATOR = "[SEP]"


@dataclass(frozen=True, slots=True)
class Reading:
    """A sentence with what a reader needs to understand it: the title and the sentence before."""

    title: str
    before: str
    sentence: str


class Reader(Protocol):
    """Judges sentences against a question."""

    def read(self, question: str, sentences: Sequence[Reading]) -> list[float]:
        """Return for each sentence the log odds that it holds the answer."""
        ...


class AnswerReader:
    """The cross-encoder, run by onnxruntime from a folder that `open_answer_reader` made."""

    def __init__(self, folder: Path, head: Vectors, bias: float) -> None:
        from index.onnx_embedder import OnnxEmbedder

        self._encoder = OnnxEmbedder(
            folder, name="answer-reader", dimension=len(head), max_tokens=LONGEST
        )
        self._head = head
        self._bias = bias

    def read(self, question: str, sentences: Sequence[Reading]) -> list[float]:
        """Return for each sentence the log odds that it holds the answer.

        Raises:
            ModelFailed: onnxruntime failed (out of memory).
        """
        if not sentences:
            return []
        vectors = self._encoder.embed_passages([pair_text(question, each) for each in sentences])
        return [float(score) for score in vectors @ self._head + self._bias]


def pair_text(question: str, reading: Reading) -> str:
    """Return what the reader is given: question, context and sentence, separated."""
    title = " ".join(reading.title.split()[:_TITLE_WORDS])
    before = " ".join(reading.before.split()[-_BEFORE_WORDS:])
    context = f"{title} . {before}".strip(" .") if before else title
    sentence = " ".join(reading.sentence.split()[:_SENTENCE_WORDS])
    # A separator inside an article's text would shift what is read as the sentence.
    parts = (part.replace(_SEPARATOR, "") for part in (question, context, sentence))
    return f" {_SEPARATOR} ".join(parts)


@lru_cache(maxsize=1)
def shipped_reader() -> Reader | None:
    """Return the reader that comes with the package, None when it cannot be had.

    Its base is the starter embedder; when that is not on disk, nothing is fetched for it: ranking
    then rests on the other features.
    """
    try:
        return open_answer_reader()
    except (ModelError, OSError, ValueError):
        return None


def open_answer_reader() -> AnswerReader:
    """Open the reader; its merged weights are written on first use (90 MB, under a second).

    Raises:
        ModelUnavailable: the starter embedder is not on disk.
        ModelFailed: it does not load.
        OSError: the merged weights cannot be written.
    """
    from index.model_files import ensure

    base = ensure(BASE, offline=True)
    with np.load(DELTAS) as deltas:
        parts = dict(deltas)
    digest = hashlib.sha256(DELTAS.read_bytes()).hexdigest()[:8]
    folder = models_folder() / f"answer-reader-{digest}"
    if not (folder / "ready").is_file():
        _merge(base, parts, folder)
    return AnswerReader(folder, parts["head"].astype(np.float32), float(parts["bias"]))


def _merge(base: Path, parts: dict[str, np.ndarray], folder: Path) -> None:
    """Write the base's weights plus the changes, its graph and its tokenizer."""
    from index.onnx_graph import CONFIG, GRAPH, WEIGHTS, graph_bytes

    new = folder.with_name(f".{folder.name}.new")
    new.mkdir(parents=True, exist_ok=True)
    (new / WEIGHTS).write_bytes(merged_weights((base / WEIGHTS).read_bytes(), parts))
    for name in (CONFIG, "tokenizer.json"):
        shutil.copyfile(base / name, new / name)
    (new / GRAPH).write_bytes(graph_bytes(new, "mean"))
    (new / "ready").touch()
    shutil.rmtree(folder, ignore_errors=True)
    new.rename(folder)


def merged_weights(weights: bytes, parts: dict[str, np.ndarray]) -> bytes:
    """Return a safetensors file's bytes with `b @ a` added to each weight that `parts` names.

    `parts` holds for a weight NAME the int8 arrays NAME.a (rank, in) and NAME.b (out, rank), and
    their scales by row, NAME.a_scale and NAME.b_scale.

    Raises:
        ValueError: a weight is not float32, or not of the shape that belongs to its change.
    """
    (length,) = struct.unpack("<Q", weights[:8])
    header = json.loads(weights[8 : 8 + length])
    merged = bytearray(weights)
    for name in sorted(key.removesuffix(".a") for key in parts if key.endswith(".a")):
        entry = header[f"{name}.weight"]
        start, end = (8 + length + offset for offset in entry["data_offsets"])
        a = parts[f"{name}.a"] * parts[f"{name}.a_scale"].astype(np.float32)[:, None]
        b = parts[f"{name}.b"] * parts[f"{name}.b_scale"].astype(np.float32)[:, None]
        if entry["dtype"] != "F32" or entry["shape"] != [len(b), a.shape[1]]:
            raise ValueError(f"{name} is {entry['dtype']} {entry['shape']}, not what was changed")
        old = np.frombuffer(weights[start:end], dtype="<f4").reshape(entry["shape"])
        merged[start:end] = (old + b @ a).astype("<f4").tobytes()
    return bytes(merged)

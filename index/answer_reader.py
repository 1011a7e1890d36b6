"""A small reader: where in a passage the answer to a question stands, and whether it does.

It reads question and passage together, where the embedder sees each alone. For every token it
gives the log odds that the answer begins or ends there, and the first token stands for "nowhere",
as in Devlin et al. 2018 for SQuAD 2.0 (https://arxiv.org/abs/1810.04805). It is the starter
embedder with low-rank changes to its weights (LoRA: Hu et al. 2021,
https://arxiv.org/abs/2106.09685), trained by `eval/train_reader.py`; the changes come with the
package as int8 (`answer_reader.npz`), and are added to the authors' own file once, on first use.
What it was trained on and how well it does is in docs/answer-reader.md.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import struct
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp
from time import time
from typing import TYPE_CHECKING, Protocol

import numpy as np

from index.article import Span
from index.embedding import Vectors
from index.errors import ModelCorrupt, ModelError, ModelFailed
from index.settings import models_folder

if TYPE_CHECKING:
    from index.onnx_embedder import Tokenizer

BASE = "all-MiniLM-L6-v2"
DELTAS = Path(__file__).parent / "answer_reader.npz"
LONGEST = 300
"""Tokens of question, title and passage together; what is longer is not read to its end."""
LONGEST_ANSWER = 25
"""Tokens of the longest answer that is looked for within a sentence."""
_QUESTION_TOKENS, _TITLE_WORDS, _TITLE_TOKENS = 58, 12, 30
_FIRST, _SEPARATOR = "[CLS]", "[SEP]"
_BATCH_TOKENS = 512
_MERGED = "answer-reader-"
_UNUSED_SECONDS = 30 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Reading:
    """A sentence to judge: its span in the passage that it stands in, and the article's title."""

    title: str
    passage: str
    span: Span


@dataclass(frozen=True, slots=True)
class Judgement:
    """Log odds: the answer is in the sentence rather than nowhere; the passage answers."""

    sentence: float
    passage: float


class Reader(Protocol):
    """Judges sentences against a question."""

    def read(self, question: str, sentences: Sequence[Reading]) -> list[Judgement]:
        """Return a judgement for each sentence."""
        ...


@dataclass(frozen=True, slots=True)
class PassageTokens:
    """What the reader is given; from `ids[first]` on the passage's own tokens, at `places`."""

    ids: list[int]
    places: list[Span]
    first: int


class AnswerReader:
    """The reader, run by onnxruntime from a folder that `open_answer_reader` made.

    `head` is (width, 3): answer begins here, ends here, and (at the first token) is anywhere.
    """

    def __init__(self, folder: Path, head: Vectors, bias: Vectors) -> None:
        from index.onnx_embedder import TOKENIZER, load_session, load_tokenizer
        from index.onnx_graph import GRAPH

        # Passages are cut here, by tokens that are counted together with the question's.
        self._tokenizer = load_tokenizer(folder / TOKENIZER, 4 * LONGEST)
        self._session = load_session(folder / GRAPH)
        self._head = head
        self._bias = bias

    def read(self, question: str, sentences: Sequence[Reading]) -> list[Judgement]:
        """Return a judgement for each sentence; each passage is read once.

        A sentence beyond what is read of its passage gets the passage's lowest log odds.

        Raises:
            ModelFailed: onnxruntime failed (out of memory).
        """
        passages = dict.fromkeys((each.title, each.passage) for each in sentences)
        tokens = [passage_tokens(self._tokenizer, question, *each) for each in passages]
        logits = dict(zip(passages, zip(tokens, self._logits(tokens), strict=True), strict=True))
        return [judge(each.span, *logits[each.title, each.passage]) for each in sentences]

    def _logits(self, tokens: Sequence[PassageTokens]) -> list[Vectors]:
        from index.onnx_embedder import batches_by_length

        found: list[Vectors] = [np.zeros((0, 3), dtype=np.float32)] * len(tokens)
        lengths = [len(each.ids) for each in tokens]
        for batch in batches_by_length(lengths, _BATCH_TOKENS):
            longest = max(lengths[place] for place in batch)
            ids = np.zeros((len(batch), longest), dtype=np.int64)
            mask = np.zeros_like(ids)
            for row, place in enumerate(batch):
                ids[row, : lengths[place]] = tokens[place].ids
                mask[row, : lengths[place]] = 1
            try:
                (states,) = self._session.run(None, {"ids": ids, "mask": mask})
            except Exception as error:  # onnxruntime's own classes, private and many
                said = " ".join(str(error).split())[:200]
                raise ModelFailed(f"the answer reader failed in onnxruntime: {said}") from error
            logits = states @ self._head + self._bias
            for row, place in enumerate(batch):
                found[place] = logits[row, : lengths[place]]
        return found


def passage_tokens(tokenizer: Tokenizer, question: str, title: str, passage: str) -> PassageTokens:
    """Return question, title and passage as token ids, separated; at most `LONGEST`."""
    first, separator = _id_of(tokenizer, _FIRST), _id_of(tokenizer, _SEPARATOR)
    encoded = [
        tokenizer.encode(_plain(text), add_special_tokens=False)
        for text in (question, " ".join(title.split()[:_TITLE_WORDS]), passage)
    ]
    ids = [first, *encoded[0].ids[:_QUESTION_TOKENS], separator]
    ids += [*encoded[1].ids[:_TITLE_TOKENS], separator]
    room = LONGEST - len(ids) - 1
    places = [Span(start, end) for start, end in encoded[2].offsets[:room]]
    return PassageTokens([*ids, *encoded[2].ids[:room], separator], places, len(ids))


def _id_of(tokenizer: Tokenizer, token: str) -> int:
    found = tokenizer.token_to_id(token)
    if found is None:
        raise ModelCorrupt(f"the tokenizer of the answer reader has no {token}")
    return found


def _plain(text: str) -> str:
    """Return the text, equally long, without what the tokenizer would take for its own marks."""
    # A separator inside an article's text would shift what is read as the passage; a lone
    # surrogate, as a badly decoded file leaves it, has no UTF-8 and no token.
    for mark in (_FIRST, _SEPARATOR, "[MASK]", "[PAD]", "[UNK]"):
        text = text.replace(mark, " " * len(mark))
    return text.encode("utf-8", "replace").decode("utf-8")


def judge(span: Span, tokens: PassageTokens, logits: Vectors) -> Judgement:
    """Return what the logits, (tokens, 3), say of the sentence at this span of the passage."""
    nowhere = float(logits[0, 0] + logits[0, 1])
    rows = [
        tokens.first + number
        for number, place in enumerate(tokens.places)
        if span.start <= place.start < span.end
    ]
    inside = slice(rows[0], rows[-1] + 1) if rows else slice(tokens.first, len(tokens.ids) - 1)
    begins, ends = logits[inside, 0], logits[inside, 1]
    if not rows:
        best = float(begins.min() + ends.min()) if len(begins) else nowhere
    else:
        best = max(
            float((begins[: len(begins) - length] + ends[length:]).max())
            for length in range(min(LONGEST_ANSWER, len(begins)))
        )
    return Judgement(best - nowhere, float(logits[0, 2]))


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


def open_answer_reader(deltas: Path = DELTAS) -> AnswerReader:
    """Open the reader; its merged weights are written on first use (90 MB, under a second).

    Then what other versions merged goes, if nobody opened it for a month.

    Raises:
        ModelUnavailable: the starter embedder is not on disk.
        ModelFailed: it does not load.
        OSError: the merged weights cannot be written.
    """
    from index.model_files import ensure

    base = ensure(BASE, offline=True)
    with np.load(deltas) as loaded:
        parts = dict(loaded)
    digest = hashlib.sha256(deltas.read_bytes()).hexdigest()[:8]
    folder = models_folder() / f"{_MERGED}{digest}"
    if not (folder / "ready").is_file():
        _merge(base, parts, folder)
        _remove_unused(folder)
    with suppress(OSError):  # a folder that may only be read
        (folder / "ready").touch()
    return AnswerReader(folder, parts["head"].astype(np.float32), parts["bias"].astype(np.float32))


def _remove_unused(new: Path) -> None:
    """Remove what earlier versions of the package merged and nobody opened for a long time."""
    for other in new.parent.glob(f"{_MERGED}*"):
        ready = other / "ready"
        if other != new and ready.is_file() and time() - ready.stat().st_mtime > _UNUSED_SECONDS:
            shutil.rmtree(other, ignore_errors=True)


def _merge(base: Path, parts: dict[str, np.ndarray], folder: Path) -> None:
    """Write the base's weights plus the changes, its graph and its tokenizer."""
    from index.onnx_graph import CONFIG, GRAPH, WEIGHTS, graph_bytes

    # A folder of its own: another process may be making the same.
    new = Path(mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    (new / WEIGHTS).write_bytes(merged_weights((base / WEIGHTS).read_bytes(), parts))
    for name in (CONFIG, "tokenizer.json"):
        shutil.copyfile(base / name, new / name)
    (new / GRAPH).write_bytes(graph_bytes(new, "none"))
    (new / "ready").touch()
    if not (folder / "ready").is_file():
        shutil.rmtree(folder, ignore_errors=True)
    try:
        new.rename(folder)
    except OSError:
        shutil.rmtree(new)
        if not (folder / "ready").is_file():  # else another process was first with the same
            raise


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

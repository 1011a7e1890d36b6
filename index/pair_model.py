"""A cross-encoder in onnxruntime that reads two texts as one input: a verifier or a reranker.

Given a folder with `model.onnx` and `tokenizer.json`, as model hubs publish them. It knows
token ids and logits, nothing of what they mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelFailed, UnknownModel
from index.onnx_embedder import TOKENIZER, load_session, load_tokenizer

if TYPE_CHECKING:
    from index.onnx_embedder import Encoding, Tokenizer

PAIR_GRAPH = "model.onnx"
EVIDENCE, CLAIM = "{evidence}", "{claim}"
_LOGITS = "logits"


class Unreadable(ValueError):
    """A claim that the model cannot read beside its evidence. The message says why."""


@dataclass(frozen=True, slots=True)
class PairOutput:
    """What a model gave for one pair.

    `logits` is its output without the axis of the batch: a number, one for each class, or one
    row for each token. `in_claim` says which tokens belong to the claim.
    """

    logits: NDArray[np.float64]
    in_claim: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Tokens:
    """The tokens of both texts; `evidence_starts` are character offsets into the evidence."""

    encoding: Encoding
    evidence_starts: list[int]
    in_claim: NDArray[np.bool_]


class PairModel:
    """Reads evidence and claim. Safe to call from several threads.

    `prompt` is the first text, with the evidence at `{evidence}`; the claim is the second. When
    the prompt holds `{claim}` too, it is the only text. The model is loaded when it is first
    needed.

    Raises:
        UnknownModel: a file is missing.
    """

    def __init__(self, folder: Path, *, prompt: str = EVIDENCE, max_tokens: int = 512) -> None:
        for name in (PAIR_GRAPH, TOKENIZER):
            if not (folder / name).is_file():
                raise UnknownModel(f"{folder} holds no {name}: give the folder of an ONNX model")
        self._folder = folder
        self._max_tokens = max_tokens
        before, _, after = prompt.partition(EVIDENCE)
        self._before = before
        self._between, claim, self._after = after.partition(CLAIM)
        self._one_text = bool(claim)

    def read(self, evidence: str, claim: str) -> PairOutput:
        """Return the model's output. Evidence that is too long is cut at its end, a claim never.

        Raises:
            Unreadable: the claim alone is too long, or has no token.
            ModelFailed, ModelCorrupt: a file cannot be loaded, or the model failed.
        """
        tokens = self._fitted(self._plain(evidence), self._plain(claim))
        given = {
            "input_ids": tokens.encoding.ids,
            "attention_mask": tokens.encoding.attention_mask,
            "token_type_ids": tokens.encoding.type_ids,
        }
        feed = {
            name: np.array([ids], dtype=np.int64)
            for name, ids in given.items()
            if name in self._inputs
        }
        try:
            [found] = self._session.run([self._output], feed)
        except Exception as error:  # onnxruntime's own classes, private and many
            raise ModelFailed(f"{self._folder.name} failed: {_one_line(error)}") from error
        logits = np.asarray(found, dtype=np.float64)
        if not logits.size or not np.isfinite(logits).all():
            raise ModelFailed(f"{self._folder.name} gave no number for a pair of texts")
        return PairOutput(logits[0] if logits.ndim > 1 else logits, tokens.in_claim)

    def _fitted(self, evidence: str, claim: str) -> _Tokens:
        """Return the tokens, of as much of the evidence as there is room for.

        The evidence is cut as a text and everything is read again, because the tokens of a text
        are not those of its parts.
        """
        kept = len(evidence)
        while True:
            tokens = self._tokens(evidence[:kept], claim)
            if not tokens.in_claim.any():
                raise Unreadable("there is no word in it")
            over = len(tokens.encoding.ids) - self._max_tokens
            if over <= 0:
                return tokens
            starts = tokens.evidence_starts
            kept = min(starts[-over], kept - 1) if over < len(starts) else 0
            if kept <= 0:
                raise Unreadable(f"it is too long for the {self._max_tokens} tokens that it reads")

    def _tokens(self, evidence: str, claim: str) -> _Tokens:
        first = f"{self._before}{evidence}{self._between}"
        if self._one_text:
            encoding = self._tokenizer.encode(f"{first}{claim}{self._after}")
            claims = _overlapping(encoding.offsets, len(first), len(first) + len(claim))
            firsts = np.ones(len(claims), dtype=np.bool_)
        else:
            encoding = self._tokenizer.encode(first, claim)
            sequence = np.array([-1 if n is None else n for n in encoding.sequence_ids])
            firsts = sequence == 0
            claims = (sequence == 1) & _overlapping(encoding.offsets, 0, len(claim))
        start = len(self._before)
        inside = firsts & _overlapping(encoding.offsets, start, start + len(evidence))
        starts = [encoding.offsets[place][0] - start for place in np.flatnonzero(inside)]
        return _Tokens(encoding, starts, claims)

    def _plain(self, text: str) -> str:
        """Return a text without what the tokenizer would take for its own signs ("[SEP]").

        A lone surrogate, as a badly decoded file leaves it, has no UTF-8 and no token.
        """
        for sign in self._signs:
            text = text.replace(sign, " ")
        return text.encode("utf-8", "replace").decode("utf-8")

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        tokenizer = load_tokenizer(self._folder / TOKENIZER, self._max_tokens)
        tokenizer.no_truncation()
        return tokenizer

    @cached_property
    def _signs(self) -> list[str]:
        added = self._tokenizer.get_added_tokens_decoder().values()
        return [token.content for token in added if token.special]

    @cached_property
    def _session(self) -> Any:  # noqa: ANN401  untyped package
        return load_session(self._folder / PAIR_GRAPH)

    @cached_property
    def _inputs(self) -> set[str]:
        return {found.name for found in self._session.get_inputs()}

    @cached_property
    def _output(self) -> str:
        names = [str(found.name) for found in self._session.get_outputs()]
        return _LOGITS if _LOGITS in names else names[0]


def _overlapping(offsets: list[tuple[int, int]], start: int, end: int) -> NDArray[np.bool_]:
    """Return which tokens hold a character from `start` up to `end`."""
    spans = np.array(offsets, dtype=np.int64).reshape(-1, 2)
    overlapping: NDArray[np.bool_] = np.minimum(spans[:, 1], end) > np.maximum(spans[:, 0], start)
    return overlapping


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]

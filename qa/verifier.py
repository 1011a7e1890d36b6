"""An optional second judge of a claim: a small natural-language-inference model.

It can only refuse. Layers (a) to (c) decide what may be supported (`qa.support`); where a folder
is named in `FOOTNOTE_VERIFIER`, its model has to agree as well. The folder holds `model.onnx`,
`tokenizer.json` and `verifier.json`:

    {"name": "...", "supported": 0, "threshold": 0.5, "max_tokens": 512}

`supported` is the place of the class that means "follows" among the model's outputs; a model
with one output gives that class's log odds. Evidence comes first in the pair, then the claim.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from index.errors import UsageError
from qa.answer import Support

VERIFIER = "FOOTNOTE_VERIFIER"
SETTINGS = "verifier.json"


class Verifier(Protocol):
    """Gives the probability, 0 to 1, that a claim follows from its evidence."""

    @property
    def name(self) -> str: ...

    @property
    def threshold(self) -> float: ...

    def probability(self, claim: str, evidence: Sequence[str]) -> float: ...


@dataclass(frozen=True, slots=True)
class VerifierSettings:
    """What `verifier.json` says."""

    name: str
    supported: int = 0
    threshold: float = 0.5
    max_tokens: int = 512


class OnnxVerifier:
    """A verifier whose model runs in onnxruntime.

    Raises:
        UsageError: `verifier.json` is missing or garbled.
        ModelError: the model cannot be loaded.
    """

    def __init__(self, folder: Path) -> None:
        from index.pair_model import PairModel

        self._settings = _settings_of(folder)
        self._model = PairModel(folder, max_tokens=self._settings.max_tokens)

    @property
    def name(self) -> str:
        return self._settings.name

    @property
    def threshold(self) -> float:
        return self._settings.threshold

    def probability(self, claim: str, evidence: Sequence[str]) -> float:
        """Return the probability that the claim follows.

        Raises:
            ModelFailed: the model failed.
            UsageError: it has no output at the place that `supported` names.
        """
        logits = self._model.logits(" ".join(evidence), claim)
        if logits.size == 1:
            return float(1.0 / (1.0 + np.exp(-logits[0])))
        if not 0 <= self._settings.supported < logits.size:
            raise UsageError(
                f"{SETTINGS} says that output {self._settings.supported} means supported, and "
                f"the model has {logits.size}"
            )
        shares = np.exp(logits - logits.max())
        return float(shares[self._settings.supported] / shares.sum())


def open_verifier() -> Verifier | None:
    """Return the verifier of the folder in `FOOTNOTE_VERIFIER`, None when it names none.

    Raises:
        UsageError, ModelError: see `OnnxVerifier`.
    """
    folder = os.environ.get(VERIFIER)
    return OnnxVerifier(Path(folder)) if folder else None


def verified(support: Support, claim: str, evidence: Sequence[str], judge: Verifier) -> Support:
    """Return the verdict after the verifier was asked: supported claims only, and it may refuse.

    Raises:
        ModelFailed: the model failed.
    """
    if not support.holds:
        return support
    probability = judge.probability(claim, evidence)
    if probability >= judge.threshold:
        return support
    reason = f"{judge.name} finds it not to follow ({probability:.2f})"
    return Support("unsupported", min(support.score, probability), (reason,))


def _settings_of(folder: Path) -> VerifierSettings:
    path = folder / SETTINGS
    try:
        found = VerifierSettings(**json.loads(path.read_text("utf-8")))
    except FileNotFoundError:
        raise UsageError(f"{path} is missing: it names the verifier and its threshold") from None
    except (OSError, ValueError, TypeError) as error:
        raise UsageError(f"{path} is no verifier's settings: {error}") from error
    if not 0 < found.threshold < 1:
        raise UsageError(f"{path}: the threshold {found.threshold} is not between 0 and 1")
    return found

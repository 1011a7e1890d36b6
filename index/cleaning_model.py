"""The probability that a block of a text belongs to the article's body.

Two logistic models in a row: the first judges each block by its own form, wording and
surroundings (`index.cleaning_features`), the second by what the first says of its
neighbours (`index.cleaning_company`). The coefficients are in `cleaning.json` with where
they come from; `eval.train_cleaning` writes that file. Classifying blocks by shallow
features and their neighbours' follows Kohlschütter, Fankhauser and Nejdl, "Boilerplate
Detection using Shallow Text Features", WSDM 2010.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.cleaning_company import COMPANY_NAMES, Numbers, company
from index.cleaning_features import Blocks, Matrix, feature_names, measure

COEFFICIENTS = Path(__file__).parent / "cleaning.json"


@dataclass(frozen=True, slots=True)
class Judged:
    """The blocks of a text in numbers, and the probability of each to be body."""

    blocks: Blocks
    probability: Numbers


@dataclass(frozen=True, slots=True)
class Coefficients:
    """The weights of the two stages, in the order of `feature_names` and `COMPANY_NAMES`."""

    alone: NDArray[np.float32]
    together: NDArray[np.float32]
    threshold: float


@lru_cache(maxsize=1)
def shipped_coefficients() -> Coefficients:
    """Return the coefficients of `cleaning.json`."""
    data = json.loads(COEFFICIENTS.read_text("utf-8"))
    return Coefficients(
        _in_order(data["alone"], feature_names()),
        _in_order(data["together"], COMPANY_NAMES),
        float(data["threshold"]),
    )


def _in_order(weights: dict[str, float], names: Sequence[str]) -> NDArray[np.float32]:
    if set(weights) != set(names):
        raise ValueError(f"cleaning.json and the features differ in {set(weights) ^ set(names)}")
    return np.array([weights[name] for name in names], dtype=np.float32)


def judge(lines: Sequence[str], coefficients: Coefficients | None = None) -> Judged:
    """Return the probability of every block to belong to the article's body."""
    weights = coefficients or shipped_coefficients()
    blocks = measure(lines)
    first = logistic(blocks.features, weights.alone)
    return Judged(blocks, logistic(company(lines, first, blocks.words), weights.together))


def logistic(features: Matrix, weights: NDArray[np.float32]) -> Numbers:
    """Return 1 / (1 + exp(-features @ weights))."""
    return 1.0 / (1.0 + np.exp(-np.clip((features @ weights).astype(np.float64), -30.0, 30.0)))

"""Fits the models of `index.ranking`: listwise for passages, logistic for the rest.

The only module that imports scikit-learn, which training needs and running does not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.ranking import Linear

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]
Features = Mapping[str, float]
FOLDS = 5


@dataclass(frozen=True, slots=True)
class Rows:
    """A table to fit on. `group` is what cross-validation keeps together."""

    names: tuple[str, ...]
    values: Array
    right: Bools
    weight: Array
    group: tuple[str, ...]

    def only(self, kept: Bools) -> Rows:
        """Return the rows that are kept."""
        group = tuple(g for g, keep in zip(self.group, kept, strict=True) if keep)
        return Rows(self.names, self.values[kept], self.right[kept], self.weight[kept], group)


def rows_of(
    features: Sequence[Features],
    right: Sequence[bool],
    weight: Sequence[float],
    group: Sequence[str],
    leave_out: frozenset[str] = frozenset(),
) -> Rows:
    """Return the table of features (all with the same names), without those left out."""
    names = tuple(name for name in features[0] if name not in leave_out)
    values = np.array([[f[name] for name in names] for f in features], dtype=np.float64)
    return Rows(names, values, np.array(right), np.array(weight, dtype=np.float64), tuple(group))


def fit_logistic(rows: Rows, strength: float) -> Linear:
    """Return the logistic regression on standardised features, written for the plain ones.

    `strength` is the inverse of the L2 penalty (scikit-learn's C).
    """
    from sklearn.linear_model import LogisticRegression

    mean, spread = rows.values.mean(axis=0), rows.values.std(axis=0)
    spread[spread < 1e-6] = 1.0
    weight = rows.weight * (len(rows.weight) / rows.weight.sum())
    model = LogisticRegression(C=strength, max_iter=2000)
    model.fit((rows.values - mean) / spread, rows.right, sample_weight=weight)
    plain = model.coef_[0] / spread
    intercept = float(model.intercept_[0] - (plain * mean).sum())
    return Linear(intercept, dict(zip(rows.names, plain.tolist(), strict=True)))


def fold_of(groups: Sequence[str], folds: int = FOLDS, seed: int = 0) -> NDArray[np.int64]:
    """Return each row's fold; a group lies in one fold."""
    names = sorted(set(groups))
    order = np.random.default_rng(seed).permutation(len(names))
    folds_by_group = {names[place]: number % folds for number, place in enumerate(order)}
    return np.array([folds_by_group[group] for group in groups], dtype=np.int64)


def held_out_scores(rows: Rows, fit: Callable[[Rows], Linear]) -> Array:
    """Return each row's log odds from a model fitted on the other folds."""
    fold = fold_of(rows.group)
    scores = np.zeros(len(rows.group))
    for number in range(FOLDS):
        there = fold == number
        scores[there] = scores_of(fit(rows.only(~there)), rows.only(there))
    return scores


def scores_of(model: Linear, rows: Rows) -> Array:
    """Return the log odds of every row."""
    weights = np.array([model.weights.get(name, 0.0) for name in rows.names])
    found: Array = rows.values @ weights + model.intercept
    return found


@dataclass(frozen=True, slots=True)
class Choice:
    """One question's candidates: which of them are right."""

    values: Array
    right: Bools
    group: str


def fit_listwise(
    sets: Sequence[Sequence[Choice]], names: Sequence[str], *, steps: int = 200
) -> Linear:
    """Return the weights, none below 0 but for "misfits", that put right candidates first.

    Softmax cross-entropy over each question's candidates (ListNet: Cao et al., "Learning to rank:
    from pairwise approach to listwise approach", ICML 2007), every set counting the same; then an
    intercept and a scale for which the score is a probability.
    """
    signs = np.array([-1.0 if name.endswith(("misfits", "missing")) else 1.0 for name in names])
    weights = np.zeros(len(names))
    weights[0] = 8.0
    for _ in range(steps):
        slope = -0.002 * weights
        for choices in sets:
            here = sum((_slope(choice, weights) for choice in choices), np.zeros(len(names)))
            slope += here / max(len(choices), 1)
        weights += 8.0 * slope
        weights = np.where(weights * signs < 0, 0.0, weights)
    return _as_probability(sets, names, weights)


def _slope(choice: Choice, weights: Array) -> Array:
    if not choice.right.any():
        return np.zeros(len(weights))
    scores = choice.values @ weights
    share = np.exp(scores - scores.max())
    share /= share.sum()
    wanted = share * choice.right
    found: Array = choice.values.T @ (wanted / wanted.sum() - share)
    return found


def _as_probability(
    sets: Sequence[Sequence[Choice]], names: Sequence[str], weights: Array
) -> Linear:
    best = [
        (float((c.values @ weights)[row]), bool(c.right[row]), 1.0 / len(choices))
        for choices in sets
        for c in choices
        for row in np.argsort(-(c.values @ weights))[:8]
    ]
    scores, right, share = zip(*best, strict=True)
    rows = rows_of([{"score": s} for s in scores], right, share, [""] * len(best))
    line = fit_logistic(rows, strength=100.0)
    scale = line.weights["score"]
    return Linear(line.intercept, dict(zip(names, (weights * scale).tolist(), strict=True)))


def area_under_curve(scores: Array, right: Bools) -> float:
    """Return the chance that a right row scores above a wrong one (ties count half)."""
    ordered, counts = np.unique(scores, return_inverse=True, return_counts=True)[1:]
    below = np.cumsum(counts) - counts
    rank = below[ordered] + (counts[ordered] + 1) / 2
    wins = rank[right].sum() - right.sum() * (right.sum() + 1) / 2
    return float(wins / (right.sum() * (~right).sum()))


def balanced_accuracy(probabilities: Array, right: Bools, threshold: float) -> float:
    """Return the mean of: answered when answerable, refused when not."""
    said = probabilities >= threshold
    return float((said[right].mean() + (~said[~right]).mean()) / 2)

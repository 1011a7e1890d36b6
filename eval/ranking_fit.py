"""Fits the models of `index.ranking`: listwise for passages, logistic for the rest.

Plain numpy: two dozen features need no library, and weights can be held to the side of zero
where they make sense.
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


def fit_logistic(rows: Rows, strength: float, signs: Mapping[str, int] | None = None) -> Linear:
    """Return the logistic regression on standardised features, written for the plain ones.

    `strength` is the inverse of the L2 penalty. `signs` names features whose weight must not be
    below 0 (1) or above 0 (-1): features that say nearly the same otherwise get weights
    that cancel out here and not on the next collection. Fitted by projected Newton steps
    (Bertsekas, "Projected Newton methods", SIAM J. Control Optim. 20, 1982).
    """
    mean, spread = rows.values.mean(axis=0), rows.values.std(axis=0)
    spread[spread < 1e-6] = 1.0
    values = np.hstack([(rows.values - mean) / spread, np.ones((len(rows.values), 1))])
    weight = rows.weight * (len(rows.weight) / rows.weight.sum())
    sign = np.array([*((signs or {}).get(name, 0) for name in rows.names), 0])
    penalty = np.full(values.shape[1], 1.0 / strength)
    penalty[-1] = 1e-6

    def loss(point: Array) -> float:
        margin = np.where(rows.right, 1.0, -1.0) * (values @ point)
        return float(weight @ np.logaddexp(0.0, -margin) + point * penalty @ point / 2)

    point = np.zeros(values.shape[1])
    for _ in range(300):
        chance = 1.0 / (1.0 + np.exp(-np.clip(values @ point, -40, 40)))
        slope = values.T @ (weight * (chance - rows.right)) + penalty * point
        free = ~((sign != 0) & (point == 0) & (slope * sign >= 0))
        inner = values[:, free]
        curve = inner.T @ (inner * (weight * chance * (1 - chance))[:, None])
        curve += np.diag(penalty[free])
        newton, plain_step = np.zeros(len(point)), np.zeros(len(point))
        newton[free] = np.linalg.solve(curve, slope[free])
        plain_step[free] = slope[free] / np.diag(curve).sum()
        # Where several weights meet zero at once Newton's direction may lead uphill.
        moved = min((_moved(point, step, sign, loss) for step in (newton, plain_step)), key=loss)
        if loss(point) - loss(moved) < 1e-8 * loss(point):
            break
        point = moved
    plain = point[:-1] / spread
    return Linear(
        float(point[-1] - (plain * mean).sum()), dict(zip(rows.names, plain.tolist(), strict=True))
    )


def _moved(
    point: Array, step: Array, sign: NDArray[np.int64], loss: Callable[[Array], float]
) -> Array:
    """Go as far along the step, halving it, as lowers the loss; stay on each weight's side of 0."""
    size, before = 1.0, loss(point)
    while size > 1e-4:
        moved = point - size * step
        moved[moved * sign < 0] = 0.0
        if loss(moved) < before:
            return moved
        size /= 2
    return point


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
    sets: Sequence[Sequence[Choice]],
    names: Sequence[str],
    signs: Mapping[str, int],
    *,
    penalty: float = 0.05,
    steps: int = 150,
) -> Linear:
    """Return the weights that put right candidates first within each question.

    Softmax cross-entropy over a question's candidates (ListNet: Cao et al., "Learning to rank: from
    pairwise approach to listwise approach", ICML 2007), every set counting the same; features
    standardised, L2 penalty, gradient steps with momentum, weights held to the side of zero
    that `signs` names. Then an intercept and a scale make the score a probability: these
    learn from questions without a right candidate as well.
    """
    together = np.concatenate([choice.values for choices in sets for choice in choices])
    spread = together.std(axis=0)
    spread[spread < 1e-6] = 1.0
    sign = np.array([signs.get(name, 0) for name in names])
    scaled = [[(c.values / spread, c.right) for c in part if c.right.any()] for part in sets]
    point, speed = np.zeros(len(names)), np.zeros(len(names))
    for _ in range(steps):
        slope = -penalty * point
        for part in scaled:
            slope += sum((_slope(*each, point) for each in part), np.zeros(len(names))) / len(part)
        speed = 0.9 * speed + 0.15 * slope
        point = point + speed
        wrong = point * sign < 0
        point[wrong] = speed[wrong] = 0.0
    return _as_probability(sets, names, point / spread)


def _slope(values: Array, right: Bools, weights: Array) -> Array:
    scores = values @ weights
    share = np.exp(scores - scores.max())
    share /= share.sum()
    wanted = share * right
    found: Array = values.T @ (wanted / wanted.sum() - share)
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

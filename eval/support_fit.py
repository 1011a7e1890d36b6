"""Fits the support score: measures of labelled claims to a logistic model, in numpy.

Every set weighs the same, and so do both labels within a set, because the sets differ in size
and in how many claims are true. A model is judged on a set that it was not fitted on, its
threshold too (leave one set out): thresholds learned on one kind of text fail on others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.support_sets import Pair
from qa.measures import combined
from qa.statements import statements
from qa.support import Check, Model, check_sentence
from qa.words import normalise

Numbers = NDArray[np.float64]
MADE = "made"  # the set of made claims: fitted on with less weight, never judged on
_MADE_WEIGHT = 0.7
_RIDGE = 1.0
_SIGN = {"missing": -1, "mismatches": -1}
_TOTAL_WEIGHT = 300.0  # of one set: what the ridge is measured against
_LOSS_WEIGHT = 0.25
_SMOOTHING = (-0.04, -0.02, 0.0, 0.02, 0.04)


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled claim with what the check found; `clean` when layers (a) and (b) let it pass."""

    pair: Pair
    checks: tuple[Check, ...]
    measures: dict[str, float]
    clean: bool


def examine(pair: Pair) -> Example:
    """Return the checks and the combined measures of a labelled claim."""
    evidence = [normalise(text) for text in pair.evidence]
    checks = tuple(check_sentence(part, evidence) for part in statements(normalise(pair.claim)))
    measures = combined([check.measures for check in checks])
    return Example(pair, checks, measures, all(check.clean for check in checks))


def fit(
    sets: Mapping[str, Sequence[Example]], names: Sequence[str], threshold: float | None = None
) -> Model:
    """Return the logistic model over the measures `names`, with its threshold.

    A measure can only count for the claim (what is missing or at odds: against it): one whose
    coefficient would say otherwise is left out, so that holding more never lowers the score.

    The threshold does well on all sets and on none much worse than that set's own would, each
    averaged over its neighbourhood so that no single claim decides.
    """
    names = list(names)
    while True:
        found = _fit_once(sets, names)
        wrong = [name for name in names if found.weights[name] * _SIGN.get(name, 1) < 0]
        if not wrong:
            break
        names.remove(max(wrong, key=lambda name: abs(found.weights[name])))
    least = _threshold(found, sets) if threshold is None else threshold
    return Model(least, found.intercept, found.weights)


def _fit_once(sets: Mapping[str, Sequence[Example]], names: Sequence[str]) -> Model:
    rows = np.concatenate([_matrix(examples, names) for examples in sets.values()])
    labels = np.concatenate([_labels(examples) for examples in sets.values()])
    weights = np.concatenate(
        [
            _balance(_labels(examples)) * (_MADE_WEIGHT if name == MADE else 1.0) * _TOTAL_WEIGHT
            for name, examples in sets.items()
        ]
    )
    intercept, coefficients = logistic(rows, labels, weights)
    return Model(0.5, intercept, dict(zip(names, coefficients, strict=True)))


def logistic(rows: Numbers, labels: Numbers, weights: Numbers) -> tuple[float, list[float]]:
    """Return intercept and coefficients of a ridge logistic regression (Newton's method).

    The intercept is not penalised.
    """
    design = np.hstack([np.ones((len(rows), 1)), rows])
    penalty = np.full(design.shape[1], 1.0 / _RIDGE)
    penalty[0] = 0.0
    beta = np.zeros(design.shape[1])
    for _ in range(100):
        chance = 1.0 / (1.0 + np.exp(-np.clip(design @ beta, -30, 30)))
        gradient = design.T @ (weights * (labels - chance)) - penalty * beta
        curvature = (design.T * (weights * chance * (1 - chance))) @ design + np.diag(penalty)
        step = np.linalg.solve(curvature, gradient)
        beta = beta + step
        if float(np.abs(step).max()) < 1e-8:
            break
    return round(float(beta[0]), 4), [round(float(value), 4) for value in beta[1:]]


def scores(found: Model, examples: Sequence[Example]) -> Numbers:
    """Return the scores of the examples; 0 where layer (a) or (b) refuses."""
    return np.array([found.score(e.measures) if e.clean else 0.0 for e in examples])


def balanced_accuracy(labels: Numbers, accepted: NDArray[np.bool_]) -> float:
    """Return the mean of the shares of true claims accepted and of false ones refused."""
    return float((accepted[labels == 1].mean() + (~accepted[labels == 0]).mean()) / 2)


def area_under_curve(labels: Numbers, values: Numbers) -> float:
    """Return the chance that a true claim scores above a false one, ties counted half."""
    true, false = values[labels == 1], values[labels == 0]
    above = (true[:, None] > false[None, :]).mean() + 0.5 * (true[:, None] == false[None, :]).mean()
    return float(above)


def leave_one_out(
    sets: Mapping[str, Sequence[Example]], names: Sequence[str]
) -> dict[str, Numbers]:
    """Return, for each set of people's labels, the scores and the threshold of the others' model.

    The last number of each array is the threshold.
    """
    found = {}
    for held in sets:
        if held == MADE:
            continue
        others = {name: examples for name, examples in sets.items() if name != held}
        fitted = fit(others, names)
        found[held] = np.append(scores(fitted, sets[held]), fitted.threshold)
    return found


def within(labels: Numbers, values: Numbers, groups: Sequence[str], folds: int = 5) -> float:
    """Return balanced accuracy with the threshold cross-validated within the set, by document."""
    fold = fold_of(groups, folds)
    accepted = np.zeros(len(labels), dtype=bool)
    for number in range(folds):
        inside = fold != number
        least = _best_threshold([(labels[inside], values[inside])])
        accepted[~inside] = values[~inside] >= least
    return balanced_accuracy(labels, accepted)


def fold_of(groups: Sequence[str], folds: int) -> NDArray[np.int64]:
    """Return the fold, 0 to `folds` - 1, of each claim; a document is in one fold."""
    order = {group: place for place, group in enumerate(sorted(set(groups)))}
    return np.array([order[group] % folds for group in groups], dtype=np.int64)


def labels_of(examples: Sequence[Example]) -> Numbers:
    """Return 1 for the claims that people call supported, else 0."""
    return _labels(examples)


def _threshold(found: Model, sets: Mapping[str, Sequence[Example]]) -> float:
    judged = [e for name, e in sets.items() if name != MADE]
    return _best_threshold([(_labels(e), scores(found, e)) for e in judged])


def _best_threshold(judged: Sequence[tuple[Numbers, Numbers]]) -> float:
    """Return the threshold of the best mean balanced accuracy, less what the worst set loses by it.

    The loss of a set is what its own best threshold would give it above the shared one.
    """
    steps = np.arange(0.3, 0.76, 0.01)
    worth = np.array(
        [[_smoothed(values, labels, step) for step in steps] for labels, values in judged]
    )
    loss = (worth.max(axis=1, keepdims=True) - worth).max(axis=0)
    return round(float(steps[np.argmax(worth.mean(axis=0) - _LOSS_WEIGHT * loss)]), 2)


def _smoothed(values: Numbers, labels: Numbers, least: float) -> float:
    near = [balanced_accuracy(labels, values >= least + shift) for shift in _SMOOTHING]
    return float(np.mean(near))


def _matrix(examples: Sequence[Example], names: Sequence[str]) -> Numbers:
    return np.array([[example.measures[name] for name in names] for example in examples])


def _labels(examples: Sequence[Example]) -> Numbers:
    return np.array([float(example.pair.label) for example in examples])


def _balance(labels: Numbers) -> Numbers:
    true = labels.sum()
    share = np.where(labels == 1, 0.5 / max(true, 1), 0.5 / max(len(labels) - true, 1))
    return np.asarray(share, dtype=np.float64)

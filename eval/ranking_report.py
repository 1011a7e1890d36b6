"""What a fitted ranking is worth: thresholds, held-out figures, calibration."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from eval.ranking_examples import Example
from eval.ranking_fit import Array, Bools, area_under_curve, balanced_accuracy

SETS = ("clapnq", "squad2", "news")
# The next fit, over passages cut a little differently, moves some probabilities by as much.
UNSURE = 0.05


def thresholds_of(
    examples: Sequence[Example], probabilities: Array, ours: tuple[Array, Bools]
) -> dict[str, float]:
    """Return the threshold of each strictness.

    normal: best mean balanced accuracy over near misses and far questions of every set and, with
    as much weight as all of them, our own questions over the samples (`ours`), a small
    collection of news as people begin with. One of these weighs more than dozens of the others,
    so the public sets choose among what ours cannot tell apart. Each threshold is worth the mean
    of those within `UNSURE` of it, so that the best one does not lie at a cliff's edge. low: 98 %
    of answerable questions are answered; high: 90 % of near misses are refused.
    """
    tests = list(tests_of(examples))
    grid = np.linspace(0.0, 1.0, 101)
    public = [
        np.mean([balanced_accuracy(probabilities[t], r, x) for _, t, r in tests]) for x in grid
    ]
    both = [p + balanced_accuracy(*ours, x) for p, x in zip(public, grid, strict=True)]
    reach = round(UNSURE * 100)
    worth = np.convolve(both, np.ones(2 * reach + 1) / (2 * reach + 1), mode="valid")
    for x, accuracy in list(zip(grid, public, strict=True))[15:75:5]:
        own = balanced_accuracy(*ours, x)
        print_line(f"  threshold {x:.2f}: balanced accuracy {accuracy:.3f}, samples {own:.3f}")
    right = np.array([e.answerable for e in examples])
    near = np.array([e.scenario.split("/")[1] != "away" for e in examples]) & ~right
    normal = float(grid[reach + np.argmax(worth)])
    return {
        "low": min(normal, float(np.quantile(probabilities[right], 0.02))),
        "normal": normal,
        "high": max(normal, float(np.quantile(probabilities[near], 0.9))),
    }


def tests_of(examples: Sequence[Example]) -> Iterator[tuple[str, NDArray[np.int64], Bools]]:
    """Yield the tests of answerability: name, rows, which of them are answerable."""
    scenario = np.array([e.scenario for e in examples])
    right = np.array([e.answerable for e in examples])
    for name in sorted(set(scenario)):
        there = np.flatnonzero(scenario == name).astype(np.int64)
        if len(set(right[there])) == 2:
            yield name, there, right[there]
    for name in SETS:
        mine = np.array([s.startswith(name) for s in scenario])
        far = right | (scenario == f"{name}/away")
        there = np.flatnonzero(mine & far).astype(np.int64)
        yield f"{name} far", there, right[there]


def report(
    examples: Sequence[Example], scores: Sequence[Array], probabilities: Array, threshold: float
) -> None:
    """Print the held-out figures of every scenario."""
    print_line("best sentence right, held out (plain similarity in brackets)")
    for name in sorted({e.scenario for e in examples}):
        chosen = [
            (
                e.right[int(np.argmax(s))],
                e.right[int(np.argmax([f["similarity"] for f in e.sentences]))],
            )
            for e, s in zip(examples, scores, strict=True)
            if e.scenario == name and any(e.right)
        ]
        if chosen:
            ours, plain = np.mean(chosen, axis=0)
            print_line(f"  {name:16s} {ours:.3f} ({plain:.3f})  n {len(chosen)}")
    print_line(f"answerable, held out: AUC, balanced accuracy at {threshold:.2f}")
    for name, there, right in tests_of(examples):
        here = probabilities[there]
        accuracy = balanced_accuracy(here, right, threshold)
        print_line(
            f"  {name:16s} {area_under_curve(here, right):.3f} {accuracy:.3f}  n {len(there)}"
        )
    right = np.array([e.answerable for e in examples])
    print_line("calibration, held out: said, was, n")
    for low in np.arange(0, 1, 0.1):
        bin_ = (probabilities >= low) & (probabilities < low + 0.1)
        if bin_.any():
            said, was = probabilities[bin_].mean(), right[bin_].mean()
            print_line(f"  {said:.2f} {was:.2f} {bin_.sum()}")


def print_line(text: str) -> None:
    """Print to standard output at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()

"""A chat model as a judge of support: `python -m eval.support_yes_no --data DIR --model NAME`.

Asks the model, for claims of the public sets, whether they follow (`qa.yes_no`), fits Platt
scaling to what it says, and prints: how well the calibrated probability means what it says
(reliability), balanced accuracy with the threshold cross-validated within each set and with
calibration from the other sets (leave one set out), alone and after the layers that compare
texts. `--write` puts the calibration beside the others in qa/yes_no.json.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np

from eval.plain_table import Table, show
from eval.support_fit import (
    Numbers,
    area_under_curve,
    balanced_accuracy,
    fold_of,
    logistic,
)
from eval.support_sets import SETS, Pair, read_set
from qa.assembly import open_chat_model
from qa.language_model import LanguageModel
from qa.measures import best_sentences
from qa.statements import source_sentences
from qa.support import check_claim
from qa.words import normalise
from qa.yes_no import EVEN, Calibration, log_odds, question_of

NEAREST = 8  # sentences of a document that the model is shown, as many as a citation may have
BINS = 5
_SCALE = 100.0  # total weight of a set, against the ridge of `logistic`


@dataclass(frozen=True, slots=True)
class Asked:
    """A claim, the model's own probability (None: neither yes nor no), and the text layers'."""

    pair: Pair
    raw: float | None
    passes: bool


def ask(model: LanguageModel, pair: Pair) -> Asked:
    """Ask the model about a claim, with the nearest sentences of what it should rest on."""
    evidence = [normalise(text) for text in pair.evidence]
    nearest = best_sentences(normalise(pair.claim), source_sentences(evidence), NEAREST)
    raw = model.probability_of_yes(question_of(pair.claim, nearest))
    return Asked(pair, raw, check_claim(pair.claim, pair.evidence).holds)


def sample(pairs: Sequence[Pair], limit: int, seed: int = 3) -> list[Pair]:
    """Return up to `limit` claims, half of them true, drawn by chance and always the same."""
    chance, half = random.Random(seed), limit // 2
    by_label = [[pair for pair in pairs if pair.label is label] for label in (True, False)]
    return [pair for same in by_label for pair in chance.sample(same, min(half, len(same)))]


def labels_of(asked: Sequence[Asked]) -> Numbers:
    """Return 1 for the claims that people call supported, else 0."""
    return np.array([float(one.pair.label) for one in asked])


def odds_of(asked: Sequence[Asked]) -> Numbers:
    """Return the model's log odds of yes; 0, even, where it said neither."""
    return np.array([0.0 if one.raw is None else log_odds(one.raw) for one in asked])


def platt(groups: Sequence[Sequence[Asked]]) -> tuple[float, float]:
    """Return a and b of Platt scaling; every group weighs the same, and so do its labels."""
    weights = []
    for asked in groups:
        labels = labels_of(asked)
        true = max(labels.sum(), 1.0)
        false = max(len(labels) - labels.sum(), 1.0)
        weights.append(_SCALE * np.where(labels == 1, 0.5 / true, 0.5 / false))
    rows = np.concatenate([odds_of(asked) for asked in groups])[:, None]
    labels = np.concatenate([labels_of(asked) for asked in groups])
    b, [a] = logistic(rows, labels, np.concatenate(weights))
    return a, b


def calibrated(asked: Sequence[Asked], scaling: tuple[float, float]) -> Numbers:
    """Return the calibrated probabilities."""
    found = Calibration(*scaling, provenance="")
    return np.array([found.probability(EVEN if one.raw is None else one.raw) for one in asked])


def within(asked: Sequence[Asked], folds: int = 5) -> Numbers:
    """Return probabilities calibrated on the other folds of the same set, by document."""
    fold = fold_of([one.pair.group for one in asked], folds)
    values = np.zeros(len(asked))
    for number in range(folds):
        inside = [one for one, of in zip(asked, fold, strict=True) if of != number]
        outside = [one for one, of in zip(asked, fold, strict=True) if of == number]
        if outside:
            values[fold == number] = calibrated(outside, platt([inside]))
    return values


def set_figures(sets: Mapping[str, Sequence[Asked]]) -> Table:
    """Return a row per set: the model alone and after the text layers, which stand beside it."""
    table: Table = [
        ("set", "claims", "neither", "AUC", "within", "left out", "text layers", "both, left out")
    ]
    for name, asked in sets.items():
        labels, text = labels_of(asked), np.array([one.passes for one in asked])
        others = [other for key, other in sets.items() if key != name]
        left_out = calibrated(asked, platt(others)) >= EVEN if others else text
        table.append(
            (
                name,
                str(len(asked)),
                str(sum(one.raw is None for one in asked)),
                f"{area_under_curve(labels, odds_of(asked)):.3f}",
                f"{balanced_accuracy(labels, within(asked) >= EVEN):.3f}",
                f"{balanced_accuracy(labels, left_out):.3f}" if others else "-",
                f"{balanced_accuracy(labels, text):.3f}",
                f"{balanced_accuracy(labels, text & left_out):.3f}" if others else "-",
            )
        )
    return table


def reliability(sets: Mapping[str, Sequence[Asked]]) -> Table:
    """Return, by equal steps of the probability calibrated left out: said, and in fact true.

    The last row is the expected calibration error (Naeini et al. 2015): the mean distance.
    """
    said, true = [], []
    for name, asked in sets.items():
        others = [other for key, other in sets.items() if key != name]
        values = calibrated(asked, platt(others)) if others else within(asked)
        said.append(values)
        true.append(labels_of(asked))
    values, labels = np.concatenate(said), np.concatenate(true)
    place = np.minimum((values * BINS).astype(int), BINS - 1)
    table: Table = [("probability", "claims", "mean said", "in fact true")]
    error = 0.0
    for number in range(BINS):
        inside = place == number
        if inside.any():
            mean, share = float(values[inside].mean()), float(labels[inside].mean())
            error += abs(mean - share) * float(inside.mean())
            span = f"{number / BINS:.1f} to {(number + 1) / BINS:.1f}"
            table.append((span, str(int(inside.sum())), f"{mean:.2f}", f"{share:.2f}"))
    table.append(("error", str(len(values)), f"{error:.3f}", ""))
    return table


def write(path: Path, name: str, scaling: tuple[float, float], provenance: str) -> None:
    """Put one model's calibration into the file, keeping those of the others."""
    document = json.loads(path.read_text("utf-8"))
    a, b = scaling
    document["models"][name] = {"a": a, "b": b, "provenance": provenance}
    path.write_text(json.dumps(document, indent=1) + "\n", "utf-8")


def main(arguments: Sequence[str] | None = None) -> None:
    """Ask, fit, and print every figure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True, help="the folder of the public sets")
    parser.add_argument("--model", required=True, help="a known chat model, a path or an address")
    parser.add_argument("--limit", type=int, default=10_000, help="claims of each set, at most")
    parser.add_argument("--write", type=Path, help="the file to put the calibration into")
    given = parser.parse_args(arguments)
    model = open_chat_model(given.model)
    sets: dict[str, list[Asked]] = {}
    started = time.perf_counter()
    for name in SETS:
        pairs = sample(read_set(given.data, name), given.limit)
        sets[name] = [ask(model, pair) for pair in pairs]
        click.echo(f"{name}: {len(pairs)} claims asked", err=True)
    count = sum(map(len, sets.values()))
    spent = (time.perf_counter() - started) / count
    show(f"{model.name}: balanced accuracy at even odds", set_figures(sets))
    show("Reliability, calibrated on the other sets", reliability(sets))
    scaling = platt(list(sets.values()))
    provenance = f"eval/support_yes_no.py on {', '.join(f'{n} {len(a)}' for n, a in sets.items())}"
    click.echo(f"\n{count} claims, {spent:.2f} s each; a {scaling[0]}, b {scaling[1]}")
    if given.write is not None:
        write(given.write, model.name, scaling, provenance)


if __name__ == "__main__":
    main()

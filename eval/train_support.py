"""Fits qa/support.json on the public sets: `python -m eval.train_support --data DIR`.

Among a few lists of measures it takes the one with the best balanced accuracy on sets left out,
fits it on all of them and writes coefficients, threshold and provenance.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import click
import numpy as np

from eval.cited_sets import MEASURED_ONLY, cited_pairs
from eval.support_fit import (
    MADE,
    Example,
    balanced_accuracy,
    examine,
    fit,
    labels_of,
    leave_one_out,
    scores,
)
from eval.support_sets import SETS, made_summaries, read_set
from qa.support import Model

MADE_CLAIMS = 900
CITED_MEASURES = ("near", "everywhere")
FALSE_ALLOWED = 0.05  # of any kind of made false claim may pass the strict threshold
_CORE = ("coverage", "near", "missing", "mismatches")
CANDIDATES: dict[str, tuple[str, ...]] = {
    "core": _CORE,
    "core, everywhere": (*_CORE, "everywhere"),
    "core, verbatim": (*_CORE, "verbatim"),
    "core, everywhere, whole": (*_CORE, "everywhere", "whole"),
    "core, everywhere, verbatim": (*_CORE, "everywhere", "verbatim"),
    "core, everywhere, copied": (*_CORE, "everywhere", "copied"),
    "all": (*_CORE, "everywhere", "copied", "whole", "verbatim"),
}


def read_examples(folder: Path) -> dict[str, Sequence[Example]]:
    """Return the examined claims of the public sets and of the made one."""
    sets: dict[str, Sequence[Example]] = {
        name: [examine(pair) for pair in read_set(folder, name)] for name in SETS
    }
    sets[MADE] = [examine(pair) for pair in made_summaries(folder, MADE_CLAIMS)]
    return sets


def fit_cited(examples: Sequence[Example]) -> Model:
    """Return the strict model, for claims that cite a few sentences.

    Its threshold is the least at which no more than FALSE_ALLOWED of any kind of false claim
    pass.
    """
    judged = [e for e in examples if e.pair.kind not in MEASURED_ONLY]
    found = fit({"cited": judged}, CITED_MEASURES, threshold=0.5)
    kinds = {e.pair.kind for e in judged if not e.pair.label}
    false = [scores(found, [e for e in judged if e.pair.kind == kind]) for kind in sorted(kinds)]
    steps = np.arange(0.5, 1.0, 0.01)
    least = next(t for t in steps if max((s >= t).mean() for s in false) <= FALSE_ALLOWED)
    return replace(found, threshold=round(float(least), 2))


def choose(sets: dict[str, Sequence[Example]]) -> str:
    """Return the name of the list of measures that does best on sets left out; print all."""
    best, chosen = 0.0, ""
    for name, measures in CANDIDATES.items():
        found = []
        for held, values in leave_one_out(sets, measures).items():
            found.append(balanced_accuracy(labels_of(sets[held]), values[:-1] >= values[-1]))
        mean = float(np.mean(found))
        click.echo(f"{name:32s} {' '.join(f'{value:.3f}' for value in found)} mean {mean:.3f}")
        if mean > best:
            best, chosen = mean, name
    return chosen


def main() -> None:
    """Fit and write qa/support.json."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True, help="the folder of the public sets")
    parser.add_argument("--out", type=Path, default=Path("qa/support.json"))
    arguments = parser.parse_args()
    sets = read_examples(arguments.data)
    chosen = choose(sets)
    names = CANDIDATES[chosen]
    cited = [examine(pair) for pair in cited_pairs(arguments.data)]
    models = {"document": asdict(fit(sets, names)), "cited": asdict(fit_cited(cited))}
    counts = ", ".join(f"{name} {len(examples)}" for name, examples in sets.items())
    document = {
        "provenance": f"eval/train_support.py on {counts}, cited {len(cited)}; measures: {chosen}",
        "models": models,
    }
    arguments.out.write_text(json.dumps(document, indent=1) + "\n", "utf-8")
    for name, found in models.items():
        click.echo(f"{name} {found}")


if __name__ == "__main__":
    main()

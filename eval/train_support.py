"""Fits qa/support.json on the public sets: `python -m eval.train_support --data DIR`.

Among a few lists of measures it takes the one with the best balanced accuracy on sets left out,
fits it on all of them and writes coefficients, threshold and provenance.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from eval.support_fit import (
    MADE,
    Example,
    balanced_accuracy,
    examine,
    fit,
    labels_of,
    leave_one_out,
)
from eval.support_sets import SETS, made_summaries, read_set
from index.embedders import open_embedder
from index.embedding import Embedder

MADE_CLAIMS = 900
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


def add_similarity(sets: dict[str, Sequence[Example]], embedder: Embedder) -> None:
    """Put the least similarity of a claim's sentences to their best sentences into the measures."""
    for examples in sets.values():
        for example in examples:
            nearest = []
            for check in example.checks:
                vectors = embedder.embed_passages([check.claim, *check.best])
                nearest.append(float((vectors[1:] @ vectors[0]).max()) if check.best else 0.0)
            example.measures["similarity"] = min(nearest)


def choose(sets: dict[str, Sequence[Example]]) -> str:
    """Return the name of the list of measures that does best on sets left out; print all."""
    best, chosen = 0.0, ""
    for name, measures in CANDIDATES.items():
        found = []
        for held, values in leave_one_out(sets, measures).items():
            found.append(balanced_accuracy(labels_of(sets[held]), values[:-1] >= values[-1]))
        mean = float(np.mean(found))
        print(f"{name:32s}", *(f"{value:.3f}" for value in found), f"mean {mean:.3f}")  # noqa: T201 - the command's output
        if mean > best:
            best, chosen = mean, name
    return chosen


def main() -> None:
    """Fit and write qa/support.json."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True, help="the folder of the public sets")
    parser.add_argument("--out", type=Path, default=Path("qa/support.json"))
    parser.add_argument("--similarity", action="store_true", help="fit with similarity as well")
    arguments = parser.parse_args()
    sets = read_examples(arguments.data)
    chosen = choose(sets)
    names = CANDIDATES[chosen]
    models = {"plain": asdict(fit(sets, names))}
    if arguments.similarity:
        add_similarity(sets, open_embedder())
        models["with_similarity"] = asdict(fit(sets, (*names, "similarity")))
    elif arguments.out.exists():
        models |= {
            name: kept
            for name, kept in json.loads(arguments.out.read_text("utf-8"))["models"].items()
            if name != "plain"
        }
    counts = ", ".join(f"{name} {len(examples)}" for name, examples in sets.items())
    document = {
        "provenance": f"eval/train_support.py on {counts}; measures: {chosen}",
        "models": models,
    }
    arguments.out.write_text(json.dumps(document, indent=1) + "\n", "utf-8")
    print(f"{arguments.out}: {chosen}, threshold {models['plain']['threshold']}")  # noqa: T201 - the command's output


if __name__ == "__main__":
    main()

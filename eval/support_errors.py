"""What the support check still gets wrong on the public sets, sorted by kind, with examples.

    python -m eval.support_errors --data DIR [--examples N] [--set NAME]

Each set is judged by the model fitted on the others, at their threshold. A true claim refused is
sorted by the reason that the check gave, a false one accepted by where its words stand.
"""

from __future__ import annotations

import argparse
import random
import textwrap
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from eval.support_fit import Example, leave_one_out
from eval.support_sets import SETS
from eval.train_support import read_examples
from qa.support import Check, model

WIDTH = 110
SEED = 3
Errors = Mapping[str, Sequence[Example]]


def errors(examples: Sequence[Example], scores: Sequence[float], threshold: float) -> Errors:
    """Return the wrongly judged claims of a set by kind of error, most frequent first."""
    found: dict[str, list[Example]] = defaultdict(list)
    for example, score in zip(examples, scores, strict=True):
        accepted = score >= threshold
        if example.pair.label and not accepted:
            found[f"true, refused: {_refused_for(example)}"].append(example)
        elif accepted and not example.pair.label:
            found[f"false, accepted: {_accepted_with(example)}"].append(example)
    return dict(sorted(found.items(), key=lambda kind: -len(kind[1])))


def _refused_for(example: Example) -> str:
    for check in example.checks:
        if check.missing:
            return f"a {check.missing[0].kind} not found"
        if check.mismatches:
            return f"wording ({check.mismatches[0].kind})"
    return "too few of its words found together"


def _accepted_with(example: Example) -> str:
    if example.measures["verbatim"] == 1.0:
        return "it stands word for word in the source"
    if example.measures["coverage"] >= 0.95:
        return "all its words stand in one sentence"
    if example.measures["near"] >= 0.95:
        return "its words are gathered from two or three sentences"
    return "some of its words stand nowhere near"


def weakest(example: Example) -> Check:
    """Return the sentence of the claim that is held least."""
    return min(example.checks, key=lambda check: (check.clean, check.measures["coverage"]))


def show(name: str, found: Errors, total: int, examples: int) -> None:
    """Print the kinds of error of one set with their counts and some examples."""
    wrong = sum(map(len, found.values()))
    click.echo(f"\n{name}: {wrong} of {total} wrong")
    for kind, cases in found.items():
        click.echo(f"  {len(cases):4d}  {kind}")
        for case in random.Random(SEED).sample(list(cases), min(examples, len(cases))):
            check = weakest(case)
            why = [missing.text for missing in check.missing]
            why += [mismatch.reason for mismatch in check.mismatches]
            nearest = check.best[0] if check.best else "nothing"
            for label, text in (("claim", check.claim), ("why", "; ".join(why)), ("near", nearest)):
                if text:
                    short = textwrap.shorten(text, WIDTH, placeholder=" ...")
                    click.echo(f"          {label:5s} {short}")


def main() -> None:
    """Print the remaining errors of every set."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True, help="the folder of the public sets")
    parser.add_argument("--examples", type=int, default=2, help="of each kind")
    parser.add_argument("--set", choices=SETS, action="append", dest="sets")
    arguments = parser.parse_args()
    sets = read_examples(arguments.data)
    judged = leave_one_out(sets, list(model("document").weights))
    for name in arguments.sets or SETS:
        scores = judged[name]
        found = errors(sets[name], list(scores[:-1]), float(scores[-1]))
        show(name, found, len(sets[name]), arguments.examples)


if __name__ == "__main__":
    main()

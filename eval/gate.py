"""The gate: a baseline on disk, and whether a run falls short of it.

A baseline holds every case's scores, so that the comparison is paired: the same cases,
before and after. A fall counts when the bootstrap interval of the difference leaves zero
out; where any fall is a fault (quote exactness), any counts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.bootstrap import ROUNDING, Difference, difference
from eval.figures import FIGURES, Figure
from eval.result import Result
from eval.scoring import Score, Scores
from index.errors import UsageError

BASELINE_SCHEMA = 1
SAMPLES_BASELINE = Path(__file__).parent / "baselines" / "samples.json"


@dataclass(frozen=True)
class Baseline:
    """The scores of an earlier run, by case id, with the fingerprints of the questions."""

    setting: str
    scores: Mapping[str, Scores]
    fingerprints: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Fall:
    """A figure that is worse than in the baseline, beyond chance."""

    figure: Figure
    difference: Difference

    def __str__(self) -> str:
        """Say it in one line."""
        old, new = _number(self.difference.old), _number(self.difference.new)
        line = f"{self.figure.label}: {old} -> {new}"
        if self.difference.change is None:
            return f"{line} (it can no longer be scored)"
        if self.figure.exact and not self.difference.significant:
            return f"{line} (any fall of this figure fails)"
        low, high = self.difference.low, self.difference.high
        return f"{line} (change {low:+.3f} to {high:+.3f} on {self.difference.cases} cases)"


@dataclass(frozen=True)
class Verdict:
    """What the gate found. `compared` is how many cases both runs hold."""

    falls: tuple[Fall, ...]
    rises: tuple[Fall, ...]
    compared: int
    missing: int

    @property
    def passes(self) -> bool:
        """Whether nothing fell."""
        return not self.falls


def save_baseline(path: Path, result: Result) -> None:
    """Write a run's scores as the baseline; one line a case, so that changes read well."""
    lines = []
    for case in result.cases:
        scores = {
            name: [round(score.value, 6), round(score.weight, 6)]
            for name, score in sorted(result.scores[case.id].items())
        }
        entry = {"case": case.id, "fingerprint": case.fingerprint, "scores": scores}
        lines.append(f"  {json.dumps(entry, separators=(',', ':'))}")
    head = {"schema": BASELINE_SCHEMA, "setting": result.name, "models": dict(result.run.models)}
    figures = {
        name: round(found.value, 4)
        for name, found in result.intervals.items()
        if found.value is not None
    }
    text = (
        "{"
        + "".join(f'"{key}": {json.dumps(value)},\n' for key, value in head.items())
        + f'"figures": {json.dumps(figures)},\n"cases": [\n'
        + ",\n".join(lines)
        + "\n]}\n"
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def load_baseline(path: Path) -> Baseline:
    """Read a baseline.

    Raises:
        UsageError: it is not there, or not a baseline of this version.

    """
    try:
        raw: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if raw["schema"] != BASELINE_SCHEMA:
            raise UsageError(
                f"{path} has schema {raw['schema']!r}; this version reads {BASELINE_SCHEMA}"
            )
        scores = {
            entry["case"]: {name: Score(v, w) for name, (v, w) in entry["scores"].items()}
            for entry in raw["cases"]
        }
        fingerprints = {entry["case"]: entry["fingerprint"] for entry in raw["cases"]}
        return Baseline(raw["setting"], scores, fingerprints)
    except FileNotFoundError:
        raise UsageError(f"{path} does not exist; write it with --save-baseline {path}") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{path} is not a baseline: {error!r}") from error


def judge(baseline: Baseline, result: Result) -> Verdict:
    """Compare a run with the baseline on the cases whose question is the same in both.

    Raises:
        UsageError: there is no such case.

    """
    same = [c.id for c in result.cases if baseline.fingerprints.get(c.id) == c.fingerprint]
    if not same:
        raise UsageError("the baseline and this run have no case in common; write a new baseline")
    old = {case: baseline.scores[case] for case in same}
    new = {case: result.scores[case] for case in same}
    falls, rises = [], []
    for figure in FIGURES:
        found = difference(old, new, figure.made_of)
        if figure.gated and _fell(figure, found):
            falls.append(Fall(figure, found))
        elif figure.gated and found.significant:
            rises.append(Fall(figure, found))
    return Verdict(tuple(falls), tuple(rises), len(same), len(baseline.scores) - len(same))


def worse(figure: Figure, found: Difference) -> bool:
    """Whether the difference is significant and for the worse."""
    if figure.better == "neither" or not found.significant:
        return False
    return found.high < 0 if figure.better == "higher" else found.low > 0


def _fell(figure: Figure, found: Difference) -> bool:
    if found.old is not None and found.new is None:
        return True
    if figure.exact and found.change is not None and found.change < -ROUNDING:
        return True
    return worse(figure, found)


def _number(value: float | None) -> str:
    return "not scored" if value is None else f"{value:.3f}"

"""A few cases with the two starter models, as `footnote eval` runs them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.models

COMMAND = "from ui.cli import main; main()"
CASES = "11"  # one of every kind


def evaluate(library: Path, report: Path, seed: str) -> Any:
    """Run `footnote eval` in a process of its own, where sets have another order."""
    cases = Path(__file__).parents[2] / "eval" / "cases" / "samples.yaml"
    options = ["--library", str(library), "--report", str(report), "--limit", CASES, "--json"]
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, "eval", "--cases", str(cases), *options],
        env={**os.environ, "PYTHONHASHSEED": seed, "COLUMNS": "80"},
        capture_output=True,
        check=True,
        text=True,
    )
    return json.loads(done.stdout)["settings"][0]


def test_two_runs_at_temperature_0_write_the_same_log_and_nothing_in_it_is_misquoted(
    samples_folder: Path, tmp_path: Path
) -> None:
    figures = [evaluate(samples_folder, tmp_path / seed, seed)["figures"] for seed in ("1", "2")]
    one, two = (
        (tmp_path / seed / "runs" / "checked" / "answers.jsonl").read_bytes() for seed in ("1", "2")
    )
    assert one == two
    assert len(one.splitlines()) == int(CASES)
    assert figures[0]["quote_exact"]["value"] == 1
    assert figures[0]["support_rate"]["value"] == 1
    assert figures[0]["completion_tokens"]["value"] > 0, "the model did not write"

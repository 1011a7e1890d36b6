"""A few cases with the two starter models, as `footnote eval` runs them."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.answerer import Setting
from eval.case_files import SAMPLES, load_cases
from eval.result import Result
from eval.run import run_cases
from eval.tool import Answerers
from index.library import Library

pytestmark = pytest.mark.models

WANTED = ("fact-meeting-length", "number-quad-date", "outside-miso")
CASES = [case for case in load_cases(SAMPLES).cases if case.id in WANTED]


def test_two_runs_at_temperature_0_write_the_same_log_and_nothing_in_it_is_misquoted(
    samples: Library, tmp_path: Path
) -> None:
    results = []
    for name in ("one", "two"):
        answerers = Answerers(samples, offline=True)
        run = run_cases(
            CASES,
            answerers.answerer(Setting()),
            answerers.documents(),
            Setting(),
            folder=tmp_path / name,
        )
        answerers.close()
        results.append(Result.of(CASES, run))
    one, two = (tmp_path / name / "answers.jsonl" for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()
    intervals = results[0].intervals
    assert intervals["quote_exact"].value == 1
    assert intervals["support_rate"].value == 1
    tokens = intervals["completion_tokens"].value
    assert tokens is not None
    assert tokens > 0, "the model did not write"

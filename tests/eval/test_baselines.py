"""The baselines in the repository: whole, current, and held by a fast run."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.answerer import Setting
from eval.case_files import SAMPLES, choose, load_cases
from eval.gate import SAMPLES_BASELINE, judge, load_baseline
from eval.result import Result
from eval.run import run_cases
from eval.tool import Answerers
from index.library import Library
from qa.answering import Mode

QUOTES_BASELINE = SAMPLES_BASELINE.with_name("quotes.json")
CASES = load_cases(SAMPLES).cases


@pytest.mark.parametrize("path", [SAMPLES_BASELINE, QUOTES_BASELINE], ids=lambda path: path.stem)
def test_a_baseline_holds_every_case_as_it_is_asked_now(path: Path) -> None:
    baseline = load_baseline(path)
    assert dict(baseline.fingerprints) == {case.id: case.fingerprint for case in CASES}


@pytest.mark.models
def test_the_tool_does_not_fall_short_of_its_baseline_on_a_fast_subset(samples: Library) -> None:
    chosen = choose(CASES, 44)
    answerers = Answerers(samples, offline=True)
    setting = Setting(None, Mode.QUOTES)
    run = run_cases(chosen, answerers.answerer(setting), answerers.documents(), setting)
    verdict = judge(load_baseline(QUOTES_BASELINE), Result.of(chosen, run))
    assert [str(fall) for fall in verdict.falls] == []
    assert verdict.compared == len(chosen)

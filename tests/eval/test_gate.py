"""The gate: paired, exact where it must be, and clear about what it compared."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from eval.answerer import Setting
from eval.bootstrap import Difference
from eval.case_files import SAMPLES, choose, load_cases
from eval.figures import BY_NAME
from eval.gate import Fall, judge, load_baseline, save_baseline
from eval.result import Result
from eval.run import run_cases
from eval.scoring import Score, Scores
from index.errors import UsageError
from tests.eval.toy import ToyAnswerer

CASES = choose(load_cases(SAMPLES).cases, 66)


@pytest.fixture(scope="module")
def result(seeds: Path) -> Result:
    toy = ToyAnswerer.of(seeds)
    return Result.of(CASES, run_cases(CASES, toy, toy.documents(), Setting()))


@pytest.fixture
def baseline(tmp_path: Path, result: Result) -> Path:
    path = tmp_path / "baselines" / "toy.json"
    save_baseline(path, result)
    return path


def changed(result: Result, change: Callable[[Scores], None], most: int = 10_000) -> Result:
    """The result with the scores of the first cases changed."""
    scores = {case: dict(found) for case, found in result.scores.items()}
    for case in list(scores)[:most]:
        change(scores[case])
    return replace(result, scores=scores)


def test_the_same_run_passes(baseline: Path, result: Result) -> None:
    verdict = judge(load_baseline(baseline), result)
    assert verdict.passes
    assert (verdict.compared, verdict.missing, verdict.rises) == (len(CASES), 0, ())


def test_numbers_that_were_rounded_on_disk_are_no_change(tmp_path: Path, result: Result) -> None:
    def make_long(scores: Scores) -> None:
        scores["right"] = Score(1 / 3)

    thirds = changed(result, make_long)
    save_baseline(tmp_path / "thirds.json", thirds)
    verdict = judge(load_baseline(tmp_path / "thirds.json"), thirds)
    assert (verdict.falls, verdict.rises) == ((), ())


def test_a_significant_fall_fails_with_one_line_a_figure(baseline: Path, result: Result) -> None:
    def spoil(scores: Scores) -> None:
        if "right" in scores:
            scores["right"] = Score(0.0)

    verdict = judge(load_baseline(baseline), changed(result, spoil))
    assert [fall.figure.name for fall in verdict.falls] == ["right"]
    (line,) = [str(fall) for fall in verdict.falls]
    assert line.startswith("right answer: 0.")
    assert "-> 0.000 (change -" in line
    assert "\n" not in line


def test_a_fall_within_chance_passes(baseline: Path, result: Result) -> None:
    changes = iter([True] + [False] * len(CASES))

    def spoil(scores: Scores) -> None:
        if scores.get("right", Score(0)).value == 1 and next(changes):
            scores["right"] = Score(0.0)

    fallen = changed(result, spoil)
    assert fallen.intervals["right"] != result.intervals["right"]
    assert judge(load_baseline(baseline), fallen).passes


def test_any_inexact_quotation_fails(baseline: Path, result: Result) -> None:
    changes = iter([True] + [False] * len(CASES))

    def spoil(scores: Scores) -> None:
        exact = scores.get("quote_exact")
        if exact and next(changes):
            scores["quote_exact"] = Score(exact.value - 1, exact.weight)

    verdict = judge(load_baseline(baseline), changed(result, spoil))
    assert [fall.figure.name for fall in verdict.falls] == ["quote_exact"]
    assert "any fall of this figure fails" in str(verdict.falls[0])


def test_more_leaks_are_a_fall_although_the_number_rises(baseline: Path, result: Result) -> None:
    def spoil(scores: Scores) -> None:
        if "leak" in scores:
            scores["leak"] = Score(scores["leak"].weight, scores["leak"].weight)

    verdict = judge(load_baseline(baseline), changed(result, spoil))
    assert [fall.figure.name for fall in verdict.falls] == ["leak"]


def test_a_rise_is_told_and_passes(baseline: Path, result: Result) -> None:
    def mend(scores: Scores) -> None:
        if "right" in scores:
            scores["right"] = Score(1.0)

    verdict = judge(load_baseline(baseline), changed(result, mend))
    assert verdict.passes
    assert [rise.figure.name for rise in verdict.rises] == ["right"]


def test_a_figure_that_can_no_longer_be_scored_fails(baseline: Path, result: Result) -> None:
    def spoil(scores: Scores) -> None:
        scores.pop("leak", None)

    verdict = judge(load_baseline(baseline), changed(result, spoil))
    assert [str(fall) for fall in verdict.falls] == [
        "unsupported leak: 0.000 -> not scored (it can no longer be scored)"
    ]


def test_more_tokens_do_not_fail_the_gate(baseline: Path, result: Result) -> None:
    def spoil(scores: Scores) -> None:
        scores["prompt_tokens"] = Score(5000.0)

    assert judge(load_baseline(baseline), changed(result, spoil)).passes


def test_only_cases_with_the_same_question_are_compared(baseline: Path, result: Result) -> None:
    other = replace(result.cases[0], question="Something else?")
    verdict = judge(load_baseline(baseline), replace(result, cases=[other, *result.cases[1:]]))
    assert (verdict.compared, verdict.missing) == (len(CASES) - 1, 1)
    with pytest.raises(UsageError, match="no case in common"):
        judge(load_baseline(baseline), replace(result, cases=[other]))


def test_a_baseline_has_one_line_a_case(baseline: Path) -> None:
    text = baseline.read_text(encoding="utf-8")
    assert sum('"case"' in line for line in text.splitlines()) == len(CASES)
    assert all(text.count(f'"{case.id}"') == 1 for case in CASES)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "does not exist; write it with --save-baseline"),
        ("[]", "is not a baseline"),
        ("{}", "is not a baseline"),
        (json.dumps({"schema": 9}), "has schema 9; this version reads 1"),
    ],
)
def test_a_bad_baseline_is_refused_in_one_line(
    tmp_path: Path, text: str | None, message: str
) -> None:
    path = tmp_path / "bad.json"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=message):
        load_baseline(path)


def test_a_line_says_old_new_and_the_interval() -> None:
    fall = Fall(BY_NAME["right"], Difference(0.9, 0.7, -0.3, -0.1, 100))
    assert str(fall) == "right answer: 0.900 -> 0.700 (change -0.300 to -0.100 on 100 cases)"

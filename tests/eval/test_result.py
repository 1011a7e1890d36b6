"""What tables and reports are made from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from eval.answerer import Setting
from eval.case_files import SAMPLES, choose, load_cases
from eval.result import Result, compare
from eval.run import run_cases
from eval.run_folder import Timing
from tests.eval.toy import ToyAnswerer

CASES = choose(load_cases(SAMPLES).cases, 33)


@pytest.fixture(scope="module")
def result(seeds: Path) -> Result:
    toy = ToyAnswerer.of(seeds)
    return Result.of(CASES, run_cases(CASES, toy, toy.documents(), Setting()))


def statuses(result: Result) -> dict[str, str]:
    answers = {case.id: result.run.records[case.id].answer for case in CASES}
    return {case: answer.status for case, answer in answers.items() if answer is not None}


def test_answers_and_refusals_are_timed_apart_and_phases_not_reached_are_left_out(
    result: Result,
) -> None:
    timings = {
        case.id: Timing(
            case.id,
            {"retrieve": 5.0, "evidence": 6.0, "first_token": 0.0, "total": 50.0}
            if statuses(result)[case.id] == "answered"
            else {"retrieve": 4.0, "evidence": 4.0, "first_token": 0.0, "total": 8.0},
            60.0,
        )
        for case in CASES
    }
    timed = replace(result, run=replace(result.run, timings=timings))
    assert timed.latency["total"][:2] == (50.0, 50.0)
    assert timed.latency["refused"][:2] == (8.0, 8.0)
    assert "first_token" not in timed.latency
    questions = [case.id for case in CASES if case.kind != "summary"]
    answered = [case for case in questions if statuses(result)[case] == "answered"]
    assert timed.latency["total"][2] == len(answered)
    assert timed.latency["refused"][2] == len(questions) - len(answered)


def test_kinds_are_counted_where_something_was_expected(result: Result) -> None:
    assert sum(total for _, total in result.by_kind.values()) == len(CASES)
    assert result.by_kind["outside"] == (3, 3)


def test_every_failed_case_says_what_went_wrong(result: Result) -> None:
    assert result.failed
    for lines in result.failed.values():
        assert all(": " in line for line in lines)


def test_a_run_of_fewer_cases_than_the_file_is_scored_on_those(result: Result) -> None:
    more = load_cases(SAMPLES).cases
    assert [case.id for case in Result.of(more, result.run).cases] == [c.id for c in CASES]


def test_confidences_are_those_of_questions_known_to_be_answerable_or_not(result: Result) -> None:
    assert len(result.confidences) == sum(case.kind != "summary" for case in CASES)
    assert 0 <= result.calibration_error <= 1
    coverage, _ = result.risk_coverage[-1]
    assert coverage == 1


def test_a_run_does_not_differ_from_itself(result: Result) -> None:
    assert not any(found.significant for found in compare(result, result).values())

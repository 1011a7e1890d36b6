"""Runs: logged, resumable, the same twice, and scored again without asking."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from eval.answerer import Setting, settings
from eval.case import Case, Gold
from eval.case_files import SAMPLES, choose, load_cases
from eval.places import GoldError
from eval.record import Record
from eval.result import Result
from eval.run import code_fingerprint, load_run, run_cases
from eval.run_folder import read_records
from index.errors import ModelFailed, ModelUnavailable, UsageError
from qa.answering import Mode
from tests.eval.toy import ToyAnswerer

CASES = choose(load_cases(SAMPLES).cases, 33)
QUOTES = Setting(None, Mode.QUOTES)


@pytest.fixture
def toy(seeds: Path) -> ToyAnswerer:
    return ToyAnswerer.of(seeds)


def test_two_runs_write_the_same_log_byte_for_byte(tmp_path: Path, seeds: Path) -> None:
    for name in ("one", "two"):
        toy = ToyAnswerer.of(seeds)
        run_cases(CASES, toy, toy.documents(), QUOTES, folder=tmp_path / name)
    one, two = (tmp_path / name / "answers.jsonl" for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()
    assert len(one.read_text(encoding="utf-8").splitlines()) == len(CASES)
    assert b'timings_ms": {}' in one.read_bytes(), "a clock's figures would differ"
    assert str(tmp_path) not in one.read_text(encoding="utf-8")


def test_a_run_broken_off_goes_on_where_it_was(tmp_path: Path, toy: ToyAnswerer) -> None:
    whole = tmp_path / "whole"
    run_cases(CASES, toy, toy.documents(), QUOTES, folder=whole)
    broken = tmp_path / "broken"
    unlucky = CASES[10].question
    toy.fails_on = {unlucky: ModelUnavailable("gone")}
    with pytest.raises(ModelUnavailable):
        run_cases(CASES, toy, toy.documents(), QUOTES, folder=broken)
    toy.fails_on = {}
    with (broken / "answers.jsonl").open("a", encoding="utf-8") as log:
        log.write('{"schema": 1, "case": "cut sho')
    toy.asked.clear()
    run_cases(CASES, toy, toy.documents(), QUOTES, folder=broken)
    assert CASES[0].question not in toy.asked
    assert toy.asked[0] in (unlucky, *CASES[10].turns)
    assert (broken / "answers.jsonl").read_bytes() == (whole / "answers.jsonl").read_bytes()


def test_a_case_whose_question_changed_is_asked_again_on_resuming(
    tmp_path: Path, toy: ToyAnswerer
) -> None:
    first = [replace(case, articles=()) for case in CASES[:3]]
    unlucky = replace(first[2], id="last", question="Will it break?", turns=())
    toy.fails_on = {unlucky.question: ModelUnavailable("gone")}
    with pytest.raises(ModelUnavailable):
        run_cases([*first, unlucky], toy, toy.documents(), QUOTES, folder=tmp_path)
    toy.fails_on, toy.asked = {}, []
    changed = replace(first[1], question="Who else came to the inauguration?")
    run_cases([first[0], changed, first[2]], toy, toy.documents(), QUOTES, folder=tmp_path)
    assert toy.asked == [changed.question]


def test_a_finished_run_starts_anew(tmp_path: Path, toy: ToyAnswerer) -> None:
    for _ in range(2):
        toy.asked.clear()
        run_cases(CASES[:3], toy, toy.documents(), QUOTES, folder=tmp_path)
        assert len(toy.asked) == 3


def test_a_finished_run_is_taken_over_when_others_were_broken_off(
    tmp_path: Path, toy: ToyAnswerer
) -> None:
    first = run_cases(CASES[:3], toy, toy.documents(), QUOTES, folder=tmp_path)
    toy.asked.clear()
    again = run_cases(CASES[:3], toy, toy.documents(), QUOTES, folder=tmp_path, finished_too=True)
    assert toy.asked == []
    assert again.records == first.records
    assert (again.peak_memory_mb, again.load_ms) == (first.peak_memory_mb, first.load_ms)


def test_earlier_turns_are_asked_first_and_given_as_history(toy: ToyAnswerer) -> None:
    (case,) = [case for case in load_cases(SAMPLES).cases if len(case.turns) == 2]
    run = run_cases([case], toy, toy.documents(), QUOTES)
    assert toy.asked == [*case.turns, case.question]
    answer = run.records[case.id].answer
    assert answer is not None
    assert answer.searched == f"{case.turns[1]} {case.question}"


def test_a_question_on_which_the_tool_fails_is_logged_and_the_rest_goes_on(
    tmp_path: Path, toy: ToyAnswerer
) -> None:
    toy.fails_on = {CASES[0].question: ModelFailed("the model broke")}
    run = run_cases(CASES[:3], toy, toy.documents(), QUOTES, folder=tmp_path)
    assert run.records[CASES[0].id].error == "the model broke"
    assert run.records[CASES[1].id].error is None
    assert len(read_records(tmp_path / "answers.jsonl")) == 3


def test_gold_that_is_not_in_the_collection_is_found_before_anything_is_asked(
    toy: ToyAnswerer,
) -> None:
    case = Case("a", "fact", "Who?", "anyone", gold=(Gold("003", "never written"),))
    with pytest.raises(GoldError, match=r"case 'a': .*never written"):
        run_cases([*CASES[:2], case], toy, toy.documents(), QUOTES)
    assert toy.asked == []


def test_every_figure_is_computed_again_from_the_log_alone(
    tmp_path: Path, toy: ToyAnswerer
) -> None:
    fresh = Result.of(CASES, run_cases(CASES, toy, toy.documents(), QUOTES, folder=tmp_path))
    toy.asked.clear()
    again = Result.of(CASES, load_run(tmp_path))
    assert toy.asked == []
    assert again.intervals == fresh.intervals
    assert again.latency == fresh.latency
    assert again.failed == fresh.failed


def test_a_record_survives_being_written_and_read(tmp_path: Path, toy: ToyAnswerer) -> None:
    run = run_cases(CASES, toy, toy.documents(), QUOTES, folder=tmp_path)
    for record in run.records.values():
        assert Record.from_line(record.as_line()) == record


def test_the_last_time_and_memory_are_told_and_no_time_is_in_the_log(
    tmp_path: Path, toy: ToyAnswerer
) -> None:
    run_cases(CASES[:2], toy, toy.documents(), QUOTES, folder=tmp_path)
    state = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert state["finished"] is True
    assert state["code"] == code_fingerprint()
    assert state["peak_memory_mb"] is None or state["peak_memory_mb"] > 1


def test_progress_is_told_case_by_case(toy: ToyAnswerer) -> None:
    told: list[tuple[int, int, str]] = []
    run_cases(CASES[:3], toy, toy.documents(), QUOTES, tick=lambda *told_now: told.append(told_now))
    assert told == [(n, 3, case.id) for n, case in enumerate(CASES[:3], 1)]


def test_settings_are_every_pair_but_quotations_need_no_model() -> None:
    names = [s.name for s in settings(["a/one.gguf", "two"], [Mode.CHECKED, Mode.QUOTES])]
    assert names == ["one-checked", "two-checked", "quotes"]
    assert [s.name for s in settings([], [Mode.CHECKED, Mode.UNCHECKED])] == [
        "checked",
        "unchecked",
    ]


def test_a_settings_name_is_the_models_own() -> None:
    assert Setting("qwen3-1.7b").name == "qwen3-1.7b-checked"
    assert Setting("/models/Some Model.gguf").name == "Some-Model-checked"
    assert Setting("http://127.0.0.1:8080/v1#tiny").name == "v1-tiny-checked"


def test_two_models_of_one_name_are_refused() -> None:
    with pytest.raises(UsageError, match="would both be called 'm-checked'"):
        settings(["a/m.gguf", "b/m.gguf"], [Mode.CHECKED])


def test_the_toy_is_right_where_words_are_shared_and_never_misquotes(toy: ToyAnswerer) -> None:
    result = Result.of(CASES, run_cases(CASES, toy, toy.documents(), QUOTES))
    exact = result.intervals["quote_exact"]
    assert exact.value == 1
    right = result.intervals["right"].value
    assert right is not None
    assert 0.1 < right < 1
    assert result.failed

"""The table in a terminal: narrow, honest about what was not scored, with differences told."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from eval.answerer import Setting
from eval.bootstrap import Interval
from eval.case_files import SAMPLES, choose, load_cases
from eval.figures import BY_NAME, FIGURES
from eval.gate import judge, load_baseline, save_baseline
from eval.result import Result
from eval.run import run_cases
from eval.table import as_json, cell, short_cell, show, show_differences, show_verdict
from qa.answering import Mode
from tests.eval.toy import ToyAnswerer

CASES = choose(load_cases(SAMPLES).cases, 66)


@pytest.fixture(scope="module")
def results(seeds: Path) -> list[Result]:
    found = []
    for mode, least in ((Mode.CHECKED, 3), (Mode.QUOTES, 3), (Mode.UNCHECKED, 0)):
        toy = ToyAnswerer.of(seeds)
        toy.least = least
        run = run_cases(CASES, toy, toy.documents(), Setting(None, mode))
        found.append(Result.of(CASES, run))
    return found


def console() -> tuple[Console, io.StringIO]:
    out = io.StringIO()
    return Console(file=out, width=80), out


def test_three_settings_fit_eighty_columns_with_every_figure(results: list[Result]) -> None:
    screen, out = console()
    show(screen, results)
    lines = out.getvalue().splitlines()
    assert max(len(line) for line in lines) <= 80
    for figure in FIGURES:
        assert any(line.strip().startswith(figure.label) for line in lines), figure.label


def test_differences_beyond_chance_are_told_against_the_first_setting(
    results: list[Result],
) -> None:
    screen, out = console()
    show_differences(screen, results)
    text = out.getvalue()
    assert "quotes against checked, on the same cases: no difference beyond chance" in text
    assert "worse  refused when unanswerable: " in text


def test_a_figure_that_was_not_scored_says_so_and_not_zero() -> None:
    figure = BY_NAME["leak"]
    assert cell(figure, Interval(None)) == short_cell(figure, Interval(None)) == "not scored"
    assert short_cell(figure, Interval(0.0, 0.0, 0.0, 5)) == "0.00"
    assert short_cell(figure, Interval(0.5, 0.25, 1.0, 5)) == "0.50 (.25–1.00)"
    assert short_cell(BY_NAME["prompt_tokens"], Interval(270.4, 200, 300, 5)) == "270"


def test_the_verdict_of_the_gate_is_one_line_a_figure(
    results: list[Result], tmp_path: Path
) -> None:
    path = tmp_path / "b.json"
    save_baseline(path, results[0])
    screen, out = console()
    show_verdict(screen, judge(load_baseline(path), results[2]), "b.json")
    lines = out.getvalue().splitlines()
    assert lines[-1].startswith("gate failed: ")
    assert any(line.startswith("WORSE than b.json: refused when unanswerable") for line in lines)


def test_the_json_says_what_the_table_says(results: list[Result]) -> None:
    document = json.loads(json.dumps(as_json(results)))
    assert [setting["name"] for setting in document["settings"]] == [
        "checked",
        "quotes",
        "unchecked",
    ]
    figures = document["settings"][0]["figures"]
    assert figures["right"]["value"] == results[0].intervals["right"].value
    same, other = document["differences"]
    assert not any(found["significant"] for found in same["figures"].values())
    assert other["figures"]["refused_unanswerable"]["worse"] is True

"""The measure of reading is the benchmark's, and the command prints it."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path

import pytest

from eval.article_pages import estimates, precision_recall_f1, read_pages, score
from eval.reading import main
from eval.train_cleaning import headline_of, views_of

BODY = "\n\n".join(
    f"On day {n} the council of Altstadt spoke about the price of water and the old bridge, and "
    f"{n} members voted against a rise because the pumps had been repaired only last year."
    for n in range(2, 8)
)
PAGE = (
    "<html><head><title>Council speaks of water - Gazette</title></head><body><nav><a>Home</a>"
    "<a>Politics</a></nav><article><h1>Council speaks of water</h1>"
    + "".join(f"<p>{paragraph}</p>" for paragraph in BODY.split("\n\n"))
    + "</article><footer>Privacy policy</footer></body></html>"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A benchmark of two pages."""
    truth = {}
    for name in ("a", "b"):
        (tmp_path / f"{name}.html.gz").write_bytes(gzip.compress(PAGE.encode()))
        truth[name] = {"articleBody": BODY, "url": f"https://example.org/{name}"}
    (tmp_path / "ground-truth.json").write_text(json.dumps(truth), "utf-8")
    return tmp_path


def test_texts_are_compared_by_runs_of_four_words() -> None:
    found = score("one two three four five six", "zero one two three four five")
    assert (found.shared, found.predicted, found.true) == (2, 3, 3)
    assert score("same words, other marks here", "same words other marks here").shared == 2
    assert score("too short", "too short").shared == 1


def test_f1_is_the_harmonic_mean_of_mean_precision_and_mean_recall() -> None:
    scores = [score("a b c d e", "a b c d"), score("a b c d", "a b c d e f g")]
    precision, recall, f1 = precision_recall_f1(scores)
    assert precision == pytest.approx((1 + 1 / 4) / 2)
    assert recall == pytest.approx((1 / 2 + 1) / 2)
    assert f1 == pytest.approx(2 * precision * recall / (precision + recall))
    assert precision_recall_f1([score("a b c d", "")]) == (0.0, 0.0, 0.0)


def test_the_bootstrap_is_seeded_and_holds_the_figure() -> None:
    scores = [score("a b c d e f", "a b c d e f"[: 2 * n - 1]) for n in range(2, 7)]
    first, second = estimates(scores, rounds=200), estimates(scores, rounds=200)
    assert first == second
    assert all(e.low <= e.value <= e.high for e in first)


def test_the_command_prints_all_four_ways_of_reading(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["--data", str(folder), "--json"])
    document = json.loads(capsys.readouterr().out)
    readings = {r["name"]: r for r in document["readings"]}
    ours, alone = readings["HTML, Footnote"], readings["HTML, trafilatura alone"]
    rate = ours["pages_per_second"] / alone["pages_per_second"]
    assert document["throughput_ratio"] == pytest.approx(rate)
    assert readings["HTML, Footnote"]["f1"]["value"] == 1.0
    assert readings["plain text, Footnote"]["f1"]["value"] == 1.0
    assert readings["plain text, left as it is"]["precision"]["value"] < 1.0
    main(["--data", str(folder)])
    assert "2 pages of" in capsys.readouterr().out


def test_the_views_of_a_page_hold_its_body_and_what_was_put_around_it(folder: Path) -> None:
    page = read_pages(folder)[0]
    assert headline_of(page) == "Council speaks of water"
    headlines = [f"Mayor of Altstadt Opens Bridge Number {n}" for n in range(20)]
    views = views_of(page, headlines, random.Random(1))
    whole = views[0]
    assert whole.kind == "whole"
    kept = [line for line, body in zip(whole.lines, whole.body, strict=True) if body]
    assert kept == BODY.split("\n\n")
    for view in views:
        assert len(view.lines) == len(view.body) == len(view.features) == len(view.weights)
        if view.kind == "body":
            assert view.body.all()
        if view.kind == "headlined":
            assert not any(
                body for line, body in zip(view.lines, view.body, strict=True) if "Mayor" in line
            )

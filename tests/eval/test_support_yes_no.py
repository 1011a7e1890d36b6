"""What a chat model's yes is worth: told apart from a coin's, and calibrated."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from eval import support_yes_no
from eval.support_sets import Pair
from eval.support_yes_no import Asked, calibrated, platt, reliability, set_figures, within, write
from qa.language_model import Message
from qa.scripted_model import ScriptedModel

SOURCE = "The harbour at Galway was closed for three days after the storm in March."
TRUE = "The harbour at Galway was closed after the storm."
FALSE = "The harbour at Galway was closed for nine days."


def asked_of(kind: str, count: int = 60) -> list[Asked]:
    """Claims of which the "knowing" model is right 8 times in 10, and over-confident."""
    chance = random.Random(kind)
    found = []
    for number in range(count):
        label = number % 2 == 0
        says_yes = label if chance.random() < 0.8 else not label
        if kind == "coin":
            says_yes = chance.random() < 0.5
        pair = Pair(str(number), TRUE, (SOURCE,), label, kind, str(number))
        found.append(Asked(pair, 0.999 if says_yes else 0.2, passes=True))
    return found


def test_over_confidence_is_taken_back() -> None:
    sets = {name: asked_of(name) for name in ("one", "two", "three")}
    a, b = platt(list(sets.values()))
    assert a > 0
    yes = [one for one in sets["one"] if one.raw == 0.999]
    share = np.mean([one.pair.label for one in yes])
    assert calibrated(yes, (a, b))[0] == pytest.approx(share, abs=0.12)
    error = float(reliability(sets)[-1][2])
    assert error < 0.15


def test_a_model_that_knows_is_told_from_a_coin() -> None:
    sets = {name: asked_of(name) for name in ("one", "two", "coin")}
    rows = {row[0]: row for row in set_figures(sets)}
    assert float(rows["one"][5]) > 0.7
    assert float(rows["two"][4]) > 0.7
    assert 0.3 < float(rows["coin"][4]) < 0.68
    assert rows["one"][6] == "0.500"  # these text layers let everything pass


def test_folds_keep_a_document_together() -> None:
    # Claims of one document carry one label: a fold that had seen it would know.
    pairs = [Pair(str(n), TRUE, (SOURCE,), n < 10, "x", "a" if n < 10 else "b") for n in range(20)]
    asked = [Asked(pair, 0.5, passes=True) for pair in pairs]
    values = within(asked)
    assert (values[:10] < 0.5).all()
    assert (values[10:] > 0.5).all()


def test_a_calibration_is_written_beside_the_others(tmp_path: Path) -> None:
    path = tmp_path / "yes_no.json"
    path.write_text('{"provenance": "p", "models": {"old": {"a": 1, "b": 2, "provenance": "q"}}}')
    write(path, "new", (0.5, -0.25), "made in a test")
    models = json.loads(path.read_text())["models"]
    assert models["old"]["a"] == 1
    assert models["new"] == {"a": 0.5, "b": -0.25, "provenance": "made in a test"}


def test_the_command_asks_prints_and_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "grounding"
    folder.mkdir()

    def rows(source: str | None) -> list[str]:
        claims = [(TRUE, 1), (FALSE, 0)] * 4
        return [
            json.dumps(
                {"id": str(n), "src": source, "doc": f"{n} {SOURCE}", "claim": c, "label": label}
            )
            for n, (c, label) in enumerate(claims)
        ]

    for name in ("ragtruth_qa", "wice"):
        (folder / f"{name}.jsonl").write_text("\n".join(rows(None)))
    (folder / "frank.jsonl").write_text("\n".join([*rows("cnndm"), *rows("bbc")]))

    def knows(messages: Sequence[Message]) -> float:
        return 0.1 if "nine" in messages[-1].content else 0.6

    model = ScriptedModel([], yes=knows)
    monkeypatch.setattr(support_yes_no, "open_chat_model", lambda _: model)
    out = tmp_path / "out.json"
    out.write_text('{"provenance": "p", "models": {}}')
    support_yes_no.main(
        ["--data", str(tmp_path), "--model", "scripted", "--limit", "6", "--write", str(out)]
    )
    printed = capsys.readouterr().out
    assert len(model.questions) == 4 * 6
    assert "wice         6       0        1.000  1.000   1.000" in printed
    assert "24 claims" in printed
    assert json.loads(out.read_text())["models"]["scripted"]["a"] > 0

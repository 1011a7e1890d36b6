"""`footnote models`: what it says, what it chooses, how it fails."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from index.model_files import KNOWN_MODELS
from ui.cli import run


@pytest.fixture(autouse=True)
def _empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("FOOTNOTE_SETTINGS", str(tmp_path / "settings.json"))
    monkeypatch.delenv("FOOTNOTE_CHAT_MODEL", raising=False)
    monkeypatch.delenv("FOOTNOTE_EMBEDDING_MODEL", raising=False)


def test_every_known_model_is_listed_and_those_in_use_are_marked(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["models", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    for model in KNOWN_MODELS:
        assert any(model.name in line and model.licence in line for line in lines)
    marked = [line.split()[1] for line in lines if line.startswith("*")]
    assert marked == ["all-MiniLM-L6-v2", "smollm2-135m-instruct"]


def test_the_list_as_json_says_what_is_here(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["models", "list", "--json", "--offline"]) == 0
    value = json.loads(capsys.readouterr().out)
    assert value["schema"] == 1
    assert value["in_use"]["chat"] == "smollm2-135m-instruct"
    assert [row["name"] for row in value["models"]] == [model.name for model in KNOWN_MODELS]
    assert not any(row["here"] for row in value["models"])


def test_pulling_offline_what_is_not_here_fails_with_the_next_step(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["models", "pull", "qwen3-1.7b", "--offline"]) == 1
    output = capsys.readouterr()
    assert output.out == ""
    assert "footnote models pull qwen3-1.7b" in output.err
    assert len(output.err.splitlines()) == 1


def test_an_unknown_name_fails_with_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["models", "use", "nonesuch"]) == 1
    assert "qwen3-4b-instruct" in capsys.readouterr().err


def test_a_file_is_chosen_for_what_it_is_said_to_be_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.gguf"
    path.write_bytes(b"GGUF")
    assert run(["models", "use", str(path)]) == 0
    assert run(["models", "use", str(path), "--for", "embedding"]) == 0
    capsys.readouterr()
    assert run(["models", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["in_use"] == {
        "chat": str(path),
        "embedding": str(path),
    }
    assert run(["models", "list"]) == 0
    assert f"* {path}" in capsys.readouterr().out


def test_a_servers_address_is_for_chat_alone(capsys: pytest.CaptureFixture[str]) -> None:
    address = "http://localhost:8080/v1#big"
    assert run(["models", "use", address, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "schema": 1,
        "role": "chat",
        "in_use": address,
    }
    assert run(["models", "use", address, "--for", "embedding"]) == 1
    assert capsys.readouterr().err.startswith("footnote: ")


def test_what_the_environment_overrides_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FOOTNOTE_CHAT_MODEL", "granite-4.0-micro")
    assert run(["models", "use", "http://localhost:1/v1#x"]) == 0
    assert "FOOTNOTE_CHAT_MODEL still takes precedence" in capsys.readouterr().err

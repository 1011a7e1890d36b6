"""`footnote models`: what it says, what it chooses, how it fails."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from index.known_verifiers import KNOWN_VERIFIERS
from index.model_files import KNOWN_MODELS
from index.model_records import HubSource
from tests.helpers.hub_server import hub_server
from tests.helpers.tiny_verifier import CLAIM, SOURCE, classifier, first_token_classifier
from ui.cli import run

pytestmark = pytest.mark.usefixtures("models")

HHEM = next(model for model in KNOWN_VERIFIERS if model.name == "hhem-2.1-open")
# Supported by every layer that is not a model, and refused by a tiny verifier: it holds "not".
REFUSED = [SOURCE, "It was not a storm for the books."]


def test_every_known_model_is_listed_and_those_in_use_are_marked(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["models", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    for model in KNOWN_MODELS:
        assert any(model.name in line and model.licence in line for line in lines)
    marked = [line.split()[1] for line in lines if line.startswith("*")]
    assert marked == ["all-MiniLM-L6-v2", "smollm2-135m-instruct", "none"]


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
        "verifier": "none",
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


def verdict_on(folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[str, str]:
    """Return what `footnote check --pairs` says of a claim, and its reasons."""
    pairs = folder / "pairs.jsonl"
    pairs.write_text(json.dumps({"id": "1", "claim": CLAIM, "evidence": REFUSED}), "utf-8")
    capsys.readouterr()
    assert run(["check", "--pairs", str(pairs)]) == 0
    value = json.loads(capsys.readouterr().out)
    return value["verdict"], " ".join(value["reasons"])


def test_a_known_verifier_is_fetched_chosen_asked_and_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = first_token_classifier(tmp_path / "made")
    [source] = HHEM.sources
    assert isinstance(source, HubSource)
    files = {
        f"{source.repository}/{source.revision}/{file.name}": (made / file.name).read_bytes()
        for file in HHEM.files
    }
    with hub_server(files) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
        assert run(["models", "pull", HHEM.name]) == 0
        assert f"{HHEM.name} is here and whole" in capsys.readouterr().out
    assert verdict_on(tmp_path, capsys)[0] == "supported"
    assert run(["models", "use", HHEM.name, "--offline"]) == 0
    assert capsys.readouterr().out == f"For verifier, {HHEM.name} is now in use.\n"
    assert run(["models", "list"]) == 0
    assert any(line.startswith(f"* {HHEM.name} ") for line in capsys.readouterr().out.splitlines())
    verdict, reasons = verdict_on(tmp_path, capsys)
    assert verdict == "unsupported"
    assert reasons.startswith(f"{HHEM.name} finds it not to follow (0.")
    assert run(["models", "use", "none"]) == 0
    assert capsys.readouterr().out == "No verifier is asked from now on.\n"
    assert verdict_on(tmp_path, capsys)[0] == "supported"


def test_a_verifiers_folder_is_chosen_by_its_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = classifier(tmp_path / "mine", name="mine")
    monkeypatch.chdir(tmp_path)
    assert run(["models", "use", "mine", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "schema": 1,
        "role": "verifier",
        "in_use": str(folder),
    }
    verdict, reasons = verdict_on(tmp_path, capsys)
    assert verdict == "unsupported"
    assert reasons.startswith("mine finds it not to follow")
    (folder / "verifier.json").unlink()
    assert run(["models", "use", "mine"]) == 2
    assert "verifier.json is missing" in capsys.readouterr().err


def test_a_chosen_verifier_that_is_not_here_stops_the_check_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FOOTNOTE_VERIFIER", HHEM.name)
    pairs = tmp_path / "pairs.jsonl"
    pairs.write_text(json.dumps({"id": "1", "claim": CLAIM, "evidence": SOURCE}), "utf-8")
    assert run(["check", "--pairs", str(pairs)]) == 1
    output = capsys.readouterr()
    assert output.out == ""
    assert len(output.err.splitlines()) == 1
    assert f"footnote models pull {HHEM.name}" in output.err
    assert "unset FOOTNOTE_VERIFIER" in output.err


def test_a_model_is_not_chosen_as_a_verifier_and_no_verifier_for_the_chat(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.gguf").write_bytes(b"GGUF")
    for name in ("qwen3-1.7b", str(tmp_path / "mine.gguf"), "nonesuch"):
        assert run(["models", "use", name, "--for", "verifier"]) == 1
        assert "verifier" in capsys.readouterr().err
    for name in (HHEM.name, "none"):
        assert run(["models", "use", name, "--for", "chat"]) == 1
        assert len(capsys.readouterr().err.splitlines()) == 1

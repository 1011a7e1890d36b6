"""Which models are known, and which of them is in use."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.errors import UnknownModel, UsageError
from index.known_models import KnownModel, WheelSource
from index.model_files import KNOWN_MODELS, ensure, find, in_use, use

pytestmark = pytest.mark.usefixtures("models")


def test_a_missing_path_names_itself_and_the_known_models(tmp_path: Path) -> None:
    with pytest.raises(UnknownModel, match=r"absent\.gguf.*qwen3-4b-instruct"):
        ensure(str(tmp_path / "absent.gguf"))
    with pytest.raises(UnknownModel, match=r"'nonesuch'.*qwen3-4b-instruct.*\.gguf"):
        ensure("nonesuch")


def test_names_are_found_whatever_their_capitals() -> None:
    assert find("ALL-minilm-l6-V2").name == "all-MiniLM-L6-v2"


def test_the_choice_is_remembered_and_the_environment_comes_first(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert in_use("chat") == "smollm2-135m-instruct"
    use("chat", "Qwen3-1.7B")
    use("embedding", "arctic-embed-s")
    assert (in_use("chat"), in_use("embedding")) == ("qwen3-1.7b", "arctic-embed-s")
    monkeypatch.setenv("FOOTNOTE_CHAT_MODEL", "granite-4.0-micro")
    assert in_use("chat") == "granite-4.0-micro"
    path = tmp_path / "mine.gguf"
    path.write_bytes(b"GGUF")
    monkeypatch.chdir(tmp_path)
    assert use("embedding", "mine.gguf") == str(path)
    assert use("chat", "http://localhost:8080/v1#x") == "http://localhost:8080/v1#x"


def test_a_verifier_is_chosen_by_name_or_folder_and_by_none_left(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert in_use("verifier") == "none"
    assert use("verifier", "HHEM-2.1-open") == "hhem-2.1-open"
    assert in_use("verifier") == "hhem-2.1-open"
    (tmp_path / "mine").mkdir()
    monkeypatch.chdir(tmp_path)
    assert use("verifier", "mine") == str(tmp_path / "mine")
    (tmp_path / "hhem-2.1-open").mkdir()  # a folder of that name changes no known name
    assert use("verifier", "hhem-2.1-open") == "hhem-2.1-open"
    monkeypatch.setenv("FOOTNOTE_VERIFIER", "lettucedect-base")
    assert in_use("verifier") == "lettucedect-base"
    monkeypatch.delenv("FOOTNOTE_VERIFIER")
    assert use("verifier", "NONE") == "none"
    assert in_use("verifier") == "none"


def test_a_model_is_not_chosen_for_what_it_is_not_for() -> None:
    with pytest.raises(UnknownModel, match="arctic-embed-s is a model for embedding, not for chat"):
        use("chat", "arctic-embed-s")
    assert in_use("chat") == "smollm2-135m-instruct"


@pytest.mark.parametrize("content", ["not json", "[]", '{"chat_model": 3}'])
def test_a_settings_file_that_makes_no_sense_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "settings.json").write_text(content)
    with pytest.raises(UsageError, match=r"settings\.json.*mend or delete it"):
        in_use("chat")


@pytest.mark.parametrize("model", KNOWN_MODELS, ids=lambda model: model.name)
def test_the_table_says_all_that_is_needed_to_fetch_and_run_a_model(model: KnownModel) -> None:
    assert model.files
    assert model.sources
    assert model.licence in {"Apache-2.0", "MIT"}
    for file in model.files:
        assert file.bytes > 0
        assert file.sha256 is None or len(file.sha256) == 64
    if model.role == "embedding":
        assert model.dimension
        assert model.pooling
    elif model.role == "verifier":
        assert model.reading is not None
        assert {"model.onnx", "tokenizer.json"} <= {file.name for file in model.files}
        assert 0 < model.reading.threshold < 1
        assert "{evidence}" in model.reading.prompt
    else:
        assert model.gguf
    assert (model.reading is None) == (model.role != "verifier")
    assert len({file.name for file in model.files}) == len(model.files)
    for source in model.sources:
        if isinstance(source, WheelSource):
            assert "==" in source.requirement
            assert all(file.sha256 for file in model.files)

"""GGUF embedding models in llama.cpp: the same vectors as onnxruntime, and plain errors."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.embedders import open_embedder
from index.errors import ModelFailed, UnknownModel
from index.llama_embedder import LlamaEmbedder
from index.model_files import ensure
from index.onnx_embedder import OnnxEmbedder
from index.onnx_graph import GRAPH, graph_bytes
from tests.helpers.gguf_from_bert import write_gguf
from tests.helpers.tiny_bert import POSITIONS, WIDTH, make_tiny_bert

TEXTS = [
    "The council approved budgets on Tuesday.",
    "Who leads the agency in January?",
    "word and number " * 8,
    "budget",
    "",
]
LONG = "word and number " * 40
SENTENCES = [
    "The council approved the budget on Tuesday.",
    "Who was named to lead the agency in January?",
    "Zürich’s café — naïve résumé, 2025",
    "word and number " * 60,
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny encoder, as safetensors with its graph, and as `tiny.gguf`."""
    folder = tmp_path_factory.mktemp("tiny")
    make_tiny_bert(folder)
    (folder / GRAPH).write_bytes(graph_bytes(folder, "mean"))
    write_gguf(folder, folder / "tiny.gguf")
    return folder


def open_tiny(folder: Path, file: str = "tiny.gguf", **options: str) -> LlamaEmbedder:
    return LlamaEmbedder(folder / file, name="tiny", max_tokens=POSITIONS, **options)


def test_the_vectors_are_those_of_onnxruntime(folder: Path) -> None:
    onnx = OnnxEmbedder(folder, name="tiny", dimension=WIDTH, max_tokens=POSITIONS)
    llama = open_tiny(folder)
    assert llama.dimension == WIDTH
    vectors = llama.embed_passages(TEXTS)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), np.ones(len(TEXTS)), atol=1e-5)
    similarity = (vectors * onnx.embed_passages(TEXTS)).sum(axis=1)
    assert similarity.min() >= 0.999


def test_the_pooling_asked_for_overrides_the_files(folder: Path, tmp_path: Path) -> None:
    make_tiny_bert(tmp_path)
    (tmp_path / GRAPH).write_bytes(graph_bytes(tmp_path, "cls"))
    onnx = OnnxEmbedder(tmp_path, name="tiny", dimension=WIDTH, max_tokens=POSITIONS)
    first = open_tiny(folder, pooling="cls").embed_passages(TEXTS)
    mean = open_tiny(folder).embed_passages(TEXTS)
    assert (first * onnx.embed_passages(TEXTS)).sum(axis=1).min() >= 0.999
    assert (first * mean).sum(axis=1).max() < 0.98


def test_a_text_too_long_keeps_its_end_mark(folder: Path) -> None:
    onnx = OnnxEmbedder(folder, name="tiny", dimension=WIDTH, max_tokens=POSITIONS)
    cut = open_tiny(folder).embed_question(LONG)
    assert float(cut @ onnx.embed_question(LONG)) >= 0.999


def test_prefixes_are_put_before_questions_and_passages(folder: Path) -> None:
    plain = open_tiny(folder)
    prefixed = open_tiny(folder, query_prefix="who ", passage_prefix="the ")
    np.testing.assert_array_equal(
        prefixed.embed_question("leads"), plain.embed_question("who leads")
    )
    np.testing.assert_array_equal(
        prefixed.embed_passages(["leads"]), plain.embed_passages(["the leads"])
    )


def test_a_broken_text_has_a_vector(folder: Path) -> None:
    assert np.isfinite(open_tiny(folder).embed_question("half a pair \ud83d")).all()


def test_a_gguf_path_is_an_embedder_by_itself(folder: Path) -> None:
    embedder = open_embedder(str(folder / "tiny.gguf"), offline=True)
    assert embedder.name.startswith("tiny@")
    assert len(embedder.name) == len("tiny@") + 8
    assert (embedder.dimension, embedder.max_tokens) == (WIDTH, POSITIONS)


def test_a_file_that_says_no_pooling_is_not_an_embedding_model(folder: Path) -> None:
    write_gguf(folder, folder / "none.gguf", pooling=0)
    with pytest.raises(ModelFailed, match="not an embedding model"):
        open_tiny(folder, "none.gguf")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"this is no model at all", "is not a GGUF model file"),
        (b"", "is not a GGUF model file"),
        (b"GGUF" + b"\xff" * 64, "cannot be loaded"),
        (b"GGUF\x03\x00\x00\x00" + b"\x00" * 64, "cannot be loaded"),
    ],
)
def test_garbage_fails_in_one_line(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], content: bytes, said: str
) -> None:
    (tmp_path / "garbage.gguf").write_bytes(content)
    with pytest.raises(ModelFailed, match=said) as caught:
        open_tiny(tmp_path, "garbage.gguf")
    assert "garbage.gguf" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert capfd.readouterr() == ("", "")


def test_half_a_model_fails_in_one_line(folder: Path, tmp_path: Path) -> None:
    whole = (folder / "tiny.gguf").read_bytes()
    (tmp_path / "half.gguf").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ModelFailed, match=r"half\.gguf cannot be loaded: .*") as caught:
        open_tiny(tmp_path, "half.gguf")
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_an_unknown_model(tmp_path: Path) -> None:
    with pytest.raises(UnknownModel, match=r"absent\.gguf cannot be read: No such file"):
        open_tiny(tmp_path, "absent.gguf")
    with pytest.raises(UnknownModel, match=r"there is no file .*absent\.gguf.*all-MiniLM-L6-v2"):
        open_embedder(str(tmp_path / "absent.gguf"))


@pytest.mark.models
@pytest.mark.parametrize("half", [False, True])
def test_the_starter_as_gguf_gives_the_vectors_of_onnxruntime(tmp_path: Path, half: bool) -> None:
    folder = ensure("all-MiniLM-L6-v2")
    path = write_gguf(folder, tmp_path / "minilm.gguf", half=half)
    vectors = open_embedder(str(path)).embed_passages(SENTENCES)
    onnx = open_embedder("all-MiniLM-L6-v2").embed_passages(SENTENCES)
    assert (vectors * onnx).sum(axis=1).min() >= 0.999


@pytest.mark.models
def test_a_chat_model_is_not_an_embedding_model() -> None:
    with pytest.raises(ModelFailed, match="not an embedding model"):
        open_embedder(str(ensure("smollm2-135m-instruct")))
    with pytest.raises(UnknownModel, match="is a model for chat, not for embedding"):
        open_embedder("smollm2-135m-instruct")

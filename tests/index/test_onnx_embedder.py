"""The onnxruntime embedder: the graph computes BERT, and batching changes nothing."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from index.embedders import open_embedder
from index.embedding import Embedder
from index.errors import ModelCorrupt, ModelFailed
from index.onnx_embedder import OnnxEmbedder, batches_by_length
from index.onnx_graph import GRAPH, graph_bytes
from tests.helpers.tiny_bert import (
    EPSILON,
    HEADS,
    LAYERS,
    WIDTH,
    Tensors,
    make_tiny_bert,
    vocabulary,
)

MAX_TOKENS = 16
TEXTS = [
    "The council approved a budget on Tuesday.",
    "Who leads the agency in January?",
    "",
    "budgets",
    "word and number " * 30,
    "an unknown saying, zürich",
]

# Of the model authors' own implementation: transformers 5.23 and torch 2.13 (float32), mean
# over the tokens, L2 norm, at most 256 tokens. Text -> first eight components, and the
# product of the whole vector with cos(0), cos(1), ... cos(383).
REFERENCE: dict[str, tuple[list[float], float]] = {
    "The council approved the budget on Tuesday.": (
        [-0.03189, 0.01218, -0.01375, 0.09684, 0.06446, -0.01174, -0.00351, -0.00955],
        0.64161,
    ),
    "Who was named to lead the agency in January?": (
        [-0.03778, -0.04002, -0.0641, 0.00491, -0.01361, 0.03739, 0.00684, -0.0165],
        -0.21326,
    ),
    "Zürich’s café — naïve résumé, 東京 2025 🙂": (
        [0.00303, 0.03647, 0.08572, 0.0117, 0.04529, 0.04244, -0.02306, -0.01781],
        0.72319,
    ),
    "": (
        [-0.11884, 0.0483, -0.00255, -0.01101, 0.05195, 0.01029, 0.11543, 0.0007],
        0.34839,
    ),
    "word and number " * 200: (
        [-0.05762, 0.00914, -0.02317, -0.11384, -0.01226, -0.00944, 0.03788, -0.00333],
        0.93377,
    ),
}


def bert(tensors: Tensors, ids: list[int], pooling: str) -> NDArray[np.float64]:
    """BERT by its definition, one text at a time, in float64."""
    weights = {name: tensor.astype(np.float64) for name, tensor in tensors.items()}

    def linear(x: NDArray[np.float64], name: str) -> NDArray[np.float64]:
        return np.asarray(x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"])

    def norm(x: NDArray[np.float64], name: str) -> NDArray[np.float64]:
        centred = x - x.mean(axis=-1, keepdims=True)
        scaled = centred / np.sqrt(centred.var(axis=-1, keepdims=True) + EPSILON)
        return np.asarray(scaled * weights[f"{name}.weight"] + weights[f"{name}.bias"])

    x = (
        weights["embeddings.word_embeddings.weight"][ids]
        + weights["embeddings.position_embeddings.weight"][: len(ids)]
        + weights["embeddings.token_type_embeddings.weight"][0]
    )
    x = norm(x, "embeddings.LayerNorm")
    size = WIDTH // HEADS
    for layer in range(LAYERS):
        name = f"encoder.layer.{layer}"
        q, k, v = (
            linear(x, f"{name}.attention.self.{part}").reshape(-1, HEADS, size)
            for part in ("query", "key", "value")
        )
        scores = np.einsum("ihd,jhd->hij", q, k) / math.sqrt(size)
        shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
        shares /= shares.sum(axis=-1, keepdims=True)
        mixed = np.einsum("hij,jhd->ihd", shares, v).reshape(-1, WIDTH)
        x = norm(
            linear(mixed, f"{name}.attention.output.dense") + x,
            f"{name}.attention.output.LayerNorm",
        )
        wide = linear(x, f"{name}.intermediate.dense")
        wide = wide * (1 + np.vectorize(math.erf)(wide / math.sqrt(2))) / 2
        x = norm(linear(wide, f"{name}.output.dense") + x, f"{name}.output.LayerNorm")
    pooled = x.mean(axis=0) if pooling == "mean" else x[0]
    unit: NDArray[np.float64] = pooled / np.linalg.norm(pooled)
    return unit


def tiny_ids(text: str) -> list[int]:
    """The tokens of a text, by hand: whole words, "budget" + "##s", else unknown."""
    vocab = {word: number for number, word in enumerate(vocabulary())}
    words = "".join(f" {c} " if c in ".?," else c for c in text.lower()).split()
    ids = []
    for word in words:
        if word in vocab:
            ids.append(vocab[word])
        elif word.endswith("s") and word[:-1] in vocab:
            ids += [vocab[word[:-1]], vocab["##s"]]
        else:
            ids.append(vocab["[UNK]"])
    return [vocab["[CLS]"], *ids[: MAX_TOKENS - 2], vocab["[SEP]"]]


def open_tiny(folder: Path, **prefixes: str) -> OnnxEmbedder:
    return OnnxEmbedder(folder, name="tiny", dimension=WIDTH, max_tokens=MAX_TOKENS, **prefixes)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> OnnxEmbedder:
    folder = tmp_path_factory.mktemp("tiny")
    make_tiny_bert(folder)
    (folder / GRAPH).write_bytes(graph_bytes(folder, "mean"))
    return open_tiny(folder)


@pytest.mark.parametrize("pooling", ["mean", "cls"])
def test_the_graph_computes_what_bert_is_defined_to_be(tmp_path: Path, pooling: str) -> None:
    tensors = make_tiny_bert(tmp_path)
    (tmp_path / GRAPH).write_bytes(graph_bytes(tmp_path, pooling))
    vectors = open_tiny(tmp_path).embed_passages(TEXTS)
    expected = np.array([bert(tensors, tiny_ids(text), pooling) for text in TEXTS])
    np.testing.assert_allclose(vectors, expected, atol=2e-5)


def test_the_graph_holds_no_copy_of_the_weights(tmp_path: Path) -> None:
    make_tiny_bert(tmp_path)
    graph = graph_bytes(tmp_path, "mean")
    weights = (tmp_path / "model.safetensors").read_bytes()
    assert weights[-64:] not in graph


@given(texts=st.lists(st.sampled_from(TEXTS), max_size=40))
@settings(deadline=None, max_examples=25)
def test_rows_stand_in_the_order_given_whatever_the_batches(
    tiny: OnnxEmbedder, texts: list[str]
) -> None:
    together = tiny.embed_passages(texts)
    alone = [tiny.embed_passages([text])[0] for text in texts]
    assert together.shape == (len(texts), WIDTH)
    assert together.dtype == np.float32
    np.testing.assert_allclose(together, np.reshape(alone, (len(texts), WIDTH)), atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), np.ones(len(texts)), atol=1e-5)


@given(text=st.text(alphabet=st.characters(), max_size=60))
@settings(deadline=None, max_examples=50)
def test_any_text_has_a_vector_even_a_broken_one(tiny: OnnxEmbedder, text: str) -> None:
    vector = tiny.embed_question(text)
    assert np.isfinite(vector).all()
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


def test_what_lies_beyond_the_longest_text_is_not_read(tiny: OnnxEmbedder) -> None:
    long = "word and number " * 30
    np.testing.assert_allclose(
        tiny.embed_question(long), tiny.embed_question(long + "budget"), atol=1e-6
    )


def test_prefixes_are_put_before_questions_and_passages(tmp_path: Path) -> None:
    make_tiny_bert(tmp_path)
    (tmp_path / GRAPH).write_bytes(graph_bytes(tmp_path, "cls"))
    plain = open_tiny(tmp_path)
    prefixed = open_tiny(tmp_path, query_prefix="who ", passage_prefix="the ")
    np.testing.assert_allclose(
        prefixed.embed_question("leads"), plain.embed_question("who leads"), atol=1e-6
    )
    np.testing.assert_allclose(
        prefixed.embed_passages(["leads"]), plain.embed_passages(["the leads"]), atol=1e-6
    )


@given(
    lengths=st.lists(st.integers(1, 300), max_size=60),
    budget=st.integers(1, 2000),
)
def test_batches_hold_every_text_once_within_the_budget(lengths: list[int], budget: int) -> None:
    batches = list(batches_by_length(lengths, budget))
    assert sorted(place for batch in batches for place in batch) == list(range(len(lengths)))
    for batch in batches:
        longest = max(lengths[place] for place in batch)
        assert longest * len(batch) <= budget or len(batch) == 1


def test_another_architecture_is_refused_by_name(tmp_path: Path) -> None:
    make_tiny_bert(tmp_path)
    config = json.loads((tmp_path / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps({**config, "model_type": "mpnet"}))
    with pytest.raises(ModelFailed, match=r"'mpnet'.*GGUF"):
        graph_bytes(tmp_path, "mean")


def test_a_missing_tensor_is_named(tmp_path: Path) -> None:
    make_tiny_bert(tmp_path)
    config = json.loads((tmp_path / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps({**config, "num_hidden_layers": 3}))
    with pytest.raises(ModelFailed, match=r"'encoder\.layer\.2\.attention\.self\.query\.weight'"):
        graph_bytes(tmp_path, "mean")


def test_weights_that_are_no_safetensors_file_are_refused(tmp_path: Path) -> None:
    make_tiny_bert(tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"not weights at all")
    with pytest.raises(ModelCorrupt, match=r"model\.safetensors is not a safetensors file"):
        graph_bytes(tmp_path, "mean")


def test_a_broken_graph_fails_in_one_line(tmp_path: Path) -> None:
    make_tiny_bert(tmp_path)
    (tmp_path / GRAPH).write_bytes(b"garbage")
    with pytest.raises(ModelFailed, match="cannot be loaded") as caught:
        open_tiny(tmp_path)
    assert "\n" not in str(caught.value)


def test_a_broken_tokenizer_fails_in_one_line(tmp_path: Path) -> None:
    make_tiny_bert(tmp_path)
    (tmp_path / GRAPH).write_bytes(graph_bytes(tmp_path, "mean"))
    (tmp_path / "tokenizer.json").write_text('{"version": "1.0"}')
    with pytest.raises(ModelCorrupt, match="is not a tokenizer") as caught:
        open_tiny(tmp_path)
    assert "\n" not in str(caught.value)


@pytest.fixture(scope="module")
def starter() -> Embedder:
    return open_embedder("all-MiniLM-L6-v2")


@pytest.mark.models
def test_the_starter_gives_its_authors_vectors(starter: Embedder) -> None:
    vectors = starter.embed_passages(list(REFERENCE))
    for vector, (first, product) in zip(vectors, REFERENCE.values(), strict=True):
        np.testing.assert_allclose(vector[:8], first, atol=1e-4)
        assert float(vector @ np.cos(np.arange(384))) == pytest.approx(product, abs=1e-4)


@pytest.mark.models
def test_the_starter_says_which_weights_it_is(starter: Embedder) -> None:
    assert starter.name == "all-MiniLM-L6-v2@53aa5117"
    assert (starter.dimension, starter.max_tokens) == (384, 256)


@pytest.mark.models
def test_the_starter_brings_a_question_near_its_answer(starter: Embedder) -> None:
    passages = starter.embed_passages(
        [
            "Maria Santos was named to lead the agency on 20 January.",
            "The bridge was closed for repairs after the storm.",
        ]
    )
    near, far = passages @ starter.embed_question("Who leads the agency?")
    assert near > far + 0.2

from __future__ import annotations

import json
import struct

import numpy as np
import pytest

from index.answer_reader import LONGEST, Reading, merged_weights, open_answer_reader, pair_text
from index.embedding import Embedder


def safetensors(name: str, values: np.ndarray, dtype: str = "F32") -> bytes:
    data = values.tobytes()
    entry = {"dtype": dtype, "shape": list(values.shape), "data_offsets": [0, len(data)]}
    header = json.dumps({name: entry}).encode()
    return struct.pack("<Q", len(header)) + header + data


def change(out: int, into: int, rank: int = 2) -> dict[str, np.ndarray]:
    chance = np.random.default_rng(1)
    return {
        "layer.a": chance.integers(-127, 128, (rank, into)).astype(np.int8),
        "layer.a_scale": np.full(rank, 0.01, dtype=np.float16),
        "layer.b": chance.integers(-127, 128, (out, rank)).astype(np.int8),
        "layer.b_scale": np.full(out, 0.02, dtype=np.float16),
    }


def test_the_changes_are_added_to_the_weights_and_nothing_else_moves() -> None:
    old = np.arange(12, dtype="<f4").reshape(3, 4)
    before = safetensors("layer.weight", old)
    parts = change(3, 4)
    after = merged_weights(before, parts)
    a = parts["layer.a"] * parts["layer.a_scale"].astype(np.float32)[:, None]
    b = parts["layer.b"] * parts["layer.b_scale"].astype(np.float32)[:, None]
    assert len(after) == len(before)
    assert after[: -old.nbytes] == before[: -old.nbytes]
    new = np.frombuffer(after[-old.nbytes :], dtype="<f4").reshape(3, 4)
    np.testing.assert_allclose(new, old + b @ a, rtol=1e-6)


def test_a_change_of_another_shape_is_refused() -> None:
    weights = safetensors("layer.weight", np.zeros((5, 4), dtype="<f4"))
    with pytest.raises(ValueError, match="layer is F32"):
        merged_weights(weights, change(3, 4))


def test_what_is_read_is_short_and_holds_exactly_two_separators() -> None:
    reading = Reading("title [SEP] " * 50, "before " * 50, "word [SEP] " * 500)
    text = pair_text("Who? [SEP]", reading)
    assert text.count("[SEP]") == 2
    assert len(text.split()) <= LONGEST


@pytest.mark.models
def test_a_sentence_that_answers_is_likelier_than_one_that_does_not(embedder: Embedder) -> None:
    assert embedder.dimension == 384  # the starter embedder is on disk from here on
    reader = open_answer_reader()
    title, before = "Ministers meet", "Aalto and Roth met in Oslo on Friday."
    answers = Reading(title, before, "Their meeting lasted for 40 minutes at the ministry.")
    does_not = Reading(title, before, "The ministry was built of granite from the north.")
    question = "How long did the meeting of Aalto and Roth last?"
    good, bad = reader.read(question, [answers, does_not])
    (elsewhere,) = reader.read("Who painted the bridge?", [answers])
    assert good > bad + 0.5
    assert good > elsewhere + 1
    assert reader.read(question, []) == []

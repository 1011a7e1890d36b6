from __future__ import annotations

import json
import os
import struct
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import time

import numpy as np
import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordLevel

from index.answer_reader import (
    BASE,
    PassageTokens,
    Reading,
    judge,
    merged_weights,
    open_answer_reader,
    passage_tokens,
)
from index.article import Span
from index.embedding import Embedder
from index.errors import ModelCorrupt
from index.settings import models_folder


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


def test_a_sentence_is_judged_by_its_best_span_against_nowhere() -> None:
    tokens = PassageTokens([0] * 9, [Span(4 * n, 4 * n + 3) for n in range(5)], 3)
    logits = np.zeros((9, 3), dtype=np.float32)
    logits[0] = [1.0, 0.5, -2.0]  # nowhere: 1.5
    logits[4, 0] = 5.0  # begins at the second word
    logits[5, 1] = 4.0  # ends at the third
    logits[3, 1] = 9.0  # an end before the begin makes no answer with it
    first, second = judge(Span(0, 11), tokens, logits), judge(Span(12, 19), tokens, logits)
    assert first.sentence == pytest.approx(9.0 - 1.5)
    assert second.sentence == pytest.approx(-1.5)
    assert first.passage == second.passage == -2.0


def test_a_sentence_beyond_what_is_read_counts_lowest() -> None:
    tokens = PassageTokens([0] * 6, [Span(0, 3), Span(4, 7)], 3)
    logits = np.array([[0, 0, 1], [0, 0, 0], [0, 0, 0], [2, -3, 0], [-1, 4, 0], [0, 0, 0]])
    beyond = judge(Span(50, 60), tokens, logits.astype(np.float32))
    assert beyond.sentence == pytest.approx(-4.0)
    assert beyond.sentence < judge(Span(0, 7), tokens, logits.astype(np.float32)).sentence


PASSAGE = (
    "Aalto and Roth met in Oslo on Friday. Their meeting lasted for 40 minutes at the ministry. "
    "The ministry was built of granite from the north."
)


def reading(part: str, passage: str = PASSAGE) -> Reading:
    start = passage.index(part)
    return Reading("Ministers meet", passage, Span(start, start + len(part)))


@pytest.mark.models
def test_a_sentence_that_answers_is_likelier_than_one_that_does_not(embedder: Embedder) -> None:
    assert embedder.dimension == 384  # the starter embedder is on disk from here on
    reader = open_answer_reader()
    answers = reading("Their meeting lasted for 40 minutes at the ministry.")
    does_not = reading("The ministry was built of granite from the north.")
    question = "How long did the meeting of Aalto and Roth last?"
    good, bad = reader.read(question, [answers, does_not])
    (elsewhere,) = reader.read("Who painted the bridge?", [answers])
    assert good.sentence > bad.sentence + 1
    assert good.sentence > elsewhere.sentence + 1
    assert good.passage == bad.passage > elsewhere.passage + 1
    assert reader.read(question, []) == []


@pytest.mark.models
def test_passages_are_judged_alike_alone_and_together(embedder: Embedder) -> None:
    assert embedder.dimension == 384
    reader = open_answer_reader()
    question = "Where did Roth meet Aalto?"
    other = PASSAGE.replace("Oslo", "Turku") + " Snow fell."
    both = [reading("Aalto and Roth met in Oslo on Friday."), reading("Snow fell.", other)]
    together = reader.read(question, both)
    alone = [reader.read(question, [each])[0] for each in both]
    for one, two in zip(together, alone, strict=True):
        assert one.sentence == pytest.approx(two.sentence, abs=1e-3)
        assert one.passage == pytest.approx(two.passage, abs=1e-3)


@pytest.fixture
def models(embedder: Embedder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A models folder that holds the starter embedder alone."""
    assert embedder.dimension == 384
    (tmp_path / BASE).symlink_to(models_folder() / BASE, target_is_directory=True)
    monkeypatch.setenv("FOOTNOTE_MODELS", str(tmp_path))
    return tmp_path


@pytest.mark.models
def test_what_earlier_versions_merged_goes_when_nobody_opens_it(models: Path) -> None:
    days = {"answer-reader-old": 31, "answer-reader-recent": 29, "another-model": 31}
    for name, age in days.items():
        (models / name).mkdir()
        (models / name / "ready").touch()
        long_ago = time() - age * 24 * 3600
        os.utime(models / name / "ready", (long_ago, long_ago))
    open_answer_reader()
    left = {path.name for path in models.iterdir()}
    assert {"answer-reader-recent", "another-model", BASE} < left
    assert "answer-reader-old" not in left
    [made] = [
        models / name
        for name in left
        if name.startswith("answer-reader-") and days.get(name) is None
    ]
    long_ago = time() - 365 * 24 * 3600
    os.utime(made / "ready", (long_ago, long_ago))
    open_answer_reader()
    assert time() - (made / "ready").stat().st_mtime < 3600


@pytest.mark.models
def test_it_may_be_made_by_several_at_the_same_time(models: Path) -> None:
    with ThreadPoolExecutor(3) as several:
        readers = list(several.map(lambda _: open_answer_reader(), range(3)))
    reading = Reading("Canals", "The canal was dug in 1869.", Span(0, 26))
    said = [reader.read("When was the canal dug?", [reading]) for reader in readers]
    assert said[0] == said[1] == said[2]
    [made] = models.glob("*answer-reader-*")
    assert (made / "ready").is_file()


def test_a_tokenizer_without_the_marks_between_texts_is_refused() -> None:
    with pytest.raises(ModelCorrupt, match=r"has no \[CLS\]"):
        passage_tokens(Tokenizer(WordLevel({}, "?")), "Who?", "Title", "Text.")

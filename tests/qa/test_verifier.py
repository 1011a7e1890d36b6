"""A verifier model, where one is installed, has to agree; it can only refuse."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, pre_tokenizers

from index.errors import UnknownModel, UsageError
from qa.support_checker import SupportChecker
from qa.verifier import VERIFIER, OnnxVerifier, open_verifier

SOURCE = "The harbour at Galway was closed for three days after the storm in March."
CLAIM = "The harbour at Galway was closed after the storm."
WORDS = ["[UNK]", *dict.fromkeys(SOURCE.rstrip(".").split()), ".", "not"]


def tiny_model(folder: Path, *, classes: int = 2) -> Path:
    """Write a model that knows one thing: a pair with the word "not" does not follow.

    The logits are the means, over the tokens, of a row for each word.
    """
    rows = np.zeros((len(WORDS), classes), dtype=np.float32)
    rows[:, 0] = 2.0
    rows[WORDS.index("not")] = [-90.0] + [90.0] * (classes - 1)
    graph = helper.make_graph(
        [
            helper.make_node("Gather", ["rows", "input_ids"], ["found"]),
            helper.make_node("ReduceMean", ["found"], ["logits"], axes=[1], keepdims=0),
        ],
        "tiny",
        [helper.make_tensor_value_info("input_ids", TensorProto.INT64, [1, None])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, classes])],
        [numpy_helper.from_array(rows, "rows")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.save(model, str(folder / "model.onnx"))
    vocabulary = {word: number for number, word in enumerate(WORDS)}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    settings = {"name": "tiny", "supported": 0, "threshold": 0.5, "max_tokens": 128}
    (folder / "verifier.json").write_text(json.dumps(settings), "utf-8")
    return folder


@pytest.mark.parametrize("classes", [1, 2, 3])
def test_a_model_with_any_number_of_classes_gives_a_probability(
    tmp_path: Path, classes: int
) -> None:
    verifier = OnnxVerifier(tiny_model(tmp_path, classes=classes))
    assert verifier.probability(CLAIM, [SOURCE]) > 0.7
    assert verifier.probability(CLAIM, [f"not {SOURCE}"]) < 0.3


def test_what_it_refuses_is_unsupported_and_it_says_so(tmp_path: Path) -> None:
    checker = SupportChecker(verifier=OnnxVerifier(tiny_model(tmp_path)))
    assert checker.check(CLAIM, [SOURCE]).holds
    refused = checker.check(CLAIM, [SOURCE, "It was not a storm for the books."])
    assert SupportChecker().check(CLAIM, [SOURCE, "It was not a storm for the books."]).holds
    assert not refused.holds
    assert "tiny finds it not to follow" in refused.reasons[0]


class Agreeing:
    """Finds everything to follow."""

    name, threshold = "agreeing", 0.5

    def probability(self, claim: str, evidence: Sequence[str]) -> float:
        return 1.0


class Refusing(Agreeing):
    """Finds nothing to follow."""

    def probability(self, claim: str, evidence: Sequence[str]) -> float:
        return 0.0


def test_it_cannot_make_a_false_claim_supported() -> None:
    false = "The harbour at Galway was closed for nine days."
    assert not SupportChecker(verifier=Agreeing()).check(false, [SOURCE]).holds


def test_the_sources_own_words_need_no_verifier() -> None:
    assert SupportChecker(verifier=Refusing()).check(SOURCE, [SOURCE]).holds
    assert not SupportChecker(verifier=Refusing()).check(CLAIM, [SOURCE]).holds


def test_it_is_named_by_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VERIFIER, raising=False)
    assert open_verifier() is None
    monkeypatch.setenv(VERIFIER, str(tiny_model(tmp_path)))
    opened = open_verifier()
    assert opened is not None
    assert (opened.name, opened.threshold) == ("tiny", 0.5)


def test_what_is_wrong_with_a_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is missing"):
        OnnxVerifier(tmp_path)
    folder = tiny_model(tmp_path)
    (folder / "model.onnx").unlink()
    with pytest.raises(UnknownModel, match=r"holds no model\.onnx"):
        OnnxVerifier(folder)
    (folder / "verifier.json").write_text('{"name": "x", "threshold": 7}', "utf-8")
    with pytest.raises(UsageError, match="not between 0 and 1"):
        OnnxVerifier(folder)
    (folder / "verifier.json").write_text('{"nom": "x"}', "utf-8")
    with pytest.raises(UsageError, match="no verifier's settings"):
        OnnxVerifier(folder)

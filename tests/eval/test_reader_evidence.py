"""What the reader learns from claims and from several models' answers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from eval.reader_evidence import ANSWERED_WEIGHT, CLAIM_WEIGHT, evidence_examples
from eval.reader_examples import ReaderExample
from index.answer_reader import BASE, LONGEST
from index.embedding import Embedder
from index.model_files import ensure
from index.onnx_embedder import TOKENIZER, load_tokenizer

ROOF = "Copper roofs turn green because the metal reacts with rain and air."
PAINT = "Painters of the old town preferred ochre walls and white doors."
GUTTER = "A gutter under the roof ought to be cleaned twice every autumn."
GLASS = "Glass was blown on the island since the year of the great fire."
DOC = f"passage 1:{ROOF} {PAINT} {GUTTER}\n\npassage 2:{PAINT} {GUTTER}"
MADE_UP = "Painters of the old town preferred ochre walls."
PAGE = [
    "(meta data) TITLE: The harbour",
    "(meta data) PUBLISHED DATETIME: 2020-01-02 10:00",
    "The harbour froze for three weeks in the winter of 1987.",
    "Fishermen walked over the ice to the island with their sledges.",
    "Nobody had seen such a winter in living memory, the mayor said.",
    "The ferry company lost half of its income in that season.",
]


def answer(text: str, spans: Sequence[Any] = ()) -> dict[str, Any]:
    return {"query": "why are roofs green", "doc": DOC, "claim": text, "spans": list(spans)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    said = [
        "Copper roofs turn green because the metal reacts with rain.",
        "The metal of copper roofs reacts with rain and air.",
    ]
    invented = [[len(text) + 1, len(text) + 1 + len(MADE_UP), "Baseless Info"] for text in said]
    answers = [
        *(answer(f"{text} {MADE_UP}", [span]) for text, span in zip(said, invented, strict=True)),
        answer("I cannot say."),
        {
            "query": "since when glass",
            "doc": f"passage 1:{GLASS} {PAINT}",
            "claim": "Glass was blown on the island since the great fire.",
            "spans": [],
        },
    ]  # fmt: skip
    claims = [
        {"claim": "The harbour froze in 1987.", "sentences": PAGE, "support": [[2], [2, 4]]},
        {"claim": "Nothing supports it.", "sentences": PAGE, "support": []},
    ]
    (tmp_path / "grounding").mkdir()
    for name, rows in (("ragtruth_qa", answers), ("wice", claims)):
        lines = "\n".join(json.dumps(row) for row in rows)
        (tmp_path / "grounding" / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    return tmp_path


@pytest.fixture
def tokenizer(embedder: Embedder) -> Any:
    return load_tokenizer(ensure(BASE) / TOKENIZER, 4 * LONGEST)


def marked(tokenizer: Any, example: ReaderExample) -> str:
    """The words of the sentences that answer."""
    both = zip(example.ids, example.sentences, strict=True)
    found = [token for token, number in both if number and example.evidence[number]]
    return str(tokenizer.decode(found)).strip()


def shown(tokenizer: Any, example: ReaderExample) -> str:
    return str(tokenizer.decode(example.ids))


def test_a_sentence_that_a_third_of_the_answers_say_is_evidence(
    folder: Path, tokenizer: Any
) -> None:
    found = [e for e in evidence_examples(folder, tokenizer) if e.weight == ANSWERED_WEIGHT]
    answering = {marked(tokenizer, e) for e in found if e.answerable}
    # What people marked as made up is nobody's evidence, though a passage happens to say it.
    assert answering == {
        "copper roofs turn green because the metal reacts with rain and air.",
        "glass was blown on the island since the year of the great fire.",
    }


def test_of_claims_and_of_others_answers_only_the_sentences_are_learned(
    folder: Path, tokenizer: Any
) -> None:
    found = list(evidence_examples(folder, tokenizer))
    assert {e.answerable for e in found} == {True, False}
    assert all(e.only_sentences and any(e.evidence) for e in found)


def test_without_the_evidence_a_passage_answers_nothing(folder: Path, tokenizer: Any) -> None:
    silent = [e for e in evidence_examples(folder, tokenizer) if not e.answerable]
    asked = [shown(tokenizer, e) for e in silent]
    roofs = [text for text in asked if "why are roofs green" in text]
    assert roofs
    assert not any("reacts with rain and air" in text for text in roofs)
    assert not any("winter of 1987" in text for text in asked)


def test_a_claim_rests_on_the_marked_sentences_of_the_page(folder: Path, tokenizer: Any) -> None:
    claims = [e for e in evidence_examples(folder, tokenizer) if e.weight == CLAIM_WEIGHT]
    assert claims
    words = [marked(tokenizer, e) for e in claims]
    assert all("the harbour froze for three weeks in the winter of 1987." in w for w in words)
    assert not any("fishermen" in w or "ferry" in w for w in words)
    assert not any("supports" in shown(tokenizer, e) for e in claims)


def test_the_same_seed_gives_the_same_examples(folder: Path, tokenizer: Any) -> None:
    once, again = (list(evidence_examples(folder, tokenizer, seed=4)) for _ in range(2))
    assert once == again

"""What the shipped cross-encoder was trained on, so that nothing is measured there."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from eval.public_sets import QuestionSet
from eval.ranking_report import SETS
from index.answer_reader import Reader, Reading


class SkippingReader:
    """A reader that spends nothing on the questions it was trained on: they are not used."""

    def __init__(self, reader: Reader, skipped: frozenset[str]) -> None:
        self._reader = reader
        self._skipped = skipped

    def read(self, question: str, sentences: Sequence[Reading]) -> list[float]:
        if question in self._skipped:
            return [0.0] * len(sentences)
        return self._reader.read(question, sentences)


def learned_from() -> frozenset[tuple[str, str]]:
    """Return the groups (set, group) that the shipped reader was trained on."""
    path = Path(__file__).parent / "answer_reader_learned_from.json"
    lists = json.loads(path.read_text(encoding="utf-8"))
    return frozenset((name, group) for name in SETS for group in lists.get(name, ()))


def questions_of(sets: Iterable[QuestionSet], groups: frozenset[tuple[str, str]]) -> Iterator[str]:
    """Yield the questions of these groups."""
    for questions in sets:
        for case in questions.cases:
            if (questions.name, case.group) in groups:
                yield case.question

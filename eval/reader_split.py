"""Readers for measuring: each question is read by one that was not trained on it.

The shipped reader has learned from every public question. Others, of the same kind, have each
learned from all but one part of them (`eval/reader_folds`, made by `eval.train_reader`), and
read that part.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from eval.public_sets import QuestionSet
from index.answer_reader import Judgement, Reader, Reading, open_answer_reader

FOLDS = Path(__file__).parent / "reader_folds"
PARTS_FILE = "parts.json"


class CrossFitReader:
    """A reader that hands each question to one that has not learned from it."""

    def __init__(self, readers: Mapping[str, Reader], otherwise: Reader) -> None:
        """`readers`: who reads a question, by its text; `otherwise` reads the others."""
        self._readers = readers
        self._otherwise = otherwise

    def read(self, question: str, sentences: Sequence[Reading]) -> list[Judgement]:
        return self.who_reads(question).read(question, sentences)

    def who_reads(self, question: str) -> Reader:
        """Return the reader that has not learned from this question."""
        return self._readers.get(question, self._otherwise)


def parts_of_questions() -> list[frozenset[tuple[str, str]]]:
    """Return the groups (set, group) of each part: what the reader of its number has not seen."""
    lists = json.loads((FOLDS / PARTS_FILE).read_text(encoding="utf-8"))
    return [
        frozenset((name, group) for name, groups in part.items() for group in groups)
        for part in lists["parts"]
    ]


def write_parts(path: Path, parts: Iterable[frozenset[tuple[str, str]]]) -> None:
    """Write what `parts_of_questions` reads."""
    lists: list[dict[str, list[str]]] = []
    for part in parts:
        lists.append({})
        for name, group in sorted(part):
            lists[-1].setdefault(name, []).append(group)
    about = (
        "The groups of questions that the reader of each number (0.npz, ...) was not trained on."
    )
    whole = {"about": about, "parts": lists}
    path.write_text(json.dumps(whole, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")


def cross_fit_reader(sets: Iterable[QuestionSet]) -> CrossFitReader:
    """Return the reader for measuring on these sets.

    The shipped one reads the questions of no part, like all news: none has learned from these.

    Raises:
        ModelUnavailable: the starter embedder is not on disk.
        ModelFailed, OSError: a reader cannot be made.
    """
    parts = parts_of_questions()
    opened = [open_answer_reader(FOLDS / f"{number}.npz") for number in range(len(parts))]
    reader_of = {key: opened[number] for number, part in enumerate(parts) for key in part}
    readers = {
        case.question: reader_of[questions.name, case.group]
        for questions in sets
        for case in questions.cases
        if (questions.name, case.group) in reader_of
    }
    return CrossFitReader(readers, open_answer_reader())

"""Public formats become articles and cases that the suite runs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from eval.adapters import convert
from eval.answerer import Setting
from eval.case import Case
from eval.case_files import load_cases
from eval.collection import articles_folder
from eval.result import Result
from eval.run import run_cases
from index.errors import ReadingError, UsageError
from tests.eval.toy import ToyAnswerer

BRIDGE = "The old bridge was built in 1912. It was painted red. Boats pass below it every hour."
CHEESE = "Goats give the milk for this cheese. The wheels rest for ninety days in a cave."


def write_lines(path: Path, rows: Iterable[object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")


def squad2(folder: Path) -> Path:
    asked: list[dict[str, Any]] = [
        {
            "id": "q1",
            "question": "When was the old bridge built?",
            "is_impossible": False,
            "answers": [{"text": "1912", "answer_start": BRIDGE.index("1912")}] * 2,
        },
        {"id": "q2", "question": "Who painted it?", "is_impossible": True, "answers": []},
    ]
    path = folder / "dev.json"
    data = [{"title": "Old_bridge", "paragraphs": [{"context": BRIDGE, "qas": asked}]}]
    path.write_text(json.dumps({"version": "v2.0", "data": data}), encoding="utf-8")
    return path


def beir(folder: Path) -> Path:
    write_lines(
        folder / "corpus.jsonl",
        [
            {"_id": "d/1", "title": "Bridge", "text": BRIDGE},
            {"_id": "d2", "title": "Cheese", "text": CHEESE},
        ],
    )
    write_lines(
        folder / "queries.jsonl",
        [{"_id": "1", "text": "old bridge built"}, {"_id": "2", "text": "nothing judged"}],
    )
    (folder / "qrels").mkdir()
    rows = "query-id\tcorpus-id\tscore\n1\td/1\t1\n1\td2\t0\n"
    (folder / "qrels" / "test.tsv").write_text(rows, encoding="utf-8")
    return folder


def realtime(folder: Path) -> Path:
    write_lines(
        folder / "week_documents.jsonl",
        [
            {"id": "n0", "url": "https://example.org/", "title": "Bridge", "text": BRIDGE},
            {"id": "n1", "url": "https://example.org/2", "title": "Cheese", "text": CHEESE},
        ],
    )
    question = "How long do the wheels rest?"
    write_lines(
        folder / "week_questions.jsonl",
        [{"id": "w_0", "question": question, "answer": "ninety days", "docs": ["n0", "n1"],
          "answer_in_docs": ["n1"]}],
    )  # fmt: skip
    return folder


def clapnq_flat(folder: Path) -> Path:
    path = folder / "flat.jsonl"
    sentence = "The old bridge was built in 1912."
    write_lines(
        path,
        [
            {"id": "-1", "question": "when was the bridge built", "title": "Bridge",
             "passage": BRIDGE, "label": 1, "answers": ["It was built in 1912."],
             "support": [[sentence]]},
            {"id": "-2", "question": "who paid for it", "title": "Bridge", "passage": BRIDGE,
             "label": 0, "answers": [], "support": []},
        ],
    )  # fmt: skip
    return path


def clapnq(folder: Path) -> Path:
    path = folder / "published.jsonl"
    passage = {"title": "Bridge", "text": BRIDGE}
    output = {"answer": "It was built in 1912.",
              "selected_sentences": ["The old bridge was built in 1912."]}  # fmt: skip
    empty = {"answer": "", "selected_sentences": []}
    write_lines(
        path,
        [
            {"id": "1", "input": "when was the bridge built", "passages": [passage],
             "output": [output]},
            {"id": "2", "input": "who paid for it", "passages": [passage], "output": [empty]},
        ],
    )  # fmt: skip
    return path


def converted(tmp_path: Path, kind: str, make: Callable[[Path], Path]) -> tuple[Case, ...]:
    source = tmp_path / "source"
    source.mkdir()
    counts = convert(kind, make(source), tmp_path / "out")
    cases = load_cases(tmp_path / "out" / "cases.jsonl").cases
    assert counts[1] == len(cases)
    assert counts[0] == len(list((tmp_path / "out" / "articles").glob("*.txt")))
    return cases


@pytest.mark.parametrize(
    ("kind", "make"),
    [("squad2", squad2), ("beir", beir), ("realtime", realtime), ("clapnq", clapnq),
     ("clapnq", clapnq_flat)],
)  # fmt: skip
def test_what_is_converted_can_be_run_as_it_lies(
    tmp_path: Path, kind: str, make: Callable[[Path], Path]
) -> None:
    cases = converted(tmp_path, kind, make)
    folder = articles_folder(load_cases(tmp_path / "out" / "cases.jsonl"))
    assert folder == tmp_path / "out" / "articles"
    toy = ToyAnswerer.of(folder)
    result = Result.of(cases, run_cases(cases, toy, toy.documents(), Setting()))
    assert result.intervals["passage_hit_5"].value == 1


def test_squad_answers_rest_on_their_sentence_and_impossible_ones_on_nothing(
    tmp_path: Path,
) -> None:
    possible, impossible = converted(tmp_path, "squad2", squad2)
    assert possible.accepted == (("1912",),)
    assert [gold.quote for gold in possible.gold] == ["The old bridge was built in 1912."]
    assert impossible.answerable is False
    assert not impossible.gold


def test_beir_judges_whole_documents_and_leaves_out_queries_without_judgement(
    tmp_path: Path,
) -> None:
    (case,) = converted(tmp_path, "beir", beir)
    assert [(gold.article, gold.quote) for gold in case.gold] == [("d-1.txt", None)]


def test_realtime_gold_is_where_the_answers_words_stand(tmp_path: Path) -> None:
    (case,) = converted(tmp_path, "realtime", realtime)
    assert [(g.article, g.quote) for g in case.gold] == [
        ("n1.txt", "The wheels rest for ninety days in a cave.")
    ]


@pytest.mark.parametrize("make", [clapnq, clapnq_flat])
def test_clapnq_answers_are_references_and_its_sentences_gold(
    tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    answerable, unanswerable = converted(tmp_path, "clapnq", make)
    assert answerable.references == ("It was built in 1912.",)
    assert [gold.quote for gold in answerable.gold] == ["The old bridge was built in 1912."]
    assert unanswerable.answerable is False


def test_a_limit_takes_answerable_and_unanswerable_questions_in_turn(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    path = source / "many.jsonl"
    rows = [
        {"id": str(n), "question": f"who built bridge {n}", "title": "Bridge", "passage": BRIDGE,
         "label": int(n < 8), "answers": ["Nobody."], "support": []}
        for n in range(10)
    ]  # fmt: skip
    write_lines(path, rows)
    assert convert("clapnq", path, tmp_path / "out", limit=4) == (1, 4)
    cases = load_cases(tmp_path / "out" / "cases.jsonl").cases
    assert [case.id for case in cases] == ["0", "1", "8", "9"]


@pytest.mark.parametrize(
    ("kind", "name", "text", "message"),
    [
        ("squad2", "a.json", "{}", "is not a squad2 set: KeyError"),
        ("squad2", "a.json", "no json", "is not a squad2 set: JSONDecodeError"),
        ("squad2", "b.json", None, "does not exist"),
        ("clapnq", "a.jsonl", "3\n", "is not a clapnq set"),
        ("clapnq", "a.jsonl", "", "holds 0 documents and 0 questions"),
    ],
)
def test_a_source_of_another_kind_is_refused_in_one_line(
    tmp_path: Path, kind: str, name: str, text: str | None, message: str
) -> None:
    if text is not None:
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(ReadingError, match=message):
        convert(kind, tmp_path / name, tmp_path / "out")


def test_a_folder_with_cases_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    convert("clapnq", clapnq(tmp_path / "source"), tmp_path / "out")
    with pytest.raises(UsageError, match=r"already holds cases\.jsonl"):
        convert("clapnq", tmp_path / "source" / "published.jsonl", tmp_path / "out")


def test_an_unknown_kind_is_named_with_those_known(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="unknown kind 'msmarco'; kinds are squad2, beir"):
        convert("msmarco", tmp_path, tmp_path / "out")

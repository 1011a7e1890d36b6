"""Public question sets as case files: SQuAD 2.0, BEIR, RealTimeQA-like JSON Lines, ClapNQ.

Each reader yields documents and cases; `convert` writes them as `articles/*.txt` and
`cases.jsonl`, which `footnote eval --cases` runs. No text of these sets is part of this
project. An answer's own sentence is the gold sentence; where a set only names documents,
the whole document is.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.case import Case, Gold
from eval.case_files import choose
from eval.matching import says
from index.article import Article
from index.errors import ReadingError, UsageError
from index.splitting import sentence_spans

GOLD_SENTENCES = 5
"""At most so many sentences of a document are gold because they hold the answer string."""


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """A document of a public set."""

    id: str
    title: str
    text: str


Entry = SourceDocument | Case
Reader = Callable[[Path], Iterator[Entry]]


def convert(kind: str, source: Path, out: Path, limit: int | None = None) -> tuple[int, int]:
    """Write a public set as `out/articles/` and `out/cases.jsonl`; return the two counts.

    With `limit` only so many questions are taken, answerable and not in turn, and all
    documents.

    Raises:
        UsageError: the kind is unknown, or the folder already holds cases.
        ReadingError: the source is missing or not of that kind.

    """
    if kind not in READERS:
        raise UsageError(f"unknown kind {kind!r}; kinds are {', '.join(READERS)}")
    if (out / "cases.jsonl").exists():
        raise UsageError(f"{out} already holds cases.jsonl; name an empty folder")
    try:
        entries = list(READERS[kind](source))
    except FileNotFoundError as error:
        raise ReadingError(f"{error.filename} does not exist") from error
    except OSError as error:
        raise ReadingError(f"{source} cannot be read: {error.strerror or error}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ReadingError(f"{source} is not a {kind} set: {error!r}") from error
    documents = [entry for entry in entries if isinstance(entry, SourceDocument)]
    cases = choose([entry for entry in entries if isinstance(entry, Case)], limit)
    if not documents or not cases:
        raise ReadingError(f"{source} holds {len(documents)} documents and {len(cases)} questions")
    (out / "articles").mkdir(parents=True, exist_ok=True)
    for document in documents:
        path = out / "articles" / f"{document.id}.txt"
        path.write_text(f"{document.title}\n\n{document.text}\n", encoding="utf-8", newline="")
    lines = (f"{case.as_line()}\n" for case in cases)
    (out / "cases.jsonl").write_text("".join(lines), encoding="utf-8")
    return len(documents), len(cases)


def squad2(source: Path) -> Iterator[Entry]:
    """Read SQuAD 2.0's JSON file; each paragraph is a document of its own.

    "Impossible" was judged for the paragraph alone: in a collection of many, another may
    answer. Source: Rajpurkar et al. 2018, https://arxiv.org/abs/1806.03822.
    """
    data = json.loads(source.read_text(encoding="utf-8"))["data"]
    for article in data:
        for number, paragraph in enumerate(article["paragraphs"]):
            document = _document(article["title"], paragraph["context"], f"-{number}")
            yield document
            for asked in paragraph["qas"]:
                yield _squad2_case(document, asked)


def _squad2_case(document: SourceDocument, asked: Mapping[str, Any]) -> Case:
    if asked["is_impossible"]:
        return _unanswerable(asked["id"], asked["question"])
    spans = sentence_spans(Article(document.text, document.title))
    starts = [answer["answer_start"] for answer in asked["answers"]]
    quotes = [s.of(document.text) for s in spans if any(s.start <= at < s.end for at in starts)]
    return Case(
        id=str(asked["id"]),
        kind="fact",
        question=asked["question"].strip(),
        asked_by="SQuAD 2.0",
        accepted=tuple(dict.fromkeys((answer["text"],) for answer in asked["answers"])),
        gold=_gold(document, quotes),
    )


def beir(source: Path) -> Iterator[Entry]:
    """Read a BEIR folder: corpus.jsonl, queries.jsonl, qrels/test.tsv.

    It has no answers: only retrieval is scored, by whole documents.
    Source: Thakur et al. 2021, https://arxiv.org/abs/2104.08663.
    """
    names = {}
    for line in _lines(source / "corpus.jsonl"):
        document = SourceDocument(_slug(str(line["_id"])), line.get("title", ""), line["text"])
        names[str(line["_id"])] = document.id
        yield document
    relevant: dict[str, list[str]] = {}
    rows = (source / "qrels" / "test.tsv").read_text(encoding="utf-8").splitlines()
    for row in rows[1:]:
        query, document_id, grade = row.split("\t")
        if int(grade) > 0:
            relevant.setdefault(query, []).append(document_id)
    for line in _lines(source / "queries.jsonl"):
        gold = tuple(Gold(f"{names[i]}.txt") for i in relevant.get(str(line["_id"]), ()))
        if gold:
            yield Case(_slug(str(line["_id"])), "fact", line["text"].strip(), "BEIR", gold=gold)


def realtime(source: Path) -> Iterator[Entry]:
    """Read a folder with `*documents.jsonl` and `*questions.jsonl`, as made from RealTimeQA.

    A document: id, title, text. A question: id, question, answer (a text or a list of
    texts), and the documents found for it (`answer_in_docs`, else `docs`). Gold are the
    sentences of those documents that hold the answer's words; the sentence may hold them by
    chance. Source: Kasai et al. 2022, https://arxiv.org/abs/2207.13332.
    """
    documents = {}
    for line in _lines(_one_file(source, "*documents.jsonl")):
        document = SourceDocument(_slug(str(line["id"])), line.get("title", ""), line["text"])
        documents[str(line["id"])] = document
        yield document
    for line in _lines(_one_file(source, "*questions.jsonl")):
        answers = line["answer"] if isinstance(line["answer"], list) else [line["answer"]]
        named = line.get("answer_in_docs", line.get("docs", ()))
        found = [documents[i] for i in map(str, named) if i in documents]
        gold = [gold for document in found for gold in _holding(document, answers)]
        yield Case(
            id=_slug(str(line["id"])),
            kind="fact",
            question=line["question"].strip(),
            asked_by="RealTimeQA",
            accepted=tuple((answer,) for answer in answers),
            gold=tuple(gold),
        )


def clapnq(source: Path) -> Iterator[Entry]:
    """Read ClapNQ's JSON Lines, as published or one flat object a line.

    Its answers are long: they are compared by token F1, and the annotators' sentences are
    gold. Source: Rosenthal et al. 2024, https://arxiv.org/abs/2404.02103.
    """
    known: dict[str, SourceDocument] = {}
    for number, line in enumerate(_lines(source)):
        flat = _flat_clapnq(line)
        passage = flat["passage"]
        if passage not in known:
            known[passage] = _document(flat["title"], passage, f"-{number}")
            yield known[passage]
        question = flat["question"].strip()
        if not flat["label"]:
            yield _unanswerable(flat["id"], question)
            continue
        chosen = dict.fromkeys(s.strip() for sentences in flat["support"] for s in sentences)
        yield Case(
            id=_slug(str(flat["id"])),
            kind="fact",
            question=question,
            asked_by="ClapNQ",
            references=tuple(answer for answer in flat["answers"] if answer.strip()),
            gold=_gold(known[passage], [s for s in chosen if s and s in passage]),
        )


def _flat_clapnq(line: Mapping[str, Any]) -> Mapping[str, Any]:
    if "passages" not in line:
        return line
    (passage,) = line["passages"]
    outputs = [output for output in line["output"] if output["answer"].strip()]
    return {
        "id": line["id"],
        "question": line["input"],
        "title": passage["title"],
        "passage": passage["text"],
        "label": bool(outputs),
        "answers": [output["answer"] for output in outputs],
        "support": [output.get("selected_sentences", []) for output in outputs],
    }


READERS: Mapping[str, Reader] = {
    "squad2": squad2,
    "beir": beir,
    "realtime": realtime,
    "clapnq": clapnq,
}


def _unanswerable(identifier: object, question: str) -> Case:
    return Case(
        id=_slug(str(identifier)),
        kind="near_miss",
        question=question.strip(),
        asked_by="an annotator of the set",
        answerable=False,
    )


def _document(title: str, text: str, mark: str) -> SourceDocument:
    plain = title.replace("_", " ").strip()
    return SourceDocument(f"{_slug(plain)[:60]}{mark}", plain, text)


def _gold(document: SourceDocument, quotes: list[str]) -> tuple[Gold, ...]:
    name = f"{document.id}.txt"
    return tuple(Gold(name, quote) for quote in dict.fromkeys(quotes)) or (Gold(name),)


def _holding(document: SourceDocument, answers: list[str]) -> tuple[Gold, ...]:
    spans = sentence_spans(Article(document.text, document.title))
    sentences = (span.of(document.text) for span in spans)
    holding = (s for s in sentences if any(says(s, answer) for answer in answers))
    return _gold(document, list(itertools.islice(holding, GOLD_SENTENCES)))


def _lines(path: Path) -> Iterator[Mapping[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.strip():
                yield json.loads(line)


def _one_file(folder: Path, pattern: str) -> Path:
    found = sorted(folder.glob(pattern))
    if len(found) != 1:
        raise ReadingError(f"{folder} holds {len(found)} files {pattern}, not one")
    return found[0]


def _slug(text: str) -> str:
    return re.sub(r"[^\w.-]+", "-", text).strip("-") or "x"

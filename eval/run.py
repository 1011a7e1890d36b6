"""Runs: every case asked once, logged as a line of JSON, resumed where it was broken off.

What a run leaves in its folder is described in run_folder.py.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.answerer import Answerer, Setting
from eval.case import Case
from eval.places import Document, Documents, GoldError, Place
from eval.record import Record, from_summary, without_clock
from eval.run_folder import RunFolder, Timing, read_json, read_records, read_timings
from index.article import content_id
from index.errors import ModelFailed, UsageError
from qa.answer import Answer

PASSAGES_LOGGED = 10
SENTENCES_LOGGED = 12

Tick = Callable[[int, int, str], None]
"""Told after each case: how many are done, of how many, the case's id."""


@dataclass(frozen=True)
class Run:
    """What came of a run. `peak_memory_mb` is that of the process, None where unknown."""

    setting: Setting
    models: Mapping[str, str]
    records: Mapping[str, Record]
    timings: Mapping[str, Timing]
    documents: Documents
    peak_memory_mb: float | None = None
    load_ms: float | None = None


def run_cases(
    cases: Sequence[Case],
    answerer: Answerer,
    documents: Documents,
    setting: Setting,
    *,
    folder: Path | None = None,
    tick: Tick | None = None,
    finished_too: bool = False,
) -> Run:
    """Ask every case and log the answers; go on from an unfinished log in the folder.

    `finished_too`: take the answers of a finished log of the same state as they are.

    A question that the tool fails on is logged with the error; a model or library that
    cannot be opened ends the run.

    Raises:
        GoldError: a case points at what the documents do not hold; nothing was asked.
        FootnoteError: a model or the library cannot be opened.

    """
    _check_gold(cases, documents)
    files = RunFolder(folder)
    state = {
        "setting": {"name": setting.name, "model": setting.model, "mode": setting.mode.value},
        "models": answerer.models(),
        "collection": content_id(*sorted(d.id for d in documents.by_name.values())),
        "code": code_fingerprint(),
    }
    records, timings = files.resume(state, finished_too=finished_too)
    valid = [case for case in cases if _is_valid(case, records, timings)]
    files.keep((records[c.id] for c in valid), (timings[c.id] for c in valid))
    started = time.perf_counter()
    if len(valid) < len(cases):
        answerer.warm_up()
    load_ms = round((time.perf_counter() - started) * 1000, 1)
    for number, case in enumerate(cases, start=1):
        if case not in valid:
            records[case.id], timings[case.id] = ask_case(case, answerer, documents)
            files.add(records[case.id], timings[case.id])
        if tick is not None:
            tick(number, len(cases), case.id)
    wanted = {case.id: records[case.id] for case in cases}
    peak = peak_memory_mb()
    if len(valid) == len(cases):  # nothing was loaded: what was measured then still holds
        peak = files.left.get("peak_memory_mb", peak)
        load_ms = files.left.get("load_ms", load_ms)
    files.finish(
        _referred(cases, wanted.values(), documents),
        {"cases": len(cases), "peak_memory_mb": peak, "load_ms": load_ms},
    )
    kept = {case.id: timings[case.id] for case in cases}
    return Run(setting, answerer.models(), wanted, kept, documents, peak, load_ms)


def ask_case(case: Case, answerer: Answerer, documents: Documents) -> tuple[Record, Timing]:
    """Ask one case, its earlier turns first.

    Raises:
        FootnoteError: a model or the library cannot be opened.

    """
    started = time.perf_counter()
    try:
        answer = _answer(case, answerer, documents)
    except (UsageError, ModelFailed) as error:
        wall = (time.perf_counter() - started) * 1000
        failed = Record(case.id, case.fingerprint, None, error=str(error))
        return failed, Timing(case.id, {}, round(wall, 1))
    wall = (time.perf_counter() - started) * 1000
    passages, sentences = _found(case, answer, answerer)
    record = Record(
        case=case.id,
        fingerprint=case.fingerprint,
        answer=without_clock(answer, documents),
        passages=tuple(p._replace(document=documents.name(p.document)) for p in passages),
        sentences=tuple(s._replace(document=documents.name(s.document)) for s in sentences),
    )
    return record, Timing(case.id, dict(answer.timings_ms), round(wall, 1))


def load_run(folder: Path, documents: Documents | None = None) -> Run:
    """Read a finished run back, to score it again without a model.

    Raises:
        UsageError: there is no finished run in the folder.

    """
    state = read_json(folder / "run.json")
    if not state or not state.get("finished"):
        raise UsageError(f"{folder} holds no finished run; run `footnote eval --report` first")
    records = {r.case: r for r in read_records(folder / "answers.jsonl")}
    timings = {t.case: t for t in read_timings(folder / "timings.jsonl")}
    if documents is None:
        lines = (folder / "documents.jsonl").read_text(encoding="utf-8").splitlines()
        documents = Documents.of(Document(**json.loads(line)) for line in lines)
    raw = state["setting"]
    setting = Setting(raw["model"], type(Setting().mode)(raw["mode"]))
    return Run(
        setting,
        state["models"],
        records,
        timings,
        documents,
        state.get("peak_memory_mb"),
        state.get("load_ms"),
    )


def peak_memory_mb() -> float | None:
    """Return the most memory this process has held, in MB; None where that is not known."""
    if sys.platform == "win32":
        return None
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024), 1)


def code_fingerprint() -> str:
    """Return a hash of what answers depend on: the code, prompts and coefficients."""
    root = Path(__file__).parent.parent
    parts = []
    for package in ("index", "prompts", "qa"):
        for path in sorted((root / package).rglob("*")):
            if path.suffix in {".py", ".json", ".txt", ".yaml"}:
                parts += [path.relative_to(root).as_posix(), content_id(path.read_text("utf-8"))]
    return content_id(*parts)


def _found(
    case: Case, answer: Answer, answerer: Answerer
) -> tuple[Sequence[Place], Sequence[Place]]:
    """Return the passages and the evidence sentences that the search gives, best first.

    Nothing for a case without gold: there the search is not scored. What an answer shows as
    its evidence is what the search gave; a refusal shows too little of it.
    """
    if not answer.searched or not any(case.all_gold()):
        return (), ()
    passages = answerer.passages(answer.searched, PASSAGES_LOGGED)
    if answer.evidence:
        shown = [Place(c.article, c.start, c.end) for c in answer.evidence]
        return passages, shown[:SENTENCES_LOGGED]
    return passages, answerer.sentences(answer.searched, SENTENCES_LOGGED)


def _answer(case: Case, answerer: Answerer, documents: Documents) -> Answer:
    if case.articles:
        chosen = [documents.find(name) for name in case.articles]
        return from_summary(answerer.summarise(chosen), case.question)
    history: list[Answer] = []
    for turn in case.turns:
        history.append(answerer.ask(turn, tuple(history)))
    return answerer.ask(case.question, tuple(history))


def _check_gold(cases: Iterable[Case], documents: Documents) -> None:
    for case in cases:
        try:
            documents.places(case.all_gold())
            for name in case.articles:
                documents.find(name)
        except GoldError as error:
            raise GoldError(f"case {case.id!r}: {error}") from error


def _is_valid(case: Case, records: Mapping[str, Record], timings: Mapping[str, Timing]) -> bool:
    record = records.get(case.id)
    return record is not None and record.fingerprint == case.fingerprint and case.id in timings


def _referred(
    cases: Iterable[Case], records: Iterable[Record], documents: Documents
) -> list[Document]:
    """Return the documents that cases, citations or the search point into, by name."""
    names = {documents.find(gold.article).name for case in cases for gold in case.all_gold()}
    for record in records:
        names |= {place.document for place in (*record.passages, *record.sentences)}
        if record.answer is not None:
            refusal = record.answer.refusal
            cited = (*record.answer.citations, *record.answer.evidence)
            nearest = refusal.nearest if refusal else ()
            names |= {citation.article for citation in (*cited, *nearest)}
    return [documents.by_name[name] for name in sorted(names) if name in documents.by_name]

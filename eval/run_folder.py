"""The files of a run, and how an unfinished one goes on.

A run's folder holds

    answers.jsonl     a record for each case (see record.py); the same in every run at
                      temperature 0, byte for byte
    timings.jsonl     what the clock said, for each case
    documents.jsonl   the documents that cases and answers point into
    run.json          the setting, the models, the code's fingerprint, peak memory

from which every figure can be computed again without a model. A run that was broken off
goes on where it was when nothing has changed; one that was finished starts anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eval.places import Document
from eval.record import Record


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds of one case: the phases since the question was asked, and the whole."""

    case: str
    phases: Mapping[str, float]
    wall_ms: float


@dataclass
class RunFolder:
    """The files of one run; with `folder` None nothing is kept."""

    folder: Path | None
    state: dict[str, Any] = field(default_factory=dict)
    left: dict[str, Any] = field(default_factory=dict)
    """What run.json said before, where its answers are taken over."""

    def resume(
        self, state: Mapping[str, Any], *, finished_too: bool = False
    ) -> tuple[dict[str, Record], dict[str, Timing]]:
        """Return what an unfinished run of the same state left, else begin anew.

        `finished_too`: or a finished one, because others that belong with it were broken off.
        """
        self.state = {**state, "finished": False}
        if self.folder is None:
            return {}, {}
        self.folder.mkdir(parents=True, exist_ok=True)
        records: dict[str, Record] = {}
        timings: dict[str, Timing] = {}
        left = read_json(self.folder / "run.json") or {}
        same = {name: left.get(name) for name in state} == dict(state)
        if same and (finished_too or not left.get("finished", True)):
            self.left = left
            records = {r.case: r for r in read_records(self.folder / "answers.jsonl")}
            timings = {t.case: t for t in read_timings(self.folder / "timings.jsonl")}
        self._write_json()
        return records, timings

    def keep(self, records: Iterable[Record], timings: Iterable[Timing]) -> None:
        """Write the lines that stay valid, in order, in place of all that was there."""
        self._write("answers.jsonl", "".join(f"{r.as_line()}\n" for r in records))
        self._write("timings.jsonl", "".join(f"{_timing_line(t)}\n" for t in timings))

    def add(self, record: Record, timing: Timing) -> None:
        """Append one case's lines."""
        if self.folder is None:
            return
        for name, line in (("answers", record.as_line()), ("timings", _timing_line(timing))):
            with (self.folder / f"{name}.jsonl").open("a", encoding="utf-8") as file:
                file.write(f"{line}\n")

    def finish(self, documents: Iterable[Document], measured: Mapping[str, Any]) -> None:
        """Write what is known at the end."""
        lines = [json.dumps(d.as_dict(), ensure_ascii=False, sort_keys=True) for d in documents]
        self._write("documents.jsonl", "".join(f"{line}\n" for line in lines))
        self.state = {**self.state, **measured, "finished": True}
        self._write_json()

    def _write_json(self) -> None:
        self._write("run.json", json.dumps(self.state, indent=2, ensure_ascii=False) + "\n")

    def _write(self, name: str, text: str) -> None:
        if self.folder is not None:
            (self.folder / name).write_text(text, encoding="utf-8")


def read_records(path: Path) -> list[Record]:
    """Read a log; a last line cut short by a crash is left out."""
    return [Record.from_line(line) for line in _whole_lines(path)]


def read_timings(path: Path) -> list[Timing]:
    """Read the timings beside a log."""
    raw = [json.loads(line) for line in _whole_lines(path)]
    return [Timing(entry["case"], entry["phases"], entry["wall_ms"]) for entry in raw]


def _timing_line(timing: Timing) -> str:
    raw = {"case": timing.case, "phases": dict(timing.phases), "wall_ms": timing.wall_ms}
    return json.dumps(raw, sort_keys=True)


def _whole_lines(path: Path) -> list[str]:
    if not path.exists():
        return []
    text = path.read_text(encoding="utf-8")
    return [line for line in text[: text.rfind("\n") + 1].split("\n") if line]


def read_json(path: Path) -> dict[str, Any] | None:
    """Read a JSON object; None when there is none that can be read."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return raw if isinstance(raw, dict) else None

"""Progress on standard error: a bar with rate and time left, for people only."""

from __future__ import annotations

import sys
from types import TracebackType

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bars
from rich.text import Text


class _RateColumn(ProgressColumn):
    """How many a second."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f}/s" if speed else "", style="progress.data.speed")


class ProgressBars:
    """Shows each phase as one bar; shows nothing when standard error is not a terminal.

    Fits `index.indexing.Progress` and the progress of the model files. As a context
    manager it clears the bars at the end.
    """

    def __init__(self) -> None:
        self._phases: dict[str, TaskID] = {}
        self._bars = Bars(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            _RateColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
            disable=not sys.stderr.isatty(),
        )

    def __enter__(self) -> ProgressBars:
        self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._bars.stop()

    def __call__(self, phase: str, done: int, total: int | None) -> None:
        total = total or None  # 0 for what nobody knows
        if phase not in self._phases:
            self._phases[phase] = self._bars.add_task(phase, total=total)
        self._bars.update(self._phases[phase], completed=done, total=total)

"""Progress on standard error: bars with rate and time left, or now and then a line of a log."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
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

SECONDS_BETWEEN_LINES = 10.0
# Of a run of hours, a line every twentieth of the time that it has taken.
_SHARE_BETWEEN_LINES = 0.05


class _RateColumn(ProgressColumn):
    """How many a second."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f}/s" if speed else "", style="progress.data.speed")


class PlainLines:
    """Tells a log how far each phase is: `write` gets a line every ten seconds, later fewer."""

    def __init__(
        self, write: Callable[[str], object], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._write, self._clock = write, clock
        self._phase, self._told = "", False
        self._began = self._last_call = self._last_line = clock()

    def __call__(self, phase: str, done: int, total: int | None) -> None:
        now = self._clock()
        if phase != self._phase:
            # What is done at a phase's first call has taken since the call before.
            self._phase, self._told = phase, False
            self._began = self._last_line = self._last_call
        self._last_call = now
        taken = now - self._began
        due = max(SECONDS_BETWEEN_LINES, _SHARE_BETWEEN_LINES * taken)
        if total and done >= total:
            if self._told:
                self._write(f"footnote: {phase}: {done:,} in {in_words(taken)}\n")
            self._told = False
        elif now - self._last_line >= due:
            self._told, self._last_line = True, now
            self._write(f"footnote: {phase}: {_how_far(done, total, taken)}\n")


def _how_far(done: int, total: int | None, taken: float) -> str:
    rate = done / taken
    parts = [f"{done:,} of {total:,}" if total else f"{done:,}"]
    if done:
        parts.append(f"{rate:,.0f} a second" if rate >= 10 else f"{rate:,.1f} a second")
    if done and total:
        parts.append(f"{in_words((total - done) / rate)} left")
    return ", ".join(parts)


def in_words(seconds: float) -> str:
    """Return a duration as "44 s", "1 min 44 s" or "2 h 05 min"."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    return f"{whole // 3600:,} h {whole % 3600 // 60:02} min"


class ProgressBars:
    """Shows each phase as one bar on a terminal, and as lines of a log elsewhere.

    Fits `index.indexing.Progress` and the progress of the model files; a total of 0 is
    one that nobody knows. As a context manager it clears the bars at the end.
    """

    def __init__(self) -> None:
        self._phases: dict[str, TaskID] = {}
        self._lines = None if sys.stderr.isatty() else PlainLines(sys.stderr.write)
        self._bars = Bars(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            _RateColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
            disable=self._lines is not None,
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
        if self._lines is not None:
            self._lines(phase, done, total)
            return
        if phase not in self._phases:
            self._phases[phase] = self._bars.add_task(phase, total=total or None)
        self._bars.update(self._phases[phase], completed=done, total=total or None)

"""Progress for people at a terminal, and for those who read a log afterwards."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from ui.progress import PlainLines, in_words


def told(steps: Sequence[tuple[float, str, int, int | None]]) -> list[str]:
    """Return the lines that calls at these seconds write."""
    times = iter([0.0, *(step[0] for step in steps)])
    lines: list[str] = []
    progress = PlainLines(lines.append, lambda: next(times))
    for _, phase, done, total in steps:
        progress(phase, done, total)
    return lines


def test_a_short_run_leaves_no_line() -> None:
    assert told([(0.1, "reading", 1, 5), (3, "reading", 5, 5), (9, "writing", 5, 5)]) == []


def test_a_long_run_tells_rate_and_time_left() -> None:
    steps = [(second, "reading articles", 50 * second, 10_000) for second in range(1, 201)]
    lines = told(steps)
    assert lines[0] == ("footnote: reading articles: 500 of 10,000, 50 a second, 3 min 10 s left\n")
    assert lines[-1] == "footnote: reading articles: 10,000 in 3 min 20 s\n"
    assert 15 <= len(lines) <= 20


def test_a_run_of_hours_does_not_fill_the_log() -> None:
    steps = [(second * 10.0, "reading", second, 10_000) for second in range(1, 10_000)]
    assert len(told(steps)) < 150


def test_a_phase_of_unknown_length_and_a_slow_one() -> None:
    steps = [(20.0, "reading mails.mbox", 400, 0), (41.0, "embedding", 2, 4)]
    assert told(steps) == [
        "footnote: reading mails.mbox: 400, 20 a second\n",
        "footnote: embedding: 2 of 4, 0.1 a second, 21 s left\n",
    ]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "0 s"), (59, "59 s"), (60, "1 min 00 s"), (104, "1 min 44 s"), (7500, "2 h 05 min")],
)
def test_durations_in_words(seconds: float, words: str) -> None:
    assert in_words(seconds) == words


SLOW = """
import time
from ui.progress import ProgressBars
with ProgressBars() as progress:
    for number in range(1, 21):
        time.sleep(0.05)
        progress("reading articles", number * 500, 10_000)
"""


def test_a_terminal_shows_a_bar_with_rate_and_time_left() -> None:
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", SLOW], stderr=theirs, cwd=root, env=environment
    ) as process:
        os.close(theirs)
        shown = b""
        until = time.monotonic() + 60
        while time.monotonic() < until and select.select([ours], [], [], 1)[0] is not None:
            try:
                shown += os.read(ours, 4096)
            except OSError:
                break
        process.wait(60)
    os.close(ours)
    text = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown.decode("utf-8", "replace"))
    assert re.search(r"reading articles .*[\d,]+/10,?000 +[\d,]+/s +\d+:\d+:\d+", text), text

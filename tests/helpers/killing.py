"""Kills a process that indexes, again and again, and looks at what is left each time.

From the repository's root, for many more kills than a test has time for:

    python -m tests.helpers.killing --kills 200 --files 500

Files change between the runs, so that there is always something to index, and the moment
of each kill is drawn from the whole length of the last run that came to its end.
"""

from __future__ import annotations

import argparse
import itertools
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from index.library import Library
from tests.helpers.articles import numbered_text, write_numbered
from tests.helpers.hashing_embedder import HashingEmbedder
from tests.helpers.libraries import all_passages, everything_found, writing

FILES = 40
PASSAGES = 1600  # of all files together, shared among them


@dataclass(frozen=True)
class KillReport:
    """How many runs were killed in which phase, and how many ended before they were.

    `articles` and `passages` are those of the library at the end, which equals one made in
    one go; `searches` is how often what had been committed was looked for and found.
    """

    phases: dict[str, int]
    finished: int
    articles: int
    passages: int
    searches: int


@dataclass(frozen=True)
class Run:
    """How many lines a run writes, and seconds between two of them."""

    lines: int
    gap: float


def index_aloud(folder: Path, files: Path) -> None:
    """Index, and write a line for each step: the phase, and the revision that is committed."""
    with writing(folder, HashingEmbedder()) as library:

        def say(phase: str, done: int, total: int) -> None:
            print(phase, done, library.revision, sep="\t", flush=True)  # noqa: T201  # its purpose

        say("beginning", 0, 0)
        library.index([files], progress=say, prune=True)


def _command(folder: Path, files: Path) -> list[str]:
    return [sys.executable, "-m", "tests.helpers.killing", "--index", str(folder), str(files)]


def rehearse(folder: Path, files: Path) -> Run:
    """Index into a folder without killing; return how long that is."""
    began = time.monotonic()
    done = subprocess.run(_command(folder, files), stdout=subprocess.PIPE, check=True)
    lines = len(done.stdout.splitlines())
    return Run(lines, (time.monotonic() - began) / lines)


@dataclass(frozen=True)
class Killed:
    """In which phase a run was killed, the last revision it told, and how many lines it wrote.

    The phase is None for a run that came to its end first.
    """

    phase: str | None
    revision: int
    lines: int


def kill_once(folder: Path, files: Path, chance: random.Random, usual: Run) -> Killed:
    """Start indexing and kill it somewhere."""
    lines_to_wait, delay = chance.randrange(1, usual.lines + 1), chance.random() * usual.gap
    said = ["starting\t0\t0"]
    with subprocess.Popen(_command(folder, files), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in itertools.islice(process.stdout, lines_to_wait):
            said.append(line)
        time.sleep(delay)
        process.kill()
        said += process.stdout
        code = process.wait()
    assert code in (0, -signal.SIGKILL), f"the run broke by itself with {code}"
    phase, _, revision = said[-1].rstrip("\n").split("\t")
    return Killed(phase if code else None, int(revision), len(said) - 1)


def change_files(files: Path, chance: random.Random, paragraphs: int) -> None:
    """Rewrite three files of ten, remove two, add as many."""
    present = sorted(files.iterdir())
    for path in chance.sample(present, 3 * len(present) // 10):
        path.write_text(numbered_text(chance.randrange(10**6), paragraphs), "utf-8")
    gone = chance.sample(present, len(present) // 5)
    for path in gone:
        path.unlink()
    there = {path.name for path in files.iterdir()}
    numbers = chance.sample(range(1000, 10**6), 2 * len(gone))
    fresh = [each for each in numbers if f"report-{each:04}.txt" not in there]
    write_numbered(files, fresh[: len(gone)], paragraphs)


def kill_many(base: Path, kills: int, seed: int, count: int = FILES) -> KillReport:
    """Kill `kills` runs over `count` files that change in between, then let one run end.

    Runs that come to their end before they are killed are not counted among the kills.

    Raises:
        AssertionError: something committed was lost, a search showed what is not there,
            or the library differs from one made in one go.

    """
    chance = random.Random(seed)
    folder, files, paragraphs = base / "library", base / "files", max(PASSAGES // count, 4)
    write_numbered(files, range(count), paragraphs)
    usual = rehearse(base / "rehearsal", files)
    phases: Counter[str] = Counter()
    finished = searches = 0
    while phases.total() < kills:
        killed = kill_once(folder, files, chance, usual)
        if killed.phase is None:
            finished += 1
            usual = Run(killed.lines, usual.gap)
        else:
            phases[killed.phase] += 1
        if killed.revision:
            # Every other time the next writer finds the mess itself, without a reader's mending.
            search = bool((phases.total() + finished) % 2)
            look(folder, killed.revision, search=search)
            searches += search
        change_files(files, chance, paragraphs)
        if killed.phase is not None and phases.total() % 20 == 0:
            print(f"{phases.total()} of {kills}: {dict(phases)}", file=sys.stderr)  # noqa: T201
    with writing(folder, HashingEmbedder()) as library:
        library.index([files], prune=True)
    with writing(base / "in-one-go", HashingEmbedder()) as library:
        library.index([files], prune=True)
        size = library.article_count, library.passage_count
    assert contents(folder) == contents(base / "in-one-go")
    return KillReport(dict(phases), finished, *size, searches)


def look(folder: Path, told: int, *, search: bool) -> None:
    """See that what was told to be committed is there, whole, and found."""
    with Library.open(folder, embedder=HashingEmbedder()) as library:
        assert library.revision >= told
        assert library.check_catalogue() == []
        if search:
            assert everything_found(library) == [all_passages(library)] * 3


def contents(folder: Path) -> dict[str, object]:
    """Return everything a library holds and finds, to be compared."""
    with Library.open(folder, embedder=HashingEmbedder()) as library:
        problems = library.check()
        assert problems == [], problems
        ids = sorted(all_passages(library))
        return {
            "articles": sorted(library.articles(), key=lambda article: article.id),
            "passages": [library.passage(identity) for identity in ids],
            "vectors": library.vectors_of(ids).tobytes(),
            "found": everything_found(library),
        }


def main() -> None:
    """Kill as many runs as asked for, and say where they were killed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--files", type=int, default=FILES)
    parser.add_argument("--index", nargs=2, type=Path, metavar=("LIBRARY", "FILES"))
    arguments = parser.parse_args()
    if arguments.index:
        index_aloud(*arguments.index)
        return
    with tempfile.TemporaryDirectory() as base:
        report = kill_many(Path(base), arguments.kills, arguments.seed, arguments.files)
        print(report)  # noqa: T201  # its result


if __name__ == "__main__":
    main()

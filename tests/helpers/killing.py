"""Kills a process that indexes, again and again, and looks at what is left each time.

From the repository's root, for many more kills than a test has time for:

    python -m tests.helpers.killing --kills 200
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from index.library import Library
from tests.helpers.articles import numbered_text, write_numbered
from tests.helpers.hashing_embedder import HashingEmbedder
from tests.helpers.libraries import all_passages, everything_found, writing

FILES = 40
PARAGRAPHS = 40


@dataclass(frozen=True)
class KillReport:
    """How many runs were killed in which phase, and how many ended before they were."""

    phases: dict[str, int]
    finished: int


def index_aloud(folder: Path, files: Path) -> None:
    """Index, and write a line for each step: the phase, and the revision that is committed."""
    with writing(folder, HashingEmbedder()) as library:

        def say(phase: str, done: int, total: int) -> None:
            print(phase, done, library.revision, sep="\t", flush=True)  # noqa: T201  # its purpose

        say("beginning", 0, 0)
        library.index([files], progress=say, prune=True)


def kill_once(folder: Path, files: Path, chance: random.Random) -> tuple[str, int, bool]:
    """Start indexing and kill it somewhere; return phase, last revision told, whether it ended."""
    lines_to_wait, delay = chance.randrange(1, 8), chance.random() * 0.1
    command = [sys.executable, "-m", "tests.helpers.killing", "--index", str(folder), str(files)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        phase, revision = "starting", 0
        for _ in range(lines_to_wait):
            line = process.stdout.readline()
            if not line:
                return phase, revision, process.wait() == 0
            phase, _, told = line.rstrip("\n").split("\t")
            revision = int(told)
        time.sleep(delay)
        process.kill()
        for line in process.stdout:
            phase, _, told = line.rstrip("\n").split("\t")
            revision = int(told)
        return phase, revision, process.wait() == 0


def change_files(files: Path, chance: random.Random) -> None:
    """Rewrite some files, remove some, add some."""
    present = sorted(files.iterdir())
    for path in chance.sample(present, 12):
        path.write_text(numbered_text(chance.randrange(10**6), PARAGRAPHS), "utf-8")
    for path in chance.sample(present, 8):
        path.unlink()
    write_numbered(files, [chance.randrange(1000, 9999) for _ in range(8)], PARAGRAPHS)


def kill_many(base: Path, kills: int, seed: int) -> KillReport:
    """Kill `kills` runs over files that change in between, then let one run end.

    Raises:
        AssertionError: something committed was lost, a search showed what is not there,
            or the library differs from one made in one go.

    """
    chance = random.Random(seed)
    folder, files = base / "library", base / "files"
    write_numbered(files, range(FILES), PARAGRAPHS)
    phases: dict[str, int] = {}
    finished = 0
    for number in range(kills):
        phase, told, ended = kill_once(folder, files, chance)
        finished += ended
        if not ended:
            phases[phase] = phases.get(phase, 0) + 1
        if told:
            # Every other time the next writer finds the mess itself, without a reader's mending.
            look(folder, told, search=number % 2 == 0)
        change_files(files, chance)
    with writing(folder, HashingEmbedder()) as library:
        library.index([files], prune=True)
    with writing(base / "in-one-go", HashingEmbedder()) as library:
        library.index([files], prune=True)
    assert contents(folder) == contents(base / "in-one-go")
    return KillReport(phases, finished)


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
        assert library.check() == []
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
    parser.add_argument("--index", nargs=2, type=Path, metavar=("LIBRARY", "FILES"))
    arguments = parser.parse_args()
    if arguments.index:
        index_aloud(*arguments.index)
        return
    with tempfile.TemporaryDirectory() as base:
        print(kill_many(Path(base), arguments.kills, arguments.seed))  # noqa: T201  # its result


if __name__ == "__main__":
    main()

"""Which files a person means by the paths given: folders are walked, the rest taken as named."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from index.errors import FootnoteError

IGNORE_FILE = ".footnoteignore"


@dataclass(frozen=True, slots=True)
class Found:
    """The files to look at, sorted, each once; the folders walked; what was not taken.

    `skipped` counts files passed over; `unreadable` holds folders that could not be
    entered, each with a one-line message.
    """

    files: tuple[Path, ...]
    folders: tuple[Path, ...]
    skipped: int
    unreadable: tuple[tuple[str, str], ...] = ()


def require_paths(paths: Sequence[Path]) -> None:
    """See that all paths exist.

    Raises:
        FootnoteError: one does not.

    """
    for path in paths:
        if not path.exists():
            raise FootnoteError(f"{path} does not exist: see the path and give it again")


def find_files(paths: Sequence[Path], suffixes: Collection[str]) -> Found:
    """Return the files below the paths.

    Inside folders, hidden files and files whose name ends in none of `suffixes` (lower
    case, with the dot) are skipped and counted; hidden folders are not entered, and what
    a folder's `.footnoteignore` lists is passed over. A file
    named by itself is taken whatever its name. Symbolic links are followed, each folder
    once, so that a loop of links ends.

    Raises:
        FootnoteError: a path does not exist; nothing has been walked then.

    """
    require_paths(paths)
    files: set[Path] = set()
    folders: list[Path] = []
    skipped = 0
    unreadable: list[tuple[str, str]] = []
    seen: set[str] = set()
    endings = tuple(suffixes)
    for path in paths:
        absolute = Path(os.path.abspath(path))  # noqa: PTH100  # resolve() would follow links
        if not absolute.is_dir():
            files.add(absolute)
            continue
        folders.append(absolute)
        for file in _walk(absolute, seen, unreadable):
            usual = file.name.lower().endswith(endings) and file.is_file()
            if file.name.startswith(".") or not usual:
                skipped += 1
            else:
                files.add(file)
    return Found(tuple(sorted(files)), tuple(folders), skipped, tuple(unreadable))


def _walk(folder: Path, seen: set[str], unreadable: list[tuple[str, str]]) -> Iterator[Path]:
    """Yield every file below the folder, entering no real folder a second time."""

    def report(error: OSError) -> None:
        unreadable.append((str(error.filename), f"{error.filename}: {error.strerror}"))

    for root, names, files in os.walk(folder, followlinks=True, onerror=report):
        real = os.path.realpath(root)
        if real in seen:
            names.clear()
            continue
        seen.add(real)
        ignored = ignored_in(Path(root))
        names[:] = sorted(name for name in names if not name.startswith(".") and not ignored(name))
        yield from (Path(root, name) for name in files if not ignored(name))


def ignored_in(folder: Path) -> Callable[[str], bool]:
    """Return whether a name in the folder is one that its `.footnoteignore` lists.

    One pattern a line, as the shell writes them ("*.bak", "SOURCES.md"); "#" begins a comment.
    """
    try:
        lines = (folder / IGNORE_FILE).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return frozenset[str]().__contains__
    patterns = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    return lambda name: any(fnmatchcase(name, pattern) for pattern in patterns)

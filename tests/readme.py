"""Runs the commands of the README, and writes their real output into it.

    python -m tests.readme            run every command, show what differs
    python -m tests.readme --write    put the real output in

In a block marked ```console, a line that begins with "$ " is a command; what follows, up to
the next command or the end of the block, is its output. "(exit 3)" as the last line of an
output is the exit code, 0 when it is not given. A line "..." stands for lines left out.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXIT = re.compile(r"^\(exit (\d+)\)$")
LEFT_OUT = "..."


@dataclass(frozen=True, slots=True)
class Example:
    """One command of the README and what the README says that it prints."""

    command: str
    output: tuple[str, ...]
    code: int


def examples(text: str) -> Iterator[Example]:
    """Yield the examples of a Markdown text, in order."""
    for block in BLOCK.findall(text):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *lines = part.rstrip("\n").split("\n")
            found = EXIT.match(lines[-1]) if lines else None
            yield Example(
                command,
                tuple(lines[:-1] if found else lines),
                int(found.group(1)) if found else 0,
            )


def run(command: str, library: Path) -> tuple[int, list[str]]:
    """Run a `footnote` command as the README's reader would; return exit code and output."""
    words = shlex.split(command)
    if words[0] != "footnote":
        raise ValueError(f"the README runs {words[0]!r}; only footnote commands can be tested")
    done = subprocess.run(
        [str(Path(sys.executable).parent / "footnote"), *words[1:]],
        cwd=ROOT,
        env=os.environ | {"FOOTNOTE_LIBRARY": str(library), "COLUMNS": "88", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    # Paths are shown as they are below the checkout, wherever that is.
    output = (done.stdout or done.stderr).replace(f"{ROOT}/", "")
    output = output.replace(str(library), "~/.local/share/footnote/library")
    return done.returncode, output.rstrip("\n").split("\n")


def _rewritten(text: str, library: Path) -> str:
    def block(match: re.Match[str]) -> str:
        lines = []
        for example in examples(match.group(0)):
            code, output = run(example.command, library)
            shown = _shortened(output, example.output)
            lines += [f"$ {example.command}", *shown, *([f"(exit {code})"] if code else [])]
        return "\n".join(["```console", *lines, "```"])

    return BLOCK.sub(block, text)


def _shortened(output: list[str], before: tuple[str, ...]) -> list[str]:
    """Keep as many first lines as stood before a "..." line."""
    if LEFT_OUT not in before:
        return [line.rstrip() for line in output]
    return [*(line.rstrip() for line in output[: before.index(LEFT_OUT)]), LEFT_OUT]


def main() -> None:
    """Run every command; with --write, put the output into the README."""
    text = README.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        written = _rewritten(text, Path(folder) / "library")
    if "--write" in sys.argv:
        README.write_text(written, encoding="utf-8")
    sys.stdout.write("unchanged\n" if written == text else "the output differs\n")


if __name__ == "__main__":
    main()

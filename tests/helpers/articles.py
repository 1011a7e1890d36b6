"""Articles and files for tests of storage: plain text in, one passage per paragraph out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from index.article import Article, Passage, Span

WORDS = (
    "harbour strike minister budget river flood vaccine senate orchard bridge satellite "
    "ferry museum drought election turbine glacier orchestra border lighthouse"
).split()


def read_plain(path: Path) -> Article:
    """Read a file whose first line may be `source | date`, and whose title is its name."""
    text = path.read_text("utf-8")
    head = text.split("\n", 1)[0].split(" | ")
    source, published = head if len(head) == 2 else (None, None)
    return Article(
        text=text, title=path.stem, source=source, published=published, path=str(path.absolute())
    )


def split_paragraphs(article: Article) -> list[Passage]:
    """Return one passage of one sentence for each line that holds anything."""
    passages: list[Passage] = []
    start = 0
    for line in article.text.split("\n"):
        end = start + len(line)
        if line.strip():
            span = Span(start, end)
            place = len(passages)
            passages.append(Passage(article.id, place, start, end, line, (span,)))
        start = end + 1
    return passages


def numbered_text(number: int, paragraphs: int) -> str:
    """Return a text whose paragraphs occur in no other number's text."""
    lines = []
    for place in range(paragraphs):
        words = [WORDS[(number * 7 + place * step) % len(WORDS)] for step in (1, 3, 5, 11)]
        lines.append(f"Report {number} part {place} on the {' '.join(words)}.")
    return "\n".join(lines)


def write_numbered(folder: Path, numbers: Sequence[int], paragraphs: int = 5) -> list[Path]:
    """Write one file for each number; return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"report-{number:04}.txt" for number in numbers]
    for number, path in zip(numbers, paths, strict=True):
        path.write_text(numbered_text(number, paragraphs), "utf-8")
    return paths

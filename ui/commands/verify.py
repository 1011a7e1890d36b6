"""`footnote verify`: an exported answer, looked up again in the article files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from index.errors import UsageError
from ui.options import json_option, library_option, print_json

if TYPE_CHECKING:
    from index.article import Article
    from index.library import Library

WORDS = {
    "holds": "holds",
    "moved": "moved: the words stand elsewhere in the article now",
    "changed": "changed: the words no longer stand in the article",
    "gone": "gone: the article cannot be read",
}


@click.command(short_help="Check an exported answer against the articles.")
@click.argument("file", type=click.Path(path_type=Path))
@json_option
@library_option
def verify(file: Path, as_json: bool, library: Path | None) -> int:
    """Look up every quotation of FILE at its place again, and name the changed articles.

    FILE is an answer exported as JSON (footnote ask --json) or as Markdown (footnote ask
    --markdown, or the chat's export). Articles that came from an address are looked up in the
    library. Exits with 1 when a quotation no longer stands where the answer says.
    """
    from qa.verifying import verify_export

    with _articles_of(library) as find:
        checks = verify_export(_text(file), find)
    holding = sum(check.outcome == "holds" for check in checks)
    changed = list(dict.fromkeys(c.place for c in checks if c.altered or c.outcome == "gone"))
    if as_json:
        print_json(
            {
                "schema": 1,
                "citations": [asdict(check) for check in checks],
                "holding": holding,
                "changed_articles": changed,
            }
        )
    else:
        for check in checks:
            detail = f" ({check.detail})" if check.detail else ""
            click.echo(f"[{check.number}] {check.title} - {WORDS[check.outcome]}{detail}")
        for place in changed:
            click.echo(f"No longer the article that was cited: {place}")
        click.echo(f"{holding} of {len(checks)} quotations stand at their place.")
    return 0 if holding == len(checks) else 1


@contextmanager
def _articles_of(folder: Path | None) -> Iterator[Callable[[str], Article]]:
    """Give a way to look an article up by its id; the library is opened when it is first used."""
    opened: list[Library] = []

    def find(article: str) -> Article:
        from index.library import Library, default_library_folder

        if not opened:
            opened.append(Library.open(folder or default_library_folder()))
        return opened[0].article(article)

    try:
        yield find
    finally:
        for library in opened:
            library.close()


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read {file}: {error}") from error

"""`footnote check`: a draft against the library, or claims against evidence of their own."""

from __future__ import annotations

from pathlib import Path

import click

from index.errors import UsageError
from ui.options import json_option, library_option, offline_option, print_json


@click.command(short_help="Check a draft's sentences against the library.")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option(
    "--pairs",
    type=click.Path(path_type=Path),
    help='JSON Lines of {"id", "claim", "evidence"}: the support check on its own, no library.',
)
@json_option
@library_option
@offline_option
def check(
    file: Path | None, pairs: Path | None, as_json: bool, library: Path | None, offline: bool
) -> int:
    """Check every sentence of the draft FILE against the articles of the library.

    Each is supported (with its footnotes), contradicted (with the words that differ), or
    not found. With --pairs, writes one {"id", "verdict", "score", "reasons"} a line.
    """
    if (file is None) == (pairs is None):
        raise UsageError("name one draft, as in: footnote check draft.txt; or --pairs FILE")
    if pairs is not None:
        from ui.commands.check_pairs import check_pairs

        return check_pairs(pairs)
    return _check_draft(Path(str(file)), as_json, library, offline)


def _check_draft(file: Path, as_json: bool, library: Path | None, offline: bool) -> int:
    from index.extracting import read_article
    from qa.assembly import Footnote
    from qa.checking import check_draft
    from ui.rendering_draft import render_draft

    draft = read_article(file)
    with Footnote.open(library, offline=offline) as footnote:
        report = check_draft(draft, footnote.retriever, footnote.checker)
    if as_json:
        print_json(report.as_json())
    else:
        click.echo(render_draft(report))
    return 0

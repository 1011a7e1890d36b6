"""`footnote index`: add articles to a library, or bring them up to date."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from index.errors import UsageError
from ui.options import json_option, library_option, offline_option, print_json

if TYPE_CHECKING:
    from index.indexing import IndexReport


@click.command(short_help="Add or update articles: files and folders.")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option("--prune", is_flag=True, help="Remove articles whose files are gone from PATH.")
@click.option("--again", is_flag=True, help="Read unchanged files too (after an upgrade).")
@json_option
@library_option
@offline_option
def index(
    paths: tuple[str, ...],
    prune: bool,
    again: bool,
    as_json: bool,
    library: Path | None,
    offline: bool,
) -> int:
    """Add every article under PATH (files or folders), or bring it up to date.

    What has not changed is neither read nor embedded again, so an interrupted run goes
    on where it was. Exits with 1 when a file could not be read; the others are indexed.
    """
    from index.embedders import open_embedder
    from index.library import Library, default_library_folder
    from index.walking import require_paths
    from ui.progress import ProgressBars

    for name in paths:
        if "://" in name:
            raise UsageError(f"{name} is an address; save the page as a file and index that")
    files = [Path(name) for name in paths]
    # Before a model is loaded, or even fetched.
    require_paths(files)
    folder = library or default_library_folder()
    with ProgressBars() as progress:
        embedder = open_embedder(offline=offline, progress=progress)
        with Library.create_or_open(folder, embedder=embedder) as opened:
            report = opened.index(files, progress=progress, prune=prune, again=again)
            size = (opened.article_count, opened.passage_count)
    for _, message in report.failed:
        click.echo(f"footnote: {message}", err=True)
    if as_json:
        print_json({"schema": 1, "library": str(folder), **asdict(report)})
    else:
        click.echo(_summary(report))
        click.echo(f"The library {folder} holds {size[0]:,} articles in {size[1]:,} passages.")
    return 1 if report.failed else 0


def _summary(report: IndexReport) -> str:
    parts = [
        f"{report.added:,} added",
        f"{report.updated:,} updated",
        f"{report.unchanged:,} unchanged",
    ]
    optional = ((report.removed, "removed"), (report.skipped, "skipped"))
    parts += [f"{number:,} {word}" for number, word in optional if number]
    if report.failed:
        parts.append(f"{len(report.failed):,} not readable")
    return f"{', '.join(parts)}; {report.embedded:,} passages embedded."

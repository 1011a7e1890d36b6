"""`footnote index`: add articles to a library, or bring them up to date."""

from __future__ import annotations

from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from index.addresses import is_address
from index.errors import UsageError
from ui.options import counted, json_option, library_option, offline_option, print_json

if TYPE_CHECKING:
    from index.fetching import Fetcher
    from index.indexing import IndexReport


@click.command(short_help="Add or update articles: files, folders, web addresses.")
@click.argument("paths", metavar="PATH|URL...", nargs=-1, required=True)
@click.option("--prune", is_flag=True, help="Remove articles whose files are gone from PATH.")
@click.option("--again", is_flag=True, help="Read what is unchanged too (after an upgrade).")
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="WHAT=COLUMN",
    help="Which column of a table (.csv, .jsonl) holds the text, title, date, source, url or "
    "author, where its name does not say it.",
)
@click.option("--feed", is_flag=True, help="Take each URL as a feed, a sitemap or a page with one.")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=200,
    show_default=True,
    help="Take at most this many pages of one feed or sitemap.",
)
@click.option(
    "--pause",
    type=click.FloatRange(min=0),
    default=1.0,
    show_default=True,
    help="Seconds between two requests to one site; more if the site asks for it.",
)
@click.option("--allow-private", is_flag=True, help="Also read from private network addresses.")
@json_option
@library_option
@offline_option
def index(
    paths: tuple[str, ...],
    prune: bool,
    again: bool,
    columns: tuple[str, ...],
    feed: bool,
    limit: int,
    pause: float,
    allow_private: bool,
    as_json: bool,
    library: Path | None,
    offline: bool,
) -> int:
    """Add every article under PATH (files or folders) or at URL, or bring it up to date.

    What has not changed is neither read nor embedded again, so an interrupted run goes
    on where it was. Exits with 1 when something could not be read; the rest is indexed.

    URL is a page, an RSS or Atom feed, or a sitemap. The site's robots.txt is obeyed. A
    page that has gone from the web stays until `footnote library remove URL`.
    """
    from index.embedders import open_embedder
    from index.library import Library, default_library_folder
    from index.table_reading import parse_columns
    from index.walking import require_paths
    from ui.progress import ProgressBars

    addresses = [name for name in paths if is_address(name)]
    files = [Path(name) for name in paths if not is_address(name)]
    if addresses and offline:
        raise UsageError(
            f"{addresses[0]} is on the web, which --offline forbids: leave out one or the other"
        )
    if feed and not addresses:
        raise UsageError("--feed is for web addresses, and none is given")
    # Before a model is loaded, or even fetched.
    named = parse_columns(columns)
    require_paths(files)
    folder = library or default_library_folder()
    with ProgressBars() as progress:
        embedder = open_embedder(offline=offline, progress=progress)
        with Library.create_or_open(folder, embedder=embedder) as opened:
            reports = []
            if files:
                reports.append(
                    opened.index(files, progress=progress, prune=prune, again=again, columns=named)
                )
            if addresses:
                fetcher = _fetcher(pause, allow_private=allow_private)
                reports.append(
                    opened.index_addresses(
                        addresses, fetcher, feed=feed, limit=limit, again=again, progress=progress
                    )
                )
            report = _sum(reports)
            size = (opened.article_count, opened.passage_count)
    for line in (*report.warnings, *(message for _, message in report.failed)):
        click.echo(f"footnote: {line}", err=True)
    if as_json:
        print_json({"schema": 1, "library": str(folder), **asdict(report)})
    else:
        click.echo(_summary(report))
        articles, passages = counted(size[0], "article"), counted(size[1], "passage")
        click.echo(f"The library {folder} holds {articles} in {passages}.")
    return 1 if report.failed else 0


def _fetcher(pause: float, *, allow_private: bool) -> Fetcher:
    # Imported here because httpx is needed for no file.
    from index.fetching import Fetcher, Limits
    from index.guarded_transport import Guard

    return Fetcher(Guard(allow_private=allow_private), Limits(pause=pause))


def _sum(reports: list[IndexReport]) -> IndexReport:
    """Return what several runs did together."""
    total = reports[0]
    for other in reports[1:]:
        parts = {name: value + getattr(other, name) for name, value in _fields(total).items()}
        total = type(total)(**parts)
    return total


def _fields(report: IndexReport) -> dict[str, Any]:
    return {each.name: getattr(report, each.name) for each in fields(report)}


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
    return f"{', '.join(parts)}; {counted(report.embedded, 'passage')} embedded."

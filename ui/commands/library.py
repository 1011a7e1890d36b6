"""`footnote library`: what a library holds, and mending it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from ui.options import json_option, library_option, offline_option, print_json


def _folder(library: Path | None) -> Path:
    from index.library import default_library_folder

    return library or default_library_folder()


@click.group(short_help="List, show, remove, check and repair.")
def library() -> None:
    """List, show, remove, check and repair what has been indexed."""


def _word(number: int, noun: str) -> str:
    return noun if number == 1 else f"{noun}s"


@library.command("list", short_help="List the articles.")
@json_option
@library_option
def list_articles(as_json: bool, library: Path | None) -> None:
    """List the articles: id, date, source, title, number of passages."""
    from index.library import Library

    folder = _folder(library)
    with Library.open(folder) as opened:
        outlines, counts, places = opened.outlines(), opened.passage_counts(), opened.places()
        embedder = opened.embedder_name
    if as_json:
        articles = [
            {**asdict(each), "passages": counts.get(each.id, 0), "locations": places[each.id]}
            for each in outlines
        ]
        document = {"schema": 1, "library": str(folder), "embedder": embedder}
        print_json({**document, "articles": articles})
        return
    if not outlines:
        click.echo(f"The library {folder} is empty: add articles with `footnote index PATH`.")
        return
    for each in outlines:
        date, source = each.published or "no date", each.source or "no source"
        click.echo(f"{each.id}  {date:10}  {source}  {each.title}  ({counts.get(each.id, 0)})")
    click.echo(f"{len(outlines):,} articles, {sum(counts.values()):,} passages, by {embedder}.")


@library.command(short_help="Show one article.")
@click.argument("article")
@json_option
@library_option
def show(article: str, as_json: bool, library: Path | None) -> None:
    """Show ARTICLE (an id or a path): where it is from, its passages, what was left out."""
    from index.library import Library

    with Library.open(_folder(library)) as opened:
        found = opened.article(opened.article_id(article))
        passages = opened.passages(found.id)
        locations = opened.locations(found.id)
    if as_json:
        spans = [{"start": each.start, "end": each.end, "text": each.text} for each in passages]
        print_json({"schema": 1, **asdict(found), "locations": locations, "passages": spans})
        return
    rows = {
        "title": found.title,
        "id": found.id,
        "source": found.source or "not found",
        "author": found.author or "not found",
        "published": f"{found.published or 'not found'}"
        + (f" (from {found.published_evidence})" if found.published_evidence else ""),
        "url": found.url or "none",
        "found at": ", ".join(locations),
        "left out": f"{len(found.boilerplate)} spans that are not the article",
    }
    for name, value in rows.items():
        click.echo(f"{name + ':':11}{value}")
    for passage in passages:
        click.echo(f"\n[{passage.start}:{passage.end}]\n{passage.text}")


@library.command(short_help="Remove articles.")
@click.argument("article", nargs=-1, required=True)
@library_option
def remove(article: tuple[str, ...], library: Path | None) -> None:
    """Remove each ARTICLE: an id, a path, or a folder with all that was indexed from it.

    The files themselves stay; indexing them again adds them again.
    """
    from index.library import Library

    with Library.open_to_write(_folder(library)) as opened:
        before = opened.article_count
        places = sum(opened.remove(name) for name in article)
        gone = before - opened.article_count
    click.echo(f"Removed: {places:,} {_word(places, 'path')}, {gone:,} {_word(gone, 'article')}.")


@library.command(short_help="Check that everything holds.")
@json_option
@library_option
def check(as_json: bool, library: Path | None) -> int:
    """Check every promise of the library. Exits with 1 when one does not hold."""
    from index.library import Library

    with Library.open(_folder(library)) as opened:
        problems = opened.check()
    if as_json:
        print_json({"schema": 1, "problems": problems})
        return 1 if problems else 0
    for problem in problems:
        click.echo(problem)
    if problems:
        click.echo("Mend this with `footnote library repair`.", err=True)
        return 1
    click.echo("Everything holds.")
    return 0


@library.command(short_help="Mend what `check` finds.")
@library_option
@offline_option
def repair(library: Path | None, offline: bool) -> int:
    """Mend what `check` finds. A model is loaded only if something must be embedded again."""
    from index.embedders import open_embedder
    from index.library import Library
    from ui.progress import ProgressBars

    folder = _folder(library)
    with ProgressBars() as progress:
        with Library.open_to_write(folder) as opened:
            # The file of a model stands behind the "@" of its name.
            model = (opened.embedder_name or "").partition("@")[0] or None
            remaining = None if opened.check_catalogue() else opened.repair(progress=progress)
        if remaining is None:
            embedder = open_embedder(model, offline=offline, progress=progress)
            with Library.open_to_write(folder, embedder=embedder) as opened:
                remaining = opened.repair(progress=progress)
    for problem in remaining:
        click.echo(problem)
    click.echo("Not everything could be mended." if remaining else "Everything holds.")
    return 1 if remaining else 0


@library.command(short_help="Split and embed everything again.")
@library_option
@offline_option
def rebuild(library: Path | None, offline: bool) -> None:
    """Split and embed every article again, with the embedding model now in use."""
    from index.embedders import open_embedder
    from index.library import Library
    from ui.progress import ProgressBars

    with ProgressBars() as progress:
        embedder = open_embedder(offline=offline, progress=progress)
        with Library.open_to_write(
            _folder(library), embedder=embedder, any_embedder=True
        ) as opened:
            embedded = opened.rebuild(progress=progress)
            count = opened.passage_count
    click.echo(f"{count:,} passages, {embedded:,} of them embedded again by {embedder.name}.")

"""`footnote library`: what a library holds, and mending it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ui.commands.stories import dates, duplicates, echo_dates, mention_as_json
from ui.options import counted, json_option, library_option, offline_option, print_json

if TYPE_CHECKING:
    from index.portable import Manifest


def _folder(library: Path | None) -> Path:
    from index.library import default_library_folder

    return library or default_library_folder()


@click.group(short_help="List, show, remove, check, repair, export and import.")
def library() -> None:
    """List, show, remove, check and repair what has been indexed; carry it elsewhere."""


library.add_command(duplicates)
library.add_command(dates)


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
    passages = counted(sum(counts.values()), "passage")
    click.echo(f"{counted(len(outlines), 'article')}, {passages}, by {embedder}.")


@library.command(short_help="Show one article.")
@click.argument("article")
@json_option
@library_option
def show(article: str, as_json: bool, library: Path | None) -> None:
    """Show ARTICLE (an id or a path): where it is from, its passages, what was left out.

    And the days that it speaks of, and which other articles carry the same story.
    """
    from index.languages import language_name
    from index.library import Library

    with Library.open(_folder(library)) as opened:
        found = opened.article(opened.article_id(article))
        passages = opened.passages(found.id)
        locations = opened.locations(found.id)
        mentions = opened.dates(found.id)
        origins = opened.origins()
    origin = origins.get(found.id, found.id)
    carriers = sorted(i for i, each in origins.items() if each == origin and i != found.id)
    if as_json:
        spans = [{"start": each.start, "end": each.end, "text": each.text} for each in passages]
        more = {"dates": [mention_as_json(each) for each in mentions], "same_story": carriers}
        document = {"schema": 1, **asdict(found), "locations": locations, "passages": spans}
        print_json({**document, **more})
        return
    rows = {
        "title": found.title,
        "id": found.id,
        "source": found.source or "not found",
        "author": found.author or "not found",
        "published": f"{found.published or 'not found'}"
        + (f" (from {found.published_evidence})" if found.published_evidence else ""),
        "language": language_name(found.language),
        "url": found.url or "none",
        "found at": ", ".join(locations),
        "left out": f"{counted(len(found.boilerplate), 'span')} not of the article",
    }
    if carriers:
        rows["same story"] = f"{len(carriers) + 1} articles, 1 origin: also {', '.join(carriers)}"
    for name, value in rows.items():
        click.echo(f"{name + ':':12}{value}")
    if mentions:
        echo_dates(mentions)
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
    click.echo(f"Removed: {counted(places, 'path')}, {counted(gone, 'article')}.")


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
    passages = counted(count, "passage")
    click.echo(f"{passages}, {embedded:,} of them embedded again by {embedder.name}.")


@library.command("export", short_help="Write the library to one file.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@json_option
@library_option
def export_to(file: Path, as_json: bool, library: Path | None) -> None:
    """Write the library to FILE, to be kept or carried to another computer.

    It holds the articles' texts and their embeddings, so that `footnote library import`
    needs no model. The articles' own files are not in it, and neither are models.
    """
    from index.portable import export_library
    from ui.progress import ProgressBars

    folder = _folder(library)
    with ProgressBars() as progress:
        manifest = export_library(folder, file, progress)
    size = file.stat().st_size
    if as_json:
        archive = {"archive": str(file), "archive_bytes": size}
        print_json({**asdict(manifest), "schema": 1, "library": str(folder), **archive})
        return
    click.echo(f"{file}: {_contents(manifest)} in {size / 1e6:,.2f} MB.")


@library.command("import", short_help="Make a library from an exported file.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@json_option
@library_option
def import_from(file: Path, as_json: bool, library: Path | None) -> None:
    """Make a library from FILE, which `footnote library export` has written.

    The library's folder must be empty or not be there yet. Nothing is embedded again;
    questions need the embedding model that the library was made with.
    """
    from index.portable import import_library
    from ui.progress import ProgressBars

    folder = _folder(library)
    with ProgressBars() as progress:
        manifest = import_library(file, folder, progress)
    if as_json:
        document = {"archive": str(file), "archive_bytes": file.stat().st_size}
        print_json({**asdict(manifest), "schema": 1, "library": str(folder), **document})
        return
    click.echo(f"The library {folder} holds {_contents(manifest)}.")


def _contents(manifest: Manifest) -> str:
    articles, passages = (
        counted(manifest.articles, "article"),
        counted(manifest.passages, "passage"),
    )
    return f"{articles}, {passages}, embedded by {manifest.embedder or 'nothing yet'}"

"""`footnote library duplicates` and `dates`: one story in several articles, and a timeline."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from index.errors import UsageError
from ui.options import json_option, library_option, print_json
from ui.rendering import one_line

if TYPE_CHECKING:
    from index.article import Article
    from index.library_reading import ReadableLibrary
    from index.relative_dates import DateMention
    from index.shared_words import SharedWords

_SHOWN_WORDS = 160


@click.command(short_help="Which articles carry one story, and what others share.")
@click.argument("article", nargs=-1)
@json_option
@library_option
def duplicates(article: tuple[str, ...], as_json: bool, library: Path | None) -> None:
    """Say which articles carry one story, and which share words without being the same.

    With two ARTICLEs (ids or paths), only what these two share.
    """
    from index.library import Library, default_library_folder
    from index.shared_words import shared_words, sharing_pairs

    if len(article) not in (0, 2):
        raise UsageError("name two articles, or none for the whole library")
    with Library.open(library or default_library_folder()) as opened:
        origins = opened.origins()
        if article:
            pairs = [tuple(opened.article_id(name) for name in article)]
        else:
            every = (opened.article(each) for each in opened.article_ids())
            pairs = [
                (one, other)
                for one, other in sharing_pairs(every)
                if origins.get(one, one) != origins.get(other, other)
            ]
        shared = [
            (one, other, runs)
            for one, other in ((opened.article(a), opened.article(b)) for a, b in pairs)
            if (runs := shared_words(one, other)) or article
        ]
        if as_json:
            print_json(
                {
                    "schema": 1,
                    "copies": _copies(opened),
                    "origins": _origins_as_json(opened, origins),
                    "shared": [_shared_as_json(*each) for each in shared],
                }
            )
            return
        _echo_origins(opened, origins if not article else {})
        for one, other, runs in shared:
            _echo_shared(one, other, runs)
        if not shared and not origins and not _copies(opened):
            click.echo("No two articles carry the same story or share words.")


def _copies(opened: ReadableLibrary) -> list[dict[str, Any]]:
    """Return the articles found at several places: files with the very same content."""
    return [
        {"article": article_id, "locations": places}
        for article_id, places in opened.places().items()
        if len(places) > 1
    ]


def _origins_as_json(opened: ReadableLibrary, origins: dict[str, str]) -> list[dict[str, Any]]:
    from index.origins import carriers_by_origin

    return [
        {
            "origin": origin,
            "carriers": [
                {
                    "article": each.id,
                    "title": each.title,
                    "source": each.source,
                    "published": each.published,
                }
                for each in map(opened.article, carriers)
            ],
        }
        for origin, carriers in carriers_by_origin(origins)
    ]


def _shared_as_json(one: Article, other: Article, runs: list[SharedWords]) -> dict[str, Any]:
    return {
        "articles": [one.id, other.id],
        "titles": [one.title, other.title],
        "words": sum(run.words for run in runs),
        "runs": [
            {
                "words": run.words,
                "places": [[run.one.start, run.one.end], [run.other.start, run.other.end]],
                "text": run.one.of(one.text),
            }
            for run in runs
        ],
    }


def _echo_origins(opened: ReadableLibrary, origins: dict[str, str]) -> None:
    from index.origins import carriers_by_origin

    for copy in _copies(opened):
        click.echo(f"1 article, {len(copy['locations'])} files: {', '.join(copy['locations'])}")
    for _, carriers in carriers_by_origin(origins):
        click.echo(f"{len(carriers)} articles, 1 origin:")
        for each in map(opened.article, carriers):
            click.echo(f"  {_heading(each)}")


def _echo_shared(one: Article, other: Article, runs: list[SharedWords]) -> None:
    total = sum(run.words for run in runs)
    click.echo(f"Two articles, {total} words in common:")
    click.echo(f"  {_heading(one)}\n  {_heading(other)}")
    for run in runs:
        places = f"[{run.one.start}:{run.one.end}] and [{run.other.start}:{run.other.end}]"
        words = one_line(run.one.of(one.text))
        shown = words if len(words) <= _SHOWN_WORDS else f"{words[:_SHOWN_WORDS].rstrip()} …"
        click.echo(f"    {places} {shown}")


def _heading(article: Article) -> str:
    facts = (article.id, article.source, article.published, one_line(article.title))
    return "  ".join(fact for fact in facts if fact)


@click.command(short_help="The days that the articles speak of.")
@click.option("--since", help="From this day on, as 2025-01-22.")
@click.option("--until", help="Up to this day.")
@json_option
@library_option
def dates(since: str | None, until: str | None, as_json: bool, library: Path | None) -> None:
    """List the days that the articles speak of, in order: a timeline.

    "On Tuesday" and "earlier this month" are worked out from the article's date of
    publication; of an article without one only full dates are listed.
    """
    from index.filters import Filter
    from index.library import Library, default_library_folder

    Filter(since=since, until=until)  # says what is wrong with a date
    with Library.open(library or default_library_folder()) as opened:
        found = [
            (opened.article(each.article_id), each.mention)
            for each in opened.dated_words(since, until)
        ]
        if as_json:
            rows = [{"article": a.id, "title": a.title, **mention_as_json(m)} for a, m in found]
            print_json({"schema": 1, "since": since, "until": until, "dates": rows})
            return
        for article, mention in found:
            click.echo(f"{_days(mention):24} “{one_line(mention.words)}”  {_heading(article)}")
        if not found:
            click.echo("The articles name no day in that range.")


def mention_as_json(mention: DateMention) -> dict[str, Any]:
    """Return a named time for `--json`."""
    return {
        "start": mention.start,
        "end": mention.end,
        "words": mention.words,
        "first": mention.first,
        "last": mention.last,
        "worked_out": mention.worked_out,
    }


def _days(mention: DateMention) -> str:
    return mention.first if mention.first == mention.last else f"{mention.first}..{mention.last}"


def echo_dates(mentions: list[DateMention]) -> None:
    """Print the times that one article names, with their places."""
    click.echo("dates:")
    for mention in mentions:
        place = f"[{mention.start}:{mention.end}]"
        click.echo(f"  {_days(mention):24} {place:15} “{one_line(mention.words)}”")

"""`footnote summarise`: the cited key points of articles."""

from __future__ import annotations

from pathlib import Path

import click

from index.errors import UsageError
from ui.options import (
    json_option,
    library_option,
    model_option,
    offline_option,
    print_json,
)


@click.command(short_help="Write the cited key points of articles.")
@click.argument("article", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Summarise the whole library.")
@click.option("--points", type=click.IntRange(1, 50), help="How many points (default: by length).")
@click.option("--quotes", is_flag=True, help="Quotations only, without the chat model.")
@model_option
@json_option
@library_option
@offline_option
def summarise(
    article: tuple[str, ...],
    everything: bool,
    points: int | None,
    quotes: bool,
    model: str | None,
    as_json: bool,
    library: Path | None,
    offline: bool,
) -> int:
    """Write the key points of each ARTICLE (an id or a path), or of all of them.

    Every point has a footnote; one that the check does not pass is replaced by the
    sentence it was made from.
    """
    from qa.assembly import Footnote, Mode
    from ui.rendering_draft import render_summary

    if bool(article) == everything:
        raise UsageError("name the articles to summarise, or use --all; see: footnote library list")
    mode = Mode.QUOTES if quotes else Mode.CHECKED
    with Footnote.open(library, chat_model=model, offline=offline, mode=mode) as footnote:
        named = list(dict.fromkeys(footnote.library.article_id(name) for name in article))
        summary = footnote.summarise(named or footnote.library.article_ids(), points)
    if as_json:
        print_json(summary.as_json())
    else:
        click.echo(render_summary(summary))
    return 0

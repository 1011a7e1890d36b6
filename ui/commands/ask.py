"""`footnote ask`: one cited answer, or one for each question of a file."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from index.errors import FootnoteError, UsageError
from ui.options import (
    dates_option,
    filter_from,
    filter_options,
    json_option,
    library_option,
    model_option,
    offline_option,
    print_json,
    read_questions,
)

if TYPE_CHECKING:
    from index.filters import Filter
    from qa import Footnote

REFUSED = 3
WIDEST = 100  # characters a line that still read well


@click.command(short_help="Answer a question, every sentence with a footnote.")
@click.argument("question", required=False)
@click.option(
    "--questions",
    type=click.Path(path_type=Path),
    help='JSON Lines of {"id", "question"}; one JSON answer a line. "-" reads standard input.',
)
@click.option(
    "--mode",
    type=click.Choice(["checked", "quotes", "unchecked"]),
    default="checked",
    show_default=True,
    help="The model's words, checked; quotations only; or the model unchecked (to compare).",
)
@click.option(
    "--strictness",
    type=click.Choice(["low", "normal", "high"]),
    default="normal",
    show_default=True,
    help="How sure the evidence must be before an answer is given.",
)
@dates_option
@filter_options
@model_option
@json_option
@click.option(
    "--markdown", "as_markdown", is_flag=True, help="Print Markdown that `footnote verify` reads."
)
@library_option
@offline_option
def ask(
    question: str | None,
    questions: Path | None,
    mode: str,
    strictness: str,
    dates: bool,
    since: str | None,
    until: str | None,
    source: tuple[str, ...],
    article: tuple[str, ...],
    model: str | None,
    as_json: bool,
    as_markdown: bool,
    library: Path | None,
    offline: bool,
) -> int:
    """Answer QUESTION from the articles of the library.

    Exits with 3 when the articles do not say.
    """
    from qa.assembly import Footnote, Mode

    if (question is None) == (questions is None):
        raise UsageError('give one question, as in: footnote ask "Who met whom?"; or --questions')
    if question is not None and not question.strip():
        raise UsageError('the question is empty; ask one, as in: footnote ask "Who met whom?"')
    asked = read_questions(questions) if questions is not None else []
    with Footnote.open(
        library,
        chat_model=model,
        offline=offline,
        mode=Mode(mode),
        strictness=strictness,
        dates=dates,
    ) as footnote:
        ids = [footnote.library.article_id(name) for name in article]
        where = filter_from(since, until, source, ids)
        if question is not None:
            return _one(footnote, question, where, as_json, as_markdown)
        return _many(footnote, asked, where)


def _one(
    footnote: Footnote, question: str, where: Filter | None, as_json: bool, as_markdown: bool
) -> int:
    from ui.rendering import render_markdown, render_text

    answer = footnote.ask(question, where=where)
    if as_json:
        print_json(answer.as_json())
    elif as_markdown:
        click.echo(render_markdown([answer], title="An answer of Footnote"), nl=False)
    else:
        width = min(shutil.get_terminal_size().columns, WIDEST)
        click.echo(render_text(answer, width=width, styled=sys.stdout.isatty()))
    return REFUSED if answer.status == "refused" else 0


def _many(footnote: Footnote, asked: list[dict[str, str]], where: Filter | None) -> int:
    """Answer every question; one that fails is reported in its line and stops nothing."""
    failed = 0
    for row in asked:
        try:
            answer = footnote.ask(row["question"], where=where)
        except FootnoteError as error:
            failed += 1
            print_json({"id": row["id"], "error": str(error)}, lines=True)
            click.echo(f"footnote: question {row['id']}: {error}", err=True)
        else:
            print_json({"id": row["id"], **answer.as_json()}, lines=True)
    return 1 if failed else 0

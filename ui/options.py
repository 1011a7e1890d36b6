"""The options and outputs that commands share. Light: nothing heavy is imported here."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import click

from index.errors import UsageError
from index.filters import Filter

Command = TypeVar("Command", bound=Callable[..., Any])


def library_option(command: Command) -> Command:
    """`--library DIR`, given to the command as `library: Path | None`."""
    return click.option(
        "--library",
        type=click.Path(path_type=Path, file_okay=False),
        envvar="FOOTNOTE_LIBRARY",
        help="The library's folder (default: FOOTNOTE_LIBRARY, else the per-user data folder).",
    )(command)


def offline_option(command: Command) -> Command:
    """`--offline`, given to the command as `offline: bool`."""
    return click.option("--offline", is_flag=True, help="Never use the network.")(command)


def json_option(command: Command) -> Command:
    """`--json`, given to the command as `as_json: bool`."""
    return click.option(
        "--json", "as_json", is_flag=True, help="Print one JSON document instead of text."
    )(command)


def model_option(command: Command) -> Command:
    """`--model NAME`, given to the command as `model: str | None`."""
    return click.option(
        "--model",
        help="The chat model: a known name, a .gguf file, or http://HOST:PORT/v1#NAME.",
    )(command)


def filter_options(command: Command) -> Command:
    """`--since`, `--until`, `--source`, `--article`: see `filter_from`."""
    for option in (
        click.option("--article", "article", multiple=True, help="Only this article (id or path)."),
        click.option("--source", "source", multiple=True, help="Only this source."),
        click.option("--until", metavar="DATE", help="Only articles published by this ISO date."),
        click.option("--since", metavar="DATE", help="Only articles published since this date."),
    ):
        command = option(command)
    return command


def dates_option(command: Command) -> Command:
    """`--no-dates`, given to the command as `dates: bool`."""
    return click.option(
        "--dates/--no-dates",
        default=True,
        show_default=True,
        help="Let dates in the question (“last week”, “the latest”) say what comes first.",
    )(command)


def filter_from(
    since: str | None, until: str | None, source: Iterable[str], article_ids: Iterable[str]
) -> Filter | None:
    """Return the filter that the options describe, None when they restrict nothing."""
    where = Filter(since, until, frozenset(source), frozenset(article_ids))
    return where if where else None


def counted(number: int, noun: str) -> str:
    """Return "1 article" or "2,000 articles"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def print_json(value: Any, *, lines: bool = False) -> None:  # noqa: ANN401 - any JSON value
    """Print a JSON document to standard output; on one line when `lines`."""
    text = json.dumps(value, ensure_ascii=False, indent=None if lines else 2)
    click.echo(text)


def read_questions(path: Path, field: str = "question") -> list[dict[str, Any]]:
    """Return the objects of a JSON Lines file, each with `id` and `field`.

    Raises:
        UsageError: the file cannot be read, or a line is not such an object.
    """
    try:
        content = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read {path}: {error}") from error
    found = []
    for number, line in enumerate(content.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except json.JSONDecodeError as error:
            raise UsageError(f"{path}, line {number}: not JSON ({error.msg})") from error
        if not isinstance(value, dict) or not isinstance(value.get(field), str):
            raise UsageError(
                f'{path}, line {number}: expected an object with "id" and "{field}" (text)'
            )
        found.append({"id": value.get("id", number), **value})
    return found

"""`footnote eval new` and `footnote eval convert`: where cases come from."""

from __future__ import annotations

from pathlib import Path

import click

from index.errors import UsageError
from qa.feedback import cases_file


@click.command(name="new")
@click.option(
    "--library",
    type=click.Path(path_type=Path, file_okay=False),
    help="Make cases from this library (default: the library in use).",
)
@click.option(
    "--articles",
    type=click.Path(path_type=Path, file_okay=False),
    help="Make cases from the articles in this folder.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="JSON Lines file to add to (default: the library's own cases).",
)
@click.option("--count", type=click.IntRange(min=1), default=20, show_default=True)
@click.option(
    "--seed", type=int, default=0, show_default=True, help="Another number, other sentences."
)
@click.option(
    "--model",
    metavar="NAME",
    help="Chat model that words the questions, when it is capable; else templates do.",
)
@click.option("--accept-all", is_flag=True, help="Ask nothing: review the file afterwards.")
@click.option("--offline", is_flag=True, help="Use no network, whatever is missing.")
def new(
    library: Path | None,
    articles: Path | None,
    out: Path | None,
    count: int,
    seed: int,
    model: str | None,
    accept_all: bool,
    offline: bool,
) -> None:
    """Make cases from your own articles, and review them.

    Questions come from sentences; a quarter cannot be answered, made by swapping a name.
    """
    from eval.collection import articles_of
    from eval.generating import generate
    from eval.reviewing import append_cases, review
    from index.settings import library_folder
    from qa.assembly import open_chat_model

    if library is not None and articles is not None:
        raise UsageError("--library and --articles are two answers to one question; give one")
    target = out or (cases_file(library or library_folder()) if articles is None else None)
    if target is None:
        raise UsageError("say with --out where to write the cases of a folder of articles")
    found = articles_of(library, articles)
    writer = open_chat_model(model, offline=offline) if model else None
    made = generate(found, count, seed=seed, model=writer)
    kept = made if accept_all else review(made)
    written = append_cases(target, kept)
    click.echo(f"{written} of {len(made)} cases added to {target}")


@click.command(name="convert")
@click.argument("kind", type=click.Choice(("squad2", "beir", "realtime", "clapnq")))
@click.argument("source", type=click.Path(path_type=Path, exists=True))
@click.argument("out", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    help="Only so many questions, answerable and not in turn.",
)
def convert_set(kind: str, source: Path, out: Path, limit: int | None) -> None:
    """Turn a public question set into articles and cases.

    Afterwards: footnote eval --cases OUT/cases.jsonl
    """
    from eval.adapters import convert

    documents, cases = convert(kind, source, out, limit)
    click.echo(f"{documents} articles and {cases} cases in {out}")

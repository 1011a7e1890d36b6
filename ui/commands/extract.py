"""`footnote extract`: what is read from a file, what of it is not the article, and why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ui.options import json_option, print_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.article import Article

SCHEMA = 1


@click.command(short_help="Show what is read from a file.")
@click.argument("file", type=click.Path(path_type=Path))
@json_option
def extract(file: Path, as_json: bool) -> int:
    """Show the title, source, date and text that are read from FILE.

    What is not the article (menus, link lists, comments, notices) is kept in the text,
    marked with its reason, and never indexed: it is shown struck out.

    Of a file that holds many articles (a mailbox, a table, an archive, a book) every one is
    shown, with the name that shows it alone: footnote extract mails.mbox#3. As JSON those are
    one document a line. Exits with 1 when one of them could not be read.
    """
    from index.extracting import is_file_of_many, read_article, read_articles

    if not is_file_of_many(file):
        article = read_article(file)
        if as_json:
            print_json(as_document(article))
        else:
            show(article)
        return 0
    failures: list[Exception] = []
    found = read_articles(file, failed=lambda _, error: _report(error, failures))
    count = 0
    for count, article in enumerate(found, 1):
        if as_json:
            print_json(as_document(article), lines=True)
        else:
            click.echo(f"{'' if count == 1 else chr(10)}{article.path}")
            show(article)
    if not count and not failures:
        click.echo(f"footnote: {file} holds no article", err=True)
    return 1 if failures or not count else 0


def _report(error: Exception, failures: list[Exception]) -> None:
    failures.append(error)
    click.echo(f"footnote: {' '.join(str(error).split())}", err=True)


def as_document(article: Article) -> dict[str, Any]:
    """Return schema 1 of `footnote extract --json`."""
    return {
        "schema": SCHEMA,
        "title": article.title,
        "source": article.source,
        "author": article.author,
        "published": article.published,
        "published_evidence": article.published_evidence,
        "language": article.language,
        "url": article.url,
        "path": article.path,
        "text": article.text,
        "boilerplate": [
            {"start": span.start, "end": span.end, "reason": span.reason}
            for span in article.boilerplate
        ],
        "body": body_of(article),
        "pages": list(article.pages),
    }


def body_of(article: Article) -> str:
    """Return the kept text: the parts that boilerplate leaves, white space trimmed, a line each."""
    parts = (span.of(article.text).strip() for span in article.body_spans())
    return "\n".join(part for part in parts if part)


def show(article: Article) -> None:
    """Print the article for people: facts first, then its lines, boilerplate struck out."""
    from rich.console import Console
    from rich.text import Text

    from index.splitting import sentence_spans, split_into_passages
    from ui.rendering import one_line, without_controls

    console = Console(highlight=False, soft_wrap=True)
    facts = {
        "title": article.title,
        "source": article.source or "not stated",
        "published": _published(article),
        "language": article.language,
    }
    facts |= {"author": article.author} if article.author else {}
    facts |= {"pages": str(len(article.pages))} if article.pages else {}
    for name, value in facts.items():
        console.print(Text.assemble((f"{name:10} ", "dim"), one_line(value)))
    console.print()
    for line, reason in marked_lines(article):
        shown = without_controls(line)
        if reason is None:
            console.print(Text(shown))
        else:
            console.print(Text.assemble((shown, "dim strike"), (f"  [{reason}]", "yellow")))
    sentences, passages = len(sentence_spans(article)), len(split_into_passages(article))
    console.print()
    console.print(Text(f"{sentences} sentences, {passages} passages to index", style="dim"))


def _published(article: Article) -> str:
    if article.published is None:
        return "not stated"
    return f"{article.published} ({article.published_evidence})"


def marked_lines(article: Article) -> Iterator[tuple[str, str | None]]:
    """Yield the text's lines in order, each whole or cut where boilerplate begins, with the reason.

    Lines without a visible character are left out.
    """
    position = 0
    edges: list[tuple[int, int, str | None]] = []
    for span in article.boilerplate:
        edges += [(position, span.start, None), (span.start, span.end, span.reason)]
        position = span.end
    edges.append((position, len(article.text), None))
    for start, end, reason in edges:
        for line in article.text[start:end].splitlines():
            if line.strip():
                yield line, reason

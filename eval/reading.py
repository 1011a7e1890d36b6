"""How well articles are read: body against what people marked, from HTML and from plain text.

    python -m eval.reading --data DIR/html_articles
    python -m eval.reading --news DIR/news_qa_documents.jsonl --show 20
    python -m eval.reading --samples seeds

Prints precision, recall and F1 (`eval.article_pages`) with 95 % bootstrap intervals for
pages read as HTML and for the same pages as plain text (every text block one line, as by
select-all and copy), beside trafilatura alone and the text left as it is, and pages a
second. The coefficients of the plain-text model were learned from part of this benchmark:
`--cross-validate` prints instead its figures on pages it has not seen. `--news` and `--samples`
print articles line by line, with what is marked and why, for a person to judge.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click

from eval.article_pages import Estimate, Page, estimates, read_pages, score
from eval.shown_articles import news_articles, print_articles, print_learnt, samples
from index.article import Article
from index.errors import ReadingError
from index.extracting import read_article_bytes
from index.html_blocks import visible_blocks
from index.html_reading import extract_body, parse_html


@dataclass(frozen=True, slots=True)
class Reading:
    """One way of reading, measured over all pages."""

    name: str
    precision: Estimate
    recall: Estimate
    f1: Estimate
    pages_per_second: float

    def line(self) -> str:
        """Return the figures as a line for people."""
        return (
            f"{self.name:34} P {self.precision}  R {self.recall}  F1 {self.f1}  "
            f"{self.pages_per_second:6.1f} pages/s"
        )


def body_of(article: Article) -> str:
    """Return the article's body as one text."""
    return "\n".join(span.of(article.text) for span in article.body_spans())


def as_copied(page: Page) -> str:
    """Return the page's visible text, one block a line."""
    return "\n".join(visible_blocks(parse_html(page.html, page.name)))


def measure(name: str, pages: Sequence[Page], read: Callable[[int], str]) -> Reading:
    """Read every page (by its number) and compare; a page that cannot be read counts as empty."""
    scores = []
    started = time.perf_counter()
    texts = []
    for number in range(len(pages)):
        try:
            texts.append(read(number))
        except ReadingError as error:
            click.echo(error, err=True)
            texts.append("")
    seconds = time.perf_counter() - started
    scores = [score(page.body, text) for page, text in zip(pages, texts, strict=True)]
    precision, recall, f1 = estimates(scores)
    return Reading(name, precision, recall, f1, len(pages) / seconds)


def measure_all(pages: Sequence[Page]) -> list[Reading]:
    """Return the figures of the four ways of reading."""
    copied = [as_copied(page) for page in pages]
    encoded = [text.encode() for text in copied]
    return [
        measure(
            "HTML, Footnote",
            pages,
            lambda i: body_of(read_article_bytes(pages[i].html, "page.html", pages[i].url)),
        ),
        measure("HTML, trafilatura alone", pages, lambda i: extract_body(pages[i].html)),
        measure(
            "plain text, Footnote",
            pages,
            lambda i: body_of(read_article_bytes(encoded[i], "page.txt")),
        ),
        measure("plain text, left as it is", pages, lambda i: copied[i]),
    ]


def throughput_ratio(readings: Sequence[Reading]) -> float:
    """Return articles a second from HTML as a share of those of trafilatura alone.

    Both of one run, over the same pages: other work on the machine slows both.
    """
    rates = {reading.name: reading.pages_per_second for reading in readings}
    return rates["HTML, Footnote"] / rates["HTML, trafilatura alone"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description="Measure the reading of articles")
    kind = parser.add_mutually_exclusive_group(required=True)
    kind.add_argument("--data", type=Path, help="folder with ground-truth.json")
    kind.add_argument("--news", type=Path, help="JSON Lines of documents to show, each with a text")
    kind.add_argument("--samples", type=Path, help="folder of text files to show")
    parser.add_argument("--learnt", action="store_true", help="lines that recur in sites of --news")
    parser.add_argument("--show", type=int, default=20, help="how many documents of --news")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--cross-validate", action="store_true", help="fit anew without each page")
    options = parser.parse_args(arguments)
    if options.learnt and options.news is not None:
        print_learnt(options.news)
        return
    if options.data is None:
        file, count = options.news, options.show
        print_articles(news_articles(file, count) if file else samples(options.samples))
        return
    if options.cross_validate:
        from eval.train_cleaning import main as train

        train(["--data", str(options.data)])
        return
    pages = read_pages(options.data)
    readings = measure_all(pages)
    if options.json:
        document: dict[str, Any] = {"pages": len(pages), "readings": [asdict(r) for r in readings]}
        document["throughput_ratio"] = throughput_ratio(readings)
        click.echo(json.dumps(document, indent=1))
        return
    click.echo(f"{len(pages)} pages of {options.data}")
    for reading in readings:
        click.echo(reading.line())
    click.echo(
        "reading and cleaning HTML runs at "
        f"{throughput_ratio(readings):.2f} times the articles a second of trafilatura alone"
    )


if __name__ == "__main__":
    main()

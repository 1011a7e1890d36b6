"""Articles line by line as they are read, for a person to judge: what is body, what is not, why.

Printed by `python -m eval.reading --show N --news FILE` and `--samples FOLDER`.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import click

from index.article import Article
from index.blocks import lines
from index.extracting import read_article, read_article_bytes
from index.learnt_furniture import summary, with_learnt

_SEED = 20
_WIDTH = 150


def news_articles(file: Path, count: int) -> list[Article]:
    """Return `count` of the documents of a JSON Lines file, always the same ones."""
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    chosen = random.Random(_SEED).sample(rows, min(count, len(rows)))
    return [read_article_bytes(row["text"].encode(), f"{row['id']}.txt") for row in chosen]


def samples(folder: Path) -> list[Article]:
    """Return the articles of a folder's text files, by name."""
    return [read_article(path) for path in sorted(folder.glob("*.txt"))]


def shown(article: Article) -> list[str]:
    """Return an article's facts, then its lines: body as it is, the others behind "-" and why."""
    name = Path(article.path or "").name
    facts = {
        "title": article.title,
        "source": article.source,
        "author": article.author,
        "published": article.published,
        "found in": article.published_evidence,
        "language": article.language,
    }
    found = [f"=== {name}: {share_marked(article):.0%} of the letters marked"]
    found += [f"  {fact}: {value or 'not stated'}" for fact, value in facts.items()]
    for line in lines(article.text):
        words = line.of(article.text).strip()
        reason = _reason(article, line.start)
        cut = words if len(words) <= _WIDTH else f"{words[: _WIDTH - 2]} …"
        found.append(f"- [{reason}] {cut}" if reason else f"  {cut}")
    return found


def share_marked(article: Article) -> float:
    """Return the share of an article's letters that are marked as not the article."""
    marked = sum(len("".join(article.text[s.start : s.end].split())) for s in article.boilerplate)
    return marked / max(1, len("".join(article.text.split())))


def _reason(article: Article, place: int) -> str | None:
    for span in article.boilerplate:
        if span.start <= place < span.end:
            return span.reason
    return None


def print_learnt(file: Path) -> None:
    """Print which lines of each site's documents are marked because they recur."""
    groups: dict[str, list[Article]] = {}
    for line in file.read_text("utf-8").splitlines():
        row = json.loads(line)
        article = read_article_bytes(row["text"].encode(), f"{row['id']}.txt")
        groups.setdefault(urlsplit(row["url"]).hostname or "", []).append(article)
    for site, articles in sorted(groups.items()):
        found = summary(with_learnt(articles))
        click.echo(f"{site}: {len(articles)} documents, {len(found)} lines learnt")
        for words, count in found.most_common():
            click.echo(f"  in {count}: {words[:_WIDTH]}")


def print_articles(articles: Sequence[Article]) -> None:
    """Print the articles, and the share marked over all of them."""
    for article in articles:
        click.echo("\n".join(shown(article)) + "\n")
    letters = [len("".join(article.text.split())) for article in articles]
    marked = sum(share_marked(a) * n for a, n in zip(articles, letters, strict=True))
    click.echo(f"{len(articles)} articles, {marked / max(1, sum(letters)):.1%} marked")

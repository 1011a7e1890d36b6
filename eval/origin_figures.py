"""How well carriers of one story are found among articles.

    python -m eval.origin_figures --data DIR [--show] [--time 10000]

Takes the news documents of DIR/news_qa_documents.jsonl, makes carriers of some of them (cut
short, another headline and outlet, sentences left out, paragraphs in another order, words
changed), and prints how many are joined with their article (recall, by kind), and how many of
the pairs found are such pairs (precision). Pairs among the documents themselves are counted
apart, and printed by `--show` for a person to judge. `--time` measures what comparing so many
articles costs, on articles put together from the documents' sentences.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import click
import numpy as np

from index.article import Article
from index.extracting import read_article_bytes
from index.origins import BANDS, candidate_pairs, shared_story, sketches, story_of
from index.relative_dates import dates_in_article
from index.splitting import sentence_spans

FEWEST_SENTENCES = 12
_SEED = 20250122

Make = Callable[[list[str], random.Random], list[str]]


def _changed(sentences: list[str], chance: random.Random, every: int) -> list[str]:
    """Replace about one word in `every` by another word of the article."""
    vocabulary = [word for sentence in sentences for word in sentence.split()]
    return [
        " ".join(
            chance.choice(vocabulary) if chance.random() < 1 / every else word
            for word in sentence.split()
        )
        for sentence in sentences
    ]


def _reordered(sentences: list[str], chance: random.Random) -> list[str]:
    """Shuffle the article in pieces of three sentences."""
    pieces = [sentences[i : i + 3] for i in range(0, len(sentences), 3)]
    chance.shuffle(pieces)
    return [sentence for piece in pieces for sentence in piece]


KINDS: dict[str, Make] = {
    "another headline and outlet": lambda s, _: ["Coast Herald staff report.", *s],
    "first two thirds": lambda s, _: s[: 2 * len(s) // 3],
    "first third": lambda s, _: s[: len(s) // 3],
    "every fifth sentence left out": lambda s, _: [x for i, x in enumerate(s) if i % 5 != 2],
    "in another order": _reordered,
    "one word in 20 changed": lambda s, chance: _changed(s, chance, 20),
    "one word in 10 changed": lambda s, chance: _changed(s, chance, 10),
    "first half, one word in 20 changed": lambda s, chance: _changed(s[: len(s) // 2], chance, 20),
}


def read_documents(folder: Path) -> list[Article]:
    """Return the news documents, read as plain text."""
    rows = (folder / "news_qa_documents.jsonl").read_text("utf-8").splitlines()
    return [read_article_bytes(json.loads(row)["text"].encode(), "d.txt") for row in rows]


def story_pairs(articles: Sequence[Article]) -> dict[tuple[int, int], float]:
    """Return the pairs of articles (by number) that are one story, with what they share."""
    stories = [story_of(article) for article in articles]
    made = sketches([story.runs for story in stories])
    numbers = [number for number, sketch in enumerate(made) if sketch is not None]
    rows = [sketch for sketch in made if sketch is not None]
    matrix = np.array(rows, dtype=np.uint64).reshape(len(rows), BANDS)
    found: dict[tuple[int, int], float] = {}
    for a, b in candidate_pairs(matrix, matrix):
        one, other = numbers[a], numbers[b]
        if one < other:
            share = shared_story(stories[one], stories[other])
            if share is not None:
                found[one, other] = share
    return found


def measure(documents: Sequence[Article], count: int) -> tuple[Counter[str], Counter[str], int]:
    """Return, by kind, how many carriers were made and how many found; and wrong pairs."""
    chance = random.Random(_SEED)
    long = [d for d in documents if len(sentence_spans(d)) >= FEWEST_SENTENCES]
    chosen = chance.sample(long, min(count, len(long)))
    articles: list[Article] = list(documents)
    home: dict[int, tuple[int, str]] = {}
    at = {id(document): number for number, document in enumerate(documents)}
    for document in chosen:
        sentences = [span.of(document.text) for span in sentence_spans(document)]
        for kind, make in KINDS.items():
            home[len(articles)] = (at[id(document)], kind)
            text = "\n\n".join(make(sentences, chance))
            articles.append(Article(text=text, title=kind, published=document.published))
    own = story_pairs(documents)
    alike = {*own, *((b, a) for a, b in own)}
    made, found, wrong = Counter(kind for _, kind in home.values()), Counter[str](), 0
    for one, other in story_pairs(articles):
        first = home.get(one, (one, ""))[0]
        second, kind = home.get(other, (other, ""))
        if one < len(documents) <= other and first == second:
            found[kind] += 1
        elif first != second and (first, second) not in alike:
            wrong += 1
    return made, found, wrong


def timings(documents: Sequence[Article], count: int) -> tuple[float, float, float]:
    """Return seconds for `count` articles: runs and sketches, candidates and checks, dates."""
    chance = random.Random(_SEED)
    sentences = [span.of(d.text) for d in documents for span in sentence_spans(d)]
    average = len(sentences) // len(documents)
    articles = [
        Article(text="\n\n".join(chance.sample(sentences, average)), title="x", published=day)
        for day in ["2025-01-22"] * count
    ]
    started = time.perf_counter()
    made = sketches([story_of(article).runs for article in articles])
    sketched = time.perf_counter()
    rows = [sketch for sketch in made if sketch is not None]
    matrix = np.array(rows, dtype=np.uint64).reshape(len(rows), BANDS)
    for a, b in candidate_pairs(matrix, matrix):
        if a < b:
            shared_story(story_of(articles[a]), story_of(articles[b]))
    compared = time.perf_counter()
    for article in articles[: count // 10]:
        dates_in_article(article)
    dated = 10 * (time.perf_counter() - compared)
    return sketched - started, compared - sketched, dated


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description="Measure the finding of one story's carriers")
    parser.add_argument("--data", type=Path, required=True, help="folder of the news documents")
    parser.add_argument("--articles", type=int, default=100, help="how many carriers of each kind")
    parser.add_argument("--show", action="store_true", help="print pairs among the documents")
    parser.add_argument("--time", type=int, default=0, help="measure the time for so many")
    options = parser.parse_args(arguments)
    documents = read_documents(options.data)
    made, found, wrong = measure(documents, options.articles)
    lines = [f"{len(documents)} documents, {made.total()} carriers made of {options.articles}"]
    for kind, count in made.items():
        lines.append(f"{kind:36} found {found[kind]} of {count}, recall {found[kind] / count:.3f}")
    right = found.total()
    lines.append(f"{'all kinds':36} recall {right / made.total():.3f}")
    lines.append(f"pairs of different stories: {wrong}, precision {right / (right + wrong):.3f}")
    own = story_pairs(documents)
    lines.append(f"pairs among the documents themselves: {len(own)}")
    for (one, other), share in (
        sorted(own.items(), key=lambda pair: pair[1]) if options.show else ()
    ):
        lines += [
            f"  {share:.2f} {_beginning(documents[one])}",
            f"       {_beginning(documents[other])}",
        ]
    if options.time:
        sketch, compare, date = timings(documents, options.time)
        lines.append(
            f"{options.time:,} articles: sketches {sketch:.1f} s, comparing {compare:.1f} s, "
            f"dates {date:.1f} s"
        )
    click.echo("\n".join(lines))


def _beginning(article: Article) -> str:
    return " ".join(article.text.split())[:110]


if __name__ == "__main__":
    main()

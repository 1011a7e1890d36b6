"""Counts how many texts hold each common word: `python -m eval.train_rarity --data DIR`.

Writes `qa/rarity.json`: the words that are usually written in lower case, commonest first,
with the share of texts that hold them, in thousandths. Two things are read off it: how much a
shared word tells (a rare word tells more, inverse document frequency, Sparck Jones 1972), and
whether a capital at the start of a sentence is only the sentence's.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click

KEPT_WORDS = 8000
WORD = re.compile(r"(?<![\w.])[A-Za-z][a-z]+(?:'[a-z]+)?(?!\w)")
SENTENCE_START = re.compile(r"(?:^|[.!?:\"“”‘'\n)]\s*)$")


def texts_of(folder: Path) -> Iterator[str]:
    """Yield the running texts of the public sets: articles, passages, documents."""
    fields = {
        "news_qa_documents.jsonl": "text",
        "clapnq.jsonl": "passage",
        "squad2_paragraphs.jsonl": "text",
        "grounding/wice.jsonl": "doc",
        "grounding/ragtruth_qa.jsonl": "doc",
    }
    seen: set[int] = set()
    for name, field in fields.items():
        with (folder / name).open(encoding="utf-8") as lines:
            for line in lines:
                text = json.loads(line)[field]
                text = text if isinstance(text, str) else " ".join(text)
                if hash(text) not in seen:
                    seen.add(hash(text))
                    yield text.replace("’", "'")


def count(folder: Path) -> tuple[int, Counter[str], Counter[str], Counter[str]]:
    """Return the number of texts, and for each word its texts, its lower and its capital uses.

    Capitals that begin a sentence do not count as capital uses.
    """
    texts, holds, lower, capital = 0, Counter[str](), Counter[str](), Counter[str]()
    for text in texts_of(folder):
        texts += 1
        words = set()
        for match in WORD.finditer(text):
            word = match.group()
            words.add(word.lower())
            if word.islower():
                lower[word] += 1
            elif not SENTENCE_START.search(text[max(0, match.start() - 3) : match.start()]):
                capital[word.lower()] += 1
        holds.update(words)
    return texts, holds, lower, capital


def main() -> None:
    """Write qa/rarity.json from the public sets in --data."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True, help="the folder of the public sets")
    parser.add_argument("--out", type=Path, default=Path("qa/rarity.json"))
    arguments = parser.parse_args()
    texts, holds, lower, capital = count(arguments.data)
    common = [
        (word, texts_with)
        for word, texts_with in holds.most_common()
        if lower[word] >= 3 and lower[word] > 2 * capital[word]
    ][:KEPT_WORDS]
    document = {
        "provenance": f"document frequencies in {texts} public texts, by eval/train_rarity.py",
        "texts": texts,
        "per_mille": {word: max(1, round(1000 * n / texts)) for word, n in common},
    }
    arguments.out.write_text(
        json.dumps(document, indent=None, separators=(",", ":")) + "\n", "utf-8"
    )
    click.echo(f"{arguments.out}: {len(common)} words of {texts} texts")


if __name__ == "__main__":
    main()

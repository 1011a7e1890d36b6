"""The public sets that the support check is fitted and measured on.

The texts belong to their publishers and are not part of the project; `folder` holds them.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from eval.corruptions import KINDS, corrupt, graft, splice
from eval.public_sets import json_rows
from eval.true_variants import compress, rewrite

SETS = ("ragtruth_qa", "wice", "cnndm", "bbc")
_SENTENCE = re.compile(r"(?<=[.!?][\"”’)])\s+|(?<=[^A-Z][.!?])\s+(?=[A-Z\"“])|\n+")
_ABBREVIATED = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Sen|Rep|Gov|Gen|St|Jr|Sr|vs|No|Inc|Corp|Co|Ltd|[A-Z])\.)$"
)


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim, its evidence (documents or cited sentences) and whether people say it is supported.

    `kind` is the set's name, for made pairs the kind of change; `group` is what
    cross-validation keeps together (the document).
    """

    id: str
    claim: str
    evidence: tuple[str, ...]
    label: bool
    kind: str
    group: str


def read_set(folder: Path, name: str) -> list[Pair]:
    """Return a labelled set: RAGTruth answers, WiCE claims, FRANK summaries of CNN or BBC news.

    Raises:
        KeyError: no set of that name.
    """
    file, source = {
        "ragtruth_qa": ("ragtruth_qa", None), "wice": ("wice", None),
        "cnndm": ("frank", "cnndm"), "bbc": ("frank", "bbc"),
    }[name]  # fmt: skip
    pairs = []
    for row in json_rows(folder / "grounding" / f"{file}.jsonl"):
        if source is None or row["src"] == source:
            evidence = tuple(row["sentences"]) if "sentences" in row else (row["doc"],)
            group = row["doc"][:200]
            pairs.append(Pair(row["id"], row["claim"], evidence, row["label"] == 1, name, group))
    return pairs


def article_sentences(folder: Path) -> list[list[str]]:
    """Return the sentences of the public articles, article by article: whole, 7 to 45 words."""
    articles = []
    for name, field in (
        ("news_qa_documents.jsonl", "text"),
        ("clapnq.jsonl", "passage"),
        ("squad2_paragraphs.jsonl", "text"),
    ):
        for row in json_rows(folder / name):
            kept = [piece for piece in _split(row[field]) if _is_whole(piece)]
            if len(kept) >= 3:
                articles.append(kept)
    return articles


def made_pairs(folder: Path, *, each: int, seed: int = 7, around: int = 0) -> list[Pair]:
    """Return true sentences ("true"), rewritten true ones ("rewritten") and corrupted ones.

    `each` of every kind of corruption, six times as many true ones, twice as many rewritten.
    The evidence is the sentence itself with `around` neighbours on each side.
    """
    chance, articles = random.Random(seed), article_sentences(folder)
    places = [(a, s) for a, article in enumerate(articles) for s in range(len(article))]
    chance.shuffle(places)
    wanted = {"true": len(KINDS) * each, "rewritten": 2 * each, **dict.fromkeys(KINDS, each)}
    pairs: list[Pair] = []
    for a, s in places:
        open_kinds = [kind for kind, left in wanted.items() if left > 0]
        if not open_kinds:
            break
        kind = chance.choice(open_kinds)
        article = articles[a]
        sentence = article[s]
        if kind == "true":
            claim: str | None = sentence
        elif kind == "rewritten":
            claim = rewrite(sentence)
        else:
            claim = corrupt(kind, sentence, article[:s] + article[s + 1 :], chance)
        if claim is None:
            continue
        wanted[kind] -= 1
        evidence = tuple(article[max(0, s - around) : s + around + 1])
        pairs.append(Pair(f"{a}-{s}", claim, evidence, kind in ("true", "rewritten"), kind, str(a)))
    return pairs


def made_summaries(folder: Path, count: int, *, seed: int = 5, window: int = 25) -> list[Pair]:
    """Return made claims of one to three sentences against a stretch of an article, for fitting.

    Half are true (sentences as they stand, rewritten or compressed); in the others one sentence
    is corrupted, spliced or grafted. A third is written without capitals.
    """
    chance = random.Random(seed)
    articles = [article for article in article_sentences(folder) if len(article) >= 8]
    chance.shuffle(articles)
    pairs: list[Pair] = []
    for number in range(100 * count):
        if len(pairs) == count:
            break
        article = articles[number % len(articles)]
        first = chance.randrange(max(1, len(article) - window))
        source = article[first : first + window]
        pair = _summary(source, str(number), chance)
        if pair is not None:
            pairs.append(pair)
    return pairs


def _summary(source: list[str], number: str, chance: random.Random) -> Pair | None:
    chosen = chance.sample(range(len(source)), min(chance.choice([1, 1, 1, 2, 3]), len(source)))
    parts = []
    for place in chosen:
        draw = chance.random()
        sentence = source[place]
        varied = compress(sentence, chance) if draw < 0.5 else None
        varied = rewrite(sentence) if 0.5 <= draw < 0.7 else varied
        parts.append(varied or sentence)
    label, kind = chance.random() < 0.5, "true"
    if not label:
        kind = chance.choice([*KINDS, "splice", "splice", "splice", "graft", "graft"])
        spoilt = chance.randrange(len(chosen))
        sentence = source[chosen[spoilt]]
        others = [text for place, text in enumerate(source) if place != chosen[spoilt]]
        if kind == "splice":
            false = splice(sentence, chance.choice(others), chance)
        else:
            maker = graft if kind == "graft" else partial(corrupt, kind)
            false = maker(sentence, others, chance)
        if false is None:
            return None
        parts[spoilt] = false
    claim = " ".join(parts)
    claim = claim.lower() if chance.random() < 0.3 else claim
    return Pair(f"made-{number}", claim, tuple(source), label, kind, number)


def _split(text: str) -> Iterator[str]:
    held = ""
    for piece in _SENTENCE.split(text):
        held = f"{held} {piece}".strip() if held else piece.strip()
        if not _ABBREVIATED.search(held):
            yield held
            held = ""


def _is_whole(sentence: str) -> bool:
    words = sentence.split()
    return (
        7 <= len(words) <= 45
        and sentence[0].isupper()
        and sentence.endswith((".", '."', ".”"))
        and sum(w[0].isupper() for w in words) < 0.6 * len(words)
    )

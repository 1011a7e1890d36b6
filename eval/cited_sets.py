"""Claims that cite one to five sentences: what the strict model of the support check is fitted on.

True ones: answers that people wrote to ClapNQ questions, with the sentences they marked; news
sentences as they stand, and compressed. False ones: other sentences of the same passage or
article, and true claims with a foreign end. Splices and grafts are for measuring only: they hold
little that a count of words could find.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

from eval.corruptions import clause_starts, graft, splice
from eval.public_sets import json_rows
from eval.support_sets import Pair, article_sentences
from eval.true_variants import compress

MEASURED_ONLY = ("splice", "graft")
_LEAST_ARTICLE = 7  # sentences


def cited_pairs(folder: Path, *, news: int = 1200, seed: int = 3) -> list[Pair]:
    """Return labelled claims with their cited sentences; `news` of them from news articles."""
    chance = random.Random(seed)
    articles = [article for article in article_sentences(folder) if len(article) >= _LEAST_ARTICLE]
    pairs = list(_answers(folder, articles, chance))
    while news > 0:
        pair = _news_pair(chance.randrange(len(articles)), articles, chance)
        if pair is not None:
            pairs.append(pair)
            news -= 1
    return pairs


def _answers(folder: Path, articles: list[list[str]], chance: random.Random) -> Iterator[Pair]:
    for row in json_rows(folder / "clapnq.jsonl"):
        group = str(row["id"])
        for answer, marked in zip(row["answers"], row["support"], strict=False):
            if row["label"] != 1 or not marked or len(answer) < 10:
                continue
            evidence = tuple(marked)
            yield Pair(group, answer, evidence, True, "answer", group)
            others = [s for s in row["sentences"] if s not in marked and len(s.split()) > 6]
            for other in chance.sample(others, min(2, len(others))):
                yield Pair(group, other, evidence, False, "other sentence", group)
            end = _foreign_end(articles, chance)
            if end is not None:
                claim = answer.rstrip(" .") + end
                yield Pair(group, claim, evidence, False, "foreign end", group)


def _news_pair(number: int, articles: list[list[str]], chance: random.Random) -> Pair | None:
    article = articles[number]
    place = chance.randrange(1, len(article) - 2)
    around = chance.choice([0, 0, 1])
    evidence = tuple(article[place - around : place + 1 + around])
    sentence = article[place]
    kind = chance.choices(
        ["true", "compressed", "other sentence", "foreign end", "splice", "graft"],
        [20, 30, 15, 20, 8, 7],
    )[0]
    claim: str | None = sentence
    if kind == "compressed":
        claim = compress(sentence, chance)
    elif kind == "other sentence":
        evidence = (article[place - 1], article[place + 1])
    elif kind == "foreign end":
        end = _foreign_end(articles, chance)
        claim = None if end is None else sentence.rstrip(".") + end
    elif kind == "splice":
        claim = splice(sentence, chance.choice(article), chance)
    elif kind == "graft":
        claim = graft(sentence, article, chance)
    if claim is None:
        return None
    label = kind in ("true", "compressed")
    return Pair(f"news-{number}-{place}", claim, evidence, label, kind, f"news-{number}")


def _foreign_end(articles: list[list[str]], chance: random.Random) -> str | None:
    """Return the last clause of some sentence, without names or figures to be known by."""
    sentence = chance.choice(chance.choice(articles))
    starts = [
        start
        for start in clause_starts(sentence)
        if 20 < len(sentence) - start < 90 and not re.search(r"[A-Z0-9]", sentence[start:-1])
    ]
    return sentence[chance.choice(starts) :] if starts else None

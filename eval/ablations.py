"""What each ingredient of retrieval is worth alone: `python -m eval.ablations --data DIR`.

Passages: headers in front of the embedded text, each search alone and fused, collapsed equal
stories. Sentences and answerability: the figures with each group of features left out. Everything
fitted is fitted without the fold that is measured, every figure has a 95 % bootstrap interval over
questions. The date header is measured on the sample articles, the only ones here with dates.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from eval.memory_store import MemoryStore, VectorCache
from eval.public_sets import Case, QuestionSet, holds_answer
from eval.ranking_examples import Collections, Example
from eval.ranking_models import (
    NOT_FOR_SENTENCES,
    READERS,
    fit_answerable,
    fit_sentences,
)
from eval.ranking_report import print_line, tests_of
from eval.reader_split import SkippingReader, learned_from, questions_of
from eval.retrieval_figures import auc_interval, fused, interval, is_home
from eval.train_ranking import (
    SAMPLES,
    examples_of,
    no_keywords,
)
from index.answer_reader import open_answer_reader
from index.article import Article, Passage
from index.duplicates import collapsed
from index.embedders import open_embedder
from index.embedding import Embedder
from index.extracting import read_article
from index.question_words import Terms
from index.ranking import shipped_coefficients
from index.retrieving import Hit, Retriever
from index.splitting import split_into_passages

TextOf = Callable[[Article, Passage], str]
GROUPS: dict[str, frozenset[str]] = {
    "nothing": frozenset(),
    "the cross-encoder": frozenset(("read",)),
    "similarities": frozenset(("similarity", "around", "passage_similarity", "title_similarity")),
    "shared words": frozenset(
        "share near_share passage_share share_here near_here pairs rarest_missing".split()
    ),
    "names and figures": frozenset(("names_missing", "names_missing_passage", "numbers_missing")),
    "kind of answer": frozenset(("fits", "misfits", "beside")),
    "place and form": frozenset(("rank", "opens", "length", "asks", "negation_differs")),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="the folder of the public sets")
    parser.add_argument("--only", choices=[*READERS], help="the passages of one set only")
    parser.add_argument("--most", type=int, default=400, help="questions of a set")
    parser.add_argument("--each", type=int, default=200, help="SQuAD questions a scenario")
    parser.add_argument("--vectors", type=Path, help="a file to remember embeddings in (.npz)")
    parser.add_argument("--passages", action="store_true", help="passages only")
    options = parser.parse_args(arguments)
    embedder = VectorCache(open_embedder(), options.vectors)
    terms = lru_cache(400_000)(no_keywords().terms)
    for name in [options.only] if options.only else READERS:
        passages(READERS[name](options.data), embedder, terms, options.most)
    dated_header(embedder, terms)
    embedder.save()
    if not options.passages:
        features(options.data, embedder, terms, options.each)
        embedder.save()
    return 0


def passages(questions: QuestionSet, embedder: Embedder, terms: Terms, most: int) -> None:
    """Print hits for each header and each way of ranking, and what collapsing does."""
    cases = [case for case in questions.cases if case.answerable]
    cases = cases[:: max(1, len(cases) // most)]
    print_line(f"\n{questions.name}: right passage at 1, in the top 5; {len(cases)} questions")
    for header, text_of in headers():
        store = MemoryStore(questions.articles, questions.passages, embedder, terms, text_of)
        retriever = Retriever(store, reader=None)
        found = [(case, [hit for hit, _ in retriever.candidates(case.question)]) for case in cases]
        ways: dict[str, Callable[[Hit], float]] = {"dense": lambda hit: hit.similarity}
        if header == "no header":
            ways |= {"BM25": lambda h: h.bm25, "equal rank fusion": fused}
        ways["weighted, as shipped"] = lambda hit: hit.score
        for way, score in ways.items():
            ordered = [(case, sorted(hits, key=score, reverse=True)) for case, hits in found]
            print_line(f"  {header:16s}{way:22s}{top(ordered, 1)}  {top(ordered, 5)}")
        if header == "no header":
            diversity(found)


def headers() -> Iterator[tuple[str, TextOf | None]]:
    """Yield what is put in front of a passage before it is embedded, with its name."""
    yield "no header", None
    yield "title", lambda article, passage: f"{article.title}\n{passage.text}"


def top(found: Sequence[tuple[Case, Sequence[Hit]]], depth: int) -> str:
    """Return the share of questions with a right passage in the first `depth`."""
    return interval([any(is_home(case, hit) for hit in hits[:depth]) for case, hits in found])


def diversity(found: Sequence[tuple[Case, list[Hit]]]) -> None:
    """Print what it brings that passages which carry the same words collapse into one."""
    five = [(case, collapsed(hits, 5)) for case, hits in found]
    print_line(f"  {'no header':16s}{'equal stories once':22s}{top(five, 1)}  {top(five, 5)}")
    for name, part in (("as found", found), ("equal stories once", five)):
        articles = np.mean([len({hit.article.id for hit in hits[:5]}) for _, hits in part])
        print_line(f"  {name}: {articles:.2f} articles among the first five passages")


def dated_header(embedder: Embedder, terms: Terms) -> None:
    """Print what title and date in front of the text bring on the sample articles."""
    articles = [read_article(path) for path in sorted(Path("seeds").glob("*.txt"))]
    found = [passage for article in articles for passage in split_into_passages(article)]
    rows = [json.loads(line) for line in SAMPLES.read_text(encoding="utf-8").splitlines()]
    cases = [row for row in rows if row["answerable"]]
    print_line(f"\nsamples: a gold sentence in the passage at 1, in the top 5; {len(cases)}")
    every: dict[str, TextOf | None] = dict(headers())
    every["date"] = lambda article, passage: f"{article.published or ''}\n{passage.text}"
    for header, text_of in every.items():
        store = MemoryStore(articles, found, embedder, terms, text_of)
        retriever = Retriever(store, reader=None)
        for way in ("dense", "weighted, as shipped"):
            places = []
            for case in cases:
                hits = [hit for hit, _ in retriever.candidates(case["question"])]
                if way == "dense":
                    hits.sort(key=lambda hit: -hit.similarity)
                right = [holds_answer(h.passage.text, tuple(case["gold"])) for h in hits]
                places.append(right.index(True) if any(right) else len(right))
            shares = (interval([place < depth for place in places]) for depth in (1, 5))
            print_line(f"  {header:16s}{way:22s}{'  '.join(shares)}")


def features(data: Path, embedder: Embedder, terms: Terms, each: int) -> None:
    """Print best sentence and answerability with each group of features left out."""
    sets = {n: Collections(read(data), embedder, terms) for n, read in READERS.items()}
    learned = learned_from()
    trained_on = frozenset(questions_of((c.questions for c in sets.values()), learned))
    reader = SkippingReader(open_answer_reader(), trained_on)
    asked = [
        example
        for name, collections in sets.items()
        for example in examples_of(collections, shipped_coefficients(), each, reader)
        if example.sentences and (name, example.case.group) not in learned
    ]
    print_line("\nleft out; best sentence right, and AUC of answerable or not, in the pools")
    for name, group in GROUPS.items():
        without(asked, name, group)


def without(examples: Sequence[Example], name: str, group: frozenset[str]) -> None:
    """Print the figures of models that were fitted without a group of features."""
    bare = [_without(example, group) for example in examples]
    read = "read" not in group
    leave_out = NOT_FOR_SENTENCES if read else NOT_FOR_SENTENCES | {"read"}
    _, scores = fit_sentences(bare, leave_out)
    _, probabilities = fit_answerable(bare, scores, read=read)
    for scenario in ("clapnq/pool", "squad2/pool"):
        best = [
            e.right[int(np.argmax(s))]
            for e, s in zip(bare, scores, strict=True)
            if e.scenario == scenario and any(e.right)
        ]
        area = next(
            auc_interval(probabilities[rows], right)
            for found, rows, right in tests_of(bare)
            if found == scenario
        )
        print_line(f"  {name:20s}{scenario:14s}{interval(best)}  {area}")


def _without(example: Example, group: frozenset[str]) -> Example:
    # Set to nothing, not removed: every table has the same columns.
    bare = tuple({n: 0.0 if n in group else v for n, v in s.items()} for s in example.sentences)
    return replace(example, sentences=bare)


if __name__ == "__main__":
    raise SystemExit(main())

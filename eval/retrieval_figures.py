"""How good retrieval is: `python -m eval.retrieval_figures --data DIR [--only SET]`.

Sets: clapnq, squad2, news (public questions, see `eval.public_sets`) and samples (our own questions
over the five sample articles). Every figure has a 95 % bootstrap interval over questions. What is
fitted on the public sets is fitted here again without the fold that is measured; the
cross-encoder is measured on the articles and questions that it was not trained on. The samples
are measured with what ships, all together and "kept" and "fresh" apart: those were not looked at
while tuning, and "fresh" was written after it.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.ingredients import fused
from eval.memory_store import VectorCache
from eval.public_sets import Case, QuestionSet
from eval.ranking_examples import Collections, Example, is_right_passage
from eval.ranking_fit import FOLDS, Array, Bools, Choice, area_under_curve, fit_listwise, fold_of
from eval.ranking_models import (
    NOT_FOR_SENTENCES,
    PASSAGE_NAMES,
    PASSAGE_SIGNS,
    READ_OF_SENTENCES,
    READERS,
    fit_answerable,
    fit_sentences,
    set_of,
)
from eval.ranking_report import print_line, tests_of
from eval.reader_split import CrossFitReader, cross_fit_reader
from eval.train_ranking import (
    SAMPLES,
    examples_of,
    no_keywords,
)
from index.answer_reader import Reading
from index.article import Span
from index.embedders import open_embedder
from index.library import Library
from index.ranking import shipped_coefficients
from index.retrieving import Hit, Retriever

Rows = NDArray[np.int64]
"""Places of questions, drawn again and again."""
DRAWS = 1000
DEPTHS = (1, 5, 10)
FOLD_DRAWS = 5
"""Which questions share a fold is chance: passages and sentences are ranked so many times, folds
drawn anew, and a figure is the mean. Answerability is judged on the first of these."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, help="the folder of the public sets")
    parser.add_argument("--only", choices=[*READERS, "samples"])
    parser.add_argument("--each", type=int, default=400, help="SQuAD questions a scenario")
    parser.add_argument("--vectors", type=Path, help="a file to remember embeddings in (.npz)")
    options = parser.parse_args(arguments)
    if options.only != "samples":
        if options.data is None:
            parser.error("--data: where the public sets lie")
        public(options.data, options.only, options.each, options.vectors)
    if options.only in (None, "samples"):
        samples()
    return 0


def public(data: Path, only: str | None, each: int, vectors: Path | None) -> None:
    """Print the figures of the public sets. All three are asked, because weights fit on all."""
    embedder = VectorCache(open_embedder(), vectors)
    terms = lru_cache(400_000)(no_keywords().terms)
    sets = {n: Collections(read(data), embedder, terms) for n, read in READERS.items()}
    passages(sets, only)
    reader = cross_fit_reader(c.questions for c in sets.values())
    first = shipped_coefficients()
    found = [e for n in sets for e in examples_of(sets[n], first, each, reader) if e.sentences]
    embedder.save()
    for title, read in (
        ("without the answer reader", False),
        ("with the answer reader, on what it was not trained on", True),
    ):
        print_line(f"\n{title}")
        sentences_and_answers(found, only, read=read)
    if only in (None, "clapnq"):
        reader_alone(sets["clapnq"].questions, reader)


Asked = list[tuple[Case, list[tuple[Hit, dict[str, float]]]]]
"""Questions with every passage found for them, and its features."""


def choices_of(asked: Asked) -> list[Choice]:
    """Return each question's passages as candidates, and which of them are right."""
    return [
        Choice(
            np.array([[f[n] for n in PASSAGE_NAMES] for _, f in rows]),
            np.array([is_right_passage(case, hit) for hit, _ in rows]),
            case.group,
        )
        for case, rows in asked
    ]


def passages(sets: dict[str, Collections], only: str | None) -> None:
    """Print where the right passage ranks, for each way of ranking."""
    kept: dict[str, Asked] = {}
    for name, c in sets.items():
        retriever = Retriever(c.store(), reader=None)
        cases = [case for case in c.questions.cases if case.answerable]
        cases = cases[:: max(1, len(cases) // 1000)]
        kept[name] = [(case, retriever.candidates(case.question)) for case in cases]
    choices = {name: choices_of(part) for name, part in kept.items()}
    ours = [held_out_passages(choices, draw) for draw in range(FOLD_DRAWS)]
    print_line("passages: right one at 1, in the top 5, in the top 10")
    for name, part in kept.items():
        if only not in (None, name):
            continue
        ways: dict[str, list[list[Array]]] = {
            "dense alone": [[np.array([h.similarity for h, _ in rows]) for _, rows in part]],
            "BM25 alone": [[np.array([h.bm25 for h, _ in rows]) for _, rows in part]],
            "equal rank fusion": [[np.array([fused(h) for h, _ in rows]) for _, rows in part]],
            "weighted, held out": [scores[name] for scores in ours],
        }
        for way, draws in ways.items():
            line = [interval(found_within(choices[name], draws, depth)) for depth in DEPTHS]
            print_line(f"  {name:8s}{way:20s}{'  '.join(line)}  n {len(part)}")


def found_within(
    choices: Sequence[Choice], draws: Sequence[Sequence[Array]], depth: int
) -> list[float]:
    """Return for each question in how many of the rankings a right one is among the first."""
    return [
        float(np.mean([c.right[np.argsort(-s, kind="stable")[:depth]].any() for s in scores]))
        for c, *scores in zip(choices, *draws, strict=True)
    ]


def held_out_passages(choices: dict[str, list[Choice]], draw: int = 0) -> dict[str, list[Array]]:
    """Return each question's candidate scores from weights fitted on the other folds.

    `draw`: which of the many ways of drawing folds.
    """
    folds = {n: fold_of([c.group for c in part], FOLDS, draw) for n, part in choices.items()}
    scores: dict[str, list[Array]] = {n: [np.zeros(0)] * len(part) for n, part in choices.items()}
    for number in range(FOLDS):
        training = [
            [c for c, fold in zip(part, folds[n], strict=True) if fold != number]
            for n, part in choices.items()
        ]
        fitted = fit_listwise(training, PASSAGE_NAMES, PASSAGE_SIGNS)
        weights = np.array([fitted.weights[n] for n in PASSAGE_NAMES])
        for name, part in choices.items():
            for row in np.flatnonzero(folds[name] == number):
                scores[name][row] = part[row].values @ weights
    return scores


def sentences_and_answers(examples: Sequence[Example], only: str | None, *, read: bool) -> None:
    """Print the best sentence's and answerability's held-out figures."""
    leave_out = NOT_FOR_SENTENCES if read else NOT_FOR_SENTENCES | READ_OF_SENTENCES
    draws = [fit_sentences(examples, leave_out, draw)[1] for draw in range(FOLD_DRAWS)]
    _, probabilities = fit_answerable(examples, draws[0], read=read)
    for name in sorted({e.scenario for e in examples if only in (None, set_of(e))}):
        best = [
            float(np.mean([e.right[int(np.argmax(s))] for s in scores]))
            for e, *scores in zip(examples, *draws, strict=True)
            if e.scenario == name and any(e.right)
        ]
        if best:
            print_line(f"  {name:16s} best sentence right {interval(best)}  n {len(best)}")
    for name in sorted({e.scenario for e in examples if e.scenario.endswith("/pool")}):
        if only in (None, name.split("/")[0]):
            orders = [
                [reordered(e, s) for s in scores]
                for e, *scores in zip(examples, *draws, strict=True)
                if e.scenario == name and e.case.answerable
            ]
            shares = (
                interval([float(np.mean([any(o[:depth]) for o in each])) for each in orders])
                for depth in (1, 5)
            )
            print_line(
                f"  {name:16s} passages by their best sentence, right one at 1, in the top 5 "
                f"{'  '.join(shares)}  n {len(orders)}"
            )
    for name, there, right in tests_of(examples):
        if only in (None, name.split("/")[0].split()[0]):
            auc = auc_interval(probabilities[there], right)
            print_line(f"  {name:16s} answerable, AUC {auc}  n {len(there)}")


def reader_alone(questions: QuestionSet, reader: CrossFitReader) -> None:
    """Print what the reader tells by itself, and how much of that without the right question.

    Passages that answer may differ from the others in length or manner. A reader that has
    learned that would know them whatever is asked of them: asked another's question of the
    passage, or the question of another's passage, it must tell nothing (AUC 0.5).
    """
    print_line("\nthe answer reader alone: does the passage answer?")
    order = np.random.default_rng(0).permutation(len(questions.cases))
    cases = [questions.cases[place] for place in order]
    articles = {article.id: article for article in questions.articles}
    right = np.array([case.answerable for case in cases])

    def area(name: str, asked: Callable[[int], tuple[Case, Case]]) -> None:
        said = []
        for place, case in enumerate(cases):
            of_question, of_passage = asked(place)
            article = articles[of_passage.home or ""]
            whole = Reading(article.title, article.text, Span(0, len(article.text)))
            unseen = reader.who_reads(case.question)
            said += [judged.passage for judged in unseen.read(of_question.question, [whole])]
        auc = auc_interval(np.array(said), right)
        print_line(f"  {questions.name:16s} {name:40s} AUC {auc}  n {len(cases)}")

    area("its question of its passage", lambda place: (cases[place], cases[place]))
    area("another's question of its passage", lambda place: (cases[place - 1], cases[place]))
    area("its question of another's passage", lambda place: (cases[place], cases[place - 1]))


def reordered(example: Example, scores: Array) -> list[bool]:
    """Return for each passage, the one with the best sentence first, whether it is right."""
    best = dict.fromkeys(range(len(example.passage_right)), -math.inf)
    for place, score in zip(example.passage_of, scores, strict=True):
        best[place] = max(best[place], float(score))
    order = sorted(best, key=lambda place: -best[place])
    return [example.passage_right[place] for place in order]


def interval(values: Sequence[bool] | Sequence[np.bool_] | Sequence[float]) -> str:
    """Return the mean, or the share that is true, with its interval."""
    return bootstrapped(
        lambda rows: float(np.asarray(values, dtype=float)[rows].mean()), len(values)
    )


def auc_interval(scores: Array, right: Bools) -> str:
    """Return the area under the curve with its interval."""

    def area(rows: Rows) -> float:
        some = right[rows]
        return area_under_curve(scores[rows], some) if 0 < some.sum() < len(some) else 0.5

    return bootstrapped(area, len(scores))


def bootstrapped(figure: Callable[[Rows], float], count: int) -> str:
    """Return a figure over `count` rows, and where 95 % of the seeded redraws lie."""
    chance = np.random.default_rng(0)
    draws = [figure(chance.integers(0, count, count)) for _ in range(DRAWS)]
    low, high = np.quantile(draws, (0.025, 0.975))
    return f"{figure(np.arange(count)):.3f} [{low:.3f}, {high:.3f}]"


def samples() -> None:
    """Print what ships over the sample articles, each part of the questions apart."""
    cases = [json.loads(line) for line in SAMPLES.read_text(encoding="utf-8").splitlines()]
    embedder = open_embedder()
    with TemporaryDirectory() as folder:
        with Library.create_or_open(Path(folder), embedder=embedder, write=True) as library:
            library.index([Path("seeds")])
        with Library.open(Path(folder), embedder=embedder) as library:
            for reader in ("shipped", None):
                name = "with the cross-encoder" if reader else "without the cross-encoder"
                print_line(f"\nsamples, {name}")
                coefficients = shipped_coefficients()
                if reader is None:
                    coefficients = replace(coefficients, with_reader=None)
                retriever = Retriever(library, coefficients=coefficients)
                for part in ("tuning", "kept", "fresh", "all"):
                    here = [c for c in cases if part in (c["part"], "all")]
                    print_samples(retriever, part, here)


def print_samples(retriever: Retriever, part: str, cases: Sequence[dict[str, Any]]) -> None:
    """Print refusals and answers at each strictness, and the best sentences."""
    found = [(case, retriever.evidence(case["question"])) for case in cases]
    for strictness in ("low", "normal", "high"):
        said = [(c["answerable"], retriever.answers(e, strictness)) for c, e in found]
        answered = interval([s for wanted, s in said if wanted])
        refused = interval([not s for wanted, s in said if not wanted])
        print_line(f"  {part:7s}{strictness:7s} answered {answered}  refused {refused}")
    places = [
        next((n for n, s in enumerate(e.sentences) if holds_gold(s.text, c["gold"])), 99)
        for c, e in found
        if c["answerable"]
    ]
    for depth in (1, 3):
        right = interval([place < depth for place in places])
        print_line(f"  {part:7s}right sentence in the top {depth} {right}  n {len(places)}")


def holds_gold(text: str, gold: Sequence[str]) -> bool:
    """Whether the sentence holds a gold quotation, or is a part of one."""
    return any(quote in text or text in quote for quote in gold)


if __name__ == "__main__":
    raise SystemExit(main())

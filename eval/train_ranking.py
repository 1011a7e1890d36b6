"""Fits index/ranking.json: `python -m eval.train_ranking --data DIR [--vectors FILE]`.

Needs scikit-learn (the `train` extra). Questions of ClapNQ, SQuAD 2.0 and RealTimeQA are asked in
collections of several sizes (`eval.ranking_examples`); three models are fitted one on the other:
passages, sentences, answerable. Every figure that it prints, and the scores that the
answerable model is fitted on, come from folds that were not fitted on (by question, by
Wikipedia article for SQuAD).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from tempfile import gettempdir

import numpy as np
from numpy.typing import NDArray

from eval.memory_store import VectorCache
from eval.public_sets import QuestionSet, read_clapnq, read_news, read_squad2
from eval.ranking_examples import (
    Collections,
    Example,
    clapnq_examples,
    news_examples,
    passage_examples,
    squad2_examples,
)
from eval.ranking_fit import (
    Array,
    Bools,
    Choice,
    Rows,
    area_under_curve,
    balanced_accuracy,
    fit_listwise,
    fit_logistic,
    held_out_scores,
    rows_of,
)
from index.answerability import answerable_features
from index.embedders import open_embedder
from index.keywords import Keywords
from index.ranking import Coefficients, Linear, shipped_coefficients, sigmoid

READERS: dict[str, Callable[[Path], QuestionSet]] = {
    "clapnq": read_clapnq,
    "squad2": read_squad2,
    "news": read_news,
}
PASSAGE_NAMES = ("similarity", "bm25", "share", "pairs", "closest", "misfits")
SQUAD_EACH = 1200
SENTENCE_STRENGTH = 0.3
ANSWERABLE_STRENGTH = 0.05
# How much a question of each scenario counts. Unanswerable ones are near misses or far ones, and
# both must be refused; answerable ones of the news have uncertain sentences.
SENTENCE_WEIGHT = {"clapnq": 3.0, "squad2": 1.0, "news": 2.0}
SCENARIO_WEIGHT = {
    "clapnq/pool": 2.0,
    "clapnq/own": 2.0,
    "clapnq/away": 1.0,
    "squad2/pool": 0.5,
    "squad2/article": 0.5,
    "squad2/few": 0.5,
    "squad2/away": 0.5,
    "news/pool": 3.0,
    "news/few": 4.0,
    "news/away": 4.0,
}
# Never of use to tell answerable from not, or of opposite sign in two of the sets.
NOT_FOR_ANSWERABLE = frozenset(
    "best_rank best_opens best_pronoun best_length best_short passage_lead words".split()
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit, print the held-out figures, write the coefficients."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="the folder of the public sets")
    parser.add_argument("--vectors", type=Path, help="a file to remember embeddings in (.npz)")
    parser.add_argument("--out", type=Path, default=Path("index/ranking.json"))
    options = parser.parse_args(arguments)
    embedder = VectorCache(open_embedder(), options.vectors)
    terms = lru_cache(400_000)(Keywords(Path(gettempdir()) / "no-keywords").terms)
    sets = {n: Collections(read(options.data), embedder, terms) for n, read in READERS.items()}
    print_line("passages")
    passage = fit_passages(sets)
    print_line(f"  {rounded(passage)}")
    first = replace(shipped_coefficients(), passage=passage)
    examples = [example for n in sets for example in examples_of(sets[n], first)]
    embedder.save()
    print_line(f"{len(examples)} questions asked")
    sentence, scores = fit_sentences(examples)
    answerable, probabilities = fit_answerable(examples, scores)
    thresholds = thresholds_of(examples, probabilities)
    report(examples, scores, probabilities, thresholds["normal"])
    fitted = Coefficients(passage, sentence, answerable, thresholds)
    write(options.out, fitted, embedder.name, len(examples))
    return 0


def examples_of(c: Collections, coefficients: Coefficients) -> Iterator[Example]:
    """Ask a set's questions in its collections."""
    if c.questions.name == "clapnq":
        yield from clapnq_examples(c, coefficients)
    elif c.questions.name == "squad2":
        yield from squad2_examples(c, SQUAD_EACH, coefficients)
    else:
        yield from news_examples(c, coefficients)


def fit_passages(sets: dict[str, Collections]) -> Linear:
    """Fit the passage weights on every set's pool, each set counting the same."""
    choices = []
    for c in sets.values():
        answerable = [case for case in c.questions.cases if case.answerable]
        thinned = answerable[:: max(1, len(answerable) // 1000)]
        choices.append(
            [
                Choice(
                    np.array([[f[n] for n in PASSAGE_NAMES] for f, _ in rows]),
                    np.array([right for _, right in rows]),
                    case.group,
                )
                for case, rows in passage_examples(c.store(), thinned)
            ]
        )
    return fit_listwise(choices, PASSAGE_NAMES)


def group_of(example: Example) -> str:
    """Return what cross-validation keeps together."""
    return f"{example.scenario.split('/')[0]}/{example.case.group}"


def fit_sentences(examples: Sequence[Example]) -> tuple[Linear, list[Array]]:
    """Fit the sentence model; return it and each example's held-out log odds."""
    features: list[Mapping[str, float]] = []
    right: list[bool] = []
    weight: list[float] = []
    group: list[str] = []
    # Where nobody knows which sentence is right, none is learned from.
    known = [e for e in examples if e.sentences and (not e.answerable or any(e.right))]
    for example in known:
        each = SENTENCE_WEIGHT[example.scenario.split("/")[0]] / len(example.sentences)
        features += example.sentences
        right += example.right
        weight += [each] * len(example.sentences)
        group += [group_of(example)] * len(example.sentences)
    rows = rows_of(features, right, weight, group)
    fitted = fit_logistic(rows, SENTENCE_STRENGTH)
    flat = held_out_scores(rows, lambda part: fit_logistic(part, SENTENCE_STRENGTH))
    held_out: dict[int, Array] = {}
    place = 0
    for example in known:
        held_out[id(example)] = flat[place : place + len(example.sentences)]
        place += len(example.sentences)
    return fitted, [
        held_out[id(e)]
        if id(e) in held_out
        else np.array([fitted.score(f) for f in e.sentences], dtype=np.float64)
        for e in examples
    ]


def fit_answerable(examples: Sequence[Example], scores: Sequence[Array]) -> tuple[Linear, Array]:
    """Fit the answerable model on held-out sentence scores; return held-out probabilities."""
    features = []
    for example, found in zip(examples, scores, strict=True):
        order = np.argsort(-found, kind="stable")
        features.append(
            answerable_features(
                example.question,
                [example.sentences[row] for row in order],
                [sigmoid(found[row]) for row in order],
                example.passage_scores,
            )
        )
    rows = rows_of(
        features,
        [e.answerable for e in examples],
        [SCENARIO_WEIGHT[e.scenario] for e in examples],
        [group_of(e) for e in examples],
        NOT_FOR_ANSWERABLE,
    )
    held_out = held_out_scores(balanced(rows), lambda part: fit_logistic(part, ANSWERABLE_STRENGTH))
    return (
        fit_logistic(balanced(rows), ANSWERABLE_STRENGTH),
        np.array([sigmoid(score) for score in held_out]),
    )


def balanced(rows: Rows) -> Rows:
    """Weigh answerable and unanswerable questions the same."""
    weight = rows.weight.copy()
    weight[rows.right] /= weight[rows.right].sum()
    weight[~rows.right] /= weight[~rows.right].sum()
    return replace(rows, weight=weight)


def thresholds_of(examples: Sequence[Example], probabilities: Array) -> dict[str, float]:
    """Return the threshold of each strictness.

    normal: best mean balanced accuracy over near misses and far questions of every set;
    low: 98 % of answerable questions are answered; high: 90 % of near misses are refused.
    """
    tests = list(tests_of(examples))
    grid = np.linspace(0.05, 0.95, 91)
    mean = [np.mean([balanced_accuracy(probabilities[t], r, x) for _, t, r in tests]) for x in grid]
    right = np.array([e.answerable for e in examples])
    near = np.array([e.scenario.split("/")[1] != "away" for e in examples]) & ~right
    normal = float(grid[int(np.argmax(mean))])
    return {
        "low": min(normal, float(np.quantile(probabilities[right], 0.02))),
        "normal": normal,
        "high": max(normal, float(np.quantile(probabilities[near], 0.9))),
    }


def tests_of(examples: Sequence[Example]) -> Iterator[tuple[str, NDArray[np.int64], Bools]]:
    """Yield the tests of answerability: name, rows, which of them are answerable."""
    scenario = np.array([e.scenario for e in examples])
    right = np.array([e.answerable for e in examples])
    for name in sorted(set(scenario)):
        there = np.flatnonzero(scenario == name).astype(np.int64)
        if len(set(right[there])) == 2:
            yield name, there, right[there]
    for name in READERS:
        mine = np.array([s.startswith(name) for s in scenario])
        far = right | (scenario == f"{name}/away")
        there = np.flatnonzero(mine & far).astype(np.int64)
        yield f"{name} far", there, right[there]


def report(
    examples: Sequence[Example], scores: Sequence[Array], probabilities: Array, threshold: float
) -> None:
    """Print the held-out figures of every scenario."""
    print_line("best sentence right, held out (plain similarity in brackets)")
    for name in sorted({e.scenario for e in examples}):
        chosen = [
            (
                e.right[int(np.argmax(s))],
                e.right[int(np.argmax([f["similarity"] for f in e.sentences]))],
            )
            for e, s in zip(examples, scores, strict=True)
            if e.scenario == name and any(e.right)
        ]
        if chosen:
            ours, plain = np.mean(chosen, axis=0)
            print_line(f"  {name:16s} {ours:.3f} ({plain:.3f})  n {len(chosen)}")
    print_line(f"answerable, held out: AUC, balanced accuracy at {threshold:.2f}")
    for name, there, right in tests_of(examples):
        here = probabilities[there]
        accuracy = balanced_accuracy(here, right, threshold)
        print_line(
            f"  {name:16s} {area_under_curve(here, right):.3f} {accuracy:.3f}  n {len(there)}"
        )
    right = np.array([e.answerable for e in examples])
    print_line("calibration, held out: said, was, n")
    for low in np.arange(0, 1, 0.1):
        bin_ = (probabilities >= low) & (probabilities < low + 0.1)
        if bin_.any():
            said, was = probabilities[bin_].mean(), right[bin_].mean()
            print_line(f"  {said:.2f} {was:.2f} {bin_.sum()}")


def rounded(model: Linear) -> dict[str, object]:
    """Return a model as it is written: four decimals, zero weights left out."""
    weights = {name: round(value, 4) for name, value in model.weights.items() if abs(value) > 5e-5}
    return {"intercept": round(model.intercept, 4), "weights": weights}


def write(path: Path, fitted: Coefficients, embedder: str, questions: int) -> None:
    """Write the coefficients with their provenance."""
    data = {
        "provenance": {
            "made_by": "python -m eval.train_ranking --data DIR",
            "date": datetime.now(UTC).date().isoformat(),
            "embedder": embedder,
            "questions_asked": questions,
            "sets": "ClapNQ dev (half), SQuAD 2.0 dev (half), RealTimeQA late 2025 (six weeks)",
            "how": "logistic regressions on features named in index/ranking.py and "
            "index/answerability.py; passages by listwise softmax",
        },
        "passage": rounded(fitted.passage),
        "sentence": rounded(fitted.sentence),
        "answerable": rounded(fitted.answerable),
        "thresholds": {name: round(value, 3) for name, value in fitted.thresholds.items()},
    }
    path.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


def print_line(text: str) -> None:
    """Print to standard output at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())

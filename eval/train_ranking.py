"""Fits index/ranking.json: `python -m eval.train_ranking --data DIR [--vectors FILE]`.

Questions of ClapNQ, SQuAD 2.0 and RealTimeQA are asked in
collections of several sizes (`eval.ranking_examples`); three models are fitted one on the other:
passages, sentences, answerable. Every figure that it prints, and the scores that the
answerable model is fitted on, come from folds that were not fitted on (by question, by
Wikipedia article for SQuAD).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from tempfile import gettempdir

import numpy as np

from eval.memory_store import MemoryStore, VectorCache
from eval.public_sets import QuestionSet, read_clapnq, read_news, read_squad2
from eval.ranking_examples import (
    Collections,
    Example,
    Options,
    clapnq_examples,
    news_examples,
    passage_examples,
    squad2_examples,
)
from eval.ranking_fit import (
    FOLDS,
    Array,
    Bools,
    Choice,
    Rows,
    fit_listwise,
    fit_logistic,
    fold_of,
    held_out_scores,
    rows_of,
)
from eval.ranking_report import print_line, report, thresholds_of
from eval.reader_split import SkippingReader, learned_from, questions_of
from index.answer_reader import Reader, open_answer_reader
from index.answer_types import Kind
from index.answerability import answerable_features
from index.embedders import open_embedder
from index.embedding import Embedder
from index.extracting import read_article
from index.keywords import Keywords
from index.ranking import Coefficients, Linear, shipped_coefficients, sigmoid
from index.retrieving import Retriever
from index.splitting import split_into_passages

READERS: dict[str, Callable[[Path], QuestionSet]] = {
    "clapnq": read_clapnq,
    "squad2": read_squad2,
    "news": read_news,
}
SAMPLES = Path("eval/cases/retrieval_samples.jsonl")
PASSAGE_NAMES = ("similarity", "bm25", "share", "pairs", "closest", "misfits")
SQUAD_EACH = 1200
ANSWERABLE_STRENGTH = 0.05
NO_FIGURE_WEIGHT = -3.0
# How much a question of each scenario counts for answerability: near misses and far ones must both
# be refused, and the news are few.
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
_FOR = """
similarity around passage_similarity title_similarity share near_share passage_share share_here
near_here pairs fits beside rank length score lead several read second_read
"""
_AGAINST = """
names_missing names_missing_passage rarest_missing numbers_missing misfits negation_differs short
asks unknown_share unknown_rarest unknown_name negated no_figure
"""
SIGNS = dict.fromkeys(_FOR.split(), 1) | dict.fromkeys(_AGAINST.split(), -1)
SIGNS |= {
    f"{where}_{name}": sign for where in ("best", "most") for name, sign in list(SIGNS.items())
}
PASSAGE_SIGNS = SIGNS | {"closest": 1, "bm25": 1}
# Two sets want opposite signs, by the habits of those who marked the sentences.
READ = frozenset(("best_read", "most_read", "second_read"))
NOT_FOR_SENTENCES = frozenset(("pronoun", "short"))
# What kind of question people asked of these sets, and that "not" makes a SQuAD question a trick,
# says nothing about a user's articles.
NOT_FOR_ANSWERABLE = frozenset(
    "best_rank best_opens best_pronoun best_length best_short passage_lead words negated".split()
) | {f"asks_{kind.name.lower()}" for kind in Kind}


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit, print the held-out figures, write the coefficients."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="the folder of the public sets")
    parser.add_argument("--vectors", type=Path, help="a file to remember embeddings in (.npz)")
    parser.add_argument("--each", type=int, default=SQUAD_EACH, help="SQuAD questions a scenario")
    parser.add_argument("--out", type=Path, default=Path("index/ranking.json"))
    options = parser.parse_args(arguments)
    embedder = VectorCache(open_embedder(), options.vectors)
    terms = lru_cache(400_000)(no_keywords().terms)
    sets = {n: Collections(read(options.data), embedder, terms) for n, read in READERS.items()}
    print_line("passages")
    passage = fit_passages(sets)
    print_line(f"  {rounded(passage)}")
    first = replace(shipped_coefficients(), passage=passage)
    learned = learned_from()
    reader = SkippingReader(
        open_answer_reader(), frozenset(questions_of((c.questions for c in sets.values()), learned))
    )
    asked = [e for n in sets for e in examples_of(sets[n], first, options.each, reader)]
    examples = [e for e in asked if e.sentences]
    embedder.save()
    print_line(f"{len(examples)} questions asked, without the reader")
    fitted = fit_all(passage, examples, NOT_FOR_SENTENCES | {"read"}, embedder)
    print_line("with the reader, on what it was not trained on")
    unseen = [e for e in examples if (set_of(e), e.case.group) not in learned]
    with_reader = fit_all(passage, unseen, NOT_FOR_SENTENCES, embedder)
    fitted = replace(fitted, with_reader=with_reader)
    write(options.out, fitted, embedder.name, len(examples))
    return 0


def fit_all(
    passage: Linear, examples: Sequence[Example], leave_out: frozenset[str], embedder: Embedder
) -> Coefficients:
    """Fit sentences, then answerable, on these examples; print the held-out figures."""
    sentence, scores = fit_sentences(examples, leave_out)
    read = "read" not in leave_out
    answerable, probabilities = fit_answerable(examples, scores, read=read)
    fitted = Coefficients(passage, sentence, answerable, {})
    ours = samples_test(fitted, embedder, open_answer_reader() if read else None)
    fitted = replace(fitted, thresholds=thresholds_of(examples, probabilities, ours))
    report(examples, scores, probabilities, fitted.thresholds["normal"])
    return fitted


def samples_test(
    fitted: Coefficients, embedder: Embedder, reader: Reader | None
) -> tuple[Array, Bools]:
    """Ask our own questions over the sample articles, those of the tuning part.

    They set the threshold only: no weight is fitted on them.
    """
    articles = [read_article(path) for path in sorted(Path("seeds").glob("*.txt"))]
    passages = [passage for article in articles for passage in split_into_passages(article)]
    store = MemoryStore(articles, passages, embedder, no_keywords().terms)
    asked = replace(fitted, with_reader=fitted)
    retriever = Retriever(store, coefficients=asked, reader=reader)
    cases = [
        case
        for line in SAMPLES.read_text(encoding="utf-8").splitlines()
        if (case := json.loads(line))["part"] == "tuning"
    ]
    found = [retriever.evidence(case["question"]).answerable for case in cases]
    return np.array(found), np.array([case["answerable"] for case in cases])


def no_keywords() -> Keywords:
    """Return the keyword index's analyser, without an index."""
    return Keywords(Path(gettempdir()) / "no-keywords")


def examples_of(
    c: Collections, coefficients: Coefficients, each: int, reader: Reader
) -> Iterator[Example]:
    """Ask a set's questions in its collections."""
    options = Options(replace(coefficients, with_reader=coefficients), reader)
    if c.questions.name == "clapnq":
        yield from clapnq_examples(c, options)
    elif c.questions.name == "squad2":
        yield from squad2_examples(c, each, options)
    else:
        yield from news_examples(c, options)


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
    return fit_listwise(choices, PASSAGE_NAMES, PASSAGE_SIGNS)


def set_of(example: Example) -> str:
    """Return the name of the example's set."""
    return example.scenario.split("/")[0]


def group_of(example: Example) -> str:
    """Return what cross-validation keeps together."""
    return f"{set_of(example)}/{example.case.group}"


def fit_sentences(
    examples: Sequence[Example], leave_out: frozenset[str]
) -> tuple[Linear, list[Array]]:
    """Fit the sentence model; return it and each example's held-out log odds."""
    names = [n for n in examples[0].sentences[0] if n not in leave_out]
    choices = [
        Choice(
            np.array([[f[n] for n in names] for f in e.sentences]), np.array(e.right), group_of(e)
        )
        for e in examples
    ]
    # Where it answers but nobody knows with which sentence, nothing is learned from it.
    known = np.array([not e.answerable or any(e.right) for e in examples])
    sets_of = [set_of(e) for e in examples]
    fold = fold_of([choice.group for choice in choices])

    def fit(wanted: Bools) -> Linear:
        chosen = np.flatnonzero(wanted & known)
        sets = [[choices[row] for row in chosen if sets_of[row] == name] for name in READERS]
        return fit_listwise([part for part in sets if part], names, SIGNS)

    held_out = [np.zeros(0)] * len(examples)
    for number in range(FOLDS):
        weights = fit(fold != number)
        for row in np.flatnonzero(fold == number):
            values = np.array([weights.weights[n] for n in names])
            held_out[row] = choices[row].values @ values + weights.intercept
    return fit(np.ones(len(examples), dtype=np.bool_)), held_out


def fit_answerable(
    examples: Sequence[Example], scores: Sequence[Array], *, read: bool
) -> tuple[Linear, Array]:
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
        NOT_FOR_ANSWERABLE if read else NOT_FOR_ANSWERABLE | READ,
    )
    rows = balanced(rows)
    held_out = held_out_scores(rows, fit_answerable_weights)
    return fit_answerable_weights(rows), np.array([sigmoid(score) for score in held_out])


def fit_answerable_weights(rows: Rows) -> Linear:
    """Fit, and make sure that a question for a figure counts as one.

    Those who wrote near misses took care that a figure stood there: the sets hold too few
    questions for a figure where there is none to learn how much that says.
    """
    fitted = fit_logistic(rows, ANSWERABLE_STRENGTH, SIGNS)
    least = min(fitted.weights["no_figure"], NO_FIGURE_WEIGHT)
    return replace(fitted, weights=dict(fitted.weights) | {"no_figure": least})


def balanced(rows: Rows) -> Rows:
    """Weigh answerable and unanswerable questions the same."""
    weight = rows.weight.copy()
    weight[rows.right] /= weight[rows.right].sum()
    weight[~rows.right] /= weight[~rows.right].sum()
    return replace(rows, weight=weight)


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
    if (reader := fitted.with_reader) is not None:
        data["with_reader"] = {
            "sentence": rounded(reader.sentence),
            "answerable": rounded(reader.answerable),
            "thresholds": {name: round(value, 3) for name, value in reader.thresholds.items()},
        }
    path.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main())

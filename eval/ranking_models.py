"""Fits the models of `index/ranking.json`, one on the other: passages, sentences, answerable.

What every feature may weigh, and how much each kind of collection counts, stands here; the
fitting itself is in `eval.ranking_fit`. Scores that a model is fitted on, and every figure,
come from folds that were not fitted on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from eval.public_sets import QuestionSet, read_clapnq, read_news, read_squad2
from eval.ranking_examples import Collections, Example, passage_examples
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
from index.answer_types import Kind
from index.answerability import answerable_features
from index.ranking import Linear, sigmoid

READERS: dict[str, Callable[[Path], QuestionSet]] = {
    "clapnq": read_clapnq,
    "squad2": read_squad2,
    "news": read_news,
}
PASSAGE_NAMES = (
    "similarity", "bm25", "share", "pairs", "closest", "misfits", "dense_rank", "keyword_rank",
)  # fmt: skip
ANSWERABLE_STRENGTH = 0.05
SENTENCE_PENALTY = 1.0
"""With 0.05, which passages have, the best sentence, held out, is less often the right one."""
NO_FIGURE_WEIGHT = -3.0
# How much a question of each scenario counts for answerability: near misses, which SQuAD's are by
# design and which users meet, as well as far ones; the news are few. With 2.0 for SQuAD's, its own
# figures rise by 0.005 and ClapNQ's fall by as much.
SCENARIO_WEIGHT = {
    "clapnq/pool": 2.0,
    "clapnq/own": 2.0,
    "clapnq/away": 1.0,
    "squad2/pool": 1.0,
    "squad2/article": 1.0,
    "squad2/few": 1.0,
    "squad2/away": 0.5,
    "news/pool": 3.0,
    "news/few": 4.0,
    "news/away": 4.0,
}
_FOR = """
similarity around passage_similarity title_similarity share near_share passage_share share_here
near_here pairs fits beside rank length score lead several read read_passage second_read
"""
_AGAINST = """
names_missing names_missing_passage rarest_missing numbers_missing misfits negation_differs short
asks unknown_share unknown_rarest unknown_name negated no_figure
"""
SIGNS = dict.fromkeys(_FOR.split(), 1) | dict.fromkeys(_AGAINST.split(), -1)
SIGNS |= {
    f"{where}_{name}": sign for where in ("best", "most") for name, sign in list(SIGNS.items())
}
PASSAGE_SIGNS = SIGNS | dict.fromkeys(("closest", "bm25", "dense_rank", "keyword_rank"), 1)
# Two sets want opposite signs, by the habits of those who marked the sentences.
READ = frozenset("best_read most_read second_read best_read_passage most_read_passage".split())
READ_OF_SENTENCES = frozenset(("read", "read_passage"))
NOT_FOR_SENTENCES = frozenset(("pronoun", "short"))
# What kind of question people asked of these sets, and that "not" makes a SQuAD question a trick,
# says nothing about a user's articles.
NOT_FOR_ANSWERABLE = frozenset(
    "best_rank best_opens best_pronoun best_length best_short passage_lead words negated".split()
) | {f"asks_{kind.name.lower()}" for kind in Kind}


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
    examples: Sequence[Example], leave_out: frozenset[str], draw: int = 0
) -> tuple[Linear, list[Array]]:
    """Fit the sentence model; return it and each example's held-out log odds.

    `draw`: which of the many ways of drawing folds.
    """
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
    fold = fold_of([choice.group for choice in choices], FOLDS, draw)

    def fit(wanted: Bools) -> Linear:
        chosen = np.flatnonzero(wanted & known)
        sets = [[choices[row] for row in chosen if sets_of[row] == name] for name in READERS]
        kept = [part for part in sets if part]
        return fit_listwise(kept, names, SIGNS, penalty=SENTENCE_PENALTY)

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

"""Sentence weights, and what is held out from them."""

from __future__ import annotations

import numpy as np
import pytest

from eval.public_sets import Case
from eval.ranking_examples import Example
from eval.ranking_models import fit_sentences
from index.answer_types import Kind
from index.question_words import Question

QUESTION = Question(
    "q", Kind.OTHER, (), {}, {}, {}, frozenset(), frozenset(), frozenset(), negated=False
)


def examples() -> list[Example]:
    """Forty questions whose right sentence is mostly the one most similar."""
    chance = np.random.default_rng(4)
    made = []
    for number in range(40):
        values = chance.normal(size=(6, 2))
        right = int(np.argmax(values[:, 0] + 0.5 * chance.normal(size=6)))
        made.append(
            Example(
                "clapnq/own", Case(str(number), "q", True, "a", (), (), str(number)), True,
                QUESTION, tuple({"similarity": float(s), "share": float(w)} for s, w in values),
                tuple(place == right for place in range(6)), (), (), (),
            )
        )  # fmt: skip
    return made


def test_another_drawing_of_the_folds_holds_others_out_and_fits_the_same() -> None:
    asked = examples()
    (one, held_out), (other, again) = (fit_sentences(asked, frozenset(), d) for d in (0, 1))
    assert one.weights == pytest.approx(other.weights)
    differing = [not np.allclose(a, b) for a, b in zip(held_out, again, strict=True)]
    assert np.mean(differing) > 0.5


def test_a_question_is_scored_by_weights_that_have_not_seen_it() -> None:
    asked = examples()
    _, before = fit_sentences(asked, frozenset())
    first = asked[0]
    # Its own right sentence says nothing about its own scores.
    asked[0] = Example(
        first.scenario, first.case, True, QUESTION, first.sentences, first.right[::-1], (), (), ()
    )
    assert asked[0].right != first.right
    _, after = fit_sentences(asked, frozenset())
    assert np.allclose(before[0], after[0])
    assert not all(np.allclose(a, b) for a, b in zip(before[1:], after[1:], strict=True))

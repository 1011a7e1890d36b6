from __future__ import annotations

from eval.ablations import GROUPS, top
from eval.public_sets import Case
from index.answer_types import Kind
from index.question_words import Question, Words
from index.ranking import SentenceContext, sentence_features

NOTHING = Words((), frozenset(), 0)


def feature_names() -> set[str]:
    question = Question(
        "q", Kind.OTHER, (), {}, {}, {}, frozenset(), frozenset(), frozenset(), negated=False
    )
    context = SentenceContext(NOTHING, NOTHING, NOTHING, 0.0, 0.0, 0.0, 0.0, {}, 0, 0)
    return {*sentence_features(question, "text", NOTHING, context), "read"}


def test_every_feature_is_left_out_by_one_group_or_is_never_weighed() -> None:
    grouped = [name for group in GROUPS.values() for name in group]
    assert len(grouped) == len(set(grouped))
    assert feature_names() - set(grouped) == {"pronoun", "short"}
    assert set(grouped) <= feature_names()


def test_a_question_without_a_right_passage_counts_as_missed() -> None:
    case = Case("1", "q", True, "home", (), (), "1")
    assert top([(case, [])], 5).startswith("0.000")

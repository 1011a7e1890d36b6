"""The metrics, against values worked out by hand."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval import metrics
from eval.case import Point
from eval.places import Place, same_sentence
from qa.answer import Citation

RANKS = st.lists(st.one_of(st.none(), st.integers(1, 30)), min_size=1, max_size=6)


def citation(quote: str, start: int = 0, document: str = "a.txt") -> Citation:
    end = start + len(quote)
    return Citation(1, document, "", None, None, None, None, start, end, quote)


def holds_together(claim: str, cited: Sequence[Citation]) -> bool:
    """A judge for tests: every word of the claim is in what is cited."""
    return set(claim.split()) <= {word for one in cited for word in one.quote.split()}


def test_two_places_are_the_same_sentence_when_they_share_half_of_the_shorter() -> None:
    assert same_sentence(Place("a", 0, 100), Place("a", 40, 60))
    assert same_sentence(Place("a", 0, 10), Place("a", 5, 15))
    assert not same_sentence(Place("a", 0, 10), Place("a", 6, 16))
    assert not same_sentence(Place("a", 0, 10), Place("b", 0, 10))
    assert not same_sentence(Place("a", 0, 10), Place("a", 10, 20))


def test_gold_ranks_are_those_of_the_first_place_that_holds_each() -> None:
    gold = [Place("a", 0, 10), Place("b", 0, 10), Place("c", 0, 10)]
    found = [Place("x", 0, 10), Place("b", 0, 90), Place("b", 0, 10), Place("a", 2, 10)]
    assert metrics.gold_ranks(gold, found) == (4, 2, None)


def test_hit_recall_and_reciprocal_rank() -> None:
    ranks = (4, 2, None)
    assert metrics.hit_at(ranks, 1) == 0
    assert metrics.hit_at(ranks, 2) == 1
    assert metrics.recall_at(ranks, 3) == pytest.approx(1 / 3)
    assert metrics.recall_at(ranks, 10) == pytest.approx(2 / 3)
    assert metrics.reciprocal_rank(ranks) == 0.5
    assert metrics.reciprocal_rank((None,)) == 0


def test_ndcg_against_a_value_worked_out_by_hand() -> None:
    # gold at ranks 2 and 4, a third not found: DCG = 1/log2(3) + 1/log2(5);
    # best = 1/log2(2) + 1/log2(3) + 1/log2(4)
    dcg = 1 / math.log2(3) + 1 / math.log2(5)
    best = 1 + 1 / math.log2(3) + 0.5
    assert metrics.ndcg_at((4, 2, None), 10) == pytest.approx(dcg / best)


def test_ndcg_counts_two_gold_sentences_of_one_passage_once() -> None:
    assert metrics.ndcg_at((1, 1), 10) == 1


@given(RANKS, st.integers(1, 20))
def test_ranking_metrics_stay_between_0_and_1_and_grow_with_k(
    ranks: list[int | None], k: int
) -> None:
    for metric in (metrics.hit_at, metrics.recall_at):
        assert 0 <= metric(ranks, k) <= metric(ranks, k + 1) <= 1
    assert -1e-12 <= metrics.ndcg_at(ranks, k) <= 1 + 1e-12
    assert 0 <= metrics.reciprocal_rank(ranks) <= 1


def test_nugget_recall_is_the_share_of_the_points_said() -> None:
    points = (Point((("Rubio",),)), Point((("Waltz",), ("adviser",))), Point((("Modi",),)))
    assert metrics.nugget_recall("Rubio and his adviser", points) == pytest.approx(2 / 3)


def test_a_claim_without_citations_has_no_citation_recall() -> None:
    assert metrics.citation_recall("they met", [], holds_together) == 0
    assert metrics.citation_recall("they met", [citation("they met")], holds_together) == 1


def test_a_citation_that_adds_nothing_is_imprecise() -> None:
    needed, other = citation("they met"), citation("it rained")
    assert metrics.citation_precision("they met", [needed, other], holds_together) == (1, 0)


def test_citations_that_only_hold_together_are_both_precise() -> None:
    two = [citation("they"), citation("met")]
    assert metrics.citation_precision("they met", two, holds_together) == (1, 1)


def test_two_citations_that_each_hold_alone_are_both_precise() -> None:
    # ALCE calls a citation irrelevant only when it does not hold alone
    two = [citation("they met"), citation("they met")]
    assert metrics.citation_precision("they met", two, holds_together) == (1, 1)


def test_no_citation_of_a_claim_that_does_not_hold_is_precise() -> None:
    assert metrics.citation_precision("they left", [citation("they met")], holds_together) == (0,)


def test_gold_citation_recall_asks_for_one_gold_sentence_of_each_point() -> None:
    one, also_one, two = Place("a", 0, 10), Place("b", 0, 10), Place("c", 0, 10)
    assert metrics.gold_citation_recall([also_one], [(one, also_one), (two,)]) == 0.5


def test_gold_citation_precision_marks_each_citation() -> None:
    gold = [Place("a", 0, 10)]
    assert metrics.gold_citation_precision([Place("a", 0, 9), Place("b", 0, 9)], gold) == (1, 0)


def test_a_quotation_is_exact_only_at_its_own_offsets() -> None:
    text = "They met. They left."
    assert metrics.quote_exactness(citation("They met.", 0), text) == 1
    assert metrics.quote_exactness(citation("They met.", 1), text) == 0
    assert metrics.quote_exactness(citation("They left", 10), text) == 1


def test_balanced_accuracy_gives_one_half_to_always_answering() -> None:
    assert metrics.balanced_accuracy(1.0, 0.0) == 0.5


def test_calibration_groups_by_equal_bins() -> None:
    curve = metrics.calibration([0.05, 0.95, 1.0, 0.91], [False, True, True, False])
    assert curve == [(0.05, 0.0, 1), (pytest.approx(0.9533, abs=1e-4), pytest.approx(2 / 3), 3)]
    assert metrics.calibration_error([(0.5, 0.5, 9)]) == 0
    assert metrics.calibration_error([(0.2, 0.0, 1), (0.9, 1.0, 3)]) == pytest.approx(0.125)


def test_risk_coverage_takes_the_surest_first_and_equals_together() -> None:
    curve = metrics.risk_coverage([0.9, 0.5, 0.5, 0.1], [False, True, False, True])
    assert curve == [(0.25, 0.0), (0.75, pytest.approx(1 / 3)), (1.0, 0.5)]


def test_percentiles_are_values_that_occurred() -> None:
    values = [5.0, 1.0, 3.0, 2.0, 4.0]
    assert metrics.percentile(values, 0.5) == 3
    assert metrics.percentile(values, 0.95) == 5
    with pytest.raises(ValueError, match="no values"):
        metrics.percentile([], 0.5)

"""A summary covers what its articles say, in the order of the text."""

from __future__ import annotations

import pytest

from index.article import Article
from index.errors import UsageError
from qa.summarising import Summariser
from qa.support_checker import SupportChecker
from tests.helpers.hashing_embedder import HashingEmbedder

TEXT = (
    "The council of Wexford voted on Tuesday to build a new bridge over the river Slaney. "
    "The new bridge over the river Slaney was voted for by the council of Wexford on Tuesday. "
    "A vote of the Wexford council on Tuesday was for the new bridge over the river Slaney. "
    "Fishermen fear that the noise of the building work will drive the salmon away for years. "
    "The old ferry, which has crossed the water since 1911, will stop when the work is done. "
    "Money for the work comes from a fund of the county and from a tax on parked cars."
)


def summariser() -> Summariser:
    return Summariser(HashingEmbedder(), SupportChecker(), None, {})


def test_what_is_said_three_times_is_told_once() -> None:
    summary = summariser().summarise([Article(TEXT, title="Bridge")], points=4)
    told = " ".join(claim.text for claim in summary.claims)
    assert len(summary.claims) == 4
    assert told.count("Tuesday") == 1
    for said in ("salmon", "ferry", "tax"):
        assert said in told


def test_points_follow_the_text_and_are_its_words() -> None:
    summary = summariser().summarise([Article(TEXT, title="Bridge")])
    starts = [citation.start for citation in summary.citations]
    assert starts == sorted(starts)
    assert all(TEXT[c.start : c.end] == c.quote for c in summary.citations)


def test_nothing_to_summarise_is_said() -> None:
    with pytest.raises(UsageError, match="no sentence to summarise"):
        summariser().summarise([])

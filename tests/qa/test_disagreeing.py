"""Two articles that give different dates or amounts are put side by side."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from index.article import Article
from index.embedding import Embedder
from index.library import Library
from index.retrieving import Retriever
from qa.disagreeing import FoundDisagreement, find_disagreement
from qa.evidence import NumberedEvidence


def found(library: Library, question: str) -> FoundDisagreement | None:
    retriever = Retriever(library)
    numbered = NumberedEvidence.of(retriever.evidence(question, n=12).sentences)
    return find_disagreement(question, numbered, retriever)


def made_of(folder: Path, embedder: Embedder, *texts: str) -> Library:
    library = Library.create_or_open(folder / "library", embedder=embedder, write=True)
    library.add(
        [
            Article(text, title=f"Article {n}", path=f"/articles/{n}.txt")
            for n, text in enumerate(texts)
        ]
    )
    return library


@pytest.mark.models
def test_the_samples_give_the_summit_two_dates(samples: Library) -> None:
    disagreement = found(samples, "When will Ishiba meet Trump?")
    assert disagreement is not None
    quotes = " ".join(citation.quote for citation in disagreement.citations)
    assert "before mid-February" in quotes
    assert "first half of February" in quotes
    assert len({citation.article for citation in disagreement.citations}) >= 2


@pytest.mark.models
def test_all_sources_that_differ_are_named(samples: Library) -> None:
    disagreement = found(samples, "When will the Ishiba-Trump summit take place?")
    assert disagreement is not None
    names = {Path(c.path or "").name[:3] for c in disagreement.citations}
    assert names >= {"001", "003"}


@pytest.mark.models
def test_sources_that_differ_in_words_are_put_side_by_side(samples: Library) -> None:
    question = "Is it usual for a Japanese foreign minister to attend a US inauguration?"
    disagreement = found(samples, question)
    assert disagreement is not None
    assert "“rare”" in disagreement.about
    assert "“historic first”" in disagreement.about
    assert len({citation.article for citation in disagreement.citations}) >= 2


@pytest.mark.models
@pytest.mark.parametrize("first", range(3))
def test_who_agrees_with_one_of_two_that_differ_in_words_is_named_too(
    tmp_path: Path, embedder: Embedder, first: int
) -> None:
    texts = [
        "The mayor of Wexford made history as she attended the harbour feast on Sunday.",
        "It is rare for a mayor of Wexford to attend the harbour feast, a councillor said.",
        "The mayor of Wexford attended the harbour feast, a historic first for the town.",
    ]
    # Whichever of them comes first, all three stand in the answer.
    question = "Is it usual for a mayor of Wexford to attend the harbour feast?"
    made_of(tmp_path, embedder, *texts).close()
    with Library.open(tmp_path / "library", embedder=embedder) as library:
        retriever = Retriever(library)
        evidence = retriever.evidence(question, n=12)
        sentences = sorted(evidence.sentences, key=lambda s: s.text != texts[first])
        likely = [replace(s, score=0.9 - n / 100) for n, s in enumerate(sentences)]
        disagreement = find_disagreement(question, NumberedEvidence.of(likely), retriever)
    assert disagreement is not None
    assert disagreement.citations[0].quote == texts[first]
    assert {citation.quote for citation in disagreement.citations} == set(texts)


@pytest.mark.models
@pytest.mark.parametrize(
    ("one", "other", "question", "differ"),
    [
        (
            "The bridge at Wexford will open on June 3, the mayor said.",
            "The mayor said that the Wexford bridge will open on June 10.",
            "When will the Wexford bridge open?",
            True,
        ),
        (
            "The bridge at Wexford will open on June 3, the mayor said.",
            "The mayor said that the Wexford bridge will open before June 3.",
            "When will the Wexford bridge open?",
            True,
        ),
        (
            "The bridge at Wexford will open on June 3, the mayor said.",
            "The mayor said that the Wexford bridge will open in June.",
            "When will the Wexford bridge open?",
            False,
        ),
        (
            "The bridge at Wexford will open on June 3, the mayor said.",
            "The annual flower show of Dublin opens its doors on June 20.",
            "When will the Wexford bridge open?",
            False,
        ),
        (
            "The bridge at Wexford will open in mid-June, the mayor said.",
            "Gardeners are looking forward to the flower show, planned for late June.",
            "When will the Wexford bridge open?",
            False,
        ),
        (
            "The storm lasted 30 minutes and damaged the harbour at Galway.",
            "The storm that damaged the harbour at Galway lasted 45 minutes.",
            "How long did the storm at Galway last?",
            True,
        ),
        (
            "The storm lasted 30 minutes and damaged the harbour at Galway.",
            "The storm that damaged the harbour at Galway lasted thirty minutes.",
            "How long did the storm at Galway last?",
            False,
        ),
        (
            "The storm lasted 30 minutes and damaged the harbour at Galway.",
            "The storm that damaged the harbour at Galway lasted 45 minutes.",
            "What did the storm damage?",
            False,
        ),
        (
            "It is rare for a minister to open a bridge at Wexford.",
            "The minister made history as she opened the bridge at Wexford.",
            "How usual is it for a minister to open a bridge?",
            True,
        ),
        (
            "It is rare for a minister to open a bridge at Wexford.",
            "For the first time, the flower show of Dublin opened in May.",
            "How usual is it for a minister to open a bridge?",
            False,
        ),
    ],
)
def test_only_values_of_the_same_thing_that_cannot_both_hold_differ(
    tmp_path: Path, embedder: Embedder, one: str, other: str, question: str, differ: bool
) -> None:
    with made_of(tmp_path, embedder, one, other) as library:
        assert (found(library, question) is not None) is differ

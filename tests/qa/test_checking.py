"""A draft against the library; an export against its files."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from index.article import Article
from index.errors import UsageError
from index.library import Library
from index.retrieving import Retriever
from qa.answer import Support
from qa.checking import DraftReport, check_draft
from qa.support import check_claim


class TextChecker:
    """The support check without an embedder."""

    def check(self, claim: str, evidence: Sequence[str], context: Sequence[str] = ()) -> Support:
        return check_claim(claim, evidence, context=context)


def checked(library: Library, text: str) -> DraftReport:
    return check_draft(Article(text, title="Draft"), Retriever(library), TextChecker())


@pytest.mark.models
@pytest.mark.parametrize(
    ("sentence", "verdict"),
    [
        ("Their meeting lasted for 30 minutes at the U.S. State Department.", "supported"),
        ("Their meeting lasted for 45 minutes at the U.S. State Department.", "contradicted"),
        ("Penguins sleep in thousands of short naps a day.", "not found"),
    ],
)
def test_each_sentence_of_a_draft_has_its_verdict(
    samples: Library, sentence: str, verdict: str
) -> None:
    [found] = checked(samples, sentence).sentences
    assert found.verdict == verdict
    assert bool(found.citations) is (verdict != "not found")


@pytest.mark.models
def test_footnotes_and_offsets_of_a_draft_hold(samples: Library) -> None:
    text = (
        "My notes.\n\nTheir meeting lasted for 30 minutes. Trump will succeed President Joe Biden."
    )
    report = checked(samples, text)
    assert [text[s.start : s.end] for s in report.sentences] == [s.text for s in report.sentences]
    for citation in report.citations:
        assert (
            samples.article(citation.article).text[citation.start : citation.end] == citation.quote
        )


@pytest.mark.models
def test_a_draft_without_a_sentence_is_refused(samples: Library) -> None:
    with pytest.raises(UsageError, match="no sentence to check"):
        checked(samples, "...\n\n??")

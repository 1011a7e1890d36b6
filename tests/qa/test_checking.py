"""A draft against the library; an export against its files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import pytest

from index.article import Article, Span
from index.errors import UsageError
from index.extracting import read_article
from index.library import Library
from index.retrieving import Retriever
from qa.answer import Support
from qa.checking import DraftReport, check_draft, verify_export
from qa.evidence import cite
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


def export(path: Path, quote: str) -> dict[str, object]:
    article = read_article(path)
    start = article.text.index(quote)
    citation = cite(article, Span(start, start + len(quote)), 1)
    return {"schema": 1, "citations": [asdict(citation)]}


def test_an_export_is_looked_up_in_the_file_itself(tmp_path: Path) -> None:
    path = tmp_path / "article.txt"
    text = "A first sentence of an article. The talks lasted half an hour in all. It ended there."
    path.write_text(text, encoding="utf-8")
    document = export(path, "The talks lasted half an hour in all.")
    assert [check.outcome for check in verify_export(document)] == ["holds"]

    path.write_text(f"A new opening. {text}", encoding="utf-8")
    [moved] = verify_export(document)
    assert (moved.outcome, moved.found_at) == ("moved", text.index("The talks") + 15)

    path.write_text(text.replace("half", "an"), encoding="utf-8")
    assert [check.outcome for check in verify_export(document)] == ["changed"]

    path.unlink()
    [gone] = verify_export(document)
    assert gone.outcome == "gone"
    assert str(path) in gone.detail


@pytest.mark.parametrize("document", [{}, {"schema": 2, "citations": []}, {"schema": 1}])
def test_what_is_no_export_is_told_so(document: dict[str, object]) -> None:
    with pytest.raises(UsageError, match="no exported answer"):
        verify_export(document)

"""A draft against the library, sentence by sentence."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import docx
import pytest

from index.article import Article
from index.errors import UsageError
from index.extracting import read_article
from index.library import Library
from index.retrieving import Retriever
from qa.answer import Support
from qa.checking import DraftReport, check_draft, without_markup
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
        ("It is usual for Japan to send its foreign minister to an inauguration.", "contradicted"),
        ("Their meeting lasted half an hour.", "supported"),
        ("Trump blocked the deal.", "contradicted"),
        ("The two ministers discussed tariffs.", "contradicted"),
        ("Ishiba was nominated for secretary of state.", "contradicted"),
        ("Ishiba met Trump in mid-January.", "not found"),
        ("Iwaya traveled to South Korea before Washington.", "contradicted"),
        ("Xi Jinping might send Han Zheng or Wang Yi.", "supported"),
        ("Rubio asked Iwaya to address concerns about Japanese investment.", "contradicted"),
        ("Waltz attended Trump's inauguration.", "not found"),  # that Iwaya will says nothing
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


@pytest.mark.parametrize(
    ("written", "stated"),
    [
        ("- **Trump** will succeed [Joe Biden](http://x.y).", "Trump will succeed Joe Biden."),
        ("> 1. The _second_ summit[^3] was `short`.", "The second summit was short."),
        ("## ~~Old~~ title", "Old title"),
        ("3 * 4 is snake_case_12 here", "3 * 4 is snake_case_12 here"),
        ("![a picture](p.png) It rained.", "It rained."),
        ("2024 was a year.", "2024 was a year."),
    ],
)
def test_the_marks_of_markdown_are_no_part_of_a_sentence(written: str, stated: str) -> None:
    assert without_markup(written) == stated


@pytest.mark.models
@pytest.mark.parametrize("suffix", [".md", ".docx", ".txt"])
def test_a_draft_is_read_from_markdown_word_and_text(
    samples: Library, tmp_path: Path, suffix: str
) -> None:
    true, false = "Trump will succeed President Joe Biden.", "The meeting lasted for 45 minutes."
    path = tmp_path / f"draft{suffix}"
    if suffix == ".docx":
        document = docx.Document()
        document.add_paragraph(f"{true} {false}")
        document.save(str(path))
    else:
        marked = true.replace("Joe Biden", "**Joe Biden**") if suffix == ".md" else true
        path.write_text(f"{marked} {false}\n", encoding="utf-8")
    report = check_draft(read_article(path), Retriever(samples), TextChecker())
    assert [sentence.verdict for sentence in report.sentences] == ["supported", "contradicted"]
    assert "30 minutes" in "; ".join(report.sentences[1].support.reasons)

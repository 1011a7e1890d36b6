"""An answer as text for the terminal and as Markdown: every word is there, none is obeyed."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answer import Answer, Finished
from tests.ui.fake_footnote import FIRST, MEETING, PALAU, FakeFootnote, FakeShelf
from ui.rendering import (
    date_for_people,
    escape_markdown,
    one_line,
    place,
    render_markdown,
    render_text,
)


def answered(question: str) -> Answer:
    """Return the scripted answer to a question."""
    *_, last = FakeFootnote().ask_events(question)
    assert isinstance(last, Finished)
    return last.answer


class TestText:
    def test_claims_have_numbers_and_say_whose_words_they_are(self) -> None:
        text = render_text(answered("How long did the meeting last?"), width=200)
        assert "The meeting of Iwaya and Rubio lasted 30 minutes. [1]" in text
        assert "in the model’s words · supported (0.97)" in text
        assert f"“{FIRST}” [2]" in text
        assert "quoted from the source" in text

    def test_a_footnote_gives_title_source_date_place_and_quote(self) -> None:
        answer = answered("How long did the meeting last?")
        text = render_text(answer, width=200)
        first = answer.citation(1)
        assert "[1] Japan, U,S. Foreign Ministers Agree on Bolstering Alliance" in text
        assert "The Japan News · 22 January 2025" in text
        assert f"/articles/003_e24ac997dc68ee21.txt:{first.start}-{first.end}" in text
        assert f"“{MEETING}”" in text

    def test_what_was_dropped_is_listed_with_reasons(self) -> None:
        text = render_text(answered("How long did the meeting last?"), width=200)
        assert "  - They talked for 45 minutes about fishing rights." in text
        assert "“45 minutes” does not stand in the source" in text

    def test_a_refusal_gives_reason_nearest_passages_and_coverage(self) -> None:
        text = render_text(answered("What is the capital of Palau?"), width=300)
        assert text.startswith("The articles do not say.\nNo sentence of the collection")
        assert PALAU in text
        assert "The collection holds 6 articles" in text

    def test_differing_sources_are_named_with_their_dates(self) -> None:
        text = render_text(answered("When is the summit?"), width=300)
        assert "The sources differ: the date of the summit" in text
        assert re.search(r"first half of February\. \(.*22 January 2025\)", text)
        assert re.search(r"planned for mid-February\. \(.*13 January 2025\)", text)

    def test_an_unsupported_claim_is_never_shown_as_supported(self) -> None:
        text = render_text(answered("What did the mayor say?"), width=2000)
        assert "in the model’s words · NOT supported by its footnotes (0.20)" in text

    def test_a_follow_up_shows_what_was_searched(self) -> None:
        answer = replace(answered("And then?"), searched="What came after the meeting?")
        assert render_text(answer).startswith("Searched for: What came after the meeting?")

    def test_lines_fit_the_width(self) -> None:
        answer = answered("How long did the meeting last?")
        answer = replace(answer, citations=())  # paths are not broken
        assert max(len(line) for line in render_text(answer, width=60).splitlines()) <= 60

    def test_colours_only_where_they_are_asked_for(self) -> None:
        answer = answered("How long did the meeting last?")
        assert "\x1b" not in render_text(answer)
        styled = render_text(answer, styled=True)
        assert "\x1b[1m" in styled
        assert re.sub(r"\x1b\[[0-9;]*m", "", styled) == render_text(answer)

    @given(st.text())
    def test_no_control_character_of_an_article_reaches_the_terminal(self, words: str) -> None:
        answer = answered("When is the summit?")
        citation = replace(answer.citations[0], quote=words, title=words, source=words, path=words)
        claim = replace(answer.claims[0], text=words, support=replace(answer.claims[0].support))
        hostile = replace(answer, claims=(claim,), citations=(citation,), disagreements=())
        found = set(re.findall(r"[\x00-\x1f\x7f-\x9f]", render_text(hostile)))
        assert found <= {"\n"}


class TestMarkdown:
    def test_every_claim_refers_to_a_footnote_that_is_there(self) -> None:
        answers = [answered("How long did the meeting last?"), answered("When is the summit?")]
        exported = render_markdown(answers)
        used = set(re.findall(r"(\[\^\d+-\d+\])(?!:)", exported))
        defined = set(re.findall(r"^(\[\^\d+-\d+\]):", exported, re.MULTILINE))
        assert used == defined == {"[^1-1]", "[^1-2]", "[^2-1]", "[^2-2]"}

    def test_a_footnote_gives_the_offsets_and_the_article(self) -> None:
        answer = answered("How long did the meeting last?")
        first = answer.citation(1)
        exported = render_markdown([answer])
        assert f"characters {first.start} to {first.end}, article `{first.article}`" in exported

    def test_a_stopped_answer_says_so(self) -> None:
        answer = answered("How long did the meeting last?")
        assert "*Stopped before the end.*" in render_markdown(
            [answer], notes={0: "Stopped before the end."}
        )

    def test_marks_of_an_article_stay_text(self) -> None:
        exported = render_markdown([answered("What did the mayor say?")])
        assert "<script>" not in exported.replace("\\<script\\>", "")
        assert "**nothing**" not in exported
        assert re.findall(r"(?<!\\)\[7", exported) == []

    @given(st.text())
    def test_escaping_loses_no_word(self, text: str) -> None:
        escaped_text = escape_markdown(text)
        assert re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", escaped_text) == one_line(text)
        assert "\n" not in escaped_text


@pytest.mark.parametrize(
    ("published", "words"),
    [("2025-01-22", "22 January 2025"), (None, "undated"), ("2024-02-30", "2024-02-30")],
)
def test_dates_are_written_for_people(published: str | None, words: str) -> None:
    assert date_for_people(published) == words


def test_a_place_is_path_and_offsets() -> None:
    citation = FakeShelf().cite(1, MEETING)
    assert place(citation) == f"{citation.path}:{citation.start}-{citation.end}"


def test_a_path_in_the_working_directory_is_given_from_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    citation = replace(FakeShelf().cite(1, MEETING), path=str(tmp_path / "seeds" / "a.txt"))
    assert place(citation) == f"seeds/a.txt:{citation.start}-{citation.end}"

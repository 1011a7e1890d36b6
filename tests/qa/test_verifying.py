"""An exported answer, JSON or Markdown, is looked up again in the articles themselves."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from index.article import Article, Span
from index.errors import LibraryError, UsageError
from index.extracting import read_article
from qa.answer import Answer, Claim, Support
from qa.evidence import cite
from qa.verifying import read_export, verify_export
from ui.rendering import render_markdown

QUOTE = "The talks lasted half an hour in all."
TEXT = f"A first sentence of an article. {QUOTE} It ended there."


def answer_of(article: Article, quote: str) -> Answer:
    start = article.text.index(quote)
    citation = cite(article, Span(start, start + len(quote)), 1)
    claim = Claim(" ".join(quote.split()), "quote", (1,), Support("supported", 1.0))
    return Answer("How long?", "How long?", "answered", (claim,), (citation,))


def as_json(answer: Answer) -> str:
    return json.dumps(answer.as_json())


def as_json_lines(answer: Answer) -> str:
    line = json.dumps({"id": 1, **answer.as_json()})
    return f"{line}\n{line}\n"


def as_markdown(answer: Answer) -> str:
    return render_markdown([answer])


EXPORTS = pytest.mark.parametrize("export", [as_json, as_json_lines, as_markdown])


@EXPORTS
def test_an_export_is_looked_up_in_the_file_itself(tmp_path: Path, export: object) -> None:
    assert callable(export)
    path = tmp_path / "article.txt"
    path.write_text(TEXT, encoding="utf-8")
    document = export(answer_of(read_article(path), QUOTE))
    assert {(c.outcome, c.altered) for c in verify_export(document)} == {("holds", False)}

    path.write_text(f"A new opening. {TEXT}", encoding="utf-8")
    moved = verify_export(document)[0]
    assert (moved.outcome, moved.found_at) == ("moved", TEXT.index(QUOTE) + 15)
    assert moved.altered

    path.write_text(f"{TEXT} A new end.", encoding="utf-8")
    assert {(c.outcome, c.altered) for c in verify_export(document)} == {("holds", True)}

    path.write_text(TEXT.replace("half", "an"), encoding="utf-8")
    assert {c.outcome for c in verify_export(document)} == {"changed"}

    path.unlink()
    gone = verify_export(document)[0]
    assert gone.outcome == "gone"
    assert str(path) in gone.detail


@pytest.mark.parametrize(
    "quote",
    [
        "A line\nbroken   in\ttwo.",
        "*Stars*, `ticks`, [7], <b>, a|b and a\\backslash.",
        "He said “it” — and “left” — at once.",
        "1. A list that is none.",
        "…, characters 1 to 2, article `abc`.",
        "Right-to-left \u202eedirrevo\u202c and zero\u200bwidth.",
    ],
)
@EXPORTS
def test_any_quotation_survives_its_export(tmp_path: Path, quote: str, export: object) -> None:
    assert callable(export)
    path = tmp_path / "a `strange` · name.txt"
    path.write_text(f"Something before. {quote} Something after.", encoding="utf-8")
    document = export(answer_of(read_article(path), quote))
    assert {check.outcome for check in verify_export(document)} == {"holds"}
    path.write_text("Something before. Nothing of it. Something after.", encoding="utf-8")
    assert {check.outcome for check in verify_export(document)} == {"changed"}


@EXPORTS
def test_what_came_from_an_address_is_looked_up_in_the_library(export: object) -> None:
    assert callable(export)
    article = Article(TEXT, title="Talks", url="https://example.org/talks")
    document = export(answer_of(article, QUOTE))
    assert {check.outcome for check in verify_export(document)} == {"gone"}
    assert {c.outcome for c in verify_export(document, {article.id: article}.__getitem__)} == {
        "holds"
    }

    def not_there(name: str) -> Article:
        raise LibraryError(f"no article {name}")

    assert {check.outcome for check in verify_export(document, not_there)} == {"gone"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no footnotes"),
        ("# Some notes\n\nNothing here.", "no footnotes"),
        ("{}", "no exported answer"),
        ('{"schema": 2, "citations": []}', "no exported answer"),
        ('{"schema": 1}', "no citations"),
        ('{"schema": 1, ', "neither JSON"),
        ('{"schema": 1, "citations": [{"number": 1}]}', "lacks or garbles"),
        ('{"schema": 1, "citations": ["x"]}', "lacks or garbles"),
    ],
)
def test_what_is_no_export_is_told_so(text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read_export(text)


def test_a_footnote_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "article.txt"
    path.write_text(TEXT, encoding="utf-8")
    answer = answer_of(read_article(path), QUOTE)
    [cited] = read_export(as_markdown(answer))
    [same] = read_export(as_json(answer))
    assert (cited.article, cited.path, cited.start, cited.end, cited.quotes) == (
        same.article,
        same.path,
        same.start,
        same.end,
        same.quotes,
    )
    assert asdict(same)["exact"]

"""Title, source, date and language: only what the text states, with where it does."""

from __future__ import annotations

import datetime
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.extracting import read_article, read_article_bytes
from index.languages import language_of
from index.metadata import LONGEST_MADE_TITLE, date_in, made_title

BODY = """\
The town council of Altstadt agreed on Monday to raise the price of water by four percent.

The decision, which was expected, costs a family about thirty euros a year, said the mayor.

Two members of the council voted against it because the pumps had been repaired last year.
"""


@pytest.mark.parametrize(
    ("line", "iso"),
    [
        ("17:23 JST, January 22, 2025", "2025-01-22"),
        ("13 January 2025", "2025-01-13"),
        ("Sept. 5, 2024", "2024-09-05"),
        ("Published on the 3rd of May 2019 by", "2019-05-03"),
        ("2025-01-22T17:23:00+09:00", "2025-01-22"),
        ("2025/1/2", "2025-01-02"),
        ("2025年1月22日", "2025-01-22"),
        ("23/04/2025", "2025-04-23"),
        ("04/23/2025", "2025-04-23"),
    ],
)
def test_a_full_date_is_read(line: str, iso: str) -> None:
    assert date_in(line) == iso


@pytest.mark.parametrize(
    "line",
    [
        "©2025 GPlusMedia Inc.",
        "January 2025",
        "in 2019",
        "03/04/2025",
        "31 February 2024",
        "2024-13-40",
        "May 5",
        "Call 2025-555-0100",
        "",
    ],
)
def test_what_is_no_full_date_is_none(line: str) -> None:
    assert date_in(line) is None


@given(st.dates(min_value=datetime.date(1700, 1, 1)))
def test_every_day_is_read_back_in_three_forms(day: datetime.date) -> None:
    for form in (
        f"{day:%B} {day.day}, {day.year:04}",
        f"{day.day} {day:%b} {day.year:04}",
        day.isoformat(),
    ):
        assert date_in(form) == (day.isoformat() if day.year <= 2100 else None)


@pytest.mark.parametrize(
    ("line", "iso"),
    [
        ("22. Januar 2025, 10:15 Uhr", "2025-01-22"),
        ("Stand: 3. März 2024", "2024-03-03"),
        ("Publié le 1er août 2024 à 10h30", "2024-08-01"),
        ("20 novembre 2019", "2019-11-20"),
        ("miércoles, 22 de enero de 2025", "2025-01-22"),
        ("3 de mayo del 2021", "2021-05-03"),
        ("2025年1月22日 午後5時", "2025-01-22"),
        ("令和7年1月22日", "2025-01-22"),
        ("令和元年5月1日", "2019-05-01"),
        ("22 января 2025 г.", "2025-01-22"),
    ],
)
def test_a_full_date_in_another_language_is_read(line: str, iso: str) -> None:
    assert date_in(line) == iso


@pytest.mark.parametrize("line", ["novembre 2019", "12 people 2024", "le 31 février 2024"])
def test_what_only_looks_like_a_foreign_date_is_none(line: str) -> None:
    assert date_in(line) is None


def test_a_date_in_figures_has_its_day_first_where_the_language_does() -> None:
    assert date_in("03.04.2025", "de") == "2025-04-03"
    assert date_in("03/04/2025", "fr") == "2025-04-03"
    assert date_in("03/04/2025", "en") is None


def test_the_date_line_above_the_body_is_the_date_with_its_line_as_evidence() -> None:
    text = f"Council raises the price of water\n\nUpdated 3 May 2024\n2 May 2024, 10:15\n\n{BODY}"
    article = read_article_bytes(text.encode(), "a.txt")
    assert article.published == "2024-05-02"
    assert article.published_evidence == 'line 4: "2 May 2024, 10:15"'


def test_a_date_among_other_articles_headlines_is_not_the_date() -> None:
    text = f"{BODY}\nRelated articles\nMayor of Altstadt Opens New Bridge\nMay 2, 2024\n"
    assert read_article_bytes(text.encode(), "a.txt").published is None


def test_a_date_in_a_body_sentence_is_not_the_date() -> None:
    text = BODY.replace("on Monday", "on May 2, 2024")
    assert read_article_bytes(text.encode(), "a.txt").published is None


def test_the_files_time_of_change_is_never_the_date(tmp_path: Path) -> None:
    path = tmp_path / "2024-05-02.txt"
    path.write_text(BODY, "utf-8")
    os.utime(path, (1_600_000_000, 1_600_000_000))
    article = read_article(path)
    assert (article.published, article.published_evidence) == (None, None)


def test_the_line_above_the_body_that_shares_its_words_is_the_title() -> None:
    text = f"Jane Miller\nCouncil of Altstadt raises the price of water\n\n{BODY}"
    assert (
        read_article_bytes(text.encode(), "a.txt").title
        == "Council of Altstadt raises the price of water"
    )


def test_an_opening_question_is_not_a_title() -> None:
    text = f"Why does the water of Altstadt cost so much?\n\n{BODY}"
    article = read_article_bytes(text.encode(), "a.txt")
    assert not any(span.reason == "title" for span in article.boilerplate)


def test_a_title_that_was_made_is_the_first_sentence_cut_at_a_word() -> None:
    title = made_title(BODY, ())
    assert title.endswith("…")
    assert len(title) <= LONGEST_MADE_TITLE + 1
    assert BODY.startswith(title[:-1])
    assert BODY[len(title) - 1] == " "
    assert made_title("It rained. Then it stopped.\n", ()) == "It rained."


@given(st.text(max_size=300))
def test_any_text_has_a_title_of_one_line(text: str) -> None:
    title = made_title(text, ())
    assert title
    assert len(title) <= LONGEST_MADE_TITLE + 1
    assert "\n" not in title


def test_a_masthead_is_the_source_and_a_copyright_line_is_the_second_best() -> None:
    title = "Council of Altstadt raises the price of water"
    tail = "© 2024 Gazette Media Ltd. All rights reserved."
    masthead = f"The Altstadt Gazette\n{title}\n2 May 2024\n\n{BODY}\n{tail}\n"
    assert read_article_bytes(masthead.encode(), "a.txt").source == "The Altstadt Gazette"
    copyright_only = masthead.replace("The Altstadt Gazette\n", "")
    assert read_article_bytes(copyright_only.encode(), "a.txt").source == "Gazette Media Ltd"


def test_a_text_without_a_masthead_has_no_source() -> None:
    assert read_article_bytes(BODY.encode(), "a.txt").source is None
    assert read_article_bytes(f"Jane Miller\n\n{BODY}".encode(), "a.txt").source is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (BODY, "en"),
        ("Der Stadtrat hat am Montag beschlossen, den Preis für das Wasser nicht zu senken.", "de"),
        (
            "Le conseil de la ville a décidé lundi que le prix de l'eau et des transports monte.",
            "fr",
        ),
        ("El consejo decidió el lunes que los precios del agua no suben para nadie.", "es"),
        (
            "Городской совет решил в понедельник, что цена на воду не будет расти и это хорошо.",
            "ru",
        ),
        ("日本政府は月曜日に、外務大臣が就任式に出席すると発表しました。", "ja"),
        ("市议会星期一决定提高水价。", "zh"),
        ("", "und"),
        ("12345", "und"),
        ("Hello", "und"),
    ],
)
def test_the_language_is_that_of_the_text_or_undetermined(text: str, language: str) -> None:
    assert language_of(text) == language

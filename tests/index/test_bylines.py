"""Who wrote an article: from its lines, and from what a page states of itself."""

from __future__ import annotations

import pytest

from index.bylines import author_in, author_of_note, plain_author
from index.extracting import read_article_bytes
from index.furniture import furniture_reason

BODY = """\
The town council of Altstadt agreed on Monday to raise the price of water by four percent.

The decision, which was expected, costs a family about thirty euros a year, said the mayor.
"""


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("By Jane Doe, January 22, 2025", "Jane Doe"),
        ("By Jane Doe, May 4, 2024", "Jane Doe"),
        ("By Theresa May", "Theresa May"),
        ("By Jane Miller", "Jane Miller"),
        ("By Jane Miller and Omar Haddad, Staff Writers", "Jane Miller and Omar Haddad"),
        ("by: Ludwig van der Berg", "Ludwig van der Berg"),
        ("BY JANE MILLER", "Jane Miller"),
        ("Written by Aoife O’Neill | Updated 3 May 2024", "Aoife O’Neill"),
        ("Von Anna Vogt", "Anna Vogt"),
        ("Par Lucien de la Tour", "Lucien de la Tour"),
        ("Por Inés Robledo y Juan Pardo", "Inés Robledo y Juan Pardo"),
        ("文：佐野 花子", "佐野 花子"),
        ("Author: Jane Miller", "Jane Miller"),
    ],
)
def test_a_byline_names_the_author(line: str, author: str) -> None:
    assert author_in(line) == author


@pytest.mark.parametrize(
    "line",
    [
        "By the end of the day nothing was left.",
        "By 2030 the town will have a tram.",
        "By signing up you agree",
        "By The Numbers",
        "Jane Miller",
        "",
        "Por supuesto",
    ],
)
def test_other_lines_name_nobody(line: str) -> None:
    assert author_in(line) is None


@pytest.mark.parametrize(
    ("note", "author"),
    [
        ("Jane Miller is a reporter at the Herald. Reach her at jane@herald.org.", "Jane Miller"),
        ("Jane Miller covers the coast for the Herald. Email her at j@herald.org.", "Jane Miller"),
        ("Follow Jane Miller on social media @jane", "Jane Miller"),
        ("Contact Jane Miller: jane@herald.org. Follow her on X @jane.", "Jane Miller"),
        ("Reach the newsroom at news@herald.org", None),
        ("The mayor is the head of the council.", None),
        ("Contributing: The Associated Press", None),
    ],
)
def test_a_note_below_an_article_presents_its_reporter(note: str, author: str | None) -> None:
    assert author_of_note(note) == author


def test_a_note_counts_where_no_byline_stands_above() -> None:
    note = "Jane Miller covers the coast. Reach her at jane@herald.org."
    article = read_article_bytes(f"2 May 2024\n\n{BODY * 2}\n{note}".encode(), "a.txt")
    assert article.author == "Jane Miller"
    both = read_article_bytes(f"By Omar Haddad\n\n{BODY * 2}\n{note}".encode(), "a.txt")
    assert both.author == "Omar Haddad"


@pytest.mark.parametrize(
    "line",
    [
        "Jane Miller contributed to this report.",
        "– Jane Miller, The Herald & The Coast Post",
        "HARBOUR NEWS, TIDES, WEATHER: Check out the Herald's podcast",
        "The Herald app gets you to the heart of the coast. Download it for tides and crosswords.",
        "Support strong local journalism by subscribing at subscribe.herald.org.",
        "Full story: How the ferry was bought",
    ],
)
def test_promotion_and_credits_are_furniture(line: str) -> None:
    assert furniture_reason(line) is not None
    article = read_article_bytes(f"{BODY}\n{BODY}\n{line}\n".encode(), "a.txt")
    assert line not in "".join(span.of(article.text) for span in article.body_spans())


@pytest.mark.parametrize(
    "line",
    [
        "The union said that low pay contributed to this.",
        "WHO: Check the vaccine before you travel, the agency told passengers on the pier.",
        "Support for local journalism has fallen, said the mayor, who subscribes to three papers.",
    ],
)
def test_sentences_that_resemble_them_are_not(line: str) -> None:
    assert furniture_reason(line) is None


def test_a_stated_author_that_is_an_address_is_none() -> None:
    assert plain_author("https://example.org/people/jane") is None
    assert plain_author("") is None


@pytest.mark.parametrize("byline", ["By Jane Miller", "Von Jane Miller", "Par Jane Miller"])
def test_the_byline_of_a_text_is_no_body_and_gives_its_author(byline: str) -> None:
    text = f"Council raises the price of water\n\n{byline}\n2 May 2024\n\n{BODY}"
    article = read_article_bytes(text.encode(), "a.txt")
    assert (article.author, article.published) == ("Jane Miller", "2024-05-02")
    assert byline not in "".join(span.of(article.text) for span in article.body_spans())


JSON_LD = """\
<script type="application/ld+json">
{"@type": "NewsArticle", "author": [{"@type": "Person", "name": "Jane Miller"}, "Omar Haddad"]}
</script>"""
PAGE = "<html><head>{head}</head><body><article><h1>Water</h1>{top}<p>{body}</p></article></html>"


@pytest.mark.parametrize(
    ("head", "top", "author"),
    [
        (
            JSON_LD,
            "",
            "Jane Miller, Omar Haddad",
        ),
        ('<meta name="author" content="By Jane Miller">', "", "Jane Miller"),
        ('<meta property="article:author" content="https://x.org/jane">', "", None),
        ("", '<a rel="author" href="/jane">Jane Miller</a>', "Jane Miller"),
        ("", "<p>By Jane Miller</p>", "Jane Miller"),
        ("", "", None),
    ],
)
def test_a_page_states_its_author(head: str, top: str, author: str | None) -> None:
    page = PAGE.format(head=head, top=top, body=BODY * 3)
    assert read_article_bytes(page.encode(), "a.html").author == author


def test_a_page_without_metadata_is_dated_by_its_date_line() -> None:
    page = PAGE.format(head="", top="<p>2 May 2024, 10:15</p>", body=BODY * 3)
    article = read_article_bytes(page.encode(), "a.html")
    assert article.published == "2024-05-02"
    assert article.published_evidence is not None
    assert "2 May 2024" in article.published_evidence


def test_a_dateline_dates_an_article_that_nothing_else_does() -> None:
    text = f"Council raises the price of water\n\nALTSTADT, May 2, 2024 (Reuters) — {BODY}"
    article = read_article_bytes(text.encode(), "a.txt")
    assert article.published == "2024-05-02"
    assert article.published_evidence == 'dateline: "ALTSTADT, May 2, 2024"'
    plain = read_article_bytes(f"The bridge of May 2, 2024 is new. {BODY}".encode(), "a.txt")
    assert plain.published is None

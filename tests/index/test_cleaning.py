"""Boilerplate is marked with its reason; what a person wrote is left alone."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.cleaning import mark_blocks, mark_boilerplate
from index.cleaning_company import COMPANY_NAMES
from index.cleaning_features import feature_names, measure
from index.cleaning_model import judge, shipped_coefficients
from index.furniture import furniture_phrases, furniture_reason

BODY = """\
The town council of Altstadt agreed on Monday to raise the price of water by four percent.

The decision, which was expected, costs a family about thirty euros a year, said the mayor.

Two members of the council voted against it because the pumps had been repaired last year.

The council meets again in April, when it will speak about the repair of the old bridge.
"""
HEADLINES = """\
Mayor of Altstadt Opens New Bridge Over the River
Fire Destroys Two Houses in the Old Town of Neustadt
School Children Plant Five Hundred Trees in the City Park
Police Find Stolen Painting After Eleven Years
"""


def reasons(text: str) -> dict[str, str]:
    """Return the reason of every marked line."""
    return {
        line.strip(): span.reason
        for span in mark_boilerplate(text)
        for line in text[span.start : span.end].splitlines()
        if line.strip()
    }


PIECES = st.sampled_from(
    ["Share", "Log in", BODY.splitlines()[0], "Related articles", "2 May 2024", "-", "x", "\u200b"]
)


@given(
    st.one_of(
        st.text(max_size=300),
        st.lists(PIECES, max_size=40).map("\n".join),
        st.lists(PIECES, max_size=40).map("\r\n\r\n".join),
    )
)
def test_spans_are_in_order_apart_and_not_blank(text: str) -> None:
    spans = mark_boilerplate(text)
    assert all(0 <= s.start < s.end <= len(text) and s.reason for s in spans)
    assert all(a.end <= b.start for a, b in pairwise(spans))
    assert spans == mark_boilerplate(text)


def test_a_clean_article_is_all_body() -> None:
    assert mark_boilerplate(BODY) == ()


def test_headlines_after_an_article_are_a_headline_list() -> None:
    found = reasons(f"{BODY}\n\n{HEADLINES}")
    assert found == dict.fromkeys(HEADLINES.splitlines(), "headline list")


@pytest.mark.parametrize(
    "opener",
    ["Related topic:", "Most read", "More from the Gazette", "You may also like", "Lire aussi"],
)
def test_a_line_that_announces_other_articles_is_marked_with_what_follows(opener: str) -> None:
    headline = HEADLINES.splitlines()[0]
    assert reasons(f"{BODY}\n{opener}\n{headline}\n") == {opener: "related", headline: "related"}


def test_comments_below_an_article_are_comments_even_when_they_are_prose() -> None:
    comment = "I have lived here for forty years and the water was never as dear as it is today."
    text = f"{BODY}\n3 Comments\nLog in to comment\n{comment}\n5 ( +5 / -0 )\nmist1\n"
    found = reasons(text)
    assert found[comment] == "comments"
    assert set(found.values()) == {"comments"}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Advertisement", "advertisement"),
        ("Story continues below", "advertisement"),
        ("Sign up for our daily newsletter", "newsletter"),
        ("Share this article on Facebook", "sharing"),
        ("Read more: Mayor of Altstadt opens new bridge", "related link"),
        ("(Photo by Jane Miller/Getty Images)", "caption"),
        ("We use cookies to improve your experience", "cookie notice"),
        ("This story has been updated with new information.", "update note"),
        ("© 2024 Gazette Media Ltd. All rights reserved.", "copyright"),
    ],
)
def test_furniture_within_an_article_is_marked_and_nothing_else(line: str, reason: str) -> None:
    first, _, rest = BODY.partition("\n\n")
    assert reasons(f"{first}\n\n{line}\n\n{rest}") == {line: reason}


@pytest.mark.parametrize(
    "sentence",
    [
        "The minister said that readers should share the report with friends and comment on it.",
        "Facebook said on Monday that users who log in with a password must accept the cookies.",
        "He wrote a newsletter about water, and thousands of people subscribed to it every week.",
        "The most read article of the year was about the bridge, and the second about the pumps.",
        "The photo shows the old bridge as it was before the war, with the mill and its wheel.",
        "Copyright law gives the author of a text the right to decide who may print it.",
    ],
)
def test_a_body_sentence_about_furniture_is_body(sentence: str) -> None:
    first, _, rest = BODY.partition("\n\n")
    assert reasons(f"{first}\n\n{sentence}\n\n{rest}") == {}


def test_the_foot_of_an_article_is_marked_line_by_line() -> None:
    foot = {
        "Contributing: Tom Ruiz": "byline",
        "Reach Jane Miller at jane@gazette.example and follow her on X @janemiller.": "byline",
        "(This story was updated to add new information.)": "update note",
    }
    assert reasons(f"{BODY}\n" + "\n".join(foot)) == foot


def test_the_head_of_a_page_is_marked_line_by_line() -> None:
    head = "The Altstadt Gazette\npolitics\nCouncil of Altstadt raises the price of water\n"
    found = reasons(f"{head}By Jane Miller\n2 May 2024\n4 Comments\n\n{BODY}")
    assert found == {
        "The Altstadt Gazette": "site name",
        "politics": "section label",
        "Council of Altstadt raises the price of water": "title",
        "By Jane Miller": "byline",
        "2 May 2024": "date line",
        "4 Comments": "comments",
    }


MENU = ["Home", "News", "Sport", "Weather", "Log in", "Subscribe", "World", "Travel"] * 6


def test_the_menus_around_a_copied_page_are_marked() -> None:
    text = "\n".join([*MENU, BODY, "Share", "Tweet", *MENU, "Privacy policy", "Contact us"])
    found = reasons(text)
    assert set(found) == {*MENU, "Share", "Tweet", "Privacy policy", "Contact us"}


LISTS = {
    "names": ["TikTok", "Kick", "X", "Twitch", "Instagram", "Discord"],
    "prices": ["West: $61.75", "Northeast: $60.82", "South: $50.01", "Midwest: $54.38"],
    "years": ["2021 – Peanut Butter and Jelly", "2020 – Corn and Cob", "2019 – Bread and Butter"],
    "tour": ["June 9 – West Palm Beach", "June 10 – Tampa Bay", "June 14 – New Orleans Arena"],
    "items": ["- butter", "- sugar", "- three eggs"],
    "headings": ["What happens next"],
}


@pytest.mark.parametrize("name", sorted(LISTS))
def test_a_list_within_or_after_a_clean_article_is_body(name: str) -> None:
    listed = "\n".join(LISTS[name])
    first, _, rest = BODY.partition("\n\n")
    assert reasons(f"{first}\n\n{listed}\n\n{rest}") == {}
    assert reasons(f"{BODY}\n{listed}\n") == {}


DOCUMENTS = {
    "poem": """\
Two lanterns burned along the shore
And neither knew the other's flame

The tide that sang beside my door
Forgot my face but kept my name
""",
    "recipe": """\
Lemon cake

200 g butter
200 g sugar
3 eggs

Heat the oven to 180 degrees.
Beat the butter and the sugar until pale, then add the eggs one by one.
""",
    "interview": """\
Q: When did you begin?

A: In 1998. I had no money at all.

Q: Thank you.
""",
    "letter": """\
Dear Ms Smith,

I am writing about the bridge, which has been closed since May.

Yours sincerely,
Jan Kowalski
""",
    "table": "name,age,city\nAnna,34,Berlin\nTom,45,Madrid\n",
    "one line": "It rained.",
    "headlines alone": HEADLINES,
}


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_what_is_no_web_page_is_left_alone(name: str) -> None:
    assert reasons(DOCUMENTS[name]) == {}


def test_an_authored_text_keeps_its_tables_and_code() -> None:
    text = f"# Notes\n\n```\nrm -r build\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n{BODY}"
    marked = mark_boilerplate(text, title="Notes", authored=True)
    assert [(text[s.start : s.end], s.reason) for s in marked] == [("# Notes", "title")]


def test_an_authored_text_that_is_a_copied_page_is_read_as_one() -> None:
    text = "\n".join([*MENU, BODY, "Share", *MENU])
    assert mark_boilerplate(text, authored=True) == mark_boilerplate(text)


def test_known_verdicts_are_kept_and_given_reasons() -> None:
    text = f"Home\n{BODY}Share\n"
    kept = [False, *[True] * 4, False]
    marked = mark_blocks(text, kept)
    assert [(text[s.start : s.end], s.reason) for s in marked] == [
        ("Home", "site links"),
        ("Share", "sharing"),
    ]
    with pytest.raises(ValueError, match="5 verdicts on a text of 6 lines"):
        mark_blocks(text, kept[1:])


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("7 Comments", "comments"),
        ("1,204 comments", "comments"),
        ("Login to leave a comment", "comments"),
        ("0 ( +2 / -2 )", "votes"),
        ('"Politics" POPULAR ARTICLE', "related"),
        ("JN ACCESS RANKING", "related"),
        ("17:23 JST, January 22, 2025", "date line"),
        ("Today : Jan 13, 2025", "date line"),
        ("2 hours ago", "date line"),
        ("World News", "section label"),
        ("CNN —", "site name"),
        ("By Jane Miller and Tom Ruiz", "byline"),
        ("— Eduardo Cuevas", "byline"),
        ("Trump waves to the crowd. Image: AP", "caption"),
        ("***", "rule"),
        ("January was cold in Altstadt.", None),
        ("Jane Miller comments on the news", None),
        ("May 5", None),
    ],
)
def test_a_line_is_known_by_its_wording(line: str, reason: str | None) -> None:
    assert furniture_reason(line) == reason


def test_every_phrase_of_the_list_is_known_by_its_reason() -> None:
    for reason, phrases in furniture_phrases().items():
        for phrase in phrases:
            assert furniture_reason(phrase.rstrip("…").upper()) == reason, phrase


def test_the_shipped_coefficients_fit_the_features() -> None:
    coefficients = shipped_coefficients()
    assert len(coefficients.alone) == len(feature_names()) == measure(["A line."]).features.shape[1]
    assert len(coefficients.together) == len(COMPANY_NAMES)
    assert len(set(feature_names())) == len(feature_names())


@given(st.lists(st.text(min_size=1, max_size=60).filter(str.strip), min_size=1, max_size=30))
def test_every_block_has_a_probability(lines: list[str]) -> None:
    probability = judge([line.strip() for line in lines]).probability
    assert probability.shape == (len(lines),)
    assert np.all((probability > 0.0) & (probability < 1.0))


@pytest.mark.parametrize("piece", ["word ", "Share\n", '"', "A line here.\r\n", "Photo: ", "- "])
def test_half_a_million_characters_of_anything_are_marked(piece: str) -> None:
    text = piece * (500_000 // len(piece))
    assert all(span.end <= len(text) for span in mark_boilerplate(text))

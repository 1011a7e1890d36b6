"""Figures, dates, names and quotations are compared as facts, not as letters."""

from __future__ import annotations

import pytest

from qa.dates import dates
from qa.facts import missing_facts, quotations
from qa.figures import figures
from qa.names import names
from qa.words import normalise, sentences


def missing(claim: str, *evidence: str, context: tuple[str, ...] = ()) -> list[str]:
    found = missing_facts(
        normalise(claim), [normalise(text) for text in evidence], [normalise(c) for c in context]
    )
    return [item.text for item in found]


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("It took thirty minutes.", "It took 30 minutes."),
        ("It took half an hour.", "It took 30 minutes."),
        ("It took 30 minutes.", "It took half an hour."),
        ("half a million people", "500,000 people"),
        ("a 30-minute meeting", "a meeting of half an hour and 30 minutes"),
        ("It cost $1.5bn.", "It cost 1,500 million dollars."),
        ("It cost 1.5 billion dollars.", "It cost $1.5 billion."),
        ("5 per cent", "5%"),
        ("5 percent of 2m people", "5 % of two million people"),
        ("ninety minutes", "one and a half hours, or 90 minutes"),
        ("It lasted 24 months.", "It lasted two years."),
        ("the 34-year-old", "Smith, 34, said"),
        ("Smith, 34, said", "the 34-year-old Smith said"),
        ("20 to 30 minutes", "between 20 and 30 minutes"),
        ("about 30,000 people", "30,214 people"),
        ("more than 100 ships", "104 ships"),
        ("the 21st ship", "the twenty-first ship"),
        ("A dozen eggs.", "12 eggs"),
        ("12 people met .", "Twelve people met."),
        ("one of the men", "the men"),
    ],
)
def test_a_figure_written_otherwise_stands_in_the_source(claim: str, source: str) -> None:
    assert missing(claim, source) == []


@pytest.mark.parametrize(
    ("claim", "source", "absent"),
    [
        ("30 hours", "30 minutes", "30 hours"),
        ("5 million", "5 percent", "5 million"),
        ("5 percent", "5 million", "5 percent"),
        ("45 minutes", "30 minutes", "45 minutes"),
        ("30,000 people", "30,214 people", "30,000"),
        ("about 77,000 people", "about 75,000 people", "77,000"),
        ("$20", "20 people", "$20"),
        ("1.5 million", "1.5 billion", "1.5 million"),
        ("three men", "men", "three"),
    ],
)
def test_another_value_or_unit_is_missing(claim: str, source: str, absent: str) -> None:
    assert missing(claim, source) == [absent]


def test_the_nearest_figure_of_the_source_is_told() -> None:
    [item] = missing_facts("It lasted 45 minutes.", ["It lasted 30 minutes, with 12 people."])
    assert (item.kind, item.text, item.instead) == ("figure", "45 minutes", "30 minutes")


@pytest.mark.parametrize("written", ["Jan. 21", "21 January", "January 21st", "2025-01-21"])
def test_a_date_may_be_written_in_many_ways(written: str) -> None:
    assert missing("They met on January 21, 2025.", f"They met on {written}, 2025.") == []
    assert missing(f"They met on {written}.", "On 21 January 2025 they met.") == []


def test_a_publication_date_lends_the_year_and_the_day_of_a_weekday() -> None:
    claim = "They met on January 21, 2025."
    assert missing(claim, "They met on Jan. 21.") == ["January 21, 2025"]
    assert missing(claim, "They met on Jan. 21.", context=("2025-01-22",)) == []
    assert missing(claim, "They met on Tuesday.", context=("2025-01-22",)) == []
    assert missing(claim, "They met on Friday.", context=("2025-01-22",)) != []


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("in January", "in February"),
        ("in mid-February", "in the first half of February"),
        ("on January 20", "on January 21"),
        ("in 2019", "in 2018"),
        ("on Monday", "on Tuesday"),
        ("in the 1980s", "in the 1990s"),
        ("at 5 p.m.", "at 5 a.m."),
    ],
)
def test_another_date_is_missing(claim: str, source: str) -> None:
    assert missing(f"They met {claim}.", f"They met {source}.") != []


def test_less_exact_dates_and_times_hold() -> None:
    assert missing("They met in February.", "They met in mid-February.") == []
    assert missing("They met in 2019.", "They met on 3 May 2019.") == []
    assert missing("They met at 17:23.", "They met at 5:23 p.m.") == []
    assert missing("in the 1980s", "in 1984") == []


def test_may_and_march_are_months_only_where_meant() -> None:
    assert [d.month for d in dates("He may go in May, and will march on May 5.")] == [5, 5]
    assert dates("She may leave.") == []


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Mr. Ishiba spoke.", "Prime Minister Shigeru Ishiba spoke."),
        ("The US agreed.", "The U.S. agreed."),
        ("The United States agreed.", "American officials agreed."),
        ("Ishiba's visit", "Ishiba will visit"),
        ("The FBI agreed.", "The Federal Bureau of Investigation agreed."),
        ("The Federal Bureau of Investigation agreed.", "The FBI agreed."),
        ("Nippon Steel offered.", "Nippon Steel Corp. offered."),
        ("the Foreign Ministry of Japan", "the Japanese Foreign Ministry"),
        ("Donald Trump", "Donald J. Trump"),
        ("Khloe Kardashian", "Khloé Kardashian"),
        ("Southeast London", "South East London"),
        ("According to officials, talks began.", "Talks began, officials said."),
        ("Furthermore, talks began.", "Talks began."),
        ("Rinse thoroughly.", "Then it was rinsed."),
        ("japan 's minister met rubio .", "Japan's minister met Rubio."),
    ],
)
def test_a_name_written_otherwise_stands_in_the_source(claim: str, source: str) -> None:
    assert missing(claim, source) == []


@pytest.mark.parametrize(
    ("claim", "source", "absent"),
    [
        ("Vance met Iwaya.", "Rubio met Iwaya.", "Vance"),
        ("Shigeru Rubio spoke.", "Shigeru Ishiba met Marco Rubio.", "Shigeru Rubio"),
        ("The U.S. won.", "They told us that.", "U.S."),
        ("vance met iwaya .", "Rubio met Iwaya.", "vance"),
        ("He went to South Korea.", "He went to North Korea.", "South Korea"),
    ],
)
def test_another_name_is_missing(claim: str, source: str, absent: str) -> None:
    assert missing(claim, source) == [absent]


def test_a_name_may_stand_in_the_context_and_a_figure_may_not() -> None:
    assert missing("Rubio spoke.", "He spoke.", context=("Rubio in Washington",)) == []
    assert missing("12 men spoke.", "Men spoke.", context=("12 men",)) == ["12"]


def test_quotations_are_word_for_word() -> None:
    source = "“We agreed to continue [as before] working together,” he said."
    assert missing('He said "we agreed to continue".', source) == []
    assert missing('He said "we agreed ... working together".', source) == []
    assert missing('He said "we agreed to stop".', source) == ["we agreed to stop"]
    assert quotations(normalise("the ‘Word of the Year’ and japan's")) == ("Word of the Year",)


def test_tokenised_text_reads_like_written_text() -> None:
    assert normalise("He did n't pay $ 5 , or 5 % .") == "He did not pay $5 , or 5% ."
    assert [f.text for f in figures(normalise("$ 5 and 5 %"))] == ["$5", "5%"]


def test_titles_and_first_words_are_no_names() -> None:
    found = [
        n.text for n in names("The talks with Secretary of State Marco Rubio began. Prices rose.")
    ]
    assert found == ["Marco Rubio"]


def test_sentences_survive_abbreviations_list_numbers_and_quotations() -> None:
    text = 'Mr. Smith of the U.S. Navy left. 1. Cook it. He said "I go. I come." and left.'
    assert len(sentences(text)) == 3

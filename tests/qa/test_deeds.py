"""Who did it, and to whom."""

from __future__ import annotations

import pytest

from qa.deeds import deeds, done_by_others, of_another_office
from qa.words import normalise

DEAL = (
    "They will talk about Nippon Steel's plans, a deal which was blocked by Biden earlier this "
    "month and is also opposed by Trump."
)
NOMINEE = "Iwaya will meet Sen. Marco Rubio, who has been nominated for secretary of state."
ASKED = '"To facilitate this, I asked Secretary Rubio to address any concerns," he said.'


def told(text: str) -> dict[str, tuple[list[str], list[str]]]:
    return {
        verb: ([n.text for n in deed.doers], [n.text for n in deed.done_to])
        for verb, deed in deeds(normalise(text)).items()
    }


@pytest.mark.parametrize(
    ("text", "verb", "doers", "done_to"),
    [
        (DEAL, "block", ["Biden"], []),
        (DEAL, "oppos", ["Trump"], []),
        (NOMINEE, "nominat", [], ["Marco Rubio"]),
        (ASKED, "ask", [], ["Rubio"]),
        ("Smith, Jones and Lee signed it.", "sign", ["Lee", "Jones", "Smith"], []),
        ("It was signed by Smith and the former President Lee.", "sign", ["Smith", "Lee"], []),
        ("Biden was blocked by the Senate.", "block", ["Senate"], ["Biden"]),
        ("The bill that Biden has also quietly blocked failed.", "block", ["Biden"], []),
        ("Thorne portrayed by Owen Teale is a guard.", "portray", ["Owen Teale"], []),
        ("Roth praised the former Chancellor Aalto.", "prais", ["Roth"], []),
        ("Roth praised Chancellor Aalto.", "prais", ["Roth"], ["Aalto"]),
    ],
)
def test_the_names_beside_a_verb(
    text: str, verb: str, doers: list[str], done_to: list[str]
) -> None:
    assert told(text)[verb] == (doers, done_to)


@pytest.mark.parametrize(
    "text",
    [
        "Biden's team blocked it.",
        "As for Biden, the Senate's leaders blocked it.",
        "Biden blocked it, and they blocked it again.",  # who did it then is not told
        "Nobody was told.",
    ],
)
def test_whose_deed_is_not_told_is_nobodys(text: str) -> None:
    assert told(text) == {}


@pytest.mark.parametrize(
    ("claim", "source", "reason"),
    [
        ("Trump blocked the deal.", DEAL, 'of "Biden", not of "Trump"'),
        ("The deal was blocked by Trump.", DEAL, 'of "Biden", not of "Trump"'),
        ("The deal was blocked by Trump.", "Biden blocked it.", 'of "Biden", not of "Trump"'),
        ("Ishiba was nominated.", NOMINEE, 'of "Marco Rubio", not of "Ishiba"'),
        ("Rubio asked Iwaya to address concerns.", ASKED, 'done to "Rubio"'),
    ],
)
def test_another_in_the_place_is_found_out(claim: str, source: str, reason: str) -> None:
    [found] = done_by_others(normalise(claim), normalise(source))
    assert reason in found


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Biden blocked the deal.", DEAL),
        ("President Joe Biden blocked the deal, which Trump opposed.", DEAL),
        ("Rubio, who was nominated, waits.", NOMINEE),
        ("Iwaya asked Rubio to address concerns.", ASKED),
        ("Lee signed it.", "It was signed by Smith and the former President Lee."),
        ("Roth met Aalto.", "He met Roth."),  # meeting is mutual
        ("The Americans were blamed by Roth.", "Roth blamed the United States."),
        ("The plant in Hale was closed.", "Roth Ltd was closed."),  # the plant, not the town
        ("Hale, Ohio was flooded.", "Hale was flooded."),
        ("Ian Wright confirmed as host.", "They confirmed Ian Wright as host."),
        ("It was built by Roth.", "They built it. Later it was built anew by Aalto."),
    ],
)
def test_the_same_in_other_words_is_the_same(claim: str, source: str) -> None:
    assert list(done_by_others(normalise(claim), normalise(source))) == []


@pytest.mark.parametrize(
    ("claim", "source", "reason"),
    [
        (
            "Ishiba is the president of Japan.",
            "Prime Minister Shigeru Ishiba spoke.",
            '"prime minister" of "Ishiba"',
        ),
        ("President Ishiba spoke.", "Prime Minister Ishiba's visit ended.", "president"),
        ("President Ishiba spoke.", "Prime Minister Shigeru Ishiba spoke.", "president"),
        ("Prime Minister Iwaya spoke.", "Foreign Minister Takeshi Iwaya spoke.", "foreign"),
        ("Vance is the vice president.", "Secretary Vance spoke.", "secretary"),
    ],
)
def test_another_office_is_found_out(claim: str, source: str, reason: str) -> None:
    [found] = of_another_office(normalise(claim), normalise(source))
    assert reason in found


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Minister Iwaya spoke.", "Foreign Minister Takeshi Iwaya spoke."),
        ("Ishiba is the prime minister of Japan.", "Prime Minister Shigeru Ishiba spoke."),
        ("Ishiba is a president.", "Ishiba met President Trump."),
        ("Trump is the president.", "U.S. President-elect Donald Trump spoke."),
        ("President Biden met Minister Roth.", "Minister Roth met President Joe Biden."),
        ("Secretary Rubio spoke.", "Senator Rubio became Secretary Rubio."),
    ],
)
def test_the_same_office_or_none_is_no_other(claim: str, source: str) -> None:
    assert list(of_another_office(normalise(claim), normalise(source))) == []

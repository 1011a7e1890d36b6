"""What must not be in an answer is counted, and would be seen if it were there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from eval.grounding_figures import Tally
from eval.judge import absent_facts
from qa.answer import Answer, Citation, Claim, Support

TEXT = "Before. The storm of March 3 closed Galway harbour for 30 minutes. After."
QUOTE = "The storm of March 3 closed Galway harbour for 30 minutes."
START = TEXT.index(QUOTE)
CITED = Citation(1, "a", "Storm", None, None, "/a", None, START, START + len(QUOTE), QUOTE)
HOLDS = Support("supported", 0.9)


@pytest.mark.parametrize(
    ("claim", "absent"),
    [
        ("The storm closed Galway harbour for thirty minutes.", ()),
        ("The storm of March 3 closed the harbour.", ()),
        ("The storm closed Galway harbour for 45 minutes.", ("45",)),
        ("The storm of May 3 closed the harbour.", ("May",)),
        ("The storm closed the harbour of Sligo on March 4.", ("4", "Sligo")),
    ],
)
def test_absent_figures_dates_and_names_are_found(claim: str, absent: tuple[str, ...]) -> None:
    assert absent_facts(claim, [QUOTE]) == absent


def tally_of(claim: Claim, citation: Citation = CITED) -> Tally:
    tally = Tally()
    answer = Answer("When?", "When?", "answered", (claim,), (citation,))
    tally.add(answer, {"a": TEXT})
    return tally


def test_a_sound_answer_is_counted_clean() -> None:
    tally = tally_of(Claim("The storm closed Galway harbour for 30 minutes.", "model", (1,), HOLDS))
    assert tally.counts["citations"] == 1
    assert tally.counts["claims, model"] == 1
    assert sum(tally.counts.values()) == 3  # and one answer
    assert tally.objections == []


@pytest.mark.parametrize(
    ("claim", "citation", "fault"),
    [
        (Claim(QUOTE, "quote", (1, 2), HOLDS), CITED, "citations that point nowhere"),
        (Claim(QUOTE, "quote", (), HOLDS), CITED, "claims without a citation"),
        (Claim("A storm.", "quote", (1,), HOLDS), CITED, "quotations not verbatim"),
        (
            Claim(QUOTE, "model", (1,), HOLDS),
            replace(CITED, start=0),
            "quotations not verbatim",
        ),
        (
            Claim("The storm closed Sligo harbour.", "model", (1,), HOLDS),
            CITED,
            "supported claims with an absent figure, date or name",
        ),
    ],
)
def test_every_fault_is_counted(claim: Claim, citation: Citation, fault: str) -> None:
    assert tally_of(claim, citation).counts[fault] == 1

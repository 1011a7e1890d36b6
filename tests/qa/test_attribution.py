"""A claim that rests on what somebody said carries who said it."""

from __future__ import annotations

import pytest

from qa.answer import Citation
from qa.attribution import attributed, lost_saying, saying_of
from qa.citing import WrittenClaim
from qa.editing import Editor
from qa.evidence import NumberedEvidence
from qa.support_checker import SupportChecker

BRIDGE = "The bridge at Wexford will open in June, county officials said on Monday."


@pytest.mark.parametrize(
    ("sentence", "said", "words", "place"),
    [
        (
            BRIDGE,
            "The bridge at Wexford will open in June",
            "county officials said on Monday",
            "last",
        ),
        (
            "The bridge will open in June, according to the mayor.",
            "The bridge will open in June",
            "according to the mayor",
            "last",
        ),
        (
            "According to the mayor, the bridge will open in June.",
            "the bridge will open in June",
            "According to the mayor",
            "first",
        ),
        (
            "The mayor warned that the bridge may close again.",
            "the bridge may close again",
            "The mayor warned that",
            "first",
        ),
        (
            "“We are ready,” the mayor said, pointing at the bridge.",
            "We are ready,",
            "",
            "between",
        ),
    ],
)
def test_what_is_said_is_told_from_who_said_it(
    sentence: str, said: str, words: str, place: str
) -> None:
    saying = saying_of(sentence)
    assert saying is not None
    assert (saying.said, saying.words, saying.place) == (said, words, place)


@pytest.mark.parametrize(
    "sentence",
    ["The bridge at Wexford opened in June.", "The mayor, who said little, opened the bridge."],
)
def test_a_sentence_that_speaks_for_itself_reports_nothing(sentence: str) -> None:
    assert saying_of(sentence) is None


@pytest.mark.parametrize(
    "claim",
    [
        "County officials said the bridge at Wexford will open in June.",
        "The bridge at Wexford will open in June, according to county officials.",
        "The mayor of Dublin has a bicycle.",
    ],
)
def test_nothing_is_lost_where_the_claim_says_who_or_rests_on_other_words(claim: str) -> None:
    assert lost_saying(claim, BRIDGE) is None


def test_who_said_it_is_put_back_in_the_sources_words() -> None:
    saying = lost_saying("The bridge at Wexford will open in June.", BRIDGE)
    assert saying is not None
    told = attributed("The bridge at Wexford will open in June.", saying)
    assert told == BRIDGE

    saying = lost_saying(
        "The bridge may close.", "The mayor warned that the bridge may close again."
    )
    assert saying is not None
    assert (
        attributed("The bridge may close.", saying) == "The mayor warned that the bridge may close."
    )


def evidence(*sentences: str) -> NumberedEvidence:
    citations = tuple(
        Citation(n, "a", "Article", None, None, "/a.txt", None, 100 * n, 100 * n + len(s), s)
        for n, s in enumerate(sentences, start=1)
    )
    return NumberedEvidence(citations, {c.number: 1.0 for c in citations})


def test_an_answer_keeps_who_said_it_or_quotes_the_sentence() -> None:
    quoted = "“The bridge is ready for traffic,” the mayor said, pointing at the river."
    editor = Editor(evidence(BRIDGE, quoted), SupportChecker(), lead=False)
    list(editor.take(WrittenClaim("The bridge at Wexford will open in June.", (1,))))
    list(editor.take(WrittenClaim("The bridge is ready for traffic.", (2,))))
    assert [claim.text for claim in editor.claims] == [BRIDGE, quoted]
    assert [claim.origin for claim in editor.claims] == ["model", "quote"]
    assert editor.dropped[0].reasons == ("leaves out who said it",)

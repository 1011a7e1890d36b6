"""Which metric applies to which case, and what a score says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from eval.case import Case, Gold, Point
from eval.places import Document, Documents, Place
from eval.record import Record
from eval.scoring import Scores, is_right, problems, score_case
from qa.answer import Answer, Citation, Claim, Origin, Refusal, Support

MET = "They met for 30 minutes on Tuesday."
RARE = "It is rare for a minister to come."
FIRST = "It was a historic first for a minister."
TEXTS = {"one.txt": f"{MET} {RARE}", "two.txt": FIRST}
DOCUMENTS = Documents.of(
    Document(name, name[:3], f"Title of {name}", None, None, None, text)
    for name, text in TEXTS.items()
)
HOLDS, FAILS = Support("supported", 0.9), Support("unsupported", 0.1)
CASE = Case(
    "length",
    "fact",
    "How long did they meet?",
    "reporter",
    accepted=(("30 minutes",),),
    gold=(Gold("one", MET),),
    wrong=(("45 minutes",),),
)
UNANSWERABLE = Case("lunch", "near_miss", "What was for lunch?", "columnist", answerable=False)


def cite(quote: str, number: int = 1) -> Citation:
    (name,) = [name for name, text in TEXTS.items() if quote in text]
    start = TEXTS[name].index(quote)
    end = start + len(quote)
    return Citation(number, name, f"Title of {name}", None, None, None, None, start, end, quote)


def claim(text: str, *numbers: int, support: Support = HOLDS, origin: Origin = "model") -> Claim:
    return Claim(text, origin, numbers or (1,), support)


def answered(*claims: Claim, citations: tuple[Citation, ...] = (cite(MET),)) -> Answer:
    return Answer("q", "q", "answered", claims, citations, answerable=0.9)


REFUSED = Answer("q", "q", "refused", refusal=Refusal("nothing fits", (cite(MET),), ""))


def scored(case: Case, answer: Answer | None, **more: object) -> Scores:
    record = Record(case.id, case.fingerprint, answer, **more)  # type: ignore[arg-type]  # tests name the fields
    return score_case(case, record, DOCUMENTS)


def test_a_right_answer_scores_one_everywhere() -> None:
    found = scored(CASE, answered(claim(MET)), passages=(cite_place(MET),))
    whole = "right token_f1 citation_recall gold_citation_recall passage_hit_1 quote_exact"
    for name in [*whole.split(), "support_rate", "answered_answerable"]:
        assert found[name].value == found[name].weight, name
    assert found["leak"].value == 0
    assert is_right(found) is True
    assert problems(found) == []


def cite_place(quote: str) -> Place:
    citation = cite(quote)
    return Place(citation.article, citation.start, citation.end)


def test_a_refused_answerable_question_is_wrong_and_its_citations_are_not_scored() -> None:
    found = scored(CASE, REFUSED)
    assert found["right"].value == 0
    assert found["right"].why == "refused"
    assert found["answered_answerable"].value == 0
    assert "citation_recall" not in found
    assert "leak" not in found
    assert is_right(found) is False


def test_an_unanswerable_question_has_no_right_answer_to_score() -> None:
    found = scored(UNANSWERABLE, REFUSED)
    assert found["refused_unanswerable"].value == 1
    assert "right" not in found
    assert "answered_answerable" not in found
    assert "passage_hit_1" not in found


def test_an_answered_unanswerable_question_is_wrong() -> None:
    assert scored(UNANSWERABLE, answered(claim(MET)))["refused_unanswerable"].value == 0


def test_a_false_premise_may_be_put_right_in_place_of_a_refusal() -> None:
    case = replace(UNANSWERABLE, kind="false_premise", correction=(("met for 30 minutes",),))
    found = scored(case, answered(claim(MET)))
    assert found["refused_unanswerable"].value == 1
    assert "put right" in found["refused_unanswerable"].why


def test_an_answer_that_says_something_known_wrong_is_not_right() -> None:
    found = scored(CASE, answered(claim(MET), claim("They met for 45 minutes.")))
    assert found["right"].value == 0
    assert "45 minutes" in found["right"].why


def test_what_the_strict_judge_rejects_leaks_only_when_shown_as_supported() -> None:
    invented = "They met for 45 minutes."
    shown = scored(CASE, answered(claim(MET), claim(invented)))
    assert (shown["leak"].value, shown["leak"].weight) == (1, 2)
    marked = scored(CASE, answered(claim(MET), claim(invented, support=FAILS)))
    assert (marked["leak"].value, marked["leak"].weight) == (0, 1)
    assert [(s["rejected"].value, s["rejected"].weight) for s in (shown, marked)] == [(1, 2)] * 2
    assert marked["support_rate"].value / marked["support_rate"].weight == 0.5


def test_a_number_without_a_citation_does_not_hold_a_claim() -> None:
    found = scored(CASE, answered(claim(MET, 2)))
    assert found["citation_recall"].value == 0
    assert found["leak"].value == 1


def test_a_quotation_off_by_one_character_is_found() -> None:
    shifted = replace(cite(MET), start=1, end=len(MET) + 1)
    found = scored(CASE, answered(claim(MET), citations=(shifted,)))
    assert found["quote_exact"].value == 0
    assert "quote exactness" in " ".join(problems(found))


def test_a_citation_of_an_unknown_document_is_not_exact() -> None:
    unknown = replace(cite(MET), article="three.txt")
    assert scored(CASE, answered(claim(MET), citations=(unknown,)))["quote_exact"].value == 0


def disagreement() -> Case:
    sides = (
        Point((("rare",),), (Gold("one", RARE),)),
        Point((("historic first",),), (Gold("two", FIRST),)),
    )
    return Case("d", "disagreement", "How unusual?", "editor", sides=sides)


def test_a_disagreement_is_shown_when_every_side_is_said_and_cited() -> None:
    both = (cite(RARE, 1), cite(FIRST, 2))
    found = scored(disagreement(), answered(claim(RARE, 1), claim(FIRST, 2), citations=both))
    assert found["disagreement_shown"].value == 1
    assert found["nugget_recall"].value == 1
    assert found["right"].value == 1


def test_a_side_that_cites_the_other_article_is_not_shown() -> None:
    found = scored(
        disagreement(), answered(claim(RARE, 1), claim(FIRST, 1), citations=(cite(RARE),))
    )
    assert found["disagreement_shown"].value == 0
    assert "historic first" in found["disagreement_shown"].why


def test_one_side_alone_is_half_the_nuggets_and_no_right_answer() -> None:
    found = scored(disagreement(), answered(claim(RARE), citations=(cite(RARE),)))
    assert found["nugget_recall"].value == 0.5
    assert found["right"].value == 0


def test_a_summary_is_scored_by_its_points_and_not_as_a_question() -> None:
    points = (Point((("30 minutes",),), (Gold("one", MET),)),)
    case = Case("s", "summary", "Summarise.", "editor", articles=("one",), points=points)
    found = scored(case, answered(claim(MET)))
    assert found["nugget_recall"].value == 1
    assert not {"right", "answered_answerable", "passage_hit_1"} & set(found)


def test_a_follow_up_counts_as_such() -> None:
    case = replace(CASE, kind="follow_up", turns=("Whom did they meet?",))
    assert scored(case, answered(claim(MET)))["follow_up_right"].value == 1
    assert "follow_up_right" not in scored(CASE, answered(claim(MET)))


def test_long_answers_are_what_words_are_compared_with_where_a_case_has_them() -> None:
    case = replace(CASE, references=("They met briefly.",))
    # three of three words wanted, of seven said, two shared: 2 * 2 / (7 + 3)
    assert scored(case, answered(claim(MET)))["token_f1"].value == pytest.approx(0.4)
    assert scored(CASE, answered(claim(MET)))["token_f1"].value == 1


def test_a_case_nobody_has_judged_yet_is_neither_right_nor_wrong() -> None:
    case = Case("f", "feedback", "Who?", "reader", answerable=None, wrong=(("45 minutes",),))
    found = scored(case, answered(claim(MET)))
    assert is_right(found) is None
    assert not {"right", "answered_answerable", "refused_unanswerable"} & set(found)
    assert scored(case, answered(claim("They met for 45 minutes.")))["leak"].value == 1


@pytest.mark.parametrize(
    ("case", "name"),
    [(CASE, "right"), (CASE, "answered_answerable"), (UNANSWERABLE, "refused_unanswerable")],
)
def test_a_case_on_which_the_tool_failed_is_wrong(case: Case, name: str) -> None:
    found = scored(case, None, error="out of memory")
    assert found[name].value == 0
    assert "out of memory" in found[name].why
    assert is_right(found) is False

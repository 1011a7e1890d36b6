"""Verdicts from the chat are saved as cases that the evaluation reads."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.case import Case, Gold
from eval.case_files import load_cases
from index.errors import LibraryError
from qa.answer import Answer, Citation, Claim, Refusal, Support
from qa.feedback import cases_file, forget_case, save_case

QUESTION = "How long did they meet?"
MET = Citation(
    1, "ab12", "Title", None, None, "/x/003.txt", None, 0, 30, "They met for 30 minutes."
)
ANSWERED = Answer(
    QUESTION,
    QUESTION,
    "answered",
    claims=(Claim("They met for 30 minutes.", "model", (1,), Support("supported", 0.9)),),
    citations=(MET,),
)
REFUSED = Answer(QUESTION, QUESTION, "refused", refusal=Refusal("nothing fits", (), ""))


def only_case(library: Path) -> Case:
    (case,) = load_cases(cases_file(library)).cases
    return case


def test_a_right_answer_must_be_given_again_from_the_same_sentences(tmp_path: Path) -> None:
    assert save_case(tmp_path, QUESTION, ANSWERED, "right") == cases_file(tmp_path)
    case = only_case(tmp_path)
    assert case.answerable is True
    assert case.gold == (Gold("003.txt", "They met for 30 minutes."),)


def test_a_wrong_answer_must_not_be_given_again_in_these_words(tmp_path: Path) -> None:
    save_case(tmp_path, QUESTION, ANSWERED, "wrong")
    case = only_case(tmp_path)
    assert case.answerable is None
    assert case.wrong == (("They met for 30 minutes.",),)
    assert case.gold == ()


def test_a_right_refusal_stays_one_and_a_wrong_one_does_not(tmp_path: Path) -> None:
    save_case(tmp_path, QUESTION, REFUSED, "right")
    assert only_case(tmp_path).answerable is False
    save_case(tmp_path, QUESTION, REFUSED, "wrong")
    assert only_case(tmp_path).answerable is True


def test_a_second_verdict_replaces_the_first_and_other_questions_stay(tmp_path: Path) -> None:
    save_case(tmp_path, QUESTION, ANSWERED, "right")
    save_case(tmp_path, "Where did they meet?", REFUSED, "wrong")
    save_case(tmp_path, "How long  did they meet? ", ANSWERED, "wrong")
    cases = load_cases(cases_file(tmp_path)).cases
    assert [case.question for case in cases] == ["Where did they meet?", QUESTION]
    assert cases[1].wrong


def test_the_same_words_after_other_turns_are_another_question(tmp_path: Path) -> None:
    save_case(tmp_path, "And then?", ANSWERED, "right", turns=["Who came?"])
    save_case(tmp_path, "And then?", ANSWERED, "right", turns=["Who left?"])
    assert [case.turns for case in load_cases(cases_file(tmp_path)).cases] == [
        ("Who came?",),
        ("Who left?",),
    ]


def test_a_verdict_can_be_taken_back(tmp_path: Path) -> None:
    forget_case(tmp_path, QUESTION)
    assert not cases_file(tmp_path).exists()
    save_case(tmp_path, QUESTION, ANSWERED, "right")
    forget_case(tmp_path, QUESTION)
    assert cases_file(tmp_path).read_text(encoding="utf-8") == ""


def test_lines_written_by_hand_are_kept_even_when_broken(tmp_path: Path) -> None:
    cases_file(tmp_path).write_text('{"id": "mine"}\nnot json\n', encoding="utf-8")
    save_case(tmp_path, QUESTION, ANSWERED, "right")
    lines = cases_file(tmp_path).read_text(encoding="utf-8").splitlines()
    assert lines[:2] == ['{"id": "mine"}', "not json"]
    assert json.loads(lines[2])["question"] == QUESTION


def test_a_folder_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match=r"cases\.jsonl cannot be written"):
        save_case(tmp_path / "gone", QUESTION, ANSWERED, "right")

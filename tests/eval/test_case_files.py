"""Case files: the samples' cases are sound, and mistakes are named."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from eval.case import KINDS, Case, Gold, Point
from eval.case_files import SAMPLES, CaseError, choose, load_cases
from eval.matching import normalise
from eval.places import Documents, Place
from index.article import Span
from index.extracting import read_article
from index.question_dates import dates_asked
from index.splitting import sentence_spans

CASES = load_cases(SAMPLES).cases
FOLLOW_UPS = load_cases(SAMPLES.with_name("follow_ups.yaml")).cases
DATED = load_cases(SAMPLES.with_name("dated.yaml")).cases
ALL = (*CASES, *FOLLOW_UPS, *DATED)
_FUNCTION_WORDS = frozenset(
    "a an the of to in on at for from by with and or is are was were be been it its this that what "
    "which who when where how why did does do has have had than as up could would might any into "
    "not more".split()
)


@pytest.fixture(scope="module")
def documents(seeds: Path) -> Documents:
    return Documents.of_articles(read_article(path) for path in sorted(seeds.glob("*.txt")))


def test_there_are_enough_cases_of_every_kind() -> None:
    counts = Counter(case.kind for case in CASES)
    assert len(CASES) >= 120
    for kind in KINDS:
        if kind != "feedback":
            assert counts[kind] >= 7, kind


def test_the_forty_follow_ups_lean_on_turns_and_three_cannot_be_answered() -> None:
    assert len(FOLLOW_UPS) == 40
    assert all(case.kind == "follow_up" and case.turns for case in FOLLOW_UPS)
    assert sum(not case.answerable for case in FOLLOW_UPS) == 3
    assert not {case.id for case in FOLLOW_UPS} & {case.id for case in CASES}


def test_the_dated_questions_name_a_time_and_ten_cannot_be_answered() -> None:
    assert all(dates_asked(case.question, "2025-01-22") for case in DATED)
    assert sum(not case.answerable for case in DATED) == 10
    assert not {case.id for case in DATED} & {case.id for case in (*CASES, *FOLLOW_UPS)}


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.id)
def test_every_gold_quotation_is_verbatim_and_lies_in_sentences_of_the_body(
    case: Case, seeds: Path
) -> None:
    for gold in case.all_gold():
        assert gold.quote is not None
        (path,) = seeds.glob(f"{gold.article}*.txt")
        text = path.read_bytes().decode("utf-8")
        assert text.count(gold.quote) == 1
        start = text.index(gold.quote)
        within = [
            span
            for span in sentence_spans(read_article(path))
            if span.start < start + len(gold.quote) and span.end > start
        ]
        assert within, "in no sentence of the article's body"
        covered = "".join(span.of(text) for span in within)
        run = Span(within[0].start, within[-1].end).of(text)
        assert _squeezed(covered) == _squeezed(run), "the run of sentences has a gap"
        assert gold.quote in run


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.kind == "paraphrase"], ids=lambda case: case.id
)
def test_a_paraphrase_shares_no_content_word_with_the_sentence_that_answers_it(case: Case) -> None:
    asked = _content(case.question)
    for gold in case.gold:
        assert gold.quote is not None
        assert not asked & _content(gold.quote)


@pytest.mark.parametrize("case", [case for case in ALL if case.accepted], ids=lambda case: case.id)
def test_an_accepted_answer_can_be_found_in_a_gold_sentence(case: Case) -> None:
    quotes = normalise(" ".join(gold.quote or "" for gold in case.gold))
    assert any(all(normalise(part) in quotes for part in wording) for wording in case.accepted)


@pytest.mark.parametrize("case", [case for case in CASES if case.wrong], ids=lambda case: case.id)
def test_no_gold_sentence_holds_a_wording_that_is_called_wrong(case: Case) -> None:
    quotes = normalise(" ".join(gold.quote or "" for gold in case.all_gold()))
    for wording in case.wrong:
        assert not all(normalise(part) in quotes for part in wording)


def test_a_limit_takes_every_kind_in_turn_and_keeps_the_order() -> None:
    chosen = choose(CASES, 11)
    assert len({case.kind for case in chosen}) == 11
    assert list(chosen) == [case for case in CASES if case in chosen]
    assert choose(CASES, None) == CASES


def test_a_case_survives_being_written_and_read(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text("".join(f"{case.as_line()}\n" for case in CASES), encoding="utf-8")
    assert load_cases(path).cases == CASES


def test_the_fingerprint_changes_with_what_is_asked_and_not_with_what_is_expected() -> None:
    case = Case("a", "fact", "Who?", "anyone", accepted=(("Biden",),))
    other = Case("a", "fact", "Who?", "anyone", accepted=(("Trump",),))
    assert case.fingerprint == other.fingerprint
    assert case.fingerprint != Case("a", "fact", "Whom?", "anyone").fingerprint
    assert case.fingerprint != Case("a", "fact", "Who?", "anyone", turns=("x",)).fingerprint


GOOD = {"id": "a", "kind": "fact", "question": "Who?", "asked_by": "anyone", "accepted": ["Biden"]}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": "facts"}, "unknown kind 'facts'"),
        ({"question": ""}, "'question' must be a text"),
        ({"asked_by": None}, "'asked_by' must be a text"),
        ({"id": "a b"}, "an id is letters"),
        ({"acepted": ["x"]}, "unknown field 'acepted'; did you mean 'accepted'"),
        ({"accepted": "Biden"}, "'accepted' must be a list"),
        ({"accepted": [["Biden", 2]]}, "'accepted' holds"),
        ({"accepted": []}, "no 'accepted', 'gold' or 'points'"),
        ({"answerable": "no"}, "answerable must be true, false or null"),
        ({"answerable": False}, "not answerable, and yet"),
        ({"kind": "follow_up"}, "needs 'turns'"),
        ({"kind": "summary"}, "needs 'articles'"),
        ({"kind": "disagreement"}, "needs at least two 'sides'"),
        ({"kind": "false_premise"}, "must have 'answerable: false'"),
        ({"turns": [3]}, "which is not a text"),
        ({"gold": ["003"]}, "expected {article, quote}"),
        ({"gold": [{"article": "003", "quot": "x"}]}, "did you mean 'quote'"),
        ({"gold": [{"article": "003", "quote": ""}]}, "'quote' must be a text"),
        ({"points": [{"gold": []}]}, "each one needs 'accepted'"),
    ],
)
def test_a_mistake_in_a_case_is_named_with_file_case_and_field(
    tmp_path: Path, change: dict[str, object], message: str
) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_text(json.dumps({**GOOD, **change}) + "\n", encoding="utf-8")
    with pytest.raises(CaseError, match=re.escape(message)) as caught:
        load_cases(path)
    assert str(caught.value).startswith("mine.jsonl: case 'a")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.yaml", "schema: 1\ncases: [", "not YAML in line 2"),
        ("a.yaml", "- 1", "expected a mapping"),
        ("a.yaml", "schema: 2\ncases: []", "schema is 2; this version reads 1"),
        ("a.yaml", "schema: 1\ncases: []", "holds no case"),
        ("a.yaml", "schema: 1\ncases: 3", "'cases' must be a list"),
        ("a.yaml", "schema: 1\ncase: []", "did you mean 'cases'"),
        ("a.jsonl", "{\n", "line 1 is not JSON"),
        ("a.jsonl", "3\n", "line 1: expected a mapping"),
        ("a.jsonl", f"{json.dumps(GOOD)}\n{json.dumps(GOOD)}\n", "two cases have the id 'a'"),
    ],
)
def test_a_file_that_is_no_case_file_is_refused_in_one_line(
    tmp_path: Path, name: str, text: str, message: str
) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CaseError, match=re.escape(message)):
        load_cases(path)


def test_a_missing_case_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match=r"gone\.yaml does not exist"):
        load_cases(tmp_path / "gone.yaml")


def test_all_gold_is_that_of_the_case_its_points_and_its_sides() -> None:
    one, two, three = Gold("000", "a"), Gold("001", "b"), Gold("002", "c")
    case = Case(
        "a",
        "several",
        "Who?",
        "anyone",
        gold=(one,),
        points=(Point((("x",),), (two,)),),
        sides=(Point((("y",),), (three,)),),
    )
    assert list(case.all_gold()) == [one, two, three]


def test_a_quotation_is_found_where_it_stands(documents: Documents) -> None:
    quote = "Their meeting lasted for 30 minutes at the U.S. State Department."
    place = documents.place(Gold("003", quote))
    document = documents.by_name[place.document]
    assert document.text[place.start : place.end] == quote
    assert isinstance(place, Place)


def _content(text: str) -> set[str]:
    """The first five letters of every word that is not a function word."""
    return {word[:5] for word in normalise(text).split() if word not in _FUNCTION_WORDS}


def _squeezed(text: str) -> str:
    return "".join(text.split())

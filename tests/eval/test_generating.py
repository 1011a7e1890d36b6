"""Cases made from a library's own sentences, and their review."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from eval.case import Case
from eval.case_files import load_cases
from eval.collection import articles_of
from eval.generating import generate, sentences
from eval.matching import says
from eval.places import Documents
from eval.question_templates import questions
from eval.reviewing import append_cases, review
from index.article import Article
from index.errors import UsageError
from index.extracting import read_article
from qa.scripted_model import ScriptedModel


@pytest.fixture(scope="module")
def articles(seeds: Path) -> list[Article]:
    return [read_article(path) for path in sorted(seeds.glob("*.txt"))]


@pytest.mark.parametrize(
    ("sentence", "question", "answer"),
    [
        (
            "Their meeting lasted for 30 minutes there.",
            "How many minutes are left out here: “Their meeting lasted for … minutes there”?",
            "30 minutes",
        ),
        (
            "The old bridge in the harbour was opened on January 20, 1912.",
            "When was it that the old bridge in the harbour was opened?",
            "January 20, 1912",
        ),
        (
            "Foreign Minister Takeshi Iwaya met his colleagues in Washington.",
            "Who met his colleagues in Washington?",
            "Takeshi Iwaya",
        ),
        (
            "Marie Curie won a second Nobel Prize in Stockholm, although few had expected it.",
            "Who won a second Nobel Prize in Stockholm?",
            "Marie Curie",
        ),
        (
            "Marie Curie told the press “that, although tired, she would go on with the work”.",
            "Who told the press “that, although tired, she would go on with the work”?",
            "Marie Curie",
        ),
        (
            "The United Ferry Company, which crosses the strait, was founded on May 4, 1901.",
            "When was it that the United Ferry Company, which crosses the strait, was founded?",
            "May 4, 1901",
        ),
    ],
)
def test_templates_ask_for_a_number_a_date_or_a_subject(
    sentence: str, question: str, answer: str
) -> None:
    made = {asked.question: asked.answer for asked in questions(sentence)}
    assert made[question] == answer


def test_a_sentence_that_leans_on_another_makes_no_question(articles: list[Article]) -> None:
    texts = [one.text for article in articles for one in sentences(article)]
    assert "Their meeting lasted for 30 minutes at the U.S. State Department." not in texts
    assert any(text.startswith("WASHINGTON") for text in texts)


def test_no_question_gives_its_answer_away_and_every_answer_stands_in_its_sentence(
    articles: list[Article],
) -> None:
    documents = Documents.of_articles(articles)
    made = generate(articles, 30, seed=3)
    assert len(made) > 15
    for case in made:
        documents.places(case.all_gold())
        for (answer,) in case.accepted:
            assert not says(case.question, answer)
            (gold,) = case.gold
            assert gold.quote is not None
            assert answer in gold.quote


def test_a_quarter_cannot_be_answered_and_says_what_was_swapped(
    articles: list[Article],
) -> None:
    made = generate(articles, 16, seed=3)
    swapped = [case for case in made if case.answerable is False]
    assert 1 <= len(swapped) <= 4
    for case in swapped:
        other, _, rest = case.note.partition(" in the place of ")
        assert says(case.question, other)
        assert not says(rest.partition("the sentence: ")[2], other)


def test_the_same_seed_makes_the_same_cases_and_another_others(articles: list[Article]) -> None:
    assert generate(articles, 10, seed=1) == generate(articles, 10, seed=1)
    assert generate(articles, 10, seed=1) != generate(articles, 10, seed=2)


def test_a_capable_model_words_the_questions(articles: list[Article]) -> None:
    model = ScriptedModel(["Which of them was it, in the end?"], capable=True, repeat=True)
    made = generate(articles, 4, seed=1, unanswerable=0, model=model)
    assert {case.question for case in made} == {"Which of them was it, in the end?"}
    assert "Answer:" in model.prompts[0][1].content


@pytest.mark.parametrize("reply", ["", "It was he.", "Who?", "no question here at all"])
def test_what_a_model_words_badly_is_left_to_the_templates(
    articles: list[Article], reply: str
) -> None:
    model = ScriptedModel([reply], capable=True, repeat=True)
    plain = generate(articles, 4, seed=1, unanswerable=0)
    assert generate(articles, 4, seed=1, unanswerable=0, model=model) == plain


def test_a_model_that_is_not_capable_is_not_asked(articles: list[Article]) -> None:
    model = ScriptedModel([])
    assert generate(articles, 4, seed=1, model=model) == generate(articles, 4, seed=1)
    assert model.prompts == []


def case(name: str) -> Case:
    return Case(name, "fact", f"Who is {name}?", "anyone", accepted=((name,),))


def reviewed(cases: list[Case], typed: str) -> tuple[list[Case], str]:
    kept: list[Case] = []

    @click.command()
    def command() -> None:
        kept.extend(review(cases))

    outcome = CliRunner().invoke(command, input=typed)
    assert outcome.exit_code == 0, outcome.output
    return kept, outcome.output


def test_a_person_accepts_drops_and_quits() -> None:
    cases = [case("one"), case("two"), case("three"), case("four")]
    kept, shown = reviewed(cases, "a\nd\n\nq\n")
    assert [c.id for c in kept] == ["one", "three"]
    assert "question: Who is one?" in shown
    assert "4 of 4" in shown


def test_a_person_edits_question_and_answer_or_keeps_them() -> None:
    kept, _ = reviewed([case("one"), case("two")], "e\nWho was one?\nUno\ne\n\n\n")
    assert [(c.question, c.accepted) for c in kept] == [
        ("Who was one?", (("Uno",),)),
        ("Who is two?", (("two",),)),
    ]


def test_cases_are_added_once(tmp_path: Path) -> None:
    path = tmp_path / "new" / "cases.jsonl"
    assert append_cases(path, [case("one"), case("one"), case("two")]) == 2
    assert append_cases(path, [case("two"), case("three")]) == 1
    assert [c.id for c in load_cases(path).cases] == ["one", "two", "three"]
    assert all(json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())


def test_cases_are_not_added_to_yaml(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"must end in \.jsonl"):
        append_cases(tmp_path / "cases.yaml", [case("one")])


def test_the_articles_of_a_folder_are_those_that_indexing_it_would_take(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("A first article.\n", encoding="utf-8")
    (tmp_path / "notes.md").write_text("Where the articles come from.\n", encoding="utf-8")
    (tmp_path / ".footnoteignore").write_text("notes.md\n", encoding="utf-8")
    assert [article.text for article in articles_of(None, tmp_path)] == ["A first article.\n"]

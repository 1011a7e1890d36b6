from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from eval.public_sets import Case, QuestionSet
from eval.reader_examples import ExampleMaker, Marked, answer_spans, example_of
from eval.reader_split import (
    CrossFitReader,
    cross_fit_reader,
    parts_of_questions,
    write_parts,
)
from index.answer_reader import (
    BASE,
    DELTAS,
    LONGEST,
    Judgement,
    PassageTokens,
    Reading,
    passage_tokens,
)
from index.article import Article, Span
from index.embedding import Embedder
from index.model_files import ensure
from index.onnx_embedder import TOKENIZER, load_tokenizer
from index.splitting import sentence_spans, split_into_passages

TEXT = "Roth met Aalto in Oslo. They spoke for forty minutes. Snow fell on the harbour all day."


def case(question: str, answers: tuple[str, ...], group: str = "g") -> Case:
    article = Article(TEXT, "Talks")
    gold = tuple(s for s in sentence_spans(article) if any(a in s.of(TEXT) for a in answers))
    return Case(question, question, bool(answers), article.id, gold, answers, group)


def tokens(count: int) -> PassageTokens:
    """Three tokens in front, then words of three letters, then the end."""
    places = [Span(4 * n, 4 * n + 3) for n in range(count)]
    return PassageTokens(list(range(count + 4)), places, 3)


def test_an_answer_begins_and_ends_at_its_own_tokens() -> None:
    made = example_of(tokens(5), [Span(4, 11)], None, 1.0, ("squad2", "g"), anywhere=False)
    assert [n for n, on in enumerate(made.begins) if on] == [4]
    assert [n for n, on in enumerate(made.ends) if on] == [5]
    assert made.answerable
    assert made.passage == [True, False, False, True, True, True, True, True, False]


def test_a_sentence_that_answers_may_hold_the_answer_anywhere() -> None:
    made = example_of(tokens(5), [Span(4, 15)], None, 1.0, ("clapnq", "g"), anywhere=True)
    assert made.begins == made.ends
    assert [n for n, on in enumerate(made.begins) if on] == [4, 5, 6]


def test_without_an_answer_the_first_token_is_it() -> None:
    made = example_of(tokens(3), [], None, 1.0, ("squad2", "g"), anywhere=False)
    assert not made.answerable
    assert made.begins == made.ends == [True, *[False] * 6]


def test_a_sentence_answers_where_a_part_of_it_was_marked() -> None:
    marked = Marked([Span(0, 7), Span(8, 15), Span(16, 19)], [Span(12, 15)])
    made = example_of(tokens(5), (), marked, 1.0, ("grounding", ""), anywhere=True)
    assert made.sentences == [0, 0, 0, 1, 1, 2, 2, 3, 0]
    assert made.evidence == [False, False, True, False]
    # Which words of it answer is not known, so nothing is learned of where an answer begins.
    assert made.answerable
    assert not any(made.begins)
    assert not any(made.ends)


@pytest.mark.parametrize("evidence", [(), (Span(80, 90),)])
def test_without_a_marked_sentence_among_those_read_none_answers(
    evidence: tuple[Span, ...],
) -> None:
    marked = Marked([Span(0, 7), Span(8, 19), Span(80, 90)], evidence)
    made = example_of(tokens(5), (), marked, 1.0, ("grounding", ""), anywhere=True)
    assert not made.answerable
    assert made.evidence[0]
    assert made.begins[0]
    assert not any(made.evidence[1:3])


def test_every_place_of_the_answers_words_counts() -> None:
    found = answer_spans(case("Where?", ("o",)), "o and o", exact=True)
    assert found == [Span(0, 1), Span(6, 7)]


@pytest.mark.models
def test_a_set_gives_each_question_its_own_passage_and_forms_without_answer(
    embedder: Embedder,
) -> None:
    assert embedder.dimension == 384  # the starter embedder is on disk from here on
    tokenizer = load_tokenizer(ensure(BASE) / TOKENIZER, 4 * LONGEST)
    other = Article("The harbour of Turku froze. Nobody met there.", "Ice")
    article = Article(TEXT, "Talks")
    cases = [case(f"How long did Roth speak to Aalto {n}?", ("forty minutes",)) for n in range(30)]
    elsewhere = Case("x", "Who froze?", False, other.id, (), (), "g")
    passages = [*split_into_passages(article), *split_into_passages(other)]
    questions = QuestionSet("squad2", (article, other), tuple(passages), (*cases, elsewhere))
    made = list(ExampleMaker(questions, tokenizer).examples())
    assert sum(example.answerable for example in made) == len(cases)
    assert len(made) > 1.3 * len(cases)
    minutes = tokenizer.encode("forty minutes", add_special_tokens=False).ids
    for example in made:
        begins, ends = example.begins.index(True), example.ends.index(True)
        if example.answerable:
            assert example.ids[begins : ends + 1] == minutes
        else:
            assert (begins, ends) == (0, 0)
    assert made == list(ExampleMaker(questions, tokenizer).examples())


@pytest.mark.models
def test_what_is_read_is_bounded_and_marks_in_texts_are_only_text(embedder: Embedder) -> None:
    assert embedder.dimension == 384
    tokenizer = load_tokenizer(ensure(BASE) / TOKENIZER, 4 * LONGEST)
    long = passage_tokens(tokenizer, "why " * 500, "title " * 50, "[SEP] word\ud800 " * 500)
    assert len(long.ids) == LONGEST
    separator = tokenizer.token_to_id("[SEP]")
    assert separator is not None
    assert long.ids.count(separator) == 3
    assert long.ids[-1] == separator


class _Says:
    def __init__(self, log_odds: float) -> None:
        self._judgement = Judgement(log_odds, log_odds)

    def read(self, question: str, sentences: Sequence[Reading]) -> list[Judgement]:
        return [self._judgement] * len(sentences)


def test_each_question_is_read_by_one_that_has_not_learned_from_it() -> None:
    reader = CrossFitReader({"Who?": _Says(1.0)}, _Says(2.0))
    reading = Reading("", TEXT, Span(0, 23))
    assert reader.read("Who?", [reading])[0].sentence == 1.0
    assert reader.read("Where?", [reading])[0].sentence == 2.0


def test_every_part_holds_groups_of_both_sets_and_none_twice() -> None:
    parts = parts_of_questions()
    assert len(parts) > 1
    assert all({name for name, _ in part} == {"squad2", "clapnq"} for part in parts)
    assert len(frozenset[tuple[str, str]]().union(*parts)) == sum(map(len, parts))


def test_parts_survive_being_written_and_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = [frozenset({("squad2", "Zürich"), ("clapnq", "1")}), frozenset({("clapnq", "2")})]
    write_parts(tmp_path / "parts.json", parts)
    monkeypatch.setattr("eval.reader_split.FOLDS", tmp_path)
    assert parts_of_questions() == parts


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """Readers that say their own number; the shipped one says -1."""

    def says_its_number(deltas: Path = DELTAS) -> _Says:
        return _Says(float(deltas.stem) if deltas != DELTAS else -1.0)

    monkeypatch.setattr("eval.reader_split.open_answer_reader", says_its_number)


@pytest.mark.usefixtures("opened")
def test_a_part_is_read_by_the_reader_of_its_number() -> None:
    parts = parts_of_questions()
    asked = [(f"Of part {number}?", *min(part)) for number, part in enumerate(parts)]
    sets = [QuestionSet(name, (), (), (case(text, (), group),)) for text, name, group in asked]
    reader = cross_fit_reader([*sets, QuestionSet("squad2", (), (), (case("Of no part?", ()),))])
    reading = Reading("", TEXT, Span(0, 23))
    said = [
        reader.read(question, [reading])[0].sentence
        for question in (*(text for text, _, _ in asked), "Of no part?", "Anything else?")
    ]
    assert said == [*map(float, range(len(parts))), -1.0, -1.0]

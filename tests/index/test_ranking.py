from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.answer_types import Kind, candidates, kind_of_answer, kind_words, proper_names
from index.answerability import answerable_features, explain
from index.duplicates import same_words
from index.question_words import (
    Question,
    passage_words,
    read_question,
    read_words,
    share,
)
from index.ranking import (
    Linear,
    SentenceContext,
    bm25,
    coefficients_from,
    passage_features,
    rank_features,
    rarity_among,
    sentence_features,
    shipped_coefficients,
    sigmoid,
)

TEXT = st.text(alphabet=st.characters(blacklist_categories=["Cs"]), max_size=200)


def terms(text: str) -> list[str]:
    return [word.strip(".,?!'\"").casefold() for word in text.split() if word.strip(".,?!'\"")]


def terms_of_each(texts: Sequence[str]) -> list[list[str]]:
    return [terms(text) for text in texts]


def ask(text: str, known: dict[str, int] | None = None, passages: int = 10) -> Question:
    return read_question(text, terms, known or {}, passages)


def features_of(
    question: Question, text: str, before: str = "", title: str = ""
) -> dict[str, float]:
    words = read_words(text, terms)
    context = SentenceContext(
        passage=read_words(f"{before} {text}", terms),
        title=read_words(title, terms),
        before=read_words(before, terms),
        similarity=0.5,
        around=0.5,
        passage_similarity=0.5,
        title_similarity=0.2,
        rarity_here=rarity_among(question, [words]),
        rank=0,
        position=0,
    )
    return sentence_features(question, text, words, context)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("When will Ishiba meet Trump?", Kind.TIME),
        ("In what year did Japan avoid new tariffs?", Kind.TIME),
        ("In which half of February is it planned?", Kind.TIME),
        ("In what week and which fiscal quarter did sales fall?", Kind.TIME),
        ("What is a quarter of the city made of?", Kind.OTHER),
        ("How long did the meeting last?", Kind.DURATION),
        ("How many days was the department given?", Kind.DURATION),
        ("How old is Shigeru Ishiba?", Kind.AGE),
        ("How many people came?", Kind.NUMBER),
        ("How much did Nippon Steel offer?", Kind.MONEY),
        ("What percentage of the shares would it own?", Kind.PERCENT),
        ("Who blocked the purchase?", Kind.NAME),
        ("Which company sued the administration?", Kind.NAME),
        ("Where did they meet?", Kind.PLACE),
        ("Which countries make up the Quad?", Kind.PLACE),
        ("Why did Trump sue the BBC?", Kind.REASON),
        ("Did Iwaya meet Rubio?", Kind.YES_NO),
        ("What did Iwaya say about tariffs?", Kind.OTHER),
        ("What did Ishiba say when he left?", Kind.OTHER),
        ("When the ministers met, what did they agree on?", Kind.OTHER),
        ("At what hour did the meeting begin?", Kind.CLOCK),
        ("How much did Nippon Steel offer for U.S. Steel?", Kind.MONEY),
        ("A painting was sold this week. Who was the artist?", Kind.NAME),
        ("", Kind.OTHER),
    ],
)
def test_the_kind_of_answer_follows_from_the_question(question: str, kind: Kind) -> None:
    assert kind_of_answer(question) is kind


@pytest.mark.parametrize(
    ("kind", "sentence", "found"),
    [
        (Kind.DURATION, "Their meeting lasted for 30 minutes at the department.", "30 minutes"),
        (Kind.TIME, "They will meet on Jan. 21, a source said.", "Jan. 21"),
        (Kind.TIME, "The trip is planned for mid-February.", "mid-February"),
        (Kind.AGE, "Mr Aalto, 67, retired.", ", 67,"),
        (Kind.CLOCK, "The meeting began at 9:30 in Oslo.", "9:30"),
        (Kind.MONEY, "It plans a $6.78 billion smelter.", "$6.78 billion"),
        (Kind.PERCENT, "Some 40 percent agreed.", "40 percent"),
        (Kind.NAME, "The deal was blocked by Biden.", "Biden"),
        (Kind.PLACE, "The ministers met in Washington.", "in Washington"),
        (Kind.REASON, "It failed because of fog.", "because"),
    ],
)
def test_a_sentence_holds_words_of_the_kind_asked_for(
    kind: Kind, sentence: str, found: str
) -> None:
    assert found in [candidate.text for candidate in candidates(kind, sentence, "What?")]


def test_a_year_is_no_number_of_anything() -> None:
    assert candidates(Kind.NUMBER, "In 2019 it avoided tariffs.", "What tariff rate?") == []


def test_the_day_of_a_month_counts_nothing() -> None:
    found = candidates(Kind.NUMBER, "On January 20 some 40 people came.", "How many came?")
    assert [candidate.text for candidate in found] == ["40"]


def test_words_that_the_question_holds_already_are_no_answer_to_it() -> None:
    question = "Who did Iwaya meet?"
    assert candidates(Kind.NAME, "That is what Iwaya said.", question) == []
    found = candidates(Kind.NAME, "That is what Rubio said.", question)
    assert [candidate.text for candidate in found] == ["Rubio"]


@given(sentence=TEXT, question=TEXT, kind=st.sampled_from(list(Kind)))
def test_a_candidate_is_a_run_of_the_sentence(sentence: str, question: str, kind: Kind) -> None:
    for candidate in candidates(kind, sentence, question):
        assert sentence[candidate.start : candidate.end] == candidate.text


def test_names_are_capitalised_words_that_do_not_merely_begin_the_sentence() -> None:
    assert proper_names("Why did Trump sue the BBC?") == ["Trump", "BBC"]
    assert proper_names("How long did the Iwaya-Rubio meeting last?") == ["Iwaya", "Rubio"]


def test_words_that_only_name_the_kind_weigh_less_than_others() -> None:
    assert kind_words("How long did the meeting last?") == {"long"}
    question = ask("Which countries form alliances?")
    assert question.weights["countries"] < question.weights["alliances"]


def test_a_questions_weights_sum_to_one_and_rare_words_weigh_more() -> None:
    question = ask("Who blocked the steel purchase?", {"steel": 9, "blocked": 1, "purchase": 1})
    assert math.isclose(sum(question.weights.values()), 1.0)
    assert question.weights["blocked"] > question.weights["steel"]


def test_words_that_no_passage_holds_are_unknown() -> None:
    question = ask("Why did Trump sue the BBC?", {"trump": 4, "sue": 0, "bbc": 0})
    assert question.unknown == {"sue", "bbc"}
    assert question.names == {"trump", "bbc"}
    assert question.written["bbc"] == "BBC"


@given(text=TEXT, question=TEXT)
def test_shares_and_bm25_lie_between_0_and_1(text: str, question: str) -> None:
    asked, words = ask(question), read_words(text, terms)
    assert 0.0 <= share(asked, words.known) <= 1.0 + 1e-9
    assert 0.0 <= bm25(asked, words.terms, words.length) <= 1.0 + 1e-9


@given(text=TEXT, question=TEXT, before=TEXT)
def test_any_text_has_finite_features(text: str, question: str, before: str) -> None:
    asked = ask(question)
    found = features_of(asked, text, before)
    words = passage_words(asked, before, [text], terms_of_each)
    found |= passage_features(asked, text, words, 0.3)
    assert all(math.isfinite(value) for value in found.values())


def test_a_sentence_led_by_a_pronoun_is_reached_through_the_one_before() -> None:
    question = ask("How long did the meeting of Iwaya and Rubio last?")
    before = "Iwaya and Rubio met in Washington."
    alone = features_of(question, "Their meeting lasted for 30 minutes.")
    after = features_of(question, "Their meeting lasted for 30 minutes.", before)
    assert after["near_share"] > alone["near_share"]
    assert after["pronoun"] == 1.0
    assert after["fits"] == 1.0


def test_a_word_that_few_candidates_hold_tells_them_apart() -> None:
    question = ask("Who blocked steel?", {"blocked": 3, "steel": 3})
    sentences = [read_words(t, terms) for t in ("steel prices", "steel works", "he blocked steel")]
    rarity = rarity_among(question, sentences)
    assert rarity["blocked"] > rarity["steel"]


def test_a_negation_in_the_question_alone_is_seen() -> None:
    question = ask("What did the council not allow?")
    assert features_of(question, "The council allowed boats.")["negation_differs"] == 1.0
    assert features_of(question, "The council did not allow boats.")["negation_differs"] == 0.0


@given(st.floats(-1e6, 1e6))
def test_the_sigmoid_is_a_probability(value: float) -> None:
    assert 0.0 <= sigmoid(value) <= 1.0
    assert math.isclose(sigmoid(value) + sigmoid(-value), 1.0)


def test_a_linear_model_counts_unnamed_features_nothing() -> None:
    model = Linear(-1.0, {"a": 2.0})
    assert model.score({"a": 1.0, "b": 9.0}) == 1.0
    assert model.score({}) == -1.0


def test_the_shipped_weights_name_only_features_that_exist() -> None:
    shipped = shipped_coefficients()
    question = ask("Who met Rubio?")
    sentence = features_of(question, "Iwaya met Rubio.")
    text = "Iwaya met Rubio."
    words = passage_words(question, text, [text], terms_of_each)
    passage = passage_features(question, text, words, 0.5) | rank_features(1, 2)
    answerable = answerable_features(question, [sentence], [0.5], [0.5])
    assert set(shipped.sentence.weights) <= set(sentence)
    assert set(shipped.passage.weights) <= set(passage)
    assert set(shipped.answerable.weights) <= set(answerable)
    assert shipped.with_reader is not None
    read = sentence | {"read": 0.5, "read_passage": 0.5}
    answerable = answerable_features(question, [read], [0.5], [0.5])
    assert set(shipped.with_reader.sentence.weights) <= set(read)
    assert set(shipped.with_reader.answerable.weights) <= set(answerable)
    assert {"read", "read_passage"} <= set(shipped.with_reader.sentence.weights)


def test_a_stricter_threshold_is_higher() -> None:
    thresholds = shipped_coefficients().thresholds
    assert 0.0 < thresholds["low"] <= thresholds["normal"] <= thresholds["high"] < 1.0


def test_coefficients_without_a_part_are_refused() -> None:
    with pytest.raises(KeyError, match="sentence"):
        coefficients_from({"passage": {"intercept": 0, "weights": {}}})


def test_the_reason_names_what_no_passage_holds_as_the_question_writes_it() -> None:
    question = ask("Why did Trump sue the BBC?", {"trump": 4})
    features = answerable_features(question, [features_of(question, "Trump spoke.")], [0.2], [0.2])
    assert "“BBC”" in explain(question, features, found=True)


def test_the_reason_names_the_kind_that_is_missing() -> None:
    question = ask("How much did Nippon offer?", {"nippon": 4, "offer": 2})
    sentence = features_of(question, "Nippon made an offer.")
    features = answerable_features(question, [sentence], [0.2], [0.2])
    assert "no amount of money" in explain(question, features, found=True)


def test_one_story_under_two_names_is_the_same_words() -> None:
    story = "The ferry to the island was late on Monday because of fog, the harbour master said."
    assert same_words(story, story.upper() + " It said so.")
    assert not same_words(
        story, "The museum on the island opens on Monday, its director said today."
    )
    longer = " ".join(f"word{number}" for number in range(60))
    assert not same_words(story, f"{story} {longer}")


def test_irregular_forms_are_the_same_word() -> None:
    question = read_question("When did they meet?", terms, {"met": 3, "meet": 0}, 10)
    assert question.unknown == frozenset()
    assert share(question, read_words("They met in May.", terms).known) == 1.0


def test_a_rank_counts_the_more_the_nearer_to_the_front() -> None:
    assert rank_features(1, None) == {"dense_rank": 0.5, "keyword_rank": 0.0}
    assert rank_features(4, 9) == {"dense_rank": 0.2, "keyword_rank": 0.1}

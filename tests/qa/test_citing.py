"""The stream parser: claims, their numbers, and nothing shown too early."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from index.article import Article
from index.splitting import sentence_spans
from qa.citing import ClaimParser, Writing, WrittenClaim, marker


def spans(text: str) -> list[tuple[int, int]]:
    return [(s.start, s.end) for s in sentence_spans(Article(text, title=""))]


def claims(*pieces: str, offered: int = 9) -> list[WrittenClaim]:
    parser = ClaimParser(range(1, offered + 1), spans)
    return [part for part in parser.feed(pieces) if isinstance(part, WrittenClaim)]


def test_a_marker_after_the_full_stop_belongs_to_the_sentence_before_it() -> None:
    assert claims("They met on Tuesday. [3] The talks lasted 30 minutes. [1]") == [
        WrittenClaim("They met on Tuesday.", (3,)),
        WrittenClaim("The talks lasted 30 minutes.", (1,)),
    ]


def test_a_marker_before_the_full_stop_belongs_to_its_sentence() -> None:
    assert claims("They met on Tuesday [3]. The talks lasted 30 minutes [1, 2].") == [
        WrittenClaim("They met on Tuesday.", (3,)),
        WrittenClaim("The talks lasted 30 minutes.", (1, 2)),
    ]


def test_a_marker_that_begins_a_line_belongs_to_what_follows() -> None:
    assert claims("[1] They met on Tuesday.\n[2] The talks lasted 30 minutes.") == [
        WrittenClaim("They met on Tuesday.", (1,)),
        WrittenClaim("The talks lasted 30 minutes.", (2,)),
    ]


def test_a_number_that_was_not_offered_is_taken_out_and_reported() -> None:
    assert claims("They met on Tuesday. [3, 77]", offered=5) == [
        WrittenClaim("They met on Tuesday.", (3,), unknown=(77,))
    ]


def test_numbers_that_are_no_markers_stay_in_the_text() -> None:
    [claim] = claims("He said “[on the U.S. side]” 30 times [2].")
    assert claim == WrittenClaim("He said “[on the U.S. side]” 30 times.", (2,))


def test_labels_and_bullets_are_no_part_of_a_claim() -> None:
    assert [c.text for c in claims("The answer is: 30 minutes long.\n- It was held in Rome.")] == [
        "30 minutes long.",
        "It was held in Rome.",
    ]


def test_no_claim_comes_out_of_markers_and_punctuation_alone() -> None:
    assert claims("[1]\n\n... [2]") == []


def test_every_number_written_is_seen_even_without_a_claim() -> None:
    parser = ClaimParser(range(1, 3), spans)
    assert list(parser.feed(["[0]"])) == []
    assert parser.seen == {0}


def test_while_the_prompt_is_read_the_listener_may_stop_at_every_piece() -> None:
    parts = list(ClaimParser(range(1, 3), spans).feed(["", "", "It ended. [1]"]))
    assert parts[:2] == [Writing(""), Writing("")]
    assert parts[-1] == WrittenClaim("It ended.", (1,))


SENTENCES = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "Sen. Marco Rubio met the U.S. President on Jan. 20.",
                "They agreed to “deepen” the alliance.",
                "Exports rose 3.5 percent!",
                "Was it rare?",
            ]
        ),
        st.lists(st.integers(1, 9), max_size=3, unique=True),
    ),
    min_size=1,
    max_size=5,
)


@given(SENTENCES, st.lists(st.integers(1, 7), min_size=1))
def test_claims_and_numbers_do_not_depend_on_how_the_stream_is_cut(
    sentences: list[tuple[str, list[int]]], sizes: list[int]
) -> None:
    text = " ".join(
        words + "".join(f" {marker(number)}" for number in numbers) for words, numbers in sentences
    )
    pieces: list[str] = []
    rest = text
    while rest:
        size = sizes[len(pieces) % len(sizes)]
        pieces.append(rest[:size])
        rest = rest[size:]
    expected = [WrittenClaim(words, tuple(numbers)) for words, numbers in sentences]
    assert claims(*pieces) == expected


@given(SENTENCES, st.integers(1, 5))
def test_no_part_of_a_marker_is_ever_shown(
    sentences: list[tuple[str, list[int]]], size: int
) -> None:
    text = " ".join(w + "".join(f" [{n}]" for n in numbers) for w, numbers in sentences)
    pieces = [text[i : i + size] for i in range(0, len(text), size)]
    shown = [p for p in ClaimParser(range(1, 10), spans).feed(pieces) if isinstance(p, Writing)]
    assert not [part for part in shown if re.search(r"\[", part.text)]

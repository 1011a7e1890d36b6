"""The parts of the reader's training that need no PyTorch: batches, and rounding to int8."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from eval.reader_examples import ReaderExample
from eval.train_reader import (
    RANK,
    TOKENS_A_STEP,
    Learned,
    as_deltas,
    as_int8,
    batches,
    finishing,
    lessons_of,
    mean_of,
    split_in_parts,
)


def example(tokens: int, group: tuple[str, str] = ("made", "")) -> ReaderExample:
    marks = [False] * tokens
    return ReaderExample([1] * tokens, marks, marks, marks, [], [], False, 1.0, group)


def test_every_example_is_in_one_batch_of_like_lengths() -> None:
    chance = np.random.default_rng(1)
    examples = [example(int(tokens)) for tokens in chance.integers(10, 300, 2500)]
    plan = list(batches(examples, seed=0))
    assert sorted(row for batch in plan for row in batch) == list(range(len(examples)))
    lengths = [[len(examples[row].ids) for row in batch] for batch in plan]
    assert all(max(each) * len(each) <= TOKENS_A_STEP for each in lengths)
    padding = sum(max(each) * len(each) - sum(each) for each in lengths)
    assert padding < 0.05 * sum(map(sum, lengths))


def test_batches_come_in_another_order_in_every_epoch() -> None:
    examples = [example(tokens) for tokens in range(10, 200)]
    assert list(batches(examples, seed=0)) == list(batches(examples, seed=0))
    assert list(batches(examples, seed=0)) != list(batches(examples, seed=1))


def test_a_matrix_is_rounded_by_no_more_than_half_a_step_of_its_row() -> None:
    chance = np.random.default_rng(2)
    factor = (chance.normal(size=(16, 384)) * np.logspace(-3, 1, 16)[:, None]).astype(np.float32)
    factor[3] = 0.0
    rounded, scale = as_int8(factor)
    again = rounded * scale.astype(np.float32)[:, None]
    # Half a step, and what the scale itself loses as float16.
    allowed = (0.5 + 127 * 2.0**-11) * scale.astype(np.float32)
    assert (np.abs(again - factor) <= allowed[:, None]).all()
    assert (again[3] == 0).all()
    assert np.abs(rounded).max(axis=1)[0] >= 126


def test_the_parts_split_every_set_evenly_and_no_group() -> None:
    groups = [(name, str(number)) for name in ("clapnq", "squad2") for number in range(12)]
    parts = split_in_parts([example(20, group) for group in groups for _ in range(3)])
    assert sorted(group for part in parts for group in part) == sorted(groups)
    for name in ("clapnq", "squad2"):
        assert {sum(group[0] == name for group in part) for part in parts} == {12 // len(parts)}


def test_it_ends_with_all_of_the_small_set_and_some_of_the_large_one() -> None:
    groups = [("clapnq", str(number)) for number in range(100)]
    groups += [("squad2", str(number)) for number in range(1000)]
    last = finishing([example(20, group) for group in groups])
    sets = [each.group[0] for each in last]
    assert sets.count("clapnq") == 100
    assert 200 < sets.count("squad2") < 400
    assert last == finishing([example(20, group) for group in groups])


def learned(seed: int) -> Learned:
    """Changes of half the rank that is kept: the mean of two loses nothing but the rounding."""
    chance = np.random.default_rng(seed)
    left, right = chance.normal(size=(48, RANK // 2)), chance.normal(size=(RANK // 2, 40))
    head = chance.normal(size=(40, 3)).astype(np.float32)
    return Learned({"layer": (left @ right).astype(np.float32)}, head, np.full(3, seed, np.float32))


def test_what_ships_is_the_mean_of_both_readers() -> None:
    one, other = learned(1), learned(3)
    deltas = as_deltas(mean_of([one, other]))
    a, b = (
        deltas[f"layer.{key}"] * deltas[f"layer.{key}_scale"].astype(np.float32)[:, None]
        for key in ("a", "b")
    )
    wanted = (one.changes["layer"] + other.changes["layer"]) / 2
    assert np.abs(b @ a - wanted).max() < 0.02 * np.abs(wanted).max()
    assert np.allclose(deltas["head"], (one.head + other.head) / 2)
    assert deltas["bias"].tolist() == [2.0, 2.0, 2.0]


def test_to_the_second_reader_evidence_also_tells_whether_a_passage_answers() -> None:
    evidence = [replace(example(20), only_sentences=True) for _ in range(3)]
    first, second = lessons_of(evidence)
    assert [each.only_sentences for each in first] == [True] * 3
    assert second == [example(20)] * 3

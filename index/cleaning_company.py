"""What a block's neighbours say of it, once each block has been judged on its own.

The second of two stages (`index.cleaning_model`): a paragraph between two paragraphs of
the body is body; a fine sentence about something else, far from the body, is a teaser.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.cleaning_features import Matrix

Numbers = NDArray[np.float64]

_WINDOWS = (1, 3, 10)
_CONTENT_WORD = re.compile(r"[^\W\d_]{5,}")
_LONGEST_READ = 1500
_HEAVIEST = 60.0
_SURE = 6.0

COMPANY_NAMES = (
    "constant",
    "own log odds",
    *(
        f"{what} in {size} {where}"
        for size in _WINDOWS
        for what, where in (
            ("body share", "above"),
            ("body share", "below"),
            ("body words", "above"),
            ("body words", "below"),
        )
    ),
    "in main part",
    "in main part * own log odds",
    "blocks from main part",
    "above main part",
    "shared words",
    "shared words * their number",
)


def log_odds(probability: Numbers) -> Numbers:
    """Return log(p / (1 - p)), kept between -6 and 6."""
    bounded = np.clip(probability, 1e-9, 1 - 1e-9)
    return np.clip(np.log(bounded / (1.0 - bounded)), -_SURE, _SURE)


def company(lines: Sequence[str], probability: Numbers, words: NDArray[np.float32]) -> Matrix:
    """Return one row a block: what the first stage's probabilities say around it."""
    count = len(lines)
    places = np.arange(count)
    own = log_odds(probability)
    weight = probability * np.minimum(words, _HEAVIEST)
    columns = [np.ones(count), own]
    share_sum, word_sum = _running(probability), _running(weight)
    for size in _WINDOWS:
        low, high = np.maximum(places - size, 0), np.minimum(places + 1 + size, count)
        columns += [
            (share_sum[places] - share_sum[low]) / size,
            (share_sum[high] - share_sum[places + 1]) / size,
            np.log1p(word_sum[places] - word_sum[low]),
            np.log1p(word_sum[high] - word_sum[places + 1]),
        ]
    start, end = main_part(probability, words)
    inside = ((places >= start) & (places < end)).astype(np.float64)
    away = np.maximum(0, np.maximum(start - places, places - end + 1))
    columns += [inside, inside * own, np.log1p(away), (places < start).astype(np.float64)]
    columns += _shared_words(lines, probability)
    return np.stack(columns, axis=1).astype(np.float32)


def main_part(probability: Numbers, words: NDArray[np.float32]) -> tuple[int, int]:
    """Return the run of blocks, `start:end`, that holds most body for least furniture.

    The run of greatest sum of (p - 0.4) x words (Kadane's algorithm).
    """
    best, best_run = 0.0, (0, 0)
    total, start = 0.0, 0
    for place, value in enumerate(((probability - 0.4) * np.minimum(words, _HEAVIEST)).tolist()):
        if total <= 0.0:
            total, start = 0.0, place
        total += value
        if total > best:
            best, best_run = total, (start, place + 1)
    return best_run


def _running(values: Numbers) -> Numbers:
    return np.concatenate(([0.0], np.cumsum(values)))


def _shared_words(lines: Sequence[str], probability: Numbers) -> list[Numbers]:
    """Return how many of a block's longer words stand in other blocks of the likely body."""
    vocabularies = [set(_CONTENT_WORD.findall(line[:_LONGEST_READ].lower())) for line in lines]
    likely = (probability > 0.5).tolist()
    blocks_with: Counter[str] = Counter()
    for vocabulary, body in zip(vocabularies, likely, strict=True):
        if body:
            blocks_with.update(vocabulary)
    share, weighted = np.full(len(lines), 0.3), np.zeros(len(lines))
    for place, (vocabulary, body) in enumerate(zip(vocabularies, likely, strict=True)):
        if vocabulary:
            shared = sum(blocks_with[word] > body for word in vocabulary) / len(vocabulary)
            share[place] = shared
            weighted[place] = shared * min(len(vocabulary), 20) / 20
    return [share, weighted]

"""Whether two texts are (nearly) the same words: one wire story under two names.

Runs of four words are compared (Broder, "On the resemblance and containment of documents",
1997, https://doi.org/10.1109/SEQUEN.1997.666900): the share of the shorter text's runs that the
longer one holds too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from index.found import Carrier, Hit

SAME_FROM = 0.7
"""Share of the shorter text's runs of words from which two texts count as the same story."""
_RUN = 4
_WORD = re.compile(r"\w+")


def same_words(one: str, other: str) -> bool:
    """Whether two texts are nearly the same words, of similar length.

    Texts of fewer than eight words must be equal but for case and punctuation.
    """
    runs, more = _runs(one), _runs(other)
    shorter, longer = sorted((runs, more), key=len)
    if len(shorter) < _RUN:
        return _plain(one) == _plain(other)
    # A short passage inside a much longer one is no duplicate: the longer one says more.
    if len(shorter) < 0.4 * len(longer):
        return False
    return len(shorter & longer) >= SAME_FROM * len(shorter)


def _plain(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.casefold()))


@lru_cache(maxsize=2048)
def _runs(text: str) -> frozenset[tuple[str, ...]]:
    words = _plain(text)
    return frozenset(words[i : i + _RUN] for i in range(len(words) - _RUN + 1))


def collapsed(hits: Sequence[Hit], k: int) -> list[Hit]:
    """Return the `k` best hits, each with the other articles that carry the same words."""
    kept: list[Hit] = []
    carriers: list[list[Carrier]] = []
    for hit in hits:
        for number, earlier in enumerate(kept):
            if same_words(earlier.passage.text, hit.passage.text):
                carriers[number].append(Carrier(hit.passage, hit.article))
                break
        else:
            if len(kept) < k:
                kept.append(hit)
                carriers.append([])
    return [
        hit if not others else replace(hit, carriers=tuple(others))
        for hit, others in zip(kept, carriers, strict=True)
    ]

"""Inside a bracket only what leads to an offered number can be written."""

from __future__ import annotations

import numpy as np
import pytest

from eval.marker_mask import MarkerMask

PIECES = [" the", " [", "[", "1", "2", "7", "12", "]", ",", " [7", "[1]", " word", "]."]


def left(written: list[str], offered: list[int]) -> set[str]:
    mask = MarkerMask(PIECES, offered, prompt=1)
    tokens = np.array([0, *(PIECES.index(piece) for piece in written)], dtype=np.intc)
    logits = mask(tokens, np.zeros(len(PIECES), dtype=np.single))
    return {piece for piece, logit in zip(PIECES, logits, strict=True) if logit > -np.inf}


@pytest.mark.parametrize(
    ("written", "offered", "allowed"),
    [
        ([" word"], [1, 12], set(PIECES) - {" [7"}),
        ([" ["], [1, 12], {"1", "12"}),
        ([" [", "1"], [1, 12], {"2", "]", ","}),
        ([" [", "1"], [12], {"2"}),
        ([" [", "1", ","], [1, 2], {"1", "2"}),
        ([" [", "1", "]"], [1], set(PIECES) - {" [7"}),
    ],
)
def test_only_offered_numbers_can_follow(
    written: list[str], offered: list[int], allowed: set[str]
) -> None:
    assert left(written, offered) == allowed

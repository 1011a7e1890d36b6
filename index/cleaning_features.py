"""What can be said of a text's blocks in numbers, for the model that tells body from furniture.

A block is one line or one hard-wrapped paragraph (`index.blocks`). Nothing here decides
anything; `index.cleaning_model` weighs the numbers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.furniture import furniture_reason

Matrix = NDArray[np.float32]
Numbers = NDArray[np.float32]

# Furniture reasons that are features of their own.
REASONS = (
    "comments",
    "sign-in",
    "newsletter",
    "sharing",
    "advertisement",
    "cookie notice",
    "site links",
    "copyright",
    "byline",
    "update note",
    "caption",
    "related",
    "section label",
    "rule",
    "votes",
    "date line",
    "related link",
)
# Comments carry a date or votes each.
_STAMPS = ("votes", "date line")
_WORD_BINS = (2, 4, 7, 11, 17, 28, 50)
_WINDOWS = (1, 2, 5, 12, 30)
_SIGNALS = ("prose", "furniture", "short lines", "stamps")
_OPENERS = (
    ("related",),
    ("comments", "votes"),
    ("copyright",),
    ("newsletter", "sign-in", "sharing"),
)
_HEAVIEST = 80.0
_FAR = 1 << 30
_LONGEST_READ = 1200
_ONE_OF_WORD_BINS = np.eye(len(_WORD_BINS) + 1, dtype=np.float32)
# The last row, all zero, is for a block with none of the reasons.
_ONE_OF_REASONS = np.eye(len(REASONS) + 1, len(REASONS), dtype=np.float32)
_REASON_NUMBER: dict[str | None, int] = {reason: i for i, reason in enumerate(REASONS)}

_ENDS = re.compile(r"[.!?。！？।]['\"”’»)\]]*$")
_INNER_END = re.compile(r"[.!?]['\"”’)]* +['\"“‘(]?[A-ZÀ-ÞА-Я]|[。！？]")
_ADDRESS = re.compile(r"@\w|https?:|www\.|\.com\b", re.IGNORECASE)
_SEPARATOR = re.compile(r"[|•·»›→/]")
_YOU = frozenset("you your you're we our us sie ihr ihre vous votre tu su usted вы ваш".split())
_I = frozenset("i my me i'm i've lol he's it's don't can't ich mein je".split())
_FUNCTION = frozenset(
    (
        "the of and to in is that for was with on as by at from it an be are have has he she they "
        "his her their its which who not but had were been der die und den von zu das mit sich des "
        "auf für ist im dem nicht ein eine le la les de et en un une que dans qui pour est au sur "
        "el los del se las por con para una di che il per della в и не на что с по как это его к "
        "но из у за от"
    ).split()
)


@dataclass(frozen=True, slots=True)
class Blocks:
    """The blocks of one text in numbers, one entry or row a block."""

    reasons: tuple[str | None, ...]
    words: Numbers
    prose: Numbers
    features: Matrix


def feature_names() -> tuple[str, ...]:
    """Return the name of every column of `Blocks.features`."""
    return tuple(_NAMES)


def measure(lines: Sequence[str]) -> Blocks:
    """Return the numbers of a text's blocks."""
    count = len(lines)
    reasons = tuple(furniture_reason(line) for line in lines)
    own = np.array([_own(line) for line in lines], dtype=np.float32).reshape(count, len(_OWN))
    words, ends = own[:, 0].copy(), own[:, 1]
    known = np.array([reason is not None for reason in reasons], dtype=np.bool_)
    is_prose = ~known & (((ends > 0) & (words >= 8)) | (words >= 30))
    prose = np.where(is_prose, np.minimum(words, _HEAVIEST), 0.0).astype(np.float32)
    features = np.hstack(
        [
            np.ones((count, 1), dtype=np.float32),
            _ONE_OF_WORD_BINS[np.searchsorted(_WORD_BINS, words)],
            own[:, 1:],
            _ONE_OF_REASONS[[_REASON_NUMBER.get(reason, -1) for reason in reasons]],
            _repeated(lines),
            _runs(words, own, reasons),
            _context(words, ends, known.astype(np.float32), prose, reasons),
        ]
    )
    return Blocks(reasons, words, prose, features.astype(np.float32))


_OWN = (
    "words",
    "ends sentence",
    "ends colon",
    "ends question",
    "ends ellipsis",
    "lower case share",
    "function word share",
    "figures share",
    "commas",
    "quotation",
    "inner sentence end",
    "you",
    "I",
    "address",
    "separator",
    "capitals",
    "begins small",
    "title case",
)


def _own(line: str) -> tuple[float, ...]:
    head = line[:_LONGEST_READ]
    words = head.split()
    count = float(len(words))
    if len(head) > 14 * len(words):  # a script without spaces
        count = len(head) / 2.5
    count *= len(line) / max(1, len(head))
    first = words[:60]
    size = max(1, len(first))
    initials = [word[0] for word in first]
    small = [word.lower() for word in first]
    long_initials = [word[0] for word in first if len(word) > 3]
    titled = sum(map(str.isupper, long_initials)) / max(1, len(long_initials))
    last = line[-1] if line else " "
    ends = _ENDS.search(line[-8:]) is not None
    return (
        count,
        float(ends),
        float(last == ":"),
        float(last == "?"),
        float(line.endswith(("...", "…"))),
        sum(map(str.islower, initials)) / size,
        sum(map(_FUNCTION.__contains__, small)) / size,
        sum(map(str.isdigit, initials)) / size,
        float("," in head),
        float('"' in head or "“" in head or "«" in head),
        float(_INNER_END.search(head) is not None),
        float(not _YOU.isdisjoint(small)),
        float(not _I.isdisjoint(small)),
        float(_ADDRESS.search(head) is not None),
        float(_SEPARATOR.search(head) is not None),
        float(head.isupper()),
        float(bool(words) and words[0][0].islower()),
        float(len(long_initials) >= 3 and titled > 0.7),
    )


def _repeated(lines: Sequence[str]) -> Matrix:
    counts = Counter(lines)
    return np.array([[counts[line] > 1] for line in lines], dtype=np.float32).reshape(-1, 1)


def _runs(words: Numbers, own: Matrix, reasons: Sequence[str | None]) -> Matrix:
    """Say which blocks are in runs of lines like titles, with at most furniture between."""
    titled = own[:, _OWN.index("title case")]
    headline = (
        (words >= 4) & (words <= 40) & (own[:, 1] == 0) & (own[:, _OWN.index("begins small")] == 0)
    )
    may_be = headline.tolist()
    found = np.zeros((len(words), 4), dtype=np.float32)
    run: list[int] = []
    for place in range(len(words) + 1):
        ended = place == len(words)
        if not ended and reasons[place] is not None:
            continue
        if not ended and may_be[place]:
            run.append(place)
            continue
        if len(run) >= 3:
            found[run] = (1.0, float(len(run) >= 6), float(ended), float(titled[run].mean()))
        run = []
    return found


def _context(
    words: Numbers,
    ends: Numbers,
    known: Numbers,
    prose: Numbers,
    reasons: Sequence[str | None],
) -> Matrix:
    plain_short = ((words <= 14) & (ends == 0)).astype(np.float32)
    stamped = np.array([reason in _STAMPS for reason in reasons], dtype=np.float32)
    signals = np.stack([prose / 20.0, known, plain_short, stamped], axis=1)
    everything = max(1.0, float(prose.sum()))
    seen = np.cumsum(prose) - prose
    before = seen / everything
    after = 1.0 - (seen + prose) / everything
    openers = [
        _since(np.array([reason in names for reason in reasons]) & (before > 0.2))
        for names in _OPENERS
    ]
    shares = (prose.sum() / max(1.0, float(words.sum())), known.mean(), plain_short.mean())
    whole = np.tile(np.array(shares, dtype=np.float32), (len(words), 1))
    return np.hstack(
        [
            *(_windows(signals, size) for size in _WINDOWS),
            np.stack([before, after, seen == 0, after <= 1e-6], axis=1),
            *openers,
            whole,
            plain_short[:, None] * whole,
        ]
    )


def _windows(signals: Matrix, size: int) -> Matrix:
    """Return log(1 + sum) of every signal over the `size` blocks above, then below, each block."""
    count = len(signals)
    total = np.vstack([np.zeros(signals.shape[1]), np.cumsum(signals, axis=0, dtype=np.float64)])
    places = np.arange(count)
    above = total[places] - total[np.maximum(places - size, 0)]
    below = total[np.minimum(places + 1 + size, count)] - total[places + 1]
    sums: NDArray[np.float64] = np.maximum(np.hstack([above, below]), 0.0)
    return np.log1p(sums).astype(np.float32)


def _since(opened: NDArray[np.bool_]) -> Matrix:
    """Return, for each block, how near the last opener above is: at once, near, far."""
    places = np.arange(len(opened))
    last = np.maximum.accumulate(np.where(opened, places, -_FAR))
    distance = places - last
    near = (distance <= 3, (distance > 3) & (distance <= 12), (distance > 12) & (last >= 0))
    return np.stack(near, axis=1).astype(np.float32)


def _names() -> list[str]:
    names = ["constant", *(f"words over {edge}" for edge in (0, *_WORD_BINS))]
    names += [*_OWN[1:], *REASONS]
    names += ["repeated", "in 3 headlines", "in 6 headlines", "in last headlines"]
    names.append("titled headlines")
    for size in _WINDOWS:
        for where in ("above", "below"):
            names += [f"{what} in {size} {where}" for what in _SIGNALS]
    names += ["share of prose above", "share of prose below", "no prose above", "no prose below"]
    for what in ("related", "comments", "copyright", "invitations"):
        names += [f"{what} just above", f"{what} near above", f"{what} far above"]
    names += [f"{what} share of text" for what in ("prose", "furniture", "short")]
    names += [f"short * {what} share" for what in ("prose", "furniture", "short")]
    return names


_NAMES = _names()

"""What can be said of a text's blocks in numbers, for the model that tells body from furniture.

A block is one line or one hard-wrapped paragraph (`index.blocks`). Nothing here decides
anything; `index.cleaning_model` weighs the numbers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

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
_LONGEST_READ = 1200

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
    reasons = tuple(furniture_reason(line) for line in lines)
    own = np.array([_own(line) for line in lines], dtype=np.float32).reshape(len(lines), len(_OWN))
    words, ends = own[:, 0].copy(), own[:, 1]
    known = np.array([reason is not None for reason in reasons], dtype=np.float32)
    prose = np.where((ends > 0) & (words >= 8) & (known == 0), np.minimum(words, 80.0), 0.0)
    prose = np.where((words >= 30) & (known == 0), np.minimum(words, 80.0), prose).astype(
        np.float32
    )
    columns = [np.ones(len(lines), dtype=np.float32)]
    columns += _word_bins(words)
    columns += [own[:, i] for i in range(1, len(_OWN))]
    columns += [np.array([r == reason for r in reasons], dtype=np.float32) for reason in REASONS]
    columns.append(_repeated(lines))
    columns += _runs(words, own, reasons)
    columns += _context(words, ends, known, prose, reasons)
    return Blocks(reasons, words, prose, np.stack(columns, axis=1).astype(np.float32))


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
    lower = sum(word[0].islower() for word in first)
    small = [word.lower() for word in first]
    function = sum(word in _FUNCTION for word in small)
    last = line[-1] if line else " "
    ends = _ENDS.search(line[-8:]) is not None
    long_words = [word for word in first if len(word) > 3]
    titled = sum(word[0].isupper() for word in long_words) / max(1, len(long_words))
    return (
        count,
        float(ends),
        float(last == ":"),
        float(last == "?"),
        float(line.endswith(("...", "…"))),
        lower / size,
        function / size,
        sum(word[0].isdigit() for word in first) / size,
        float("," in head),
        float('"' in head or "“" in head or "«" in head),
        float(_INNER_END.search(head) is not None),
        float(not _YOU.isdisjoint(small)),
        float(not _I.isdisjoint(small)),
        float(_ADDRESS.search(head) is not None),
        float(_SEPARATOR.search(head) is not None),
        float(head.isupper()),
        float(bool(words) and words[0][0].islower()),
        float(len(long_words) >= 3 and titled > 0.7),
    )


def _word_bins(words: Numbers) -> list[Numbers]:
    edges = (0, *_WORD_BINS, float("inf"))
    return [((words > low) & (words <= high)).astype(np.float32) for low, high in pairwise(edges)]


def _repeated(lines: Sequence[str]) -> Numbers:
    counts: dict[str, int] = {}
    for line in lines:
        counts[line] = counts.get(line, 0) + 1
    return np.array([counts[line] > 1 for line in lines], dtype=np.float32)


def _runs(words: Numbers, own: Numbers, reasons: Sequence[str | None]) -> list[Numbers]:
    """Say which blocks are in runs of lines like titles, with at most furniture between."""
    titled = own[:, _OWN.index("title case")]
    headline = (
        (words >= 4) & (words <= 40) & (own[:, 1] == 0) & (own[:, _OWN.index("begins small")] == 0)
    )
    few, many, last, in_titles = (np.zeros(len(words), dtype=np.float32) for _ in range(4))
    run: list[int] = []
    for place in range(len(words) + 1):
        ended = place == len(words)
        if not ended and reasons[place] is not None:
            continue
        if not ended and headline[place]:
            run.append(place)
            continue
        if len(run) >= 3:
            few[run], many[run], last[run] = 1.0, float(len(run) >= 6), float(ended)
            in_titles[run] = float(titled[run].mean())
        run = []
    return [few, many, last, in_titles]


def _window(values: Numbers, size: int) -> tuple[Numbers, Numbers]:
    """Return the sums of the `size` values before and after each place."""
    total = np.concatenate(([0.0], np.cumsum(values, dtype=np.float64)))
    places = np.arange(len(values))
    before = total[places] - total[np.maximum(places - size, 0)]
    after = total[np.minimum(places + 1 + size, len(values))] - total[places + 1]
    return before.astype(np.float32), after.astype(np.float32)


def _context(
    words: Numbers,
    ends: Numbers,
    known: Numbers,
    prose: Numbers,
    reasons: Sequence[str | None],
) -> list[Numbers]:
    columns: list[Numbers] = []
    plain_short = ((words <= 14) & (ends == 0)).astype(np.float32)
    stamped = np.array([reason in _STAMPS for reason in reasons], dtype=np.float32)
    for size in _WINDOWS:
        for values, scale in ((prose, 20.0), (known, 1.0), (plain_short, 1.0), (stamped, 1.0)):
            before, after = _window(values, size)
            columns += [np.log1p(before / scale), np.log1p(after / scale)]
    everything = max(1.0, float(prose.sum()))
    seen = np.cumsum(prose) - prose
    before_share = (seen / everything).astype(np.float32)
    after_share = (1.0 - (seen + prose) / everything).astype(np.float32)
    columns += [
        before_share,
        after_share,
        (seen == 0).astype(np.float32),
        (after_share <= 1e-6).astype(np.float32),
    ]
    for names in (
        ("related",),
        ("comments", "votes"),
        ("copyright",),
        ("newsletter", "sign-in", "sharing"),
    ):
        opened = np.array([reason in names for reason in reasons]) & (before_share > 0.2)
        columns += _since(opened)
    prose_share = np.full(len(words), prose.sum() / max(1.0, float(words.sum())), dtype=np.float32)
    known_share = np.full(len(words), known.mean() if len(words) else 0.0, dtype=np.float32)
    short_share = np.full(len(words), plain_short.mean() if len(words) else 0.0, dtype=np.float32)
    columns += [prose_share, known_share, short_share]
    columns += [plain_short * prose_share, plain_short * known_share, plain_short * short_share]
    return columns


def _since(opened: NDArray[np.bool_]) -> list[Numbers]:
    """Return, for each block, how near the last opener above is: at once, near, far."""
    places = np.arange(len(opened))
    last = np.maximum.accumulate(np.where(opened, places, -10_000))
    distance = places - last
    return [
        (distance <= 3).astype(np.float32),
        ((distance > 3) & (distance <= 12)).astype(np.float32),
        ((distance > 12) & (distance < 5_000)).astype(np.float32),
    ]


def _names() -> list[str]:
    edges = (0, *_WORD_BINS)
    names = ["constant"]
    names += [f"words over {edge}" for edge in edges]
    names += list(_OWN[1:])
    names += list(REASONS)
    names += [
        "repeated",
        "in 3 headlines",
        "in 6 headlines",
        "in last headlines",
        "titled headlines",
    ]
    for size in _WINDOWS:
        for what in ("prose", "furniture", "short lines", "stamps"):
            names += [f"{what} in {size} above", f"{what} in {size} below"]
    names += ["share of prose above", "share of prose below", "no prose above", "no prose below"]
    for what in ("related", "comments", "copyright", "invitations"):
        names += [f"{what} just above", f"{what} near above", f"{what} far above"]
    names += ["prose share of text", "furniture share of text", "short share of text"]
    names += ["short * prose share", "short * furniture share", "short * short share"]
    return names


_NAMES = _names()

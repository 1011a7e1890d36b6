r"""The article-extraction benchmark: its pages, its measure, its bootstrap.

Pages and measure: https://github.com/scrapinghub/article-extraction-benchmark. A text is
the multiset of its runs of four words (`\\w+`); precision and recall are means over pages
of shared / predicted and shared / true; F1 is their harmonic mean. The data are not part
of this repository: give the folder with `ground-truth.json` and `*.html.gz`.
"""

from __future__ import annotations

import gzip
import json
import random
import re
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_WORD = re.compile(r"\w+")
_RUN = 4


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the benchmark: its bytes and the body that a person marked."""

    name: str
    url: str
    html: bytes
    body: str


@dataclass(frozen=True, slots=True)
class PageScore:
    """Shared, predicted and true runs of four words of one page."""

    shared: int
    predicted: int
    true: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and its 95 % bootstrap interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


def read_pages(folder: Path) -> list[Page]:
    """Return the pages of a folder, in the order of `ground-truth.json`."""
    truth = json.loads((folder / "ground-truth.json").read_text("utf-8"))
    return [
        Page(
            name,
            entry["url"],
            gzip.decompress((folder / f"{name}.html.gz").read_bytes()),
            entry["articleBody"],
        )
        for name, entry in truth.items()
    ]


def score(true: str, predicted: str) -> PageScore:
    """Compare two texts as multisets of runs of four words."""
    left, right = _runs(true), _runs(predicted)
    return PageScore((left & right).total(), right.total(), left.total())


def _runs(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    if not words:
        return Counter()
    return Counter(tuple(words[i : i + _RUN]) for i in range(max(1, len(words) - _RUN + 1)))


def precision_recall_f1(scores: Sequence[PageScore]) -> tuple[float, float, float]:
    """Return the benchmark's three figures; a page with nothing predicted has no precision."""
    precisions = [s.shared / s.predicted for s in scores if s.predicted]
    recalls = [s.shared / s.true for s in scores if s.true]
    precision = statistics.mean(precisions) if precisions else 0.0
    recall = statistics.mean(recalls) if recalls else 0.0
    both = precision + recall
    return precision, recall, 2 * precision * recall / both if both else 0.0


def estimates(scores: Sequence[PageScore], *, rounds: int = 1000, seed: int = 1) -> list[Estimate]:
    """Return precision, recall and F1 with bootstrap intervals over pages."""
    chance = random.Random(seed)
    drawn = [precision_recall_f1(chance.choices(scores, k=len(scores))) for _ in range(rounds)]
    found = []
    for place, value in enumerate(precision_recall_f1(scores)):
        ordered = sorted(triple[place] for triple in drawn)
        low, high = ordered[int(0.025 * rounds)], ordered[int(0.975 * rounds) - 1]
        found.append(Estimate(value, low, high))
    return found

"""Search in libraries of many passages: latency, and what the approximate index misses.

Nobody ships 200,000 real passages, so they are made: texts of common English words drawn as
often as English uses them (Zipf), and vectors scattered around the starter embedder's own
embeddings of short texts, so that neighbourhoods are as uneven as real ones. Questions are
embedded by the real embedder. Everything else is the library's own path: catalogue, Chroma,
tantivy, fusion, ranking.
"""

from __future__ import annotations

import hashlib
import json
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np

from eval.metrics import percentile
from index.article import Article
from index.catalogue import Catalogue
from index.embedding import Embedder, Vectors
from index.exact import load_table
from index.library import Library
from index.retrieving import Retriever

QUESTIONS = 200
NEIGHBOURS = 10  # of which the recall is told
CENTRES = 1_000
SPREAD = 0.6  # the length of the noise beside a centre's 1: cosines to it are around 0.86
SENTENCES = range(8, 60)
WORDS = range(8, 28)
ARTICLES_AT_ONCE = 500
ZIPF = 1.0


@dataclass(frozen=True, slots=True)
class SearchFigures:
    """One size. Milliseconds; `recall` is the share of the exact nearest that are found."""

    passages: int
    search_p50: float
    search_p95: float
    dense_p50: float
    dense_p95: float
    recall: float
    megabytes: float


class MadeVectors:
    """An embedder that scatters passages around real embeddings; questions are really embedded."""

    def __init__(self, real: Embedder, texts: Sequence[str]) -> None:
        self._real = real
        self._centres = real.embed_passages(texts)

    @property
    def name(self) -> str:
        """The real embedder's name: its questions search these vectors."""
        return self._real.name

    @property
    def dimension(self) -> int:
        """The real embedder's dimension."""
        return self._real.dimension

    @property
    def max_tokens(self) -> int:
        """The real embedder's limit."""
        return self._real.max_tokens

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return for each text a unit vector near one centre; equal texts give equal vectors."""
        rows = np.empty((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
            chooser = np.random.default_rng(seed)
            noise = chooser.standard_normal(self.dimension, dtype=np.float32)
            noise *= SPREAD / float(np.linalg.norm(noise))
            row[:] = self._centres[chooser.integers(len(self._centres))] + noise
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return rows

    def embed_question(self, text: str) -> Vectors:
        """Return the real embedding."""
        return self._real.embed_question(text)


def measure(
    sizes: Sequence[int], embedder: Embedder, told: Callable[[int, int], None] | None = None
) -> Iterator[SearchFigures]:
    """Make libraries of at least so many passages and measure searching each.

    `told` hears how many passages of how many there are.
    """
    writer = Writer(random.Random(0))
    made = MadeVectors(embedder, [writer.sentence() for _ in range(CENTRES)])
    questions = [writer.question() for _ in range(QUESTIONS)]
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="footnote-bench-") as folder:
            where = Path(folder) / "library"
            with Library.create_or_open(where, embedder=made) as library:
                while library.passage_count < size:
                    library.add(writer.article() for _ in range(min(ARTICLES_AT_ONCE, size)))
                    if told is not None:
                        told(min(library.passage_count, size), size)
            with Library.open(where, embedder=made) as library:
                yield _search(library, made, questions)


def _search(library: Library, made: MadeVectors, questions: Sequence[str]) -> SearchFigures:
    retriever = Retriever(library)
    retriever.search(questions[0], k=NEIGHBOURS)  # opens what is opened once
    library.dense(made.embed_question(questions[0]), NEIGHBOURS)
    whole, dense, found = [], [], []
    for question in questions[1:]:
        started = time.perf_counter()
        retriever.search(question, k=NEIGHBOURS)
        whole.append((time.perf_counter() - started) * 1000)
        vector = made.embed_question(question)
        started = time.perf_counter()
        got = library.dense(vector, NEIGHBOURS)
        dense.append((time.perf_counter() - started) * 1000)
        found.append((vector, {identity for identity, _ in got}))
    memory = _memory()
    return SearchFigures(
        library.passage_count,
        percentile(whole, 0.5),
        percentile(whole, 0.95),
        percentile(dense, 0.5),
        percentile(dense, 0.95),
        _recall(library, found),
        memory,
    )


def _recall(library: Library, found: Sequence[tuple[Vectors, set[str]]]) -> float:
    """Return the share of the exact nearest that were found."""
    with closing(Catalogue(library.folder, write=False)) as catalogue:
        made_with = catalogue.meta("embedding") or ""
        table = load_table(catalogue, made_with, library.embedder.dimension)
    nearest = [
        {identity for identity, _ in table.search(vector, NEIGHBOURS)} for vector, _ in found
    ]
    kept = sum(len(near & got) for near, (_, got) in zip(nearest, found, strict=True))
    return kept / sum(len(near) for near in nearest)


def _memory() -> float:
    from eval.run import peak_memory_mb

    return peak_memory_mb() or 0.0


class Writer:
    """Writes texts of common English words."""

    def __init__(self, chooser: random.Random) -> None:
        raw = json.loads(
            resources.files("index").joinpath("common_words.json").read_text(encoding="utf-8")
        )
        shares: dict[str, float] = raw["share_of_passages"]
        self._words = sorted(shares, key=lambda word: (-shares[word], word))
        self._weights = [1 / (rank + 1) ** ZIPF for rank in range(len(self._words))]
        self._chooser = chooser
        self._number = 0

    def sentence(self) -> str:
        """Return a sentence of words drawn by their rank."""
        words = self._chooser.choices(self._words, self._weights, k=self._chooser.choice(WORDS))
        return f"{' '.join(words).capitalize()}."

    def question(self) -> str:
        """Return a question about three rarer words."""
        rare = self._chooser.sample(self._words[200:], 3)
        return f"What did the {rare[0]} {rare[1]} say about {rare[2]}?"

    def article(self) -> Article:
        """Return an article like no other."""
        self._number += 1
        text = " ".join(self.sentence() for _ in range(self._chooser.choice(SENTENCES)))
        return Article(text, f"Article {self._number}", source=f"Source {self._number % 40}")

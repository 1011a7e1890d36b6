"""A small deterministic embedder for tests: words hashed into signed buckets, no model."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from index.embedding import Vectors


@dataclass
class HashingEmbedder:
    """Texts that share words have similar vectors. `seen` holds every text it embedded."""

    name: str = "hashing-64"
    dimension: int = 64
    max_tokens: int = 512
    seen: list[str] = field(default_factory=list)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.seen.extend(texts)
        return np.stack([self._vector(text) for text in texts])

    def embed_question(self, text: str) -> Vectors:
        return self._vector(text)

    def _vector(self, text: str) -> Vectors:
        row = np.zeros(self.dimension, dtype=np.float32)
        for word in re.findall(r"\w+", text.lower()) or ["\x00"]:
            digest = hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest()
            number = int.from_bytes(digest, "little")
            row[number % self.dimension] += 1.0 if number >> 63 else -1.0
        if not row.any():
            row[0] = 1.0
        return np.asarray(row / np.linalg.norm(row), dtype=np.float32)

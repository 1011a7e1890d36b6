"""The support check as answers, summaries and drafts use it: with or without an embedder."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from index.embedding import Embedder, Vectors
from qa.answer import Support
from qa.support import check_claim


class SupportChecker:
    """Checks claims against sentences, remembering what it has embedded.

    Without an embedder no similarity is counted in.
    """

    def __init__(self, embedder: Embedder | None = None) -> None:
        self._embedder = embedder
        self._vector = lru_cache(maxsize=4096)(self._embedded)

    def check(self, claim: str, evidence: Sequence[str], context: Sequence[str] = ()) -> Support:
        """Return whether the cited sentences support the claim; see `check_claim`."""
        similarity = None
        if self._embedder is not None and evidence:
            similarity = max(float(self._vector(claim) @ self._vector(text)) for text in evidence)
        return check_claim(claim, evidence, context=context, similarity=similarity)

    def _embedded(self, text: str) -> Vectors:
        if self._embedder is None:
            raise ValueError("there is no embedder")
        vector: Vectors = self._embedder.embed_passages([text])[0]
        return vector

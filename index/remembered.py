"""An embedder that remembers the texts it has just seen."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from index.embedding import Embedder, Vectors

REMEMBERED_TEXTS = 8192


class RememberedVectors:
    """The embedder with a memory of the last texts: least recently used go first."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._kept: OrderedDict[tuple[str, str], Vectors] = OrderedDict()

    def of_question(self, text: str) -> Vectors:
        key = ("question", text)
        if key not in self._kept:
            self._keep(key, self._embedder.embed_question(text))
        return self._kept[key]

    def of_texts(self, texts: Sequence[str]) -> list[Vectors]:
        """Return one vector a text, in order; what is new is embedded in one batch."""
        known = {text: self._kept.get(("text", text)) for text in texts}
        new = [text for text, vector in known.items() if vector is None]
        if new:
            for text, vector in zip(new, self._embedder.embed_passages(new), strict=True):
                known[text] = vector
        for text, vector in known.items():
            if vector is not None:
                self._keep(("text", text), vector)
        return [vector for text in texts if (vector := known[text]) is not None]

    def _keep(self, key: tuple[str, str], vector: Vectors) -> None:
        self._kept[key] = vector
        self._kept.move_to_end(key)
        while len(self._kept) > REMEMBERED_TEXTS:
            self._kept.popitem(last=False)

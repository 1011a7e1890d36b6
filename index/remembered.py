"""What has just been seen is remembered: texts' vectors, and anything else by a key."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from typing import Generic, TypeVar

from index.embedding import Embedder, Vectors

REMEMBERED_TEXTS = 8192

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Recent(Generic[Key, Value]):
    """The last values used, by their keys: the least recently used go first. Thread-safe."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Key, Value] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key) -> Value | None:
        """Return the value kept under the key, None when there is none."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def keep(self, key: Key, value: Value) -> None:
        """Keep a value; forget the one that was not used for longest when there are too many."""
        with self._lock:
            self._kept[key] = value
            self._kept.move_to_end(key)
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)


class RememberedVectors:
    """The embedder with a memory of the last texts: least recently used go first."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._kept: Recent[tuple[str, str], Vectors] = Recent(REMEMBERED_TEXTS)

    def of_question(self, text: str) -> Vectors:
        vector = self._kept.get(("question", text))
        if vector is None:
            vector = self._embedder.embed_question(text)
            self._kept.keep(("question", text), vector)
        return vector

    def of_texts(self, texts: Sequence[str]) -> list[Vectors]:
        """Return one vector a text, in order; what is new is embedded in one batch."""
        known = {text: self._kept.get(("text", text)) for text in texts}
        new = [text for text, vector in known.items() if vector is None]
        if new:
            for text, vector in zip(new, self._embedder.embed_passages(new), strict=True):
                known[text] = vector
        for text, vector in known.items():
            if vector is not None:
                self._kept.keep(("text", text), vector)
        return [vector for text in texts if (vector := known[text]) is not None]

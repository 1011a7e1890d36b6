"""What an embedder is to the rest of the index.

An embedder knows nothing of articles or storage: texts in, unit vectors out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """Turns texts into unit vectors.

    `name` identifies the model and its file, and is recorded in every library made with
    it; `dimension` is the length of a vector; `max_tokens` is how much of a text is
    read, longer texts are cut.
    """

    @property
    def name(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    @property
    def max_tokens(self) -> int: ...

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one unit row per text, shape (len(texts), dimension), in the order given."""
        ...

    def embed_question(self, text: str) -> Vectors:
        """Return the question's unit vector, shape (dimension,), query prefix applied."""
        ...

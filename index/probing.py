"""Does the vector index find what it holds? A sample of passages, looked for by themselves.

Chroma can list a record that its graph does not find: the graph is approximate, and thins
out where many records have been deleted.
"""

from __future__ import annotations

import numpy as np

from index.embedding import Vectors
from index.exact import VectorTable
from index.vectors import VectorIndex

SAMPLE = 200
_TOLERANCE = 1e-3


def lost_passages(vectors: VectorIndex, table: VectorTable) -> tuple[int, int]:
    """Return how many passages are not found, and how many were looked for.

    The sample is spread evenly over the table, and the same every time.
    """
    if not table.ids:
        return 0, 0
    rows = np.linspace(0, len(table.ids) - 1, min(SAMPLE, len(table.ids))).astype(int)
    return sum(not _finds(vectors, table.matrix[row]) for row in rows), len(rows)


def _finds(vectors: VectorIndex, vector: Vectors) -> bool:
    """Return whether the index finds a passage with exactly this vector."""
    hits = vectors.search(vector, 10)
    return bool(hits) and hits[0][1] > 1 - _TOLERANCE

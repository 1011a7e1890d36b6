"""What of a passage is embedded, in one place.

`EMBEDDED_TEXT` names the choice and is part of the name that embeddings are stored
under, so that a library made with another choice is noticed and not mixed.
"""

from __future__ import annotations

from index.article import Passage, content_id

EMBEDDED_TEXT = "passage"


def passage_text_for_embedding(passage: Passage) -> str:
    """Return the words that stand for the passage: its text alone.

    A header (title, source, date) in front of it raises some collections and lowers others;
    see docs/retrieval.md.
    """
    return passage.text


def embedded_hash(passage: Passage) -> str:
    """Return the hash of the embedded words: equal words share one embedding."""
    return content_id(passage_text_for_embedding(passage), length=32)


def embedding_key(embedder_name: str) -> str:
    """Return the name that this embedder's vectors of this choice of text are stored under."""
    return f"{embedder_name} of {EMBEDDED_TEXT}"

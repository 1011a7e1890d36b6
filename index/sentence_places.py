"""The sentences of the passages found: those that may answer, with what stands around them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index.article import Span
from index.found import Hit, PassageStore


@dataclass(frozen=True, slots=True)
class Place:
    """A sentence of a passage that was found.

    `before` is the article's sentence before it, "" when there is none; `rank` is its passage's
    place among those found and `position` its own in the passage, both from 0.
    """

    hit: Hit
    span: Span
    text: str
    before: str
    rank: int
    position: int


def sentence_places(
    store: PassageStore, hits: Sequence[Hit], most: int, promise: Callable[[Place], float]
) -> list[Place]:
    """Return the sentences of the passages, each wording once.

    At most `most`: then those with the greatest promise, most promising first.
    """
    places: list[Place] = []
    seen: set[str] = set()
    for rank, hit in enumerate(hits):
        before = _last_sentence_before(store, hit)
        for position, span in enumerate(hit.passage.sentences):
            text = span.of(hit.article.text)
            plain = " ".join(text.casefold().split())
            if plain not in seen:
                seen.add(plain)
                places.append(Place(hit, span, text, before, rank, position))
            before = text
    if len(places) > most:
        places.sort(key=lambda place: -promise(place))
        del places[most:]
    return places


def _last_sentence_before(store: PassageStore, hit: Hit) -> str:
    if hit.passage.ordinal == 0:
        return ""
    for passage in store.passages(hit.passage.article_id):
        if passage.ordinal == hit.passage.ordinal - 1 and passage.sentences:
            return passage.sentences[-1].of(hit.article.text)
    return ""

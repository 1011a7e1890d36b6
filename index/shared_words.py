"""The words that two articles share, with their places in both: a quotation, a paragraph.

Said without calling the articles the same: two papers that quote one agency share its words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from index.article import Article, Span
from index.duplicates import placed_words

FEWEST_WORDS = 8
"""A shared run shorter than this may be chance: "the Prime Minister of Japan said that"."""
MOST_CARRIERS = 8
"""Words in more articles than this are furniture, or a saying: they make no pair."""


LONGEST_READ = 1_000_000
"""Characters of an article that are looked through for shared words."""


@dataclass(frozen=True, slots=True)
class SharedWords:
    """The same words (but for case and punctuation) at a place of each of two articles."""

    one: Span
    other: Span
    words: int


def shared_words(one: Article, other: Article) -> list[SharedWords]:
    """Return the longest runs of at least `FEWEST_WORDS` words that both bodies hold.

    In the order of the second article; runs do not overlap there.
    """
    first, second = _body_words(one), _body_words(other)
    places: dict[tuple[str, ...], list[int]] = {}
    for at, gram in enumerate(_grams(first)):
        places.setdefault(gram, []).append(at)
    found: list[SharedWords] = []
    grams = list(_grams(second))
    at = 0
    while at < len(grams):
        length, start = max(
            ((_common(first, second, place, at), place) for place in places.get(grams[at], ())),
            default=(0, 0),
        )
        if length < FEWEST_WORDS:
            at += 1
            continue
        found.append(
            SharedWords(
                Span(first[start][1].start, first[start + length - 1][1].end),
                Span(second[at][1].start, second[at + length - 1][1].end),
                length,
            )
        )
        at += length
    return found


def sharing_pairs(articles: Iterable[Article]) -> list[tuple[str, str]]:
    """Return the ids of all pairs of articles that share at least `FEWEST_WORDS` words."""
    holders: dict[int, set[str]] = {}
    for article in articles:
        # Hashes: the words of a whole library would not fit. `shared_words` tells a collision.
        for gram in {hash(gram) for gram in _grams(_body_words(article))}:
            holders.setdefault(gram, set()).add(article.id)
    pairs: Counter[tuple[str, str]] = Counter()
    for ids in holders.values():
        if 1 < len(ids) <= MOST_CARRIERS:
            pairs.update(combinations(sorted(ids), 2))
    return sorted(pairs)


Placed = tuple[str, Span]


def _body_words(article: Article) -> list[Placed]:
    spans = [
        Span(span.start, min(span.end, LONGEST_READ))
        for span in article.body_spans()
        if span.start < LONGEST_READ
    ]
    return [placed for span in spans for placed in placed_words(article.text, span)]


def _grams(words: Sequence[Placed]) -> Iterator[tuple[str, ...]]:
    plain = [word for word, _ in words]
    for at in range(len(plain) - FEWEST_WORDS + 1):
        yield tuple(plain[at : at + FEWEST_WORDS])


def _common(one: Sequence[Placed], other: Sequence[Placed], start: int, at: int) -> int:
    """Return how many words from two places on are the same."""
    length = 0
    while (
        start + length < len(one)
        and at + length < len(other)
        and one[start + length][0] == other[at + length][0]
    ):
        length += 1
    return length

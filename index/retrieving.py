"""From a question to ranked passages and ranked sentences, and whether they answer it.

`Retriever` asks a store for candidates (vectors and keywords), and `index.ranking` for
the scores. It writes nothing and knows nothing of models beyond the store's embedder.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Literal

import numpy as np

from index.answer_reader import BASE, Reader, Reading, shipped_reader
from index.answerability import answerable_features, explain
from index.article import Article, Passage, Span
from index.duplicates import collapsed
from index.embedding import Vectors
from index.filters import Filter
from index.found import (
    Carrier,
    Evidence,
    EvidenceSentence,
    Hit,
    PassageStore,
    RankedSentence,
    Ranking,
)
from index.question_words import (
    Question,
    Words,
    content_terms,
    counted_terms,
    joined_words,
    read_question,
    read_words,
    share,
)
from index.ranking import (
    Coefficients,
    SentenceContext,
    passage_features,
    rarity_among,
    sentence_features,
    shipped_coefficients,
)
from index.remembered import REMEMBERED_TEXTS, RememberedVectors

__all__ = [
    "Carrier",
    "Evidence",
    "EvidenceSentence",
    "Hit",
    "PassageStore",
    "RankedSentence",
    "Ranking",
    "Retriever",
]

POOL = 40
"""How many passages each of the two searches gives."""
PASSAGES_READ = 8
"""How many passages the evidence is looked for in."""
SENTENCES_EMBEDDED = 40
"""At most so many sentences are embedded for one question; it bounds the time."""
SENTENCES_READ = 10
"""How many of the best sentences the cross-encoder reads."""


class Retriever:
    """Finds passages and sentences for questions in one library.

    Not for several threads at once: it remembers vectors of sentences it has seen.
    """

    def __init__(
        self,
        library: PassageStore,
        *,
        coefficients: Coefficients | None = None,
        reader: Reader | Literal["shipped"] | None = "shipped",
    ) -> None:
        """Take a store; `reader` judges the best sentences, and None goes without one.

        The shipped one is used where the starter embedder is: it is made from it, and the
        coefficients were fitted on the two together.
        """
        self._store = library
        self._given = coefficients or shipped_coefficients()
        self._chosen_reader = reader
        self._remembered = RememberedVectors(library.embedder)
        self._words = lru_cache(maxsize=REMEMBERED_TEXTS)(self._read_words)

    @cached_property
    def _reader(self) -> Reader | None:
        # Loaded at the first question, because a plain search does without it.
        if self._chosen_reader != "shipped":
            return self._chosen_reader
        fits = self._store.embedder.name.startswith(f"{BASE}@")
        return shipped_reader() if fits and self._given.with_reader else None

    @property
    def _coefficients(self) -> Coefficients:
        with_reader = self._given.with_reader
        return with_reader if with_reader and self._reader else self._given

    def search(self, query: str, k: int = 10, where: Filter | None = None) -> list[Hit]:
        """Return the `k` best passages, best first; equal stories collapse into one hit."""
        question = self._question(query)
        vector = self._remembered.of_question(query)
        return self._hits(question, vector, k, where)

    def evidence(self, question: str, n: int = 12, where: Filter | None = None) -> Evidence:
        """Return the `n` best sentences with the probability that they answer the question."""
        ranking = self.rank(question, where)
        linear = self._coefficients.answerable
        probability = linear.probability(ranking.features) if ranking.sentences else 0.0
        return Evidence(
            sentences=tuple(ranked.sentence for ranked in ranking.sentences[:n]),
            hits=ranking.hits,
            answerable=probability,
            reason=explain(ranking.question, ranking.features, bool(ranking.sentences)),
        )

    def answers(self, evidence: Evidence, strictness: str = "normal") -> bool:
        """Whether the evidence passes the threshold of that strictness (low, normal, high).

        Raises:
            KeyError: no such strictness.

        """
        return evidence.answerable >= self._coefficients.thresholds[strictness]

    def rank(self, text: str, where: Filter | None = None) -> Ranking:
        """Return every candidate sentence with its features, best first."""
        question = self._question(text)
        vector = self._remembered.of_question(text)
        hits = self._hits(question, vector, PASSAGES_READ, where)
        places = self._places(question, hits)
        ranked = self._rank_sentences(question, vector, places)
        ranked = self._read(question, ranked, {place.text: place.before for place in places})
        features = answerable_features(
            question,
            [r.features for r in ranked],
            [r.sentence.score for r in ranked],
            [hit.score for hit in hits],
        )
        return Ranking(question, tuple(hits), tuple(ranked), features)

    def _question(self, text: str) -> Question:
        words = content_terms(text, self._store.keyword_terms)
        frequencies = self._store.document_frequency(counted_terms(words))
        return read_question(
            text, self._store.keyword_terms, frequencies, self._store.passage_count
        )

    def _read_words(self, text: str) -> Words:
        return read_words(text, self._store.keyword_terms)

    def candidates(
        self, text: str, where: Filter | None = None, *, k: int = PASSAGES_READ
    ) -> list[tuple[Hit, dict[str, float]]]:
        """Return every passage that either search gave with its features, best first.

        Equal stories are not collapsed. This is what training reads.
        """
        question = self._question(text)
        return self._scored(question, self._remembered.of_question(text), k, where)

    def _hits(self, question: Question, vector: Vectors, k: int, where: Filter | None) -> list[Hit]:
        return collapsed([hit for hit, _ in self._scored(question, vector, k, where)], k)

    def _scored(
        self, question: Question, vector: Vectors, k: int, where: Filter | None
    ) -> list[tuple[Hit, dict[str, float]]]:
        depth = max(POOL, 2 * k)
        dense = self._store.dense(vector, depth, where)
        keyword = self._store.keyword(question.text, depth, where)
        dense_rank = {passage_id: rank for rank, (passage_id, _) in enumerate(dense, start=1)}
        keyword_rank = {passage_id: rank for rank, (passage_id, _) in enumerate(keyword, start=1)}
        similarity = dict(dense)
        only_keyword = [passage_id for passage_id, _ in keyword if passage_id not in similarity]
        if only_keyword:
            found = self._store.vectors_of(only_keyword) @ vector
            similarity.update(zip(only_keyword, map(float, found), strict=True))
        scored = []
        for passage_id, cosine in similarity.items():
            passage = self._store.passage(passage_id)
            article = self._store.article(passage.article_id)
            sentences = self._sentence_words(passage, article)
            title = self._words(article.title)
            features = passage_features(question, passage.text, sentences, title, cosine)
            known = title.known.union(*(words.known for words in sentences))
            hit = Hit(
                passage=passage,
                article=article,
                score=self._given.passage.probability(features),
                dense_rank=dense_rank.get(passage_id),
                keyword_rank=keyword_rank.get(passage_id),
                similarity=cosine,
                bm25=features["bm25"],
                matched_terms=self._matched(question, known),
            )
            scored.append((hit, features))
        scored.sort(key=lambda found: (-found[0].score, found[0].passage.id))
        return scored

    def _sentence_words(self, passage: Passage, article: Article) -> list[Words]:
        return [self._words(span.of(article.text)) for span in passage.sentences]

    def _matched(self, question: Question, known: frozenset[str]) -> tuple[str, ...]:
        return tuple(question.written[term] for term in question.terms if term in known)

    def _rank_sentences(
        self, question: Question, vector: Vectors, places: Sequence[_Place]
    ) -> list[RankedSentence]:
        texts = [place.text for place in places]
        vectors = self._remembered.of_texts(texts)
        titles = self._remembered.of_texts([place.hit.article.title for place in places])
        by_text = dict(zip(texts, vectors, strict=True))
        rarity_here = rarity_among(question, [self._words(text) for text in texts])
        ranked = []
        for place, own, title in zip(places, vectors, titles, strict=True):
            before = by_text.get(place.before)
            together = own if before is None else own + before
            context = SentenceContext(
                passage=joined_words(self._sentence_words(place.hit.passage, place.hit.article)),
                title=self._words(place.hit.article.title),
                before=self._words(place.before),
                similarity=float(own @ vector),
                around=float(together @ vector / max(float(np.linalg.norm(together)), 1e-9)),
                passage_similarity=place.hit.similarity,
                title_similarity=float(title @ vector),
                rarity_here=rarity_here,
                rank=place.rank,
                position=place.position,
            )
            features = sentence_features(question, place.text, self._words(place.text), context)
            sentence = EvidenceSentence(
                article=place.hit.article,
                span=place.span,
                text=place.text,
                score=self._given.sentence.probability(features),
                passage_id=place.hit.passage.id,
                similarity=context.similarity,
            )
            ranked.append(RankedSentence(sentence, features))
        ranked.sort(key=_best_first)
        return ranked

    def _read(
        self, question: Question, ranked: list[RankedSentence], before: Mapping[str, str]
    ) -> list[RankedSentence]:
        """Let the reader judge the best sentences; the others count as the worst of these."""
        if self._reader is None or not ranked:
            return ranked
        readings = [
            Reading(r.sentence.article.title, before[r.sentence.text], r.sentence.text)
            for r in ranked[:SENTENCES_READ]
        ]
        judged = self._reader.read(question.text, readings)
        judged += [min(judged)] * (len(ranked) - len(judged))
        again = []
        for r, log_odds in zip(ranked, judged, strict=True):
            features = {**r.features, "read": max(-6.0, min(6.0, log_odds)) / 6.0}
            score = self._coefficients.sentence.probability(features)
            again.append(RankedSentence(replace(r.sentence, score=score), features))
        again.sort(key=_best_first)
        return again

    def _places(self, question: Question, hits: Sequence[Hit]) -> list[_Place]:
        """Return the sentences to embed: all, or those with most in common with the question."""
        places: list[_Place] = []
        seen: set[str] = set()
        for rank, hit in enumerate(hits):
            before = self._last_sentence_before(hit)
            for position, span in enumerate(hit.passage.sentences):
                text = span.of(hit.article.text)
                plain = " ".join(text.casefold().split())
                if plain not in seen:
                    seen.add(plain)
                    places.append(_Place(hit, span, text, before, rank, position))
                before = text
        if len(places) > SENTENCES_EMBEDDED:
            places.sort(key=lambda place: -self._promise(question, place))
            del places[SENTENCES_EMBEDDED:]
        return places

    def _promise(self, question: Question, place: _Place) -> float:
        return place.hit.score + share(question, self._words(place.text).known)

    def _last_sentence_before(self, hit: Hit) -> str:
        if hit.passage.ordinal == 0:
            return ""
        for passage in self._store.passages(hit.passage.article_id):
            if passage.ordinal == hit.passage.ordinal - 1 and passage.sentences:
                return passage.sentences[-1].of(hit.article.text)
        return ""


@dataclass(frozen=True, slots=True)
class _Place:
    hit: Hit
    span: Span
    text: str
    before: str
    rank: int
    position: int


def _best_first(ranked: RankedSentence) -> tuple[float, str, Span]:
    return (-ranked.sentence.score, ranked.sentence.article.id, ranked.sentence.span)

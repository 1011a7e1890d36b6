"""From a question to ranked passages and ranked sentences, and whether they answer it.

`Retriever` asks a store for candidates (vectors and keywords), and `index.ranking` for
the scores. It writes nothing and knows nothing of models beyond the store's embedder.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import replace
from functools import cached_property
from typing import Literal

import numpy as np

from index.answer_reader import BASE, Reader, Reading, shipped_reader
from index.answerability import answerable_features, explain
from index.article import Passage, Span
from index.dated_questions import Asked, asked_by_time
from index.embedding import Vectors
from index.event_dates import event_wish
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
from index.passage_search import PassageSearch
from index.question_dates import DateWish, dates_asked
from index.question_words import Question, joined_words, share
from index.ranking import (
    Coefficients,
    SentenceContext,
    rarity_among,
    sentence_features,
    shifted,
    shipped_coefficients,
)
from index.remembered import RememberedVectors
from index.sentence_places import Place, sentence_places

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

PASSAGES_READ = 8
"""How many passages the evidence is looked for in."""
SENTENCES_EMBEDDED = 40
"""At most so many sentences are embedded for one question; it bounds the time."""
PASSAGES_JUDGED = 5
"""How many passages the answer reader reads, those of the best sentences; it bounds the time."""
MOST_LOG_ODDS = 12.0
"""What the reader says beyond this is no surer."""


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
        dates: bool = True,
    ) -> None:
        """Take a store; `reader` judges the best sentences, and None goes without one.

        `dates`: whether dates in a question prefer articles and sentences, see `wish`.
        The shipped reader is used where the starter embedder is: it is made from it, and the
        coefficients were fitted on the two together.
        """
        self._store = library
        self._given = coefficients or shipped_coefficients()
        self._chosen_reader = reader
        self._dates = dates
        self._remembered = RememberedVectors(library.embedder)
        self._passages = PassageSearch(library, self._given.passage)
        self._words = self._passages.words

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

    def with_dates(self, dates: bool) -> Retriever:
        """Return one that heeds dates in questions or does not, and remembers the same texts."""
        other = copy(self)
        other._dates = dates
        return other

    def wish(self, question: str) -> DateWish | None:
        """Return what the question's dates prefer; None when it names none, or when off.

        Without a date an event may stand for one; its day costs one keyword search.
        """
        if not self._dates:
            return None
        asked = dates_asked(question, self._store.newest_day())
        return asked or event_wish(question, self._store)

    def search(self, query: str, k: int = 10, where: Filter | None = None) -> list[Hit]:
        """Return the `k` best passages, best first; equal stories collapse into one hit."""
        return self.search_with_wish(query, k, where)[0]

    def search_with_wish(
        self, query: str, k: int = 10, where: Filter | None = None
    ) -> tuple[list[Hit], DateWish | None]:
        """Return what `search` does, and what the query's dates preferred (`wish`)."""
        wish = self.wish(query)
        vector = self._remembered.of_question(query)
        return self._passages.hits(self._passages.question(query), vector, k, where, wish), wish

    def evidence(self, question: str, n: int = 12, where: Filter | None = None) -> Evidence:
        """Return the `n` best sentences with the probability that they answer the question."""
        wish = self.wish(question)
        ranking = self._rank(question, where, wish)
        linear = self._coefficients.answerable
        probability = linear.probability(ranking.features) if ranking.sentences else 0.0
        return Evidence(
            sentences=tuple(ranked.sentence for ranked in ranking.sentences[:n]),
            hits=ranking.hits,
            answerable=probability,
            reason=explain(ranking.question, ranking.features, bool(ranking.sentences)),
            preferred=wish.described if wish else "",
        )

    def answers(self, evidence: Evidence, strictness: str = "normal") -> bool:
        """Whether the evidence passes the threshold of that strictness (low, normal, high).

        Raises:
            KeyError: no such strictness.

        """
        return evidence.answerable >= self._coefficients.thresholds[strictness]

    def rank(self, text: str, where: Filter | None = None) -> Ranking:
        """Return every candidate sentence with its features, best first."""
        return self._rank(text, where, self.wish(text))

    def _rank(self, text: str, where: Filter | None, wish: DateWish | None) -> Ranking:
        question = self._passages.question(text)
        vector = self._remembered.of_question(text)
        hits = self._passages.hits(question, vector, PASSAGES_READ, where, wish)
        places = self._places(question, hits)
        passages = {hit.passage.id: hit.passage for hit in hits}
        asked = asked_by_time(question, wish, self._passages.question)
        ranked = self._rank_sentences(asked, vector, places)
        ranked = self._read(asked, ranked, passages)
        if wish is not None:
            days = [hit.article.published for hit in hits if hit.article.published]
            ranked = sorted((_preferred(r, wish, days) for r in ranked), key=_best_first)
        if ranked:
            best = ranked[0].sentence
            question = asked(best.article, passages[best.passage_id], best.span)
        features = answerable_features(
            question,
            [r.features for r in ranked],
            [r.sentence.score for r in ranked],
            [hit.score for hit in hits],
        )
        return Ranking(question, tuple(hits), tuple(ranked), features)

    def candidates(
        self, text: str, where: Filter | None = None, *, k: int = PASSAGES_READ
    ) -> list[tuple[Hit, dict[str, float]]]:
        """Return every passage that either search gave with its features, best first.

        Equal stories are not collapsed. This is what training reads.
        """
        question = self._passages.question(text)
        return self._passages.scored(question, self._remembered.of_question(text), k, where)

    def _rank_sentences(
        self, asked: Asked, vector: Vectors, places: Sequence[Place]
    ) -> list[RankedSentence]:
        texts = [place.text for place in places]
        vectors = self._remembered.of_texts(texts)
        titles = self._remembered.of_texts([place.hit.article.title for place in places])
        by_text = dict(zip(texts, vectors, strict=True))
        words = [self._words(text) for text in texts]
        questions = [asked(p.hit.article, p.hit.passage, p.span) for p in places]
        different = {each.text: each for each in questions}
        rarity_here = {text: rarity_among(each, words) for text, each in different.items()}
        ranked = []
        for question, place, own, title in zip(questions, places, vectors, titles, strict=True):
            before = by_text.get(place.before)
            together = own if before is None else own + before
            context = SentenceContext(
                passage=joined_words(
                    self._passages.sentence_words(place.hit.passage, place.hit.article)
                ),
                title=self._words(place.hit.article.title),
                before=self._words(place.before),
                similarity=float(own @ vector),
                around=float(together @ vector / max(float(np.linalg.norm(together)), 1e-9)),
                passage_similarity=place.hit.similarity,
                title_similarity=float(title @ vector),
                rarity_here=rarity_here[question.text],
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
        self, asked: Asked, ranked: list[RankedSentence], passages: Mapping[str, Passage]
    ) -> list[RankedSentence]:
        """Let the reader judge the best sentences' passages; the others count as the worst."""
        if self._reader is None or not ranked:
            return ranked
        order = dict.fromkeys(r.sentence.passage_id for r in ranked)
        chosen = set(list(order)[:PASSAGES_JUDGED])
        read = [r for r in ranked if r.sentence.passage_id in chosen]
        by_question: dict[str, list[EvidenceSentence]] = {}
        for s in [r.sentence for r in read]:
            text = asked(s.article, passages[s.passage_id], s.span).text
            by_question.setdefault(text, []).append(s)
        judged = {}
        for text, sentences in by_question.items():
            readings = [_reading(s, passages[s.passage_id]) for s in sentences]
            for s, judgement in zip(sentences, self._reader.read(text, readings), strict=True):
                judged[s.passage_id, s.span] = {
                    "read": _bounded(judgement.sentence),
                    "read_passage": _bounded(judgement.passage),
                }
        worst = {name: min(j[name] for j in judged.values()) for name in ("read", "read_passage")}
        again = []
        for r in ranked:
            said = judged.get((r.sentence.passage_id, r.sentence.span), worst)
            features = {**r.features, **said}
            score = self._coefficients.sentence.probability(features)
            again.append(RankedSentence(replace(r.sentence, score=score), features))
        again.sort(key=_best_first)
        return again

    def _places(self, question: Question, hits: Sequence[Hit]) -> list[Place]:
        """Return the sentences to embed: all, or those with most in common with the question."""

        def promise(place: Place) -> float:
            return place.hit.score + share(question, self._words(place.text).known)

        return sentence_places(self._store, hits, SENTENCES_EMBEDDED, promise)


def _reading(sentence: EvidenceSentence, passage: Passage) -> Reading:
    span = Span(sentence.span.start - passage.start, sentence.span.end - passage.start)
    return Reading(sentence.article.title, passage.text, span)


def _bounded(log_odds: float) -> float:
    return max(-1.0, min(1.0, log_odds / MOST_LOG_ODDS))


def _best_first(ranked: RankedSentence) -> tuple[float, str, Span]:
    return (-ranked.sentence.score, ranked.sentence.article.id, ranked.sentence.span)


def _preferred(ranked: RankedSentence, wish: DateWish, days: Sequence[str]) -> RankedSentence:
    sentence = ranked.sentence
    more = wish.for_sentence(sentence.article, sentence.span, days)
    return replace(ranked, sentence=replace(sentence, score=shifted(sentence.score, more)))

"""Summaries: the key sentences of articles, each said by the model and checked.

Every sentence of every article is read, not only the passages that a search would find.
Key sentences are chosen by code: near the centre of what the articles say, early, and such
that together they hold as much as they can of what the articles repeat (greedy coverage of
weighted words, Lin and Bilmes 2011, https://aclanthology.org/P11-1052). The model puts each
into its own words; where the check does not hold, the sentence itself stands there, as a
quotation.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass

import numpy as np

import prompts
from index.article import Article, Span
from index.embedding import Embedder, Vectors
from index.errors import UsageError
from index.splitting import sentence_spans
from qa.answer import Citation, Summary
from qa.citing import ClaimParser, WrittenClaim
from qa.editing import Checker, Editor
from qa.evidence import NumberedEvidence, cite
from qa.language_model import LanguageModel, Message, Usage
from qa.words import content_stems, normalise, rarity, tokens

FEWEST_POINTS, MOST_POINTS = 4, 12
WORDS_A_POINT = 75
SHORTEST_WORDS = 8
# The weights of being near the centre and of being early, beside what a sentence adds (all
# between 0 and 1). Of the points that people named for the samples, summaries of 130 words hold
# 19 of 27; 15 when sentences are only kept unlike one another (maximal marginal relevance).
CENTRAL = 0.5
EARLY = 0.25
# A sentence that leans on the one before it reads badly alone.
LEANING = re.compile(
    r"^\W*(?:he|she|it|they|this|that|these|those|his|her|its|their|but|however|and|also)\b",
    re.IGNORECASE,
)
LEANING_COSTS = 0.15
POINT_TOKENS = 64


@dataclass(frozen=True, slots=True)
class _Candidate:
    article: Article
    span: Span
    place: float
    words: int


@dataclass
class Summariser:
    """Writes summaries; `model` is called when the first point is written, None for quotations."""

    embedder: Embedder
    checker: Checker
    model: Callable[[], LanguageModel] | None
    names: dict[str, str]

    def summarise(self, articles: Sequence[Article], points: int | None = None) -> Summary:
        """Return the key points of the articles, in the order of the text.

        `points` is how many; by default about one for every 75 words, 4 to 12.

        Raises:
            UsageError: there is no article, or not a whole sentence in them.
        """
        started = time.perf_counter()
        candidates = [c for article in articles for c in _candidates(article)]
        if not candidates:
            raise UsageError("there is no sentence to summarise; name an article of the library")
        vectors = self.embedder.embed_passages([c.span.of(c.article.text) for c in candidates])
        wanted = points or _points_for(candidates)
        chosen = sorted(choose(candidates, vectors, wanted))
        citations = tuple(
            cite(candidates[i].article, candidates[i].span, n)
            for n, i in enumerate(chosen, start=1)
        )
        evidence = NumberedEvidence(citations, {c.number: 1.0 for c in citations})
        weak = self.model is not None and not self.model().capable
        editor, usage = Editor(evidence, self.checker, lead=False, strict=weak), Usage()
        for citation in citations:
            self._point(citation, editor, usage)
        return Summary(
            articles=tuple(article.id for article in articles),
            claims=tuple(editor.claims),
            citations=tuple(editor.footnotes.citations),
            dropped=tuple(editor.dropped),
            models=self.names,
            timings_ms={"total": round((time.perf_counter() - started) * 1000, 1)},
            usage={
                "prompt_tokens": usage.prompt_tokens,
                "completion_tokens": usage.completion_tokens,
            },
        )

    def _point(self, citation: Citation, editor: Editor, usage: Usage) -> None:
        written = self._said_by_model(citation, usage)
        if written is not None:
            for _ in editor.say_or_quote(written, citation):
                pass  # the editor remembers; nothing is streamed
        else:
            editor.quote(citation)

    def _said_by_model(self, citation: Citation, usage: Usage) -> WrittenClaim | None:
        """Return the model's sentence for a key sentence, or None when it gives none."""
        if self.model is None:
            return None
        sentence = " ".join(citation.quote.split())
        messages = [
            Message("system", prompts.load("point_system").fill()),
            Message("user", prompts.load("point_user").fill(sentence=sentence)),
        ]
        pieces = self.model().write(messages, max_tokens=POINT_TOKENS, usage=usage)
        with closing(pieces):
            for part in ClaimParser((), _spans).feed(pieces):
                if isinstance(part, WrittenClaim):
                    return WrittenClaim(part.text, (citation.number,))
        return None


def _candidates(article: Article) -> list[_Candidate]:
    spans = sentence_spans(article)
    found = [
        _Candidate(article, span, index / len(spans), len(span.of(article.text).split()))
        for index, span in enumerate(spans)
    ]
    long_enough = [c for c in found if c.words >= SHORTEST_WORDS]
    return long_enough or found


def _points_for(candidates: Sequence[_Candidate]) -> int:
    words = sum(candidate.words for candidate in candidates)
    return min(max(round(words / WORDS_A_POINT), FEWEST_POINTS), MOST_POINTS)


def choose(candidates: Sequence[_Candidate], vectors: Vectors, wanted: int) -> list[int]:
    """Return the indices of the key sentences, best first.

    `vectors` are the candidates' embeddings, of length 1, in their order.
    """
    centre = vectors.mean(axis=0)
    centre /= max(float(np.linalg.norm(centre)), 1e-9)
    texts = [c.span.of(c.article.text) for c in candidates]
    leaning = np.array([bool(LEANING.match(text)) for text in texts])
    early = np.array([1.0 - c.place for c in candidates])
    worth = CENTRAL * (vectors @ centre) + EARLY * early - LEANING_COSTS * leaning
    contents = [frozenset(content_stems(tokens(normalise(text)))) for text in texts]
    held_by = Counter(word for content in contents for word in content)
    weight = {word: float(np.log1p(n)) * rarity(word) for word, n in held_by.items()}
    chosen: list[int] = []
    covered: set[str] = set()
    for _ in range(min(wanted, len(candidates))):
        # By the word: a long sentence holds more without saying more.
        adds = np.array(
            [sum(weight[w] for w in sorted(c - covered)) / max(len(c), 1) for c in contents]
        )
        value = worth + adds / max(float(adds.max()), 1e-9)
        value[chosen] = -np.inf
        best = int(np.argmax(value))
        chosen.append(best)
        covered |= contents[best]
    return chosen


def _spans(text: str) -> list[tuple[int, int]]:
    return [(span.start, span.end) for span in sentence_spans(Article(text, title=""))]

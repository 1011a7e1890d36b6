"""A small answerer for tests: word overlap, quotations only, no model, always the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from eval.places import Document, Documents, Place
from index.article import Article, Passage, Span
from index.extracting import read_article
from index.splitting import sentence_spans, split_into_passages
from qa.answer import Answer, Citation, Claim, Refusal, Summary, Support

_COMMON = frozenset(
    "what which when where who whom whose why how did does was were the and for with that this "
    "from are has have had his her its".split()
)
QUOTED = Support("supported", 1.0, ("the source's own words",))


def words(text: str) -> set[str]:
    found = re.findall(r"\w+", text.casefold())
    return {word for word in found if len(word) > 2 and word not in _COMMON}


@dataclass
class ToyAnswerer:
    """Quotes the sentence that shares most words with the question, or refuses.

    `asked` lists the questions, in order; `fails_on` are questions it raises its error for.
    """

    articles: list[Article]
    least: int = 3
    asked: list[str] = field(default_factory=list)
    warmed_up: int = 0
    fails_on: dict[str, Exception] = field(default_factory=dict)

    @classmethod
    def of(cls, folder: Path) -> ToyAnswerer:
        return cls([read_article(path) for path in sorted(folder.glob("*.txt"))])

    def documents(self) -> Documents:
        return Documents.of_articles(self.articles)

    def models(self) -> dict[str, str]:
        return {"embedding": "toy", "chat": "none"}

    def warm_up(self) -> None:
        self.warmed_up += 1

    def ask(self, question: str, history: Sequence[Answer]) -> Answer:
        self.asked.append(question)
        if question in self.fails_on:
            raise self.fails_on[question]
        searched = f"{history[-1].question} {question}" if history else question
        ranked = self._ranked(searched)
        if not ranked or ranked[0][0] < self.least:
            refusal = Refusal("nothing fits", (self._cite(ranked[0], 1),) if ranked else (), "")
            return Answer(question, searched, "refused", refusal=refusal, answerable=0.1)
        best = self._cite(ranked[0], 1)
        return Answer(
            question,
            searched,
            "answered",
            claims=(Claim(best.quote, "quote", (1,), QUOTED),),
            citations=(best,),
            evidence=tuple(self._cite(found, n) for n, found in enumerate(ranked[:12], 1)),
            answerable=min(0.2 * ranked[0][0], 1.0),
            timings_ms={"retrieve": 1.0, "evidence": 2.0, "first_token": 0.0, "total": 3.0},
        )

    def passages(self, query: str, k: int) -> Sequence[Place]:
        asked = words(query)
        found = [(len(asked & there), passage) for passage, there in self._passages]
        found.sort(key=lambda pair: -pair[0])
        return [Place(passage.article_id, passage.start, passage.end) for _, passage in found[:k]]

    def sentences(self, query: str, k: int) -> Sequence[Place]:
        return [Place(a.id, start, end) for _, a, start, end in self._ranked(query)[:k]]

    def summarise(self, documents: Sequence[Document]) -> Summary:
        chosen = [a for d in documents for a in self.articles if a.id == d.id]
        firsts = [(0, a, s.start, s.end) for a in chosen for s in sentence_spans(a)[:2]]
        citations = tuple(self._cite(found, n) for n, found in enumerate(firsts, 1))
        claims = tuple(Claim(c.quote, "quote", (c.number,), QUOTED) for c in citations)
        return Summary(tuple(a.id for a in chosen), claims, citations)

    @cached_property
    def _passages(self) -> list[tuple[Passage, set[str]]]:
        return [(p, words(p.text)) for a in self.articles for p in split_into_passages(a)]

    @cached_property
    def _sentences(self) -> list[tuple[Article, Span, set[str]]]:
        return [(a, s, words(s.of(a.text))) for a in self.articles for s in sentence_spans(a)]

    def _ranked(self, query: str) -> list[tuple[int, Article, int, int]]:
        asked = words(query)
        found = [(len(asked & there), a, s.start, s.end) for a, s, there in self._sentences]
        return sorted(found, key=lambda entry: -entry[0])

    def _cite(self, found: tuple[int, Article, int, int], number: int) -> Citation:
        _, article, start, end = found
        return Citation(
            number=number,
            article=article.id,
            title=article.title,
            source=article.source,
            published=article.published,
            path=article.path,
            url=article.url,
            start=start,
            end=end,
            quote=article.text[start:end],
        )

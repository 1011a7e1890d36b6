"""The numbered evidence sentences that the model is shown and that claims may cite."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index.article import Article, Span
from index.retrieving import EvidenceSentence
from qa.answer import Citation
from qa.citing import marker


def cite(article: Article, span: Span, number: int) -> Citation:
    """Return the citation of a span of an article: its words come from the article text."""
    return Citation(
        number=number,
        article=article.id,
        title=article.title,
        source=article.source,
        published=article.published,
        path=article.path,
        url=article.url,
        start=span.start,
        end=span.end,
        quote=span.of(article.text),
        page=article.page_at(span.start),
    )


def context_of(citation: Citation) -> tuple[str, ...]:
    """Return what the article states about itself: a claim may rest on this as well."""
    stated = (citation.title, citation.source, citation.published)
    return tuple(part for part in stated if part)


@dataclass(frozen=True, slots=True)
class NumberedEvidence:
    """Evidence in the order and under the numbers in which the model sees it.

    Grouped by article (in the order of each article's best sentence) and, within an
    article, in reading order: a model follows pronouns better that way. `scores` are the
    sentences' probabilities of holding the answer, by number.
    """

    citations: tuple[Citation, ...]
    scores: dict[int, float]

    @classmethod
    def of(cls, sentences: Sequence[EvidenceSentence]) -> NumberedEvidence:
        """Number the evidence; `sentences` come best first."""
        order: dict[str, int] = {}
        for sentence in sentences:
            order.setdefault(sentence.article.id, len(order))
        grouped = sorted(sentences, key=lambda s: (order[s.article.id], s.span.start))
        citations = tuple(cite(s.article, s.span, n) for n, s in enumerate(grouped, start=1))
        return cls(citations, {n: s.score for n, s in enumerate(grouped, start=1)})

    def __len__(self) -> int:
        return len(self.citations)

    def get(self, number: int) -> Citation:
        """Return the sentence with that number.

        Raises:
            IndexError: no sentence has it.
        """
        if not 1 <= number <= len(self.citations):
            raise IndexError(f"evidence has numbers 1 to {len(self.citations)}, not {number}")
        return self.citations[number - 1]

    def best_first(self) -> list[Citation]:
        """Return the sentences by falling score; equal scores keep their order."""
        return sorted(self.citations, key=lambda c: -self.scores[c.number])

    def for_prompt(self) -> str:
        """Return the evidence as the model reads it: each article's heading once."""
        lines: list[str] = []
        current = None
        for citation in self.citations:
            if citation.article != current:
                current = citation.article
                lines.append(_heading(citation))
            lines.append(f"{marker(citation.number)} {' '.join(citation.quote.split())}")
        return "\n".join(lines)


def _heading(citation: Citation) -> str:
    about = ", ".join(part for part in (citation.source, citation.published) if part)
    return f"{citation.title} ({about})" if about else citation.title

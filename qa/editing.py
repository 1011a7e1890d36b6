"""What becomes of each sentence that the model writes: kept, replaced, or dropped in sight.

The editor knows nothing of models or streams. Claims come in one by one; out come
events that are final when they are given, so that an interface never takes one back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import permutations
from typing import Protocol

from qa.answer import Citation, Claim, ClaimDropped, ClaimReady, Dropped, Support
from qa.attribution import attributed, lost_saying
from qa.breadth import Breadth
from qa.citing import WrittenClaim
from qa.evidence import NumberedEvidence, context_of
from qa.strictness import objections

# How many of the likeliest sentences are tried when a claim's own citations do not hold,
# alone, and with the next one: enough to mend a wrong number, cheap enough to do while streaming.
TRY_ALONE = 5
# Characters between two sentences that follow one another: white space and a quotation mark.
BETWEEN_SENTENCES = 4
# The score of a claim that passed the check and not the strict rules; below every threshold.
STRICT_SCORE = 0.4
# A true claim that rests on a sentence this much less likely to hold the answer than the
# best one is beside the question.
BESIDE_THE_QUESTION = 0.2
BESIDE_THE_QUESTION_STRICT = 0.5
REPEATED = 0.75  # the share of a sentence's words in one claim that makes it a repetition
QUOTED = "the source's own words"


class Checker(Protocol):
    """The support check (`qa.support_checker.SupportChecker`)."""

    def check(
        self, claim: str, evidence: Sequence[str], context: Sequence[str] = ()
    ) -> Support: ...


@dataclass
class Footnotes:
    """Gives citations their footnote numbers, 1 to n, in order of first use."""

    citations: list[Citation] = field(default_factory=list)

    def number(self, citation: Citation) -> Citation:
        """Return the citation under its footnote number; the same place keeps its number."""
        for known in self.citations:
            if known.place == citation.place:
                return known
        numbered = citation.numbered(len(self.citations) + 1)
        self.citations.append(numbered)
        return numbered


@dataclass
class Editor:
    """Decides on claims against the evidence and remembers what was decided.

    With `checked` false every claim is let through with its verdict; this exists to
    measure what the check is worth. With `lead` true the sentence likeliest to hold the
    answer is part of the answer whatever the model writes: for models that miss the point.
    With `strict` true a claim must besides keep to its sources' words (`qa.strictness`).
    """

    evidence: NumberedEvidence
    checker: Checker
    checked: bool = True
    lead: bool = True
    strict: bool = False
    claims: list[Claim] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    footnotes: Footnotes = field(default_factory=Footnotes)

    def take(self, written: WrittenClaim) -> Iterator[ClaimReady | ClaimDropped]:
        """Decide on one sentence of the model."""
        if any(_same_words(written.text, claim.text) for claim in self.claims):
            yield self._drop(written, "says again what was said")
            return
        own = [self.evidence.get(number) for number in written.numbers]
        cited, support = self._support(written.text, own)
        if not self.checked:
            yield self._keep(written.text, cited, support)
        elif not support.holds:
            yield from self._replace(written, support)
        elif self._beside_the_question(cited):
            yield self._drop(written, "holds, but is beside the question")
        else:
            if self.lead and not self._cites_best(cited):
                yield from self.quote_best()
            if self._adds_something(written.text, cited):
                yield from self._keep_or_quote(written, cited, support)
            else:
                yield self._drop(written, "says again what was quoted")

    def say_or_quote(
        self, written: WrittenClaim, citation: Citation
    ) -> Iterator[ClaimReady | ClaimDropped]:
        """Keep the model's words for one sentence if they hold, else quote the sentence."""
        support = self._check(written.text, [citation])
        if support.holds and _is_heading(written.text, citation.quote):
            yield self._drop(written, "is a heading rather than a sentence")
            yield self.quote(citation)
        elif support.holds:
            yield from self._keep_or_quote(written, [citation], support)
        else:
            yield self._drop(written, *support.reasons)
            yield self.quote(citation)

    def _keep_or_quote(
        self, written: WrittenClaim, cited: list[Citation], support: Support
    ) -> Iterator[ClaimReady | ClaimDropped]:
        """Keep a claim; one that rests on somebody's words with who said them.

        Where who said it cannot be put back, the source's sentence is quoted instead.
        """
        words = _words(written.text)
        source = max(cited, key=lambda citation: len(words & _words(citation.quote)))
        saying = lost_saying(written.text, source.quote)
        if saying is None:
            yield self._keep(written.text, cited, support)
            return
        told = attributed(written.text, saying)
        again = None if told is None else self._check(told, cited)
        if told is not None and again is not None and again.holds:
            reason = f'"{saying.words}" was put back from the source'
            yield self._keep(told, cited, replace(again, reasons=(*again.reasons, reason)))
            return
        yield self._drop(written, "leaves out who said it")
        if not self._is_cited(source):
            yield self.quote(source)

    def find_support(self, text: str) -> tuple[list[Citation], Support]:
        """Return the evidence that supports a sentence best, or comes nearest, and the verdict."""
        return self._support(text, [])

    def quote_best(self) -> Iterator[ClaimReady]:
        """Quote the sentence likeliest to hold the answer, unless it is cited already."""
        best = self.evidence.best_first()
        if best and not self._is_cited(best[0]):
            yield self.quote(best[0])

    def quote_as_likely(self, breadth: Breadth) -> Iterator[ClaimReady]:
        """Quote further sentences that are nearly as likely as the best one to answer.

        What mostly says again what is quoted already is left out.
        """
        ranked = self.evidence.best_first()
        least = breadth.share * max(self.evidence.scores.values(), default=0.0)
        for citation in ranked[1:]:
            if len(self.claims) >= breadth.most or self.evidence.scores[citation.number] < least:
                return
            here = breadth.articles or citation.article == ranked[0].article
            if here and not self._is_cited(citation) and not self._is_repeated(citation.quote):
                yield self.quote(citation)

    def quote(self, citation: Citation) -> ClaimReady:
        """Add a sentence of the source, word for word."""
        support = Support("supported", 1.0, (QUOTED,))
        words = " ".join(citation.quote.split())
        return self._add(words, "quote", [citation], support)

    def _support(self, text: str, own: list[Citation]) -> tuple[list[Citation], Support]:
        """Check the claim against its own citations, then against better ones."""
        first = self._check(text, own) if own else None
        if first is not None and (first.holds or not self.checked):
            return own, first
        tried: list[tuple[list[Citation], Support]] = [(own, first)] if first else []
        alone = [([c], self._check(text, [c])) for c in self._likeliest(text)]
        alone.sort(key=lambda pair: -pair[1].score)
        tried += alone
        if not any(support.holds for _, support in alone):
            # Sentences that follow one another may together say what neither says alone
            # ("Their meeting ..."); those that do not would only lend one another's names.
            pairs = filter(_adjacent, permutations(self._likeliest(text), 2))
            tried += [(list(two), self._check(text, two)) for two in pairs]
        holding = [pair for pair in tried if pair[1].holds]
        if holding:
            return max(holding, key=lambda pair: pair[1].score)
        if not tried:
            return [], Support("unsupported", 0.0, ("there is no sentence to rest it on",))
        # Nothing holds: the reasons that help are those of the sentence that comes nearest.
        return max(alone or tried, key=lambda pair: pair[1].score)

    def _check(self, text: str, cited: Sequence[Citation]) -> Support:
        context = dict.fromkeys(part for citation in cited for part in context_of(citation))
        quotes = [citation.quote for citation in cited]
        support = self.checker.check(text, quotes, tuple(context))
        if self.strict and support.holds:
            against = objections(text, quotes, tuple(context))
            if against:
                return Support("unsupported", min(support.score, STRICT_SCORE), against)
        return support

    def _likeliest(self, text: str) -> list[Citation]:
        words = _words(text)
        ranked = sorted(
            self.evidence.citations,
            key=lambda c: (-len(words & _words(c.quote)), -self.evidence.scores[c.number]),
        )
        return ranked[:TRY_ALONE]

    def _replace(
        self, written: WrittenClaim, support: Support
    ) -> Iterator[ClaimReady | ClaimDropped]:
        """Put the source's words in a failing claim's place, once; list the claim."""
        yield self._drop(written, *support.reasons)
        if not self.claims:
            yield from self.quote_best()

    def _drop(self, written: WrittenClaim, *reasons: str) -> ClaimDropped:
        unknown = ", ".join(str(number) for number in written.unknown)
        if unknown:
            reasons = (*reasons, f"cites {unknown}, which is not among the evidence")
        dropped = Dropped(written.text, reasons)
        self.dropped.append(dropped)
        return ClaimDropped(dropped)

    def _keep(self, text: str, cited: Sequence[Citation], support: Support) -> ClaimReady:
        return self._add(text, "model", cited, support)

    def _add(
        self, text: str, origin: str, cited: Sequence[Citation], support: Support
    ) -> ClaimReady:
        numbered = tuple(self.footnotes.number(citation) for citation in cited)
        numbers = tuple(citation.number for citation in numbered)
        claim = Claim(text, "quote" if origin == "quote" else "model", numbers, support)
        self.claims.append(claim)
        return ClaimReady(claim, numbered)

    def _is_cited(self, citation: Citation) -> bool:
        return any(known.place == citation.place for known in self.footnotes.citations)

    def _cites_best(self, cited: Sequence[Citation]) -> bool:
        best = max(self.evidence.scores.values())
        return any(self.evidence.scores[c.number] >= 0.8 * best for c in cited)

    def _beside_the_question(self, cited: Sequence[Citation]) -> bool:
        share = BESIDE_THE_QUESTION_STRICT if self.strict else BESIDE_THE_QUESTION
        best = max(self.evidence.scores.values())
        return all(self.evidence.scores[c.number] < share * best for c in cited)

    def _is_repeated(self, quote: str) -> bool:
        """Whether one claim holds nearly all words of a sentence."""
        words = _words(quote)
        return any(
            len(words & _words(claim.text)) >= REPEATED * len(words) for claim in self.claims
        )

    def _adds_something(self, text: str, cited: Sequence[Citation]) -> bool:
        """Whether a claim says more than the quotations of the sentences it cites."""
        quoted = [claim for claim in self.claims if claim.origin == "quote"]
        places = {c.place for c in cited}
        for claim in quoted:
            known = {self.footnotes.citations[n - 1].place for n in claim.citations}
            if places <= known and _words(text) <= _words(claim.text):
                return False
        return True


def _words(text: str) -> frozenset[str]:
    stripped = (word.strip(".,;:!?\"'()[]“”‘’").casefold() for word in text.split())
    return frozenset(word for word in stripped if len(word) > 2)


def _adjacent(two: tuple[Citation, ...]) -> bool:
    """Whether the second sentence follows the first in one article."""
    first, second = two
    gap = second.start - first.end
    return first.article == second.article and 0 <= gap <= BETWEEN_SENTENCES


def _is_heading(text: str, source: str) -> bool:
    """Whether a small model has made "Iwaya: efforts to ..." of a sentence about Iwaya."""
    return ":" in text and ":" not in source


def _same_words(one: str, other: str) -> bool:
    return _words(one) == _words(other)

"""Does the cited text support the claim? The check behind every "supported".

Three layers, each able to say why: (a) every figure, date, name and quotation of the claim
stands in its source (`facts.py`); (b) nothing turns the statement: negation, certainty,
opposites, who did what (`wording.py`); (c) a calibrated score of how much of the claim its
source holds (`measures.py`). Layers (a) and (b) can only refuse; the score decides the rest.

Limits: no knowledge of the world and no inference; a paraphrase that shares few words with its
source is called unsupported. Text is data: nothing that claim or evidence say is obeyed.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from qa.answer import Support
from qa.facts import Missing, facts_of, missing_facts
from qa.measures import best_sentences, combined, coverage, measure
from qa.statements import breaks_off, says_nothing, source_sentences, statements
from qa.swaps import Mismatch
from qa.wording import mismatches, speaker
from qa.words import normalise, sentences, tokens, with_capitals

CITED_SENTENCES = 8  # a source of more is a document, no citation
_NEARLY_AS_GOOD = 0.85
_VERBATIM_SCORE = 0.97


@dataclass(frozen=True, slots=True)
class Model:
    """The coefficients of the score: a logistic model over the measures of a claim."""

    threshold: float
    intercept: float
    weights: Mapping[str, float]

    def score(self, measures: Mapping[str, float]) -> float:
        """Return the probability, 0 to 1, that a claim with these measures is supported."""
        total = self.intercept
        total += sum(weight * measures[name] for name, weight in self.weights.items())
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))


@lru_cache(maxsize=2)
def model(name: str) -> Model:
    """Return coefficients that ship with the package: "cited" or "document".

    What cites a few sentences must be held by them nearly whole; what sums up a document may
    say it in other words, as people judge it.

    Raises:
        KeyError: there are none of that name.
    """
    document = json.loads(resources.files("qa").joinpath("support.json").read_text("utf-8"))
    return Model(**document["models"][name])


@dataclass(frozen=True, slots=True)
class Check:
    """What was found about one sentence of a claim."""

    claim: str
    best: tuple[str, ...]
    missing: tuple[Missing, ...]
    mismatches: tuple[Mismatch, ...]
    measures: dict[str, float]
    said_by: str | None = None

    @property
    def verbatim(self) -> bool:
        """Whether it stands word for word in a sentence of the source."""
        return self.measures["verbatim"] == 1.0

    @property
    def clean(self) -> bool:
        """Whether no fact is missing and nothing turns the statement."""
        return not self.missing and not self.mismatches


def check_claim(
    claim: str,
    evidence: Sequence[str],
    *,
    context: Sequence[str] = (),
    similarity: float | None = None,
    threshold: float | None = None,
) -> Support:
    """Return whether the cited sentences support the claim, with a score and the reasons.

    `evidence` are the cited sentences; `context` titles, sources and dates of the cited
    articles, in which names and dates may stand. `threshold` replaces the calibrated one. A
    claim of several sentences is checked sentence by sentence; the weakest decides. The score
    of a supported claim is at least the threshold, that of an unsupported one below it.

    `similarity`, the cosine of claim and best sentence, is taken from callers that have it and
    counts nothing: on none of the sets did it add to the other measures (docs/support.md).
    """
    del similarity
    plain = normalise(claim)
    given = [normalise(text) for text in evidence]
    refusal = _no_statement(plain, given)
    if refusal is not None:
        return Support("unsupported", 0.0, (refusal,))
    around = [normalise(text) for text in context]
    checks = [check_sentence(part, given, around) for part in statements(plain)]
    kind = "cited" if len(source_sentences(given)) <= CITED_SENTENCES else "document"
    return verdict(checks, model(kind), threshold)


def verdict(checks: Sequence[Check], chosen: Model, threshold: float | None = None) -> Support:
    """Return the verdict on a claim whose sentences were checked."""
    measures = combined([check.measures for check in checks])
    least = chosen.threshold if threshold is None else threshold
    score = chosen.score(measures)
    clean = all(check.clean for check in checks)
    if clean and all(check.verbatim for check in checks):
        score = max(score, _VERBATIM_SCORE)
    supported = clean and score >= least
    if not supported:
        score = min(score, max(0.0, least - 1e-4))
    reasons = _praise(checks) if supported else _blame(checks)
    return Support("supported" if supported else "unsupported", round(score, 4), reasons)


def _no_statement(claim: str, evidence: Sequence[str]) -> str | None:
    if not any(token.is_word for token in tokens(claim)):
        return "the claim is empty"
    if claim.rstrip("\"') ").endswith("?"):
        return "the claim is a question, not a statement"
    if all(says_nothing(part) for part in sentences(claim)):
        return "the claim says nothing that a source could bear out"
    if not any(evidence):
        return "no sentence is cited"
    return None


def check_sentence(claim: str, evidence: Sequence[str], context: Sequence[str] = ()) -> Check:
    """Check one sentence of a claim. All texts are normalised."""
    pieces = source_sentences(evidence)
    claim = with_capitals(claim, evidence)
    best = best_sentences(claim, pieces)
    missing = tuple(missing_facts(claim, evidence, context))
    found = _wording(claim, best) or _unfinished(claim, pieces)
    measures = measure(claim, best, pieces, context)
    measures |= {"missing": float(bool(missing)), "mismatches": float(bool(found))}
    said_by = speaker(claim, best[0]) if best else None
    return Check(claim, tuple(best), missing, found, measures, said_by)


def _wording(claim: str, best: Sequence[str]) -> tuple[Mismatch, ...]:
    """Return the mismatches with the best sentence that no sentence nearly as good mends."""
    first: tuple[Mismatch, ...] = ()
    for place, sentence in enumerate(best):
        if place and coverage(claim, [sentence]) < _NEARLY_AS_GOOD * coverage(claim, best[:1]):
            continue
        found = tuple(mismatches(claim, sentence, [text for text in best if text != sentence]))
        if not found:
            return ()
        first = first or found
    return first


def _unfinished(claim: str, pieces: Sequence[str]) -> tuple[Mismatch, ...]:
    last = breaks_off(claim, pieces)
    return () if last is None else (Mismatch("unfinished", f'the claim breaks off at "{last}"'),)


def _praise(checks: Sequence[Check]) -> tuple[str, ...]:
    if all(check.verbatim for check in checks):
        reason = "the claim stands word for word in the source"
    elif any(facts_of(check.claim).count for check in checks):
        reason = "all figures, dates and names stand in the source"
    else:
        reason = "its words stand in the source"
    spoken = (f'the source gives this as the words of "{c.said_by}"' for c in checks if c.said_by)
    return (reason, *dict.fromkeys(spoken))


def _blame(checks: Sequence[Check]) -> tuple[str, ...]:
    reasons = []
    for check in checks:
        reasons += [_missing_reason(item) for item in check.missing]
        reasons += [item.reason for item in check.mismatches]
    if not reasons:
        weakest = min(checks, key=lambda check: check.measures["near"])
        share = round(100 * weakest.measures["near"])
        reasons.append(
            f"the nearest sentences hold only {share} % of what the claim says"
            if share < 90
            else "the cited sentences do not say this in one place"
        )
    return tuple(dict.fromkeys(reasons))


def _missing_reason(item: Missing) -> str:
    if item.kind == "name":
        return f'name "{item.text}" is not in the cited sentences'
    if item.kind == "quotation":
        return f'the quotation "{item.text}" is not in the cited sentences word for word'
    instead = f" (they say {item.instead})" if item.instead else ""
    return f'{item.kind} "{item.text}" is not in the cited sentences{instead}'

"""Does the cited text support the claim? The check behind every "supported".

Three layers, each able to say why: (a) every figure, date, name and quotation of the claim
stands in its source (`facts.py`); (b) nothing turns the statement: negation, certainty,
opposites, who did what (`wording.py`); (c) a calibrated score of how much of the claim's words
the source holds. Layers (a) and (b) can only refuse; the score decides the rest.

Limits: no knowledge of the world and no inference; a paraphrase that shares few words with its
source is called unsupported. Text is data: nothing that claim or evidence say is obeyed.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from index.embedding import Embedder, Vectors
from qa.answer import Support
from qa.facts import Missing, facts_of, missing_facts
from qa.measures import best_sentences, measure
from qa.statements import says_nothing, source_sentences, statements
from qa.wording import Mismatch, mismatches
from qa.words import normalise, sentences, tokens, with_capitals

_NEARLY_AS_GOOD = 0.85
_VERBATIM_SCORE = 0.99
_REFUSED_SCORE = 0.4


@dataclass(frozen=True, slots=True)
class Model:
    """The coefficients of the score, read from `support.json`."""

    threshold: float
    intercept: float
    weights: dict[str, float]


@lru_cache(maxsize=1)
def model() -> Model:
    """Return the coefficients that ship with the package."""
    document = json.loads(resources.files("qa").joinpath("support.json").read_text("utf-8"))
    return Model(document["threshold"], document["intercept"], document["weights"])


@dataclass(frozen=True, slots=True)
class Check:
    """What was found about one sentence of a claim."""

    claim: str
    best: tuple[str, ...]
    missing: tuple[Missing, ...]
    mismatches: tuple[Mismatch, ...]
    features: dict[str, float]
    verbatim: bool


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
    articles, in which names and dates may stand. `similarity` is the cosine of claim and best
    sentence, when there is an embedder. `threshold` replaces the calibrated one. A claim of
    several sentences is checked sentence by sentence; the weakest decides.
    """
    plain = normalise(claim)
    given = [normalise(text) for text in evidence]
    refusal = _no_statement(plain, given)
    if refusal is not None:
        return Support("unsupported", 0.0, (refusal,))
    around = [normalise(text) for text in context]
    checks = [check_sentence(part, given, around, similarity) for part in statements(plain)]
    least = model().threshold if threshold is None else threshold
    scored = [(_verdict_score(check), check) for check in checks]
    score, worst = min(scored, key=lambda pair: pair[0])
    supported = score >= least and not any(check.missing or check.mismatches for check in checks)
    if not supported:
        score = min(score, least - 1e-6)
    return Support(
        "supported" if supported else "unsupported",
        round(score, 4),
        _reasons(checks, worst, supported),
    )


def _no_statement(claim: str, evidence: Sequence[str]) -> str | None:
    if not any(token.is_word for token in tokens(claim)):
        return "the claim is empty"
    if claim.rstrip("\"') ").endswith("?"):
        return "the claim is a question, not a statement"
    if all(says_nothing(part) for part in sentences(claim)):
        return "the claim says nothing that a source could bear out"
    if not any(text for text in evidence):
        return "no sentence is cited"
    return None


def check_sentence(
    claim: str,
    evidence: Sequence[str],
    context: Sequence[str] = (),
    similarity: float | None = None,
) -> Check:
    """Check one sentence of a claim. All texts are normalised."""
    pieces = source_sentences(evidence)
    claim = with_capitals(claim, evidence)
    best = best_sentences(claim, pieces)
    missing = tuple(missing_facts(claim, evidence, context))
    features = measure(claim, best, pieces)
    found = _wording(claim, best, features["coverage"])
    features["missing"] = float(len(missing))
    features["mismatches"] = float(len(found))
    if similarity is not None:
        features["similarity"] = similarity
    return Check(claim, tuple(best), missing, found, features, _stands_verbatim(claim, pieces))


def _wording(claim: str, best: Sequence[str], coverage: float) -> tuple[Mismatch, ...]:
    """Return the mismatches with the best sentence that no sentence nearly as good mends."""
    least: tuple[Mismatch, ...] = ()
    for place, sentence in enumerate(best):
        if place and measure(claim, [sentence], [])["coverage"] < _NEARLY_AS_GOOD * coverage:
            continue
        found = tuple(mismatches(claim, sentence))
        if not found:
            return ()
        least = least or found
    return least


def _stands_verbatim(claim: str, pieces: Sequence[str]) -> bool:
    """Whether the claim's words stand as one run in one sentence."""
    wanted = " " + " ".join(token.text.lower() for token in tokens(claim) if token.is_word) + " "
    runs = [
        " ".join(token.text.lower() for token in tokens(piece) if token.is_word) for piece in pieces
    ]
    return any(wanted in f" {run} " for run in runs)


def _verdict_score(check: Check) -> float:
    if check.missing or check.mismatches:
        return min(_REFUSED_SCORE, score_of(check.features))
    return (
        max(_VERBATIM_SCORE, score_of(check.features))
        if check.verbatim
        else score_of(check.features)
    )


def score_of(features: dict[str, float]) -> float:
    """Return the calibrated probability that the source supports the claim (a logistic model)."""
    weights = model().weights
    total = model().intercept + sum(weights[name] * features.get(name, 0.0) for name in weights)
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))


def _reasons(checks: Sequence[Check], worst: Check, supported: bool) -> tuple[str, ...]:
    if supported:
        if all(check.verbatim for check in checks):
            return ("the claim stands word for word in the source",)
        if any(facts_of(check.claim).count for check in checks):
            return ("all figures, dates and names stand in the source",)
        return ("its words stand in the source",)
    reasons = []
    for check in checks:
        reasons += [_missing_reason(item) for item in check.missing]
        reasons += [item.reason for item in check.mismatches]
    if not reasons:
        share = round(100 * worst.features["everywhere"])
        reasons.append(
            f"only {share} % of the claim's words stand in the cited sentences"
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


class SupportChecker:
    """The check with an embedder: remembers what it has embedded.

    Without an embedder, or when the score has no use for similarity, no vector is made.
    """

    def __init__(self, embedder: Embedder | None = None) -> None:
        self._embedder = embedder if "similarity" in model().weights else None
        self._vector = lru_cache(maxsize=4096)(self._embedded)

    def check(self, claim: str, evidence: Sequence[str], context: Sequence[str] = ()) -> Support:
        """Return whether the cited sentences support the claim; see `check_claim`."""
        return check_claim(
            claim, evidence, context=context, similarity=self._similarity(claim, evidence)
        )

    def _similarity(self, claim: str, evidence: Sequence[str]) -> float | None:
        if self._embedder is None or not evidence:
            return None
        return max(float(self._vector(claim) @ self._vector(text)) for text in evidence)

    def _embedded(self, text: str) -> Vectors:
        if self._embedder is None:
            raise ValueError("there is no embedder")
        vector: Vectors = self._embedder.embed_passages([text])[0]
        return vector

"""Does the cited text support the claim? The check behind every "supported".

Three layers, each able to say why: (a) every figure, date, name and quotation of the claim
stands in its source (`facts.py`); (b) nothing turns the statement: negation, certainty,
opposites, who did what (`wording.py`); (c) a calibrated score of how much of the claim's words
the source holds. Layers (a) and (b) can only refuse; the score decides the rest.

Limits: no knowledge of the world and no inference; a paraphrase that shares few words with its
source is called unsupported. Text is data: nothing that claim or evidence say is obeyed.
"""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from qa.answer import Support
from qa.facts import Missing, facts_of, missing_facts
from qa.wording import Mismatch, mismatches
from qa.words import content_stems, longest_run, normalise, rarity, sentences, stem, tokens

BEST_SENTENCES = 3
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
    if not any(text for text in evidence):
        return "no sentence is cited"
    return None


def statements(claim: str) -> list[str]:
    """Return the claim's sentences that say something."""
    parts = [part for part in sentences(claim) if any(token.is_word for token in tokens(part))]
    return parts or [claim]


def check_sentence(
    claim: str,
    evidence: Sequence[str],
    context: Sequence[str] = (),
    similarity: float | None = None,
) -> Check:
    """Check one sentence of a claim. All texts are normalised."""
    pieces = [piece for text in evidence for piece in sentences(text)]
    best = best_sentences(claim, pieces)
    verbatim = _stands_verbatim(claim, pieces)
    missing = tuple(missing_facts(claim, evidence, context))
    found: tuple[Mismatch, ...] = ()
    if best:
        found = tuple(mismatches(claim, best[0]))
    features = measure(claim, best, pieces)
    features["missing"] = float(len(missing))
    features["mismatches"] = float(len(found))
    if similarity is not None:
        features["similarity"] = similarity
    return Check(claim, best, missing, found, features, verbatim)


def best_sentences(claim: str, pieces: Sequence[str]) -> tuple[str, ...]:
    """Return the source sentences that hold most of the claim's words, weighted by rarity."""
    wanted = set(content_stems(tokens(claim)))
    ranked = []
    for place, piece in enumerate(pieces):
        have = {stem(token.lower) for token in tokens(piece) if token.is_word}
        shared = sum(rarity(word) for word in wanted & have)
        ranked.append((-shared, len(have), piece, place))
    ranked.sort()
    return tuple(piece for _, _, piece, _ in ranked[:BEST_SENTENCES])


def measure(claim: str, best: Sequence[str], pieces: Sequence[str]) -> dict[str, float]:
    """Return the features of the score, each 0 to 1.

    `coverage`: the share of the claim's content, weighted by rarity, in the best sentence;
    `everywhere`: in all sentences; `bigrams`: the share of its word pairs in any sentence;
    `run`: its longest run of words in the best sentence, as a share of its words.
    """
    content = content_stems(tokens(claim)) or [
        stem(token.lower) for token in tokens(claim) if token.is_word
    ]
    weights = {word: rarity(word) + 0.5 for word in content}
    total = sum(weights[word] for word in content) or 1.0

    def share(texts: Sequence[str]) -> float:
        have = {stem(token.lower) for text in texts for token in tokens(text) if token.is_word}
        return sum(weights[word] for word in content if word in have) / total

    words = _words(claim)
    pairs = list(itertools.pairwise(words))
    have_pairs = {
        pair for piece in pieces for pair in zip(_words(piece), _words(piece)[1:], strict=False)
    }
    return {
        "coverage": share(best[:1]),
        "everywhere": share(pieces),
        "bigrams": sum(pair in have_pairs for pair in pairs) / max(1, len(pairs))
        if pairs
        else share(pieces),
        "run": max((longest_run(words, _words(text)) for text in best[:1]), default=0)
        / max(1, len(words)),
    }


def _words(text: str) -> list[str]:
    return [stem(token.lower) for token in tokens(text) if token.is_word]


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

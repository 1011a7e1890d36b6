"""The metrics as pure functions, each with its definition and source.

They know nothing of files, runs or models: ranks, places, claims and citations in,
numbers out. `scoring.py` applies them to the records of a run.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from eval.case import Point, Wording
from eval.matching import first_said, token_f1
from eval.places import Place, same_sentence
from qa.answer import Citation

Ranks = Sequence[int | None]
"""For each gold sentence the place (from 1) at which it was first found, or None."""

Entails = Callable[[str, Sequence[Citation]], bool]
"""Whether the cited sentences, together, entail the claim: the judge of ALCE's metrics."""


# ------------------------------------------------------------------ retrieval


def gold_ranks(gold: Sequence[Place], found: Sequence[Place]) -> tuple[int | None, ...]:
    """Return, for each gold sentence, the rank of the first found place that holds it.

    A place holds a gold sentence when they share at least half of the shorter one: the
    sentence splitter and the person who wrote the case may cut differently.
    """
    return tuple(
        next((rank for rank, place in enumerate(found, 1) if same_sentence(place, wanted)), None)
        for wanted in gold
    )


def hit_at(ranks: Ranks, k: int) -> float:
    """Return 1 when any gold sentence is among the first k, else 0 (success at k).

    Source: Manning, Raghavan and Schuetze 2008, Introduction to Information Retrieval,
    chapter 8, https://nlp.stanford.edu/IR-book/.
    """
    return float(any(rank is not None and rank <= k for rank in ranks))


def recall_at(ranks: Ranks, k: int) -> float:
    """Return the share of the gold sentences that are among the first k (same source)."""
    return sum(rank is not None and rank <= k for rank in ranks) / len(ranks)


def reciprocal_rank(ranks: Ranks) -> float:
    """Return 1 / rank of the first gold sentence, 0 when none is found; its mean is MRR.

    Source: Voorhees 1999, The TREC-8 Question Answering Track Report.
    """
    found = [rank for rank in ranks if rank is not None]
    return 1 / min(found) if found else 0.0


def ndcg_at(ranks: Ranks, k: int) -> float:
    """Return the normalised discounted cumulative gain of the first k, gains 0 or 1.

    DCG = sum over the ranks r <= k that hold a gold sentence of 1 / log2(1 + r); divided
    by the DCG of the best order. Gold sentences found at the same rank (in one passage)
    count once, in both.
    Source: Jaervelin and Kekaelaeinen 2002, https://doi.org/10.1145/582415.582418.
    """
    distinct = {rank for rank in ranks if rank is not None}
    total = len(distinct) + sum(rank is None for rank in ranks)
    best = sum(1 / math.log2(1 + rank) for rank in range(1, min(total, k) + 1))
    return sum(1 / math.log2(1 + rank) for rank in distinct if rank <= k) / best


# --------------------------------------------------------------------- answer


def accepted_match(text: str, accepted: Sequence[Wording]) -> float:
    """Return 1 when the text says any accepted answer, else 0.

    This is the match of RealTimeQA and Natural Questions' short answers made lenient: the
    answer is a sentence, so it must hold the accepted words, not equal them. Compared
    after `matching.normalise`.
    """
    return float(first_said(text, accepted) is not None)


def best_token_f1(text: str, references: Sequence[str]) -> float:
    """Return the highest token F1 of the text with any reference (SQuAD, ClapNQ)."""
    return max(token_f1(text, reference) for reference in references)


def nugget_recall(text: str, points: Sequence[Point]) -> float:
    """Return the share of the points that the text says.

    A point is said when one of its accepted wordings occurs; no model judges.
    Source: Voorhees 2003, Overview of the TREC 2003 Question Answering Track (nuggets);
    all points here are what TREC calls vital.
    """
    return sum(first_said(text, point.accepted) is not None for point in points) / len(points)


# ------------------------------------------------------------------- citation


def citation_recall(claim: str, cited: Sequence[Citation], entails: Entails) -> float:
    """Return 1 when the claim cites something and the cited sentences entail it, else 0.

    Source: ALCE, Gao et al. 2023, https://arxiv.org/abs/2305.14627, section 4; their
    judge is an entailment model, ours is given.
    """
    return float(bool(cited) and entails(claim, cited))


def citation_precision(
    claim: str, cited: Sequence[Citation], entails: Entails
) -> tuple[float, ...]:
    """Return for each citation of a claim 1 when it is precise, else 0.

    Precise: the claim has citation recall 1, and the citation is not irrelevant.
    Irrelevant: alone it does not entail the claim, and the others still do without it.
    Source: ALCE, Gao et al. 2023, https://arxiv.org/abs/2305.14627, section 4.
    """
    if not citation_recall(claim, cited, entails):
        return (0.0,) * len(cited)
    if len(cited) == 1:
        return (1.0,)
    precise = []
    for index, citation in enumerate(cited):
        others = [*cited[:index], *cited[index + 1 :]]
        precise.append(float(entails(claim, [citation]) or not entails(claim, others)))
    return tuple(precise)


def gold_citation_recall(cited: Sequence[Place], needed: Sequence[Sequence[Place]]) -> float:
    """Return the share of what must be cited that is.

    `needed` holds, for each point (or for the case as a whole), the gold sentences any of
    which will do. No judge: a citation counts when it points at a gold sentence.
    """
    return sum(any(_among(place, gold) for place in cited) for gold in needed) / len(needed)


def gold_citation_precision(cited: Sequence[Place], gold: Sequence[Place]) -> tuple[float, ...]:
    """Return for each citation 1 when it points at a gold sentence, else 0.

    Low values are not errors in themselves: a true further detail is not gold.
    """
    return tuple(float(_among(place, gold)) for place in cited)


def quote_exactness(citation: Citation, text: str) -> float:
    """Return 1 when `text[start:end] == quote` in the document's own text, else 0."""
    return float(text[citation.start : citation.end] == citation.quote)


# -------------------------------------------------------------------- refusal


def balanced_accuracy(answered_answerable: float, refused_unanswerable: float) -> float:
    """Return the mean of the two refusal figures.

    Unlike accuracy, it does not reward answering always or never, however many
    unanswerable questions there are.
    Source: Brodersen et al. 2010, https://doi.org/10.1109/ICPR.2010.764.
    """
    return (answered_answerable + refused_unanswerable) / 2


# ------------------------------------------------------------------ diagnosis


def calibration(
    probabilities: Sequence[float], outcomes: Sequence[bool], bins: int = 10
) -> list[tuple[float, float, int]]:
    """Return (mean probability, share of true outcomes, count) for each bin that is not empty.

    Bins are equal in width. Source: reliability diagrams, Niculescu-Mizil and Caruana 2005,
    https://doi.org/10.1145/1102351.1102430.
    """
    sums = [[0.0, 0.0, 0] for _ in range(bins)]
    for probability, outcome in zip(probabilities, outcomes, strict=True):
        entry = sums[min(int(probability * bins), bins - 1)]
        entry[0] += probability
        entry[1] += outcome
        entry[2] += 1
    return [(p / n, o / n, int(n)) for p, o, n in sums if n]


def calibration_error(curve: Sequence[tuple[float, float, int]]) -> float:
    """Return the expected calibration error: mean distance of the curve from the diagonal.

    Weighted by count. Source: Naeini et al. 2015, https://doi.org/10.1609/aaai.v29i1.9602.
    """
    total = sum(count for _, _, count in curve)
    return sum(abs(p - share) * count for p, share, count in curve) / total if total else 0.0


def risk_coverage(confidences: Sequence[float], wrong: Sequence[bool]) -> list[tuple[float, float]]:
    """Return (coverage, risk) as the threshold falls: what answering more would cost.

    Coverage is the share of questions with at least that confidence, risk the share of
    wrong ones among them. Equal confidences enter together.
    Source: El-Yaniv and Wiener 2010, https://jmlr.org/papers/v11/el-yaniv10a.html.
    """
    ranked = sorted(zip(confidences, wrong, strict=True), key=lambda pair: -pair[0])
    curve, errors = [], 0
    for count, (confidence, is_wrong) in enumerate(ranked, 1):
        errors += is_wrong
        if count == len(ranked) or ranked[count][0] != confidence:
            curve.append((count / len(ranked), errors / count))
    return curve


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which that share of the values lies (nearest rank).

    Raises:
        ValueError: there are no values.

    """
    if not values:
        raise ValueError("no values")
    ordered = sorted(values)
    return ordered[max(math.ceil(share * len(ordered)) - 1, 0)]


def _among(place: Place, gold: Sequence[Place]) -> bool:
    return any(same_sentence(place, wanted) for wanted in gold)

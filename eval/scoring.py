"""From records and cases to scores: which metric applies to which case, and its value.

A metric that does not apply to a case gives no score: "not scored" is not "wrong". Every
score says in a few words why it is what it is, for the report.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from eval import metrics
from eval.case import Case, Gold
from eval.figures import BY_NAME
from eval.judge import strict_judge, support_judge
from eval.matching import first_said
from eval.places import Documents
from eval.record import Record, place_of
from qa.answer import Answer, Citation, Claim


@dataclass(frozen=True, slots=True)
class Score:
    """What one case adds to one figure: `value` out of `weight`.

    A rate over cases has weight 1; a rate over claims has as weight the number of claims.
    """

    value: float
    weight: float = 1.0
    why: str = ""


Scores = dict[str, Score]
"""The scores of one case, by name; names are those of `figures.FIGURES`' parts."""

ScoreTable = Mapping[str, Scores]
"""The scores of a run, by case id."""

_MUST_BE_WHOLE = (
    "right",
    "nugget_recall",
    "refused_unanswerable",
    "disagreement_shown",
    "quote_exact",
    "citation_recall",
)


def score_run(
    cases: Iterable[Case], records: Mapping[str, Record], documents: Documents
) -> dict[str, Scores]:
    """Score every case that has a record.

    Raises:
        GoldError: a case's gold sentence is not in the documents.

    """
    return {
        case.id: score_case(case, records[case.id], documents)
        for case in cases
        if case.id in records
    }


def score_case(case: Case, record: Record, documents: Documents) -> Scores:
    """Score one case.

    Raises:
        GoldError: the case's gold sentence is not in the documents.

    """
    scores = dict(_retrieval(case, record, documents))
    if record.answer is None:
        return scores | _failed(case, record.error or "no answer")
    answer = record.answer
    scores |= dict(_answer(case, answer, documents))
    scores |= dict(_citation(case, answer, documents))
    scores |= dict(_grounding(case, answer))
    scores |= dict(_refusal(case, answer))
    for name in ("prompt_tokens", "completion_tokens"):
        if name in answer.usage:
            scores[name] = Score(float(answer.usage[name]))
    return scores


def is_right(scores: Scores) -> bool | None:
    """Whether a case came out as it should; None when nobody has said what it should."""
    for name in ("right", "nugget_recall", "refused_unanswerable"):
        if name in scores:
            return scores[name].value >= scores[name].weight
    return None


def problems(scores: Scores) -> list[str]:
    """Return what went wrong in a case, each in a line; empty when nothing did."""
    found = []
    for name in _MUST_BE_WHOLE:
        if name in scores and scores[name].value < scores[name].weight:
            found.append(f"{BY_NAME[name].label}: {scores[name].why}")
    if "leak" in scores and scores["leak"].value > 0:
        found.append(f"{BY_NAME['leak'].label}: {scores['leak'].why}")
    return found


def said(answer: Answer) -> str:
    """Return the words of an answer: its claims, as shown."""
    return " ".join(claim.text for claim in answer.claims)


def _retrieval(case: Case, record: Record, documents: Documents) -> Iterator[tuple[str, Score]]:
    gold = documents.places(case.all_gold())
    if not gold or case.kind == "summary":
        return
    passages = metrics.gold_ranks(gold, record.passages)
    why = "gold in passages " + ", ".join(str(rank or "none") for rank in passages)
    yield "passage_hit_1", Score(metrics.hit_at(passages, 1), why=why)
    yield "passage_hit_5", Score(metrics.hit_at(passages, 5), why=why)
    yield "passage_recall_5", Score(metrics.recall_at(passages, 5), why=why)
    yield "passage_mrr", Score(metrics.reciprocal_rank(passages), why=why)
    sentences = metrics.gold_ranks(gold, record.sentences)
    why = "gold sentences at " + ", ".join(str(rank or "none") for rank in sentences)
    yield "sentence_hit_1", Score(metrics.hit_at(sentences, 1), why=why)
    yield "sentence_recall_10", Score(metrics.recall_at(sentences, 10), why=why)
    yield "sentence_ndcg_10", Score(metrics.ndcg_at(sentences, 10), why=why)


def _answer(case: Case, answer: Answer, documents: Documents) -> Iterator[tuple[str, Score]]:
    if not case.answerable:
        return
    text = said(answer)
    if case.accepted or case.must_say:
        right = _right(case, text)
        if case.kind != "summary":
            yield "right", right
        if case.kind == "follow_up":
            yield "follow_up_right", right
    if case.must_say:
        missing = [p.accepted[0] for p in case.must_say if not first_said(text, p.accepted)]
        why = "; ".join(f"not said: {' + '.join(wording)}" for wording in missing)
        yield "nugget_recall", Score(metrics.nugget_recall(text, case.must_say), why=why)
    if case.sides:
        yield "disagreement_shown", _disagreement(case, answer, documents)
    references = list(_references(case))
    if references and case.kind != "summary":
        yield "token_f1", Score(metrics.best_token_f1(text, references))


def _right(case: Case, text: str) -> Score:
    wrong = first_said(text, case.wrong)
    if wrong:
        return Score(0.0, why=f"says {' + '.join(wrong)!r}, which is wrong")
    if not text:
        return Score(0.0, why="refused")
    if case.accepted:
        found = first_said(text, case.accepted)
        why = f"says {' + '.join(found)!r}" if found else "says no accepted answer"
        return Score(float(found is not None), why=why)
    missing = [p for p in case.must_say if first_said(text, p.accepted) is None]
    why = f"{len(missing)} of {len(case.must_say)} points not said" if missing else "says all"
    return Score(float(not missing), why=why)


def _disagreement(case: Case, answer: Answer, documents: Documents) -> Score:
    for side in case.sides:
        allowed = {documents.find(gold.article).name for gold in side.gold}
        shown = any(
            first_said(claim.text, side.accepted)
            and (not allowed or any(c.article in allowed for c in _cited(claim, answer)))
            for claim in answer.claims
        )
        if not shown:
            return Score(0.0, why=f"one side is missing: {' + '.join(side.accepted[0])}")
    return Score(1.0, why="all sides are shown")


def _references(case: Case) -> Iterator[str]:
    """Yield what an answer's words are compared with: long answers where the case has them."""
    if case.references:
        yield from case.references
        return
    for wording in case.accepted:
        yield " ".join(wording)
    golds = [gold for gold in case.all_gold() if gold.quote is not None]
    yield from (gold.quote for gold in golds if gold.quote)
    if len(case.must_say) > 1:
        firsts = [_first_quote(point.gold) for point in case.must_say]
        yield " ".join(quote for quote in dict.fromkeys(firsts) if quote)


def _first_quote(golds: Sequence[Gold]) -> str:
    return next((gold.quote for gold in golds if gold.quote), "")


def _citation(case: Case, answer: Answer, documents: Documents) -> Iterator[tuple[str, Score]]:
    def entails(claim: str, cited: Sequence[Citation]) -> bool:
        return support_judge(claim, [c.quote for c in cited], _context(cited))

    if answer.claims:
        recalls = 0.0
        precisions: list[float] = []
        unheld: list[str] = []
        for claim in answer.claims:
            cited = _cited(claim, answer)
            recall = metrics.citation_recall(claim.text, cited, entails)
            precisions += metrics.citation_precision(claim.text, cited, entails)
            recalls += recall
            if not recall:
                unheld.append(claim.text)
        why = f"does not hold: {unheld[0]}" if unheld else ""
        yield "citation_recall", Score(recalls, len(answer.claims), why)
        if precisions:
            yield "citation_precision", Score(sum(precisions), len(precisions))
    yield from _gold_citation(case, answer, documents)
    shown = (*answer.citations, *answer.evidence, *_nearest(answer))
    if shown:
        bad = [c for c in shown if not _is_exact(c, documents)]
        why = f"not in {bad[0].article} at {bad[0].start}: {bad[0].quote}" if bad else ""
        yield "quote_exact", Score(len(shown) - len(bad), len(shown), why)


def _gold_citation(case: Case, answer: Answer, documents: Documents) -> Iterator[tuple[str, Score]]:
    gold = documents.places(case.all_gold())
    if not gold or not case.answerable:
        return
    cited = [place_of(citation) for citation in answer.citations]
    groups = [point.gold for point in case.must_say if point.gold] or [case.gold]
    needed = [documents.places(group) for group in groups]
    yield "gold_citation_recall", Score(metrics.gold_citation_recall(cited, needed))
    if cited:
        precise = metrics.gold_citation_precision(cited, gold)
        yield "gold_citation_precision", Score(sum(precise), len(precise))


def _grounding(case: Case, answer: Answer) -> Iterator[tuple[str, Score]]:
    if not answer.claims:
        return
    supported = sum(claim.support.holds for claim in answer.claims)
    yield "support_rate", Score(supported, len(answer.claims))
    reasons = [(_rejection(case, claim, answer), claim) for claim in answer.claims]
    rejected = [reason for reason, _ in reasons if reason]
    yield "rejected", Score(len(rejected), len(answer.claims), rejected[0] if rejected else "")
    if supported:
        leaks = [reason for reason, claim in reasons if reason and claim.support.holds]
        yield "leak", Score(len(leaks), supported, leaks[0] if leaks else "")


def _rejection(case: Case, claim: Claim, answer: Answer) -> str:
    """Return why the strict judge or a known-wrong wording rejects a claim, "" when neither."""
    wrong = first_said(claim.text, case.wrong)
    if wrong:
        return f"says {' + '.join(wrong)!r}, which is wrong: {claim.text}"
    cited = _cited(claim, answer)
    reason = strict_judge(claim.text, [c.quote for c in cited], _context(cited))
    return f"{reason}: {claim.text}" if reason else ""


def _refusal(case: Case, answer: Answer) -> Iterator[tuple[str, Score]]:
    answered = answer.status == "answered"
    if case.answerable is True and case.kind != "summary":
        yield "answered_answerable", Score(float(answered), why="" if answered else "refused")
    if case.answerable is False:
        put_right = first_said(said(answer), case.correction)
        why = "refused" if not answered else "answered"
        if put_right:
            why = f"put right: says {' + '.join(put_right)!r}"
        yield "refused_unanswerable", Score(float(not answered or put_right is not None), why=why)


def _failed(case: Case, error: str) -> Scores:
    """Return the scores of a case on which the tool failed: wrong wherever it was asked for."""
    wrong = Score(0.0, why=f"failed: {error}")
    if case.answerable is False:
        return {"refused_unanswerable": wrong}
    if case.kind == "summary":
        return {"nugget_recall": wrong}
    scores = {"right": wrong, "answered_answerable": wrong} if case.answerable else {}
    return scores | ({"follow_up_right": wrong} if case.kind == "follow_up" else {})


def _cited(claim: Claim, answer: Answer) -> list[Citation]:
    """Return the citations of a claim; a number without a citation is left out."""
    by_number = {citation.number: citation for citation in answer.citations}
    return [by_number[number] for number in claim.citations if number in by_number]


def _nearest(answer: Answer) -> tuple[Citation, ...]:
    return answer.refusal.nearest if answer.refusal else ()


def _context(cited: Sequence[Citation]) -> tuple[str, ...]:
    parts = (part for c in cited for part in (c.title, c.source, c.published) if part)
    return tuple(dict.fromkeys(parts))


def _is_exact(citation: Citation, documents: Documents) -> bool:
    document = documents.by_name.get(citation.article)
    return document is not None and bool(metrics.quote_exactness(citation, document.text))

"""One case of the report: question, answer, evidence, what was expected, what went wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from eval.case import Case, Gold, Wording
from eval.result import Result
from qa.answer import Answer, Citation, Claim

EVIDENCE_SHOWN = 5


def anchor(result: Result, case: Case) -> str:
    """Return the case's place in the page; it stays the same from run to run."""
    return f"{result.name}--{case.id}"


def case_article(result: Result, case: Case) -> str:
    """Return a case in full, as HTML."""
    record = result.run.records[case.id]
    place = escape(anchor(result, case))
    wrong = "".join(f"<li>{escape(line)}</li>" for line in result.failed.get(case.id, []))
    pairs = [
        ("question", _question(case)),
        ("wrong", f"<ul>{wrong}</ul>" if wrong else ""),
        ("answer", _answer(record.answer) if record.answer else escape(record.error or "")),
        ("expected", _expected(case)),
        ("evidence", _evidence(record.answer)),
        ("asked by", escape(case.asked_by)),
        ("note", escape(case.note)),
    ]
    rows = "".join(f"<dt>{name}</dt><dd>{text}</dd>" for name, text in pairs if text)
    return (
        f'<article id="{place}"><header><h3>{escape(case.id)}</h3>'
        f'<span class="soft">{escape(case.kind.replace("_", " "))}</span>'
        f'<a class="link" href="#{place}">link</a></header><dl>{rows}</dl></article>'
    )


def passed_list(result: Result, cases: Sequence[Case]) -> str:
    """Return the cases in which nothing went wrong, folded away."""
    entries = "".join(case_article(result, case) for case in cases)
    return (
        f"<details><summary>{len(cases)} cases in which nothing went wrong</summary>"
        f"{entries}</details>"
    )


def expected_lines(case: Case) -> Iterator[str]:
    """Say what was expected, line by line."""
    if case.answerable is False:
        yield "to be refused"
        if case.correction:
            yield f"or put right: {_wordings(case.correction)}"
    if case.accepted:
        yield f"says {_wordings(case.accepted)}"
    for name, points in (("point", case.points), ("side", case.sides)):
        for number, point in enumerate(points, start=1):
            yield f"{name} {number}: says {_wordings(point.accepted)}"
    if case.wrong:
        yield f"does not say {_wordings(case.wrong)}"


def _question(case: Case) -> str:
    turns = "".join(f'<div class="soft">{escape(turn)}</div>' for turn in case.turns)
    return f"{turns}{escape(case.question)}"


def _answer(answer: Answer) -> str:
    parts = []
    if answer.searched and answer.searched != answer.question:
        parts.append(f'<p class="soft">searched: {escape(answer.searched)}</p>')
    if answer.refusal:
        parts.append(f"<p>refused: {escape(answer.refusal.reason)}</p>")
        parts += [_quote(citation) for citation in answer.refusal.nearest]
    parts += [_claim(claim) for claim in answer.claims]
    parts += [_quote(citation, f"[{citation.number}] ") for citation in answer.citations]
    if answer.dropped:
        dropped = "".join(
            f"<li>{escape(d.text)} <span class='soft'>({escape('; '.join(d.reasons))})</span></li>"
            for d in answer.dropped
        )
        parts.append(f'<p class="soft">dropped:</p><ul>{dropped}</ul>')
    return "".join(parts)


def _claim(claim: Claim) -> str:
    numbers = "".join(f"[{number}]" for number in claim.citations)
    verdict = f"{claim.origin}, {claim.support.verdict} {claim.support.score:.2f}"
    return f"<p>{escape(claim.text)} {numbers} <span class='soft'>({verdict})</span></p>"


def _evidence(answer: Answer | None) -> str:
    if answer is None:
        return ""
    return "".join(_quote(citation) for citation in answer.evidence[:EVIDENCE_SHOWN])


def _quote(citation: Citation, before: str = "") -> str:
    where = f"{citation.article} {citation.start}-{citation.end}"
    return (
        f"<blockquote>{before}{escape(citation.quote)} "
        f"<span class='soft'>({escape(where)})</span></blockquote>"
    )


def _expected(case: Case) -> str:
    lines = "".join(f"<li>{escape(line)}</li>" for line in expected_lines(case))
    quotes = "".join(_gold(gold) for gold in dict.fromkeys(case.all_gold()))
    return f"<ul>{lines}</ul>{quotes}"


def _gold(gold: Gold) -> str:
    words = escape(gold.quote) if gold.quote else "the whole article"
    return f"<blockquote>{words} <span class='soft'>({escape(gold.article)})</span></blockquote>"


def _wordings(wordings: Iterable[Wording]) -> str:
    return " or ".join(" and ".join(f"“{part}”" for part in wording) for wording in wordings)

"""`footnote check --pairs`: the support check on its own, so that it can be measured."""

from __future__ import annotations

from pathlib import Path

from index.errors import UsageError
from ui.options import print_json, read_questions


def check_pairs(path: Path) -> int:
    """Write {"id", "verdict", "score", "reasons"} for each {"id", "claim", "evidence"} line.

    `evidence` is a text or a list of texts.

    Raises:
        UsageError: a line is not such an object.
    """
    from qa.support_checker import SupportChecker
    from qa.verifier import open_verifier

    rows = read_questions(path, "claim")
    pairs = [(row["id"], row["claim"], _evidence(row)) for row in rows]
    checker = SupportChecker(verifier=open_verifier())
    for name, claim, evidence in pairs:
        support = checker.check(claim, evidence)
        print_json(
            {
                "id": name,
                "verdict": support.verdict,
                "score": support.score,
                "reasons": list(support.reasons),
            },
            lines=True,
        )
    return 0


def _evidence(row: dict[str, object]) -> list[str]:
    evidence = row.get("evidence")
    if isinstance(evidence, str):
        return [evidence]
    if isinstance(evidence, list) and all(isinstance(text, str) for text in evidence):
        return evidence
    raise UsageError(f'pair {row["id"]}: "evidence" must be a text or a list of texts')

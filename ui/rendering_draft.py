"""A summary and a checked draft as text for the terminal. Pure functions."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from qa.answer import Citation, Summary
from qa.checking import DraftReport
from ui.rendering import DROPPED, byline, claim_words, one_line, place, quoted, support_words

MARKS = {"supported": "✓", "contradicted": "✗", "not found": "?"}


def render_summary(summary: Summary, *, width: int = 88) -> str:
    """Return the key points with their footnotes, and what was dropped."""
    lines: list[str] = []
    for claim in summary.claims:
        numbers = "".join(f"[{number}]" for number in claim.citations)
        lines += _wrapped(f"{claim_words(claim)} {numbers}", width, "- ", "  ")
        lines += _wrapped(support_words(claim), width, "    ", "    ")
    lines += _footnotes(summary.citations, width)
    if summary.dropped:
        lines += ["", DROPPED]
    for dropped in summary.dropped:
        reasons = one_line("; ".join(dropped.reasons))
        lines += _wrapped(f"{one_line(dropped.text)} ({reasons})", width, "  - ", "    ")
    return "\n".join(lines)


def render_draft(report: DraftReport, *, width: int = 88) -> str:
    """Return each sentence of a draft with its verdict, the reasons, and the footnotes."""
    lines: list[str] = []
    for sentence in report.sentences:
        numbers = "".join(f"[{number}]" for number in sentence.citations)
        text = f"{one_line(sentence.text)} {numbers}".rstrip()
        lines += _wrapped(text, width, f"{MARKS[sentence.verdict]} ", "  ")
        why = one_line("; ".join(sentence.support.reasons))
        lines += _wrapped(f"{sentence.verdict}: {why}", width, "    ", "    ")
    counts = {
        verdict: sum(sentence.verdict == verdict for sentence in report.sentences)
        for verdict in MARKS
    }
    total = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
    return "\n".join([*lines, *_footnotes(report.citations, width), "", f"{total}."])


def _footnotes(citations: Sequence[Citation], width: int) -> list[str]:
    lines = ["", "Footnotes"] if citations else []
    for citation in citations:
        lines += _wrapped(byline(citation), width, f"[{citation.number}] ", "    ")
        lines += _wrapped(place(citation), width, "    ", "    ")
        lines += _wrapped(quoted(citation.quote), width, "    ", "    ")
    return lines


def _wrapped(text: str, width: int, first: str, then: str) -> list[str]:
    return textwrap.wrap(
        text,
        width,
        initial_indent=first,
        subsequent_indent=then,
        break_long_words=False,
        break_on_hyphens=False,
    )

"""A thumb up or down on an answer becomes a case, so that a complaint becomes a test.

Cases are lines of JSON in the library's own case file, in the form that `footnote eval`
reads (`eval/cases/README.md`). Nothing is sent anywhere.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from index.article import content_id
from index.errors import LibraryError
from qa.answer import Answer, Citation

Verdict = Literal["right", "wrong"]

CASES_FILE = "cases.jsonl"


def cases_file(library: Path) -> Path:
    """Return where a library keeps its cases."""
    return library / CASES_FILE


def save_case(
    library: Path, question: str, answer: Answer, verdict: Verdict, *, turns: Sequence[str] = ()
) -> Path:
    """Save what a person thinks of an answer as a case; return the case file.

    An answer that is right must be given again from the same sentences, a refusal that is
    right must stay one. An answer that is wrong must not be given again in these words;
    whether there is a right one is left open. A refusal that is wrong must become an answer.
    A second verdict on the same question (after the same `turns`) replaces the first.

    Raises:
        LibraryError: the case file cannot be written.

    """
    case = _case(question, answer, verdict, turns)
    others = [line for line in _lines(library) if _id(line) != case["id"]]
    _write(library, [*others, json.dumps(case, ensure_ascii=False)])
    return cases_file(library)


def forget_case(library: Path, question: str, *, turns: Sequence[str] = ()) -> None:
    """Take a verdict back; nothing happens when there is none.

    Raises:
        LibraryError: the case file cannot be written.

    """
    lines = _lines(library)
    kept = [line for line in lines if _id(line) != case_id(question, turns)]
    if len(kept) < len(lines):
        _write(library, kept)


def case_id(question: str, turns: Sequence[str] = ()) -> str:
    """Return the id under which verdicts on a question are kept."""
    return f"feedback-{content_id(' '.join(question.split()), *turns)}"


def _case(question: str, answer: Answer, verdict: Verdict, turns: Sequence[str]) -> dict[str, Any]:
    answered = answer.status == "answered"
    case: dict[str, Any] = {
        "id": case_id(question, turns),
        "kind": "feedback",
        "asked_by": "a reader, in the chat",
        "note": f"{'an answer' if answered else 'a refusal'} that was found {verdict}",
        "answerable": None if answered and verdict == "wrong" else answered is (verdict == "right"),
        "turns": list(turns),
        "question": " ".join(question.split()),
    }
    if answered and verdict == "right":
        case["gold"] = [{"article": _name(c), "quote": c.quote} for c in answer.citations]
    if answered and verdict == "wrong":
        case["wrong"] = [claim.text for claim in answer.claims]
    return case


def _name(citation: Citation) -> str:
    return Path(citation.path).name if citation.path else citation.url or citation.article


def _lines(library: Path) -> list[str]:
    try:
        text = cases_file(library).read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise LibraryError(f"{cases_file(library)} cannot be read: {error}") from error
    return [line for line in text.split("\n") if line.strip()]


def _id(line: str) -> str | None:
    """Return a line's case id; None for a line somebody broke by hand, which is kept."""
    try:
        case = json.loads(line)
    except ValueError:
        return None
    return case.get("id") if isinstance(case, dict) else None


def _write(library: Path, lines: Sequence[str]) -> None:
    """Replace the file at once: a crash leaves the old one or the new one."""
    path = cases_file(library)
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=library, prefix=".cases-", delete=False
        ) as file:
            file.write("".join(f"{line}\n" for line in lines))
        Path(file.name).replace(path)
    except OSError as error:
        raise LibraryError(f"{path} cannot be written: {error.strerror or error}") from error

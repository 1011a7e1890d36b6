"""One line of a run's log: everything that was answered, nothing that a clock says.

A record holds the answer with its citations by document name, so that two runs at
temperature 0 give the same log and every metric can be computed again without a model.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from eval.places import Documents, Place
from qa.answer import (
    Answer,
    Citation,
    Claim,
    Disagreement,
    Dropped,
    Refusal,
    Summary,
    Support,
)

LOG_SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Record:
    """What came of one case.

    In `answer`, `article` of every citation is the document's name, and there are no
    paths, URLs or timings. `passages` and `sentences` are what the search alone gave for the
    question as searched, best first; empty for summaries and for cases without gold. `error`
    is set when the tool failed, and then `answer` is None.
    """

    case: str
    fingerprint: str
    answer: Answer | None
    passages: tuple[Place, ...] = ()
    sentences: tuple[Place, ...] = ()
    error: str | None = None

    def as_line(self) -> str:
        """Return the record as one line of JSON."""
        raw = {
            "schema": LOG_SCHEMA,
            "case": self.case,
            "fingerprint": self.fingerprint,
            "error": self.error,
            "answer": None if self.answer is None else asdict(self.answer),
            "passages": [list(place) for place in self.passages],
            "sentences": [list(place) for place in self.sentences],
        }
        return json.dumps(raw, ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_line(cls, line: str) -> Record:
        """Read a record back.

        Raises:
            ValueError: the line is not a record of this schema.

        """
        raw = json.loads(line)
        if not isinstance(raw, dict) or raw.get("schema") != LOG_SCHEMA:
            raise ValueError(f"not a record of schema {LOG_SCHEMA}")
        return cls(
            case=raw["case"],
            fingerprint=raw["fingerprint"],
            error=raw["error"],
            answer=None if raw["answer"] is None else answer_from(raw["answer"]),
            passages=tuple(Place(*place) for place in raw["passages"]),
            sentences=tuple(Place(*place) for place in raw["sentences"]),
        )


def place_of(citation: Citation) -> Place:
    """Return the place of a citation of a record."""
    return Place(citation.article, citation.start, citation.end)


def without_clock(answer: Answer, documents: Documents) -> Answer:
    """Return the answer as a record holds it: no timings, documents by name."""

    def by_name(citations: Iterable[Citation]) -> tuple[Citation, ...]:
        return tuple(
            replace(c, article=documents.name(c.article), path=None, url=None) for c in citations
        )

    refusal = answer.refusal
    return Answer(
        question=answer.question,
        searched=answer.searched,
        status=answer.status,
        claims=answer.claims,
        citations=by_name(answer.citations),
        dropped=answer.dropped,
        refusal=refusal and Refusal(refusal.reason, by_name(refusal.nearest), refusal.coverage),
        disagreements=answer.disagreements,
        evidence=by_name(answer.evidence),
        answerable=answer.answerable,
        models=dict(answer.models),
        usage=dict(answer.usage),
    )


def from_summary(summary: Summary, question: str) -> Answer:
    """Return a summary in the form of an answer, so that one set of metrics reads both."""
    return Answer(
        question=question,
        searched="",
        status="answered",
        claims=summary.claims,
        citations=summary.citations,
        dropped=summary.dropped,
        answerable=1.0,
        models=dict(summary.models),
        timings_ms=dict(summary.timings_ms),
        usage=dict(summary.usage),
    )


def answer_from(raw: Mapping[str, Any]) -> Answer:
    """Read an answer back from its JSON."""
    refusal = raw["refusal"]
    return Answer(
        question=raw["question"],
        searched=raw["searched"],
        status=raw["status"],
        claims=tuple(_claim(claim) for claim in raw["claims"]),
        citations=_citations(raw["citations"]),
        dropped=tuple(Dropped(d["text"], tuple(d["reasons"])) for d in raw["dropped"]),
        refusal=refusal
        and Refusal(refusal["reason"], _citations(refusal["nearest"]), refusal["coverage"]),
        disagreements=tuple(
            Disagreement(tuple(d["claims"]), d["about"]) for d in raw["disagreements"]
        ),
        evidence=_citations(raw["evidence"]),
        answerable=raw["answerable"],
        models=dict(raw["models"]),
        timings_ms=dict(raw["timings_ms"]),
        usage=dict(raw["usage"]),
    )


def _claim(raw: Mapping[str, Any]) -> Claim:
    support = raw["support"]
    return Claim(
        text=raw["text"],
        origin=raw["origin"],
        citations=tuple(raw["citations"]),
        support=Support(support["verdict"], support["score"], tuple(support["reasons"])),
    )


def _citations(raw: Iterable[Mapping[str, Any]]) -> tuple[Citation, ...]:
    return tuple(Citation(**citation) for citation in raw)

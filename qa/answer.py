"""The values of an answer: claims, citations, refusal, and the events of its making.

Frozen, plain and printable: `Answer.as_json()` is schema 1 of `footnote ask --json`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

SCHEMA = 1

Origin = Literal["model", "quote"]
Verdict = Literal["supported", "unsupported"]


@dataclass(frozen=True, slots=True)
class Citation:
    """A pointer to one sentence or run of sentences: `article text[start:end] == quote`.

    `number` is the footnote's number within one answer, from 1; in a list of evidence it
    is the number that the model was shown. `article` is the article's id. `page` is the page
    on which the quote begins, from 1, for an article that has pages.
    """

    number: int
    article: str
    title: str
    source: str | None
    published: str | None
    path: str | None
    url: str | None
    start: int
    end: int
    quote: str
    page: int | None = None

    @property
    def place(self) -> tuple[str, int, int]:
        """What is cited, whatever its number."""
        return (self.article, self.start, self.end)

    def numbered(self, number: int) -> Citation:
        """Return the same citation under another number."""
        return replace(self, number=number)


@dataclass(frozen=True, slots=True)
class Support:
    """The verdict on a claim against its citations.

    `score` is the calibrated probability, 0 to 1, that the cited sentences support the
    claim; `reasons` are short phrases for people ("30 minutes stands in the source").
    """

    verdict: Verdict
    score: float
    reasons: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether the claim may be shown as supported."""
        return self.verdict == "supported"


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of an answer or summary, with the numbers of its footnotes."""

    text: str
    origin: Origin
    citations: tuple[int, ...]
    support: Support


@dataclass(frozen=True, slots=True)
class Dropped:
    """A sentence that the model wrote and that is not part of the answer, and why."""

    text: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """The typed outcome "the articles do not say".

    `nearest` are the closest passages' best sentences; `coverage` says in a sentence
    what the collection holds.
    """

    reason: str
    nearest: tuple[Citation, ...]
    coverage: str


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Claims (by index) that rest on different articles and say different things."""

    claims: tuple[int, ...]
    about: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A finished answer. `refusal` is set exactly when `status` is "refused".

    `origins` names the story that a cited article carries, where it shares it with another
    article of the library: what two carriers of one story say is said once.
    """

    question: str
    searched: str
    status: Literal["answered", "refused"]
    claims: tuple[Claim, ...] = ()
    citations: tuple[Citation, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    refusal: Refusal | None = None
    disagreements: tuple[Disagreement, ...] = ()
    evidence: tuple[Citation, ...] = ()
    answerable: float = 0.0
    preferred: str = ""
    """What a date in the question put first, in a phrase; "" when it named none."""
    origins: dict[str, str] = field(default_factory=dict)
    models: dict[str, str] = field(default_factory=dict)
    timings_ms: dict[str, float] = field(default_factory=dict)
    usage: dict[str, int] = field(default_factory=dict)

    def citation(self, number: int) -> Citation:
        """Return the citation with that footnote number.

        Raises:
            KeyError: no citation has it.
        """
        for citation in self.citations:
            if citation.number == number:
                return citation
        raise KeyError(number)

    @property
    def sources_cited(self) -> tuple[int, int]:
        """How many articles are cited, and how many origins they have."""
        articles = {citation.article for citation in self.citations}
        return len(articles), len({self.origins.get(article, article) for article in articles})

    def as_json(self) -> dict[str, Any]:
        """Return schema 1: what `footnote ask --json` prints."""
        return {"schema": SCHEMA, **asdict(self)}


@dataclass(frozen=True, slots=True)
class Summary:
    """Key points of one or more articles, each a checked claim with its footnotes."""

    articles: tuple[str, ...]
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    dropped: tuple[Dropped, ...] = ()
    models: dict[str, str] = field(default_factory=dict)
    timings_ms: dict[str, float] = field(default_factory=dict)
    usage: dict[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return schema 1: what `footnote summarise --json` prints."""
        return {"schema": SCHEMA, **asdict(self)}


@dataclass(frozen=True, slots=True)
class EvidenceReady:
    """The best sentences are known; the model has not yet begun. Shown at once."""

    searched: str
    evidence: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """The sentence the model is writing, so far, unchecked and without markers."""

    text: str


@dataclass(frozen=True, slots=True)
class ClaimReady:
    """A claim has passed the check; `citations` are all its citations, numbered for good."""

    claim: Claim
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class ClaimDropped:
    """A sentence of the model was dropped."""

    dropped: Dropped


@dataclass(frozen=True, slots=True)
class Finished:
    """The whole answer; always the last event. It repeats every claim that was shown."""

    answer: Answer


Event = EvidenceReady | Draft | ClaimReady | ClaimDropped | Finished

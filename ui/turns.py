"""One question and what has come of it so far: events in, a value to show out.

Knows nothing of HTML, of gradio or of how an answer is made. A turn is frozen; every
event gives the next one, so that what is on the screen is a function of what happened.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from qa.answer import (
    Answer,
    Citation,
    Claim,
    ClaimDropped,
    ClaimReady,
    Draft,
    Dropped,
    Event,
    EvidenceReady,
    Finished,
)


@dataclass(frozen=True, slots=True)
class Turn:
    """A question within a conversation, and its answer as far as it is known.

    `number` is the turn's place in the conversation, from 1; it makes anchors unique.
    `answer` is set by the last event; `stopped` says that the person stopped the model,
    `error` that it could not be answered, and why, in one line.
    """

    number: int
    question: str
    searched: str | None = None
    evidence: tuple[Citation, ...] = ()
    draft: str = ""
    claims: tuple[Claim, ...] = ()
    citations: tuple[Citation, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    answer: Answer | None = None
    stopped: bool = False
    error: str | None = None

    @property
    def finished(self) -> bool:
        """Whether nothing more will come."""
        return self.answer is not None or self.stopped or self.error is not None

    def after(self, event: Event) -> Turn:
        """Return the turn as it is after the event."""
        match event:
            case EvidenceReady():
                return replace(self, searched=event.searched, evidence=event.evidence)
            case Draft():
                return replace(self, draft=event.text)
            case ClaimReady():
                known = {citation.number: citation for citation in self.citations}
                known.update((citation.number, citation) for citation in event.citations)
                return replace(
                    self,
                    draft="",
                    claims=(*self.claims, event.claim),
                    citations=tuple(known[number] for number in sorted(known)),
                )
            case ClaimDropped():
                return replace(self, draft="", dropped=(*self.dropped, event.dropped))
            case Finished():
                return replace(
                    self,
                    draft="",
                    searched=event.answer.searched,
                    claims=event.answer.claims,
                    citations=event.answer.citations,
                    dropped=event.answer.dropped,
                    evidence=event.answer.evidence or self.evidence,
                    answer=event.answer,
                )

    def stop(self) -> Turn:
        """Return the turn with the model stopped: the draft goes, checked claims stay."""
        return replace(self, draft="", stopped=True)

    def fail(self, message: str) -> Turn:
        """Return the turn with the reason, one line, why it has no whole answer."""
        return replace(self, draft="", error=message)

    def as_answer(self) -> Answer | None:
        """Return what a later question may build on, or None when there is nothing.

        A turn that was stopped, or failed, after its first claim counts as an answer of
        the claims that had passed the check by then.
        """
        if self.answer is not None or not self.claims:
            return self.answer
        return Answer(
            question=self.question,
            searched=self.searched or self.question,
            status="answered",
            claims=self.claims,
            citations=self.citations,
            dropped=self.dropped,
            evidence=self.evidence,
        )

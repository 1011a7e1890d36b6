"""From a question to a cited, checked answer, as a stream of events.

The order is that of docs/how-it-works in the README: stand alone, retrieve, choose
evidence, decide whether it can be answered, show the evidence, write, check each claim.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import islice

import prompts
from index.article import Article
from index.errors import UsageError
from index.filters import Filter
from index.library import Library
from index.retrieving import Evidence, EvidenceSentence, Retriever
from index.splitting import sentence_spans
from qa.answer import Answer, Disagreement, Draft, Event, EvidenceReady, Finished, Refusal
from qa.breadth import breadth_of
from qa.citing import ClaimParser, Writing, WrittenClaim
from qa.completing import complete
from qa.conversing import stand_alone
from qa.coverage import coverage
from qa.disagreeing import FoundDisagreement, find_disagreement
from qa.editing import Checker, Editor
from qa.evidence import NumberedEvidence
from qa.language_model import LanguageModel, Message, Usage
from qa.stories import of_other_origins, origins_among

LONGEST_QUESTION = 2000
TEMPLATE_TOKENS = 64  # room for what a chat template puts around the messages
NEAREST = 3


class Mode(StrEnum):
    """How an answer is made."""

    CHECKED = "checked"
    QUOTES = "quotes"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, slots=True)
class Effort:
    """How much evidence a model is shown and how much it may write.

    A small model loses the thread in long lists; on a CPU the reading of the prompt is
    what a person waits for.
    """

    sentences: int
    tokens: int
    claims: int
    system: str


SMALL = Effort(sentences=8, tokens=96, claims=4, system="answer_system")
CAPABLE = Effort(sentences=16, tokens=320, claims=12, system="answer_capable_system")
NO_ANSWER = 0  # the number that a capable model is told to give when no sentence answers


@dataclass
class Clock:
    """Milliseconds since the question was asked, by phase."""

    started: float = field(default_factory=time.perf_counter)
    marks: dict[str, float] = field(default_factory=dict)

    def mark(self, name: str) -> None:
        """Note the time of a phase's end, the first time it ends."""
        self.marks.setdefault(name, round((time.perf_counter() - self.started) * 1000, 1))


@dataclass
class Answerer:
    """Answers questions over one library.

    `model` is called when a model is first needed, and not in mode QUOTES. `strictness`
    ("low", "normal", "high") sets how sure the evidence must be.
    """

    library: Library
    retriever: Retriever
    checker: Checker
    model: Callable[[], LanguageModel]
    names: dict[str, str]
    mode: Mode = Mode.CHECKED
    strictness: str = "normal"

    def events(
        self, question: str, history: Sequence[Answer] = (), where: Filter | None = None
    ) -> Generator[Event, None, None]:
        """Yield the events of one answer; the last is `Finished`. Closing stops the model.

        Raises:
            UsageError: the question is empty or longer than `LONGEST_QUESTION` characters.
            ModelError: the model cannot be loaded or broke.
        """
        clock, usage = Clock(), Usage()
        asked = _valid(question)
        searched = stand_alone(asked, history, self._model_if_capable(history))
        evidence = self.retriever.evidence(searched, n=CAPABLE.sentences, where=where)
        clock.mark("retrieve")
        if not evidence.sentences or not self.retriever.answers(evidence, self.strictness):
            clock.mark("evidence")
            yield Finished(self._refuse(asked, searched, evidence, clock, usage, evidence.reason))
            return
        numbered = NumberedEvidence.of(evidence.sentences)
        clock.mark("evidence")
        yield EvidenceReady(searched, tuple(numbered.best_first()))
        editor: Editor | None = Editor(numbered, self.checker)
        if self.mode is not Mode.QUOTES:
            editor = yield from self._write(searched, evidence, clock, usage)
        if editor is None:
            reason = f"{self.names['chat']} found no answer in the nearest sentences"
            yield Finished(self._refuse(asked, searched, evidence, clock, usage, reason))
            return
        disagreements: tuple[Disagreement, ...] = ()
        if self.mode is not Mode.UNCHECKED:
            differing = self._differing(searched, editor, where)
            disagreements = yield from complete(editor, breadth_of(searched), differing)
        yield Finished(
            Answer(
                question=asked,
                searched=searched,
                status="answered",
                claims=tuple(editor.claims),
                citations=tuple(editor.footnotes.citations),
                dropped=tuple(editor.dropped),
                disagreements=disagreements,
                evidence=tuple(numbered.best_first()),
                answerable=round(evidence.answerable, 4),
                preferred=evidence.preferred,
                origins=origins_among(editor.footnotes.citations, self.library.origins()),
                models=self.names,
                timings_ms=_timings(clock),
                usage=_counts(usage),
            )
        )

    def _write(
        self, searched: str, evidence: Evidence, clock: Clock, usage: Usage
    ) -> Generator[Event, None, Editor | None]:
        """Let the model write and decide on each claim; None when it says there is no answer."""
        model = self.model()
        effort = CAPABLE if model.capable else SMALL
        shown = _fitting(model, effort, evidence.sentences[: effort.sentences], searched)
        weak = not model.capable
        editor = Editor(
            shown, self.checker, checked=self.mode is Mode.CHECKED, lead=weak, strict=weak
        )
        pieces = model.write(
            _messages(effort, shown, searched), max_tokens=effort.tokens, usage=usage
        )
        offered = [citation.number for citation in shown.citations]
        parser = ClaimParser(offered, _spans)
        written, held = 0, list[WrittenClaim]()
        with closing(pieces):
            for part in parser.feed(_marking_first(pieces, clock)):
                if isinstance(part, Writing):
                    yield Draft(part.text)
                    continue
                if model.capable and model.busy_while_writing:
                    held.append(part)  # the check asks the model, which is not free yet
                else:
                    yield from editor.take(part)
                written += 1
                if written == effort.claims:
                    break
        for part in held:
            yield from editor.take(part)
        if model.capable and NO_ANSWER in parser.seen and not editor.claims:
            return None
        return editor

    def _differing(
        self, searched: str, editor: Editor, where: Filter | None
    ) -> FoundDisagreement | None:
        """Return the sentences of independent sources that answer differently, or None."""
        found = find_disagreement(searched, editor.evidence, self.retriever, where)
        citations = of_other_origins(found.citations, self.library.origins()) if found else ()
        return replace(found, citations=citations) if found and len(citations) > 1 else None

    def _refuse(
        self,
        asked: str,
        searched: str,
        evidence: Evidence,
        clock: Clock,
        usage: Usage,
        reason: str,
    ) -> Answer:
        nearest = NumberedEvidence.of(list(islice(evidence.sentences, NEAREST)))
        return Answer(
            question=asked,
            searched=searched,
            status="refused",
            refusal=Refusal(reason, tuple(nearest.best_first()), coverage(self.library)),
            answerable=round(evidence.answerable, 4),
            preferred=evidence.preferred,
            models=self.names,
            timings_ms=_timings(clock),
            usage=_counts(usage),
        )

    def _model_if_capable(self, history: Sequence[Answer]) -> LanguageModel | None:
        if not history or self.mode is Mode.QUOTES:
            return None
        model = self.model()
        return model if model.capable else None


def _valid(question: str) -> str:
    asked = " ".join(question.split())
    if not any(character.isalnum() for character in asked):
        raise UsageError('the question is empty; ask one, as in: footnote ask "Who met whom?"')
    if len(asked) > LONGEST_QUESTION:
        raise UsageError(
            f"the question has {len(asked)} characters, more than {LONGEST_QUESTION}; shorten it"
        )
    return asked


def _messages(effort: Effort, shown: NumberedEvidence, question: str) -> list[Message]:
    # The unchanging part first: llama.cpp keeps the longest common prefix of the last call.
    user = prompts.load("answer_user").fill(evidence=shown.for_prompt(), question=question)
    return [
        Message("system", prompts.load(effort.system).fill()),
        Message("user", user),
    ]


def _fitting(
    model: LanguageModel, effort: Effort, sentences: Sequence[EvidenceSentence], question: str
) -> NumberedEvidence:
    """Return as many of the best sentences as the model's context has room for, at least one."""
    room = model.context_tokens - effort.tokens - TEMPLATE_TOKENS
    for count in range(len(sentences), 1, -1):
        shown = NumberedEvidence.of(sentences[:count])
        messages = _messages(effort, shown, question)
        if sum(model.count_tokens(message.content) for message in messages) <= room:
            return shown
    return NumberedEvidence.of(sentences[:1])


def _marking_first(pieces: Iterator[str], clock: Clock) -> Iterator[str]:
    for piece in pieces:
        if piece:  # an empty one says only that the prompt is being read
            clock.mark("first_token")
        yield piece


def _spans(text: str) -> list[tuple[int, int]]:
    return [(span.start, span.end) for span in sentence_spans(Article(text, title=""))]


def _timings(clock: Clock) -> dict[str, float]:
    clock.mark("total")
    phases = ("retrieve", "evidence", "first_token", "total")
    return {phase: clock.marks.get(phase, 0.0) for phase in phases}


def _counts(usage: Usage) -> dict[str, int]:
    return {
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
    }

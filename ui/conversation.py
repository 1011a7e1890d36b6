"""A conversation in one browser session: asking, stopping, and what may go wrong.

Knows what is asked of a `Footnote` (the protocols below) and nothing of gradio.
"""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from index.article import Article
from index.errors import FootnoteError
from qa.answer import Answer, Event
from qa.feedback import Verdict
from ui.turns import Turn

LONGEST_QUESTION = 4000  # characters; a longer text is an article, not a question

logger = logging.getLogger(__name__)


class Listed(Protocol):
    """What a list of articles shows of one: a `catalogue_rows.Outline`, or an `Article`."""

    @property
    def id(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def source(self) -> str | None: ...

    @property
    def published(self) -> str | None: ...


class Shelf(Protocol):
    """What the chat needs of a library."""

    def outlines(self) -> Sequence[Listed]:
        """Return every article, without its text."""
        ...

    def article(self, article_id: str, /) -> Article:
        """Return one article; raises LibraryError when there is none."""
        ...


class Asker(Protocol):
    """What the chat needs of a `qa.assembly.Footnote`."""

    @property
    def library(self) -> Shelf: ...

    def ask_events(
        self, question: str, *, history: Sequence[Answer] = (), dates: bool | None = None
    ) -> Iterator[Event]:
        """Yield the events of one answer; closing the iterator stops the model."""
        ...

    def judge(
        self, question: str, answer: Answer, verdict: Verdict | None, *, turns: Sequence[str] = ()
    ) -> None:
        """Save what a person thinks of an answer as a case, or take it back with None."""
        ...


@dataclass(frozen=True, slots=True)
class Judged:
    """A person's verdict on an answer; `problem` says in one line why it was not saved."""

    verdict: Verdict | None = None
    problem: str | None = None


@dataclass(slots=True)
class Session:
    """One browser session: shared by the events that take a question, answer it and stop it.

    `turns` are the finished ones. `running`: an answer is being written; `unsettled`: it is
    being written or on its way to the page. `dates`: whether dates in questions prefer articles.
    `judged` holds the person's verdicts by the number of the turn, `judged_shown` those in the
    last drawing of an answer. `turns` and `judged` are replaced, never changed in place: what
    is being drawn stays as it is, and a drawing can tell whether the verdicts are still its own.
    """

    question: str | None = None
    running: bool = False
    stopped: bool = False
    forgotten: bool = False
    unsettled: bool = False
    dates: bool = True
    turns: list[Turn] = field(default_factory=list)
    judged: dict[int, Judged] = field(default_factory=dict)
    judged_shown: dict[int, Judged] = field(default_factory=dict)

    def take_on(self, question: str) -> bool:
        """Note the question to be answered next; False when it is empty or one is running."""
        if self.running or not question.strip():
            return False
        self.question, self.running, self.unsettled = question.strip(), True, True
        self.stopped = self.forgotten = False
        return True

    def hand_over(self) -> str | None:
        """Return the question to be answered now, once; None when there is none."""
        question, self.question = self.question, None
        return question

    def stop(self) -> None:
        """The person wants no more of the answer that is being written."""
        self.stopped = self.running

    def forget(self) -> None:
        """The person cleared the conversation; what is being written will not join the next."""
        self.stopped = self.forgotten = self.running
        self.turns, self.judged = [], {}

    def keep(self, turn: Turn) -> None:
        """Add a finished turn, unless the conversation it belongs to was cleared."""
        if not self.forgotten:
            self.turns = [*self.turns, turn]

    def judge(self, asker: Asker, number: int, verdict: Verdict) -> None:
        """Save a verdict on a turn's answer; the same verdict again takes it back."""
        turn = next((turn for turn in self.turns if turn.number == number), None)
        if turn is None or turn.answer is None:
            return
        before = self.judged.get(number, Judged())
        after = None if before.verdict == verdict else verdict
        earlier = [one.question for one in self.turns if one.number < number and one.as_answer()]
        try:
            asker.judge(turn.question, turn.answer, after, turns=earlier)
        except FootnoteError as error:
            self.judged = self.judged | {number: Judged(before.verdict, str(error))}
        else:
            self.judged = self.judged | {number: Judged(after)}


def problem_with(question: str) -> str | None:
    """Return in one line why the question cannot be asked, or None."""
    if len(question) > LONGEST_QUESTION:
        return (
            f"The question has {len(question):,} characters; at most {LONGEST_QUESTION:,} are "
            "read. Ask a shorter one, or index the text as an article."
        )
    return None


def history_of(turns: Sequence[Turn]) -> list[Answer]:
    """Return the answers that a new question may refer back to, oldest first."""
    answers = (turn.as_answer() for turn in turns)
    return [answer for answer in answers if answer is not None]


def answering(
    asker: Asker, question: str, earlier: Sequence[Turn], session: Session
) -> Generator[Turn, None, None]:
    """Yield the turn as it grows; the last one is finished.

    When the session is stopped, the iterator of events is closed, which stops the model,
    and the checked claims stay. An error becomes one line of the turn: the conversation
    survives it. Errors of the program itself are logged with their traceback.
    """
    turn = Turn(number=len(earlier) + 1, question=question)
    events: Iterator[Event] = iter(())
    try:
        if (problem := problem_with(question)) is None:
            events = asker.ask_events(question, history=history_of(earlier), dates=session.dates)
            for event in events:
                turn = turn.after(event)
                if turn.finished or session.stopped:
                    break
                yield turn
        if not turn.finished:
            turn = turn.stop() if session.stopped else turn.fail(problem or "The answer broke off.")
    except FootnoteError as error:
        turn = turn.fail(str(error))
    except Exception as error:
        logger.exception("the chat could not answer")
        turn = turn.fail(
            f"Footnote itself failed ({type(error).__name__}: {error}). The conversation is kept; "
            "the terminal shows the details."
        )
    finally:
        close = getattr(events, "close", None)  # an Iterator need not have one, a generator does
        if close is not None:
            close()
    yield turn

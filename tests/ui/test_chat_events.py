"""What each event of the chat draws, in orders that a browser seldom brings about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.ui.fake_footnote import FakeFootnote
from ui.chat import _gradio
from ui.chat_events import ChatEvents
from ui.conversation import Session

QUESTION = "How long did the meeting last?"
PRESSED = 'aria-pressed="true"'


@pytest.fixture(scope="module")
def events() -> ChatEvents:
    return ChatEvents(_gradio(), FakeFootnote())


def html_of(drawn: Any) -> str:
    """The words of a drawing, or nothing where the event leaves the page as it is."""
    messages = drawn if isinstance(drawn, list) else []
    return "".join(block.value for message in messages for block in message["content"])


def asked(events: ChatEvents, session: Session) -> Iterator[Any]:
    events.begin(QUESTION, session)
    return events.answer(session)


def answered(events: ChatEvents) -> Session:
    session = Session()
    list(asked(events, session))
    events.settle(session)
    return session


def test_a_verdict_after_the_last_drawing_of_an_answer_is_drawn_when_it_settles(
    events: ChatEvents,
) -> None:
    session = answered(events)
    steps = asked(events, session)
    drawn = [next(steps) for _ in range(2)]
    while len(session.turns) == 1:  # until the finished turn is drawn; the event has not ended
        drawn.append(next(steps))
    assert html_of(events.judge("1:right:1", session)) == ""
    assert list(steps) == []
    _, settled = events.settle(session)
    assert PRESSED not in "".join(map(html_of, drawn))
    assert html_of(settled).count(PRESSED) == 1
    assert html_of(settled).count(QUESTION) == 2


def test_a_verdict_on_its_way_when_the_answer_ends_waits_for_the_page(events: ChatEvents) -> None:
    session = answered(events)
    list(asked(events, session))
    assert html_of(events.judge("2:wrong:1", session)) == ""  # the page may not have the answer yet
    assert html_of(events.settle(session)[1]).count(PRESSED) == 1


def test_a_verdict_during_an_answer_is_drawn_with_it_and_not_again(events: ChatEvents) -> None:
    session = answered(events)
    steps = asked(events, session)
    next(steps)
    events.judge("1:right:1", session)
    assert PRESSED in html_of(list(steps)[-1])
    assert html_of(events.settle(session)[1]) == ""


def test_a_verdict_between_answers_is_drawn_at_once_with_every_turn(events: ChatEvents) -> None:
    session = answered(events)
    list(asked(events, session))
    events.settle(session)
    drawn = html_of(events.judge("1:right:1", session))
    assert drawn.count(PRESSED) == 1
    assert drawn.count(QUESTION) == 2


def test_a_conversation_cleared_during_an_answer_keeps_nothing_of_it(events: ChatEvents) -> None:
    session = answered(events)
    steps = asked(events, session)
    next(steps)
    assert events.clear(session) == []
    assert list(steps)[-1] == []
    assert session.turns == []
    assert html_of(events.settle(session)[1]) == ""
    assert html_of(list(asked(events, session))[-1]).count(QUESTION) == 1

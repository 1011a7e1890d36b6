"""Asking, stopping and failing within one browser session, without a browser."""

from __future__ import annotations

import copy
import socket
from pathlib import Path

import pytest

from index.errors import UsageError
from tests.ui.fake_footnote import MEETING, FakeFootnote
from ui.chat import serve
from ui.chat_events import read_place
from ui.commands.chat import FIRST_PORT, PORTS_TRIED, first_free_port
from ui.conversation import LONGEST_QUESTION, Session, answering, history_of
from ui.page_guard import host_name, is_loopback
from ui.turns import Turn


def turns(question: str, earlier: list[Turn] | None = None) -> list[Turn]:
    return list(answering(FakeFootnote(), question, earlier or [], Session()))


def test_the_last_turn_is_finished_and_no_other() -> None:
    seen = turns("How long did the meeting last?")
    assert seen[-1].finished
    assert not any(turn.finished for turn in seen[:-1])
    assert seen[-1].answer is not None


def test_stopping_closes_the_events_and_keeps_the_checked_claims(tmp_path: Path) -> None:
    log, session = tmp_path / "log", Session()
    assert session.take_on("A slow one")
    seen = []
    for turn in answering(FakeFootnote(log=log), "A slow one", [], session):
        seen.append(turn)
        if len(turn.draft) > 20:
            session.stop()
    assert seen[-1].stopped
    assert [claim.text for claim in seen[-1].claims] == [claim.text for claim in seen[-2].claims]
    assert seen[-1].draft == ""
    _, closed = log.read_text(encoding="utf-8").splitlines()
    assert int(closed.removeprefix("closed after ")) < 20


def test_abandoning_the_turns_closes_the_events(tmp_path: Path) -> None:
    log = tmp_path / "log"
    steps = answering(FakeFootnote(log=log), "A slow one", [], Session())
    next(steps)
    steps.close()
    assert log.read_text(encoding="utf-8").splitlines()[-1] == "closed after 1"


def test_an_error_ends_the_turn_in_one_line() -> None:
    last = turns("Is it broken?")[-1]
    assert last.error == "the model broke after 12 tokens; try: footnote models use smollm2-135m"
    assert last.evidence


def test_an_error_of_the_program_is_told_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    last = turns("Is it a bug?")[-1]
    assert "ZeroDivisionError" in (last.error or "")
    assert caplog.records[0].exc_info is not None


def test_a_question_that_is_an_article_is_not_asked(tmp_path: Path) -> None:
    log = tmp_path / "log"
    seen = list(answering(FakeFootnote(log=log), "x" * (LONGEST_QUESTION + 1), [], Session()))
    assert [turn.error is not None for turn in seen] == [True]
    assert not log.exists()


def test_the_history_holds_what_was_answered_oldest_first() -> None:
    first = turns("How long did the meeting last?")[-1]
    failed = turns("Is it broken?")[-1]
    third = turns("When is the summit?")[-1]
    questions = [answer.question for answer in history_of([first, failed, third])]
    assert questions == ["How long did the meeting last?", "When is the summit?"]


def test_a_session_takes_on_one_question_at_a_time_and_no_empty_one() -> None:
    session = Session()
    assert not session.take_on(" \n ")
    assert session.take_on(" Why? ")
    assert not session.take_on("And?")
    assert session.hand_over() == "Why?"
    assert session.hand_over() is None


def test_a_stop_with_nothing_running_stops_nothing_later() -> None:
    session = Session()
    session.stop()
    session.forget()
    session.take_on("Why?")
    assert (session.stopped, session.forgotten) == (False, False)


def test_a_session_can_be_copied_for_each_browser() -> None:
    one = Session()
    other = copy.deepcopy(one)
    one.take_on("Why?")
    assert not other.running


@pytest.mark.parametrize(
    "place", ["nowhere:0:1", "{id}:5:2", "{id}:0:999999", "{id}:a:b", "{id}:1"]
)
def test_a_place_that_does_not_exist_is_said_to_be_none(place: str) -> None:
    footnote = FakeFootnote()
    article = footnote.library.articles()[0]
    markup = read_place(footnote, place.replace("{id}", article.id))
    assert markup.startswith('<p class="fn-error"')
    assert article.text[:30] not in markup


def test_a_place_gives_the_article_with_the_words_marked() -> None:
    footnote = FakeFootnote()
    citation = footnote.library.cite(1, MEETING)
    markup = read_place(footnote, f"{citation.article}:{citation.start}:{citation.end}")
    assert f'<mark id="fn-cited" tabindex="-1">{MEETING}</mark>' in markup


@pytest.mark.parametrize(
    ("header", "ours"),
    [
        ("127.0.0.1:7860", True),
        ("localhost", True),
        ("[::1]:7860", True),
        ("127.0.0.1.attacker.example", False),
        ("attacker.example:7860", False),
        ("192.168.1.7", False),
        ("", False),
    ],
)
def test_only_loopback_names_are_this_machine(header: str, ours: bool) -> None:
    assert is_loopback(host_name(header)) is ours


def test_a_port_that_is_taken_is_one_clear_line() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        taken = listener.getsockname()[1]
        message = rf"cannot listen on 127\.0\.0\.1, port {taken} .*--port {taken + 1}"
        with pytest.raises(UsageError, match=message):
            serve(FakeFootnote(), port=taken, open_browser=False)


def test_a_port_is_found_where_another_chat_is_open() -> None:
    first = first_free_port("127.0.0.1")
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", first))
        listener.listen()
        assert first < first_free_port("127.0.0.1") < FIRST_PORT + PORTS_TRIED


def test_a_host_that_is_not_ours_is_one_clear_line() -> None:
    with pytest.raises(UsageError, match=r"no free port from 7860 to 7879 on 192\.0\.2\.1"):
        first_free_port("192.0.2.1")

"""Thumbs up and down in a real browser: a verdict becomes a case of the library."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.ui.conftest import Served, ask, finished, open_chat

pytestmark = pytest.mark.browser


def thumb(page: Page, name: str, turn: int = 1) -> Locator:
    return page.locator(".fn-feedback").nth(turn - 1).get_by_role("button", name=name)


def test_a_thumb_down_saves_the_answer_as_a_wrong_one_with_the_turns_before(
    page: Page, chat: Served
) -> None:
    open_chat(page, chat)
    ask(page, "How long did the meeting last?")
    finished(page, 1)
    ask(page, "And what then?")
    finished(page, 2)
    thumb(page, "Wrong", turn=2).click()
    expect(thumb(page, "Wrong", turn=2)).to_have_attribute("aria-pressed", "true")
    expect(thumb(page, "Wrong", turn=1)).to_have_attribute("aria-pressed", "false")
    expect(page.locator(".fn-feedback").nth(1)).to_contain_text("Saved as a case of this library")
    assert chat.notes()[-1] == (
        "judged 'And what then?' wrong after ['How long did the meeting last?']"
    )


def test_the_other_thumb_replaces_a_verdict_and_the_same_one_takes_it_back(
    page: Page, chat: Served
) -> None:
    open_chat(page, chat)
    ask(page, "How long did the meeting last?")
    finished(page, 1)
    thumb(page, "Wrong").click()
    expect(thumb(page, "Wrong")).to_have_attribute("aria-pressed", "true")
    thumb(page, "Right").click()
    expect(thumb(page, "Right")).to_have_attribute("aria-pressed", "true")
    expect(thumb(page, "Wrong")).to_have_attribute("aria-pressed", "false")
    thumb(page, "Right").press("Enter")
    expect(thumb(page, "Right")).to_have_attribute("aria-pressed", "false")
    expect(page.locator(".fn-feedback")).not_to_contain_text("Saved")
    said = [note.split()[-3] for note in chat.notes()[-3:]]
    assert said == ["wrong", "right", "None"]


def test_a_refusal_can_be_judged_and_a_verdict_outlives_the_next_answer(
    page: Page, chat: Served
) -> None:
    open_chat(page, chat)
    ask(page, "What is the capital of Peru?")
    finished(page, 1)
    thumb(page, "Right").click()
    expect(thumb(page, "Right")).to_have_attribute("aria-pressed", "true")
    ask(page, "How long did the meeting last?")
    finished(page, 2)
    expect(thumb(page, "Right")).to_have_attribute("aria-pressed", "true")


def test_a_verdict_given_while_the_next_answer_is_written_is_saved_and_shown(
    page: Page, chat: Served
) -> None:
    open_chat(page, chat)
    ask(page, "How long did the meeting last?")
    finished(page, 1)
    ask(page, "When is the summit? gate-ClaimReady")
    expect(page.locator(".fn-claim")).to_have_count(3)
    thumb(page, "Right").click()
    chat.open_gate("ClaimReady")
    finished(page, 2)
    expect(thumb(page, "Right")).to_have_attribute("aria-pressed", "true")
    assert any(note.startswith("judged 'How long") for note in chat.notes())


def test_a_verdict_that_cannot_be_saved_says_so_in_one_line(page: Page, chat: Served) -> None:
    open_chat(page, chat)
    ask(page, "How long did the unwritable meeting last?")
    finished(page, 1)
    thumb(page, "Wrong").click()
    expect(page.locator(".fn-feedback .fn-error")).to_have_text(
        "cases.jsonl cannot be written: No space left on device"
    )
    expect(thumb(page, "Wrong")).to_have_attribute("aria-pressed", "false")

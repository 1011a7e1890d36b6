"""The chat in a real browser, over the scripted stand-in: the interface's own behaviour."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.ui.conftest import Served, ask, finished, open_chat
from tests.ui.fake_footnote import FIRST, HOSTILE_QUOTE, HOSTILE_TEXT, MEETING, PALAU

pytestmark = pytest.mark.browser

MARK = "#fn-reader mark"


def test_the_evidence_is_shown_before_the_first_word_of_the_answer(
    page: Page, chat: Served
) -> None:
    open_chat(page, chat)
    ask(page, "How long did the meeting last? gate-EvidenceReady")
    card = page.locator(".fn-evidence .fn-card").first
    expect(card.locator("mark", has_text=MEETING)).to_be_visible()
    expect(card).to_contain_text("met in Washington on Tuesday")
    expect(card).to_contain_text("The Japan News · 22 January 2025")
    expect(page.locator(".fn-doing")).to_have_text("Writing and checking …")
    expect(page.locator(".fn-claim")).to_have_count(0)
    chat.open_gate("EvidenceReady")
    expect(page.locator(".fn-claim")).to_have_count(2)
    expect(page.locator(".fn-draft")).to_have_count(0)


def test_each_claim_says_whose_words_it_is_and_why_it_holds(page: Page, chat: Served) -> None:
    open_chat(page, chat)
    ask(page, "How long did the meeting last?")
    finished(page, 1)
    model, quote = page.locator(".fn-claim").all()
    expect(model).to_contain_text("In the model’s words · supported")
    expect(quote).to_contain_text("Quoted from the source · supported")
    reason = model.get_by_text("“30 minutes” stands in the source")
    expect(reason).to_be_hidden()
    model.locator("summary").click()
    expect(reason).to_be_visible()
    assert "30 minutes" in (model.locator("summary").get_attribute("title") or "")
    dropped = page.locator(".fn-dropped")
    expect(dropped.locator("li")).to_be_hidden()
    dropped.locator("summary").click()
    expect(dropped).to_contain_text("They talked for 45 minutes about fishing rights.")
    expect(dropped).to_contain_text("“45 minutes” does not stand in the source")


def test_a_footnote_opens_the_article_at_the_cited_words(page: Page, chat: Served) -> None:
    open_chat(page, chat)
    ask(page, "How long did the meeting last?")
    finished(page, 1)
    page.get_by_role("link", name="Footnote 2").click()
    reader = page.get_by_role("dialog")
    expect(reader.locator("mark")).to_have_text(FIRST)
    expect(reader.locator("mark")).to_be_in_viewport()
    expect(reader).to_contain_text("The Japan News · 22 January 2025")
    expect(reader).to_contain_text("/articles/003_e24ac997dc68ee21.txt")
    text = reader.locator(".fn-text").text_content() or ""
    seed = Path(__file__).parents[2] / "seeds" / "003_e24ac997dc68ee21.txt"
    assert text == seed.read_text(encoding="utf-8")
    start = text.index(FIRST)
    expect(reader).to_contain_text(f"characters {start} to {start + len(FIRST)}")
    boilerplate = reader.locator(".fn-boilerplate")
    expect(boilerplate).to_contain_text("Aichi Rice Production Under Siege")
    assert "headline list" in (boilerplate.get_attribute("title") or "")


def test_footnotes_work_from_the_keyboard_and_escape_returns_to_them(
    page: Page, chat: Served
) -> None:
    open_chat(page, chat)
    ask(page, "How long did the meeting last?")
    finished(page, 1)
    link = page.get_by_role("link", name="Footnote 1")
    link.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#fn-reader-title")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#fn-reader")).to_be_hidden()
    expect(link).to_be_focused()


def test_every_answer_of_a_conversation_keeps_its_own_footnotes(page: Page, chat: Served) -> None:
    open_chat(page, chat)
    ask(page, "How long did the meeting last?")
    finished(page, 1)
    ask(page, "When is the summit?")
    finished(page, 2)
    links = page.get_by_role("link", name="Footnote 1")
    links.nth(0).click()
    expect(page.locator(MARK)).to_have_text(MEETING)
    links.nth(1).click()
    expect(page.locator(MARK)).to_contain_text("the first half of February")
    ids = page.locator("#fn-chat [id^='fn-']").evaluate_all("all => all.map(one => one.id)")
    assert len(ids) == len(set(ids))


def test_a_follow_up_hears_the_earlier_answers_and_shows_what_was_searched(
    page: Page, chat: Served
) -> None:
    open_chat(page, chat)
    ask(page, "How long did the meeting last?")
    finished(page, 1)
    ask(page, "And what then?")
    finished(page, 2)
    assert "asked 'And what then?' after 1" in chat.notes()
    searched = "Searched for: And what then? (after: How long did the meeting last?)"
    expect(page.locator(".fn-searched")).to_have_text(searched)


def test_what_a_person_unfolds_stays_so_while_the_answer_grows(page: Page, chat: Served) -> None:
    open_chat(page, chat)
    ask(page, "How long did the meeting last? gate-ClaimReady")
    reasons = page.locator("#fn-1-claim-1-support")
    reasons.locator("summary").click()
    more = page.locator("#fn-1-evidence-more")
    more.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".fn-claim")).to_have_count(1)
    chat.open_gate("ClaimReady")
    finished(page, 1)
    expect(page.locator(".fn-claim")).to_have_count(2)
    assert reasons.evaluate("details => details.open")
    assert more.evaluate("details => details.open")
    expect(more.locator("summary")).to_be_focused()


def test_a_click_is_not_lost_when_its_target_is_redrawn_meanwhile(page: Page, chat: Served) -> None:
    open_chat(page, chat)
    ask(page, "How long did the meeting last?")
    finished(page, 1)
    page.get_by_role("link", name="Footnote 1").hover()
    page.mouse.down()
    page.locator(".fn-answer").first.evaluate("part => { part.outerHTML = part.outerHTML; }")
    page.mouse.up()
    expect(page.locator(MARK)).to_have_text(MEETING)


def test_stop_closes_the_model_and_keeps_the_checked_claims(page: Page, slow_chat: Served) -> None:
    open_chat(page, slow_chat)
    ask(page, "A slow one")
    expect(page.locator(".fn-claim")).to_have_count(1)
    # The reader opens while the model is still writing.
    page.get_by_role("link", name="Footnote 1").click()
    expect(page.locator(MARK)).to_have_text(MEETING)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Stop the answer").click()
    finished(page, 1)
    expect(page.locator(".fn-remark")).to_have_text("Stopped. The checked claims above stay.")
    expect(page.locator(".fn-claim")).to_have_count(1)
    expect(page.locator(".fn-draft")).to_have_count(0)
    last = slow_chat.notes()[-1]
    assert last.startswith("closed after ")
    assert int(last.removeprefix("closed after ")) < 2000
    ask(page, "And what then?")
    finished(page, 2)
    assert "asked 'And what then?' after 1" in slow_chat.notes()


def test_leaving_the_page_stops_the_model(page: Page, slow_chat: Served) -> None:
    open_chat(page, slow_chat)
    before = len(slow_chat.notes())
    ask(page, "Another slow one")
    expect(page.locator(".fn-claim")).to_have_count(1)
    page.goto("about:blank")
    open_chat(page, slow_chat)
    ask(page, "How long did the meeting last?")  # it waits until the model is free
    finished(page, 1)
    asked, closed, *_ = slow_chat.notes()[before:]
    assert "Another slow one" in asked
    assert int(closed.removeprefix("closed after ")) < 2000


def test_a_refusal_shows_its_reason_the_nearest_passages_and_the_coverage(
    page: Page, chat: Served
) -> None:
    open_chat(page, chat)
    ask(page, "What is the capital of Palau?")
    finished(page, 1)
    refusal = page.locator(".fn-refusal")
    expect(refusal).to_contain_text("The articles do not say.")
    expect(refusal).to_contain_text("No sentence of the collection is about a capital.")
    expect(refusal).to_contain_text("The collection holds 6 articles")
    refusal.get_by_role("link", name="Iwaya to attend").click()
    expect(page.locator(MARK)).to_have_text(PALAU)


def test_differing_sources_stand_side_by_side(page: Page, chat: Served) -> None:
    open_chat(page, chat)
    ask(page, "When is the summit?")
    finished(page, 1)
    differ = page.locator(".fn-differ")
    expect(differ).to_contain_text("The sources differ: the date of the summit")
    first, second = differ.locator("li").all()
    expect(first).to_contain_text("The Japan News · 22 January 2025")
    expect(second).to_contain_text("13 January 2025")
    one, other = first.bounding_box(), second.bounding_box()
    assert one is not None
    assert other is not None
    assert one["y"] == other["y"]
    assert one["x"] < other["x"]


def test_markup_in_an_article_is_shown_and_never_obeyed(page: Page, chat: Served) -> None:
    open_chat(page, chat)
    ask(page, "What did the mayor say? <img src=x onerror=\"window.hacked='question'\"> **b** [1]")
    finished(page, 1)
    expect(page.locator(".fn-question")).to_contain_text("<img src=x onerror=")
    expect(page.locator(".fn-claim").first).to_contain_text(HOSTILE_QUOTE)
    page.get_by_role("link", name="Footnote 1").first.click()
    expect(page.locator(MARK)).to_have_text(HOSTILE_QUOTE)
    expect(page.locator("#fn-reader-title")).to_have_text(
        "<i>Hostile</i> **title** <script>window.hacked=1</script>"
    )
    assert page.locator("#fn-reader .fn-text").text_content() == HOSTILE_TEXT
    assert page.locator("#fn-reader img, #fn-reader script, #fn-chat img").count() == 0
    assert page.locator("a[href^='javascript:']").count() == 0
    # Of several marks "[7]" in the article none has become a footnote.
    assert page.locator(".fn-ref", has_text="7").count() == 0
    assert page.evaluate("window.hacked") is None


def test_even_unescaped_markup_could_not_run(page: Page, chat: Served) -> None:
    open_chat(page, chat)
    page.evaluate(
        "document.body.insertAdjacentHTML('beforeend',"
        ' \'<img src="data:," onerror="window.hacked=1">\')'
    )
    page.wait_for_function("document.querySelector('img[src=\"data:,\"]').complete")
    ask(page, "How long did the meeting last?")
    finished(page, 1)
    assert page.evaluate("window.hacked") is None

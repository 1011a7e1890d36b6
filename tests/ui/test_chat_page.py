"""The chat's page in a real browser: what is around the answers, and what never leaves."""

from __future__ import annotations

import http.client
import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.ui.conftest import Served, ask, finished, open_chat
from tests.ui.fake_footnote import MEETING, sample_articles

pytestmark = pytest.mark.browser


def fetch(
    served: Served, path: str, method: str = "GET", body: str = "", **headers: str
) -> tuple[int, str]:
    """Send one request; return the status and the body."""
    connection = http.client.HTTPConnection(urlsplit(served.address).netloc, timeout=30)
    connection.request(method, path, body.encode() or None, headers)
    reply = connection.getresponse()
    answer = reply.status, reply.read().decode("utf-8", "replace")
    connection.close()
    return answer


def test_an_empty_conversation_offers_questions_that_the_articles_answer(
    page: Page, chat: Served
) -> None:
    open_chat(page, chat)
    page.get_by_role("button", name="How long did the Iwaya-Rubio meeting last?").click()
    finished(page, 1)
    expect(page.locator(".fn-question")).to_have_text("How long did the Iwaya-Rubio meeting last?")
    expect(page.locator(".fn-claim").first).to_contain_text("30 minutes")


def test_the_list_of_articles_opens_them_whole(page: Page, chat: Served) -> None:
    open_chat(page, chat)
    first = page.locator("#fn-articles li").first
    expect(first).to_contain_text("The Japan News · 22 January 2025")
    first.get_by_role("link").click()
    expect(page.locator("#fn-reader .fn-text")).to_contain_text(MEETING)
    expect(page.locator("#fn-reader mark")).to_have_count(0)
    page.get_by_role("button", name="Close the article").click()
    expect(page.locator("#fn-reader")).to_be_hidden()


def test_an_empty_question_does_nothing(page: Page, chat: Served) -> None:
    open_chat(page, chat)
    noted = len(chat.notes())
    ask(page, "   ")
    ask(page, "How long did the meeting last?")
    finished(page, 1)
    expect(page.locator(".fn-question")).to_have_count(1)
    assert len(chat.notes()) == noted + 2  # one question asked, one closed


def test_a_very_long_question_is_one_clear_line_and_never_reaches_the_model(
    page: Page, chat: Served
) -> None:
    open_chat(page, chat)
    noted = len(chat.notes())
    ask(page, "Why? " * 2000)
    finished(page, 1)
    expect(page.locator(".fn-error")).to_contain_text("The question has 9,999 characters")
    assert len(chat.notes()) == noted


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ("Is it broken?", "the model broke after 12 tokens; try: footnote models use"),
        ("Is it a bug?", "Footnote itself failed (ZeroDivisionError: division by zero)"),
    ],
)
def test_an_error_is_one_line_and_the_conversation_survives(
    page: Page, chat: Served, question: str, message: str
) -> None:
    open_chat(page, chat)
    ask(page, "How long did the meeting last?")
    finished(page, 1)
    ask(page, question)
    finished(page, 2)
    expect(page.get_by_role("alert")).to_contain_text(message)
    ask(page, "And what then?")
    finished(page, 3)
    assert "asked 'And what then?' after 1" in chat.notes()


def test_a_new_conversation_forgets_the_old_one(page: Page, chat: Served) -> None:
    open_chat(page, chat)
    ask(page, "How long did the meeting last?")
    finished(page, 1)
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".fn-question")).to_have_count(0)
    ask(page, "And what first?")
    finished(page, 1)
    assert "asked 'And what first?' after 0" in chat.notes()


def test_a_new_conversation_stops_the_answer_that_is_being_written(
    page: Page, slow_chat: Served
) -> None:
    open_chat(page, slow_chat)
    ask(page, "A slow one")
    expect(page.locator(".fn-claim")).to_have_count(1)
    page.get_by_role("button", name="New conversation").click()
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()
    expect(page.locator(".fn-question")).to_have_count(0)
    assert slow_chat.notes()[-1].startswith("closed after ")


def test_the_conversation_is_downloaded_with_quotes_and_offsets(
    page: Page, chat: Served, tmp_path: Path
) -> None:
    open_chat(page, chat)
    ask(page, "How long did the meeting last?")
    finished(page, 1)
    ask(page, "What is the capital of Palau?")
    finished(page, 2)
    with page.expect_download() as download:
        page.get_by_role("button", name="Export as Markdown").click()
    assert download.value.suggested_filename.startswith("footnote-")
    file = tmp_path / "conversation.md"
    download.value.save_as(file)
    exported = file.read_text(encoding="utf-8")
    article = next(article for article in sample_articles() if MEETING in article.text)
    start = article.text.index(MEETING)
    assert "## 1. How long did the meeting last?" in exported
    assert f"[^1-1]: “{MEETING}”" in exported
    assert f"characters {start} to {start + len(MEETING)}, article `{article.id}`" in exported
    assert "**The articles do not say.**" in exported


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_a_phone_in_light_and_dark(
    browser: Browser, chat: Served, scheme: str
) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 780},
        is_mobile=True,
        has_touch=True,
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page = context.new_page()
    page.goto(chat.address)
    expect(page.get_by_label("Your question")).to_be_in_viewport()
    expect(page.locator("#fn-sidebar")).not_to_contain_class("open")
    ask(page, "When is the summit?")
    finished(page, 1)
    page.get_by_role("link", name="Footnote 1").first.tap()
    expect(page.locator("#fn-reader mark")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    back, ink = page.locator("#fn-reader").evaluate(
        "one => [getComputedStyle(one).backgroundColor, getComputedStyle(one).color]"
        ".map(colour => Math.max(...colour.match(/\\d+/g).slice(0, 3)))"
    )
    assert (back < 60 and ink > 200) if scheme == "dark" else (back > 200 and ink < 60)
    context.close()


def test_the_page_names_no_other_machine(page: Page, chat: Served) -> None:
    """Every request is checked by the `page` fixture; here, that there is something to check."""
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname or "inline"))
    open_chat(page, chat)
    ask(page, "How long did the meeting last?")
    finished(page, 1)
    page.get_by_role("link", name="Footnote 1").click()
    expect(page.locator("#fn-reader")).to_be_visible()
    assert hosts - {"inline"} == {"127.0.0.1"}
    assert "googleapis" not in page.evaluate("getComputedStyle(document.body).fontFamily")


def test_a_request_under_a_foreign_name_is_refused(chat: Served) -> None:
    assert fetch(chat, "/config", Host="127.0.0.1")[0] == 200
    status, body = fetch(chat, "/config", Host="attacker.example")
    assert status == 421
    assert "articles" not in body


def test_no_file_of_this_machine_is_served(chat: Served) -> None:
    for path in ("/etc/hostname", str(chat.log), str(Path(__file__))):
        status, body = fetch(chat, f"/gradio_api/file={path}")
        assert status in {403, 404}
        assert "asked" not in body


def test_no_event_of_the_page_is_an_endpoint_for_other_programs(chat: Served) -> None:
    status, body = fetch(chat, "/gradio_api/info")
    assert status == 200
    described = json.loads(body)
    assert described["named_endpoints"] == {}
    assert described["unnamed_endpoints"] == {}


def test_the_server_leaves_no_files_and_warns_of_nothing(chat: Served) -> None:
    left = {path.name for path in chat.log.parent.iterdir() if "gate-" not in path.name}
    assert left <= {"log.txt", "errors.txt"}
    said = chat.errors.read_text(encoding="utf-8")
    assert "Warning" not in said


def test_dates_in_questions_are_heeded_until_somebody_switches_that_off(
    page: Page, chat: Served
) -> None:
    open_chat(page, chat)
    ask(page, "How long did the meeting in January last?")
    finished(page, 1)
    page.get_by_label("Prefer the dates a question names").uncheck()
    ask(page, "And the one in February?")
    finished(page, 2)
    asked = [note for note in chat.notes() if note.startswith("asked")][-2:]
    assert not asked[0].endswith("dates not heeded")
    assert asked[1].endswith("after 1, dates not heeded")

"""The whole way: the real library, the two starter models, the command, a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from eval.case_files import load_cases
from qa.feedback import cases_file
from tests.ui.conftest import Served, ask, finished, free_port, open_chat, serving

pytestmark = [pytest.mark.browser, pytest.mark.models]

COMMAND = "from ui.cli import main; main()"


@pytest.fixture(scope="module")
def real_chat(samples_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """`footnote chat` over the sample articles."""
    port = free_port()
    arguments = ("chat", "--library", str(samples_folder), "--port", str(port), "--no-browser")
    folder = tmp_path_factory.mktemp("real")
    with serving(folder, "-c", COMMAND, *arguments, port=port, strict=False) as served:
        yield served


def test_a_question_about_the_samples_is_answered_with_words_that_stand_in_the_files(
    page: Page, real_chat: Served, seeds: Path
) -> None:
    open_chat(page, real_chat, articles=5)
    ask(page, "How long did the Iwaya-Rubio meeting last?")
    expect(page.locator(".fn-evidence mark").first).to_be_visible()
    finished(page, 1)
    assert page.locator(".fn-claim").count() > 0
    links = page.locator(".fn-footnotes a")
    cited = []
    for index in range(links.count()):
        link = links.nth(index)
        place = link.get_attribute("data-place") or ""
        start, end = (int(offset) for offset in place.split(":")[1:])
        link.click()
        expect(page.locator("#fn-reader .fn-where")).to_contain_text(f"{start} to {end}")
        name = re.search(r"\d{3}_\w+\.txt", page.locator(".fn-where").text_content() or "")
        assert name is not None
        text = (seeds / name.group()).read_text(encoding="utf-8")
        marked = "".join(page.locator("#fn-reader mark").all_text_contents())
        assert marked == text[start:end]
        cited.append(marked)
    assert any("30 minutes" in quote for quote in cited)


def test_a_question_beyond_the_samples_is_refused_with_the_nearest_passages(
    page: Page, real_chat: Served
) -> None:
    open_chat(page, real_chat, articles=5)
    ask(page, "How do I make miso soup?")
    finished(page, 1)
    expect(page.locator(".fn-refusal")).to_contain_text("The articles do not say.")
    assert page.locator(".fn-refusal .fn-card").count() > 0
    assert page.locator(".fn-claim").count() == 0


def test_a_thumb_down_becomes_a_case_that_the_evaluation_reads(
    page: Page, real_chat: Served, samples_folder: Path
) -> None:
    open_chat(page, real_chat, articles=5)
    ask(page, "How do I make miso soup?")
    finished(page, 1)
    page.get_by_role("button", name="Wrong").click()
    expect(page.locator(".fn-feedback")).to_contain_text("Saved as a case of this library")
    (case,) = load_cases(cases_file(samples_folder)).cases
    assert (case.question, case.answerable) == ("How do I make miso soup?", True)
    page.get_by_role("button", name="Wrong").click()
    expect(page.locator(".fn-feedback")).not_to_contain_text("Saved")
    assert cases_file(samples_folder).read_text(encoding="utf-8") == ""

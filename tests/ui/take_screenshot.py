"""Takes the README's picture of a chat that is being served: ADDRESS OUT.png.

footnote chat --no-browser --port 7860 &
python tests/ui/take_screenshot.py http://127.0.0.1:7860/ docs/chat.png
"""

from __future__ import annotations

import sys

from playwright.sync_api import expect, sync_playwright

from tests.ui.conftest import ARGUMENTS, CHROMIUM, ask, finished

QUESTION = "How long did the Iwaya-Rubio meeting last?"

if __name__ == "__main__":
    address, out = sys.argv[1:]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        page = browser.new_page(viewport={"width": 1440, "height": 860})
        page.goto(address)
        expect(page.locator("#fn-articles .fn-library li").first).to_be_visible()
        ask(page, QUESTION)
        finished(page, 1)
        page.get_by_role("link", name="Footnote 1").first.click()
        expect(page.locator("#fn-reader mark")).to_be_in_viewport()
        page.screenshot(path=out, animations="disabled")
        browser.close()

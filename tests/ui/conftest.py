"""The browser and the served chat, for the browser tests."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).parents[2]
CHROMIUM = os.environ.get("FOOTNOTE_CHROMIUM") or shutil.which("chromium")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
expect.set_options(timeout=30_000)  # what is waited for must come, however busy the machine


@dataclass(frozen=True)
class Served:
    """A chat that is being served: its address, and what the stand-in noted."""

    address: str
    log: Path
    errors: Path

    def open_gate(self, event: str) -> None:
        """Let the answer that waits after its first such event go on."""
        self.log.with_name(f"gate-{event}").touch()

    def shut_gates(self) -> None:
        """Make answers wait again at gates that an earlier test has opened."""
        for gate in self.log.parent.glob("gate-*"):
            gate.unlink()

    def notes(self) -> list[str]:
        return self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def serving(folder: Path, *command: str, port: int, strict: bool = True) -> Iterator[Served]:
    """Run a command that serves the chat in a process of its own, until the block ends.

    With `strict`, warnings are errors there, as in the tests, except that gradio leaves
    the event loops of its import to the garbage collector.
    """
    errors = folder / "errors.txt"
    warnings = ("-W", "error", "-W", "ignore::ResourceWarning") if strict else ()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    with errors.open("w", encoding="utf-8") as stream:
        process = subprocess.Popen(
            [sys.executable, *warnings, *command], cwd=folder, env=environment, stderr=stream
        )
    try:
        while "open at" not in errors.read_text(encoding="utf-8"):
            if process.poll() is not None:
                raise AssertionError(errors.read_text(encoding="utf-8"))
            try:
                process.wait(timeout=0.1)
            except subprocess.TimeoutExpired:
                continue
        yield Served(f"http://127.0.0.1:{port}/", folder / "log.txt", errors)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _scripted(tmp_path_factory: pytest.TempPathFactory, pause: float) -> Iterator[Served]:
    folder, port = tmp_path_factory.mktemp("chat"), free_port()
    server = str(ROOT / "tests" / "ui" / "chat_server.py")
    arguments = (str(port), str(pause), str(folder / "log.txt"))
    with serving(folder, server, *arguments, port=port) as served:
        yield served


@pytest.fixture(scope="session")
def chat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The chat over the scripted stand-in, which answers at once."""
    yield from _scripted(tmp_path_factory, 0.0)


@pytest.fixture(scope="session")
def slow_chat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The chat over the scripted stand-in, a twentieth of a second before each event."""
    yield from _scripted(tmp_path_factory, 0.05)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium here: install Debian's chromium, or set FOOTNOTE_CHROMIUM")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page; a script error or a request to any other machine fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 860})
    opened = context.new_page()
    elsewhere: list[str] = []
    broken: list[str] = []

    def look(url: str) -> None:
        if not url.startswith(("http://127.0.0.1:", "data:", "blob:")):
            elsewhere.append(url)

    opened.on("request", lambda request: look(request.url))
    opened.on("pageerror", lambda error: broken.append(str(error)))
    yield opened
    context.close()
    assert elsewhere == []
    assert broken == []


def open_chat(page: Page, served: Served, articles: int = 6) -> None:
    """Open the page with every gate shut, and wait until it has its list of articles."""
    served.shut_gates()
    page.goto(served.address)
    expect(page.locator("#fn-articles .fn-library li")).to_have_count(articles)


def ask(page: Page, question: str) -> None:
    """Type a question and send it with Enter."""
    box = page.get_by_label("Your question")
    box.fill(question)
    box.press("Enter")


def finished(page: Page, answers: int) -> None:
    """Wait until so many answers are finished and the next question can be asked."""
    expect(page.locator(".fn-colophon, .fn-refusal, .fn-error, .fn-remark")).to_have_count(answers)
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()

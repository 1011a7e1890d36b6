"""`footnote chat`: the chat in a browser, on this machine alone unless told otherwise."""

from __future__ import annotations

import socket
from pathlib import Path

import click

from index.errors import UsageError
from ui.options import library_option, model_option, offline_option
from ui.page_guard import is_loopback

FIRST_PORT, PORTS_TRIED = 7860, 20


@click.command(short_help="Open the chat in a browser.")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    help=f"The port to listen on (default: the first free one from {FIRST_PORT}).",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--strictness",
    type=click.Choice(["low", "normal", "high"]),
    default="normal",
    show_default=True,
    help="How sure the evidence must be before an answer is given.",
)
@click.option("--no-browser", is_flag=True, help="Do not open a browser window.")
@model_option
@library_option
@offline_option
def chat(
    port: int | None,
    host: str,
    strictness: str,
    no_browser: bool,
    model: str | None,
    library: Path | None,
    offline: bool,
) -> None:
    """Open a conversation with the articles of the library in a browser.

    Nothing leaves this machine: the page is served on 127.0.0.1 and fetches nothing from
    anywhere else. Ctrl-C stops it.
    """
    from qa.assembly import Footnote
    from ui.chat import serve
    from ui.progress import ProgressBars

    chosen = port or first_free_port(host)
    if not is_loopback(host):
        click.echo(
            f"footnote: anybody who can reach {host} can now ask questions and read the articles",
            err=True,
        )
    with ProgressBars() as progress:
        footnote = Footnote.open(
            library, chat_model=model, offline=offline, strictness=strictness, progress=progress
        )
        footnote.model()  # fetched and loaded now, where progress shows, not in the first answer
    with footnote:
        serve(footnote, host=host, port=chosen, open_browser=not no_browser)


def first_free_port(host: str) -> int:
    """Return the first port from 7860 on that nobody listens on.

    Raises:
        UsageError: none of the twenty is free, or the host is not an address of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for port in range(FIRST_PORT, FIRST_PORT + PORTS_TRIED):
        with socket.socket(family, socket.SOCK_STREAM) as listener:
            try:
                listener.bind((host, port))
            except OSError:
                continue
            return port
    last = FIRST_PORT + PORTS_TRIED - 1
    raise UsageError(
        f"no free port from {FIRST_PORT} to {last} on {host}; name one with --port, "
        "or check that --host is an address of this machine"
    )

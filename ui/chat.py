"""The chat in the browser: the only module that imports gradio, and only when it is opened.

The page is drawn by `chat_html` and `article_html` inside gradio's Chatbot, one
`gr.HTML` block for the answer, one for the draft and one for the evidence, because
gradio's Markdown would obey marks inside article text. Links into articles are followed
by `chat.js`, which asks `read_place` through the page's own server, so that a passage
opens while an answer is still being written.
"""

from __future__ import annotations

import os
import socket
import sys
import threading
import warnings
import webbrowser
from importlib import resources

import click

from index.errors import UsageError
from ui.chat_events import ChatEvents, Gradio, read_place
from ui.conversation import Asker, Session
from ui.page_guard import PageGuard, is_loopback

ONE_AT_A_TIME = "the model"  # the concurrency id of every event that uses it
FONTS = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif"]
FIXED_FONTS = ["ui-monospace", "Menlo", "Consolas", "Liberation Mono", "monospace"]
WELCOME = (
    "### Ask your articles\n\nEvery sentence of the answer has a footnote that opens the exact "
    "words it rests on. Nothing leaves this machine."
)


def _gradio() -> Gradio:
    """Import gradio without its analytics, and without its dependencies' warnings."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    # gradio's queue statistics (`gradio/queueing.py`) use pandas in ways pandas 3 deprecates.
    for message in ("'future.no_silent_downcasting' is", "The copy keyword is"):
        warnings.filterwarnings("ignore", message=f"{message} deprecated")
    import gradio

    return gradio


def _asset(name: str) -> str:
    return resources.files("ui").joinpath(name).read_text(encoding="utf-8")


class _Layout:
    """The page's components, drawn inside a `gr.Blocks` context, and what each event does."""

    def __init__(self, gradio: Gradio, events: ChatEvents) -> None:
        gr = self.gradio = gradio
        self.events = events
        self.session = gr.State(Session(), delete_callback=Session.stop)
        with gr.Sidebar(width=300, elem_id="fn-sidebar"):
            gr.HTML('<h1 class="fn-brand">Footnote</h1>', apply_default_css=False)
            self.clear = gr.Button("New conversation", size="sm", elem_id="fn-clear")
            self.export = gr.Button("Export as Markdown", size="sm", elem_id="fn-export")
            self.dates = gr.Checkbox(
                True,
                label="Prefer the dates a question names",
                elem_id="fn-dates",
                container=False,
            )
            self.library = gr.HTML("", apply_default_css=False, elem_id="fn-articles")
        self.chat = gr.Chatbot(
            elem_id="fn-chat",
            label="Conversation",
            show_label=False,
            placeholder=WELCOME,
            latex_delimiters=[],
            buttons=[],
            feedback_options=None,
            autoscroll=False,
            allow_file_downloads=False,
            scale=1,
        )
        self.box = gr.Textbox(
            elem_id="fn-box",
            label="Your question",
            show_label=False,
            placeholder="Ask your articles …",
            lines=1,
            max_lines=6,
            submit_btn=True,
            autofocus=True,
        )
        self.exported = gr.Textbox(
            visible="hidden", label="Exported conversation", elem_id="fn-exported"
        )

        self.pressed = gr.Textbox(visible="hidden", label="Verdict", elem_id="fn-pressed")

        def look_up(place: str) -> str:  # gradio marks the function, which a method does not bear
            return read_place(events.asker, place)

        gr.HTML(
            _asset("reader.html"),
            apply_default_css=False,
            js_on_load=_asset("chat.js"),
            server_functions=[look_up],
            elem_id="fn-reader-holder",
        )

    def connect(self, blocks: Gradio) -> None:
        """Tie the events to what they do. None of them is an endpoint for other programs."""
        events, quiet = self.events, {"api_visibility": "private", "show_progress": "hidden"}
        # "multiple": nobody's question is lost because the one before it is still being sent.
        at_once = {**quiet, "queue": False, "trigger_mode": "multiple"}

        def begin_example(session: Session, event: Gradio) -> list[Gradio]:
            return events.begin(event.value["text"], session)

        # gradio passes the event to the parameter whose annotation is this very class.
        begin_example.__annotations__["event"] = self.gradio.SelectData

        begun = [self.box, self.chat]
        starts = [
            self.box.submit(events.begin, [self.box, self.session], begun, **at_once),
            self.chat.example_select(begin_example, [self.session], begun, **at_once),
        ]
        for start in starts:
            start.then(
                events.answer,
                [self.session],
                [self.chat],
                concurrency_limit=1,
                concurrency_id=ONE_AT_A_TIME,
                **quiet,
            ).then(events.settle, [self.session], begun, **at_once)
        self.box.stop(events.stop, [self.session], [self.box], **at_once)
        for cleared in (self.clear.click, self.chat.clear):
            cleared(events.clear, [self.session], [self.chat], **at_once)
        self.export.click(events.export, [self.session], [self.exported], **at_once).then(
            None, [self.exported], None, js="(text) => window.footnote.download(text)", **at_once
        )
        self.dates.change(events.heed_dates, [self.dates, self.session], None, **at_once)
        self.pressed.change(events.judge, [self.pressed, self.session], [self.chat], **at_once)
        blocks.load(events.arrive, None, [self.library, self.chat], **at_once)


def build(asker: Asker) -> Gradio:
    """Return the page as gradio Blocks, not yet served.

    `asker` is a `qa.assembly.Footnote`, or anything that answers like one.
    """
    gr = _gradio()
    with gr.Blocks(title="Footnote", analytics_enabled=False, fill_height=True) as blocks:
        _Layout(gr, ChatEvents(gr, asker)).connect(blocks)
    return blocks


def _stay_off_proxies() -> None:
    """A proxy set for the outside must not be asked for this machine's own pages."""
    for name in ("NO_PROXY", "no_proxy"):
        kept = [host for host in os.environ.get(name, "").split(",") if host.strip()]
        os.environ[name] = ",".join([*kept, "127.0.0.1", "localhost", "::1"])


def _must_be_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            raise UsageError(
                f"cannot listen on {host}, port {port} ({error.strerror or error}); "
                f"try another: footnote chat --port {port + 1}"
            ) from error


def _has_screen() -> bool:
    """Without one, Python would open a text browser over this very terminal."""
    if sys.platform in {"darwin", "win32"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def serve(
    asker: Asker, *, host: str = "127.0.0.1", port: int = 7860, open_browser: bool = True
) -> None:
    """Serve the chat until interrupted (Ctrl-C), and say on standard error where it is.

    Raises:
        UsageError: the port is taken, or the host is not an address of this machine.
    """
    _must_be_free(host, port)
    gr = _gradio()
    from starlette.middleware import Middleware

    _stay_off_proxies()
    blocks = build(asker)
    fonts = {"font": FONTS, "font_mono": FIXED_FONTS}  # plain names: nothing is fetched
    blocks.launch(
        server_name=host,
        server_port=port,
        prevent_thread_lock=True,
        quiet=True,
        share=False,
        ssr_mode=False,
        mcp_server=False,
        pwa=False,
        enable_monitoring=False,
        run_history=False,
        footer_links=[],
        allowed_paths=[],
        max_file_size=1,
        theme=gr.themes.Base(primary_hue="slate", neutral_hue="stone", **fonts),
        # Not as `css`: gradio would write every rule twice and lose the media queries.
        head=f"<style>{_asset('chat.css')}</style>",
        app_kwargs={"middleware": [Middleware(PageGuard, local_only=is_loopback(host))]},
    )
    if open_browser and _has_screen():
        webbrowser.open(blocks.local_url)
    click.echo(f"Footnote is open at {blocks.local_url} (Ctrl-C stops it)", err=True)
    try:
        while not threading.Event().wait(3600):
            pass
    except KeyboardInterrupt:
        click.echo("Stopped.", err=True)
    finally:
        blocks.close(verbose=False)

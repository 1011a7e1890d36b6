"""A web site on 127.0.0.1, and a way to reach it under other names and addresses.

The site answers with what it is told to, notes every request, and misbehaves on demand:
it drips, never ends, breaks off, or says that it is busy.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpcore

from index.fetching import Fetcher, Limits
from index.guarded_transport import Guard

HTML = "text/html; charset=utf-8"


@dataclass
class Page:
    """One answer.

    `chunks` are sent one after another, without a length, in place of a body; `raw` in
    place of the whole answer.
    """

    body: bytes = b""
    content_type: str = HTML
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    chunks: Callable[[], Iterable[bytes]] | None = None
    raw: Callable[[], Iterable[bytes]] | None = None
    conditional: bool = True
    """Whether a request that names the page's ETag is answered with 304."""


@dataclass
class Site:
    """Pages by path; `requests` are what was asked, in order, as (host, path, headers)."""

    pages: dict[str, Page] = field(default_factory=dict)
    requests: list[tuple[str, str, Message]] = field(default_factory=list)
    port: int = 0
    stopping: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def asked(self) -> list[str]:
        """The paths asked for, without robots.txt."""
        return [path for _, path, _ in self.requests if path != "/robots.txt"]


@contextmanager
def web_site(pages: Mapping[str, Page] | None = None) -> Iterator[Site]:
    """Serve pages until the block ends."""
    site = Site(dict(pages or {}))

    class Handler(_Handler):
        serves = site

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield site
    finally:
        site.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    serves: Site

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        site = self.serves
        site.requests.append((self.headers.get("Host", ""), self.path, self.headers))
        page = site.pages.get(self.path, Page(b"nothing here", status=404))
        etag = page.headers.get("ETag")
        if etag and page.conditional and self.headers.get("If-None-Match") == etag:
            page = Page(status=304, headers={"ETag": etag})
        try:
            if page.raw is not None:
                self._stream(page.raw())
            else:
                self._send(page)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _send(self, page: Page) -> None:
        self.send_response(page.status)
        for name, value in page.headers.items():
            self.send_header(name, value)
        if page.status != 304 and page.content_type:
            self.send_header("Content-Type", page.content_type)
        if page.chunks is None and "Content-Length" not in page.headers:
            self.send_header("Content-Length", str(len(page.body)))
        self.end_headers()
        self.wfile.write(page.body)
        self._stream(page.chunks() if page.chunks else ())

    def _stream(self, chunks: Iterable[bytes]) -> None:
        for chunk in chunks:
            if self.serves.stopping.is_set():
                return
            self.wfile.write(chunk)


class Routed(httpcore.SyncBackend):
    """Connects to the site in place of the public addresses that the tests give it.

    `connected` are the addresses that were asked for: what a real connection would reach.
    """

    def __init__(self, site: Site, public: Sequence[str]) -> None:
        self.site, self.public = site, public
        self.connected: list[str] = []

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        self.connected.append(host)
        if host not in self.public:
            raise httpcore.ConnectError(f"nobody is at {host}")
        return super().connect_tcp("127.0.0.1", self.site.port, timeout)


@dataclass
class Clock:
    """A clock that only sleeping moves, beside a little for every look at it."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def local_fetcher(**limits: Any) -> Fetcher:
    """Return a fetcher that may read from 127.0.0.1 and does not pause."""
    return Fetcher(Guard(allow_private=True), Limits(**{"pause": 0.0, **limits}))

"""A hub on 127.0.0.1 that speaks as much of the Hugging Face hub's protocol as is used.

Large files answer with a redirect to another host, which carries the SHA-256 and the size
in X-Linked-ETag and X-Linked-Size, and are served there in ranges; small files answer at
once, with git's blob hash as their ETag.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

COMMIT = "0123456789abcdef0123456789abcdef01234567"
LARGE = 1000
CHUNK = 256 * 1024


@dataclass
class Hub:
    """What the hub holds and does. Files by "repository/revision/name"."""

    files: dict[str, bytes]
    requests: list[str] = field(default_factory=list)
    """Each request as "METHOD name bytes=..."."""
    lies: dict[str, bytes] = field(default_factory=dict)
    """Bytes served in place of those whose hash is promised."""
    break_after: list[int] = field(default_factory=list)
    """For each coming transfer of a large file, after how many bytes the line goes dead."""
    refuse_after_break: bool = False
    """Whether the transfers after a broken one are refused."""
    hold: threading.Event | None = None
    """When set, a large transfer stops half way until the event."""
    held: threading.Event = field(default_factory=threading.Event)
    """Set when a transfer has stopped half way."""
    endpoint: str = ""
    refusing: bool = False


@contextmanager
def hub_server(files: dict[str, bytes]) -> Iterator[Hub]:
    """Serve the files; `Hub.endpoint` is what HF_ENDPOINT should be."""
    hub = Hub(files)

    class Handler(_Handler):
        serves = hub

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    hub.endpoint = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        if hub.hold is not None:
            hub.hold.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    serves: Hub

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def _answer(self, *, body: bool) -> None:
        hub = self.serves
        on_cdn = self.path.startswith("/cdn/")
        key = self.path.removeprefix("/cdn/" if on_cdn else "/").replace("/resolve/", "/")
        asked = self.headers.get("Range", "")
        hub.requests.append(f"{self.command} {key.rsplit('/', 1)[-1]} {asked}".strip())
        content = hub.files.get(key)
        if content is None or hub.refusing:
            self._send(404 if content is None else 503, {"X-Error-Message": "no"})
        elif len(content) < LARGE:
            digest = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
            headers = {"ETag": f'"{digest}"', "X-Repo-Commit": COMMIT}
            self._send(200, headers, hub.lies.get(key, content), body=body)
        elif not on_cdn:
            # Another host, as far as names go: what is said here must not go there.
            port = hub.endpoint.rpartition(":")[2]
            headers = {
                "Location": f"http://localhost:{port}/cdn/{key}",
                "X-Linked-ETag": f'"{hashlib.sha256(content).hexdigest()}"',
                "X-Linked-Size": str(len(content)),
                "X-Repo-Commit": COMMIT,
            }
            self._send(302, headers)
        else:
            self._transfer(hub.lies.get(key, content), asked)

    def _send(
        self, status: int, headers: dict[str, str], content: bytes = b"", *, body: bool = True
    ) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if body and self.command != "HEAD":
            self.wfile.write(content)

    def _transfer(self, content: bytes, asked: str) -> None:
        hub = self.serves
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked else 0
        self.send_response(206 if asked else 200)
        self.send_header("Content-Length", str(len(content) - start))
        if asked:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self.end_headers()
        breaks = hub.break_after.pop(0) if hub.break_after else None
        half = len(content) // 2
        for place in range(start, len(content), CHUNK):
            if breaks is not None and place - start >= breaks:
                hub.refusing = hub.refuse_after_break
                self.wfile.flush()
                self.close_connection = True
                self.connection.close()
                return
            if hub.hold is not None and place >= half and not hub.held.is_set():
                self.wfile.flush()
                hub.held.set()
                hub.hold.wait(30)
            try:
                self.wfile.write(content[place : place + CHUNK])
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True
                return

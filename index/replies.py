"""What a server answered: a page, a redirect, or the reason and the next step in one line."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from importlib.metadata import version

import httpcore
import httpx

from index.addresses import shown_address
from index.errors import ReadingError
from index.inflating import Inflater
from index.robots import PRODUCT

_REDIRECTS = (301, 302, 303, 307, 308)
_PERMANENT = (301, 308)
_BUSY = (429, 503)
_NEXT_STEP = {
    401: "it wants a login: save the page in your browser and index the file",
    403: "the site refuses automatic readers: save the page in your browser and index the file",
    404: "there is no such page: check the address",
    410: "the page has been taken down",
    429: "it has had too many requests: try again later",
    451: "the page is blocked for legal reasons",
}


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server said to recognise this version of a page by (RFC 9110, 8.8)."""

    etag: str | None = None
    last_modified: str | None = None


NO_VALIDATORS = Validators()


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back. `address` is where the redirects ended; no body means not modified.

    `moved` says that all redirects on the way were permanent ones.
    """

    address: str
    body: bytes | None
    content_type: str = ""
    charset: str | None = None
    validators: Validators = NO_VALIDATORS
    cut: bool = False
    moved: bool = True


@dataclass(frozen=True, slots=True)
class Onward:
    """A redirect to another address, and whether the page has moved there for good."""

    address: str
    moved: bool


@dataclass(frozen=True, slots=True)
class Room:
    """How many bytes of a body are taken, and whether more is cut off or refused."""

    bytes: int
    cut: bool = False


class TransferError(ReadingError):
    """The host could not be reached, or the transfer broke; `reason` has no address in it."""

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(f"{shown_address(address)} {reason}")
        self.reason = reason


class StatusError(ReadingError):
    """The server answered with a status that is no page; `wait` is its Retry-After in seconds."""

    def __init__(self, address: str, status: int, wait: float | None = None) -> None:
        super().__init__(f"{shown_address(address)} answers {status}: {_next_step(status)}")
        self.status, self.wait = status, wait


def user_agent() -> str:
    """Return how we call ourselves to servers."""
    return f"{PRODUCT}/{version('footnote')} (+local reading tool)"


def request_headers(validators: Validators | None) -> dict[str, str]:
    """Return the headers of a request, conditional when a version of the page is known."""
    headers = {
        "User-Agent": user_agent(),
        "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        "Accept-Encoding": "gzip",
    }
    if validators is not None and validators.etag:
        headers["If-None-Match"] = validators.etag
    if validators is not None and validators.last_modified:
        headers["If-Modified-Since"] = validators.last_modified
    return headers


def reply_of(
    response: httpx.Response, address: str, room: Callable[[str, str], Room]
) -> Reply | Onward:
    """Return what one hop brought: the page, or where it leads on to.

    Raises:
        StatusError: no page.
        ReadingError: a page larger than its room.

    """
    status, headers = response.status_code, response.headers
    if status in _REDIRECTS and headers.get("location"):
        onward = str(headers["location"]).strip().replace(" ", "%20")
        return Onward(onward, status in _PERMANENT)
    if status == 304:
        return Reply(address, None)
    if status != 200:
        after = headers.get("retry-after", "").strip()
        wait = float(after) if status in _BUSY and re.fullmatch(r"[0-9]{1,6}", after) else None
        raise StatusError(address, status, wait)
    kind = Message()
    kind["content-type"] = headers.get("content-type", "")
    content_type = kind.get_content_type() if headers.get("content-type") else ""
    body, cut = _body_of(response, address, room(content_type, address))
    validators = Validators(_sendable(headers.get("etag")), _sendable(headers.get("last-modified")))
    return Reply(address, body, content_type, kind.get_content_charset(), validators, cut)


def _sendable(value: str | None) -> str | None:
    """Return a header's value if it can be sent back as it is."""
    return value if value and value.isascii() and value.isprintable() and len(value) < 500 else None


def _next_step(status: int) -> str:
    if status in _NEXT_STEP:
        return _NEXT_STEP[status]
    if status >= 500:
        return "the server has trouble: try again later"
    return "check the address in a browser"


def _body_of(response: httpx.Response, address: str, room: Room) -> tuple[bytes, bool]:
    """Return at most `room.bytes` of the decoded body, and whether it was cut there.

    Decoded here and not by httpx, which inflates a bomb before its size can be seen.
    """
    coding = response.headers.get("content-encoding", "identity").strip().lower()
    if coding not in ("", "identity", "gzip", "x-gzip"):
        raise ReadingError(
            f"{shown_address(address)} comes in the encoding {coding!r}, which was not asked for: "
            "save the page in your browser and index the file"
        )
    inflater = Inflater() if "gzip" in coding else None
    body = bytearray()
    try:
        for chunk in response.iter_raw():
            body += inflater.feed(chunk, room.bytes + 1 - len(body)) if inflater else chunk
            if len(body) > room.bytes:
                break
    except httpcore.TimeoutException:
        # Of what comes without an end, what has come by now is taken.
        if not (room.cut and body):
            raise
        return bytes(body[: room.bytes]), True
    if len(body) > room.bytes:
        if not room.cut:
            raise ReadingError(
                f"{shown_address(address)} has more than the {room.bytes:,} bytes that are read of "
                "such a page: save the part that matters as a file and index that"
            )
        return bytes(body[: room.bytes]), True
    if inflater is not None and not inflater.complete:
        raise httpcore.ReadError("the compressed page breaks off")
    return bytes(body), False

"""Pages from the web: asked for politely, checked at every hop, limited in time and size.

Before anything is asked of a site, its robots.txt is; between two requests to one host
lies a pause. Redirects are followed by hand, because each hop is an address of its own: it
is checked, its robots.txt counts, and its validators are the ones to send. Proxies of the
environment are not used: a proxy resolves names itself, where nobody checks the address.
"""

from __future__ import annotations

import os
import ssl
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from urllib.parse import urljoin, urlsplit

import httpcore
import httpx

from index.addresses import HostRefused, normalise, shown_address
from index.errors import ReadingError
from index.guarded_transport import BROKEN, Guard, GuardedTransport, trusted_certificates
from index.replies import (
    Onward,
    Reply,
    Room,
    StatusError,
    TransferError,
    Validators,
    reply_of,
    request_headers,
)
from index.robots import LARGEST, Rules, rules_of_reply

RoomFor = Callable[[str, str], Room]
"""Says how much of a body is taken, from its content type and its address."""
Known = Callable[[str], Validators | None]
"""Returns the validators of an address whose page is stored, None for another."""

_PROXIES = ("https_proxy", "http_proxy", "all_proxy")


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds, and how often. `total` is for one request, its body included."""

    connect: float = 10.0
    read: float = 20.0
    total: float = 120.0
    redirects: int = 10
    pause: float = 1.0
    longest_pause: float = 30.0
    longest_wait: float = 60.0
    """How long a busy site's Retry-After is waited for, once."""
    failures: int = 3
    """After how many failures in a row a host is given up for this run."""


def nothing_known(_address: str) -> Validators | None:
    """Return no validators: ask for the page whatever is stored of it."""
    return None


@dataclass(slots=True)
class Fetcher:
    """Fetches pages one after another, remembering what each site allows and when it was asked."""

    guard: Guard = field(default_factory=Guard)
    limits: Limits = field(default_factory=Limits)
    sleep: Callable[[float], None] = time.sleep
    _certificates: ssl.SSLContext | None = None
    _rules: dict[str, Rules] = field(default_factory=dict)
    _last: dict[str, float] = field(default_factory=dict)
    _failed: dict[str, int] = field(default_factory=dict)

    def get(self, address: str, room: RoomFor, known: Known = nothing_known) -> Reply:
        """Fetch a page, following its redirects.

        Raises:
            StatusError: the server answered with another status than 200 or 304.
            ReadingError: the page cannot or may not be had; the message has the next step.

        """
        return self._follow(address, room, known, polite=True)

    def _follow(self, address: str, room: RoomFor, known: Known, *, polite: bool) -> Reply:
        here, moved = normalise(address), True
        for _ in range(self.limits.redirects + 1):
            if polite:
                self._ask_leave(here)
            reply = self._request(here, room, known(here))
            if isinstance(reply, Reply):
                return replace(reply, moved=moved)
            here, moved = normalise(urljoin(here, reply.address)), moved and reply.moved
        raise ReadingError(
            f"{shown_address(address)} leads on more than {self.limits.redirects} times, last to "
            f"{shown_address(here)}: check the address"
        )

    def _ask_leave(self, address: str) -> None:
        """See that the site's robots.txt allows the page.

        Raises:
            ReadingError: it does not, or cannot be had.

        """
        parts = urlsplit(address)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._rules:
            try:
                self._rules[origin] = self._rules_of(origin)
            except TransferError as error:
                raise TransferError(address, error.reason) from error
        rules = self._rules[origin]
        if rules.refusal is not None:
            raise ReadingError(
                f"{shown_address(address)} is not read, because the site's robots.txt "
                f"{rules.refusal}: try again later, or save the page as a file and index that"
            )
        if not rules.allows(address):
            raise ReadingError(
                f"{shown_address(address)} is closed to automatic readers by the site's "
                "robots.txt: save the page in your browser and index the file"
            )

    def _rules_of(self, origin: str) -> Rules:
        try:
            reply = self._follow(f"{origin}/robots.txt", _robots_room, nothing_known, polite=False)
        except StatusError as error:
            return rules_of_reply(error.status, b"")
        return rules_of_reply(200, reply.body or b"")

    def _request(
        self, address: str, room: RoomFor, validators: Validators | None
    ) -> Reply | Onward:
        """Return the reply of one hop, or where it leads on to; a busy site is asked twice."""
        host = urlsplit(address).netloc
        if self._failed.get(host, 0) >= self.limits.failures:
            reason = f"was not tried: {host} failed {self.limits.failures} times in a row"
            raise TransferError(address, f"{reason}; try again later")
        try:
            reply = self._second_chance(address, room, validators)
        except TransferError:
            self._failed[host] = self._failed.get(host, 0) + 1
            raise
        self._failed[host] = 0
        return reply

    def _second_chance(
        self, address: str, room: RoomFor, validators: Validators | None
    ) -> Reply | Onward:
        try:
            return self._exchange(address, room, validators)
        except StatusError as busy:
            if busy.wait is None or busy.wait > self.limits.longest_wait:
                raise
            self.sleep(busy.wait)
        return self._exchange(address, room, validators)

    def _keep_pause(self, address: str) -> None:
        """Wait until the pause between two requests to one host is over."""
        parts = urlsplit(address)
        rules = self._rules.get(f"{parts.scheme}://{parts.netloc}", Rules())
        pause = min(max(self.limits.pause, rules.delay), self.limits.longest_pause)
        if parts.netloc in self._last:
            left = self._last[parts.netloc] + pause - self.guard.clock()
            if left > 0:
                self.sleep(left)
        self._last[parts.netloc] = self.guard.clock()

    def _exchange(
        self, address: str, room: RoomFor, validators: Validators | None
    ) -> Reply | Onward:
        self._keep_pause(address)
        limits = self.limits
        self._certificates = self._certificates or trusted_certificates()
        deadline = self.guard.clock() + limits.total
        transport = GuardedTransport(self.guard, self._certificates, deadline)
        timeout = httpx.Timeout(limits.read, connect=limits.connect)
        headers = request_headers(validators)
        try:
            with (
                httpx.Client(transport=transport, timeout=timeout, trust_env=False) as client,
                client.stream("GET", address, headers=headers) as response,
            ):
                return reply_of(response, address, room)
        except HostRefused as error:
            raise TransferError(address, f"cannot be fetched: {error}") from error
        except httpcore.TimeoutException as error:
            reason = f"did not answer in time{_proxy_hint()}: try again later"
            raise TransferError(address, reason) from error
        except (*BROKEN, httpx.HTTPError, httpx.InvalidURL, zlib.error) as error:
            what = " ".join(str(error).split())[:200] or type(error).__name__
            reason = f"cannot be fetched ({what}){_proxy_hint()}: check the address and the network"
            raise TransferError(address, reason) from error


def _robots_room(_content_type: str, _address: str) -> Room:
    return Room(LARGEST, cut=True)


def _proxy_hint() -> str:
    """Say that a proxy is not used, to whom might think it is."""
    names = {name.lower() for name, value in os.environ.items() if value}
    if names.isdisjoint(_PROXIES):
        return ""
    return " (the proxy of the environment is not used, because it could not be checked)"

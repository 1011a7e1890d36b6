"""Connections that reach only checked addresses, and end at a deadline.

Resolving, checking and connecting happen in one place, at the moment of connecting, so no
second look-up can give another address than the one that was checked (DNS rebinding). The
host's name still stands in the Host header and in the TLS handshake.

The only importer of httpcore, which httpx is built on.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import httpcore
import httpx

from index.addresses import Resolver, checked_addresses, resolve

Clock = Callable[[], float]
SocketOptions = Iterable[Any] | None

BROKEN = (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol)


@dataclass(frozen=True, slots=True)
class Guard:
    """What decides which addresses are connected to. `backend` opens the connections."""

    allow_private: bool = False
    resolver: Resolver = resolve
    backend: httpcore.NetworkBackend | None = None
    clock: Clock = time.monotonic


class OutOfTime(httpcore.TimeoutException):
    """The deadline of the whole transfer has come."""


class _Stream(httpcore.NetworkStream):
    """A connection each of whose reads and writes ends at the deadline at the latest."""

    def __init__(
        self, stream: httpcore.NetworkStream, left: Callable[[float | None], float]
    ) -> None:
        self._stream, self._left = stream, left

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        inner = self._stream.start_tls(ssl_context, server_hostname, self._left(timeout))
        return _Stream(inner, self._left)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - httpcore's own type
        return self._stream.get_extra_info(info)


class _Backend(httpcore.NetworkBackend):
    """Opens connections to checked addresses only."""

    def __init__(self, guard: Guard, deadline: float) -> None:
        self._guard, self._deadline = guard, deadline
        self._backend = guard.backend or httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: SocketOptions = None,
    ) -> httpcore.NetworkStream:
        guard = self._guard
        addresses = checked_addresses(host, port, guard.resolver, allow_private=guard.allow_private)
        for place, address in enumerate(addresses, 1):
            try:
                stream = self._backend.connect_tcp(
                    address, port, self._left(timeout), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if place == len(addresses):
                    raise
            else:
                return _Stream(stream, self._left)
        raise httpcore.ConnectError("no address")  # checked_addresses returns at least one

    def _left(self, timeout: float | None) -> float:
        left = self._deadline - self._guard.clock()
        if left <= 0:
            raise OutOfTime("the deadline has passed")
        return left if timeout is None else min(left, timeout)


class _Body(httpx.SyncByteStream):
    def __init__(self, stream: Any) -> None:  # noqa: ANN401 - httpcore does not name it
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        yield from self._stream

    def close(self) -> None:
        self._stream.close()


class GuardedTransport(httpx.BaseTransport):
    """httpx's way to the network, through the guard, until `deadline` (of the guard's clock).

    Each request has a connection of its own. Errors are httpcore's (`BROKEN`,
    `httpcore.TimeoutException`) and, for a host that is refused, our `ReadingError`.
    """

    def __init__(self, guard: Guard, context: ssl.SSLContext, deadline: float) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=context,
            max_keepalive_connections=0,
            network_backend=_Backend(guard, deadline),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        answer = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
                ),
                headers=request.headers.raw,
                extensions=request.extensions,
            )
        )
        return httpx.Response(
            status_code=answer.status,
            headers=answer.headers,
            stream=_Body(answer.stream),
            extensions=answer.extensions,
        )

    def close(self) -> None:
        self._pool.close()


def trusted_certificates() -> ssl.SSLContext:
    """Return the certificates in use: certifi's, or those that SSL_CERT_FILE names."""
    return httpx.create_ssl_context()

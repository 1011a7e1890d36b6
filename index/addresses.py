"""Web addresses: one spelling for each page, and which of them may be asked at all.

Whoever can put an address before this tool (a feed, a redirect, a name server) must not
reach with it what only this computer or its network can reach: server-side request
forgery, https://owasp.org/www-community/attacks/Server_Side_Request_Forgery. So what is
checked is the numeric address that will be connected to, not the name that led to it.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable, Sequence

from index.errors import ReadingError

Resolver = Callable[[str, int], Sequence[str]]
"""Returns the numeric addresses of a host name; raises OSError when it has none."""

LONGEST_ADDRESS = 4000  # characters; far more than servers take
_PORTS = {"http": 80, "https": 443}


class HostRefused(ReadingError):
    """A host is not known, or not to be asked."""


_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
# White space, control characters and backslashes, which programs read differently.
_AMBIGUOUS = re.compile(r"[\s\x00-\x20\x7f\\]")
_NUMBER = re.compile(r"(?:0[xX][0-9a-fA-F]*|[0-9]+)$")
_HOST = re.compile(r"[a-z0-9_.-]+$")
# Added to links to follow readers; the page is the same without them.
_TRACKING_PREFIXES = ("utm_", "mtm_", "pk_")
_TRACKING = frozenset((
    "fbclid", "gclid", "gclsrc", "dclid", "msclkid", "yclid", "twclid", "ttclid", "igshid",
    "mc_cid", "mc_eid", "_ga", "_gl", "_hsenc", "_hsmi", "vero_id", "wickedid", "s_cid",
    "at_medium", "at_campaign",
))  # fmt: skip

_IPv6 = ipaddress.IPv6Address
# A translator in the network makes IPv4 addresses of these (RFC 6052, 2.1).
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# Beside what `is_global` of every supported Python leaves out: shared address space
# (RFC 6598), protocol assignments, benchmarks, local NAT64 (RFC 8215), Teredo, 6to4 (whose
# relays may lead anywhere), site-local and IPv4-compatible addresses.
_NEVER = tuple(
    ipaddress.ip_network(block)
    for block in (
        "0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15",
        "240.0.0.0/4", "::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32",
        "2002::/16", "fec0::/10",
    )
)  # fmt: skip


def is_address(name: str) -> bool:
    """Whether a person means an address by this, not a file: it begins like "https://"."""
    return _SCHEME.match(name) is not None


def as_stored(name: str) -> str:
    """Return an address in the spelling that it is stored in, any other name as it is."""
    try:
        return normalise(name) if is_address(name) else name
    except ReadingError:
        return name


def normalise(address: str) -> str:
    """Return the one spelling of an address under which its page is stored.

    Scheme and host in lower case and ASCII, no default port, no "..", no fragment, and
    none of the parameters by which links follow readers (utm_source, fbclid, ...).

    Raises:
        ReadingError: it is no http or https address of a host, or an ambiguous one.

    """
    import httpx

    shown = shown_address(address)
    if len(address) > LONGEST_ADDRESS:
        raise ReadingError(f"{shown} has {len(address):,} characters, too many for an address")
    if _AMBIGUOUS.search(address):
        raise ReadingError(
            f"{shown} holds a space, control character or backslash: copy the address again"
        )
    try:
        url = httpx.URL(address)
        host = url.raw_host.decode("ascii")
    except (httpx.InvalidURL, UnicodeError) as error:
        raise ReadingError(f"{shown} is not a web address ({error}): copy it again") from error
    if url.scheme not in _PORTS:
        raise ReadingError(f"{shown} is not an http or https address: only those are read")
    if url.userinfo or "@" in address.split("://", 1)[1].split("/", 1)[0]:
        raise ReadingError(
            f"{shown} holds a user name or password: addresses are stored and shown, so save "
            "the page as a file and index that"
        )
    _check_host(host, shown)
    if url.port is not None and not 0 < url.port < 65536:
        raise ReadingError(f"{shown} has port {url.port}, and ports end at 65535")
    path, _, query = url.raw_path.decode("ascii").partition("?")
    query = "&".join(part for part in query.split("&") if part and not _follows(part))
    place = f"[{host}]" if ":" in host else host
    # httpx itself knows the default port of "http" and not of "HTTP".
    usual = url.port in (None, _PORTS[url.scheme])
    port = "" if usual else f":{url.port}"
    return f"{url.scheme}://{place}{port}{path or '/'}{f'?{query}' if query else ''}"


def _follows(parameter: str) -> bool:
    name = parameter.partition("=")[0].lower()
    return name in _TRACKING or name.startswith(_TRACKING_PREFIXES)


def _check_host(host: str, shown: str) -> None:
    """Refuse host names that programs read differently, such as 0x7f.1 for 127.0.0.1."""
    if ":" in host:
        try:
            _IPv6(host)
        except ValueError:
            raise ReadingError(f"{shown} names no host: [{host}] is not an address") from None
        return
    name = host.removesuffix(".")
    if not name or not _HOST.match(name) or ".." in name:
        raise ReadingError(f"{shown} names no host: copy the address again")
    if _NUMBER.match(name.rpartition(".")[2]):
        try:
            ipaddress.IPv4Address(name)
        except ValueError:
            raise ReadingError(
                f"{shown} spells a numeric address in an unusual way: write it as four numbers"
            ) from None


def shown_address(address: str) -> str:
    """Return an address as it can be shown in one line: printable, without a password, short."""
    plain = "".join(char if char.isprintable() else "?" for char in address)
    plain = re.sub(r"//[^/@]*@", "//…@", plain, count=1)
    return plain if len(plain) <= 200 else f"{plain[:199]}…"


def is_public(address: str) -> bool:
    """Whether a numeric address is one that the whole internet can reach.

    IPv4 addresses inside IPv6 ones (mapped, or for a NAT64 translator) are judged as
    what they lead to.
    """
    try:
        number = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(number, _IPv6):
        if number.scope_id is not None:
            return False
        if number.ipv4_mapped is not None:
            return is_public(str(number.ipv4_mapped))
        if number in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(number) & 0xFFFFFFFF)))
    if any(number.version == block.version and number in block for block in _NEVER):
        return False
    return number.is_global and not number.is_multicast and not number.is_reserved


def resolve(host: str, port: int) -> list[str]:
    """Return the numeric addresses of a host, in the system's order, each once.

    Raises:
        OSError: the name is not known.

    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def checked_addresses(
    host: str, port: int, resolver: Resolver, *, allow_private: bool
) -> list[str]:
    """Resolve a host once and return its addresses, to connect to one of exactly these.

    One private address among public ones refuses the host: a name server that gives both
    is waiting for the second try.

    Raises:
        HostRefused: the host is unknown, or has an address that is not public.

    """
    try:
        found = list(resolver(host, port))
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise HostRefused(
            f"the host {host} is not known ({reason}): check the address and the network"
        ) from error
    if not found:
        raise HostRefused(f"the host {host} has no address: check the address and the network")
    private = [each for each in found if not is_public(each)]
    if private and not allow_private:
        place = (
            f"{host} is" if host == private[0] else f"the host {host} is at {private[0]}, which is"
        )
        raise HostRefused(
            f"{place} not a public address: give --allow-private if you mean to read from your own "
            "network"
        )
    return found

"""One spelling for a page, and only public addresses."""

from __future__ import annotations

import socket

import pytest

from index.addresses import (
    as_stored,
    checked_addresses,
    is_address,
    is_public,
    normalise,
    shown_address,
)
from index.errors import ReadingError


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("HTTP://Example.ORG:80/a/../b", "http://example.org/b"),
        ("https://example.org", "https://example.org/"),
        ("https://example.org:8443/#part", "https://example.org:8443/"),
        ("https://example.org/a?utm_source=rss&id=7&fbclid=x&UTM_Medium=y", "https://example.org/a?id=7"),
        ("https://example.org/a?utm_source=rss", "https://example.org/a"),
        ("https://example.org/a?b=2&a=1", "https://example.org/a?b=2&a=1"),
        ("http://straße.de/über", "http://xn--strae-oqa.de/%C3%BCber"),
        ("http://[2001:4860::1]:80/", "http://[2001:4860::1]/"),
    ],
)  # fmt: skip
def test_one_page_has_one_spelling(given: str, stored: str) -> None:
    assert normalise(given) == stored
    assert normalise(stored) == stored


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("ftp://example.org/a", "only those are read"),
        ("file:///etc/passwd", "only those are read"),
        ("http://user:secret@example.org/", "user name or password"),
        ("http://user@example.org/", "user name or password"),
        ("http://@example.org/", "user name or password"),
        ("http://good.example\\@bad.example/", "backslash"),
        ("http://exa mple.org/", "space"),
        ("http://example.org/\nHost:x", "control character"),
        ("http:///path", "names no host"),
        ("http://exa%6dple.org/", "names no host"),
        ("http://0x7f.1/", "unusual way"),
        ("http://2130706433/", "unusual way"),
        ("http://127.1/", "unusual way"),
        ("http://0177.0.0.1/", "not a web address"),
        ("http://①②⑦.0.0.1/", "not a web address"),
        ("http://example.org:99999/", "65535"),
        ("http://example.org:0/", "65535"),
        ("http://[::1/", "not a web address"),
        ("http://example.org/" + "a" * 5000, "too many"),
    ],
)
def test_what_is_no_plain_web_address_is_refused_in_one_line(address: str, reason: str) -> None:
    with pytest.raises(ReadingError, match=reason) as caught:
        normalise(address)
    assert "\n" not in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_password_is_not_shown() -> None:
    assert shown_address("http://me:secret@example.org/\x1b[2J") == "http://…@example.org/?[2J"


@pytest.mark.parametrize(
    ("name", "expected"),
    [("https://a.org", True), ("FTP://x", True), ("notes.txt", False), ("a/b://c", False)],
)
def test_what_a_person_means_by_it(name: str, expected: bool) -> None:
    assert is_address(name) is expected


def test_what_cannot_be_an_address_stays_as_it_is() -> None:
    assert as_stored("article://0123") == "article://0123"
    assert as_stored("notes.txt") == "notes.txt"
    assert as_stored("HTTPS://A.org/#x") == "https://a.org/"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.255.255.254", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1",
        "169.254.169.254", "100.64.0.1", "100.127.255.255", "192.0.0.1", "192.0.2.1", "198.18.0.1",
        "198.51.100.1", "203.0.113.1", "224.0.0.1", "224.0.1.1", "239.255.255.250", "240.0.0.1",
        "255.255.255.255", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
        "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "100::1", "2001:0:1::1",
        "2001:db8::1", "2002:7f00:1::", "fc00::1", "fd12:3456::1", "fe80::1", "fe80::1%eth0",
        "2606:4700::1%eth0", "fec0::1", "ff02::1", "ff0e::1", "not a number", "",
    ],
)  # fmt: skip
def test_addresses_that_not_everybody_can_reach_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    ["93.184.216.34", "8.8.8.8", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1",
     "2606:4700::1111", "2a00:1450:4001::1", "::ffff:8.8.8.8", "64:ff9b::808:808"],
)  # fmt: skip
def test_addresses_of_the_whole_internet_are_public(address: str) -> None:
    assert is_public(address)


def test_one_private_address_among_public_ones_refuses_the_host() -> None:
    def both(host: str, port: int) -> list[str]:
        return ["93.184.216.34", "127.0.0.1"]

    with pytest.raises(ReadingError, match=r"host\.example is at 127\.0\.0\.1.*--allow-private"):
        checked_addresses("host.example", 80, both, allow_private=False)
    found = checked_addresses("host.example", 80, both, allow_private=True)
    assert found == ["93.184.216.34", "127.0.0.1"]


def test_an_unknown_host_is_one_line() -> None:
    def nobody(host: str, port: int) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    with pytest.raises(ReadingError, match="no-such-host is not known"):
        checked_addresses("no-such-host", 80, nobody, allow_private=True)
    with pytest.raises(ReadingError, match="has no address"):
        checked_addresses("empty", 80, lambda *_: [], allow_private=True)

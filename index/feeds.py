"""Feeds and sitemaps: the addresses that they list, with the dates that they state.

RSS and Atom are read with feedparser, of which this is the only importer; sitemaps, as
https://www.sitemaps.org/protocol.html describes them and with the dates of news sitemaps,
with lxml. No external entity or DTD is ever loaded.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from typing import Any, Literal
from urllib.parse import urljoin

from index.addresses import normalise
from index.errors import ReadingError
from index.html_metadata import iso_date
from index.inflating import GZIP, inflated

Kind = Literal["feed", "sitemap", "sitemap index"]

LARGEST = 50_000_000  # bytes, the protocol's limit for one sitemap
MOST = 50_000  # entries, the protocol's other limit
LARGEST_RSS = 10_000_000  # bytes of RSS or Atom that are parsed; a few seconds' work

_KINDS: dict[bytes, Kind] = {
    b"rss": "feed",
    b"feed": "feed",
    b"rdf": "feed",
    b"urlset": "sitemap",
    b"sitemapindex": "sitemap index",
}
# What may stand before the first element: a byte order mark, declarations, comments.
_PROLOG = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:\s+|<\?.*?\?>|<!--.*?-->|<![^>\[]*(?:\[[^\]]*\])?[^>]*>)*", re.DOTALL
)
_ROOT = re.compile(rb"<(?:[\w.-]+:)?([a-zA-Z]+)")
_SNIFFED = 20_000
# What of an entry is looked at, by any of the formats' names.
_TOLD = (
    "link", "guid", "id", "pubdate", "published", "issued", "updated", "modified", "date", "created"
)  # fmt: skip
_MOST_TOLD = 20
_ALTERNATES = ("application/rss+xml", "application/atom+xml")


@dataclass(frozen=True, slots=True)
class Listed:
    """One page that a feed or sitemap lists, or one sitemap that an index does.

    `published` is an ISO date; `stamp` is the time of the page's last change, as it is stated.
    """

    address: str
    published: str | None = None
    stamp: str | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed lists: its first entries, and how many there are in all."""

    kind: Kind
    listed: tuple[Listed, ...]
    total: int


def unpacked(data: bytes) -> tuple[bytes, bool]:
    """Return the data, inflated when they are gzip ("sitemap.xml.gz"), and whether it was cut.

    Raises:
        zlib.error: they begin like gzip data and are none.

    """
    return inflated(data, LARGEST) if data.startswith(GZIP) else (data, False)


def kind_of(data: bytes) -> Kind | None:
    """Return what the first element says that the data are; None when they are no feed."""
    head = data[:_SNIFFED]
    prolog = _PROLOG.match(head)
    root = _ROOT.match(head, prolog.end() if prolog else 0)
    return _KINDS.get(root[1].lower()) if root else None


def read_feed(data: bytes, address: str, limit: int, *, cut: bool = False) -> tuple[Feed, bool]:
    """Return the first `limit` entries that a feed lists, and whether it was whole.

    `cut` says that its end is missing. Entries without an address of their own, or with
    one that cannot be asked, are left out; past `MOST` entries none is counted.

    Raises:
        ReadingError: the data are no feed.

    """
    try:
        data, too_long = unpacked(data)
    except zlib.error as error:
        raise ReadingError(f"{address} is damaged gzip data ({error}): try again later") from error
    kind = kind_of(data)
    if kind is None:
        raise ReadingError(
            f"{address} is neither an RSS or Atom feed nor a sitemap: give the address of a feed, "
            "a sitemap or a page"
        )
    whole = not (cut or too_long)
    if kind == "feed":
        whole = whole and len(data) <= LARGEST_RSS
        # Twice as many as are wanted, because some may have no address.
        found, total = _entries(data[:LARGEST_RSS], address, 2 * limit)
    else:
        found, total, unbroken = _locations(data, limit)
        whole = whole and unbroken
    listed: dict[str, Listed] = {}
    for entry in found:
        # Looking at an address takes longer than finding it.
        place = _asked(address, entry.address) if len(listed) < limit else None
        if place is not None:
            listed.setdefault(place, replace(entry, address=place))
    return Feed(kind, tuple(listed.values()), total), whole


def _entries(data: bytes, address: str, limit: int) -> tuple[list[Listed], int]:
    """Return the first entries of RSS or Atom, and how many it has."""
    import feedparser

    small, total = _pruned(data, limit)
    parsed = feedparser.parse(
        # A stream: feedparser would take other bytes for a path or an address.
        io.BytesIO(small),
        response_headers={"content-location": address, "content-type": "application/xml"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    rss_1 = parsed.version in ("rss10", "rss090")
    found = []
    for entry in parsed.entries:
        # RSS 1.0 states its only date as dc:date, which feedparser calls "updated".
        # (Asked for what is not there, it would give the date of publication.)
        changed = entry.get("updated") if "updated" in entry else None
        published = entry.get("published") or (changed if rss_1 else None)
        stamp = None if rss_1 else _stamp(changed)
        found.append(Listed(entry.get("link") or "", date_of(published), stamp))
    return found, total


def _pruned(data: bytes, limit: int) -> tuple[bytes, int]:
    """Return the feed with nothing but the addresses and dates of its first entries.

    What feedparser reads is then well-formed and small: broken or deep XML keeps it busy
    for minutes, where lxml takes no notice.
    """
    from lxml import etree

    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, load_dtd=False, remove_pis=True
    )
    tree = etree.fromstring(data, parser)
    if tree is None:
        return b"", 0
    entries = [each for each in tree.iter() if _name(each) in ("item", "entry")]
    kept = set(entries[:limit])
    # A feed's root and its channel; of what else there may be, nothing is wanted.
    holders = {tree, *(each.getparent() for each in kept)} - {None} - kept
    for holder in holders:
        for child in list(holder):
            if child not in kept and child not in holders:
                holder.remove(child)
    for entry in kept:
        told = [child for child in entry if _name(child) in _TOLD][:_MOST_TOLD]
        entry[:] = told
    return etree.tostring(tree, encoding="utf-8", xml_declaration=True), len(entries)


def _name(element: Any) -> str:  # noqa: ANN401 - lxml has no types
    """Return an element's name without its namespace, in lower case; "" for a comment."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def _stamp(changed: object) -> str | None:
    """Return a time of change that is told to the minute; a day alone may hold two changes."""
    return changed if isinstance(changed, str) and ":" in changed and len(changed) < 100 else None


def date_of(stated: object) -> str | None:
    """Return the day of a feed's date (RFC 822 or ISO 8601), in the feed's own time zone."""
    if not isinstance(stated, str):
        return None
    try:
        return parsedate_to_datetime(stated).date().isoformat()
    except (ValueError, TypeError, OverflowError):
        return iso_date(stated)


def _locations(data: bytes, limit: int) -> tuple[list[Listed], int, bool]:
    """Return the first entries of a sitemap, how many it has, and whether the XML is whole.

    Of one that breaks off, all before the break count.
    """
    from lxml import etree

    found: list[Listed] = []
    total = 0
    try:
        for entry in _sitemap_entries(data):
            total += 1
            if len(found) < 2 * limit:
                found.append(entry)
            if total == MOST:
                break
    except etree.XMLSyntaxError:
        return found, total, False
    return found, total, True


def _sitemap_entries(data: bytes) -> Iterator[Listed]:
    from lxml import etree

    events = etree.iterparse(
        io.BytesIO(data), events=("end",), resolve_entities=False, no_network=True, load_dtd=False
    )
    stated: dict[str, str] = {}
    for _, element in events:
        name = _name(element)
        if name in ("loc", "lastmod", "publication_date") and element.text:
            stated.setdefault(name, element.text.strip())
        elif name in ("url", "sitemap"):
            published = date_of(stated.get("publication_date"))
            yield Listed(stated.get("loc", ""), published, _stamp(stated.get("lastmod")))
            stated = {}
            # Or the tree grows with the file.
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]


def _asked(base: str, link: str) -> str | None:
    """Return the normalised address of a link in a feed, None for what is no web address."""
    if not link.strip():
        return None
    try:
        return normalise(urljoin(base, link.strip().replace(" ", "%20")))
    except (ReadingError, ValueError):
        return None


def linked_feed(links: Iterable[Any], base: str) -> str | None:
    """Return the first feed among a page's link elements (RSS autodiscovery)."""
    for link in links:
        kind, relation = (link.get("type") or "").lower(), (link.get("rel") or "").lower()
        if "alternate" in relation.split() and kind.partition(";")[0].strip() in _ALTERNATES:
            place = _asked(base, link.get("href") or "")
            if place is not None:
                return place
    return None

"""RSS, Atom and sitemaps: what they list, the dates that they state, and broken ones."""

from __future__ import annotations

import gzip
import time

import pytest

from index.errors import ReadingError
from index.feeds import Feed, Listed, date_of, kind_of, linked_feed, read_feed

BASE = "https://news.example/feeds/all.xml"

RSS = b"""<?xml version="1.0" encoding="UTF-8"?>
<!-- made by hand -->
<rss version="2.0"><channel><title>News</title><link>https://news.example/</link>
<item><title>One</title><link>/one?utm_source=rss</link>
  <pubDate>Wed, 22 Jan 2025 01:23:00 +0900</pubDate></item>
<item><title>Two</title><link>https://news.example/two</link></item>
<item><title>No page</title></item>
<item><title>Script</title><link>javascript:alert(1)</link></item>
<item><title>File</title><link>file:///etc/passwd</link></item>
<item><title>One again</title><link>https://news.example/one</link></item>
</channel></rss>"""

ATOM = b"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>News</title>
<entry><title>One</title><link href="../one"/><published>2025-01-22T01:00:00+09:00</published>
  <updated>2025-02-01T10:00:00Z</updated></entry></feed>"""

RDF = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<item rdf:about="https://news.example/one"><title>One</title><link>https://news.example/one</link>
<dc:date>2025-01-22T01:00:00+09:00</dc:date></item></rdf:RDF>"""

SITEMAP = b"""<?xml version="1.0" encoding="UTF-8"?>
<s:urlset xmlns:s="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:n="http://www.google.com/schemas/sitemap-news/0.9" xmlns:i="http://x/image">
<s:url><s:loc> https://news.example/one </s:loc><s:lastmod>2025-01-23T08:00:00Z</s:lastmod>
 <n:news><n:publication_date>2025-01-22T01:00:00+09:00</n:publication_date></n:news>
 <i:image><i:loc>https://news.example/picture.png</i:loc></i:image></s:url>
<s:url><s:loc>https://news.example/two?a=1&amp;b=2</s:loc><s:lastmod>2025-01-23</s:lastmod></s:url>
</s:urlset>"""

INDEX = b"""<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>https://news.example/a.xml</loc></sitemap>
<sitemap><loc>https://news.example/b.xml.gz</loc></sitemap></sitemapindex>"""


def read(data: bytes, limit: int = 10, *, cut: bool = False) -> Feed:
    return read_feed(data, BASE, limit, cut=cut)[0]


def test_rss_lists_its_pages_once_with_the_day_of_its_own_time_zone() -> None:
    one = Listed("https://news.example/one", "2025-01-22")
    two = Listed("https://news.example/two")
    assert read(RSS) == Feed("feed", (one, two), 6)


def test_atom_states_when_a_page_was_changed() -> None:
    one = Listed("https://news.example/one", "2025-01-22", "2025-02-01T10:00:00Z")
    assert read(ATOM) == Feed("feed", (one,), 1)


def test_the_date_of_rss_1_is_the_date_of_publication() -> None:
    assert read(RDF).listed == (Listed("https://news.example/one", "2025-01-22"),)


def test_a_sitemap_with_dates_of_publication_and_of_change() -> None:
    assert read(SITEMAP).listed == (
        Listed("https://news.example/one", "2025-01-22", "2025-01-23T08:00:00Z"),
        # A day alone is no time of change: the page may change twice in it.
        Listed("https://news.example/two?a=1&b=2"),
    )


def test_a_sitemap_index_and_compressed_ones() -> None:
    assert read(INDEX).kind == "sitemap index"
    assert read(gzip.compress(INDEX)) == read(INDEX)
    assert [each.address[-6:] for each in read(INDEX).listed] == ["/a.xml", "xml.gz"]


def test_at_most_so_many_entries_are_taken_and_all_are_counted() -> None:
    many = b"<urlset>" + b"<url><loc>/%d</loc></url>" * 500 % tuple(range(500)) + b"</urlset>"
    found = read(many, limit=20)
    assert (len(found.listed), found.total) == (20, 500)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (RSS, "feed"), (ATOM, "feed"), (RDF, "feed"), (SITEMAP, "sitemap"),
        (INDEX, "sitemap index"), (b"\xef\xbb\xbf  <rss>", "feed"),
        (b'<!DOCTYPE rss [<!ENTITY a "b">]><rss>', "feed"),
        (b"<!DOCTYPE html><html><rss>", None), (b"<html>", None), (b"rss", None), (b"", None),
        (b"text about <rss>", None), (b"%PDF-1.7 <rss>", None),
    ],
)  # fmt: skip
def test_the_first_element_tells_the_kind(data: bytes, kind: str | None) -> None:
    assert kind_of(data) == kind


@pytest.mark.parametrize("data", [b"<html></html>", b"", b"plain", b"\x1f\x8bnot gzip"])
def test_what_is_no_feed_is_refused_in_one_line(data: bytes) -> None:
    with pytest.raises(ReadingError, match=r"neither an RSS|damaged gzip"):
        read(data)


def test_a_feed_that_breaks_off_gives_what_came_before() -> None:
    whole = RSS[: RSS.index(b"<item><title>No page")]
    assert len(read(whole, cut=True).listed) == 2
    half = SITEMAP[: SITEMAP.index(b"two?a=1") + 3]
    assert [each.address for each in read(half, cut=True).listed] == ["https://news.example/one"]


def test_entities_are_not_blown_up_and_files_not_read() -> None:
    levels = b"".join(b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 50) for n in range(1, 9))
    bomb = b'<!DOCTYPE x [<!ENTITY e0 "lol">' + levels + b"]>"
    file = b'<!DOCTYPE x [<!ENTITY e8 SYSTEM "file:///etc/passwd">]>'
    began = time.monotonic()
    for head in (bomb, file):
        for body in (
            b"<urlset><url><loc>/a&e8;</loc></url></urlset>",
            b"<rss version='2.0'><channel><item><link>/a&e8;</link></item></channel></rss>",
        ):
            found = str(read(head + body))
            assert len(found) < 500
            assert "root" not in found
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("root", [b"<rss version='2.0'><channel>", b"<feed>", b"<urlset>"])
@pytest.mark.parametrize(
    "hostile",
    [b"<a" * 500_000, b"<item>" * 200_000, b"<url>" * 200_000, b"<item/>" * 200_000, b"&" * 10**6,
     b"<item><link/>" + b"<link/>" * 200_000, b"<!--" * 200_000, b"<item a='" + b"x" * 10**6,
     b"<item><description>" + b"<b><i>" * 200_000, b"<?" * 200_000, b"<![CDATA[" * 200_000],
    ids=lambda data: data[:12].decode(),
)  # fmt: skip
def test_hostile_xml_takes_seconds_and_not_minutes(root: bytes, hostile: bytes) -> None:
    began = time.monotonic()
    assert read(root + hostile).listed == ()
    assert time.monotonic() - began < 20


@pytest.mark.parametrize(
    ("stated", "day"),
    [
        ("Wed, 22 Jan 2025 23:59:00 -0800", "2025-01-22"),
        ("22 Jan 2025 10:00 GMT", "2025-01-22"),
        ("2025-01-22T23:59:00-08:00", "2025-01-22"),
        ("2025-01-22", "2025-01-22"),
        ("soon", None),
        ("Wed, 99 Foo 2025 99:99:99 +9999", None),
        (None, None),
        ("", None),
    ],
)
def test_dates_as_feeds_write_them(stated: str | None, day: str | None) -> None:
    assert date_of(stated) == day


def test_a_page_names_its_feed() -> None:
    links = [
        {"rel": "stylesheet", "type": "text/css", "href": "/a.css"},
        {"rel": "alternate", "type": "text/html", "href": "/de/"},
        {"rel": "alternate", "type": "application/rss+xml", "href": "javascript:x"},
        {"rel": "Alternate", "type": "application/atom+xml; charset=utf-8", "href": "/atom"},
    ]
    assert linked_feed(links, "https://news.example/a/b") == "https://news.example/atom"
    assert linked_feed(links[:2], "https://news.example/") is None

"""From addresses to the library: pages, feeds and sitemaps of a local site."""

from __future__ import annotations

import gzip
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.errors import LibraryError
from index.indexing import IndexReport
from index.library import Library
from tests.helpers.hashing_embedder import HashingEmbedder
from tests.helpers.libraries import assert_whole
from tests.helpers.web_server import Page, Site, local_fetcher, web_site

DATED = '<meta property="article:published_time" content="2025-01-13T10:00:00Z">'


def article(subject: str, head: str = "") -> bytes:
    """An HTML page of one article about a subject."""
    paragraphs = "".join(
        f"<p>The {subject} was the subject of a long report that the committee published, and "
        f"part {number} of it says what the {subject} has cost the city so far this year.</p>"
        for number in range(6)
    )
    return (
        f"<html><head><title>All about the {subject}</title>{head}</head><body>"
        f"<article><h1>All about the {subject}</h1>{paragraphs}</article></body></html>"
    ).encode()


def rss(site: Site, *paths: str, date: str = "Wed, 22 Jan 2025 01:23:00 +0900") -> Page:
    items = "".join(
        f"<item><link>{site.url(path)}?utm_source=rss</link><pubDate>{date}</pubDate></item>"
        for path in paths
    )
    feed = f'<?xml version="1.0"?><rss version="2.0"><channel>{items}</channel></rss>'
    return Page(feed.encode(), "application/rss+xml")


def sitemap(site: Site, *paths: str, changed: str = "2025-01-23T08:00:00Z") -> Page:
    pages = "".join(
        f"<url><loc>{site.url(path)}</loc><lastmod>{changed}</lastmod></url>" for path in paths
    )
    return Page(f"<urlset>{pages}</urlset>".encode(), "application/xml")


@pytest.fixture
def site() -> Iterator[Site]:
    pages = {
        "/bridge": Page(article("bridge", DATED), headers={"ETag": '"b1"'}),
        "/ferry": Page(article("ferry"), headers={"ETag": '"f1"'}),
        "/museum": Page(article("museum")),
    }
    with web_site(pages) as served:
        yield served


@pytest.fixture
def library(folder: Path, hashing: HashingEmbedder) -> Iterator[Library]:
    with Library.create_or_open(folder, embedder=hashing) as opened:
        yield opened


def index(library: Library, *addresses: str, **options: object) -> IndexReport:
    return library.index_addresses(addresses, local_fetcher(), **options)  # type: ignore[arg-type]


def counts(report: IndexReport) -> tuple[int, int, int, int]:
    return report.added, report.updated, report.unchanged, len(report.failed)


# Pages


def test_a_page_becomes_an_article_at_its_address(library: Library, site: Site) -> None:
    report = index(library, site.url("/bridge?utm_campaign=x#top"))
    assert counts(report) == (1, 0, 0, 0)
    (found,) = library.articles()
    assert (found.title, found.published) == ("All about the bridge", "2025-01-13")
    assert (found.url, found.path) == (site.url("/bridge"), None)
    assert library.locations(found.id) == [site.url("/bridge")]
    assert_whole(library)


def test_the_time_of_fetching_is_never_a_date(library: Library, site: Site) -> None:
    site.pages["/ferry"].headers = {"Last-Modified": "Wed, 22 Jan 2025 08:00:00 GMT"}
    index(library, site.url("/ferry"))
    assert library.articles()[0].published is None


def test_an_unchanged_page_is_not_sent_again_and_a_changed_one_replaces_the_old(
    library: Library, site: Site, hashing: HashingEmbedder
) -> None:
    pages = [site.url("/bridge"), site.url("/museum")]
    index(library, *pages)
    hashing.seen.clear()
    assert counts(index(library, *pages)) == (0, 0, 2, 0)
    assert site.requests[-2][2]["If-None-Match"] == '"b1"'
    assert hashing.seen == []
    site.pages["/bridge"] = Page(article("tunnel", DATED), headers={"ETag": '"b2"'})
    assert counts(index(library, *pages)) == (0, 1, 1, 0)
    assert sorted(each.title for each in library.articles()) == [
        "All about the museum",
        "All about the tunnel",
    ]
    assert counts(index(library, *pages)) == (0, 0, 2, 0)
    assert site.requests[-2][2]["If-None-Match"] == '"b2"'
    assert counts(index(library, *pages, again=True)) == (0, 2, 0, 0)
    assert "If-None-Match" not in site.requests[-2][2]
    assert_whole(library)


def test_what_was_removed_is_fetched_anew(library: Library, site: Site) -> None:
    index(library, site.url("/bridge"))
    assert library.remove(site.url("/bridge#comments")) == 1
    assert library.article_count == 0
    assert counts(index(library, site.url("/bridge"))) == (1, 0, 0, 0)
    assert library.article_count == 1
    with pytest.raises(LibraryError):
        library.remove(site.url("/never"))


def test_broken_addresses_stop_nothing_and_remove_nothing(library: Library, site: Site) -> None:
    index(library, site.url("/bridge"), site.url("/ferry"))
    del site.pages["/bridge"]
    site.pages["/ferry"] = Page(b"", status=503)
    site.pages["/empty"] = Page(b"   ")
    site.pages["/picture"] = Page(b"\x89PNG", "image/png")
    broken = ["/bridge", "/ferry", "/empty", "/picture"]
    report = index(library, "ftp://x/", *map(site.url, broken), site.url("/museum"))
    assert counts(report) == (1, 0, 0, 5)
    assert [name for name, _ in report.failed] == ["ftp://x/", *map(site.url, broken)]
    messages = [message for _, message in report.failed]
    assert "only those are read" in messages[0]
    assert (
        f"answers 404: there is no such page: check the address; it stays in the library until "
        f"`footnote library remove {site.url('/bridge')}`" in messages[1]
    )
    assert "answers 503" in messages[2]
    assert "is empty" in messages[3]
    assert "is image/png, which is not read" in messages[4]
    assert all("\n" not in message for message in messages)
    assert library.article_count == 3
    assert_whole(library)


def test_two_links_to_one_page_are_one_article(library: Library, site: Site) -> None:
    site.pages["/short"] = Page(status=302, headers={"Location": "/bridge"})
    report = index(library, site.url("/short"), site.url("/bridge"), site.url("/bridge#x"))
    assert counts(report) == (1, 0, 0, 0)
    assert library.article_count == 1


def test_a_page_that_has_moved_for_good_takes_its_article_along(
    library: Library, site: Site
) -> None:
    index(library, site.url("/ferry"))
    site.pages["/new"] = Page(article("ferry and harbour"))
    site.pages["/ferry"] = Page(status=301, headers={"Location": "/new"})
    assert counts(index(library, site.url("/ferry"))) == (1, 0, 0, 0)
    assert [each.url for each in library.articles()] == [site.url("/new")]
    assert_whole(library)


def test_a_passing_redirect_to_a_login_loses_nothing(library: Library, site: Site) -> None:
    index(library, site.url("/ferry"))
    site.pages["/login"] = Page(article("login"))
    site.pages["/ferry"] = Page(status=302, headers={"Location": "/login"})
    index(library, site.url("/ferry"))
    assert site.url("/ferry") in [each.url for each in library.articles()]


def test_pruning_a_folder_leaves_pages(library: Library, site: Site, tmp_path: Path) -> None:
    index(library, site.url("/bridge"))
    (tmp_path / "files").mkdir()
    assert library.index([tmp_path / "files"], prune=True).removed == 0
    assert library.article_count == 1


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [("windows-1251", "cp1251"), ("Shift_JIS", "shift_jis"), ("iso-2022-jp", "iso2022_jp")],
)
def test_the_charset_of_the_header_counts(
    library: Library, site: Site, charset: str, encoding: str
) -> None:
    words = "Мост открыт для движения" if charset == "windows-1251" else "橋は再び開通した。"
    text = f"{words}\n" * 20
    site.pages["/a.txt"] = Page(text.encode(encoding), f"text/plain; charset={charset}")
    html = f"<html><head><title>{words}</title></head><body>" + f"<p>{words}</p>" * 20
    site.pages["/a"] = Page(html.encode(encoding), f"text/html; charset={charset}")
    assert counts(index(library, site.url("/a.txt"), site.url("/a"))) == (2, 0, 0, 0)
    assert all(words in each.text for each in library.articles())


def test_a_wrong_charset_does_no_harm(library: Library, site: Site) -> None:
    for number, charset in enumerate(["iso-8859-1", "base64", "nonsense", "ascii"]):
        page = Page(f"Über die Brücke, {number}.".encode(), f"text/plain; charset={charset}")
        site.pages[f"/{number}.txt"] = page
    index(library, *(site.url(f"/{number}.txt") for number in range(4)))
    assert [each.text[:4] for each in library.articles()] == ["Über"] * 4


@pytest.mark.parametrize(
    ("path", "content_type"),
    [("/a.txt", ""), ("/a.txt", "application/octet-stream"), ("/a?x=.html", "text/plain"),
     ("/a.php", "text/plain; charset=utf-8")],
)  # fmt: skip
def test_the_type_says_the_format_and_else_the_address(
    library: Library, site: Site, path: str, content_type: str
) -> None:
    site.pages[path] = Page(b"A plain <b>text</b> stays as it is.", content_type)
    assert index(library, site.url(path)).failed == ()
    assert library.articles()[0].text == "A plain <b>text</b> stays as it is."


# Feeds


def test_a_feed_is_found_by_what_it_is_and_its_pages_are_read(library: Library, site: Site) -> None:
    site.pages["/feed"] = rss(site, "/bridge", "/ferry", "/missing", "/museum")
    site.pages["/feed"].content_type = "text/html"
    report = index(library, site.url("/feed"))
    assert counts(report) == (3, 0, 0, 1)
    dates = {each.title: (each.published, each.published_evidence) for each in library.articles()}
    assert dates["All about the bridge"][0] == "2025-01-13", "what the page states comes first"
    assert dates["All about the ferry"] == ("2025-01-22", "feed")
    assert site.url("/missing") in report.failed[0][0]
    report = index(library, site.url("/feed"))
    assert counts(report) == (0, 0, 3, 1)
    site.pages["/ferry"] = Page(article("new ferry"))
    assert counts(index(library, site.url("/feed"))) == (0, 1, 2, 1)
    assert_whole(library)


def test_a_page_that_was_there_before_learns_its_date_from_the_feed(
    library: Library, site: Site
) -> None:
    index(library, site.url("/ferry"), site.url("/museum"))
    site.pages["/feed"] = rss(site, "/ferry", "/museum")
    assert counts(index(library, site.url("/feed"))) == (0, 2, 0, 0)
    assert [each.published for each in library.articles()] == ["2025-01-22"] * 2
    assert counts(index(library, site.url("/feed"))) == (0, 0, 2, 0)
    assert_whole(library)


def test_a_feed_longer_than_the_limit_is_said_to_be(library: Library, site: Site) -> None:
    site.pages["/feed"] = rss(site, *[f"/{number}" for number in range(30)], "/bridge")
    report = index(library, site.url("/feed"), limit=3)
    assert len(report.failed) == 3
    (warning,) = report.warnings
    assert f"{site.url('/feed')} lists 31 pages, of which the first 3 were taken" in warning
    assert "--limit" in warning


def test_a_feed_that_never_ends_is_cut_with_one_line(library: Library, site: Site) -> None:
    head = b'<?xml version="1.0"?><rss version="2.0"><channel>'
    item = b"<item><link>/bridge</link></item>" + b"<!-- %s -->" % (b"x" * 1_000_000)
    site.pages["/feed"] = Page(
        content_type="application/rss+xml",
        chunks=lambda: itertools.chain([head], itertools.repeat(item)),
    )
    report = index(library, site.url("/feed"))
    assert counts(report) == (1, 0, 0, 0)
    assert len(report.warnings) == 1
    assert "does not end within 50,000,000 bytes" in report.warnings[0]


def test_feeds_that_are_none_are_refused(library: Library, site: Site) -> None:
    site.pages["/a.xml"] = Page(b"<?xml version='1.0'?><note>hello</note>", "text/xml")
    site.pages["/empty"] = Page(b"<rss version='2.0'><channel></channel></rss>", "text/xml")
    report = index(library, site.url("/a.xml"), site.url("/empty"))
    assert "neither an RSS or Atom feed nor a sitemap" in report.failed[0][1]
    assert report.warnings == (f"{site.url('/empty')} lists no pages",)
    report = index(library, site.url("/bridge"), feed=True)
    assert "neither an RSS or Atom feed nor a sitemap" in report.failed[0][1]


def test_the_feed_that_a_page_names_is_followed_when_asked_for(
    library: Library, site: Site
) -> None:
    link = '<link rel="alternate" type="application/rss+xml" href="/feed">'
    site.pages["/"] = Page(article("front page", link))
    site.pages["/feed"] = rss(site, "/bridge", "/feed", "/other-feed")
    site.pages["/other-feed"] = rss(site, "/ferry")
    report = index(library, site.url("/"), feed=True)
    assert counts(report) == (1, 0, 0, 1), "a feed listed by a feed is not followed"
    assert "is itself a feed" in report.failed[0][1]
    assert [each.title for each in library.articles()] == ["All about the bridge"]
    assert counts(index(library, site.url("/"))) == (1, 0, 0, 0), "the page itself"


def test_a_sitemap_index_with_packed_sitemaps_shares_one_limit(
    library: Library, site: Site
) -> None:
    names = ["/a.xml", "/b.xml.gz", "/c.xml"]
    places = "".join(f"<sitemap><loc>{site.url(name)}</loc></sitemap>" for name in names)
    site.pages["/sitemap.xml"] = Page(
        f"<sitemapindex>{places}</sitemapindex>".encode(), "application/xml"
    )
    site.pages["/a.xml"] = sitemap(site, "/bridge")
    packed = gzip.compress(sitemap(site, "/ferry").body)
    site.pages["/b.xml.gz"] = Page(packed, "application/gzip")
    site.pages["/c.xml"] = sitemap(site, "/museum")
    report = index(library, site.url("/sitemap.xml"), limit=2)
    assert counts(report) == (2, 0, 0, 0)
    assert len(report.warnings) == 1
    assert "lists more pages than the 2 taken" in report.warnings[0]
    assert "/c.xml" not in site.asked()
    assert counts(index(library, site.url("/sitemap.xml"))) == (1, 0, 2, 0)


def test_an_index_inside_an_index_and_a_sitemap_of_itself_end(library: Library, site: Site) -> None:
    body = f"<sitemapindex><sitemap><loc>{site.url('/b.xml')}</loc></sitemap></sitemapindex>"
    site.pages["/a.xml"] = Page(body.encode(), "application/xml")
    site.pages["/b.xml"] = Page(body.encode().replace(b"/b.xml", b"/a.xml"), "application/xml")
    site.pages["/c.xml"] = sitemap(site, "/c.xml", "/bridge")
    report = index(library, site.url("/a.xml"), site.url("/c.xml"))
    assert counts(report) == (1, 0, 0, 1)
    assert "a sitemap index inside another" in report.failed[0][1]


def test_a_page_whose_stated_time_of_change_is_the_same_is_not_asked_for(
    library: Library, site: Site
) -> None:
    site.pages["/sitemap.xml"] = sitemap(site, "/museum", "/ferry")
    index(library, site.url("/sitemap.xml"))
    site.requests.clear()
    assert counts(index(library, site.url("/sitemap.xml"))) == (0, 0, 2, 0)
    assert site.asked() == ["/sitemap.xml"]
    site.pages["/sitemap.xml"] = sitemap(site, "/museum", "/ferry", changed="2025-01-24T08:00:00Z")
    site.pages["/museum"] = Page(article("new museum"))
    assert counts(index(library, site.url("/sitemap.xml"))) == (0, 1, 1, 0)
    site.requests.clear()
    assert counts(index(library, site.url("/sitemap.xml"), again=True)) == (0, 2, 0, 0)
    assert len(site.asked()) == 3


def test_a_failed_page_is_asked_for_again_whatever_the_sitemap_says(
    library: Library, site: Site
) -> None:
    site.pages["/sitemap.xml"] = sitemap(site, "/late")
    assert counts(index(library, site.url("/sitemap.xml"))) == (0, 0, 0, 1)
    site.pages["/late"] = Page(article("late train"))
    assert counts(index(library, site.url("/sitemap.xml"))) == (1, 0, 0, 0)

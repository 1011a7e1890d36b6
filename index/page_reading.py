"""From a fetched page to an article: the content type says the format, the page its date."""

from __future__ import annotations

import codecs
from dataclasses import replace
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from index import feeds
from index.addresses import shown_address
from index.article import Article
from index.errors import ReadingError
from index.extracting import FORMATS, read_article_bytes
from index.replies import Reply, Room

_SUFFIXES = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "text/x-markdown": ".md",
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/rtf": ".rtf",
    "text/rtf": ".rtf",
    "message/rfc822": ".eml",
    "multipart/related": ".mhtml",
}
_TEXT = (".html", ".txt", ".md")
# What servers say of files that they know nothing about: the address knows better.
_UNTOLD = ("", "application/octet-stream", "binary/octet-stream", "application/x-download")
_FEEDS = ("application/rss+xml", "application/atom+xml", "application/rdf+xml", "text/rss+xml")
_XML = ("application/xml", "text/xml")
_GZIP = ("application/gzip", "application/x-gzip")


def room_for(content_type: str, address: str) -> Room:
    """Return how much of a page of that type is taken.

    Raises:
        ReadingError: pages of that type are not read.

    """
    if may_be_feed(content_type, address):
        return Room(feeds.LARGEST, cut=True)
    return Room(FORMATS[suffix_of(content_type, address)].largest)


def room_for_feed(_content_type: str, _address: str) -> Room:
    """Return how much is taken of what a person calls a feed."""
    return Room(feeds.LARGEST, cut=True)


def may_be_feed(content_type: str, address: str) -> bool:
    """Whether a page of that type can be a feed or sitemap."""
    packed = urlsplit(address).path.lower().endswith(".xml.gz")
    return content_type in (*_FEEDS, *_XML) or (packed and content_type in (*_GZIP, *_UNTOLD))


def suffix_of(content_type: str, address: str) -> str:
    """Return the suffix in the table of formats that pages of a type are read by.

    Raises:
        ReadingError: there is none.

    """
    from_address = PurePosixPath(unquote(urlsplit(address).path)).suffix.lower()
    usual = from_address in FORMATS and from_address in (*_SUFFIXES.values(), ".htm")
    if content_type in _UNTOLD:
        suffix = from_address if usual else None if content_type else ".html"
    elif content_type == "text/plain" and from_address in (".md", ".markdown"):
        suffix = ".md"
    else:
        suffix = _SUFFIXES.get(content_type)
    if suffix is None or suffix not in FORMATS:
        kind = content_type or "of no stated type"
        raise ReadingError(
            f"{shown_address(address)} is {kind}, which is not read as an article from the web: "
            "give the address of a page, or save it as a file and index that"
        )
    return suffix


def read_page(reply: Reply, published: str | None, evidence: str) -> Article:
    """Read a fetched page as an article.

    `published` is the date that a feed gives the page. It counts when the page states
    none itself; the day of fetching never does.

    Raises:
        ReadingError: the page holds no article.

    """
    suffix = suffix_of(reply.content_type, reply.address)
    body = reply.body or b""
    if suffix in _TEXT:
        body = in_utf8(body, reply.charset)
    article = read_article_bytes(body, reply.address, reply.address, suffix=suffix)
    return dated(article, published, evidence)


def dated(article: Article, published: str | None, evidence: str) -> Article:
    """Return the article with this date if it has none of its own."""
    if published is None or article.published is not None:
        return article
    return replace(article, published=published, published_evidence=evidence, id="")


def in_utf8(body: bytes, charset: str | None) -> bytes:
    """Return the body in UTF-8, from the charset that the server states.

    What is valid UTF-8 already stays as it is, whatever the server says: text in another
    encoding hardly ever is, and servers often state the wrong one. So does what cannot be
    decoded as stated.
    """
    try:
        name = codecs.lookup(charset or "utf-8").name
        # As browsers do: https://encoding.spec.whatwg.org/#names-and-labels
        name = "cp1252" if name in ("iso8859-1", "ascii") else name
        # Encodings in seven bits look like UTF-8 and are not.
        if name.startswith(("iso2022", "hz", "utf-7")):
            return body.decode(name).encode()
        body.decode("utf-8")
    except LookupError:
        return body
    except UnicodeDecodeError:
        try:
            return body.decode(name).encode()
        except (UnicodeDecodeError, LookupError):
            return body
    return body

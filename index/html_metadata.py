"""Title, author, site and publication date of an HTML page, each from where the page states it.

A date counts only with the place that states it: the page's JSON-LD, a meta element or a
time element. What a program would guess from elsewhere in the page is left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from index.bylines import plain_author
from index.html_blocks import Element
from index.metadata import date_in

_META_DATES = (
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "date_published",
    "parsely-pub-date",
    "sailthru.date",
    "pubdate",
    "publishdate",
    "publish-date",
    "publication_date",
    "publicationdate",
    "article.published",
    "article:publicationdate",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.created",
    "citation_publication_date",
    "dc.date",
    "dcterms.date",
    "date",
    "cxenseparse:recs:publishtime",
)
_META_AUTHORS = (
    "author", "article:author", "parsely-author", "byl", "sailthru.author", "dc.creator",
    "dcterms.creator", "citation_author",
)  # fmt: skip
_MOST_AUTHORS = 10
_ISO = re.compile(r"\s*(\d{4}-\d{2}-\d{2})")
_COMPACT = re.compile(r"\s*(\d{4})(\d{2})(\d{2})(?:\d{4,6})?\b")
_ARTICLE_TYPES = ("Article", "Posting", "Report", "Recipe", "Review", "CreativeWork", "WebPage")
_LONGEST_JSON = 1_000_000


def stated_date(tree: Element) -> tuple[str | None, str | None]:
    """Return the publication date (ISO) that the page states, and where it does."""
    for block in json_ld(tree):
        found = iso_date(block.get("datePublished"))
        if found is not None:
            return found, "json-ld datePublished"
    metas = _metas(tree)
    for name in _META_DATES:
        found = iso_date(metas.get(name))
        if found is not None:
            return found, f"meta {name}"
    for element in tree.iter("time"):
        published = "publish" in (element.get("itemprop") or "").lower()
        if published or element.get("pubdate") is not None:
            found = iso_date(element.get("datetime"))
            if found is not None:
                return found, "time element"
    for element in tree.xpath("//*[@itemprop='datePublished']"):
        found = iso_date(element.get("content") or element.get("datetime"))
        if found is not None:
            return found, "itemprop datePublished"
    return _lone_time(tree)


def _lone_time(tree: Element) -> tuple[str | None, str | None]:
    """Return the date of the page's time elements when all of them agree."""
    dates = {iso_date(element.get("datetime")) for element in tree.iter("time")}
    dates.discard(None)
    return (dates.pop(), "time element") if len(dates) == 1 else (None, None)


def stated_headline(tree: Element) -> str | None:
    """Return the headline of the page's JSON-LD."""
    for block in json_ld(tree):
        headline = block.get("headline")
        if isinstance(headline, str) and headline.strip():
            return " ".join(headline.split())
    return None


def stated_site(tree: Element) -> str | None:
    """Return the site's name: og:site_name, or the publisher of the page's JSON-LD."""
    site = _metas(tree).get("og:site_name")
    if site and site.strip():
        return site.strip()
    for block in json_ld(tree):
        publisher = block.get("publisher")
        if isinstance(publisher, dict) and isinstance(publisher.get("name"), str):
            return str(publisher["name"]).strip() or None
    return None


def stated_author(tree: Element) -> str | None:
    """Return who the page says wrote it: its JSON-LD, a meta element, or a link to the author."""
    for block in json_ld(tree):
        names = [plain_author(name) for name in _names(block.get("author"))]
        if found := ", ".join(dict.fromkeys(name for name in names if name)):
            return found
    metas = _metas(tree)
    for name in _META_AUTHORS:
        author = plain_author(metas.get(name, ""))
        if author is not None:
            return author
    for element in tree.xpath("//*[@rel='author' or @itemprop='author']"):
        author = plain_author(" ".join(element.itertext()))
        if author is not None:
            return author
    return None


def _names(author: object) -> Iterator[str]:
    """Yield the names of an author of JSON-LD: a text, an object with a name, a list of these."""
    if isinstance(author, str):
        yield author
    elif isinstance(author, list):
        for each in author[:_MOST_AUTHORS]:
            yield from _names(each) if not isinstance(each, list) else ()
    elif isinstance(author, dict):
        yield from _names(author.get("name")) if isinstance(author.get("name"), str) else ()


def iso_date(value: object) -> str | None:
    """Return the ISO date at the beginning of a stated value ("2025-01-22T17:23:00+09:00")."""
    if not isinstance(value, str) or len(value) > 100:
        return None
    matched = _ISO.match(value)
    if matched:
        return date_in(matched[1])
    compact = _COMPACT.match(value)
    if compact:
        return date_in("-".join(compact.groups()))
    return date_in(value)


def json_ld(tree: Element) -> Iterator[dict[str, Any]]:
    """Yield the page's JSON-LD objects that describe an article or page, graphs flattened."""
    for element in tree.xpath("//script[@type='application/ld+json']"):
        source = element.text or ""
        if not source.strip() or len(source) > _LONGEST_JSON:
            continue
        try:
            waiting = [json.loads(source, strict=False)]
        except (ValueError, RecursionError):
            continue
        while waiting:
            value = waiting.pop(0)
            if isinstance(value, list):
                waiting = value + waiting
            elif isinstance(value, dict):
                waiting += [value["@graph"]] if "@graph" in value else []
                if any(kind in str(value.get("@type", "")) for kind in _ARTICLE_TYPES):
                    yield value


def _metas(tree: Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop")
        content = element.get("content")
        if name and content:
            found.setdefault(name.strip().lower(), content)
    return found

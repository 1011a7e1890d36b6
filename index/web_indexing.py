"""From addresses to the catalogue: fetch, follow feeds and sitemaps, read, store.

Pages go the way that files go (`indexing`): one that cannot be had is reported and stops
nothing, and batches are stored as they fill, so that an interrupted run loses little. What
is in the library already is asked for conditionally, and left alone when it is the same.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from index import feeds
from index.addresses import normalise, shown_address
from index.catalogue_rows import Location
from index.errors import FootnoteError, ReadingError
from index.fetched import Fetched, FetchedPages
from index.fetching import Fetcher
from index.indexing import IndexReport, Intake, Progress
from index.page_reading import dated, may_be_feed, read_page, room_for, room_for_feed
from index.replies import Reply, StatusError, Validators

PAGES_PER_FEED = 200
SITEMAPS_PER_INDEX = 50
_GONE = (404, 410)


@dataclass(slots=True)
class _Source:
    """A feed that a person gave: how many more of its pages may be taken."""

    name: str
    left: int
    said_full: bool = False


@dataclass(frozen=True, slots=True)
class _Wanted:
    """An address to be fetched, and why: `source` listed it, with the date it gives it."""

    address: str
    feed: bool = False
    """Whether it must be a feed."""
    index: bool = False
    """Whether it stands in a sitemap index, which holds no other indexes."""
    source: _Source | None = None
    listed: feeds.Listed | None = None
    evidence: str = "feed"


@dataclass(slots=True)
class WebIndexing:
    """One run over addresses. `limit` is how many pages of one feed or sitemap are taken."""

    intake: Intake
    fetcher: Fetcher
    progress: Progress
    limit: int = PAGES_PER_FEED
    again: bool = False
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    _waiting: deque[_Wanted] = field(default_factory=deque)
    _seen: set[str] = field(default_factory=set)
    _done: set[str] = field(default_factory=set)
    _left: list[str] = field(default_factory=list)
    _locations: dict[str, Location] = field(init=False)
    _pages: FetchedPages = field(init=False)

    def __post_init__(self) -> None:
        self._locations = self.intake.catalogue.locations()
        self._pages = FetchedPages(self.intake.catalogue)

    def run(self, addresses: Sequence[str], *, feed: bool) -> IndexReport:
        """Fetch and store; with `feed`, every address is one of a feed or sitemap."""
        for address in addresses:
            try:
                self._want(_Wanted(normalise(address), feed))
            except ReadingError as error:
                self._fail(address, error)
        number = 0
        while self._waiting:
            wanted = self._waiting.popleft()
            number += 1
            try:
                self._one(wanted)
            except Exception as error:
                # One broken page, whatever its reader stumbled over, must not stop the others.
                self._fail(wanted.address, error)
            if self.intake.full:
                self._store()
            self.progress("fetching pages", number, number + len(self._waiting))
        self._store()
        return IndexReport(
            added=self.added,
            updated=self.updated,
            unchanged=self.unchanged,
            failed=tuple(self.failed),
            embedded=self.intake.embedded,
            warnings=tuple(self.warnings),
        )

    def _want(self, wanted: _Wanted) -> None:
        if wanted.address not in self._seen:
            self._seen.add(wanted.address)
            self._waiting.append(wanted)

    def _fail(self, address: str, error: Exception) -> None:
        shown = shown_address(address)
        ours = isinstance(error, FootnoteError)
        text = str(error) if ours else f"{shown}: {type(error).__name__}: {error}"
        text = " ".join(text.split())
        if isinstance(error, StatusError) and error.status in _GONE and address in self._locations:
            text += f"; it stays in the library until `footnote library remove {shown}`"
        self.failed.append((shown, text))

    def _store(self) -> None:
        self.intake.store()
        if self._left:
            self.intake.catalogue.remove_locations(self._left)
            self._left.clear()
        self._pages.store()

    # One address

    def _one(self, wanted: _Wanted) -> None:
        if wanted.index and wanted.source is not None and not wanted.source.left:
            self._say_full(wanted.source)
            return
        if self._not_changed_since(wanted):
            self.unchanged += 1
            return
        room = room_for_feed if wanted.feed else room_for
        reply = self.fetcher.get(wanted.address, room, self._known)
        if reply.address in self._done:
            return
        self._done.add(reply.address)
        if reply.body is None:
            self._take_same(wanted, reply)
        elif wanted.feed or _is_feed(reply):
            self._take_feed(wanted, reply)
        else:
            self._take_page(wanted, reply)

    def _known(self, address: str) -> Validators | None:
        """Return the validators of a page that is stored under the address itself."""
        found = None if self.again else self._pages.find(address)
        return found.validators if found is not None and found.location == address else None

    def _not_changed_since(self, wanted: _Wanted) -> bool:
        """Whether the sitemap gives the page the same time of change as the last time."""
        if self.again or wanted.listed is None or wanted.listed.stamp is None:
            return False
        found = self._pages.find(wanted.address)
        return found is not None and found.stamp == wanted.listed.stamp

    # Pages

    def _take_page(self, wanted: _Wanted, reply: Reply) -> None:
        body = reply.body or b""
        digest = hashlib.sha256(body).hexdigest()
        known = self._locations.get(reply.address)
        if known is not None and known.sha256 == digest and not self.again:
            self._take_same(wanted, reply)
            return
        published = wanted.listed.published if wanted.listed else None
        article = read_page(reply, published, wanted.evidence)
        self.intake.take(article, Location(reply.address, article.id, len(body), 0, digest))
        self.updated += known is not None
        self.added += known is None
        self._remember(wanted, reply)

    def _take_same(self, wanted: _Wanted, reply: Reply) -> None:
        """Count a page that is stored as it is; it may learn its date from a feed."""
        known = self._locations[reply.address]
        published = wanted.listed.published if wanted.listed else None
        article = self.intake.article(known.article_id)
        if article is not None and published is not None and article.published is None:
            article = dated(article, published, wanted.evidence)
            self.intake.take(article, replace(known, article_id=article.id))
            self.updated += 1
        else:
            self.unchanged += 1
        self._remember(wanted, reply)

    def _remember(self, wanted: _Wanted, reply: Reply) -> None:
        validators = reply.validators
        if reply.body is None:
            validators = self._known(reply.address) or validators
        stamp = wanted.listed.stamp if wanted.listed else None
        self._pages.note(Fetched(reply.address, reply.address, validators, stamp))
        if wanted.address != reply.address:
            self._pages.note(Fetched(wanted.address, reply.address, stamp=stamp))
            # A page that has moved for good is no second article.
            if reply.moved and wanted.address in self._locations:
                self._left.append(wanted.address)

    # Feeds

    def _take_feed(self, wanted: _Wanted, reply: Reply) -> None:
        shown = shown_address(reply.address)
        if wanted.listed is not None and not wanted.index:
            raise ReadingError(f"{shown} is itself a feed: give its address to read it")
        body = reply.body or b""
        linked = _linked_feed(reply) if wanted.feed else None
        if linked is not None:
            self._want(_Wanted(linked, feed=True))
            return
        source = wanted.source or _Source(shown, self.limit)
        most = max(source.left, SITEMAPS_PER_INDEX)
        feed, whole = feeds.read_feed(body, reply.address, most, cut=reply.cut)
        if not whole:
            self.warnings.append(
                f"{shown} breaks off, or does not end within {len(body):,} bytes and the time for "
                "it: what came before was read"
            )
        if feed.kind == "sitemap index":
            self._take_index(wanted, source, feed, shown)
            return
        if not feed.listed and not wanted.index:
            self.warnings.append(f"{shown} lists no pages")
        taken = feed.listed[: source.left]
        if feed.total > len(taken) == source.left:
            self.warnings.append(
                f"{shown} lists {feed.total:,} pages, of which the first {len(taken):,} were "
                "taken: take more with --limit"
            )
        source.left -= len(taken)
        evidence = "feed" if feed.kind == "feed" else "sitemap"
        for listed in taken:
            self._want(_Wanted(listed.address, source=source, listed=listed, evidence=evidence))

    def _take_index(self, wanted: _Wanted, source: _Source, feed: feeds.Feed, shown: str) -> None:
        if wanted.index:
            raise ReadingError(f"{shown} is a sitemap index inside another: give it by itself")
        if feed.total > SITEMAPS_PER_INDEX:
            self.warnings.append(
                f"{shown} lists {feed.total:,} sitemaps, of which the first {SITEMAPS_PER_INDEX} "
                "were taken: give the address of the one that matters"
            )
        for listed in feed.listed[:SITEMAPS_PER_INDEX]:
            self._want(_Wanted(listed.address, feed=True, index=True, source=source))

    def _say_full(self, source: _Source) -> None:
        if not source.said_full:
            source.said_full = True
            self.warnings.append(
                f"{source.name} lists more pages than the {self.limit:,} taken of one feed: take "
                "more with --limit"
            )


def _is_feed(reply: Reply) -> bool:
    body = reply.body or b""
    return feeds.kind_of(body) is not None or may_be_feed(reply.content_type, reply.address)


def _linked_feed(reply: Reply) -> str | None:
    """Return the feed that an HTML page links to, None for another page or one without."""
    body = reply.body or b""
    if reply.content_type != "text/html" or feeds.kind_of(body) is not None:
        return None
    # Imported here because lxml and trafilatura take a while to load.
    from index.html_reading import parse_html

    return feeds.linked_feed(parse_html(body, reply.address).iter("link"), reply.address)

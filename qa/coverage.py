"""What a collection covers, in a sentence: the helpful part of a refusal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

MOST_TITLES = 3


class Described(Protocol):
    """What is needed of an article: not its text."""

    @property
    def id(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def source(self) -> str | None: ...

    @property
    def published(self) -> str | None: ...


class Collection(Protocol):
    """What is needed of a library."""

    def outlines(self) -> Sequence[Described]: ...

    def origins(self) -> Mapping[str, str]: ...


def coverage(library: Collection) -> str:
    """Return how many articles there are, of which dates and sources, and about what.

    Articles that carry one story are counted as articles, and once as origins.
    """
    articles = library.outlines()
    if not articles:
        return "The library holds no articles yet; add some with: footnote index PATH"
    count = "1 article" if len(articles) == 1 else f"{len(articles)} articles"
    known = library.origins()
    origins = len({known.get(article.id, article.id) for article in articles})
    if origins < len(articles):
        count += f" ({origins} {'origin' if origins == 1 else 'origins'})"
    text = f"The library holds {count}{_dates(articles)}{_sources(articles)}"
    titles = [f"“{article.title}”" for article in articles[:MOST_TITLES]]
    more = len(articles) - len(titles)
    return f"{text}: {', '.join(titles)}{f' and {more} more' if more else ''}."


def _dates(articles: Sequence[Described]) -> str:
    known = sorted(article.published for article in articles if article.published)
    if not known:
        return " (none states its date)"
    first, last = date.fromisoformat(known[0]), date.fromisoformat(known[-1])
    span = f"dated {_day(first)}" if first == last else f"dated {_day(first)} to {_day(last)}"
    without = len(articles) - len(known)
    return f" {span}" + (f" ({without} without a date)" if without else "")


def _sources(articles: Sequence[Described]) -> str:
    sources = sorted({article.source for article in articles if article.source})
    if not sources:
        return ""
    shown = ", ".join(sources[:MOST_TITLES])
    return f" from {shown}" + (" and others" if len(sources) > MOST_TITLES else "")


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"

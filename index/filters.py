"""Which articles a search may return, and text as the derived indexes can hold it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from index.errors import UsageError

_FULL_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Filter:
    """A restriction of a search: all conditions that are set must hold.

    `since` and `until` are ISO dates, both included; an article without a date passes
    neither. `sources` are names of sources, whatever their case; `articles` are ids.
    An empty set restricts nothing.

    Raises:
        UsageError: a date is not an ISO date, or `since` lies after `until`.

    """

    since: str | None = None
    until: str | None = None
    sources: frozenset[str] = frozenset()
    articles: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        for name, value in (("since", self.since), ("until", self.until)):
            if value is not None and date_number(value) is None:
                raise UsageError(f"{name}: {value!r} is not a date: write it as 2025-01-22")
        if self.since and self.until and self.since > self.until:
            raise UsageError(f"since {self.since} lies after until {self.until}: swap them")

    def __bool__(self) -> bool:
        return bool(self.since or self.until or self.sources or self.articles)

    @property
    def date_range(self) -> tuple[int, int] | None:
        """The range as yyyymmdd numbers, both included; None when dates do not matter."""
        if not (self.since or self.until):
            return None
        first = date_number(self.since) if self.since else None
        last = date_number(self.until) if self.until else None
        return first or 1, last or 99991231


def date_number(iso: str | None) -> int | None:
    """Return "2025-01-22" as 20250122; None when it is not a whole ISO date."""
    if iso is None or not _FULL_DATE.fullmatch(iso):
        return None
    try:
        return int(date.fromisoformat(iso).strftime("%Y%m%d"))
    except ValueError:
        return None


def storable(text: str) -> str:
    """Return the text with lone surrogates and NUL characters replaced.

    The native libraries under the derived indexes accept neither: surrogates are not
    UTF-8, and NUL breaks Chroma's full-text table.
    """
    return (
        text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "\N{REPLACEMENT CHARACTER}")
    )

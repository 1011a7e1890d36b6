"""The dates that a question names, as a preference among the articles: what comes first.

"In January", "on January 13", "since 2024", "last week", "the latest". A date in a question may be
that of the event or that of the report, so it never shuts an article out: passages of articles
published then, and sentences that speak of then, rank higher, and an article without a date
keeps its place. What was preferred is said in words (`DateWish.described`), and `--no-dates` turns
it off. Relative words count from the newest article, as a collection may end long before today.
An event in a date's place ("after the inauguration") is the business of `index.event_dates`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from index.article import Article, Span
from index.relative_dates import DateMention, dates_in_sentence, dates_in_span

_NEWEST = re.compile(
    r"\b(?:latest|newest|most recent(?:ly)?|recent(?:ly)?|these days|right now|at the moment"
    r"|so far|up[- ]to[- ]date)\b",
    re.IGNORECASE,
)
_BEFORE_IT = re.compile(
    r"\b(since|after|from|before|until|till|by|up to|no later than|as of)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_LATER = frozenset(("since", "after", "from", "as of"))
# What stands around a time and goes with it: "in", "of", and the comma of "On January 3, who".
_LEADS_TO_IT = re.compile(
    r"(?:,\s*)?\b(?:in|on|at|of|for|during|within|around|since|after|from|before|until|till|by"
    r"|up to|no later than|as of)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_ABOUT_IT = re.compile(r"\b(?:about|regarding|concerning)\s+(?:the\s+)?$", re.IGNORECASE)
_ENDS_IT = re.compile(r"['’]s\b\s*|\s*,\s*")
_NEWS_OF = re.compile(r"\s+(?:on|about|in|with|from|of|for|regarding|concerning)\b", re.IGNORECASE)
_AHEAD = 120
"""Days after the newest article that a question's "January 20" may lie; else it is a year ago."""
PUBLISHED, SPOKEN_OF, NEWEST = 0.5, 1.0, 1.0
"""Log odds that are added at most: to what was published then, to what speaks of then, to what
is newest. By comparison, a passage's words and meaning spread over about 6."""


@dataclass(frozen=True, slots=True)
class DateWish:
    """What a question prefers: days from `since` to `until` (ISO, both included), or the newest.

    `words` are the question's own, `counted_from` the day that relative words were counted from,
    `event` says the day of the event that the question names instead of a date, and who says it.
    `timeless` is the question without those words, for what is of that time; "" when it has none.
    """

    words: str
    since: str | None = None
    until: str | None = None
    newest: bool = False
    counted_from: str | None = None
    event: str = ""
    timeless: str = ""

    @property
    def described(self) -> str:
        """What is preferred, in a phrase for people."""
        if self.newest:
            return f"the newest articles first (“{self.words}”)"
        if self.event:
            return f"what speaks of or was published {self.words} ({self.event}) first"
        days = _days(self.since, self.until)
        counted = f", counted from {self.counted_from}" if self.counted_from else ""
        return f"what speaks of or was published {days} first (“{self.words}”{counted})"

    def for_article(self, published: str | None, days: Sequence[str]) -> float:
        """Return what is added to the log odds of an article's passages.

        `days` are the days of publication of all that were found. An undated article keeps its
        place among those that do not fit; of the newest, it counts as one in the middle.
        """
        if not self.newest:
            return PUBLISHED if published and self.meets(published, published) else 0.0
        known = sorted(set(days))
        if published not in known or len(known) < 2:
            return NEWEST / 2
        return NEWEST * known.index(published) / (len(known) - 1)

    def for_sentence(self, article: Article, span: Span, days: Sequence[str] = ()) -> float:
        """Return what is added to the log odds of a sentence; `days` as in `for_article`."""
        if self.newest:
            return self.for_article(article.published, days)
        published = date.fromisoformat(article.published) if article.published else None
        mentions = dates_in_span(article, span, published, None)
        return SPOKEN_OF if any(self.meets(m.first, m.last) for m in mentions) else 0.0

    def meets(self, first: str, last: str) -> bool:
        """Whether some day from `first` to `last` (ISO, both included) is one of those wanted."""
        return (self.since is None or last >= self.since) and (
            self.until is None or first <= self.until
        )


def dates_asked(question: str, newest: str | None) -> DateWish | None:
    """Return what the question prefers, None when it names no date.

    `newest` is the day of the newest article (ISO), from which relative words are counted; None
    when no article has a date: then only whole dates count, and nothing is newest.
    """
    counted = date.fromisoformat(newest) if newest else None
    mentions = dates_in_sentence(question, counted)
    if not mentions:
        found = _NEWEST.search(question) if newest else None
        return found and DateWish(
            found.group().casefold(), newest=True, timeless=_without_newest(question, found)
        )
    first = mentions[0] if counted is None else _within_reach(mentions[0], counted)
    leading = _BEFORE_IT.search(question[: first.start])
    word = leading.group(1).casefold() if leading else ""
    end = first.end
    words = f"{leading.group(0)}{first.words}" if leading else first.words
    since: str | None = first.first
    until: str | None = first.last
    if word in _LATER and len(mentions) > 1:  # "from January 3 to January 9"
        last = mentions[-1]
        until = (last if counted is None else _within_reach(last, counted)).last
        end = last.end
    elif word in _LATER:
        since, until = (_next_day(first.last) if word == "after" else first.first), None
    elif word == "before":
        since, until = None, _next_day(first.first, -1)
    elif word:
        since = None
    counted_from = newest if first.worked_out else None
    # Where no article has a date, what a sentence is of stands in its own words.
    timeless = _without(question, first.start, end) if newest else ""
    return DateWish(
        " ".join(words.split()), since, until, counted_from=counted_from, timeless=timeless
    )


def _without_newest(question: str, found: re.Match[str]) -> str:
    """Return the question without "latest": "the latest on X" becomes "there on X"."""
    start, end = found.span()
    article = re.search(r"\bthe\s+$", question[:start], re.IGNORECASE)
    if article and _NEWS_OF.match(question, end):
        return f"{question[: article.start()]}there{question[end:]}"
    return _without(question, start, end)


def _without(question: str, start: int, end: int) -> str:
    """Return the question without the time at that place and what leads to it.

    Where the time is what is asked about ("about January 20") nothing is left: "".
    """
    if _ABOUT_IT.search(question[:start]):
        return ""
    ends = _ENDS_IT.match(question, end)
    owns = ends is not None and "s" in ends.group()
    leading = None if owns else _LEADS_TO_IT.search(question[:start])
    before = question[: leading.start() if leading else start].rstrip()
    # A comma goes only from the beginning: "In March, who met?"
    after = question[ends.end() if ends and (owns or not before) else end :].lstrip()
    return f"{before}{'' if after[:1] in ('?', '.', ',', '') else ' '}{after}".strip()


def _within_reach(mention: DateMention, counted: date) -> DateMention:
    """Return a day or month without a year as the one that articles can tell of."""
    horizon = (counted + timedelta(days=_AHEAD)).isoformat()
    if not mention.worked_out or mention.first <= horizon:
        return mention
    first, last = (f"{int(iso[:4]) - 1}{iso[4:]}" for iso in (mention.first, mention.last))
    return replace(mention, first=first, last=last)


def _next_day(iso: str, days: int = 1) -> str:
    return (date.fromisoformat(iso) + timedelta(days=days)).isoformat()


def _days(since: str | None, until: str | None) -> str:
    if since and until:
        return f"on {since}" if since == until else f"from {since} to {until}"
    return f"since {since}" if since else f"until {until}"

"""The dates that an article's sentences speak of, as days of the calendar.

"On Tuesday", "the same day", "earlier this month" and "Jan. 20" are worked out from the day of
publication; without one only full dates are. By rules: English has most, German,
French, Spanish and Japanese the commonest forms, and of other languages full dates are found. What
a rule cannot tell ("every Tuesday", "Black Friday") is left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from index import calendar_words as cal
from index.article import Article, Span
from index.calendar_words import Days
from index.date_rules import STATED, WORKED_OUT, Context, Rule
from index.dates_elsewhere import days_elsewhere
from index.languages import UNDETERMINED
from index.metadata import full_dates
from index.splitting import sentence_spans
from index.tense import tense_at


@dataclass(frozen=True, slots=True)
class DateMention:
    """Words of an article that name a time: `text[start:end]`, and the days they mean.

    `first` and `last` are ISO dates, both included, equal for a single day. `worked_out` says
    whether the day of publication, or a day named before, was needed.
    """

    start: int
    end: int
    first: str
    last: str
    words: str
    worked_out: bool

    def overlaps(self, since: str | None, until: str | None) -> bool:
        """Whether some day of it lies between two ISO dates, both included, None for open."""
        return (since is None or self.last >= since) and (until is None or self.first <= until)


_CUES = re.compile(
    r"day|ago|week|month|year|night|today|tomorrow|morning|evening|afternoon|\b(?:Jan|Feb|Mar|Apr"
    r"|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)|\d{4}",
)
_FIGURE = re.compile(r"\d")
_VERB_WITHIN = 12
# The preposition that tells a year or a month from a number is no part of its name.
_LEADING = re.compile(
    r"(?:in|since|during|until|by|from|of|and|before|after|over|at|on|for|within) (?=the |[A-Z\d])"
    r"|the (?=\d)",
    re.IGNORECASE,
)


def dates_in_sentence(
    sentence: str, published: date | None, *, named: date | None = None, language: str = "en"
) -> list[DateMention]:
    """Return the times that a sentence names, in order, none overlapping another.

    Offsets count from the sentence's beginning. `named` is the day that was named last before
    it: what "the same day" means.
    """
    taken = [False] * len(sentence)
    found: list[DateMention] = []

    def take(start: int, end: int, days: Days | None, *, worked_out: bool) -> None:
        if days is None or any(taken[start:end]):
            return
        taken[start:end] = [True] * (end - start)
        iso = (days[0].isoformat(), days[1].isoformat())
        found.append(DateMention(start, end, *iso, sentence[start:end], worked_out))

    for start, end, iso in full_dates(sentence, language) if _FIGURE.search(sentence) else ():
        take(start, end, cal.one(date.fromisoformat(iso)), worked_out=False)
    if language in ("en", UNDETERMINED) and _CUES.search(sentence):
        for rules, day in ((STATED, date.max), (WORKED_OUT, published)):
            for pattern, rule in rules if day is not None else ():
                for match in pattern.finditer(sentence):
                    start, end = _bare(match)
                    near = None if match.groupdict().get("weekday") else _VERB_WITHIN
                    tense = tense_at(sentence, start, end, within=near)
                    context = Context(published, _named_before(found, start, named), tense)
                    days = _safely(rule, match, context, day)
                    take(start, end, days, worked_out=rules is WORKED_OUT)
    elif published is not None:
        for start, end, days in days_elsewhere(sentence, published, language):
            take(start, end, days, worked_out=True)
    return sorted(found, key=lambda mention: mention.start)


def _safely(rule: Rule, match: re.Match[str], context: Context, day: date | None) -> Days | None:
    try:
        return rule(match, context, day or date.max)
    except (ValueError, OverflowError):
        return None  # a date that is on no calendar: the year 0, the 31st of June


def _bare(match: re.Match[str]) -> tuple[int, int]:
    """Return the match without the preposition that told it from a number."""
    leading = None if match.groupdict().get("ahead") else _LEADING.match(match.group())
    return match.start() + (leading.end() if leading else 0), match.end()


def _named_before(found: Sequence[DateMention], start: int, named: date | None) -> date | None:
    days = [m for m in found if m.end <= start and m.first == m.last]
    return date.fromisoformat(max(days, key=lambda m: m.start).first) if days else named


def dates_in_article(
    article: Article, sentences: Sequence[Span] | None = None
) -> list[DateMention]:
    """Return the times that an article's body names, in order; offsets are the article's.

    `sentences` are its sentences where they are at hand, which saves finding them again.
    """
    published = date.fromisoformat(article.published) if article.published else None
    found: list[DateMention] = []
    named: date | None = None
    for sentence in sentence_spans(article) if sentences is None else sentences:
        for mention in dates_in_span(article, sentence, published, named):
            found.append(mention)
            if mention.first == mention.last:
                named = date.fromisoformat(mention.first)
    return found


def dates_in_span(
    article: Article, span: Span, published: date | None, named: date | None
) -> list[DateMention]:
    """Return the times that one sentence of an article names; offsets are the article's."""
    mentions = dates_in_sentence(
        span.of(article.text), published, named=named, language=article.language
    )
    return [
        DateMention(
            span.start + m.start, span.start + m.end, m.first, m.last, m.words, m.worked_out
        )
        for m in mentions
    ]

"""The forms in which English articles name times, and what each means.

One rule a form: a pattern and a function that turns a match into days of the calendar.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from index import calendar_words as cal
from index.calendar_words import Days, Tense
from index.month_names import month_number


@dataclass(frozen=True, slots=True)
class Context:
    """What a rule may look at: the day of publication, the day named last, the tense."""

    published: date | None
    named: date | None
    tense: Tense


Rule = Callable[[re.Match[str], Context, date], Days | None]
"""Gives the days of a match; the date is the day of publication."""
PatternRule = tuple[re.Pattern[str], Rule]

_MONTH = (
    r"(?P<month>Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)|Apr(?:il|\.)?|May|June?|July?"
    r"|Aug(?:ust|\.)?|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
_LONG_MONTH = (
    r"(?P<month>January|February|April|June|July|August|September|October|November|December"
    r"|(?<=in )(?:March|May)|(?<=[Ll]ast )(?:March|May)|(?<=[Nn]ext )(?:March|May)"
    r"|(?<=since )(?:March|May)|(?<=by )(?:March|May)|(?<=until )(?:March|May)"
    r"|(?<=[Ee]arly )(?:March|May)|(?<=[Ll]ate )(?:March|May)|(?<=[Mm]id-)(?:March|May))"
)
_WEEKDAY = r"(?P<weekday>(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)"
_TIME_OF_DAY = r"(?: (?:morning|afternoon|evening|night))?"
_NUMBERS = {
    word: number
    for number, words in enumerate(
        "a an one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve".split("|"), start=1
    )
    for word in words.split()
}
_COUNT = rf"(?P<count>\d{{1,3}}|{'|'.join(_NUMBERS)})"
_UNIT = r"(?P<unit>day|week|month|year)s?"
# A day of a month is no sum, share or score.
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?(?![\d,.]*\d|%|:|[  ](?:percent|million|people))"
_NAMES_BEFORE = re.compile(
    r"\b(?:Black|Good|Super|Bloody|Ash|Easter|Palm|Holy|Cyber|Giving|Shrove|Fat|Whit|Casual|every"
    r"|Every|each|Each|most|Most|any|the) $"
    r"|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day(?: to |[-–]| through )$"
)
_NAMES_AFTER = re.compile(
    r"s\b| (?:Times|Telegraph|Mirror|Express|Mail|Post|Night (?:Live|Football)|Mass|prayers|school"
    r"|School)\b|(?: to |[-–]| through )(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
)


def _day_of_month(match: re.Match[str], context: Context, published: date) -> Days | None:
    number = month_number(match["month"])
    if number is None:
        return None
    first = cal.day_named(published, number, int(match["day"]), context.tense)
    until = match.groupdict().get("until")
    if first is None or until is None:
        return first
    try:
        last = first[0].replace(day=int(until))
    except ValueError:
        return first
    return (first[0], last) if last > first[0] else first


def _part(match: re.Match[str]) -> str:
    """Return "early", "mid", "late", "first", "second" or ""."""
    words = (match["part"] or "").lower().strip("- ").removeprefix("the ")
    return words.partition(" ")[0]


def _month_of_year(match: re.Match[str], _context: Context, _published: date) -> Days | None:
    number, part = month_number(match["month"]), _part(match)
    return None if number is None else cal.month(int(match["year"]), number, part)


def _month_alone(match: re.Match[str], context: Context, published: date) -> Days | None:
    number, part = month_number(match["month"]), _part(match)
    which = (match["which"] or "").lower().strip()
    if number is None:
        return None
    return cal.month_named(published, number, context.tense, which, part)


def _weekday(match: re.Match[str], context: Context, published: date) -> Days | None:
    text, start, end = match.string, match.start("weekday"), match.end("weekday")
    if _NAMES_BEFORE.search(text[:start]) or _NAMES_AFTER.match(text[end:]):
        return None
    number = cal.WEEKDAYS.index(match["weekday"].lower())
    which = (match["which"] or "").lower().split()[:1]
    return cal.weekday(published, number, context.tense, which[0] if which else "")


def _today(match: re.Match[str], _context: Context, published: date) -> Days | None:
    words = match.group().lower()
    offset = {"yesterday": -1, "last night": -1, "the day before yesterday": -2, "tomorrow": 1}
    return cal.one(published + timedelta(days=offset.get(words, 0)))


def _named_day(match: re.Match[str], context: Context, _published: date) -> Days | None:
    if context.named is None:
        return None
    words = match.group().lower()
    after = 1 if "next" in words or "following" in words or "after" in words else 0
    before = 1 if "previous" in words or "before" in words else 0
    return cal.one(context.named + timedelta(days=after - before))


def _period(match: re.Match[str], context: Context, published: date) -> Days | None:
    unit, which = match["unit"].lower(), match["which"].lower()
    if unit == "weekend":
        return cal.weekend(published, which, context.tense)
    offset = {"last": -1, "past": -1, "previous": -1, "next": 1, "coming": 1}.get(which, 0)
    if unit == "year":
        first, last = cal.year(published.year + offset)
    else:
        first, last = (cal.week if unit == "week" else cal.month_from)(published, offset)
    part = (match["part"] or "").lower()
    if offset == 0 and part.startswith("earlier"):
        return first, max(first, published)
    if offset == 0 and part.startswith("later"):
        return min(last, published + timedelta(days=1)), last
    return first, last


def _ago(match: re.Match[str], _context: Context, published: date) -> Days | None:
    return cal.back(published, _count(match), match["unit"])


def _ahead(match: re.Match[str], context: Context, published: date) -> Days | None:
    if context.tense != "future":
        return None  # "in two days" may say how long it took
    return cal.forth(published, _count(match), match["unit"])


def _past_span(match: re.Match[str], _context: Context, published: date) -> Days | None:
    return cal.span_back(published, _count(match), match["unit"])


def _count(match: re.Match[str]) -> int:
    count = match["count"].lower()
    return int(count) if count.isdigit() else _NUMBERS[count]


def _year(match: re.Match[str], _context: Context, _published: date) -> Days | None:
    return cal.year(int(match["year"]))


def _rule(pattern: str, rule: Rule, flags: int = 0) -> PatternRule:
    return re.compile(pattern, flags), rule


_I = re.IGNORECASE
_YEAR = r"(?P<year>(?:19|20)\d\d)\b"
_BEFORE_YEAR = (
    r"\b(?:[Ii]n|[Ss]ince|[Dd]uring|[Uu]ntil|[Bb]y|[Ff]rom|[Oo]f|[Ll]ate|[Ee]arly|[Mm]id-?|and|the"
    r"|before|after) "
)
_PART = r"(?P<part>(?:[Ee]arly|[Mm]id|[Ll]ate)[ -]|the (?:first|second) half of )?"
# With a capital only at a sentence's beginning: "USA TODAY" and "Japan Today" are papers.
_TODAY = (
    r"\bthe day before yesterday\b"
    r"|\b(?:today|tonight|yesterday|tomorrow|last night|this (?:morning|afternoon|evening))\b"
    r"|(?:^|(?<=[“\"(‘]))(?:Today|Tonight|Yesterday|Tomorrow|Last night"
    r"|This (?:morning|afternoon|evening))\b"
)
_NAMED_DAY = (
    r"\b(?:the|that) (?:very )?same (?:day|morning|afternoon|evening|night)\b"
    r"|\bthe (?:next|following|previous) day\b|\bthe day (?:before|after)\b(?! \w)"
)
_PERIOD = (
    r"\b(?P<part>(?:earlier|later) )?(?:the |this )?"
    r"(?P<which>this|last|past|previous|next|coming) (?P<unit>week|month|year|weekend)\b"
)

STATED = (
    _rule(rf"\b{_PART}{_MONTH},? (?:of )?{_YEAR}", _month_of_year),
    _rule(rf"{_BEFORE_YEAR}{_YEAR}(?![-–,.]?\d| (?:people|dead|homes|jobs))", _year),
)
"""The rules that need no day of publication, those that read most first."""
WORKED_OUT = (
    _rule(
        rf"(?:\b{_WEEKDAY},? )?\b{_MONTH} {_DAY}(?:(?:[-–]| to | and )(?P<until>[0-3]?\d)\b)?",
        _day_of_month,
    ),
    _rule(rf"(?<![\d.,$£€])\b{_DAY} (?:of )?{_MONTH}\b", _day_of_month),
    _rule(_TODAY, _today),
    _rule(_NAMED_DAY, _named_day, re.I),
    _rule(_PERIOD, _period, re.I),
    _rule(r"(?P<part>)\b(?:over|at|during|on) (?P<which>the) (?P<unit>weekend)\b", _period, re.I),
    _rule(
        r"\b(?P<which>(?:last|next|this(?: coming| past)?|past|coming) )?"
        rf"{_WEEKDAY}{_TIME_OF_DAY}",
        _weekday,
    ),
    _rule(rf"\b{_COUNT} {_UNIT} ago\b", _ago, re.I),
    _rule(rf"\b(?P<ahead>in)(?: about)? {_COUNT} {_UNIT}\b(?! (?:of|at|in)\b)", _ahead, re.I),
    _rule(
        rf"\b(?:over |in |during |for |within )?the (?:past|last) {_COUNT} {_UNIT}\b",
        _past_span,
        re.I,
    ),
    _rule(rf"\b(?P<which>[Ll]ast |[Nn]ext |[Tt]his )?{_PART}{_LONG_MONTH}\b(?! \d)", _month_alone),
)
"""The rules that need it."""

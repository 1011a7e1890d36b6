"""Arithmetic of the calendar as newspapers speak of it: weekdays, months, weekends.

All functions take the day of publication and return a first and a last day, both included.
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import Literal

Days = tuple[date, date]
Tense = Literal["past", "future", "unknown"]

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# Early, middle and late of a month, and the last third as far as the month goes.
_EARLY_UNTIL, _MIDDLE_UNTIL, _HALF = 10, 20, 15
# What nothing says of whether it has been: a plan is seldom told further ahead without a year.
_SOON_DAYS, _SOON_MONTHS = 60, 3
_FEBRUARY_29 = (2, 29)


def one(day: date) -> Days:
    """Return a single day as a range."""
    return day, day


def weekday(published: date, number: int, tense: Tense, which: str = "") -> Days:
    """Return the day that a weekday's name means in an article.

    The nearest one: backwards within a week, the day itself included, for what has happened;
    forwards for what will (Associated Press style names the weekday within seven days of
    publication). "last" is never the day itself; "next" is the one of next week.
    """
    back = timedelta(days=(published.weekday() - number) % 7)
    forward = timedelta(days=(number - published.weekday()) % 7)
    if which in ("last", "past", "previous"):
        return one(published - (back or timedelta(days=7)))
    if which == "next":
        return one(published + timedelta(days=7 - published.weekday() + number))
    if which in ("this", "coming") and tense != "past":
        return one(published + forward)
    return one(published + forward if tense == "future" else published - back)


def week(published: date, offset: int = 0) -> Days:
    """Return the week, Monday to Sunday, `offset` weeks from that of publication."""
    monday = published + timedelta(days=7 * offset - published.weekday())
    return monday, monday + timedelta(days=6)


def weekend(published: date, which: str, tense: Tense) -> Days:
    """Return the Saturday and Sunday meant.

    Of an article of a Saturday or Sunday "the weekend" is that one; otherwise the last one
    for what has happened, the coming one for what will.
    """
    saturday = published + timedelta(days=5 - published.weekday())
    inside = published.weekday() >= 5
    if which in ("last", "past") or (which != "next" and tense == "past" and not inside):
        saturday -= timedelta(days=7)
    elif which == "next":
        saturday += timedelta(days=7)
    return saturday, saturday + timedelta(days=1)


def month(year: int, number: int, part: str = "") -> Days:
    """Return a month, or its early (to the 10th), middle (to the 20th) or late part, or a half.

    `part` is "early", "mid", "late", "first" or "second".
    """
    first = date(year, number, 1)
    last = date(year, number, calendar.monthrange(year, number)[1])
    if part == "early":
        return first, first.replace(day=_EARLY_UNTIL)
    if part in ("mid", "middle"):
        return first.replace(day=_EARLY_UNTIL + 1), first.replace(day=_MIDDLE_UNTIL)
    if part == "late":
        return first.replace(day=_MIDDLE_UNTIL + 1), last
    if part == "first":
        return first, first.replace(day=_HALF)
    if part == "second":
        return first.replace(day=_HALF + 1), last
    return first, last


def month_from(published: date, offset: int) -> Days:
    """Return the whole month `offset` months from that of publication."""
    months = published.year * 12 + published.month - 1 + offset
    return month(months // 12, months % 12 + 1)


def year(number: int) -> Days:
    """Return a whole year."""
    return date(number, 1, 1), date(number, 12, 31)


def month_named(
    published: date, number: int, tense: Tense, which: str = "", part: str = ""
) -> Days:
    """Return the month that a name without a year means: the last, the next or the nearest one."""
    ahead = (number - published.month) % 12
    back = (published.month - number) % 12
    if which in ("last", "past"):
        offset = -(back or 12)
    elif which == "next":
        offset = ahead or 12
    elif which == "this":
        return month(published.year, number, part)
    elif tense == "future" or (tense == "unknown" and ahead < back and ahead <= _SOON_MONTHS):
        offset = ahead
    else:
        offset = -back
    first = month_from(published, offset)[0]
    return month(first.year, first.month, part)


def day_named(published: date, number: int, day: int, tense: Tense) -> Days | None:
    """Return the day that "January 20" means: the last, the next or the nearest one, if any.

    Without a verb that tells, one more than two months ahead is not taken.
    """
    found = [date(y, number, day) for y in _years(published, number, day)]
    if tense == "past":
        found = [each for each in found if each <= published] or found
    elif tense == "future":
        found = [each for each in found if each >= published] or found
    else:
        found = [each for each in found if (each - published).days <= _SOON_DAYS] or found
    return one(min(found, key=lambda each: abs(each - published))) if found else None


def _years(published: date, number: int, day: int) -> list[int]:
    years = range(published.year - 1, published.year + 2)
    if (number, day) == _FEBRUARY_29:
        return [y for y in range(published.year - 4, published.year + 5) if calendar.isleap(y)]
    return [y for y in years if 1 <= day <= calendar.monthrange(y, number)[1]]


def back(published: date, count: int, unit: str) -> Days:
    """Return when "`count` `unit`s ago" was: a day, else the week, month or year it fell in."""
    if unit == "day":
        return one(published - timedelta(days=count))
    if unit == "week":
        return week(published, -count)
    if unit == "month":
        return month_from(published, -count)
    return year(published.year - count)


def forth(published: date, count: int, unit: str) -> Days:
    """Return when "in `count` `unit`s" is, as `back` does."""
    return back(published, -count, unit)


def span_back(published: date, count: int, unit: str) -> Days:
    """Return the days of "the past `count` `unit`s", the day of publication included."""
    days = {"day": 1, "week": 7}.get(unit)
    if days is not None:
        return published - timedelta(days=days * count), published
    months = count * (12 if unit == "year" else 1)
    first = month_from(published, -months)[0]
    length = calendar.monthrange(first.year, first.month)[1]
    return first.replace(day=min(published.day, length)), published

"""Dates and times of day of a text, as comparable values.

"Jan. 21", "21 January", "January 21st" and "2025-01-21" agree in what they both state. A date
is a set of stated fields; a claim's date stands in the source when one date of the source
states all of them. Publication dates lend a year, and turn "Tuesday" into a date.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.lexicon import lines

_MONTHS = {
    name: number
    for number, names in enumerate(lines("dates", "months"), start=1)
    for name in names.split()
}
_WEEKDAYS = {name: number for number, name in enumerate(lines("dates", "weekdays"))}
_WEEKDAYS |= {name[:3]: number for name, number in tuple(_WEEKDAYS.items())}
_WEEKDAYS |= {"tues": 1, "thurs": 3, "thur": 3}
_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\b\.?"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?\b"
_YEAR = r"(?P<year>1[0-9]\d\d|20\d\d)\b"
_PART = (
    r"(?:(?P<part>early|mid|late|(?:beginning|start|middle|end|first half|second half) of)"
    r"[ -]?(?:in )?(?:the )?)"
)
_WEEKDAY = r"(?P<weekday>(?:mon|tues|wednes|thurs|fri|satur|sun)day)s?\b"

_PATTERNS = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        r"(?<![\d.,/-])(?P<year>\d{4})-(?P<month_number>[01]\d)-(?P<day>[0-3]\d)(?!\d)",
        r"(?<![\d.,/-])(?P<one>[0-3]?\d)[/.](?P<two>[0-3]?\d)[/.](?P<year>(?:19|20)\d\d)\b",
        rf"\b{_MONTH} {_DAY}(?! ?(?:%|percent|million|billion|,\d))(?:,? (?:of )?{_YEAR})?",
        rf"(?<![\d.,$£€]){_DAY} (?:of )?{_MONTH}(?:,? {_YEAR})?",
        rf"\b{_PART}?{_MONTH},? (?:of )?{_YEAR}",
        rf"\b{_PART}?{_MONTH}",
        rf"\b{_PART}?(?:the )?(?P<decade>(?:1[0-9]|20)\d0)'?s\b",
        r"(?<!\w)'(?P<short_decade>\d0)s\b",
        (
            rf"(?<![\d.,$£€¥#/-])\b{_PART}?{_YEAR}(?:[—-](?P<until>\d\d)(?!\d))?"
            r"(?!,\d|\.\d|%| ?percent| ?million| ?people| ?billion)"
        ),
        rf"\b{_WEEKDAY}",
        r"\b(?P<relative>yesterday|today|tomorrow)\b",
    )
)
_BARE_MONTH_BEFORE = re.compile(
    r"\b(?:in|of|since|until|till|by|during|last|next|this|from|to|through|and|for|early|mid|late"
    r"|before|after|every|each|between)[ -]$",
    re.I,
)
_ALSO_WORDS = frozenset(("may", "march", "mar", "jan", "jun", "dec", "sep", "sun", "sat", "august"))
_PARTS = {
    "beginning of": "early", "start of": "early", "middle of": "mid", "end of": "late",
}  # fmt: skip
_CLOCK = re.compile(
    r"(?<![\d.,:$])(?P<hour>[0-2]?\d)(?:[:.](?P<minute>[0-5]\d))? ?(?P<half>a\.?m\b\.?|p\.?m\b\.?)"
    r"|(?<![\d.,:$])(?P<hour24>[0-2]?\d):(?P<minute24>[0-5]\d)(?!\d|:)|\b(?P<word>noon|midnight)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Date:
    """What a text says of a date; fields it does not state are None.

    `part` is "early", "mid", "late", "first half of" or "second half of". `start` and `end`
    are offsets into the normalised text.
    """

    text: str
    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    decade: int | None = None
    part: str | None = None
    relative: str | None = None
    day_first: tuple[int, int] | None = None

    @property
    def stated(self) -> dict[str, int | str]:
        """The fields that the text states."""
        fields = {
            "year": self.year, "month": self.month, "day": self.day, "weekday": self.weekday,
            "decade": self.decade, "part": self.part, "relative": self.relative,
        }  # fmt: skip
        return {name: value for name, value in fields.items() if value is not None}

    @property
    def whole(self) -> datetime.date | None:
        """The day of the calendar, when year, month and day are stated and exist."""
        if self.year and self.month and self.day:
            try:
                return datetime.date(self.year, self.month, self.day)
            except ValueError:
                return None
        return None


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day: minutes after midnight; `half` is "a", "p" or None when not said."""

    text: str
    start: int
    end: int
    minutes: int
    half: str | None


def dates(text: str) -> list[Date]:
    """Return the dates of a normalised text, in order of place, none overlapping another."""
    found: list[Date] = []
    taken = [False] * (len(text) + 1)
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if any(taken[match.start() : match.end()]) or not _is_date(match, text):
                continue
            date = _read(match)
            if date is not None:
                found.append(date)
                if match.groupdict().get("until") and date.year:
                    until = date.year // 100 * 100 + int(match.group("until"))
                    found.append(Date(match.group(), match.start(), match.end(), year=until))
                taken[match.start() : match.end()] = [True] * (match.end() - match.start())
    return sorted(found, key=lambda date: date.start)


def _is_date(match: re.Match[str], text: str) -> bool:
    """Whether a bare month's name or a bare year is meant as one."""
    groups = match.groupdict()
    month = (groups.get("month") or "").lower()
    bare = (
        bool(month) and not groups.get("day") and not groups.get("year") and not groups.get("part")
    )
    if not bare or month not in _ALSO_WORDS:
        return True
    if len(month) == 3 and month != "may":
        return False
    capital = match.group("month")[0].isupper()
    before = text[max(0, match.start() - 9) : match.start()]
    if _BARE_MONTH_BEFORE.search(before):
        return capital or month != "may"
    return capital and _stands_alone(match, text)


def _stands_alone(match: re.Match[str], text: str) -> bool:
    """Whether a capital month's name inside a sentence has no other capital beside it."""
    before = re.search(r"(\S+)\s+$", text[: match.start()])
    after = re.match(r"\s+(\S)", text[match.end() :])
    if before is None or before.group(1)[-1] in '.!?:"' or before.group(1)[0].isupper():
        return False
    return after is None or not after.group(1).isupper()


def _read(match: re.Match[str]) -> Date | None:
    groups = {name: value for name, value in match.groupdict().items() if value is not None}
    month = (
        _MONTHS.get(groups.get("month", "").lower()) or int(groups.get("month_number", 0)) or None
    )
    day = int(groups["day"]) if "day" in groups else None
    day_first = None
    if "one" in groups:
        one, two = int(groups["one"]), int(groups["two"])
        if not (1 <= one <= 31 and 1 <= two <= 31) or (one > 12 and two > 12):
            return None
        month, day = (two, one) if one > 12 else (one, two)
        day_first = (two, one) if one <= 12 and two <= 12 else None
    if (month is not None and not 1 <= month <= 12) or (day is not None and not 1 <= day <= 31):
        return None
    part = groups.get("part", "").lower() or None
    decade = int(groups["decade"]) if "decade" in groups else None
    if "short_decade" in groups:
        decade = 1900 + int(groups["short_decade"])
    return Date(
        text=match.group(),
        start=match.start(),
        end=match.end(),
        year=int(groups["year"]) if "year" in groups else None,
        month=month,
        day=day,
        weekday=_WEEKDAYS.get(groups.get("weekday", "").lower()),
        decade=decade,
        part=_PARTS.get(part, part) if part else None,
        relative=groups.get("relative", "").lower() or None,
        day_first=day_first,
    )


def clocks(text: str) -> list[Clock]:
    """Return the times of day of a normalised text."""
    found = []
    for match in _CLOCK.finditer(text):
        groups = match.groupdict()
        half = (groups["half"] or "")[:1].lower() or None
        if groups["word"]:
            hour, minute, half = (12, 0, "p") if groups["word"].lower() == "noon" else (0, 0, "a")
        else:
            hour = int(groups["hour"] or groups["hour24"])
            minute = int(groups["minute"] or groups["minute24"] or 0)
        if hour > 24:
            continue
        if half == "p" and hour < 12:
            hour += 12
        if half == "a" and hour == 12:
            hour = 0
        found.append(
            Clock(match.group().strip(), match.start(), match.end(), hour * 60 + minute, half)
        )
    return found


def clock_agrees(claim: Clock, evidence: Clock) -> bool:
    """Whether both name one time; without "a.m." or "p.m." on one side, either half will do."""
    if claim.half and evidence.half:
        return claim.minutes == evidence.minutes
    return claim.minutes % 720 == evidence.minutes % 720


def date_agrees(claim: Date, evidence: Sequence[Date], published: Sequence[Date]) -> bool:
    """Whether the evidence, with the publication dates, states every field of the claim's date.

    Day and month must come from one date of the evidence; a year may come from anywhere in
    the evidence or from the publication date, when the evidence's own date has none. A weekday,
    "today", "yesterday" and "tomorrow" of the evidence are worked out from a publication date.
    """
    wanted = claim.stated
    candidates = list(_worked_out([*evidence, *published], published))
    return any(_states(wanted, claim, other, candidates) for other in candidates)


def conflicts(one: Date, other: Date) -> bool:
    """Whether a field that both dates state differs."""
    mine, theirs = one.stated, other.stated
    if one.day_first == (other.month, other.day) or other.day_first == (one.month, one.day):
        return mine.get("year", 0) != theirs.get("year", mine.get("year", 0))
    for year, decade in ((one.year, other.decade), (other.year, one.decade)):
        if year is not None and decade is not None and year // 10 * 10 != decade:
            return True
    return any(name in theirs and theirs[name] != value for name, value in mine.items())


def _states(
    wanted: dict[str, int | str], claim: Date, other: Date, all_dates: Sequence[Date]
) -> bool:
    stated = other.stated
    for name, value in wanted.items():
        if name == "decade" and other.year is not None:
            if other.year // 10 * 10 != value:
                return False
        elif name == "year" and (other.year is None or _year_alone(claim)):
            if not any(date.year == value for date in all_dates):
                return False
        elif name == "weekday" and other.weekday is None:
            if other.whole is None or other.whole.weekday() != value:
                return False
        elif name in ("month", "day") and other.day_first == (claim.month, claim.day):
            continue
        elif stated.get(name) != value:
            return False
    return True


def _year_alone(claim: Date) -> bool:
    return claim.month is None and claim.part is None


def _worked_out(evidence: Sequence[Date], published: Sequence[Date]) -> Iterator[Date]:
    """Yield the dates, and those that weekdays and "yesterday" name beside a publication date."""
    days = [date.whole for date in published if date.whole is not None]
    for date in evidence:
        yield date
        for day in days:
            for offset in _offsets(date, day):
                other = day + datetime.timedelta(days=offset)
                yield Date(
                    date.text, date.start, date.end, other.year, other.month, other.day,
                    other.weekday(), relative=date.relative,
                )  # fmt: skip


def _offsets(date: Date, day: datetime.date) -> tuple[int, ...]:
    if date.relative is not None:
        return ({"yesterday": -1, "today": 0, "tomorrow": 1}[date.relative],)
    if date.weekday is not None and date.day is None:
        back = (day.weekday() - date.weekday) % 7
        return (-back, 7 - back)
    return ()

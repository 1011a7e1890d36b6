"""The forms in which German, French, Spanish and Japanese articles name days without a year.

Fewer than in English (`date_rules`): weekdays, yesterday and its like, a day and a month, and in
Japanese a day of the month alone ("22日"). Whether a sentence speaks of what will be is told by a
few words anywhere in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from index import calendar_words as cal
from index.calendar_words import Days
from index.month_names import month_number


@dataclass(frozen=True, slots=True)
class _Language:
    """One language's words. `weekdays` are from Monday on; `habit` stands before "every" day."""

    weekdays: tuple[str, ...]
    near: dict[str, int]
    future: re.Pattern[str]
    last: str
    next: str
    habit: str
    last_behind: str = r"(?!)"
    next_behind: str = r"(?!)"


_I = re.IGNORECASE
_SPACED = {
    "de": _Language(
        tuple("montag dienstag mittwoch donnerstag freitag samstag sonntag".split()),
        {"vorgestern": -2, "gestern": -1, "heute": 0, "morgen": 1, "übermorgen": 2},
        re.compile(r"\b(?:wird|werden|soll|sollen|will|wollen|geplant|vorgesehen|beginnt)\b", _I),
        last=r"(?:vergangenen|letzten|vorigen)",
        next=r"(?:kommenden|nächsten)",
        habit=r"(?:jeden|jeder|immer)",
    ),
    "fr": _Language(
        tuple("lundi mardi mercredi jeudi vendredi samedi dimanche".split()),
        {"avant-hier": -2, "hier": -1, "aujourd’hui": 0, "aujourd'hui": 0, "demain": 1},
        re.compile(
            r"\b(?:sera|seront|va|vont|aura|auront|doit|doivent|devra|devront|devrait|prévue?s?)\b",
            _I,
        ),
        last=r"(?!)",
        next=r"(?:prochain)",
        habit=r"(?:chaque|tous les|le)",
        last_behind="dernier",
        next_behind="prochain",
    ),
    "es": _Language(
        tuple("lunes martes miércoles jueves viernes sábado domingo".split()),
        {"anteayer": -2, "ayer": -1, "hoy": 0, "mañana": 1},
        re.compile(
            r"\b(?:será|serán|va a|van a|tendrá|tendrán|deberá|deberán|habrá|previst[oa]s?)\b", _I
        ),
        last=r"(?:pasado)",
        next=r"(?:próximo)",
        habit=r"(?:los|cada|todos los)",
        last_behind="pasado",
        next_behind="próximo",
    ),
}
# In Spanish "mañana" is also the morning, in German the capital "Morgen".
_MORNING = re.compile(r"(?:la|esta|ayer|hoy) $", _I)
_DAY_AND_MONTH = re.compile(
    r"(?<![\d.,])(?P<day>[0-3]?\d)(?:\.|er|º|ª)?\s(?:de\s|d[’'])?(?P<month>[^\W\d_]{3,12})\b"
)
_JA_NEAR = {"一昨日": -2, "昨日": -1, "きのう": -1, "今日": 0, "きょう": 0, "明日": 1, "あす": 1}
_JA_FUTURE = re.compile(r"予定|見通し|方針|だろう|見込み|計画")
_JA_WEEKDAYS = "月火水木金土日"
_JA = re.compile(
    r"(?P<near>一昨日|昨日|きのう|今日|きょう|明日|あす)"
    r"|(?P<weekday>[月火水木金土日])曜日?(?!日)"
    r"|(?<![年\d])(?:(?P<month>1[0-2]|[1-9])月)?(?P<day>[12]?\d|3[01])日"
    r"(?!間|本|後|前|目|々|以内|連続|ごと|分|付|曜)"
)


def days_elsewhere(
    sentence: str, published: date, language: str
) -> Iterator[tuple[int, int, Days]]:
    """Yield (start, end, days) for what a sentence of such a language names; overlaps possible."""
    if language == "ja":
        yield from _japanese(sentence, published)
    elif language in _SPACED:
        yield from _spaced(sentence, published, _SPACED[language])


def _spaced(sentence: str, published: date, words: _Language) -> Iterator[tuple[int, int, Days]]:
    future = words.future.search(sentence) is not None
    for match in _DAY_AND_MONTH.finditer(sentence):
        number = month_number(match["month"])
        if number is not None:
            tense: cal.Tense = "future" if future else "unknown"
            days = cal.day_named(published, number, int(match["day"]), tense)
            if days is not None:
                yield match.start(), match.end(), days
    names = "|".join(words.weekdays)
    weekday = re.compile(
        rf"(?P<habit>\b{words.habit} )?(?:\b(?P<last>{words.last}) |\b(?P<next>{words.next}) )?"
        rf"\b(?P<day>{names})(?:abend|morgen|nachmittag|nacht|vormittag)?\b"
        rf"(?: (?:(?P<was>{words.last_behind})|(?P<will>{words.next_behind}))\b)?",
        _I,
    )
    for match in weekday.finditer(sentence):
        said_last = match["last"] or match["was"]
        said_next = match["next"] or match["will"]
        if match["habit"] and not (said_last or said_next):
            continue
        number = words.weekdays.index(match["day"].lower())
        tense = "future" if said_next or (future and not said_last) else "past"
        which = "last" if said_last else ""
        start = match.start("last") if match["last"] else match.start("next")
        start = start if start >= 0 else match.start("day")
        yield start, match.end(), cal.weekday(published, number, tense, which)
    for word, offset in words.near.items():
        for match in re.finditer(rf"(?<![\w’'-]){re.escape(word)}(?![\w’'-])", sentence):
            if not (word == "mañana" and _MORNING.search(sentence[: match.start()])):
                yield match.start(), match.end(), cal.one(published + timedelta(days=offset))


def _japanese(sentence: str, published: date) -> Iterator[tuple[int, int, Days]]:
    future = _JA_FUTURE.search(sentence) is not None
    for match in _JA.finditer(sentence):
        days: Days | None
        if match["near"]:
            days = cal.one(published + timedelta(days=_JA_NEAR[match["near"]]))
        elif match["weekday"]:
            number = _JA_WEEKDAYS.index(match["weekday"])
            days = cal.weekday(published, number, "future" if future else "past")
        elif match["month"]:
            tense: cal.Tense = "future" if future else "unknown"
            days = cal.day_named(published, int(match["month"]), int(match["day"]), tense)
        else:
            days = _day_alone(published, int(match["day"]), future=future)
        if days is not None:
            yield match.start(), match.end(), days


def _day_alone(published: date, day: int, *, future: bool) -> Days | None:
    """Return the last such day of a month up to publication, or the next one from it on."""
    for offset in (0, 1, 2) if future else (0, -1, -2):
        first, last = cal.month_from(published, offset)
        if day > last.day or day == 0:
            continue
        found = first.replace(day=day)
        if (found >= published) if future else (found <= published):
            return cal.one(found)
    return None

"""Title, source, date and language of an article, each only when the text says it.

Nothing is guessed from a file's name or its time of change: a date is one that stands in
the text, with the line that says so as evidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from index.article import BoilerplateSpan
from index.blocks import blocks, lines
from index.bylines import author_in, author_of_note
from index.languages import language_of
from index.month_names import month_number
from index.sentences import first_sentence

LONGEST_MADE_TITLE = 80
_READ_FOR_TITLE = 2_000

_MONTH = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    "|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_DATES = (
    re.compile(rf"\b(?P<month>{_MONTH})\.? {_DAY},? (?P<year>\d{{4}})\b", re.IGNORECASE),
    re.compile(rf"\b{_DAY}(?: of)?[ -](?P<month>{_MONTH})[.,]{{0,2}}[ -](?P<year>\d{{4}})\b", re.I),
    re.compile(r"\b(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?![\d-])"),
    re.compile(r"\b(?P<year>\d{4})[/.](?P<month>\d{1,2})[/.](?P<day>\d{1,2})(?![\d/])"),
    re.compile(r"(?<!\d)(?P<year>\d{4})年(?P<month>\d{1,2})月(?P<day>\d{1,2})日"),
)
# "22. Januar 2025", "le 1er mai 2025", "22 de enero de 2025", "22 января 2025".
_OTHER_DATE = re.compile(
    r"(?<![\d.,])(?P<day>\d{1,2})(?:\.|er|º|ª|°)?\s(?:de\s|d[’'])?"
    r"(?P<month>[^\W\d_]{3,12})\.?,?\s(?:del?\s)?(?P<year>\d{4})\b"
)
# The years of the Japanese eras that newspapers still count in.
_ERA = re.compile(r"(?P<era>令和|平成)(?P<year>\d{1,2}|元)年(?P<month>\d{1,2})月(?P<day>\d{1,2})日")
_ERA_BEGAN = {"令和": 2019, "平成": 1989}
_NUMERIC = re.compile(r"\b(\d{1,2})[/.](\d{1,2})[/.](\d{4})\b")
# Everywhere but in English "03/04/2025" is the third of April.
_DAY_FIRST = frozenset("da de el es fi fr it nl no pl pt ro ru tr uk cs".split())
_EARLIEST, _LATEST = 1600, 2100
_UPDATED = re.compile(
    r"(?:\b(?:updated|modified|today|actualisé|mis à jour|aktualisiert|stand|actualizado)\b|更新)",
    re.IGNORECASE,
)
_COPYRIGHT = re.compile(
    r"(?:©|\([cC]\)|[cC]opyright(?= +(?:\d{4}|by\b)))(?:\s|©|,|\([cC]\)|by\b|[Cc]opyright"
    r"|\d{4}(?:\s?(?:[-–]|to)\s?(?:\d{4}|present))?)*"
    r"(?P<owner>[^\W\d_][^|,©<\n]{1,50}?)"
    r"(?=[.,;]?\s*(?:$|[|,<(]|[Aa]ll [Rr]ights|ALL RIGHTS)|(?<=[^\W\d_]{2})\. )"
)
_WIRE = re.compile(
    r"\b(CNN|AP|AFP|Reuters|BBC|UPI|NPR|NBC News|CBS News|ABC News)\b[^—–-]{0,20}[—–-]"
)


_DATELINE = re.compile(
    r"(?P<line>[^\W\d_]{2,}[^—–\n]{6,90}?)(?:\([^)\n]{2,25}\) ?)?\s?[—–-]{1,2}\s"
)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known about an article besides its text; None where nothing says it."""

    title: str
    source: str | None = None
    published: str | None = None
    published_evidence: str | None = None
    language: str = "en"
    author: str | None = None


def date_in(line: str, language: str | None = None) -> str | None:
    """Return the first full date that stands in a line, as ISO; None without one.

    A month or a year alone is not a date. "03/04/2025" is two dates, so it is none, unless
    the language is one that writes the day first; "23/04/2025" is one.
    """
    found = [date for match in _written_dates(line) if (date := _date_of(match)) is not None]
    if found:
        return found[0]
    for match in _NUMERIC.finditer(line):
        first, second, year = (int(part) for part in match.groups())
        iso = None
        if first == second or max(first, second) > 12:
            iso = _iso(year, min(first, second), max(first, second))
        elif language in _DAY_FIRST:
            iso = _iso(year, second, first)
        if iso is not None:
            return iso
    return None


def _written_dates(line: str) -> Iterator[re.Match[str]]:
    for form in _DATES:
        yield from form.finditer(line)
    yield from _OTHER_DATE.finditer(line)
    if not line.isascii():
        yield from _ERA.finditer(line)


def _date_of(match: re.Match[str]) -> str | None:
    month = match["month"]
    number = int(month) if month.isdigit() else month_number(month)
    year = 1 if match["year"] == "元" else int(match["year"])
    if match.re is _ERA:
        year += _ERA_BEGAN[match["era"]] - 1
    return _iso(year, number, int(match["day"])) if number is not None else None


def full_dates(text: str, language: str | None = None) -> list[tuple[int, int, str]]:
    """Return the full dates of a text as (start, end, ISO date), in order, none overlapping."""
    found: list[tuple[int, int, str]] = []
    for match in _written_dates(text):
        iso = _date_of(match)
        if iso is not None:
            found.append((match.start(), match.end(), iso))
    for match in _NUMERIC.finditer(text):
        iso = date_in(match.group(), language)
        if iso is not None:
            found.append((match.start(), match.end(), iso))
    apart: list[tuple[int, int, str]] = []
    for start, end, iso in sorted(found, key=lambda date: (date[0], -date[1])):
        if not apart or start >= apart[-1][1]:
            apart.append((start, end, iso))
    return apart


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat() if _EARLIEST <= year <= _LATEST else None
    except ValueError:
        return None


def metadata_of_text(text: str, boilerplate: Sequence[BoilerplateSpan]) -> Metadata:
    """Read title, source, date and language from the marked text of a plain-text article."""
    language = language_of(text)
    title = next((text[s.start : s.end] for s in boilerplate if s.reason == "title"), None)
    published, evidence = published_of_text(text, boilerplate, language)
    return Metadata(
        _plain_title(title) if title else made_title(text, boilerplate),
        _source(text, boilerplate),
        published,
        evidence,
        language,
        author_of_text(text, boilerplate),
    )


def author_of_text(text: str, boilerplate: Sequence[BoilerplateSpan]) -> str | None:
    """Return the author that a line above the body, or right below its beginning, states.

    Else the one that a note below the body presents.
    """
    limit = _head_end(text, boilerplate)
    for span in boilerplate:
        if span.start < limit and span.reason in ("byline", "date line", "page furniture"):
            for _, line in _lines_of(text, span):
                author = author_in(line)
                if author is not None:
                    return author
    notes = [span for span in boilerplate if span.reason == "byline" and span.start >= limit]
    named = (author_of_note(line) for span in notes for _, line in _lines_of(text, span))
    return next((author for author in named if author), None)


def _plain_title(title: str) -> str:
    return " ".join(re.sub(r"^#{1,6}\s+|^(\*\*|__)|(\*\*|__)$|\s#+$", "", title.strip()).split())


def published_of_text(
    text: str, boilerplate: Sequence[BoilerplateSpan], language: str
) -> tuple[str | None, str | None]:
    """Return the date stated above the body, or right below its beginning, and the line.

    Without one, the date of a dateline that begins the body.

    A line that says "updated" or "today" counts only when no other line has a date. Dates
    among the furniture below the body belong to other articles.
    """
    limit = _head_end(text, boilerplate)
    later: tuple[str | None, str | None] = (None, None)
    for span in boilerplate:
        if span.start >= limit:
            break
        if span.reason not in ("date line", "byline", "page furniture"):
            continue
        for start, line in _lines_of(text, span):
            found = date_in(line, language)
            if found is None:
                continue
            number = len(text[:start].splitlines()) + 1
            stated = (found, f'line {number}: "{line}"')
            if not _UPDATED.match(line.lstrip("([ ")):
                return stated
            later = later if later[0] else stated
    return later if later[0] else _dateline(text, boilerplate, language)


def _dateline(
    text: str, boilerplate: Sequence[BoilerplateSpan], language: str
) -> tuple[str | None, str | None]:
    """Return the date of "OSLO, Jan. 22, 2025 (Reuters) — The …" where the body begins so."""
    match = _DATELINE.match(_first_block(text, boilerplate))
    found = date_in(match["line"], language) if match else None
    return (found, f'dateline: "{match["line"].strip()}"') if match and found else (None, None)


def _head_end(text: str, boilerplate: Sequence[BoilerplateSpan]) -> int:
    """Return the offset where the second paragraph of the body ends."""
    position, paragraphs = 0, 0
    edges = [(s.start, s.end) for s in boilerplate] + [(len(text), len(text))]
    for start, end in edges:
        for line in lines(text[position:start]):
            paragraphs += line.end - line.start >= 60
            if paragraphs == 2:
                return position + line.end
        position = max(position, end)
    return len(text)


def _lines_of(text: str, span: BoilerplateSpan) -> Iterator[tuple[int, str]]:
    for line in lines(text[span.start : span.end]):
        yield span.start + line.start, text[span.start + line.start : span.start + line.end]


def _source(text: str, boilerplate: Sequence[BoilerplateSpan]) -> str | None:
    """Return the masthead's name, else the owner of the copyright line."""
    for span in boilerplate:
        if span.reason == "site name":
            line = " ".join(text[span.start : span.end].split())
            wire = _WIRE.search(line)
            return wire[1] if wire else line.strip(" —–-")
    owners = []
    for span in boilerplate:
        if span.reason == "copyright":
            for _, line in _lines_of(text, span):
                match = _COPYRIGHT.search(line)
                if match and match["owner"][0].isupper():
                    owners.append(match["owner"].strip(" ;:—–-"))
    return owners[-1] if owners else None


def made_title(text: str, boilerplate: Sequence[BoilerplateSpan]) -> str:
    """Return the body's first sentence, cut at a word, for a text without a title.

    A title that was cut ends with "…", so that nobody takes it for a stated one.
    """
    first = _first_block(text, boilerplate)
    return _cut_at_word(first_sentence(first)) if first else "Untitled"


def _first_block(text: str, boilerplate: Sequence[BoilerplateSpan]) -> str:
    """Return the body's first paragraph, or what of it is read for a title."""
    position = 0
    for start, end in [*((s.start, s.end) for s in boilerplate), (len(text), len(text))]:
        beginning = text[position : min(start, position + _READ_FOR_TITLE)]
        first = next(iter(blocks(beginning)), None)
        if first is not None:
            return first.of(beginning)
        position = max(position, end)
    return ""


def _cut_at_word(sentence: str) -> str:
    words = " ".join(sentence.split())
    if len(words) <= LONGEST_MADE_TITLE:
        return words
    cut = words[: LONGEST_MADE_TITLE + 1].rpartition(" ")[0] or words[:LONGEST_MADE_TITLE]
    return cut[:LONGEST_MADE_TITLE].rstrip(" ,;:.—–-") + "…"

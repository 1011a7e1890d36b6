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
from index.languages import language_of
from index.sentences import first_sentence

LONGEST_MADE_TITLE = 80
_READ_FOR_TITLE = 2_000

_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_MONTH = "|".join("sept?(?:ember)?" if m[0] == "s" else f"{m[:3]}(?:{m[3:]})?" for m in _MONTHS)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_DATES = (
    re.compile(rf"\b(?P<month>{_MONTH})\.? {_DAY},? (?P<year>\d{{4}})\b", re.IGNORECASE),
    re.compile(rf"\b{_DAY}(?: of)?[ -](?P<month>{_MONTH})[.,]{{0,2}}[ -](?P<year>\d{{4}})\b", re.I),
    re.compile(r"\b(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?![\d-])"),
    re.compile(r"\b(?P<year>\d{4})[/.](?P<month>\d{1,2})[/.](?P<day>\d{1,2})(?![\d/])"),
    re.compile(r"\b(?P<year>\d{4})年(?P<month>\d{1,2})月(?P<day>\d{1,2})日"),
)
_NUMERIC = re.compile(r"\b(\d{1,2})[/.](\d{1,2})[/.](\d{4})\b")
_OTHER_WORDS = re.compile(r"[^\W\d_]{3,}")
_YEAR_AND_DAY = re.compile(r"(?=.*\b(?:19|20)\d\d\b)(?=.*\b\d{1,2}\b)")
_EARLIEST, _LATEST = 1600, 2100
_UPDATED = re.compile(r"\b(?:updated|modified|today|actualisé|aktualisiert)\b", re.IGNORECASE)
_COPYRIGHT = re.compile(
    r"(?:©|\([cC]\)|[cC]opyright(?= +(?:\d{4}|by\b)))(?:\s|©|,|\([cC]\)|by\b|[Cc]opyright"
    r"|\d{4}(?:\s?(?:[-–]|to)\s?(?:\d{4}|present))?)*"
    r"(?P<owner>[^\W\d_][^|,©<\n]{1,50}?)"
    r"(?=[.,;]?\s*(?:$|[|,<(]|[Aa]ll [Rr]ights|ALL RIGHTS)|(?<=[^\W\d_]{2})\. )"
)
_WIRE = re.compile(
    r"\b(CNN|AP|AFP|Reuters|BBC|UPI|NPR|NBC News|CBS News|ABC News)\b[^—–-]{0,20}[—–-]"
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


def date_in(line: str) -> str | None:
    """Return the first full date that stands in a line, as ISO; None without one.

    A month or a year alone is not a date. "03/04/2025" is two dates, so it is none;
    "23/04/2025" is one.
    """
    for form in _DATES:
        for match in form.finditer(line):
            month = match["month"].lower()
            number = int(month) if month.isdigit() else _month_number(month)
            found = _iso(int(match["year"]), number, int(match["day"]))
            if found is not None:
                return found
    for match in _NUMERIC.finditer(line):
        first, second, year = (int(part) for part in match.groups())
        if first == second or max(first, second) > 12:
            found = _iso(year, min(first, second), max(first, second))
            if found is not None:
                return found
    return None


def _month_number(name: str) -> int:
    return 1 + next(i for i, month in enumerate(_MONTHS) if month.startswith(name[:3]))


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat() if _EARLIEST <= year <= _LATEST else None
    except ValueError:
        return None


def date_in_language(line: str, language: str) -> str | None:
    """Return the full date in a short line of another language ("20 novembre 2019")."""
    found = date_in(line)
    if found is not None or language == "en" or len(line) > 60 or not _YEAR_AND_DAY.match(line):
        return found
    # Imported here because it loads hundreds of locales, and is seldom needed.
    import dateparser

    parsed = dateparser.parse(
        line,
        languages=[language],
        settings={"REQUIRE_PARTS": ["day", "month", "year"], "STRICT_PARSING": True},
    )
    return _iso(parsed.year, parsed.month, parsed.day) if parsed is not None else None


def metadata_of_text(text: str, boilerplate: Sequence[BoilerplateSpan]) -> Metadata:
    """Read title, source, date and language from the marked text of a plain-text article."""
    language = language_of(text)
    title = next((text[s.start : s.end] for s in boilerplate if s.reason == "title"), None)
    published, evidence = _published(text, boilerplate, language)
    return Metadata(
        _plain_title(title) if title else made_title(text, boilerplate),
        _source(text, boilerplate),
        published,
        evidence,
        language,
    )


def _plain_title(title: str) -> str:
    return " ".join(re.sub(r"^#{1,6}\s+|^(\*\*|__)|(\*\*|__)$|\s#+$", "", title.strip()).split())


def _published(
    text: str, boilerplate: Sequence[BoilerplateSpan], language: str
) -> tuple[str | None, str | None]:
    """Return the date stated above the body, or right below its beginning, and the line.

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
            found = date_in_language(line, language)
            if found is None:
                continue
            number = len(text[:start].splitlines()) + 1
            stated = (found, f'line {number}: "{line}"')
            if not _UPDATED.match(line.lstrip("([ ")):
                return stated
            later = later if later[0] else stated
    return later


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
    position = 0
    for start, end in [*((s.start, s.end) for s in boilerplate), (len(text), len(text))]:
        beginning = text[position : min(start, position + _READ_FOR_TITLE)]
        first = next(iter(blocks(beginning)), None)
        if first is not None:
            return _cut_at_word(first_sentence(first.of(beginning)))
        position = max(position, end)
    return "Untitled"


def _cut_at_word(sentence: str) -> str:
    words = " ".join(sentence.split())
    if len(words) <= LONGEST_MADE_TITLE:
        return words
    cut = words[: LONGEST_MADE_TITLE + 1].rpartition(" ")[0] or words[:LONGEST_MADE_TITLE]
    return cut[:LONGEST_MADE_TITLE].rstrip(" ,;:.—–-") + "…"

"""Title, source, date and language of an article, each only when the text says it.

Nothing is guessed from a file's name or its time of change: a date is one that stands in
the text, with the line that says so as evidence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from index.article import BoilerplateSpan
from index.blocks import lines

LONGEST_MADE_TITLE = 80

_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_MONTH = "|".join(f"{name[:3]}(?:{name[3:]})?" for name in _MONTHS).replace(
    "sep(?:tember)?", "sept?(?:ember)?"
)
_DATES = (
    re.compile(
        rf"\b(?P<month>{_MONTH})\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>\d{{4}})\b", re.I
    ),
    re.compile(
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?P<month>{_MONTH})\.?,? (?P<year>\d{{4}})\b", re.I
    ),
    re.compile(r"\b(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?![\d-])"),
    re.compile(r"\b(?P<year>\d{4})/(?P<month>\d{1,2})/(?P<day>\d{1,2})(?![\d/])"),
)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known about an article besides its text; None where nothing says it."""

    title: str
    source: str | None = None
    published: str | None = None
    published_evidence: str | None = None


def date_in(line: str) -> str | None:
    """Return the first full date that stands in a line, as ISO; None without one.

    A month or a year alone is not a date, and "03/04/2025" is two dates: neither counts.
    """
    for form in _DATES:
        for match in form.finditer(line):
            month = match["month"].lower()
            number = (
                int(month) if month.isdigit() else 1 + [m[:3] for m in _MONTHS].index(month[:3])
            )
            try:
                return date(int(match["year"]), number, int(match["day"])).isoformat()
            except ValueError:
                continue
    return None


def metadata_of_text(text: str, boilerplate: tuple[BoilerplateSpan, ...]) -> Metadata:
    """Read title, source and date from the marked text of a plain-text article."""
    by_reason: dict[str, list[BoilerplateSpan]] = {}
    for span in boilerplate:
        by_reason.setdefault(span.reason, []).append(span)
    title = next((text[s.start : s.end].strip() for s in by_reason.get("title", [])), None)
    published, evidence = _dated(text, by_reason.get("date line", []))
    mastheads = by_reason.get("site name", [])
    source = text[mastheads[0].start : mastheads[0].end].strip() if mastheads else None
    return Metadata(title or made_title(text, boilerplate), source, published, evidence)


def _dated(text: str, spans: list[BoilerplateSpan]) -> tuple[str | None, str | None]:
    for span in spans:
        for line in text[span.start : span.end].splitlines():
            found = date_in(line)
            if found is not None:
                number = text.count("\n", 0, text.index(line, span.start)) + 1
                return found, f'line {number}: "{line.strip()}"'
    return None, None


def made_title(text: str, boilerplate: tuple[BoilerplateSpan, ...]) -> str:
    """Return the beginning of the body's first line, cut at a word, for a text without a title."""
    for line in lines(text):
        if any(span.start < line.end and line.start < span.end for span in boilerplate):
            continue
        words = " ".join(line.of(text)[: 4 * LONGEST_MADE_TITLE].split())
        if len(words) <= LONGEST_MADE_TITLE:
            return words
        cut = words[: LONGEST_MADE_TITLE + 1].rpartition(" ")[0] or words[:LONGEST_MADE_TITLE]
        return cut.rstrip(" ,;:.—–-") + "…"
    return "Untitled"


_COMMON = {
    "en": ["the", "of", "and", "to", "in", "is", "that", "for", "was", "with"],
    "de": ["der", "die", "und", "das", "ist", "nicht", "mit", "den", "von", "ein"],
    "fr": ["le", "la", "les", "et", "des", "est", "une", "dans", "que", "pour"],
    "es": ["el", "los", "las", "una", "que", "por", "con", "del", "para", "es"],
    "it": ["il", "di", "che", "della", "per", "una", "non", "sono", "con", "gli"],
    "pt": ["o", "os", "que", "uma", "não", "para", "com", "do", "da", "em"],
    "nl": ["de", "het", "een", "van", "en", "niet", "zijn", "voor", "met", "dat"],
}


def language_of(text: str) -> str:
    """Return the language whose commonest words are most frequent in the text's beginning; "en" in doubt."""
    words = re.findall(r"[^\W\d_]+", text[:20_000].lower())
    if not words:
        return "en"
    counts = {
        language: sum(words.count(word) for word in common) for language, common in _COMMON.items()
    }
    best = max(counts, key=lambda language: counts[language])
    return best if counts[best] > max(1.5 * counts["en"], 0.05 * len(words)) else "en"

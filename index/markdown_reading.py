"""Markdown: front matter says title, source and date; a first-level heading the title.

Offsets are those of the file: mark-up stays in the text.
"""

from __future__ import annotations

import re
from dataclasses import replace

import yaml

from index.article import BoilerplateSpan
from index.cleaning import mark_boilerplate
from index.metadata import Metadata, date_in, metadata_of_text

_FRONT_MATTER = re.compile(
    r"\ufeff?---[ \t]*\r?\n(?P<yaml>.*?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)",
    re.DOTALL | re.MULTILINE,
)
_HEADING = re.compile(r"^#[ \t]+(?P<title>[^\n\r]+?)[ \t]*#*[ \t]*\r?$", re.MULTILINE)
_LONGEST_FRONT_MATTER = 20_000
_HEADING_WITHIN = 2_000


def read_markdown(text: str) -> tuple[tuple[BoilerplateSpan, ...], Metadata]:
    """Return what of a Markdown text is not the article, and its metadata."""
    matter = _FRONT_MATTER.match(text, 0, _LONGEST_FRONT_MATTER)
    stated = _front_matter(matter["yaml"]) if matter else {}
    start = matter.end() if matter else 0
    heading = _HEADING.search(text, start, start + _HEADING_WITHIN)
    title = stated.get("title") or (heading["title"] if heading else None)
    shifted = mark_boilerplate(text[start:], title=title, authored=True)
    spans = [BoilerplateSpan(s.start + start, s.end + start, s.reason) for s in shifted]
    if heading and not any(s.start < heading.end() and heading.start() < s.end for s in spans):
        spans.append(BoilerplateSpan(heading.start(), heading.end(), "title"))
    if matter:
        spans.append(BoilerplateSpan(0, matter.end(), "front matter"))
    boilerplate = tuple(sorted(spans))
    found = metadata_of_text(text, boilerplate)
    published = next((d for d in map(date_in, _dates(stated)) if d), None)
    found = replace(
        found,
        title=title or found.title,
        source=stated.get("source") or stated.get("site") or found.source,
    )
    if published is not None:
        found = replace(found, published=published, published_evidence="front matter")
    return boilerplate, found


def _dates(stated: dict[str, str]) -> list[str]:
    return [stated[key] for key in ("published", "date", "created") if key in stated]


def _front_matter(source: str) -> dict[str, str]:
    try:
        values = yaml.safe_load(source)
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}
    if not isinstance(values, dict):
        return {}
    return {
        str(key).lower(): " ".join(str(value).split())
        for key, value in values.items()
        if value is not None and not isinstance(value, list | dict) and str(value).strip()
    }

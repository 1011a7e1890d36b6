"""Which month a word names, in the languages that newspapers are commonly written in.

The only importer of dateparser, whose tables of locales know the names and their short forms.
English names are known without it, since most articles need no other.
"""

from __future__ import annotations

from functools import lru_cache

_ENGLISH = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_LANGUAGES = ["de", "fr", "es", "it", "pt", "nl", "sv", "da", "nb", "pl", "ru", "uk", "cs"]


@lru_cache(maxsize=4096)
def month_number(word: str) -> int | None:
    """Return the number of the month, 1 to 12, that a word names; None when it names none.

    Short forms count ("Sept", "févr"), with or without their full stop.
    """
    word = word.strip(".").lower()
    for number, name in enumerate(_ENGLISH, start=1):
        if word == name or (len(word) in (3, 4) and name.startswith(word)):
            return number
    if len(word) < 3 or not word.isalpha():
        return None
    # Imported here because it loads hundreds of locales, and is seldom needed.
    import dateparser

    found = dateparser.parse(
        f"1 {word} 2000",
        languages=_LANGUAGES,
        settings={"REQUIRE_PARTS": ["day", "month", "year"], "STRICT_PARSING": True},
    )
    return int(found.month) if found is not None and found.day == 1 else None

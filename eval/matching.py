"""Comparing wordings: normalisation, whether a text says something, token F1.

The normalisation is SQuAD's (lower case, no articles, no punctuation, single spaces;
Rajpurkar et al. 2016, https://arxiv.org/abs/1606.05250), and on top of it dashes part
words, months are spelled out, and "United States", "U.S." and "US" are one.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from eval.case import Wording

_DASHES = re.compile(r"[-\u2010-\u2015\u2212/]+")
_MARKS = re.compile(
    "[" + re.escape(string.punctuation) + "\u2018\u2019\u201a\u201c\u201d\u201e…«»]"
)
_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_MONTHS = {
    "jan": "january", "feb": "february", "mar": "march", "apr": "april", "jun": "june",
    "jul": "july", "aug": "august", "sep": "september", "sept": "september", "oct": "october",
    "nov": "november", "dec": "december",
}  # fmt: skip
_MONTH = re.compile(r"\b(" + "|".join(_MONTHS) + r")\b")


@lru_cache(maxsize=8192)
def normalise(text: str) -> str:
    """Return the text as it is compared."""
    plain = _MARKS.sub("", _DASHES.sub(" ", text.casefold()))
    plain = _MONTH.sub(lambda found: _MONTHS[found.group(1)], _ARTICLES.sub(" ", plain))
    return " ".join(plain.split()).replace("united states", "us").replace(" us america", " us")


def says(text: str, words: str) -> bool:
    """Whether the text holds the words, as whole words; "tariffs" says "tariff" as well."""
    wanted = normalise(words)
    plural = "" if wanted[-1:].isdigit() else "(?:e?s)?"
    return bool(wanted and re.search(rf"(?<!\w){re.escape(wanted)}{plural}(?!\w)", normalise(text)))


def says_all(text: str, wording: Wording) -> bool:
    """Whether the text holds every part of the wording, in any order."""
    return all(says(text, part) for part in wording)


def first_said(text: str, wordings: Iterable[Wording]) -> Wording | None:
    """Return the first of the wordings that the text holds, or None."""
    return next((wording for wording in wordings if says_all(text, wording)), None)


def token_f1(text: str, expected: str) -> float:
    """Return the harmonic mean of token precision and recall, 0 to 1 (SQuAD's F1).

    Source: Rajpurkar et al. 2016, https://arxiv.org/abs/1606.05250, section 6.1.
    """
    given, wanted = normalise(text).split(), normalise(expected).split()
    if not given or not wanted:
        return float(given == wanted)
    shared = sum((Counter(given) & Counter(wanted)).values())
    return 2 * shared / (len(given) + len(wanted))

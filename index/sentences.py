"""The sentences of one paragraph, as spans of the text it stands in.

Boundaries come from sentencex (rules for 240 languages, abbreviations known), put right
where it cuts what belongs together: a list item from its number, a quotation from who said
it, a time from its zone. The only importer of sentencex and of langchain-text-splitters.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from sentencex import get_sentence_boundaries

from index.article import Span
from index.languages import UNDETERMINED

if TYPE_CHECKING:
    from langchain_text_splitters import RecursiveCharacterTextSplitter

LONGEST_SENTENCE = 600

_WORD = re.compile(r"\w")
_INNER_END = re.compile(r"[.!?…。！？।][^\w\s]*\s|[.!?…。！？।][^\s.]")
# "1.", "a)", "(iv)", "•" alone are the head of an item, not a sentence.
_ITEM_HEAD = re.compile(r"(?:[-*•·–—]|\(?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,4})[.)])$")
_LONGEST_ITEM_HEAD = 6
# "Is it dear?” Alito asked.", "It is!” the mayor of Altstadt said."
_SAYS_WHO = re.compile(
    r"(?:[^\W\d_][\w.’'-]*,? ){1,5}(?:said|says|asked|asks|added|adds|wrote|writes|told|replied"
    r"|posted|tweeted|continued|recalled|explained|joked|exclaimed|answered|shouted|cried)\b"
)
_QUOTED_END = re.compile(r"[?!][\"”’»']{1,2}$")
_TIME_END = re.compile(r"\b[ap]\.m\.$", re.IGNORECASE)
_ZONE_OR_DAY = re.compile(
    r"(?:[ECMP][SD]?T|GMT|UTC|JST|BST|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b"
)
# What the splitter's French does not know: "M. Dupont", "le 3 janv. 2025".
_FRENCH_TITLE = re.compile(r"(?:^|[^\w-])(?:M|MM|Me|Mgr)\.$")
_SHORT_MONTH = re.compile(
    r"\b(?:janv|févr|avr|juil|août|sept|oct|nov|déc|ene|feb|abr|ago|dic|jan|mär|aug|okt|dez)\.$",
    re.IGNORECASE,
)
# "「...。」と述べた": what is said, and that it was said, are one Japanese sentence.
_JAPANESE_QUOTE_END = re.compile(r"[」』]$")
_JAPANESE_SAYS = ("と", "など", "って", "との", "を", "は", "が", "の", "に", "で")
_LOOK_BACK = 16


def sentences_of(text: str, paragraph: Span, language: str = "en") -> list[Span]:
    """Return the sentences of a paragraph, in order, without the white space around them.

    One longer than `LONGEST_SENTENCE` characters is cut at the best place. A sentence has
    at least one letter or digit.
    """
    words = paragraph.of(text)
    if len(words) <= LONGEST_SENTENCE and not _INNER_END.search(words):
        pieces = [(0, len(words))]  # the commonest case: saves the call of the splitter
    else:
        pieces = _joined(words, _boundaries(words, language), language)
    found = []
    for start, end in pieces:
        for span in _no_longer_than_allowed(text, paragraph.start + start, paragraph.start + end):
            trimmed = _trimmed(text, span)
            if trimmed is not None:
                found.append(trimmed)
    return found


def first_sentence(line: str, language: str = "en") -> str:
    """Return the first sentence of a line."""
    start, end = _joined(line, _boundaries(line, language), language)[0] if line else (0, 0)
    return line[start:end].strip()


def _boundaries(words: str, language: str) -> list[tuple[int, int]]:
    language = "en" if language == UNDETERMINED else language
    found = [(b["start_index"], b["end_index"]) for b in get_sentence_boundaries(language, words)]
    covers = bool(found) and found[0][0] == 0 and found[-1][1] == len(words)
    seamless = all(a[1] == b[0] for a, b in pairwise(found))
    # Characters are never lost, whatever the splitter does with unusual ones.
    return found if covers and seamless else [(0, len(words))]


def _joined(words: str, pieces: Sequence[tuple[int, int]], language: str) -> list[tuple[int, int]]:
    """Join the pieces that do not begin a sentence to the ones before."""
    joined: list[tuple[int, int]] = []
    for start, end in pieces:
        if joined and (
            _goes_on(words, joined[-1][0], start, end) or _goes_on_in(language, words, start, end)
        ):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _goes_on(words: str, begun: int, start: int, end: int) -> bool:
    """Whether `words[start:end]` goes on with the sentence that began at `begun`."""
    piece = words[start:end].strip()
    before = words[max(begun, start - _LOOK_BACK) : start].rstrip()
    if piece[:1].islower() or not _WORD.search(piece):
        return True
    short = len(before) <= _LONGEST_ITEM_HEAD and start - begun <= _LOOK_BACK
    if short and _ITEM_HEAD.match(before.strip()):
        return True
    if _QUOTED_END.search(before) and _SAYS_WHO.match(piece):
        return True
    if _TIME_END.search(before) and _ZONE_OR_DAY.match(piece):
        return True
    # "the Japan-U.S. alliance": a lone capital with nothing after its full stop.
    return _ends_in_initial(words, start)


def _goes_on_in(language: str, words: str, start: int, end: int) -> bool:
    """Whether a piece goes on with the one before by the ways of writing of one language."""
    before = words[max(0, start - _LOOK_BACK) : start].rstrip()
    piece = words[start:end].lstrip()
    if language == "ja":
        return bool(_JAPANESE_QUOTE_END.search(before)) and piece.startswith(_JAPANESE_SAYS)
    if language == "fr" and _FRENCH_TITLE.search(before):
        return piece[:1].isupper()
    return language in ("fr", "es", "de") and (
        piece[:1].isdigit() and _SHORT_MONTH.search(before) is not None
    )


def _ends_in_initial(words: str, end: int) -> bool:
    """Whether a lone capital and its full stop stand right before an offset: "Japan-U.", "J."."""
    if end < 2 or words[end - 1] != "." or not words[end - 2].isupper():
        return False
    return end == 2 or not words[end - 3].isalnum()


def _trimmed(text: str, span: tuple[int, int]) -> Span | None:
    """Return the span without white space at its ends; None when it holds no letter or digit."""
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end) if _WORD.search(text, start, end) else None


def _no_longer_than_allowed(text: str, start: int, end: int) -> list[tuple[int, int]]:
    if end - start <= LONGEST_SENTENCE:
        return [(start, end)]
    cuts = [start]
    for document in _cutter().create_documents([text[start:end]]):
        cuts.append(start + int(document.metadata["start_index"]))
    cuts.append(end)
    return [(a, b) for a, b in pairwise(cuts) if a < b]


@lru_cache(maxsize=1)
def _cutter() -> RecursiveCharacterTextSplitter:
    # Imported here because it takes longer than all else in this module, and is seldom needed.
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    return RecursiveCharacterTextSplitter(
        separators=["\n", "。", "; ", ": ", " — ", " – ", ", ", "、", " ", ""],
        keep_separator="end",
        chunk_size=LONGEST_SENTENCE,
        chunk_overlap=0,
        length_function=len,
        strip_whitespace=False,
        add_start_index=True,
    )

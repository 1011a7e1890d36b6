"""From what a model writes to claims with sentence numbers, while it is still writing.

The markers are `[3]` and `[3, 5]`, shared by the prompt, this parser and the tests. A
number that was not offered is taken out and reported, never passed on. (Masking such numbers
while the model writes was measured against this with the starter model: no number was unknown
either way, the same sentences were cited, and the mask took 0.2 ms a token; a model behind an
address cannot be masked at all. `python -m eval.marker_mask`.)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

MARKER = re.compile(r"[ \t]*\[\s*(\d{1,4}(?:\s*[,;]\s*\d{1,4})*)\s*\]")
PARTIAL_MARKER = re.compile(r"[ \t]*\[[\d\s,;]{0,24}\Z")
# What a model puts before a sentence and that is no part of it: bullets, list numbers, labels.
LEAD_IN = re.compile(
    r"\A(?:[\s>*#\u2022-]+|\d{1,2}[.)]\s+|(?:final\s+)?answer\s*:\s*"
    r"|the answer (?:to the question )?is\s*:\s*)+",
    re.IGNORECASE,
)

SplitSentences = Callable[[str], Sequence[tuple[int, int]]]


def marker(number: int) -> str:
    """Return the marker of a sentence number, as the prompt shows it."""
    return f"[{number}]"


@dataclass(frozen=True, slots=True)
class WrittenClaim:
    """A sentence of the model, its markers taken out.

    `numbers` are those of its markers that were offered, in order, each once; `unknown`
    those that were not.
    """

    text: str
    numbers: tuple[int, ...] = ()
    unknown: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Writing:
    """The sentence being written, so far, its markers taken out."""

    text: str


class ClaimParser:
    """Cuts a stream of pieces into claims.

    `offered` are the numbers that may be cited; `split` returns the sentence spans
    (start, end) of a text. A sentence is complete when the next one has well begun,
    because a marker may stand after the full stop and "U.S." may turn out to be no end;
    half a marker at the end of what has come is held back. `seen` collects every number that
    was written, offered or not. The whole text is cut again
    at each piece: a reply is a few hundred tokens, and there is no state to go wrong.
    """

    # So many characters of the next sentence show that the last one has ended.
    WELL_BEGUN = 12

    def __init__(self, offered: Iterable[int], split: SplitSentences) -> None:
        self._offered = frozenset(offered)
        self._split = split
        self.seen: set[int] = set()

    def feed(self, pieces: Iterable[str]) -> Iterator[WrittenClaim | Writing]:
        """Yield each claim once it is complete, and the growing sentence in between."""
        raw, given, shown = "", 0, ""
        for piece in pieces:
            if not piece:
                # The model is still reading: whoever listens may want to stop it now.
                yield Writing(shown)
                continue
            raw += piece
            text, markers = _take_out_markers(PARTIAL_MARKER.sub("", raw))
            spans = self._sentences(text)
            while given < len(spans) - 1 and self._has_ended(spans[given + 1], text):
                yield from self._claim(text, spans, given, markers)
                given += 1
            growing = _clean(text[spans[given][0] :]) if given < len(spans) else ""
            if growing and growing != shown:
                shown = growing
                yield Writing(growing)
        text, markers = _take_out_markers(raw)
        self.seen = {number for mark in markers for number in mark.numbers}
        spans = self._sentences(text)
        for index in range(given, len(spans)):
            yield from self._claim(text, spans, index, markers)

    def _has_ended(self, following: tuple[int, int], text: str) -> bool:
        start, end = following
        return end - start >= self.WELL_BEGUN or "\n" in text[end:]

    def _claim(
        self,
        text: str,
        spans: Sequence[tuple[int, int]],
        index: int,
        markers: Sequence[_Marker],
    ) -> Iterator[WrittenClaim]:
        start, end = spans[index]
        since = spans[index - 1][1] if index else 0
        until = spans[index + 1][0] if index + 1 < len(spans) else len(text)
        words = _clean(text[start:end])
        if not any(character.isalnum() for character in words):
            return
        cited = dict.fromkeys(
            number
            for mark in markers
            if (since <= mark.at <= start if mark.leads else start < mark.at <= until)
            for number in mark.numbers
        )
        yield WrittenClaim(
            words,
            tuple(n for n in cited if n in self._offered),
            tuple(n for n in cited if n not in self._offered),
        )

    def _sentences(self, text: str) -> list[tuple[int, int]]:
        """Return the sentence spans, line by line: a model's line break ends a sentence."""
        return [
            (line.start() + start, line.start() + end)
            for line in re.finditer(r"[^\n]+", text)
            for start, end in self._split(line.group(0))
            if line.group(0)[start:end].strip()
        ]


@dataclass(frozen=True, slots=True)
class _Marker:
    """A marker taken out at offset `at`; one that begins a line belongs to what follows."""

    at: int
    numbers: tuple[int, ...]
    leads: bool


def _take_out_markers(raw: str) -> tuple[str, list[_Marker]]:
    """Return the text without its markers, and the markers."""
    text, position = "", 0
    markers = []
    for found in MARKER.finditer(raw):
        text += raw[position : found.start()]
        numbers = tuple(int(digits) for digits in re.findall(r"\d+", found.group(1)))
        leads = not text.strip() or text.rstrip(" \t").endswith("\n")
        markers.append(_Marker(len(text), numbers, leads))
        position = found.end()
    return text + raw[position:], markers


def _clean(text: str) -> str:
    return " ".join(LEAD_IN.sub("", text.strip()).split())

"""How a claim says it, against how its source says it: layer (b) of the support check.

Negation, certainty (may, plans to, reportedly), opposites (rise and fall), and who did what to
whom. Pure text work on one claim sentence and one source sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from qa.alignment import Alignment, align, shown
from qa.facts import facts_of
from qa.figures import agrees
from qa.lexicon import keyed, word_set
from qa.names import Name, name_index
from qa.words import FUNCTION_WORDS, Token, stem, tokens

CueKind = Literal["negation", "possible", "planned", "reported", "conditional"]

_KINDS: tuple[CueKind, ...] = ("negation", "possible", "planned", "reported", "conditional")
_CUES: tuple[tuple[CueKind, re.Pattern[str]], ...] = tuple(
    (
        kind,
        re.compile(
            r"(?<![\w'-])(?:"
            + "|".join(pattern for key, pattern in keyed("wording", "cues") if key == kind)
            + r")(?![\w'-])",
            re.IGNORECASE,
        ),
    )
    for kind in _KINDS
)
_CLAUSE_END = re.compile(r'[,;:()"—]')
_HEADS = 3

_OPPOSITE: dict[str, set[str]] = {}
for _one, _other in (
    [stem(word) for word in pair.split("/")] for pair in word_set("wording", "opposites")
):
    _OPPOSITE.setdefault(_one, set()).add(_other)
    _OPPOSITE.setdefault(_other, set()).add(_one)


@dataclass(frozen=True, slots=True)
class Cue:
    """A word that turns a statement, and the stems that it bears on, nearest first."""

    kind: CueKind
    text: str
    heads: tuple[str, ...]
    start: int


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A difference in wording that changes the statement. `reason` is for people."""

    kind: Literal["negation", "modality", "attribution", "opposite", "roles", "swapped"]
    reason: str


@lru_cache(maxsize=4096)
def cues(text: str) -> tuple[Cue, ...]:
    """Return the cues of a normalised sentence, in order."""
    words = tokens(text)
    found = []
    for kind, pattern in _CUES:
        for match in pattern.finditer(text):
            if not _is_noun_use(match, text):
                heads = _heads(words, match.end())
                found.append(Cue(kind, match.group(), heads, match.start()))
    return tuple(sorted(found, key=lambda cue: cue.start))


def _is_noun_use(match: re.Match[str], text: str) -> bool:
    """Whether "May", "will" or "can" is a month or a thing, by what stands beside it."""
    word = match.group()
    if word == "May":
        return match.start() > 0
    before = text[: match.start()].rsplit(None, 1)
    last = before[-1].lower() if before else ""
    if word.lower() in ("will", "can", "might") and last in (
        "the",
        "a",
        "his",
        "her",
        "their",
        "its",
        "free",
    ):
        return True
    return word.lower() in ("no",) and bool(re.match(r"\.? ?\d", text[match.end() :]))


def _heads(words: Sequence[Token], after: int) -> tuple[str, ...]:
    heads: list[str] = []
    for word in words:
        if word.start < after:
            continue
        if _CLAUSE_END.fullmatch(word.text) or len(heads) == _HEADS:
            break
        if word.is_word and word.lower not in FUNCTION_WORDS:
            heads.append(stem(word.lower))
    return tuple(heads)


def mismatches(claim: str, source: str) -> list[Mismatch]:
    """Return how the claim's wording changes what the source sentence says. Normalised texts."""
    found = [
        *_certainty(claim, source),
        *_opposites(claim, source),
    ]
    alignment = align(claim, source)
    found += _swapped_facts(alignment, claim, source)
    return found


def _certainty(claim: str, source: str) -> Iterator[Mismatch]:
    mine, theirs = cues(claim), cues(source)
    claim_stems = {stem(token.lower) for token in tokens(claim) if token.is_word}
    source_stems = {stem(token.lower) for token in tokens(source) if token.is_word}
    for cue in theirs:
        if cue.heads and cue.heads[0] in claim_stems and not _answered(cue, mine):
            yield _lost(cue)
    for cue in mine:
        if cue.heads and cue.heads[0] in source_stems and not _answered(cue, theirs):
            yield _gained(cue)


def _answered(cue: Cue, others: Sequence[Cue]) -> bool:
    """Whether a cue of the other text turns the same statement the same way."""
    group = _GROUP[cue.kind]
    return any(
        _GROUP[other.kind] == group and set(other.heads) & set(cue.heads) for other in others
    )


_GROUP = {
    "negation": "negation",
    "possible": "open",
    "planned": "open",
    "reported": "reported",
    "conditional": "open",
}


def _lost(cue: Cue) -> Mismatch:
    if cue.kind == "negation":
        return Mismatch("negation", f'the source says "{cue.text}", the claim leaves it out')
    if cue.kind == "reported":
        return Mismatch("attribution", f'the source says "{cue.text}", the claim states it as fact')
    return Mismatch("modality", f'the source says "{cue.text}", the claim states it as done')


def _gained(cue: Cue) -> Mismatch:
    if cue.kind == "negation":
        return Mismatch("negation", f'the claim says "{cue.text}", the source does not')
    return Mismatch("modality", f'the claim says "{cue.text}", the source does not')


def _opposites(claim: str, source: str) -> Iterator[Mismatch]:
    mine = {stem(token.lower): token.text for token in tokens(claim) if token.is_word}
    theirs = {stem(token.lower): token.text for token in tokens(source) if token.is_word}
    for word, text in mine.items():
        if word in theirs:
            continue
        for other in _OPPOSITE.get(word, ()):
            if other in theirs and other not in mine:
                yield Mismatch("opposite", f'the source says "{theirs[other]}", the claim "{text}"')


def _swapped_facts(alignment: Alignment, claim: str, source: str) -> Iterator[Mismatch]:
    """Yield names and figures that stand in the place of others."""
    if alignment.share < 0.5:
        return
    for edit in alignment.edits:
        if edit.a == edit.b or edit.c == edit.d or not edit.held:
            continue
        mine = alignment.claim[edit.a : edit.b]
        theirs = alignment.source[edit.c : edit.d]
        one = claim[mine[0].start : mine[-1].end]
        other = source[theirs[0].start : theirs[-1].end]
        if _other_name(claim, mine, source, theirs, other) or _other_figure(one, other):
            yield Mismatch(
                "swapped", f'the claim has "{shown(mine)}" where the source has "{shown(theirs)}"'
            )


def _other_name(
    claim: str, mine: Sequence[Token], source: str, theirs: Sequence[Token], other: str
) -> bool:
    one_names = _names_within(claim, mine)
    other_names = _names_within(source, theirs)
    if not one_names or not other_names:
        return False
    index = name_index((other,))
    return not any(index.holds(name) for name in one_names)


def _names_within(text: str, words: Sequence[Token]) -> list[Name]:
    every = tokens(text)
    start, end = words[0].start, words[-1].end
    return [
        name
        for name in facts_of(text).names
        if every[name.first].start < end and start < every[name.last - 1].end
    ]


def _other_figure(one: str, other: str) -> bool:
    mine, theirs = facts_of(one).figures, facts_of(other).figures
    if not mine or not theirs:
        return False
    return not any(agrees(a, b) for a in mine for b in theirs)

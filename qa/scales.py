"""Scales on which two sources may stand at different places: never, for the first time, rarely.

Two sentences differ when both speak of what is asked and one says "rare" where the other says
"a historic first". The scales and their wordings stand in `lexicon.toml`.

Limits: only what the tables list; whether both can be true is left to the reader.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from qa.lexicon import keyed
from qa.words import content_stems, normalise, tokens

# Words around a wording within which what is asked about must stand: what "rare" says of a
# visit, it does not say of the weather.
NEAR = 14
ANY_SCALE = "any"


@dataclass(frozen=True, slots=True)
class Level:
    """A place on a scale, and the words of a sentence that put it there."""

    scale: str
    name: str
    words: str


@lru_cache(maxsize=1)
def _questions() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (scale, re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])", re.IGNORECASE))
        for scale, pattern in keyed("scales", "asked")
    )


@lru_cache(maxsize=1)
def _wordings() -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    found = []
    for key, pattern in keyed("scales", "levels"):
        scale, _, name = key.partition(" ")
        wording = re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])", re.IGNORECASE)
        found.append((scale, name, wording))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question asks for: the scales, and the stems that say about what."""

    scales: frozenset[str]
    about: frozenset[str]


def levels(sentence: str, asked: Asked) -> tuple[Level, ...]:
    """Return where a sentence stands on the scales that are asked for.

    A word of what is asked about must stand near the wording. On each scale the first wording
    of the sentence counts.
    """
    plain = normalise(sentence)
    first: dict[str, tuple[int, Level]] = {}
    for scale, name, wording in _wordings():
        if scale not in asked.scales:
            continue
        for match in wording.finditer(plain):
            level = Level(scale, name, match.group())
            if not near_words(sentence, level) & asked.about:
                continue
            if scale not in first or match.start() < first[scale][0]:
                first[scale] = (match.start(), level)
    return tuple(level for _, level in first.values())


def near_words(sentence: str, level: Level) -> frozenset[str]:
    """Return the stems of the content words in and around a wording of the sentence."""
    plain = normalise(sentence)
    start = plain.find(level.words)
    end = start + len(level.words)
    words = [token for token in tokens(plain) if token.is_word]
    inside = [n for n, word in enumerate(words) if word.start < end and word.end > start]
    near = words[max(0, inside[0] - NEAR) : inside[-1] + NEAR + 1]
    return frozenset(content_stems(near))


def asked_about(question: str) -> Asked:
    """Return the scales that the question asks for, and its content less wordings of scales."""
    plain = normalise(question)
    scales = frozenset(scale for scale, pattern in _questions() if pattern.search(plain))
    if ANY_SCALE in scales:
        scales = frozenset(scale for scale, _ in _questions())
    for _, _, wording in _wordings():
        plain = wording.sub(" ", plain)
    return Asked(scales - {ANY_SCALE}, frozenset(content_stems(tokens(plain))))

"""Whose words a source gives, and keeping that with a claim that rests on them.

"Japan is working to arrange a trip, government sources said Sunday" is not a statement of the
article's own. A claim that repeats only the first half has lost who said it: the source's own
words for that are put back, or, where they cannot be, the source's sentence is quoted.

Limits: English; the speaker must be named in the sentence itself (a quotation that goes on from
the sentence before is not seen).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa.lexicon import word_set
from qa.words import content_stems, normalise, tokens

_SAID = "|".join(sorted(word_set("wording", "saying") | {"suggest", "suggests", "according to"}))
_SAYS = re.compile(rf"\b(?:{_SAID}|reportedly|allegedly)\b", re.IGNORECASE)
_TAIL = re.compile(
    rf"[,”\"’']{{1,2}}\s+(?P<words>(?:[^,;:.“”\"]{{0,70}}\b)?(?:{_SAID})\b[^,;:“”\"]{{0,50}}?)\.?\s*$",
    re.IGNORECASE,
)
_ACCORDING = re.compile(r"^(?P<words>according to [^,;:“”\"]{2,80}),\s+", re.IGNORECASE)
_HEAD = re.compile(
    r"^(?:(?:meanwhile|however|later|earlier|separately),\s+)?"
    rf"(?P<words>[^,;:“”\"]{{2,80}}?\b(?:{_SAID})\b(?: that)?)\s+(?=[^\s,.;:])",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[“\"]([^“”\"]{3,})[”\"]")
# So much of a claim must stand in what somebody says for the claim to rest on it.
RESTS_ON = 0.6


@dataclass(frozen=True, slots=True)
class Saying:
    """A sentence's report of somebody's words.

    `said` is what was said and `words` who said it, as the sentence has them; `place` is where
    those words stand: "first", "last", or "between" when neither.
    """

    said: str
    words: str
    place: str


def saying_of(sentence: str) -> Saying | None:
    """Return what a sentence gives as somebody's words, None when it speaks for itself."""
    plain = " ".join(sentence.split())
    tail = _TAIL.search(plain)
    if tail is not None:
        return Saying(plain[: tail.start()].strip(" ,“\"'"), tail.group("words").strip(), "last")
    for pattern in (_ACCORDING, _HEAD):
        head = pattern.match(plain)
        if head is not None and not _QUOTED.search(plain):
            return Saying(plain[head.end() :].rstrip(" ."), head.group("words").strip(), "first")
    quoted = " ".join(_QUOTED.findall(plain))
    if quoted and _SAYS.search(_QUOTED.sub(" ", plain)):
        return Saying(quoted, "", "between")
    return None


def lost_saying(claim: str, sentence: str) -> Saying | None:
    """Return the report in a source sentence that the claim rests on and does not carry."""
    if _SAYS.search(claim) or _QUOTED.search(claim):
        return None
    saying = saying_of(sentence)
    if saying is None:
        return None
    mine = set(content_stems(tokens(normalise(claim))))
    held = mine & set(content_stems(tokens(normalise(saying.said))))
    # Naming who says it without a verb of saying ("In his view") is left to the reader.
    return saying if mine and len(held) >= RESTS_ON * len(mine) else None


def attributed(claim: str, saying: Saying) -> str | None:
    """Return the claim with who said it, in the source's words, None when they do not fit on."""
    plain = claim.rstrip(" .")
    if saying.place == "last":
        return f"{plain}, {saying.words}."
    first, _, rest = plain.partition(" ")
    begins = saying.said.split(" ", 1)[0]
    if saying.place == "first" and first.casefold() == begins.casefold() and rest:
        comma = "," if saying.words.casefold().startswith("according") else ""
        return f"{saying.words}{comma} {begins} {rest}."
    return None

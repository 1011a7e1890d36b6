"""The statements of a claim: its sentences, without what states nothing.

List numbers, "here are the steps:" and references to the sources themselves ("according to
passage 2") state nothing that a source could bear out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.facts import facts_of
from qa.words import sentences, tokens

_MARKER = re.compile(
    r"^(?:[-*•>#\s]+|\(?\d{1,2}[.)]\s+|(?:step|item|point) \d{1,2}\s*[:.-]\s*|[a-z]\)\s+|\*\*)+",
    re.IGNORECASE,
)
_SOURCES = (
    r"(?:the |these |this )?(?:given |provided |above |cited )?"
    r"(?:passages?|sources?|articles?|texts?|context|documents?|information)"
)
_TELLS = r"(?:also )?(?:states?|says?|mentions?|suggests?|provides?|explains?|notes?|adds?)"
_REFERENCE = re.compile(
    "|".join(
        (
            (
                r"(?:the |a brief )?(?:answers? )?to the question,? \"[^\"]*\""
                r"(?: (?:is|are|would be|can be summarized as))?"
            ),
            (
                r"\((?:ref:? ?|see |from |as (?:stated|mentioned) in |source:? ?)?"
                r"(?:passages?|sources?) ?\d[^()]*\)"
            ),
            r"\[\d{1,3}(?:, ?\d{1,3})*\]",
            (
                r"\b(?:based on|according to|as (?:stated|mentioned|described|suggested) in|from|in) "
                rf"{_SOURCES}(?: \d)?(?: (?:provided|given|above))?,?"
            ),
            r"\bthe (?:first|second|third|last) (?:passage|source|article)\b",
            rf"\b(?:passages?|sources?) \d(?: and \d)? {_TELLS} (?:that )?",
            rf"\b{_SOURCES} {_TELLS} that ",
        )
    ),
    re.IGNORECASE,
)
# What a claim says of the sources' silence, of itself or of what follows; no source can bear it out.
_ABOUT_ITSELF = re.compile(
    "|".join(
        (
            r"^(?:here (?:is|are)\b|(?:the )?answer to\b|.{0,120}\b(?:steps?|following|follows|how to)\b)"
            r"[^.]{0,80}:$",
            r"^(?:i hope this|let me know|sure[,!])\b.{0,60}$",
            rf"\b{_SOURCES}\b.{{0,30}}\b(?:do|does|did) not\b.{{0,40}}"
            r"\b(?:provide|mention|contain|specify|give|include|say|state|address|explain)",
            r"\b(?:not|no|nor)\b.{0,30}\b(?:mentioned|provided|specified|given|stated|included)"
            rf"\b.{{0,20}}\b(?:in|from|by)\b {_SOURCES}",
            rf"\bno {_SOURCES} (?:mentions?|says?|states?|provides?)\b",
            r"\b(?:unable|not possible|impossible|not able|can not) (?:to )?(?:answer|provide)\b",
        )
    ),
    re.IGNORECASE,
)
_SOURCE_MARKER = re.compile(
    r"^(?:passage \d{1,2}\s*:\s*|[-*•>#]+\s*|\(?\d{1,2}[.)]\s+|(?-i:\d{1,2} (?=[A-Z][a-z]))|step \d{1,2}: )+",
    re.IGNORECASE,
)


def statements(claim: str) -> list[str]:
    """Return the sentences of a normalised claim that state something.

    When none does, the claim itself.
    """
    found = []
    for part in sentences(claim):
        plain = _REFERENCE.sub("", _MARKER.sub("", part)).strip(" ,;:-*") if part else ""
        words = [token for token in tokens(plain) if token.is_word]
        if any(not word.is_function for word in words) and not says_nothing(part):
            found.append(plain[0].upper() + plain[1:] if part[0].isupper() else plain)
    return found or [claim]


def says_nothing(sentence: str) -> bool:
    """Whether a sentence is a question, a lead-in, or only about the sources' silence."""
    if sentence.rstrip("\"') ").endswith("?"):
        return True
    return bool(_ABOUT_ITSELF.search(sentence)) and not facts_of(sentence).quotations


def source_sentences(evidence: Sequence[str]) -> list[str]:
    """Return the sentences of normalised texts, without list numbers in front of them."""
    pieces = [piece for text in evidence for piece in sentences(text)]
    return [_SOURCE_MARKER.sub("", piece) or piece for piece in pieces]

"""The statements of a claim: its sentences, without what states nothing.

List numbers, "here are the steps:" and references to the sources themselves ("according to
passage 2") state nothing that a source could bear out.
"""

from __future__ import annotations

import re

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
_ABOUT_ANSWER = re.compile(
    r"^(?:here (?:is|are)|(?:the )?answer to|i hope this|let me know|sure[,!]|overall,? it)\b.*"
    r"|^.{0,120}(?:follow these steps|as follows|the following|these steps|steps"
    r"|here is how to .{0,60}|answer to the question)[^.]{0,40}:$",
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
        if any(not word.is_function for word in words) and not _ABOUT_ANSWER.match(part):
            found.append(plain[0].upper() + plain[1:] if part[0].isupper() else plain)
    return found or [claim]

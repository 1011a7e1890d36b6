"""The statements of a claim: its sentences, without what states nothing.

List numbers, "here are the steps:" and references to the sources themselves ("according to
passage 2") state nothing that a source could bear out. The patterns stand in `lexicon.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.facts import facts_of
from qa.lexicon import lines, word_set
from qa.words import sentences, tokens


def _either(table: str) -> re.Pattern[str]:
    """Return one pattern for the lines of a table, with {sources} and {tells} filled in."""
    sources, tells = lines("statements", "sources")[0], lines("statements", "tells")[0]
    patterns = [
        line.replace("{sources}", sources).replace("{tells}", tells)
        for line in lines("statements", table)
    ]
    return re.compile("|".join(patterns), re.IGNORECASE)


_MARKER = re.compile(f"^(?:{_either('markers').pattern})+", re.IGNORECASE)
_SOURCE_MARKER = re.compile(f"^(?:{_either('source_markers').pattern})+", re.IGNORECASE)
_REFERENCE = _either("references")
_ABOUT_ITSELF = _either("about_itself")
_NEVER_LAST = word_set("statements", "never_last")


def statements(claim: str) -> list[str]:
    """Return the sentences of a normalised claim that state something.

    When none does, the claim itself.
    """
    found = []
    for part in sentences(claim):
        bare = _REFERENCE.sub("", _MARKER.sub("", part)).strip(" ,;-*")
        plain = bare.rstrip(": ")
        words = [token for token in tokens(plain) if token.is_word]
        empty = says_nothing(part) or says_nothing(bare)
        if any(not word.is_function for word in words) and not empty:
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


def breaks_off(claim: str, pieces: Sequence[str]) -> str | None:
    """Return the last word of a claim that ends where no sentence can, None for a whole one.

    A source sentence (of `pieces`) may itself be cut at that word: then the claim is as whole.
    """
    last = _last_word(claim)
    if last not in _NEVER_LAST or any(_last_word(piece) == last for piece in pieces):
        return None
    return last


def _last_word(text: str) -> str:
    return next((token.lower for token in reversed(tokens(text)) if token.is_word), "")

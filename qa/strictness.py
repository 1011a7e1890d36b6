"""What a weak model's sentence must keep to besides the support check.

A model of 135 million parameters writes fluent sentences in which every name and figure is
right and the statement is not ("the prime minister, who took office in October, will succeed
..."). Its words are therefore shown only when they are the source's words, shortened or
joined: no content word of its own, no negation lost or gained, and a whole sentence. What
fails is not lost: the source's own sentence takes its place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.words import content_stems, normalise, tokens

FEWEST_WORDS = 4
# Two stems are forms of one word when the shorter, of at least so many letters, begins the
# longer: "japan" and "japanese", "invest" and "investor".
SHORTEST_COMMON = 4
MONTHS = frozenset("jan feb mar apr may jun jul aug sep oct nov dec".split())
REPORTING = frozenset("say state report note tell mention remark add explain confirm".split())
ANSWERING = frozenset({"yes", "no"})
NEGATION = re.compile(
    r"\b(?:no|not|never|none|nobody|nothing|neither|nor|without|cannot|fail(?:s|ed)? to"
    r"|refus(?:e|es|ed|ing) to|declin(?:e|es|ed|ing) to)\b|n't\b",
    re.IGNORECASE,
)
LEADING_ANSWER = re.compile(r"^(?:yes|no)\b[,.:;]?\s*", re.IGNORECASE)


def objections(claim: str, cited: Sequence[str], context: Sequence[str] = ()) -> tuple[str, ...]:
    """Return why a weak model's sentence may not be shown, () when it may.

    `cited` are the sentences that the claim rests on; `context` what their articles say of
    themselves (title, source, date), where a name may stand but no other word.
    """
    plain = LEADING_ANSWER.sub("", normalise(claim))
    sources = [normalise(text) for text in cited]
    words = [token for token in tokens(plain) if token.is_word]
    stating = [word for word in words if not word.is_capital and content_stems([word])]
    if len(words) < FEWEST_WORDS or not stating:
        return ("is no whole sentence",)
    around = [*sources, *(normalise(text) for text in context)]
    # Sentences lend one another names, and nothing else: what is said stands in one of them.
    own = min((_own_words(plain, source, around) for source in sources), key=len, default=[])
    if own:
        listed = ", ".join(f'"{word}"' for word in own[:3])
        return (f"{listed} {'is' if len(own) == 1 else 'are'} not in the cited sentences",)
    if bool(NEGATION.search(plain)) != any(NEGATION.search(text) for text in sources):
        return ("the cited sentences deny something and it does not, or the reverse",)
    return ()


def _own_words(claim: str, source: str, around: Sequence[str]) -> list[str]:
    """Return the claim's content words that the source lacks, and names that all lack."""
    known, named = _stems([source]), _stems(around)
    reported = bool(known & REPORTING) or '"' in source
    own: dict[str, None] = {}
    for token in tokens(claim):
        stems = content_stems([token]) if token.is_word else []
        for stem in stems:
            if stem in ANSWERING or (stem in REPORTING and reported) or stem[:1].isdigit():
                continue
            here = named if token.is_capital else known
            if not all(_is_known(part, here) for part in stem.split("-") if part):
                own.setdefault(token.text)
    return list(own)


def _stems(texts: Sequence[str]) -> frozenset[str]:
    stems = (stem for text in texts for stem in content_stems(tokens(text)))
    return frozenset(part for stem in stems for part in (stem, *stem.split("-")))


def _is_known(stem: str, known: frozenset[str]) -> bool:
    if stem in known or (stem[:3] in MONTHS and any(other[:3] == stem[:3] for other in known)):
        return True
    return any(
        min(len(stem), len(other)) >= SHORTEST_COMMON
        and (stem.startswith(other) or other.startswith(stem))
        for other in known
    )

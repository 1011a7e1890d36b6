"""What a weak model's sentence must keep to besides the support check.

A model of 135 million parameters writes fluent sentences in which every name and figure is
right and the statement is not ("the prime minister, who took office in October, will succeed
..."). Its words are therefore shown only when they are the source's words, shortened or
joined: no content word of its own, none before another that it follows in the source, no
negation lost or gained, and a whole sentence. What fails is not lost: the source's own
sentence takes its place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.attribution import saying_of
from qa.words import content_stems, normalise, tokens

FEWEST_WORDS = 4
# Two stems are forms of one word when the shorter, of at least so many letters, begins the
# longer: "japan" and "japanese", "invest" and "investor".
SHORTEST_COMMON = 4
MONTHS = frozenset("jan feb mar apr may jun jul aug sep oct nov dec".split())
REPORTING = frozenset("say state report note tell mention remark add explain confirm".split())
ANSWERING = frozenset({"yes", "no"})
# A weak model that breaks off often does so after one of these; no sentence of news ends so.
HANGING = frozenset("a an the and or of for to in on at by with from as into about over".split())
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
    if len(words) < FEWEST_WORDS or not stating or words[-1].lower in HANGING:
        return ("is no whole sentence",)
    around = [*sources, *(normalise(text) for text in context)]
    # Sentences lend one another names, and nothing else: what is said stands in one of them.
    own = min((_own_words(plain, source, around) for source in sources), key=len, default=[])
    if own:
        listed = ", ".join(f'"{word}"' for word in own[:3])
        return (f"{listed} {'is' if len(own) == 1 else 'are'} not in the cited sentences",)
    if bool(NEGATION.search(plain)) != any(NEGATION.search(text) for text in sources):
        return ("the cited sentences deny something and it does not, or the reverse",)
    if not _keeps_order(plain, sources):
        return ("its words stand in another order in the cited sentences",)
    return ()


def _keeps_order(claim: str, sources: Sequence[str]) -> bool:
    """Whether the claim's content words follow one another as in the sources.

    "The president has not discussed the tariffs he has mentioned" has the words of "there was
    no discussion on the tariffs that the president has mentioned".
    """
    saying = saying_of(claim)  # who says it may stand first or last
    stated = saying.said if saying is not None and saying.words else claim
    mine = [word for word in _sequence(stated) if word not in REPORTING | ANSWERING]
    theirs = [word for source in sources for word in _sequence(source)]
    # The longest common subsequence, row by row.
    row = [0] * (len(theirs) + 1)
    held = 0
    for word in mine:
        held += any(_is_known(word, frozenset({other})) for other in theirs)
        before = row
        row = [0]
        for place, other in enumerate(theirs):
            same = _is_known(word, frozenset({other}))
            row.append(before[place] + 1 if same else max(row[-1], before[place + 1]))
    return row[-1] >= held


def _sequence(text: str) -> list[str]:
    return [part for word in content_stems(tokens(text)) for part in word.split("-") if part]


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

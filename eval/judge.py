"""Two judges of whether cited sentences hold a claim; neither needs a model.

`support_judge` is the product's own support check: what ALCE's metrics ask for, and blind
where the check is blind. `strict_judge` shares no code with it and is harder to please: it
rejects some good paraphrases so that a mistake of the check can be seen. What the check lets
through and the strict judge rejects is an upper bound of what leaks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from eval.matching import normalise
from qa.support import check_claim

COVERAGE = 0.6
"""The strict judge wants this share of a claim's content words in what is cited."""

_NUMBER_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen twenty"
).split()
_NUMBER_WORD = re.compile(rf"\b({'|'.join(_NUMBER_WORDS)})\b")
_TENS = {"thirty": "30", "forty": "40", "fifty": "50", "half an hour": "30 minutes"}
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_NAME = re.compile(r"\b[A-Z][\w’']*(?:[A-Z.]\w*)*")
_NEGATION = re.compile(
    r"\b(?:no|not|never|nor|none|neither|without|cannot|\w+n[’']t|refus\w+|den(?:y|ied|ies)"
    r"|fail(?:s|ed)?|unlikely)\b",
    re.IGNORECASE,
)
_EMPTY = frozenset(
    "a an the and or but of to in on at for from by with as is are was were be been being has "
    "have had do does did will would can could may might should must this that these those it "
    "its he his him she her they their them we our us you your i who whom which what when where "
    "why how than then there here also about into over after before during between while not no "
    "said says say told added noted stated according article articles".split()
)


def support_judge(claim: str, sentences: Sequence[str], context: Sequence[str] = ()) -> bool:
    """Whether the product's support check, on the text alone, lets the claim pass."""
    return check_claim(claim, sentences, context=context).holds


def strict_judge(claim: str, sentences: Sequence[str], context: Sequence[str] = ()) -> str:
    """Return why the sentences do not hold the claim, or "" when they do.

    They do when the claim is part of them word for word; else every number and every name
    of the claim must occur in them or in the context (title, source, date), a sentence must
    negate as the claim does, and at least `COVERAGE` of its content words must be there.
    """
    words, said = normalise(claim), normalise(" ".join(sentences))
    if not sentences:
        return "nothing is cited"
    if words and f" {words} " in f" {said} ":
        return ""
    around = f"{said} {normalise(' '.join(context))}"
    missing = _numbers(claim) - _numbers(f"{' '.join(sentences)} {' '.join(context)}")
    if missing:
        return f"number {min(missing)} is not in what is cited"
    known = frozenset(around.split())
    for name in _names(claim):
        if not any(part in known for part in normalise(name).split() or [""]):
            return f"name {name} is not in what is cited"
    if all(_negates(sentence) != _negates(claim) for sentence in sentences):
        return "only one of claim and cited sentence negates"
    content = {_stem(word) for word in words.split() if word not in _EMPTY}
    there = {_stem(word) for word in known}
    if content and len(content & there) < COVERAGE * len(content):
        return f"only {len(content & there)} of {len(content)} content words are cited"
    return ""


def _numbers(text: str) -> set[str]:
    plain = text.casefold()
    for words, digits in _TENS.items():
        plain = plain.replace(words, digits)
    plain = _NUMBER_WORD.sub(lambda found: str(_NUMBER_WORDS.index(found.group(1))), plain)
    found = (number.replace(",", "") for number in _DIGITS.findall(plain))
    return {str(int(number)) if number.isdigit() else number for number in found}


def _names(claim: str) -> list[str]:
    """Return capitalised words, but for the first word when it stands alone."""
    found = list(_NAME.finditer(claim))
    return [
        match.group(0)
        for match in found
        if match.start() > 0 and normalise(match.group(0)) not in _EMPTY
    ]


def _negates(text: str) -> bool:
    return _NEGATION.search(text) is not None


def _stem(word: str) -> str:
    """Return the word without common endings: enough to compare, no more."""
    for ending in ("ing", "ed", "es", "s", "ly"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word

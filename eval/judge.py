"""Two judges of whether cited sentences hold a claim; neither needs a model.

`support_judge` is the product's own support check: what ALCE's metrics ask for, and blind
where the check is blind. `strict_judge` shares no code with it and is harder to please: it
rejects some good paraphrases so that a mistake of the check can be seen. It compares words, so
a claim that turns the sentence's own words around still passes; the cases' known-wrong
wordings are there for that.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from eval.matching import normalise
from qa.support import check_claim

COVERAGE = 0.75
"""The strict judge wants this share of a claim's content words in what is cited."""
BESIDE_NUMBER = 0.5
"""And this share of them in the very sentence that holds a number of the claim."""
FEW_WORDS = 3
LEAST_VARIETY = 0.5

_NUMBER_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen twenty"
).split()
_NUMBER_WORD = re.compile(rf"\b({'|'.join(_NUMBER_WORDS)})\b")
_PHRASES = {"half an hour": "30 minutes", "thirty": "30", "forty": "40", "fifty": "50"}
_EVERYWHERE = frozenset({"1", "2"})  # "one of", "the two ministers"
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_NAME = re.compile(r"\b[A-Z][\w’']*(?:[A-Z.]\w*)*")
_MAY = re.compile(r"\bMay (?=\d)|(?<=\d )May\b|\b(?:in|of|by|since|until|last|early|late) May\b")
_POSSESSIVE = re.compile(r"[’']s\b")
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

    They do when the claim is part of them word for word. Else every number and every name
    of the claim must occur in them or in the context (title, source, date); a number must
    stand beside half of what the claim says; a sentence must negate as the claim does;
    `COVERAGE` of the content words must be there; and the claim must not repeat itself.
    """
    if not sentences:
        return "nothing is cited"
    words = _plain(claim)
    if words and any(f" {words} " in f" {_plain(sentence)} " for sentence in sentences):
        return ""
    return (
        _number_fault(claim, sentences, context)
        or _name_fault(claim, [*sentences, *context])
        or _word_fault(claim, sentences, context)
    )


def absent_facts(
    claim: str, sentences: Sequence[str], context: Sequence[str] = ()
) -> tuple[str, ...]:
    """Return the numbers, dates and names of the claim that no cited sentence holds.

    Dates are found as their numbers and their capitalised words. Names and dates may stand in
    the context (title, source, date of the cited articles), as in `strict_judge`.
    """
    words = _plain(claim)
    if words and any(f" {words} " in f" {_plain(sentence)} " for sentence in sentences):
        return ()
    texts = [_POSSESSIVE.sub("", text) for text in (*sentences, *context)]
    there = {number for text in texts for number in _numbers(text)}
    known = frozenset(word for text in texts for word in normalise(text).split())
    numbers = sorted(_numbers(claim) - there - _EVERYWHERE)
    names = dict.fromkeys(
        name
        for name in _names(claim)
        if not any(_is_known(part, known) for part in normalise(name).split())
    )
    # "May" is taken for the verb above.
    if _MAY.search(claim) and not any(_MAY.search(text) for text in texts):
        names["May"] = None
    return (*numbers, *names)


def _number_fault(claim: str, sentences: Sequence[str], context: Sequence[str]) -> str:
    around = {number for text in context for number in _numbers(text)}
    content = _content(claim) - _numbers(claim)
    for number in sorted(_numbers(claim)):
        holding = [_content(text) for text in sentences if number in _numbers(text)]
        if not holding and number not in around:
            return f"number {number} is not in what is cited"
        nearest = max((len(content & there) for there in holding), default=len(content))
        counts = len(content) >= FEW_WORDS and number not in _EVERYWHERE
        if counts and nearest < BESIDE_NUMBER * len(content):
            return f"number {number} stands in a sentence about something else"
    return ""


def _name_fault(claim: str, texts: Sequence[str]) -> str:
    known = frozenset(word for text in texts for word in normalise(text).split())
    for name in _names(claim):
        if not any(_is_known(part, known) for part in normalise(name).split()):
            return f"name {name} is not in what is cited"
    return ""


def _word_fault(claim: str, sentences: Sequence[str], context: Sequence[str]) -> str:
    if all(_negates(sentence) != _negates(claim) for sentence in sentences):
        return "only one of claim and cited sentence negates"
    words = _plain(claim).split()
    if len(words) > FEW_WORDS and len(set(words)) < LEAST_VARIETY * len(words):
        return "the claim repeats itself"
    content = _content(claim)
    there = frozenset(word for text in (*sentences, *context) for word in _content(text))
    if len(content & there) < COVERAGE * len(content):
        return f"only {len(content & there)} of {len(content)} content words are cited"
    return ""


def _plain(text: str) -> str:
    """Return the text as it is compared, numbers as digits."""
    lowered = text.casefold()
    for words, digits in _PHRASES.items():
        lowered = lowered.replace(words, digits)
    with_digits = _NUMBER_WORD.sub(lambda m: str(_NUMBER_WORDS.index(m.group(1))), lowered)
    return normalise(_POSSESSIVE.sub("", with_digits))


def _numbers(text: str) -> frozenset[str]:
    found = _DIGITS.findall(_plain(text))
    return frozenset(str(int(n)) if n.isdigit() else n for n in found)


def _content(text: str) -> frozenset[str]:
    """Return the stems of the words that say something."""
    return frozenset(_stem(word) for word in _plain(text).split() if word not in _EMPTY)


def _names(claim: str) -> list[str]:
    """Return capitalised words, but for the first word of the claim."""
    plain = _POSSESSIVE.sub("", claim.replace("United States", "US"))
    words = (found.group(0) for found in _NAME.finditer(plain) if found.start() > 0)
    return [word for word in words if normalise(word) and normalise(word) not in _EMPTY]


def _is_known(name: str, known: frozenset[str]) -> bool:
    """Whether a word of what is cited is the name, or begins like it (Japan, Japanese)."""
    if name in known:
        return True
    start = name[:5]
    return len(start) == 5 and any(word.startswith(start) for word in known)


def _negates(text: str) -> bool:
    return _NEGATION.search(text) is not None


def _stem(word: str) -> str:
    """Return the word without common endings: enough to compare, no more."""
    for ending in ("ing", "ed", "es", "s", "ly"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word

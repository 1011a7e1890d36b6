"""Makes false sentences out of true ones, one change each, to measure the support check.

Kinds: number, name, date, negation, roles (two names change places), modality; and for fitting
only, splice (two sentences in one) and graft (another subject). The rules are plain patterns of
their own: nothing here uses the check's extraction, so that a blind spot of the check is not a
blind spot of its test.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

KINDS = ("number", "name", "date", "negation", "roles", "modality")

_MONTH_NAMES = (
    "January February March April May June July August September October November December"
).split()
_DAY_NAMES = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_NUMBER = re.compile(
    r"(?<![\w.,/-])\$?\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\w/])|(?<![\w.,/-])\$?\d+(?:\.\d+)?(?![\w/-]|,\d)"
)
_NUMBER_WORD = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|thirty|fifty|hundred|million|billion)\b"
)
_YEAR = re.compile(r"(?<![\w.,$/-])(?:19|20)\d\d(?![\w,/-])")
_MONTH_DAY = re.compile(rf"\b({'|'.join(_MONTH_NAMES)}) (\d{{1,2}})\b(?!,\d)")
_MONTH = re.compile(
    rf"\b(?:{'|'.join(name for name in _MONTH_NAMES if name not in ('May', 'March'))})\b"
)
_WEEKDAY = re.compile(rf"\b(?:{'|'.join(_DAY_NAMES)})\b")
_NAME = re.compile(
    r"(?<![.!?:\"“] )(?<![\w'-])(?:[A-Z][a-z]{2,}(?: [A-Z][a-z]{2,}){0,2})(?![\w'-])"
)
# Capitalised words that are no name alone; the abbreviations are months and titles.
_NO_NAMES = frozenset(
    (
        *_MONTH_NAMES, *_DAY_NAMES, *"Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec".split(),
        *"The This That When You Own They And But Now What How Mr Mrs Ms Rep Gen Gov Sen".split(),
        *"President Minister Court State Justice Queen King Judge Group Board Office Chief".split(),
        *"Congressman Congress Chairman Chancellor Editor Updated Black White Chapter".split(),
    )
)  # fmt: skip

_AUXILIARY = re.compile(
    r"\b(is|are|was|were|has|have|had|will|would|can|could|should|may|might) "
    r"(?!not\b|n't|no\b|never\b|been no\b)"
)
_PAST = re.compile(
    r"(?<=\w )([a-z]{3,}ed)(?= (?:the|a|an|his|her|its|their|to|in|on|that|by|for|with)\b)"
)
_UN_NEGATED = (
    (r" did not (\w+)", r" did \1"),
    (r" (is|are|was|were|has|have|had|will|would|can|could|should|may|do|does) not ", r" \1 "),
    (r"\b(is|are|was|were|has|have|had|would|could|should|do|does|did)n['’]t ", r"\1 "),
    (r" never ", r" always "),
    (r" no longer ", r" still "),
    (r" without ", r" with "),
    (r" failed to ", r" managed to "),
    (r" declined to ", r" agreed to "),
    (r" refused to ", r" agreed to "),
    (r" not ", r" "),
    (r" no ", r" a "),
)
_MODAL = (
    (r" (?:may|might|could) have been ", r" was "),
    (r" (?:may|might|could) have ", r" has "),
    (r" (?:may|might|could|can|would|should) be ", r" is "),
    (r" will be ", r" was "),
    (r" (?:may|might|could) ", r" will "),
    (
        (
            r"^(?!.*\b(?:said|says|told|announced|added|reports?|reported|"
            r"asked)\b)(.*?) would "
        ),
        r"\1 will ",
    ),
    (r" (?:is|are) (?:set|expected|likely|due|scheduled|planning|hoping|about) to ", r" did "),
    (r" (?:plans|hopes|intends|wants|aims|expects) to ", r" was able to "),
    (r" (?:plan|hope|intend|want|aim|expect) to ", r" were able to "),
    (r"(?<!could)(?<!might) (?:reportedly|allegedly|apparently|possibly|probably|perhaps) ", r" "),
    (r" (?:is|are) (?:said|believed|thought|reported) to be ", r" is "),
    (r" planned to ", r" managed to "),
    (r" will (?!be |have |not )", r" did "),
    (r" was ", r" may have been "),
    (r" were ", r" could have been "),
    (r" is ", r" might be "),
    (r" has ", r" may have "),
)


def corrupt(kind: str, sentence: str, others: Sequence[str], chance: random.Random) -> str | None:
    """Return the sentence with one change of that kind, None where it has nothing to change.

    `others` are sentences of the same article: names and numbers are taken from them.
    """
    changed = _MAKERS[kind](sentence, others, chance)
    return None if changed is None or changed == sentence else changed


def _replace(text: str, match: re.Match[str], new: str) -> str:
    return text[: match.start()] + new + text[match.end() :]


def _number(sentence: str, others: Sequence[str], chance: random.Random) -> str | None:
    spots = [match for match in _NUMBER.finditer(sentence) if not _YEAR.fullmatch(match.group())]
    words = list(_NUMBER_WORD.finditer(sentence))
    if not spots and not words:
        return None
    match = chance.choice([*spots, *words])
    if match in words:
        choices = (
            ("two", "three", "four", "six", "seven", "nine")
            if len(match.group()) < 6 or match.group() in ("twelve", "twenty", "thirty")
            else ("thousand", "trillion")
        )
        return _replace(sentence, match, chance.choice([w for w in choices if w != match.group()]))
    elsewhere = [m.group() for text in others for m in _NUMBER.finditer(text)]
    elsewhere = [
        number
        for number in elsewhere
        if number.strip("$") != match.group().strip("$") and not number.startswith("$")
    ]
    if elsewhere and chance.random() < 0.3:
        sign = "$" if match.group().startswith("$") else ""
        return _replace(sentence, match, sign + chance.choice(elsewhere))
    digits = [place for place, letter in enumerate(match.group()) if letter.isdigit()]
    place = chance.choice(digits)
    old = match.group()[place]
    new = chance.choice([d for d in "123456789" if d != old])
    return _replace(sentence, match, match.group()[:place] + new + match.group()[place + 1 :])


def _names_in(text: str) -> list[re.Match[str]]:
    return [
        match
        for match in _NAME.finditer(text)
        if match.start() > 0 and not set(match.group().split()) & _NO_NAMES
    ]


def _name(sentence: str, others: Sequence[str], chance: random.Random) -> str | None:
    spots = _names_in(sentence)
    elsewhere = sorted({m.group() for text in others for m in _names_in(text)})
    if not spots or not elsewhere:
        return None
    match = chance.choice(spots)
    words = set(match.group().split())
    fitting = [name for name in elsewhere if not set(name.split()) & words]
    alike = [name for name in fitting if len(name.split()) == len(words)] or fitting
    return _replace(sentence, match, chance.choice(alike)) if alike else None


def _date(sentence: str, others: Sequence[str], chance: random.Random) -> str | None:
    del others
    makers: list[tuple[re.Match[str], str]] = []
    for match in _YEAR.finditer(sentence):
        makers.append((match, str(int(match.group()) + chance.choice([-3, -2, -1, 1, 2, 10]))))
    for match in _MONTH_DAY.finditer(sentence):
        day = chance.choice([d for d in range(1, 29) if d != int(match.group(2))])
        makers.append((match, f"{match.group(1)} {day}"))
    for match in _WEEKDAY.finditer(sentence):
        makers.append((match, chance.choice([d for d in _DAY_NAMES if d != match.group()])))
    for match in _MONTH.finditer(sentence):
        makers.append((match, chance.choice([m for m in _MONTH_NAMES if m != match.group()])))
    if not makers:
        return None
    match, new = chance.choice(makers)
    return _replace(sentence, match, new)


def _base(past: str) -> str:
    """Guess the base of a regular past form."""
    stem = past[:-2]
    if stem.endswith("i"):
        return stem[:-1] + "y"
    if len(stem) > 3 and stem[-1] == stem[-2] and stem[-1] not in "sl":
        return stem[:-1]
    if stem[-1] in "cvusgz" or stem.endswith(("at", "ir", "uc", "os", "id", "ar", "ok")):
        return stem + "e"
    return stem


def _negation(sentence: str, others: Sequence[str], chance: random.Random) -> str | None:
    del others
    for pattern, replacement in _UN_NEGATED:
        if re.search(pattern, sentence) and chance.random() < 0.8:
            return re.sub(pattern, replacement, sentence, count=1)
    spots = list(_AUXILIARY.finditer(sentence))
    verbs = [
        match
        for match in _PAST.finditer(sentence)
        if not re.search(
            r"\b(?:is|are|was|were|has|have|had|been|be)(?: \w+)? $", sentence[: match.start()]
        )
    ]
    if spots and (not verbs or chance.random() < 0.7):
        match = chance.choice(spots)
        return _replace(sentence, match, f"{match.group(1)} not ")
    if verbs:
        match = chance.choice(verbs)
        return _replace(sentence, match, f"did not {_base(match.group(1))}")
    return None


def _roles(sentence: str, others: Sequence[str], chance: random.Random) -> str | None:
    del others
    spots = _names_in(sentence)
    pairs = [
        (one, other)
        for place, one in enumerate(spots)
        for other in spots[place + 1 :]
        if not set(one.group().split()) & set(other.group().split())
        and len(re.findall(r"\b[a-z]{3,}\b", sentence[one.end() : other.start()])) >= 1
        and not re.fullmatch(r"(?:,? (?:and|or|,) |, )", sentence[one.end() : other.start()])
        and not re.search(r"\band\b|,", sentence[one.end() : other.start()])
    ]
    if not pairs:
        return None
    one, other = chance.choice(pairs)
    between = sentence[one.end() : other.start()]
    return sentence[: one.start()] + other.group() + between + one.group() + sentence[other.end() :]


def _modality(sentence: str, others: Sequence[str], chance: random.Random) -> str | None:
    del others
    fitting = [(pattern, new) for pattern, new in _MODAL if re.search(pattern, sentence)]
    if not fitting:
        return None
    # Hedges are rarer than plain statements: take one of the first rules that fit.
    pattern, new = chance.choice(fitting[:2])
    return re.sub(pattern, new, sentence, count=1)


_MAKERS: dict[str, Callable[[str, Sequence[str], random.Random], str | None]] = {
    "number": _number, "name": _name, "date": _date,
    "negation": _negation, "roles": _roles, "modality": _modality,
}  # fmt: skip


_CUT = re.compile(
    r" (?=(?:in|on|at|for|with|to|after|before|by|from|as|of|is|was|are|were|has|have|had|said|will"
    r"|would|who|which|that|and|but|because|when|while) )"
)
_SUBJECT = re.compile(
    r"^(?:He|She|It|They|We|The \w+(?: \w+)?|[A-Z]\w+ [A-Z]\w+|[A-Z]\w+) "
    r"(?=(?:is|was|were|has|had|will|would|said|also|told|became|won|made|took|did|can|could|may"
    r"|plans|\w+ed) )"
)
_FULL_NAME = re.compile(r"(?<!^)(?<![.!?] )\b[A-Z][a-z]+ [A-Z][a-z]+\b")


def clause_starts(sentence: str) -> list[int]:
    """Return where a small word may begin a clause, not within the first words."""
    return [match.start() for match in _CUT.finditer(sentence) if match.start() > 15]


def splice(sentence: str, other: str, chance: random.Random) -> str | None:
    """Return the beginning of one sentence with the end of another, cut at a small word."""
    cuts = clause_starts(sentence)
    chance.shuffle(cuts)
    for cut in cuts:
        word = sentence[cut:].split()[0]
        ends = [
            match.start()
            for match in _CUT.finditer(other)
            if len(other) - match.start() > 20
            and (other[match.end() :].split(" ", 1)[0] == word or chance.random() < 0.15)
        ]
        if ends:
            return sentence[:cut] + other[chance.choice(ends) :]
    return None


def graft(sentence: str, others: Sequence[str], chance: random.Random) -> str | None:
    """Return the sentence with another person as its subject."""
    subject = _SUBJECT.match(sentence)
    names = sorted({match.group() for text in others for match in _FULL_NAME.finditer(text)})
    fitting = [name for name in names if subject is not None and name not in subject.group()]
    if subject is None or not fitting:
        return None
    return f"{chance.choice(fitting)} {sentence[subject.end() :]}"

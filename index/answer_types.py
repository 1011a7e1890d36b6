"""What kind of words a question asks for, and whether a sentence holds such words.

"When ..." asks for a time, "how many ..." for a number, "who ..." for a name, "why ..." for
a reason. Rules over surface forms, English only, no parser: a question whose kind is not
recognised is `Kind.OTHER`, and then nothing is said about any sentence. The idea is the
answer-type filter of early question answering (Li and Roth, "Learning question
classifiers", COLING 2002, https://aclanthology.org/C02-1150); the rules here are ours.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from index.answer_patterns import (
    AGE,
    CLOCK,
    DAY_OF_MONTH,
    DURATION,
    MONEY,
    NUMBER,
    PERCENT,
    PLACE,
    PROPER,
    REASON,
    TIME,
)


class Kind(StrEnum):
    """The kind of answer that a question asks for."""

    TIME = "a time or date"
    CLOCK = "a time of day"
    DURATION = "a length of time"
    AGE = "an age"
    NUMBER = "a number"
    MONEY = "an amount of money"
    PERCENT = "a percentage"
    NAME = "a name"
    PLACE = "a place"
    REASON = "a reason"
    YES_NO = "yes or no"
    OTHER = "something"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Words of a sentence that are of the kind asked for: `text[start:end]`."""

    start: int
    end: int
    text: str


_PATTERNS: dict[Kind, re.Pattern[str]] = {
    Kind.TIME: TIME,
    Kind.CLOCK: CLOCK,
    Kind.DURATION: DURATION,
    Kind.AGE: AGE,
    Kind.NUMBER: NUMBER,
    Kind.MONEY: MONEY,
    Kind.PERCENT: PERCENT,
    Kind.NAME: PROPER,
    Kind.PLACE: PLACE,
    Kind.REASON: REASON,
}

_WHAT = r"\b(?:what|which)\b"
_TWO_BETWEEN = r"\s+(?:\w+\s+){0,2}?"
_COST_VERBS = "cost|pay|offer|spend|earn|donate|bid|be worth"
_PRICES = "price|cost|salary|budget|fine|fee|sum|revenue|net worth|dollar amount"
_SHARES = r"percent\w*|per\s?cent|share|proportion|fraction"
_TIMES = "seconds|minutes|hours|days|nights|weeks|months|years|decades|centuries"
_SIZES = "old|many|much|tall|far|high|deep|big|large|fast|often|heavy|wide|long"
_MEASURES = "number|amount|population|temperature|height|size|speed|distance|rate"
_DATES = "year|date|day|month|century|decade|time|era|season|period"
_PARTS_OF_TIME = "week|weekend|weekday|quarter|half"
_CAUSES = r"caus\w+|reasons?|purpose|led|motivat\w+|prompted"
_PLACES = (
    "country|countries|city|cities|state|states|town|place|places|region|continent|island"
    "|county|province|location|area|nation|nations|airport|street"
)
_NAMED = (
    "names?|person|people|president|king|queen|minister|leader|company|companies|team|teams"
    "|band|actor|actress|singer|author|player|organi[sz]ation|group|party|agency|university"
    "|school|broadcaster|newspaper|senator|general|emperor|artist|director"
)
_AUXILIARIES = "is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might"

# Of the rules that match, the one that matches earliest in the question counts; the order
# decides between equals ("how long" before the sizes).
_QUESTION_RULES: tuple[tuple[Kind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        (
            Kind.PERCENT,
            rf"\b(?:what|which|how\s+(?:much|large|big))\b.{{0,20}}\b(?:{_SHARES})\b",
        ),
        (
            Kind.MONEY,
            rf"\bhow\s+much\s+(?:money|(?:did|does|do|will|is)\s+\S.*\b(?:{_COST_VERBS})\b)",
        ),
        (Kind.MONEY, rf"{_WHAT}.{{0,25}}\b(?:{_PRICES})\b|\bhow\s+many\s+(?:dollars|euros|yen)\b"),
        (Kind.DURATION, rf"\bhow\s+long\b|\bhow\s+many\s+(?:\w+\s+)?(?:{_TIMES})\b"),
        (Kind.AGE, rf"\bhow\s+old\b|{_WHAT}\s+age\b"),
        (Kind.NUMBER, rf"\bhow\s+(?:{_SIZES})\b|{_WHAT}.{{0,12}}\b(?:{_MEASURES})\b"),
        (Kind.CLOCK, rf"{_WHAT}\s+(?:hour|time\b(?!\s+(?:of|frame|period|limit|span))|o['’]clock)"),
        (Kind.TIME, rf"\bwhen\b|{_WHAT}{_TWO_BETWEEN}(?:{_DATES})s?\b|\bhow\s+(?:soon|recently)\b"),
        # A quarter or a half of what is no time: "what is a quarter of the city ...".
        (Kind.TIME, rf"\b(?:what|which(?:\s+\w+)?)\s+(?:{_PARTS_OF_TIME})\b"),
        (Kind.REASON, r"\bwhy\b|\bhow\s+come\b|\bfor\s+(?:what|which)\s+(?:reason|purpose)s?\b"),
        (Kind.REASON, rf"\bwhat\b.{{0,14}}\b(?:{_CAUSES})\b"),
        (Kind.PLACE, rf"\bwhere\b|{_WHAT}{_TWO_BETWEEN}(?:{_PLACES})\b"),
        (Kind.NAME, rf"\bwho(?:m|se)?\b|{_WHAT}{_TWO_BETWEEN}(?:{_NAMED})\b"),
        (Kind.YES_NO, rf"^\W*(?:{_AUXILIARIES})\b"),
    )
)

_HEAD = re.compile(
    rf"\b(?:what|which|how){_TWO_BETWEEN}"
    rf"({_SIZES}|{_TIMES}|{_MEASURES}|(?:{_DATES})s?|{_SHARES}|{_PLACES}|{_NAMED})\b",
    re.IGNORECASE,
)
_ASKING = re.compile(r"\b(?:what|which|how|why|who|whom|whose)\b", re.IGNORECASE)
_ASKING_AFTER_COMMA = re.compile(
    r",\s*(?:\w+\s+)?(?:what|which|how|why|who|whom|whose|where)\b", re.IGNORECASE
)
# Not at "U.S. Steel": a sentence ends in a word of small letters.
_SENTENCE_END = re.compile(r"(?<=[a-z0-9][a-z0-9][a-z0-9)”\"][.!?])\s+(?=[A-Z“\"])")
_CAPITALISED_WORDS = """
The A An In On At He She It They We I His Her Its Their Our This That These Those There When While
After Before As If But And Or For From With By To Of According However Although Since During
Following Both Also Not No One Two Some Many Most What Which Who Where Why How Then Later January
February March April May June July August September October November December Jan Feb Mar Apr Jun
Jul Aug Sept Sep Oct Nov Dec Monday Tuesday Wednesday Thursday Friday Saturday Sunday Meanwhile
Overall Despite Because Until Such Other Another Each Every All Under Over Into Did Do Does Is Are
Was Were Has Have Had Can Could Will Would Should Whose Whom
"""
_NOT_NAMES = frozenset(_CAPITALISED_WORDS.split())


def kind_of_answer(question: str) -> Kind:
    """Return the kind of answer that the question asks for, `Kind.OTHER` when unknown.

    Only the last interrogative sentence counts: "A painting was sold. Who made it?" asks
    for a name.
    """
    asked = next(
        (part for part in reversed(_SENTENCE_END.split(question)) if part.rstrip().endswith("?")),
        question,
    )
    found = [
        (match.start(), rank, kind)
        for rank, (kind, pattern) in enumerate(_QUESTION_RULES)
        if (match := pattern.search(asked)) and not _is_clause(asked, match)
    ]
    return min(found)[2] if found else Kind.OTHER


def _is_clause(asked: str, match: re.Match[str]) -> bool:
    """Whether "when", "where" or "who" opens a clause: "What did he say when he left?"."""
    if match.group().casefold() not in ("when", "where", "who", "whom", "whose"):
        return False
    earlier, later = asked[: match.start()], asked[match.end() :]
    return bool(_ASKING.search(earlier)) or bool(_ASKING_AFTER_COMMA.search(later))


def kind_words(question: str) -> frozenset[str]:
    """Return the words that only say which kind is asked for: "long", "countries", "year".

    An answer need not hold them: "Which countries form it?" is answered by their names.
    """
    return frozenset(match.group(1) for match in _HEAD.finditer(question))


def candidates(kind: Kind, sentence: str, question: str) -> list[Candidate]:
    """Return the words of the sentence of that kind which the question does not itself hold.

    For `Kind.OTHER` and `Kind.YES_NO` there are none: nothing can be said.
    """
    return list(_candidates(kind, sentence, question))


def holds_candidate(kind: Kind, text: str, question: str) -> bool:
    """Whether there is any of `candidates`; a long text is not read beyond the first."""
    return next(_candidates(kind, text, question), None) is not None


def _candidates(kind: Kind, text: str, question: str) -> Iterator[Candidate]:
    pattern = _PATTERNS.get(kind)
    if pattern is None:
        return
    told = _told(question)
    finder = {Kind.NAME: _names, Kind.NUMBER: _numbers}.get(kind, pattern.finditer)
    for match in finder(text):
        if _says_something_new(match.group(), told):
            yield Candidate(match.start(), match.end(), match.group())


@lru_cache(maxsize=64)
def _told(question: str) -> frozenset[str]:
    """Return the question's own words: asked of every passage and sentence that is found."""
    return frozenset(word.casefold() for word in re.findall(r"\w+", question))


def _names(sentence: str) -> Iterable[re.Match[str]]:
    for match in PROPER.finditer(sentence):
        words = re.findall(r"[\w.]+", match.group())
        if any(word.rstrip(".") not in _NOT_NAMES and len(word) > 1 for word in words):
            yield match


def _numbers(sentence: str) -> Iterable[re.Match[str]]:
    for match in NUMBER.finditer(sentence):
        # "January 20" counts nothing.
        if not DAY_OF_MONTH.search(sentence[: match.start()]):
            yield match


def _says_something_new(text: str, told: frozenset[str]) -> bool:
    words = re.findall(r"\w+", text)
    # Every word counts, so that "30" of "30 minutes" is new though "minutes" was asked for.
    fresh = [w for w in words if w.casefold() not in told]
    return bool(fresh)


def proper_names(text: str, *, sentence_initial: Callable[[str], bool] | None = None) -> list[str]:
    """Return the capitalised words of the text that are likely names, in order, once each.

    The first word of the text counts only when `sentence_initial` says so (default: never),
    because every sentence begins with a capital.
    """
    found: dict[str, None] = {}
    for number, match in enumerate(re.finditer(r"[\w][\w’'-]*", text)):
        word = match.group()
        bare = re.sub(r"[’']s?$", "", word)
        if not bare[:1].isupper() or bare in _NOT_NAMES or len(bare) < 2:
            continue
        if number == 0 and not (sentence_initial and sentence_initial(bare)):
            continue
        for part in bare.split("-"):
            if part[:1].isupper() and len(part) > 1:
                found.setdefault(part)
    return list(found)

"""Questions made of a sentence by template: for its date, its number, its subject.

They ask stiffly; a person reads them before they count (`reviewing.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from eval.matching import says
from qa.dates import dates
from qa.figures import figures
from qa.names import names

_DATELINE = re.compile(r"\A[A-Z][A-Z .,/]+ [—–-] ")
_VERB = (
    r"(?:(?:also|already|still|now|later|successfully|reportedly|often|only)\s+)?"
    r"(?:is|are|was|were|has|have|had|will|would|can|could|may|might|must|said|told|met|took|"
    r"became|made|won|lost|held|began|left|sent|gave|went|came|saw|led|[a-z]{3,}ed|[a-z]{3,}[^su\W]s)"
    r"(?=\s)"
)
SPEAKS = re.compile(r"(?:also )?(?:said|told|added|noted|stated|mentioned|warned|remarked)\b")
_FUTURE = re.compile(r"\b(?:will|plans? to|planned|expected to|set to|aims? to)\b")
_HANGS = re.compile(r"\b(?:planned|set|scheduled|due|arranged)$")
_CLAUSE = re.compile(
    r"\A(?:While|As|When|After|Before|If|Although|Though|Since|Because|With|During|In|On|At)\b"
)
_TAIL = re.compile(
    r",? (?:although|though|while|which|who|because|as well as|in which|amid)\b.*"
    r"|, (?:[a-z]+ing|[a-z]+ly [a-z]+ing|according to|after|before|but|and (?=[a-z]+ed\b)) .*",
    re.DOTALL,
)
_CORE_WORDS = 6  # what is left of a clause without its tail must say at least so much
_PREPOSITION = r"(?:on|in|by|at|before|since|until|during|from|for)"
_TITLE_WORDS = r"(?:[A-Z][\w.’'-]*\s+|(?:and|of|the)\s+){0,6}"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question made from a sentence, and the words that answer it."""

    question: str
    answer: str
    kind: str


def questions(sentence: str) -> Iterator[Asked]:
    """Yield the questions that the templates make of a sentence."""
    plain = _DATELINE.sub("", sentence)
    yield from _about_dates(plain)
    yield from _about_numbers(plain)
    yield from _about_subject(plain)


def _about_dates(sentence: str) -> Iterator[Asked]:
    for date in dates(sentence):
        if date.relative or date.decade:
            continue
        place = re.search(rf"\s*\b{_PREPOSITION}\s+{re.escape(date.text)},?", sentence)
        if place is None:
            continue
        rest = _tidy(sentence[: place.start()] + sentence[place.end() :])
        if _HANGS.search(sentence[: place.start()]):
            continue
        verb = "is" if _FUTURE.search(rest) else "was"
        yield Asked(f"When {verb} it that {_core(_as_clause(rest))}?", date.text, "number")


def _about_numbers(sentence: str) -> Iterator[Asked]:
    taken = [date.text for date in dates(sentence)]
    for figure in figures(sentence):
        counted = re.fullmatch(r"([\d.,]+|[a-z]+)\s+(.+)", figure.text)
        within = any(figure.text in date for date in taken)
        if figure.unit in (None, "ordinal") or counted is None or within:
            continue
        gap = sentence.replace(figure.text, f"… {counted.group(2)}", 1)
        question = f"How many {counted.group(2)} are left out here: “{gap.rstrip('.')}”?"
        yield Asked(question, figure.text, "number")


def _about_subject(sentence: str) -> Iterator[Asked]:
    for name in names(sentence)[:1]:
        begins = re.match(rf"{_TITLE_WORDS}{re.escape(name.text)}\s+(?={_VERB})", sentence)
        if begins is None or _CLAUSE.match(sentence):
            continue
        rest = _core(sentence[begins.end() :].strip().rstrip("."))
        if not says(rest, name.text):
            word = "Who" if len(name.kernel) > 1 or SPEAKS.match(rest) else "Who or what"
            yield Asked(f"{word} {rest}?", name.text, "fact")


def _core(clause: str) -> str:
    """Return a clause without its subordinate tail, where enough is left with a verb in it.

    A quotation stays whole.
    """
    tail = _TAIL.search(clause)
    core = clause if tail is None else clause[: tail.start()]
    opened = core.count("“") - core.count("”"), core.count('"') % 2
    whole = (
        len(core.split()) >= _CORE_WORDS
        and re.search(rf"\b{_VERB}", f"{core} ")
        and not any(opened)
    )
    return core if whole else clause


def _as_clause(sentence: str) -> str:
    """Return a sentence as it stands after "that": no full stop, a common first word small."""
    words = sentence.rstrip(". ")
    first = words.split(" ", 1)[0]
    common = "the a an both in on at their after before some during according while when as with"
    return words[:1].lower() + words[1:] if first.lower() in common.split() else words


def _tidy(text: str) -> str:
    return re.sub(r"\s+([,.;])", r"\1", " ".join(text.split())).lstrip(" ,")

"""Who did it, and to whom: the names beside a past verb, in the active and in the passive.

"The deal was blocked by Biden and is opposed by Trump" and "Trump blocked the deal" have every
word in common but for what only grammar tells. No parser: a name counts as a verb's subject or
object where nothing but auxiliaries, adverbs and titles stand between, as news is written.

Limits: past forms in English; pronouns name nobody.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from qa.alignment import Unit, units
from qa.cues import CLAUSE_END
from qa.lexicon import word_set
from qa.names import Name, same_name
from qa.words import is_past_form, is_verb_form, stem

BETWEEN = 4  # at most so many words between a subject and its verb: "who has already been"
BEHIND = 6  # "blocked earlier this month by the former President Biden"
OFFICE = 3  # "by the former President Biden"
_BEING = frozenset("is are was were be been being gets got".split())
_BESIDE_A_VERB = frozenset("has had have also then later already never not first once both".split())
_PREPOSITIONS = frozenset("in of at from to for with on by near about into under over".split())
_IS = frozenset(("is", "was", "became"))
_OFFICES, _OF_AN_OFFICE = word_set("names", "offices"), word_set("names", "of_an_office")
_RELATIVE = frozenset(("who", "which", "that"))
# Whom Aalto met has met Aalto.
_MUTUAL = frozenset(map(stem, ("met", "married", "faced", "fought", "joined", "talked", "spoke")))


@dataclass(slots=True)
class Deed:
    """A verb of a text: who does it and to whom, by name, and whether the passive says so."""

    doers: list[Name] = field(default_factory=list)
    done_to: list[Name] = field(default_factory=list)
    passive: bool = False


def done_by_others(claim: str, source: str) -> Iterator[str]:
    """Yield where the claim names others than the source as who did it or had it done to them.

    Both are normalised. Two doers in the active are not compared: which of several a verb goes
    with is told by laying both texts side by side (`qa.swaps`).
    """
    mine, theirs = deeds(claim), deeds(source)
    for verb, deed in mine.items():
        other = theirs.get(verb)
        if other is None or verb in _MUTUAL:
            continue
        instead = None
        if deed.passive or other.passive:
            instead = _instead(deed.doers, other.doers) or _instead(deed.done_to, other.done_to)
        if instead is not None:
            yield f'the source says it of "{instead[1]}", not of "{instead[0]}"'
        elif deed.doers and deed.done_to and not other.doers:
            turned = [name for name in deed.doers if _is_among(name, other.done_to)]
            yield from (f'in the source it is done to "{name.text}"' for name in turned[:1])


def _instead(mine: Sequence[Name], theirs: Sequence[Name]) -> tuple[str, str] | None:
    """Return a name of either when both have names and none in common."""
    if not mine or not theirs or any(_is_among(name, theirs) for name in mine):
        return None
    return mine[0].text, theirs[0].text


def _is_among(name: Name, others: Sequence[Name]) -> bool:
    return any(same_name(name, other) for other in others)


def of_another_office(claim: str, source: str) -> Iterator[str]:
    """Yield where the claim gives a name another office than the source does.

    "Prime Minister Shigeru Ishiba" is no president, and "Prime Minister" no "Foreign Minister";
    "Minister Iwaya" may be either. Both are normalised.
    """
    given = list(offices(source))
    for name, office in offices(claim):
        theirs = [other for whose, other in given if same_name(name, whose)]
        if theirs and not any(_may_be_one(office, other) for other in theirs):
            said, instead = " ".join(office), " ".join(theirs[0])
            yield f'the source says "{instead}" of "{name.text}", the claim "{said}"'


def _may_be_one(office: Sequence[str], other: Sequence[str]) -> bool:
    return set(office) <= set(other) or set(other) <= set(office)


def offices(text: str) -> Iterator[tuple[Name, tuple[str, ...]]]:
    """Yield the names of a normalised text that bear an office, and the office's words.

    The office stands before the name ("Prime Minister Ishiba") or is said of it ("Ishiba is
    the prime minister").
    """
    sequence = units(text)
    for place, unit in enumerate(sequence):
        if not isinstance(unit.fact, Name) or not unit.text[:1].isupper():
            continue
        before = [u.text.lower() for u in sequence[max(0, place - OFFICE) : place]]
        words = _office_at_end(before)
        if not words and place + 2 < len(sequence) and sequence[place + 1].text in _IS:
            said = [u.text.lower() for u in sequence[place + 2 : place + 3 + OFFICE]]
            words = _office_at_start(said)
        if _OFFICES.intersection(words):
            yield unit.fact, words


def _office_at_end(words: Sequence[str]) -> tuple[str, ...]:
    found: list[str] = []
    for word in reversed(words):
        if word not in _OFFICES | _OF_AN_OFFICE:
            break
        found.insert(0, word)
    return tuple(found)


def _office_at_start(words: Sequence[str]) -> tuple[str, ...]:
    found: list[str] = []
    for word in words:
        if word in _OFFICES | _OF_AN_OFFICE:
            found.append(word)
        elif found or word not in ("the", "a", "an", "now", "also"):
            break
    return tuple(found)


def deeds(text: str) -> dict[str, Deed]:
    """Return the past verbs of a normalised text by their stems.

    Left out are those that stand a second time with nobody's name: who did it then is not told.
    """
    sequence = units(text)
    found: dict[str, Deed] = {}
    untold = set()
    for place, unit in enumerate(sequence):
        word = unit.text.lower()
        if unit.kind == "word" and is_past_form(word) and word not in _BEING | _BESIDE_A_VERB:
            here = _deed(sequence, place, text)
            if not (here.doers or here.done_to):
                untold.add(unit.key)
            deed = found.setdefault(unit.key, Deed())
            deed.doers += here.doers
            deed.done_to += here.done_to
            deed.passive = deed.passive or here.passive
    return {verb: deed for verb, deed in found.items() if verb not in untold}


def _deed(sequence: Sequence[Unit], verb: int, text: str) -> Deed:
    before, turned = _before(sequence, verb, text)
    by = _behind_by(sequence, verb, text)
    at_once = verb + 1 < len(sequence) and sequence[verb + 1].text == "by"
    if turned or at_once:
        # Of "Thorne portrayed by Teale" Thorne may be what is portrayed, or nothing of the kind.
        return Deed(
            doers=list(_joined(sequence, by)),
            done_to=list(_joined(sequence, before)) if turned else [],
            passive=True,
        )
    return Deed(
        doers=list(_joined(sequence, before)),
        done_to=list(_joined(sequence, _object(sequence, verb, text))),
    )


def _before(sequence: Sequence[Unit], verb: int, text: str) -> tuple[int | None, bool]:
    """Return the place of the name that is the verb's subject, and whether it is the passive's."""
    turned = relative = False
    for place in range(verb - 1, max(-1, verb - 2 - BETWEEN), -1):
        unit = sequence[place]
        word = unit.text.lower()
        if CLAUSE_END.search(text, unit.end, sequence[place + 1].start) and not relative:
            return None, turned
        relative = word in _RELATIVE
        if unit.kind == "name":
            behind = place > 0 and sequence[place - 1].text.lower() in _PREPOSITIONS
            return (place if _acts(unit, text) and not behind else None), turned
        if word in _BEING:
            turned = True
        elif not (relative or word in _BESIDE_A_VERB or word.endswith("ly")):
            return None, turned
    return None, turned


def _behind_by(sequence: Sequence[Unit], verb: int, text: str) -> int | None:
    """Return the place of the name behind "by"."""
    by: int | None = None
    for place in range(verb + 1, min(len(sequence), verb + 2 + BEHIND)):
        unit = sequence[place]
        if CLAUSE_END.search(text, sequence[place - 1].end, unit.start):
            return None
        if unit.text == "by":
            by = place
        elif unit.kind == "name":
            near = by is not None and place - by <= OFFICE + 1
            return place if near and _acts(unit, text) else None
        elif by is None and is_past_form(unit.text.lower()):
            return None
    return None


def _object(sequence: Sequence[Unit], verb: int, text: str) -> int | None:
    """Return the place of the name right behind the verb: "asked Secretary Rubio"."""
    for place in range(verb + 1, min(len(sequence), verb + 2 + OFFICE)):
        unit = sequence[place]
        if CLAUSE_END.search(text, sequence[place - 1].end, unit.start):
            return None
        if unit.kind == "name":
            return place if _acts(unit, text) else None
        if not unit.text[:1].isupper() and unit.text != "the":
            return None
    return None


def _acts(unit: Unit, text: str) -> bool:
    """Whether it is a name and not "Biden's": what is Biden's acts, not Biden."""
    named = isinstance(unit.fact, Name) and unit.text[:1].isupper()
    return named and "'" not in text[unit.end - 2 : unit.end + 1]


def _joined(sequence: Sequence[Unit], first: int | None) -> Iterator[Name]:
    """Yield the name at that place and those that "and", "or" or commas join to it."""
    if first is None:
        return
    for places in (range(first, -1, -1), range(first + 1, len(sequence))):
        left = 0  # words that may still stand before a name: "and the former President Lee"
        for place in places:
            unit = sequence[place]
            if isinstance(unit.fact, Name):
                if place > first and _does_something(sequence, place):
                    break  # "blocked by Biden, and Trump opposes it"
                yield unit.fact
            elif unit.text in ("and", "or"):
                left = OFFICE
            elif left <= 0 or is_past_form(unit.text.lower()):
                break
            else:
                left -= 1


def _does_something(sequence: Sequence[Unit], name: int) -> bool:
    following = sequence[name + 1 : name + 2]
    return any(u.kind == "word" and is_verb_form(u.text.lower()) for u in following)

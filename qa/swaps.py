"""Facts of a claim that stand in the place of others, and names the other way round.

A name, figure or date may stand in the source and still not where the claim puts it: "Biden
blocked Nippon" and "Nippon blocked Biden" hold the same words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from qa.alignment import Alignment, Unit, align, shown, units
from qa.cues import CLAUSE_END
from qa.dates import Date, conflicts
from qa.deeds import done_by_others, of_another_office
from qa.figures import Figure, agrees
from qa.names import Name, same_name
from qa.words import FUNCTION_WORDS

NEAR_VERBATIM = 0.6  # the share of a claim that must run alike for a single place to mean something
SMALL_EDIT = 5  # units; in a longer stretch a difference may be anything


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A difference in wording that changes the statement. `reason` is for people."""

    kind: Literal[
        "negation", "modality", "attribution", "opposite", "swapped", "roles", "unfinished"
    ]
    reason: str


def swaps(claim: str, source: str, beside: Sequence[str] = ()) -> list[Mismatch]:
    """Return the facts of the claim that stand where the source has others. Normalised texts.

    What the claim puts elsewhere may come from another sentence of the source: `beside` are
    those that are near to the claim, too.
    """
    alignment = align(claim, source)
    changed = _changed_places(alignment)
    if changed and any(_roots_elsewhere(alignment, other) for other in beside):
        changed = []
    return [*changed, *_roles(claim, source), *_doings(claim, source)]


def _roots_elsewhere(alignment: Alignment, other: str) -> bool:
    """Whether every fact that is not the first source's stands in `other`, after the same words.

    Of "X is a song. It has vocals by Y" the claim may be "X is a song with vocals by Y".
    """
    theirs = units(other)
    rooted = False
    for place, unit in enumerate(alignment.claim):
        if unit.fact is None or any(_same(unit, there) for there in alignment.source):
            continue
        places = [p for p, there in enumerate(theirs) if p and _same(unit, there)]
        rooted = any(_same_before(alignment.claim, place, theirs, p) for p in places)
        if not rooted:
            return False
    return rooted


def _same_before(claim: Sequence[Unit], place: int, source: Sequence[Unit], there: int) -> bool:
    """Whether the same content word, or the same two words, stand before both places."""
    before = [unit.key for unit in claim[max(0, place - 2) : place]]
    others = [unit.key for unit in source[max(0, there - 2) : there]]
    if not before or before[-1] != others[-1]:
        return False
    return before[-1] not in FUNCTION_WORDS or (len(before) == 2 and before == others)


def _changed_places(alignment: Alignment) -> list[Mismatch]:
    """Return names, figures and dates that stand in the place of others."""
    if alignment.share < NEAR_VERBATIM:
        return []
    found = list(_laid_on_others(alignment))
    # Where much is left out, one name may be laid on another although each keeps its place.
    return [] if found and _keeps_order(alignment) else found


def _keeps_order(alignment: Alignment) -> bool:
    """Whether the claim's facts, and nearly all its words, follow one another in the source."""
    mine, theirs = alignment.claim, alignment.source
    rows = [0] * (len(theirs) + 1)
    weight = [100 if _is_proper(unit) else 1 for unit in mine]
    for place, unit in enumerate(mine):
        before = 0
        for other, theirs_unit in enumerate(theirs, start=1):
            above = rows[other]
            if unit.key == theirs_unit.key and _same(unit, theirs_unit):
                rows[other] = max(rows[other], rows[other - 1], before + weight[place])
            else:
                rows[other] = max(rows[other], rows[other - 1])
            before = above
    words = weight.count(1)
    return rows[-1] >= sum(weight) - 0.1 * words


def _laid_on_others(alignment: Alignment) -> Iterator[Mismatch]:
    for mine, theirs in alignment.held_pairs():
        if _same(mine, theirs):
            continue
        # Of "Spain (now Portugal) ceded" the claim "Spain ceded" may be laid on "Portugal ceded".
        dropped = alignment.alone_in_source(theirs)
        added = alignment.alone_in_claim(mine)
        moved = any(_same(other, theirs) for other in added if other.fact is not None)
        if not moved and not any(_same(mine, other) for other in dropped):
            yield _changed((mine,), (theirs,))
    for edit in alignment.edits:
        here, there = alignment.claim[edit.a : edit.b], alignment.source[edit.c : edit.d]
        facts = [unit for unit in here if _is_proper(unit)]
        others = [unit for unit in there if _is_proper(unit)]
        small = max(len(here), len(there)) <= SMALL_EDIT
        if not (edit.held and small and facts and others):
            continue
        if any(not any(_same(fact, other) for other in others) for fact in facts):
            yield _changed(here, there)


def _is_proper(unit: Unit) -> bool:
    """Whether the unit is a fact or a capitalised word inside the sentence."""
    return unit.fact is not None or (
        unit.start > 0 and unit.text[:1].isupper() and unit.text not in ("I", "UNK")
    )


def _changed(mine: Sequence[Unit], theirs: Sequence[Unit]) -> Mismatch:
    return Mismatch(
        "swapped", f'the claim has "{shown(mine)}" where the source has "{shown(theirs)}"'
    )


def _same(mine: Unit, theirs: Unit) -> bool:
    one, other = mine.fact, theirs.fact
    if isinstance(one, Name) and isinstance(other, Name):
        return same_name(one, other)
    if isinstance(one, Figure) and isinstance(other, Figure):
        return agrees(one, other)
    if isinstance(one, Date) and isinstance(other, Date):
        return not conflicts(one, other)
    return one is None and other is None and mine.key == theirs.key


def _roles(claim: str, source: str) -> Iterator[Mismatch]:
    """Yield pairs of names that stand the other way round about the same word."""
    given = set(_triples(source))
    for first, word, second in _triples(claim):
        if (second, word, first) in given and (first, word, second) not in given:
            yield Mismatch(
                "roles", f'"{first}" and "{second}" stand the other way round in the source'
            )


def _doings(claim: str, source: str) -> Iterator[Mismatch]:
    for reason in (*done_by_others(claim, source), *of_another_office(claim, source)):
        yield Mismatch("roles", reason)


def _triples(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield (name, word between, next name), turned round where the passive's "by" stands."""
    sequence = units(text)
    places = [place for place, unit in enumerate(sequence) if unit.kind == "name"]
    for place, following in pairwise(places):
        between = sequence[place + 1 : following]
        if not between or CLAUSE_END.search(text, sequence[place].end, sequence[following].start):
            continue
        first, second = _last_name(sequence[place]), _last_name(sequence[following])
        if any(unit.text == "by" for unit in between):
            first, second = second, first
        for unit in between:
            if unit.kind == "word" and unit.text.lower() not in FUNCTION_WORDS and first != second:
                yield first, unit.key, second


def _last_name(unit: Unit) -> str:
    return unit.fact.kernel[-1] if isinstance(unit.fact, Name) else unit.text

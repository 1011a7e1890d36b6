"""How a claim says it, against how its source says it: layer (b) of the support check.

Negation, certainty (may, plans to, reportedly), opposites (rise and fall), facts that have
changed places, and who did what to whom. Pure text work on one claim sentence and one source
sentence, both normalised.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from qa.alignment import NEARLY_ALL, Alignment, Unit, align, shown, units
from qa.cues import CLAUSE_END, Cue, cues
from qa.dates import Date, conflicts
from qa.figures import Figure, agrees
from qa.lexicon import word_set
from qa.names import Name, same_name
from qa.words import FUNCTION_WORDS, Token, stem, tokens

_SAYING = re.compile(rf"\b(?:{'|'.join(sorted(word_set('wording', 'saying')))})\b", re.IGNORECASE)
NEAR_VERBATIM = 0.6
_SMALL_EDIT = 5  # units; in a longer stretch a difference may be anything
_LOOSE = ("able", "condition", "negative")  # telling only where nearly all runs alike

_OPPOSITE: dict[str, set[str]] = {}
for _one, _other in (
    [stem(word) for word in pair.split("/")] for pair in word_set("wording", "opposites")
):
    _OPPOSITE.setdefault(_one, set()).add(_other)
    _OPPOSITE.setdefault(_other, set()).add(_one)


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A difference in wording that changes the statement. `reason` is for people."""

    kind: Literal["negation", "modality", "attribution", "opposite", "swapped", "roles"]
    reason: str


def mismatches(claim: str, source: str) -> list[Mismatch]:
    """Return how the claim's wording changes what the source sentence says."""
    alignment = align(claim, source)
    return [
        *_certainty(claim, source, alignment),
        *_put_in_or_out(claim, source, alignment),
        *_opposites(alignment),
        *_changed_places(alignment),
        *_roles(claim, source),
    ]


def _certainty(claim: str, source: str, alignment: Alignment) -> Iterator[Mismatch]:
    """Yield what is denied, open or hearsay in one text and not in the other.

    A weaker claim ("may") than its source is no mismatch in a free paraphrase, and "will" none
    when the claim's verb stays in the present ("stays in the blood").
    """
    mine, theirs = cues(claim), cues(source)
    my_words, their_words = _counts(claim), _counts(source)
    left_out = _left_out(alignment)
    for cue in theirs:
        head = cue.heads[0] if cue.heads else ""
        if head not in my_words or cue.head_start in left_out:
            continue
        # The head may stand a second time in the source, plainly.
        plainly = their_words[head] > sum(other.heads[:1] == (head,) for other in theirs)
        free = not plainly and not (cue.denies and any(other.denies for other in mine))
        near = _is_near(cue, alignment)
        weighty = (near or free) and _weighs(cue, head, claim, near)
        if weighty and not _answered(cue, mine, their_words, source):
            yield _lost(cue, mine)
    for cue in mine:
        head = cue.heads[0] if cue.heads else ""
        if head not in their_words or any(other.kind == cue.kind for other in theirs):
            continue
        near = alignment.share >= (NEAR_VERBATIM if cue.kind == "denial" else NEARLY_ALL)
        weighty = near or (cue.kind == "denial" and not any(other.denies for other in theirs))
        if weighty and not _answered(cue, theirs, my_words, source):
            yield _gained(cue)


def _is_near(cue: Cue, alignment: Alignment) -> bool:
    """Whether both texts run so much alike that the cue's coming or going means something."""
    return alignment.share >= (NEARLY_ALL if cue.kind in _LOOSE else NEAR_VERBATIM)


def _counts(text: str) -> Counter[str]:
    return Counter(stem(token.lower) for token in tokens(text) if token.is_word)


def _weighs(cue: Cue, head: str, claim: str, near: bool) -> bool:
    """Whether leaving the cue out changes what is claimed."""
    if cue.kind in ("future", "would"):
        before = re.compile(r"\b(?:was|were|has|had|did|been|managed|succeeded)\b")
        past = any(_is_past(token) for token in tokens(claim) if stem(token.lower) == head)
        return past or (near and bool(before.search(claim)))
    return near or cue.kind not in _LOOSE


def _is_past(token: Token) -> bool:
    word = token.lower
    return word.endswith("ed") or (stem(word) != word and not word.endswith(("s", "ing", "e")))


def _left_out(alignment: Alignment) -> set[int]:
    """Return the offsets of the source's units that the claim leaves out, where both run alike."""
    if alignment.share < NEAR_VERBATIM:
        return set()
    return {
        unit.start
        for edit in alignment.edits
        if edit.a == edit.b
        for unit in alignment.source[edit.c : edit.d]
    }


def _answered(cue: Cue, others: Sequence[Cue], stems: Counter[str], source: str) -> bool:
    """Whether a cue of the other text turns the same statement the same way."""
    for other in others:
        alike = other.kind == cue.kind or (other.denies and cue.denies)
        if not other.heads or not (alike or _tense_shift(cue, other, source)):
            continue
        if cue.heads[0] == other.heads[0]:
            return True
        # One text may have an adverb between, the other not.
        if cue.heads[0] in other.heads and other.heads[0] not in stems:
            return True
        if other.heads[0] in cue.heads:
            return True
    return False


def _tense_shift(one: Cue, other: Cue, source: str) -> bool:
    """Whether "will" is "would" because somebody is quoted as saying so."""
    pair = {one.text.lower(), other.text.lower()}
    return pair == {"will", "would"} and bool(_SAYING.search(source))


def _put_in_or_out(claim: str, source: str, alignment: Alignment) -> Iterator[Mismatch]:
    """Yield cues that were put in or taken out where all else runs alike."""
    if alignment.share < NEAR_VERBATIM:
        return
    for edit in alignment.edits:
        if not edit.held or max(edit.b - edit.a, edit.d - edit.c) > _SMALL_EDIT:
            continue
        here, there = alignment.claim[edit.a : edit.b], alignment.source[edit.c : edit.d]
        mine = [cue for cue in _cues_within(claim, here) if _is_near(cue, alignment)]
        theirs = [cue for cue in _cues_within(source, there) if _is_near(cue, alignment)]
        denied = [cue for cue in mine if cue.denies]
        denials = [cue for cue in theirs if cue.denies]
        if len(denied) > len(denials) and (there or _only(here, denied)):
            yield _gained(denied[0])
        elif len(denials) > len(denied) and (here or _only(there, denials)):
            yield _lost(denials[0], ())
        elif not there and mine and not denied and _only(here, mine):
            yield _gained(mine[0])
        elif not here and theirs and not denials and _only(there, theirs):
            yield _lost(theirs[0], ())


def _cues_within(text: str, some: Sequence[Unit]) -> list[Cue]:
    if not some:
        return []
    return [cue for cue in cues(text) if some[0].start <= cue.start and cue.end <= some[-1].end]


def _only(some: Sequence[Unit], those: Sequence[Cue]) -> bool:
    """Whether the units are the cues and words that only carry them ("may have been")."""
    carried = {"did", "do", "does", "be", "been", "have", "has", "had", "is", "are", "was", "were"}
    return all(
        unit.text.lower() in carried
        or any(cue.start <= unit.start and unit.end <= cue.end for cue in those)
        for unit in some
    )


def _lost(cue: Cue, mine: Sequence[Cue]) -> Mismatch:
    said = next((other.text for other in mine if cue.heads[0] in other.heads), None)
    if cue.denies:
        return Mismatch("negation", f'the source says "{cue.text}", the claim leaves it out')
    if cue.kind == "reported":
        return Mismatch("attribution", f'the source says "{cue.text}", the claim states it as fact')
    how = f'says "{said}"' if said else "states it as done"
    return Mismatch("modality", f'the source says "{cue.text}", the claim {how}')


def _gained(cue: Cue) -> Mismatch:
    kind: Literal["negation", "modality"] = "negation" if cue.denies else "modality"
    return Mismatch(kind, f'the claim says "{cue.text}", the source does not')


def _opposites(alignment: Alignment) -> Iterator[Mismatch]:
    """Yield words of the claim whose opposite stands in the source, and not they."""
    mine = {unit.key: unit.text for unit in alignment.claim if unit.kind == "word"}
    theirs = {unit.key: unit.text for unit in alignment.source if unit.kind == "word"}
    for word, text in mine.items():
        if word in theirs:
            continue
        for other in sorted(_OPPOSITE.get(word, ())):
            if other in theirs and other not in mine:
                yield Mismatch("opposite", f'the source says "{theirs[other]}", the claim "{text}"')


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
    dropped, added = _neighbours(alignment)
    for mine, theirs in alignment.held_pairs():
        beside = (theirs, *dropped.get(theirs.start, ()))
        near = added.get(mine.start, ())
        if not any(_same(mine, other) for other in beside):
            if not any(_same(other, theirs) for other in near if other.fact is not None):
                yield _changed((mine,), (theirs,))
    for edit in alignment.edits:
        here, there = alignment.claim[edit.a : edit.b], alignment.source[edit.c : edit.d]
        facts = [unit for unit in here if _is_proper(unit)]
        others = [unit for unit in there if _is_proper(unit)]
        if not (edit.held and facts and others) or len(there) > _SMALL_EDIT:
            continue
        if any(not any(_same(fact, other) for other in others) for fact in facts):
            yield _changed(here, there)


def _neighbours(alignment: Alignment) -> tuple[dict[int, list[Unit]], dict[int, list[Unit]]]:
    """Return, by offset, what stands in one text only beside each unit: of source, of claim.

    Of "Spain (now Portugal) ceded" the claim "Spain ceded" may be laid on "Portugal ceded".
    """
    dropped: dict[int, list[Unit]] = {}
    added: dict[int, list[Unit]] = {}
    for edit in alignment.edits:
        for some, first, last, beside in (
            (alignment.source, edit.c, edit.d, dropped),
            (alignment.claim, edit.a, edit.b, added),
        ):
            for place in (first - 1, last):
                if 0 <= place < len(some):
                    beside.setdefault(some[place].start, []).extend(some[first:last])
    return dropped, added


def _is_proper(unit: Unit) -> bool:
    """Whether the unit is a fact or a capitalised word inside the sentence."""
    return unit.fact is not None or (
        unit.start > 0 and unit.text[:1].isupper() and unit.text != "I"
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

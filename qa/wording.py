"""How a claim says it, against how its source says it: layer (b) of the support check.

Negation, certainty (may, plans to, reportedly), opposites (rise and fall), facts that have
changed places, and who did what to whom. Pure text work on one claim sentence and one source
sentence, both normalised.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Literal

from qa.alignment import NEARLY_ALL, Alignment, Edit, Unit, align
from qa.cues import CLAUSE_END, Cue, cues
from qa.lexicon import word_set
from qa.orders import ordered
from qa.swaps import NEAR_VERBATIM, SMALL_EDIT, Mismatch, swaps
from qa.words import FUNCTION_WORDS, Token, is_past_form, stem, tokens

_SAYING = re.compile(rf"\b(?:{'|'.join(sorted(word_set('wording', 'saying')))})\b", re.IGNORECASE)
_REACHES_TO = re.compile(
    rf"{CLAUSE_END.pattern}|\b(?:why|how|when|where|which|who|because|but|although|though|while"
    r"|since|until|before|after|if|unless)\b",
    re.IGNORECASE,
)
_OPEN = ("future", "wish", "possible", "would")
_MEANT, _TENSES = ("future", "wish"), ("will", "shall")  # what will be, later articles tell as done
_DETERMINERS = frozenset("the a an this that these those my your his her its our their".split())
SHORTEST_ROOT = 5
_LOOSE = ("able", "condition", "negative")  # telling only where nearly all runs alike

_OPPOSITE: dict[str, set[str]] = {}
for _one, _other in (
    [stem(word) for word in pair.split("/")] for pair in word_set("wording", "opposites")
):
    _OPPOSITE.setdefault(_one, set()).add(_other)
    _OPPOSITE.setdefault(_other, set()).add(_one)


def mismatches(claim: str, source: str, beside: Sequence[str] = ()) -> list[Mismatch]:
    """Return how the claim's wording changes what the source sentence says.

    What the claim adds or puts elsewhere may come from another sentence of the source:
    `beside` are those that are near to the claim, too.
    """
    alignment = align(claim, source)
    found = [
        *_certainty(claim, source, alignment, beside),
        *_denied_whole(claim, source),
        *_only_meant(claim, source),
        *_put_in_or_out(claim, source, alignment),
        *_opposites(alignment),
        *swaps(claim, source, beside),
        *_ordered(claim, source),
    ]
    return list(dict.fromkeys(found))


def _ordered(claim: str, source: str) -> Iterator[Mismatch]:
    words = ordered(claim, source)
    if words is not None:
        yield Mismatch("attribution", f'the source does not state this, it says "{words}"')


def _certainty(
    claim: str, source: str, alignment: Alignment, beside: Sequence[str]
) -> Iterator[Mismatch]:
    """Yield what is denied, open or hearsay in one text and not in the other.

    A weaker claim ("may") than its source is no mismatch in a free paraphrase, and "will" none
    when the claim's verb stays in the present ("stays in the blood").
    """
    mine, theirs = cues(claim), cues(source)
    my_words, their_words = _counts(claim), _counts(source)
    left_out = _left_out(alignment)
    near_verbatim = alignment.share >= NEAR_VERBATIM
    for cue in theirs:
        head = cue.heads[0] if cue.heads else ""
        if _closes(cue, source) and near_verbatim and not any(c.kind == cue.kind for c in mine):
            yield _lost(cue, mine)
        if head not in my_words or cue.head_start in left_out:
            continue
        # The head may stand a second time in the source, plainly.
        plainly = their_words[head] > sum(other.heads[:1] == (head,) for other in theirs)
        free = not plainly and not (cue.denies and any(other.denies for other in mine))
        near = _is_near(cue, alignment)
        free = free and not any(other.kind == cue.kind for other in mine)
        weighty = (near or free) and _weighs(cue, head, claim, near)
        if weighty and not _answered(cue, mine, their_words, source):
            yield _lost(cue, mine)
    for cue in mine:
        head = cue.heads[0] if cue.heads else ""
        if head not in their_words or any(other.kind == cue.kind for other in theirs):
            continue
        near = alignment.share >= (NEAR_VERBATIM if cue.kind == "denial" else NEARLY_ALL)
        others = _not_itself(cue, theirs)
        weighty = near or (cue.kind == "denial" and not any(other.denies for other in others))
        told = any(
            _answered(cue, _not_itself(cue, cues(text)), my_words, text)
            for text in (source, *beside)
        )
        if weighty and not told:
            yield _gained(cue)


def _not_itself(cue: Cue, others: Sequence[Cue]) -> list[Cue]:
    """Return the cues of another text but those that this one denies: "did not avoid"."""
    return [other for other in others if stem(other.text.split()[0].lower()) not in cue.heads[:1]]


def _only_meant(claim: str, source: str) -> Iterator[Mismatch]:
    """Yield what a source only plans or wishes when the claim states it as done.

    "Before heading to Washington, he plans to visit Korea" bears out no "he travelled to Korea":
    the source tells of nothing that was done.
    """
    mine, theirs = cues(claim), cues(source)
    done = any(not t.is_capital and is_past_form(t.lower) for t in tokens(claim))
    words = [t for t in tokens(source) if t.is_word]
    told = any(
        is_past_form(word.lower)
        and not (word.is_capital or _SAYING.fullmatch(word.lower))
        and before.lower not in _DETERMINERS
        and not any(cue.start <= word.start < cue.end for cue in theirs)
        for before, word in pairwise(words)
    )
    if not done or told:
        return
    for cue in theirs:
        meant = cue.kind in _MEANT and cue.text.lower() not in _TENSES and cue.head_start >= 0
        if meant and not any(other.kind in _OPEN for other in mine):
            yield _lost(cue, mine)
            return


def _denied_whole(claim: str, source: str) -> Iterator[Mismatch]:
    """Yield a denial of the source in whose reach all stands that the claim's verb and object say.

    "They did not go into tariffs during their discussions" holds every word of "they discussed
    tariffs". What a verb of the source says ("the meeting held in Oslo") may be so all the same.
    """
    if any(cue.denies for cue in cues(claim)):
        return
    mine = [token for token in tokens(claim) if token.is_word and not token.is_function]
    for cue in cues(source):
        if cue.kind != "denial":
            continue
        inside, outside = _reach(cue, source)
        nouns = {stem(t.lower) for t in inside if not is_past_form(t.lower)}
        said = [*outside, *(t for t in inside if is_past_form(t.lower))]
        elsewhere = {stem(t.lower) for t in said}
        for verb, following in pairwise(mine):
            done, to = stem(verb.lower), stem(following.lower)
            if not is_past_form(verb.lower) or len(done) < SHORTEST_ROOT or done == to:
                continue
            # "discussions" for "discussed": the noun of a verb mostly begins as it does.
            named = {noun for noun in nouns - elsewhere if noun.startswith(done)}
            if named and to in nouns - elsewhere and not any(e.startswith(done) for e in elsewhere):
                yield _lost(cue, ())


def _reach(cue: Cue, source: str) -> tuple[list[Token], list[Token]]:
    """Return the words that a denial may bear on, to the end of its clause, and the others."""
    end = _REACHES_TO.search(source, cue.end)
    last = end.start() if end else len(source)
    words = [token for token in tokens(source) if token.is_word]
    inside = [token for token in words if cue.end <= token.start < last]
    return inside, [token for token in words if token not in inside]


def _is_near(cue: Cue, alignment: Alignment) -> bool:
    """Whether both texts run so much alike that the cue's coming or going means something."""
    return alignment.share >= (NEARLY_ALL if cue.kind in _LOOSE else NEAR_VERBATIM)


def _closes(cue: Cue, source: str) -> bool:
    """Whether hearsay at the sentence's end bears on all of it: "..., sources suggest"."""
    before = source[max(0, cue.start - 30) : cue.start]
    return cue.kind == "reported" and "," in before and not re.search(r"\w", source[cue.end :])


def speaker(claim: str, source: str) -> str | None:
    """Return whose words the source gives, when it does and the claim does not say so."""
    if _SAYING.search(claim) or re.search(r"\baccording to\b", claim, re.IGNORECASE):
        return None
    cited = re.search(r"\baccording to ([^,.;\"]{2,60})", source, re.IGNORECASE)
    if cited is not None:
        return cited.group(1).strip()
    said = _SAYING.search(source)
    if said is None:
        return None
    before = re.split(r'[,;"—]', source[: said.start()])[-1].split()
    after = re.split(r'[,;"—.]', source[said.end() :])[0].split()
    who = before if any(word[0].isupper() or len(word) > 4 for word in before) else after
    return " ".join(who[-6:] if who is before else who[:6]) or None


def _counts(text: str) -> Counter[str]:
    return Counter(stem(token.lower) for token in tokens(text) if token.is_word)


def _weighs(cue: Cue, head: str, claim: str, near: bool) -> bool:
    """Whether leaving the cue out changes what is claimed."""
    if cue.kind in ("future", "would"):
        before = re.compile(r"\b(?:was|were|has|had|did|been|managed|succeeded)\b")
        past = any(
            is_past_form(token.lower) for token in tokens(claim) if stem(token.lower) == head
        )
        return past or (near and bool(before.search(claim)))
    return near or cue.kind not in _LOOSE


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
        if cue.denies and set(cue.heads) & set(other.heads):
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
        if not edit.held or max(edit.b - edit.a, edit.d - edit.c) > SMALL_EDIT:
            continue
        here, there = alignment.claim[edit.a : edit.b], alignment.source[edit.c : edit.d]
        mine = [cue for cue in _cues_within(claim, here) if _is_near(cue, alignment)]
        theirs = [cue for cue in _cues_within(source, there) if _is_near(cue, alignment)]
        # A denial that goes with all that it denies changes nothing of what is left.
        theirs = [cue for cue in theirs if not there[0].start <= cue.head_start <= there[-1].end]
        theirs = [cue for cue in theirs if _weighs(cue, "".join(cue.heads[:1]), claim, near=True)]
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
    """Yield words of the claim whose opposite stands in the source, and not they.

    Where both run alike, the word itself may stand elsewhere in the source: "it is usual to ..."
    is not "it is rare to ..., as usually ...".
    """
    if alignment.share >= NEAR_VERBATIM:
        for edit in alignment.edits:
            yield from _put_for_opposite(alignment, edit)
    mine = {unit.key: place for place, unit in enumerate(alignment.claim)}
    theirs = {unit.key: place for place, unit in enumerate(alignment.source)}
    for word, place in mine.items():
        if word in theirs:
            continue
        for other in sorted(_OPPOSITE.get(word, ())):
            if other not in theirs or other in mine:
                continue
            here, there = alignment.claim[place], alignment.source[theirs[other]]
            beside = _beside(alignment.claim, place) & _beside(alignment.source, theirs[other])
            if beside or alignment.share >= NEAR_VERBATIM:
                reason = f'the source says "{there.text}", the claim "{here.text}"'
                yield Mismatch("opposite", reason)


def _put_for_opposite(alignment: Alignment, edit: Edit) -> Iterator[Mismatch]:
    if max(edit.b - edit.a, edit.d - edit.c) > SMALL_EDIT:
        return
    for here in alignment.claim[edit.a : edit.b]:
        for there in alignment.source[edit.c : edit.d]:
            if there.key in _OPPOSITE.get(here.key, ()):
                reason = f'the source says "{there.text}", the claim "{here.text}"'
                yield Mismatch("opposite", reason)


def _beside(some: Sequence[Unit], place: int) -> set[str]:
    """Return what the two content units before and after a place are matched by."""
    content = [unit.text.lower() for unit in some]
    near = [p for p in range(max(0, place - 4), min(len(some), place + 5)) if p != place]
    near = [p for p in near if content[p] not in FUNCTION_WORDS]
    before, after = [p for p in near if p < place][-2:], [p for p in near if p > place][:2]
    return {some[p].text.lower() if some[p].fact else some[p].key for p in (*before, *after)}

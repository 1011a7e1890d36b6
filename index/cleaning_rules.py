"""Body or not, decided: the model's verdicts, put right where wording and place say more.

A probability of 0.5 over a line "Sign up for our newsletter" is not a question, and neither
is a list of names in the midst of a text that holds no furniture at all. The second matters
more: what a person asks for may stand in that list.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.cleaning_model import Judged
from index.furniture import BYLINE, CAPTION, COMMENTS, DATE_LINE, RELATED, RULE, SITE_NAME, VOTES

# Furniture wherever it stands, unless the model is this sure of the contrary.
_BY_WORDING = frozenset((
    "advertisement", "comments", "cookie notice", "copyright", "newsletter", "related",
    "related link", "sharing", "sign-in", "update note", "votes", CAPTION, SITE_NAME,
))  # fmt: skip
_SURE = 0.99
_CERTAIN = frozenset(("advertisement", "cookie notice", "copyright", "update note", "votes"))
_CREDIT_WORDS = 10
# In a clean text a paragraph is body unless the model is this sure of the contrary.
_LEAST_LIKELY = 0.15
# Furniture above the body and just below its first paragraph; elsewhere it may be a heading.
_IN_THE_HEAD = frozenset((
    DATE_LINE, BYLINE, CAPTION, RULE, SITE_NAME, "section label", "site links",
))  # fmt: skip
_TAIL_OPENERS = frozenset((RELATED, COMMENTS, VOTES, "sign-in", "newsletter"))
# Wording that no article has by chance; the other reasons are not counted as signs of a web page.
_SIGNS = frozenset((
    "advertisement", "comments", "cookie notice", "newsletter", "sharing", "sign-in",
    "site links", "related", "section label", "votes",
))  # fmt: skip
# Of these, single words may as well be names and headings.
_AMBIGUOUS = frozenset((
    "caption", "comments", "newsletter", "related", "section label", "sharing", "sign-in",
    "site links",
))  # fmt: skip
_CLEAN_SHARE = 0.12
_LONGEST_HEAD = 8
_FEWEST_HEADLINES = 3
_ISLAND_WORDS = 90
_MENU_WORDS, _FEWEST_MENU_LINES = 3, 40

_ENDS_SENTENCE = re.compile(r"[.!?…:;,]['\"”’»)\]]*$")
_ITEM = re.compile(r"(?:[-*•·–—+]|\d{1,4} ?[.):–—-]|[A-Za-z][.)]|[A-Z][A-Z ]{1,20}:)\s")


def decide(words: Sequence[str], judged: Judged, threshold: float) -> list[bool]:
    """Say of every block whether it is body."""
    probability = judged.probability.tolist()
    body = [value > threshold for value in probability]
    known, prose = judged.blocks.reasons, judged.blocks.prose.tolist()
    sizes = judged.blocks.words.tolist()
    clean = is_clean(known, sizes, probability, prose)
    for place, reason in enumerate(known):
        if reason in _BY_WORDING and probability[place] < _sure_enough(reason, sizes[place]):
            body[place] = clean and _stands_alone(words, known, place)
        elif clean and reason is None and prose[place] > 0:
            body[place] = probability[place] > _LEAST_LIKELY
    if clean:
        _restore(words, known, prose, body)
    _clear_head(known, prose, body)
    _clear_foot(words, known, body)
    _clear_last_headlines(words, known, prose, body)
    if not clean or VOTES in known:
        _clear_islands(known, sizes, body)
    return body


def _sure_enough(reason: str | None, size: float) -> float:
    """Return how sure the model must be of a line against its wording."""
    certain = reason in _CERTAIN or (reason == CAPTION and size <= _CREDIT_WORDS)
    return 1.0 if certain else _SURE


def decide_authored(words: Sequence[str], known: Sequence[str | None]) -> list[bool] | None:
    """Say the same of a text that a person wrote as a document; None when it reads like a page.

    Its lists, tables and code are its body, whatever they look like.
    """
    if _has_signs(known):
        return None
    body = [
        reason not in _BY_WORDING or _stands_alone(words, known, place)
        for place, reason in enumerate(known)
    ]
    for place, reason in enumerate(known[:_LONGEST_HEAD]):
        body[place] &= reason not in (DATE_LINE, BYLINE)
    return body


def _has_signs(known: Sequence[str | None]) -> bool:
    signs = [reason for reason in known if reason in _SIGNS]
    return len(signs) > 2 and len(set(signs)) > 1 and len(signs) >= _CLEAN_SHARE * len(known)


def is_clean(
    known: Sequence[str | None],
    sizes: Sequence[float],
    probability: Sequence[float],
    prose: Sequence[float],
) -> bool:
    """Whether a text shows hardly a sign of a web page around its article.

    A page that was copied whole says "share" and "sign in", and begins with its menus. A
    text without a paragraph near its beginning and without any such sign is clean when its
    lines are few, or longer than those of menus (a recipe, minutes, a poem).
    """
    if _has_signs(known):
        return False
    head = zip(probability[: _LONGEST_HEAD + 1], prose, strict=False)
    if any(value > _LEAST_LIKELY and length > 0 for value, length in head):
        return True
    if any(reason in _SIGNS for reason in known):
        return False
    short = sum(size <= _MENU_WORDS for size in sizes)
    return len(known) < _FEWEST_MENU_LINES or short < 0.5 * len(known)


def _stands_alone(words: Sequence[str], known: Sequence[str | None], place: int) -> bool:
    """Whether a line of one common word has no furniture beside it: "TikTok" in a list of names."""
    if known[place] not in _AMBIGUOUS:
        return False
    beside = [*known[max(0, place - 1) : place], *known[place + 1 : place + 2]]
    return len(words[place].split()) == 1 and not any(beside)


def _restore(
    words: Sequence[str], known: Sequence[str | None], prose: Sequence[float], body: list[bool]
) -> None:
    """Take lists and headings of a clean text back into the body.

    Above the first paragraph only when no furniture stands there; below the last one as far
    as no line announces other articles (`_clear_last_headlines` looks at the rest).
    """
    paragraphs = [i for i, kept in enumerate(body) if kept and prose[i] > 0]
    first, last = (paragraphs[0], paragraphs[-1]) if paragraphs else (0, 0)
    announced = [i for i, reason in enumerate(known) if reason == RELATED and i > last]
    start = first if any(known[:first]) else 0
    for place in range(start, announced[0] if announced else len(body)):
        reason = known[place]
        own_line = reason not in _BY_WORDING and _stands_alone(words, known, place)
        if reason is None or own_line:
            body[place] = True


def _clear_head(known: Sequence[str | None], prose: Sequence[float], body: list[bool]) -> None:
    paragraphs = 0
    for place, reason in enumerate(known):
        if reason in _IN_THE_HEAD:
            body[place] = False
        paragraphs += body[place] and prose[place] > 0
        if paragraphs == 2:
            return


def _clear_foot(words: Sequence[str], known: Sequence[str | None], body: list[bool]) -> None:
    """Take out the furniture that ends the text: who contributed, how to write to them."""
    for place in range(len(words) - 1, -1, -1):
        if known[place] is None or _stands_alone(words, known, place):
            return
        body[place] = False


def _clear_last_headlines(
    words: Sequence[str], known: Sequence[str | None], prose: Sequence[float], body: list[bool]
) -> None:
    """Take out a run of other articles' headlines at the text's end.

    They are lines of several words, most of them capitalised, that end without a stop and
    are no items of a list; or any such lines under a line that announces them.
    """
    run: list[int] = []
    for place in range(len(words) - 1, -1, -1):
        if known[place] == RELATED:
            for member in run:
                body[member] = False
            run = []
        elif known[place] is not None:
            continue
        elif prose[place] == 0 and is_headline(words[place]):
            run.append(place)
        else:
            break
    if len(run) >= _FEWEST_HEADLINES and _capitalised([words[i] for i in run]):
        for member in run:
            body[member] = False


def is_headline(line: str) -> bool:
    """Whether a line may be the headline of an article."""
    return (
        4 <= len(line.split()) <= 40
        and not line[0].islower()
        and not _ENDS_SENTENCE.search(line)
        and not _ITEM.match(line)
    )


def _capitalised(headlines: Sequence[str]) -> bool:
    """Whether the lines are capitalised as headlines are, the first word not counted.

    A list of tour dates or names is too, but many of its lines begin with the same word.
    """
    later = [word for line in headlines for word in line.split()[1:] if len(word) > 3]
    capital = sum(word[0].isupper() for word in later)
    beginnings = {line.split()[0] for line in headlines}
    return (
        len(later) >= 3 * len(headlines)
        and capital >= 0.6 * len(later)
        and len(beginnings) >= 0.7 * len(headlines)
    )


def _clear_islands(known: Sequence[str | None], sizes: Sequence[float], body: list[bool]) -> None:
    """Take out short stretches of "body" that stand among the furniture after a tail's opener."""
    opened = False
    stretch: list[int] = []
    for place in range(_heaviest_stretch(sizes, body), len(body) + 1):
        inside = place < len(body)
        if inside and body[place]:
            stretch.append(place)
            continue
        if opened and stretch and sum(sizes[i] for i in stretch) < _ISLAND_WORDS:
            for member in stretch:
                body[member] = False
        stretch = []
        opened = opened or (inside and known[place] in _TAIL_OPENERS)


def _heaviest_stretch(sizes: Sequence[float], body: Sequence[bool]) -> int:
    """Return the end of the unbroken stretch of body with most words."""
    best, best_end, total = 0.0, 0, 0.0
    for place, kept in enumerate(body):
        total = total + sizes[place] if kept else 0.0
        if total > best:
            best, best_end = total, place + 1
    return best_end

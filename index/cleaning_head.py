"""The lines above an article's body: which is the title, and what the others are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import chain

from index.furniture import RULE, SITE_NAME
from index.languages import bigrams, is_inflection, is_unspaced, unspaced_parts, word_count

TITLE = "title"
PAGE_FURNITURE = "page furniture"

_ENDS_SENTENCE = re.compile(r"[.!…;:,。！、]['\"”’»)\]]*$")
_CONTENT_WORD = re.compile(r"[^\W\d_]{4,}")
_MARKUP = re.compile(r"^(?:#{1,6} +|\*\*|__|<h\d>)|(?:\*\*|__|</h\d>| +#+)$")
_SPACE = re.compile(r"\s+")
_MOST_WORDS = 32
_FARTHEST = 25
_BODY_READ = 12
_MOST_LEADING = 3
_CREDITS = re.compile(
    r"(?:special (?:to|for)\b|from .{0,40}\b(?:staff|wire|network)|staff\b|photos?\b"
    r"|.{0,30}\bwire reports)",
    re.IGNORECASE,
)
# What newspapers end their names with.
_NAME_OF_A_PAPER = re.compile(
    r"\b(?:times|post|news|today|daily|journal|herald|tribune|guardian|gazette|chronicle|observer"
    r"|telegraph|independent|register|enquirer|examiner|magazine|broadcasting|reuters|bbc|cnn|afp"
    r"|kyodo|xinhua|npr|nbc|cbs|pbs|zeitung|shimbun|spiegel|monde|figaro|repubblica)"
    r"(?: network| online| magazine)?$|\w\.(?:com|org|net|co\.\w\w)$",
    re.IGNORECASE,
)
_LONGEST_QUESTION = 16


def plain(line: str) -> str:
    """Return a title as words alone: no mark-up at its ends, white space collapsed."""
    return _SPACE.sub(" ", _MARKUP.sub("", line.strip())).strip()


def find_title(
    words: Sequence[str], known: Sequence[str | None], body: Sequence[bool], title: str | None
) -> int | None:
    """Return the number of the line that is the article's title, or None when no line is.

    A known title is looked for above and in the body's beginning. Otherwise the title is
    the line above the body, or at its beginning and above its first paragraph, that shares
    most words with the body. A line that ends like a sentence is none, and a question is
    one only with mark-up or furniture beside it: articles begin with questions.
    """
    start = body.index(True)
    if title is not None:
        wanted = plain(title).casefold()
        below = range(start + 1, min(start + 4, len(words)))
        for place in chain(range(start, -1, -1), below):
            if plain(words[place]).casefold() == wanted:
                return place
        return None
    follows = [i for i in range(start, len(words)) if body[i]][: _BODY_READ + 1]
    vocabulary = Counter(word for i in follows for word in _content_words(words[i][:1500]))
    best: int | None = None
    best_score = 0.0
    for place in chain(range(max(0, start - _FARTHEST), start), _leading(words, follows)):
        if _may_be_title(words, known, place):
            score = _shared_words(words[place], vocabulary, place - start)
            if score > 0.0 and score >= best_score:
                best, best_score = place, score
    return best


def _leading(words: Sequence[str], follows: Sequence[int]) -> list[int]:
    """Return the body's first lines when they stand above its first paragraph like headings."""
    for number, place in enumerate(follows[: _MOST_LEADING + 1]):
        if _is_prose(words[place]):
            return list(follows[:number])
    return []


def _shared_words(line: str, vocabulary: Counter[str], below_start: int) -> float:
    """Return how well a line's words fit the body's; 0 when too few of them do.

    `below_start` is how far below the body's first line it stands: from 0 on the line's own
    words are part of the vocabulary.
    """
    own = _content_words(line)
    shared = sum(vocabulary[word] > (below_start >= 0) for word in own)
    if len(line.split()) == 2 and not _MARKUP.match(line):
        return 0.0  # as likely a person's name
    few = shared == 1 and below_start <= 0 and (len(own) <= 3 or _MARKUP.match(line))
    if shared < 2 and not few:
        return 0.0
    return shared / len(own) + 0.1 * min(shared, 5) + 0.02 * min(0, below_start)


def _content_words(line: str) -> set[str]:
    """Return the words of four letters and more; of text without spaces, pairs of letters."""
    if not is_unspaced(line):
        return set(_CONTENT_WORD.findall(line.lower()))
    runs = [part for part, unspaced in unspaced_parts(line) if unspaced]
    return {pair for run in runs for pair in bigrams(run) if not is_inflection(pair)}


def _may_be_title(words: Sequence[str], known: Sequence[str | None], place: int) -> bool:
    line = words[place]
    if known[place] is not None or is_masthead(words, place) or _CREDITS.match(line):
        return False
    if line.endswith("?") and not _MARKUP.match(line):
        beside = [*known[max(0, place - 1) : place], *known[place + 1 : place + 2]]
        if not any(beside) or len(line.split()) > _LONGEST_QUESTION:
            return False
    return 2 <= word_count(line) <= _MOST_WORDS and not _ENDS_SENTENCE.search(line)


def _is_prose(line: str) -> bool:
    count = word_count(line)
    return count >= 25 or (count >= 8 and line.rstrip("\"'”’»)]")[-1:] in ".!?…。！？")


def head_reasons(
    words: Sequence[str],
    known: Sequence[str | None],
    title_at: int | None,
    start: int,
    reasons: list[str | None],
) -> None:
    """Fill in the reasons of the lines above the body, and of the title wherever it is."""
    for place in range(start):
        reasons[place] = known[place] or PAGE_FURNITURE
    if title_at is not None:
        reasons[title_at] = TITLE
    for place in range(min(start, 3)):
        if reasons[place] == PAGE_FURNITURE and is_masthead(words, place):
            reasons[place] = SITE_NAME
            break
    for place in range(start):
        if reasons[place] == RULE:
            reasons[place] = PAGE_FURNITURE


def is_masthead(words: Sequence[str], place: int) -> bool:
    """Whether a short line at the top is surely the name of the site.

    It is when it holds a word that newspapers call themselves by, or when the page's
    furniture repeats it ("JapanToday account").
    """
    line = words[place].strip()
    parts = line.split()
    if len(line) > 40 or len(parts) > 4 or _ENDS_SENTENCE.search(line) or _CREDITS.match(line):
        return False
    named = all(part[0].isupper() or len(part) < 4 or "." in part for part in parts)
    if named and _NAME_OF_A_PAPER.search(line):
        return True
    squeezed = line.replace(" ", "").casefold()
    return len(squeezed) >= 5 and any(
        squeezed in other.replace(" ", "").casefold()
        for number, other in enumerate(words)
        if number != place and len(other) <= 200 and ("©" in other or "account" in other)
    )

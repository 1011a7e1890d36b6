"""Words of a text for the support check: normalised characters, tokens, stems, rarity.

Everything here is about single words; figures, dates and names are built on it in
`figures.py`, `dates.py` and `names.py`, wording in `wording.py`.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from qa.lexicon import keyed, lines, word_set

_CHARACTERS = str.maketrans(
    {
        **dict.fromkeys("’‘‛ʼ`´′", "'"),
        **dict.fromkeys("“”„‟«»″", '"'),
        **dict.fromkeys("‐‑−", "-"),
        **dict.fromkeys("–—―", "—"),
        **dict.fromkeys("\u00a0\u2009\u202f\u2007\t\r", " "),
        # What is not seen: joiners, marks of direction, invisible signs and tags.
        **dict.fromkeys("\u200b\u200c\u200d\u200e\u200f\ufeff\u00ad", ""),
        **dict.fromkeys(map(chr, (*range(0x202A, 0x202F), *range(0x2060, 0x2070))), ""),
        **dict.fromkeys(map(chr, range(0xE0000, 0xE0080)), ""),
    }
)
# Tokenised text ("japan 's", "did n't", "$ 5") is joined again, so that it reads alike.
_REPAIRS = (
    (re.compile(r"\\'"), "'"),
    (re.compile(r"''"), '"'),
    (re.compile(r"-(?:LRB|lrb)-"), "("),
    (re.compile(r"-(?:RRB|rrb)-"), ")"),
    (re.compile(r"(?<=\w) (?='(?:s|re|ve|ll|d|m)\b)", re.I), ""),
    (re.compile(r"(?<=\w) (?=n't\b)", re.I), ""),
    (re.compile(r"\b(can)(?=not\b)", re.I), r"\1 "),
    (re.compile(r"\bcan't\b", re.I), "can not"),
    (re.compile(r"\bwon't\b", re.I), "will not"),
    (re.compile(r"(?<=[a-z])n't\b", re.I), " not"),
    (re.compile(r"(?<=\w)'ll\b", re.I), " will"),
    (re.compile(r"(?<=\w)'ve\b", re.I), " have"),
    (re.compile(r"(?<=\w)'re\b", re.I), " are"),
    (re.compile(r"\b(i)'m\b", re.IGNORECASE), r"\1 am"),
    (re.compile(r"(?<=[$£€¥]) (?=\d)"), ""),
    (re.compile(r"(?<=\d) (?=%)"), ""),
    (re.compile(r" +"), " "),
)
_TOKEN = re.compile(
    r"[A-Za-z](?:\.[A-Za-z])+\.?(?!\w)"  # U.S., p.m.
    r"|\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+"
    r"|[^\W\d_]+(?:'[^\W\d_]+)*'?(?=\W|$)|[^\W\d_]+"
    r"|\S"
)

FUNCTION_WORDS = word_set("words", "function")

_IRREGULAR = {form: base for base, forms in keyed("words", "irregular") for form in forms.split()}
_KEPT = word_set("words", "uninflected")
_LEAST_STEM = 3


@dataclass(frozen=True, slots=True)
class Token:
    """One word, number or sign. `start` and `end` are offsets into the normalised text."""

    text: str
    start: int
    end: int

    @property
    def lower(self) -> str:
        """The word in lower case, without a possessive ending."""
        word = self.text.lower()
        for ending in ("'s", "'"):
            if word.endswith(ending) and len(word) > len(ending):
                return word[: -len(ending)]
        return word

    @property
    def is_word(self) -> bool:
        """Whether it holds a letter or digit."""
        return self.text[0].isalnum() or self.text[-1].isalnum()

    @property
    def is_function(self) -> bool:
        """Whether it carries no content of its own; "US" is not "us"."""
        if len(self.text) > 1 and self.text.isupper():
            return False
        return self.lower in FUNCTION_WORDS or self.text.lower() in FUNCTION_WORDS

    @property
    def is_capital(self) -> bool:
        """Whether it begins with a capital letter."""
        return self.text[0].isupper()


def normalise(text: str) -> str:
    """Return the text with one kind of quotation mark, dash and space; tokenised text joined.

    Accents are taken off and contractions written out ("didn't" is "did not").
    """
    text = unicodedata.normalize("NFD", text.translate(_CHARACTERS))
    text = "".join(letter for letter in text if not unicodedata.combining(letter))
    text = unicodedata.normalize("NFC", text)
    for pattern, replacement in _REPAIRS:
        text = pattern.sub(replacement, text)
    return text.strip()


@lru_cache(maxsize=4096)
def tokens(text: str) -> tuple[Token, ...]:
    """Return the words, numbers and signs of a normalised text, in order."""
    return tuple(Token(m.group(), m.start(), m.end()) for m in _TOKEN.finditer(text))


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Return a crude common form of an English word's inflections ("meetings", "met" -> "meet").

    Lighter than Porter's algorithm (1980): only plural, past, -ing and -ly endings and some
    irregular forms, because "organisation" and "organ" must stay apart.
    """
    word = word.lower().removesuffix("'s").rstrip("'")
    if word in _IRREGULAR:
        return _tidy(_IRREGULAR[word])
    if word in _KEPT or not word.isalpha():
        return word.replace(".", "")
    for ending, replacement in (
        ("ies", "y"), ("ied", "y"), ("sses", "ss"), ("ches", "ch"), ("shes", "sh"), ("xes", "x"),
        ("ing", ""), ("ed", ""), ("ly", ""), ("s", ""),
    ):  # fmt: skip
        if word.endswith(ending) and not word.endswith(("ss", "us", "is", "eed")):
            base = word[: -len(ending)] + replacement
            if len(base) >= _LEAST_STEM and any(letter in "aeiouy" for letter in base):
                return stem(base) if ending == "s" and base.endswith("ing") else _tidy(base)
    return _tidy(word)


def is_verb_form(word: str) -> bool:
    """Whether a lower-case word looks like a past or third-person verb ("met", "warns")."""
    return word in _IRREGULAR or (word.endswith(("ed", "s")) and not word.endswith(("ss", "us")))


def is_past_form(word: str) -> bool:
    """Whether a lower-case word looks like a past form or participle ("met", "blocked")."""
    return is_verb_form(word) and not word.endswith("s")


def _tidy(base: str) -> str:
    """Undo doubled consonants and final e: "planned", "plan"; "move", "moving"."""
    if len(base) > _LEAST_STEM and base[-1] == base[-2] and base[-1] not in "aeiousl":
        base = base[:-1]
    if len(base) > _LEAST_STEM and base[-1] == "e":
        base = base[:-1]
    return base


@lru_cache(maxsize=1)
def _rarity_table() -> tuple[dict[str, int], dict[str, float], float]:
    document = json.loads(resources.files("qa").joinpath("rarity.json").read_text("utf-8"))
    per_mille: dict[str, int] = document["per_mille"]
    rarity: dict[str, float] = {}
    for word, share in per_mille.items():
        value = math.log((1000 + 1) / (share + 0.5))
        rarity[stem(word)] = min(value, rarity.get(stem(word), value))
    return per_mille, rarity, math.log((1000 + 1) / 0.5)


def is_common(word: str) -> bool:
    """Whether the word (lower case) is usually written in lower case in English text."""
    return word in FUNCTION_WORDS or word in _rarity_table()[0]


def rarity(stemmed: str) -> float:
    """Return how much a shared stem tells: the logarithm of 1 / its share of texts, 0 to 7.6."""
    _, table, unknown = _rarity_table()
    return table.get(stemmed, unknown)


def content_stems(words: Iterable[Token]) -> list[str]:
    """Return the stems of the words that carry meaning: no function words, no signs."""
    return [stem(token.lower) for token in words if token.is_word and not token.is_function]


@lru_cache(maxsize=1)
def _alike() -> dict[str, frozenset[str]]:
    table: dict[str, set[str]] = {}
    for line in lines("words", "alike"):
        group = {stem(word) for word in line.split()}
        for word in group:
            table.setdefault(word, set()).update(group - {word})
    return {word: frozenset(others) for word, others in table.items()}


def is_among(stemmed: str, stems: Set[str]) -> bool:
    """Whether a stem, or one that may stand for it ("buy", "purchase"), is among the stems."""
    return stemmed in stems or not stems.isdisjoint(_alike().get(stemmed, frozenset()))


def longest_run(claim: Sequence[str], evidence: Sequence[str]) -> int:
    """Return the length of the longest run of words that both share."""
    best, lengths = 0, [0] * (len(evidence) + 1)
    for word in claim:
        previous = 0
        for place, other in enumerate(evidence, start=1):
            previous, lengths[place] = lengths[place], previous + 1 if word == other else 0
            best = max(best, lengths[place])
    return best


_ABBREVIATIONS = word_set("words", "abbreviations")
_SENTENCE_BREAK = re.compile(
    r"[.!?]+[\"')\]]*\s+|(?<=\w) [.!?] (?=\w)|\n+|(?<=[a-z]{2})[.!?](?=[A-Z][a-z])"
)
_LONGEST_QUOTATION = 500


@lru_cache(maxsize=1024)
def sentences(text: str) -> tuple[str, ...]:
    """Return the sentences of a normalised text, roughly: for finding evidence, not for citing.

    A quotation of several sentences stays whole.
    """
    found, start = [], 0
    small = not _has_capitals(tokens(text))
    for match in _SENTENCE_BREAK.finditer(text):
        if "\n" not in match.group() and _goes_on(
            text[start : match.start()], match.group(), text[match.end() :][:40], small
        ):
            continue
        piece = text[start : match.end()].strip()
        if piece:
            found.append(piece)
        start = match.end()
    if text[start:].strip():
        found.append(text[start:].strip())
    return tuple(found)


def _goes_on(before: str, stop: str, after: str, small: bool) -> bool:
    """Whether the full stop ends no sentence: an abbreviation, a list number, an open quotation."""
    last = before.rsplit(None, 1)[-1].lower().lstrip("(\"'") if before.strip() else ""
    if (before + stop).count('"') % 2 and len(before) < _LONGEST_QUOTATION:
        return True
    if not small and after[:1].islower() and not stop.startswith(" "):
        return True
    if not stop.startswith("."):
        return False
    if "." in last and len(last) < 6:  # U.S., A.V., p.m.: only before a plain sentence beginning
        return after.split(" ", 1)[0].lower() not in FUNCTION_WORDS
    if last.isdigit() and before.strip() == last:
        return True
    if last == "no":
        return after[:1].isdigit()
    return last in _ABBREVIATIONS or (len(last) == 1 and last.isalpha())


def _has_capitals(words: Sequence[Token]) -> bool:
    """Whether a word begins with a capital and goes on small."""
    return any(word.is_capital and not word.text.isupper() for word in words)


def with_capitals(text: str, sources: Sequence[str]) -> str:
    """Return a text written without capitals with those that its words have in the sources."""
    words = tokens(text)
    if _has_capitals(words):
        return text
    capital: set[str] = set()
    small: set[str] = set()
    pairs: set[tuple[str, str]] = set()
    for source in sources:
        theirs = tokens(source)
        for place, word in enumerate(theirs):
            if not word.text[0].isalpha():
                continue
            begins = place == 0 or theirs[place - 1].text in '.!?:"'
            (capital if word.is_capital else small).add(word.lower)
            if begins and word.is_capital and is_common(word.lower):
                small.add(word.lower)
            if place and word.is_capital and theirs[place - 1].is_capital:
                pairs.add((theirs[place - 1].lower, word.lower))
    letters = list(text)
    for place, word in enumerate(words):
        before = words[place - 1].lower if place else ""
        after = words[place + 1].lower if place + 1 < len(words) else ""
        named = word.lower in capital and word.lower not in small and not word.is_function
        if named or (before, word.lower) in pairs or (word.lower, after) in pairs:
            letters[word.start] = letters[word.start].upper()
    return "".join(letters)

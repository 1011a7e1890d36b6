"""Questions made from statements, for a reader to learn reading on before it sees real ones.

Noisy cloze questions after Lewis et al. 2019, "Unsupervised question answering by cloze
translation" (https://arxiv.org/abs/1906.04980): a date, number, name or phrase of a sentence is
the answer, its place is taken by a question word, and the words around it are thinned and put in
another order. A part cannot be answered: the sentence is taken out of the passage, or one piece
of the question is exchanged for another of its kind from the same text, which is how near misses
arise.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from eval.public_sets import json_rows
from index.article import Article, Span
from index.splitting import sentence_spans

Kind = Literal["date", "number", "name", "reason", "phrase"]

CHARACTERS_READ = 6000
WINDOW = (4, 6)
"""Sentences of a passage, least and most."""
WITHOUT_SENTENCE, EXCHANGED = 0.22, 0.28
"""Shares of questions that the passage does not answer, by how they are made."""
_NAME = re.compile(
    r"(?<![.!?“\"'] )(?<!^)\b(?:[A-Z][\w’'-]+(?:\s+(?:of|the|de|van|and)\s+(?=[A-Z]))?\s*)+"
)
_NUMBER = re.compile(
    r"\b(?:\$|€|£)?\d[\d,.]*\d?(?:\s*(?:%|percent|million|billion|thousand|people|years|days|miles"
    r"|km|hours|months))?"
)
_MONTHS = (
    "January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan\.|Feb\.|Aug\.|Sept\.|Oct\.|Nov\.|Dec\."
)
_DATE = re.compile(
    rf"\b(?:(?:{_MONTHS})(?:\s+\d{{1,2}})?(?:,?\s+\d{{4}})?"
    r"|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:1[5-9]|20)\d\d)\b"
)
_REASON = re.compile(r"\b(?:because(?: of)?|due to|in order to|so that)\s+([^,.;]{10,80})")
_PHRASE = re.compile(r"\b(?:the|a|an|his|her|their|its)\s+((?:[a-z-]+\s+){0,2}[a-z-]{4,})\b")
_AUXILIARY = "is was were are will would has have had can could did".split()
_NEGATABLE = re.compile(r"\b(" + "|".join([*_AUXILIARY, "does", "do"]) + r")\b")
_PLAIN = frozenset(
    "the a an of to in on for and or with by at from as is was were are be been has have had that "
    "this it its his her their which who will would not where whose number".split()
)
_ASKED: dict[Kind, tuple[str, ...]] = {
    "date": ("when", "when", "what year", "what date"),
    "number": ("how many", "how much", "what number"),
    "name": ("who", "who", "what", "which", "where", "whose"),
    "reason": ("why",),
    "phrase": ("what", "what", "what kind of", "which"),
}


@dataclass(frozen=True, slots=True)
class MadeQuestion:
    """A question over a passage; `answer` is its span there, None where there is none."""

    question: str
    title: str
    passage: str
    sentences: tuple[Span, ...]
    answer: Span | None


def made_questions(texts: Sequence[tuple[str, str]], count: int, seed: int) -> list[MadeQuestion]:
    """Return `count` questions over texts, each (title, text); the same for the same seed."""
    chance = random.Random(seed)
    known = [(title, found) for title, text in texts if len(found := statements(text)) >= WINDOW[0]]
    chance.shuffle(known)
    made: list[MadeQuestion] = []
    turn = 0
    while len(made) < count and known:
        title, found = known[turn % len(known)]
        turn += 1
        one = _made(chance, title, found)
        if one is not None:
            made.append(one)
    return made


def statements(text: str) -> list[str]:
    """Return the sentences of a text that a question can be made of."""
    text = text[:CHARACTERS_READ]
    return [
        sentence
        for span in sentence_spans(Article(text, "a text"))
        if 40 < len(sentence := span.of(text)) < 400
        and "\n" not in sentence
        and sum(c.isalpha() for c in sentence) > 0.7 * len(sentence)
    ]


def _made(chance: random.Random, title: str, found: Sequence[str]) -> MadeQuestion | None:
    place = chance.randrange(len(found))
    first = max(0, place - chance.randint(0, WINDOW[0]))
    window = list(found[first : first + chance.randint(*WINDOW)])
    own = place - first
    if own >= len(window):
        return None
    sentence = window[own]
    pieces = answers_in(sentence)
    if not pieces:
        return None
    kind = chance.choice(sorted({kind for _, kind in pieces}))
    span = chance.choice([span for span, other in pieces if other == kind])
    question = _cloze(chance, sentence, span, kind)
    if len(question.split()) < 5:
        return None
    drawn = chance.random()
    answered = drawn >= WITHOUT_SENTENCE + EXCHANGED
    if drawn < WITHOUT_SENTENCE:
        del window[own]
        if len(window) < WINDOW[0] - 1 or span.of(sentence) in " ".join(window):
            return None
    elif not answered:
        changed = exchanged(chance, question, " ".join(found))
        if changed is None:
            return None
        question = changed
    passage, spans = joined(window)
    start = spans[own].start if answered else 0
    answer = Span(start + span.start, start + span.end) if answered else None
    return MadeQuestion(question, title, passage, spans, answer)


def joined(sentences: Sequence[str]) -> tuple[str, tuple[Span, ...]]:
    """Return sentences as one passage, and where they stand in it."""
    spans, start = [], 0
    for sentence in sentences:
        spans.append(Span(start, start + len(sentence)))
        start += len(sentence) + 1
    return " ".join(sentences), tuple(spans)


def answers_in(sentence: str) -> list[tuple[Span, Kind]]:
    """Return what of a sentence could be asked for."""
    found: list[tuple[Span, Kind]] = []

    def add(start: int, text: str, kind: Kind) -> None:
        end = start + len(text.rstrip())
        if end - start > 1 and not any(s.start < end and start < s.end for s, _ in found):
            found.append((Span(start, end), kind))

    kinds: tuple[tuple[Kind, re.Pattern[str]], ...] = (
        ("date", _DATE), ("number", _NUMBER), ("name", _NAME), ("reason", _REASON),
        ("phrase", _PHRASE),
    )  # fmt: skip
    for kind, pattern in kinds:
        for match in pattern.finditer(sentence):
            group = pattern.groups
            add(match.start(group), match.group(group), kind)
    return found


def _cloze(chance: random.Random, sentence: str, span: Span, kind: Kind) -> str:
    before = sentence[: span.start].split()[-chance.randint(4, 12) :]
    after = sentence[span.end :].split()[: chance.randint(3, 10)]
    before, after = _clause(chance, before[::-1])[::-1], _clause(chance, after, ends=True)
    if kind == "date" and before and before[-1] in ("in", "on", "since", "by", "at", "until"):
        before = before[:-1]
    before, after = _thinned(chance, before), _thinned(chance, after)
    asked = chance.choice(_ASKED[kind])
    drawn = chance.random()
    if drawn < 0.35:
        words = [*before, asked, *after]
    else:
        opening = [asked, chance.choice(_AUXILIARY)] if chance.random() < 0.5 else [asked]
        words = [*opening, *before, *after] if drawn < 0.75 else [*opening, *after, *before]
    text = re.sub(r"[,.;:]+(?=\s|$)|[\"“”()]", "", " ".join(words)).strip()
    if chance.random() < 0.8:
        return text[:1].upper() + text[1:] + "?"
    return text.lower()


def _clause(chance: random.Random, words: list[str], *, ends: bool = False) -> list[str]:
    """Cut words, from the answer outwards, at the end of its clause; now and then not."""
    for number, word in enumerate(words):
        if word.endswith((",", ";", ":", ".")) and (ends or number > 2) and chance.random() < 0.6:
            return words[: number + ends]
    return words


def _thinned(chance: random.Random, words: Sequence[str]) -> list[str]:
    return [w for w in words if chance.random() >= (0.25 if w.lower() in _PLAIN else 0.12)]


def exchanged(chance: random.Random, question: str, text: str) -> str | None:
    """Return the question with one piece exchanged for another of its kind from the text.

    A name, a number, a word of like ending, or a "not" put in; None when nothing fits.
    """
    ways = ["name", "number", "word", "word", "not"]
    chance.shuffle(ways)
    for way in ways:
        changed = _exchange(chance, way, question, text)
        if changed is not None:
            return changed
    return None


def _exchange(chance: random.Random, way: str, question: str, text: str) -> str | None:
    asked = question.casefold()
    if way == "name":
        names = [match.group().strip() for match in _NAME.finditer(text)]
        here = [name for name in names if name in question]
        others = [name for name in names if name.casefold() not in asked]
        if here and others:
            return question.replace(chance.choice(here), chance.choice(others))
    elif way == "number":
        number = _NUMBER.search(question)
        others = [m.group() for m in _NUMBER.finditer(text) if m.group() not in question]
        if number and others:
            return question[: number.start()] + chance.choice(others) + question[number.end() :]
    elif way == "word":
        words = [w for w in re.findall(r"[a-z]{5,}", question) if w not in _PLAIN]
        others = [w for w in re.findall(r"\b[a-z]{5,}\b", text) if w not in asked]
        if words and others:
            word = chance.choice(words)
            alike = [other for other in others if other[-2:] == word[-2:]]
            new = chance.choice(alike or others)
            return re.sub(rf"\b{word}\b", new, question, count=1)
    elif chance.random() < 0.5:
        verb = _NEGATABLE.search(question)
        if verb:
            return (
                question[: verb.end()] + chance.choice((" not", " never")) + question[verb.end() :]
            )
    return None


def read_texts(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield title and text of the articles that claims are checked against.

    No question is asked about them, so nothing that is measured with questions has been seen.
    """
    seen: set[str] = set()
    for name in ("frank", "wice", "ragtruth_qa"):
        for row in json_rows(folder / "grounding" / f"{name}.jsonl"):
            doc = row["doc"]
            text = doc if isinstance(doc, str) else " ".join(doc)
            if text[:200] not in seen:
                seen.add(text[:200])
                yield "", text

"""Cases made from a library's own sentences, for a person to review.

A question is made by template from a date, a number or a subject; a capable chat model
words it freely, and what it writes must pass the same checks. Unanswerable questions are made
by putting another name of the collection in a name's place. Nothing made here is to be
trusted before somebody has read it: templates ask stiffly, and a swapped name may by chance
ask for something that the articles do say.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import prompts
from eval.case import Case, Gold
from eval.matching import says
from index.article import Article, content_id
from index.splitting import sentence_spans
from qa.dates import dates
from qa.figures import figures
from qa.language_model import LanguageModel, Message
from qa.names import names

WORDS = range(8, 41)
"""Sentences of other lengths say too little, or too much for one question."""
ASKED_BY = "generated from a sentence, reviewed by a person"
QUESTION_TOKENS = 64

_DATELINE = re.compile(r"\A[A-Z][A-Z .,/]+ [—–-] ")
_LEANS = re.compile(
    r"\A\W*(?:he|she|it|they|this|that|these|those|his|her|its|their|there|but|and|or)\b",
    re.IGNORECASE,
)
_VERB = (
    r"(?:(?:also|already|still|now|later|successfully|reportedly|often|only)\s+)?"
    r"(?:is|are|was|were|has|have|had|will|would|can|could|may|might|must|said|told|met|took|"
    r"became|made|won|lost|held|began|left|sent|gave|went|came|saw|led|[a-z]{3,}ed|[a-z]{3,}[^su\W]s)"
    r"(?=\s)"
)
_SPEAKS = re.compile(r"(?:also )?(?:said|told|added|noted|stated|mentioned|warned|remarked)\b")
_FUTURE = re.compile(r"\b(?:will|plans? to|planned|expected to|set to|aims? to)\b")
_HANGS = re.compile(r"\b(?:planned|set|scheduled|due|arranged)$")
_CLAUSE = re.compile(
    r"\A(?:While|As|When|After|Before|If|Although|Though|Since|Because|With|During|In|On|At)\b"
)
_OFFICE = re.compile(
    r"(?:President(?:-elect)?|Minister|Secretary(?: of State)?|Senator|Sen\.|Adviser|Mr\.|Mrs\."
    r"|Ms\.|Dr\.|Chancellor|Governor|Judge|Professor)\s+\Z"
)
_WHERE = re.compile(r"\b(?:in|to|from|visit|visiting|visited|for)\s+(?:the\s+)?\Z")
_PREPOSITION = r"(?:on|in|by|at|before|since|until|during|from|for)"
_TITLE_WORDS = r"(?:[A-Z][\w.’'-]*\s+|(?:and|of|the)\s+){0,6}"


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an article that can stand alone."""

    article: Article
    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question made from a sentence, and the words that answer it."""

    question: str
    answer: str
    kind: str


def generate(
    articles: Sequence[Article],
    count: int,
    *,
    seed: int = 0,
    unanswerable: float = 0.25,
    model: LanguageModel | None = None,
) -> list[Case]:
    """Return up to `count` cases, spread over the articles; the same seed gives the same.

    `unanswerable` is the share of cases made by swapping a name. `model`, when it is
    capable, words the questions; the starter model is not and is not asked.

    Raises:
        ModelFailed: the model broke.

    """
    chooser = random.Random(seed)
    swaps = round(count * unanswerable)
    collection = [sentence for article in articles for sentence in sentences(article)]
    known = _names_by_role(collection)
    writer = model if model is not None and model.capable else None
    made: list[Case] = []
    swapped: list[Case] = []
    for sentence in _spread(articles, chooser):
        if len(made) >= count - swaps and len(swapped) >= swaps:
            break
        choices = list(questions(sentence.text))
        if not choices:
            continue
        asked = chooser.choice(choices)
        if writer is not None:
            asked = _worded_by(writer, sentence, asked)
        if len(swapped) < swaps and len(swapped) * (count - swaps) <= len(made) * swaps:
            other = _swap(asked, sentence, known, collection, chooser)
            if other is not None:
                swapped.append(other)
                continue
        if len(made) < count - swaps:
            made.append(_case(asked, sentence))
    return made + swapped


def sentences(article: Article) -> Iterator[Sentence]:
    """Yield the sentences of an article that can stand alone."""
    for span in sentence_spans(article):
        text = span.of(article.text)
        ends = text.rstrip("”\"'’").endswith(".")
        if len(text.split()) in WORDS and ends and "\n" not in text and not _LEANS.match(text):
            yield Sentence(article, text)


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
        yield Asked(f"When {verb} it that {_as_clause(rest)}?", date.text, "number")


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
        rest = sentence[begins.end() :].strip().rstrip(".")
        if not says(rest, name.text):
            word = "Who" if len(name.kernel) > 1 or _SPEAKS.match(rest) else "Who or what"
            yield Asked(f"{word} {rest}?", name.text, "fact")


def _worded_by(model: LanguageModel, sentence: Sentence, asked: Asked) -> Asked:
    """Let the model word the question; keep the template's where it does not do as told."""
    messages = [
        Message("system", prompts.load("question_system").fill()),
        Message(
            "user",
            prompts.load("question_user").fill(
                title=sentence.article.title, sentence=sentence.text, answer=asked.answer
            ),
        ),
    ]
    written = "".join(model.write(messages, max_tokens=QUESTION_TOKENS))
    first = next((line.strip() for line in written.splitlines() if line.strip()), "")
    if first.endswith("?") and len(first.split()) > 3 and not says(first, asked.answer):
        return Asked(first, asked.answer, asked.kind)
    return asked


def _swap(
    asked: Asked,
    sentence: Sentence,
    known: Mapping[str, Sequence[str]],
    collection: Sequence[Sentence],
    chooser: random.Random,
) -> Case | None:
    """Return the question about somebody else, or None when there is no good other name."""
    roles = {text: role for role, texts in known.items() for text in texts}
    here = [name.text for name in names(asked.question)]
    for name in here:
        others = [text for text in known.get(roles.get(name, ""), ()) if text != name]
        chooser.shuffle(others)
        for other in others:
            rest = [text for text in here if text != name]
            if says(sentence.text, other) or _together(other, [*rest, asked.answer], collection):
                continue
            question = re.sub(rf"\b{re.escape(name)}\b", other, asked.question)
            return Case(
                id=f"made-{content_id(question)}",
                kind="near_miss",
                question=question,
                asked_by=ASKED_BY,
                answerable=False,
                note=f"{other} in the place of {name}; the sentence: {sentence.text}",
            )
    return None


def _together(name: str, others: Sequence[str], collection: Sequence[Sentence]) -> bool:
    """Whether a sentence names both, so that the swapped question may have an answer."""
    return any(
        says(one.text, name) and any(says(one.text, other) for other in others)
        for one in collection
    )


def _case(asked: Asked, sentence: Sentence) -> Case:
    article = sentence.article
    name = article.path.replace("\\", "/").rsplit("/", 1)[-1] if article.path else article.url
    return Case(
        id=f"made-{content_id(asked.question)}",
        kind=asked.kind,
        question=asked.question,
        asked_by=ASKED_BY,
        accepted=((asked.answer,),),
        gold=(Gold(name or article.id, sentence.text),),
    )


def _spread(articles: Sequence[Article], chooser: random.Random) -> Iterator[Sentence]:
    """Yield sentences in random order, one from each article in turn."""
    piles = []
    for article in articles:
        pile = list(sentences(article))
        chooser.shuffle(pile)
        piles.append(pile)
    while any(piles):
        for pile in piles:
            if pile:
                yield pile.pop()


def _names_by_role(collection: Sequence[Sentence]) -> dict[str, list[str]]:
    """Return the collection's people and places, as far as their neighbours show them.

    A name that is seen in both roles, or in neither, is left out: swapped, it would make
    nonsense.
    """
    people: set[str] = set()
    places: set[str] = set()
    for sentence in collection:
        for name in names(sentence.text):
            for found in re.finditer(rf"\b{re.escape(name.text)}\b", sentence.text):
                before = sentence.text[: found.start()]
                after = sentence.text[found.end() :].lstrip()
                if _OFFICE.search(before) or _SPEAKS.match(after):
                    people.add(name.text)
                elif _WHERE.search(before):
                    places.add(name.text)
    return {"person": sorted(people - places), "place": sorted(places - people)}


def _as_clause(sentence: str) -> str:
    """Return a sentence as it stands after "that": no full stop, a common first word small."""
    words = sentence.rstrip(". ")
    first = words.split(" ", 1)[0]
    common = "the a an both in on at their after before some during according while when as with"
    return words[:1].lower() + words[1:] if first.lower() in common.split() else words


def _tidy(text: str) -> str:
    return re.sub(r"\s+([,.;])", r"\1", " ".join(text.split())).lstrip(" ,")

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
from eval.question_templates import SPEAKS, Asked, questions
from index.article import Article, content_id
from index.splitting import sentence_spans
from qa.language_model import LanguageModel, Message
from qa.names import names

WORDS = range(8, 41)
"""Sentences of other lengths say too little, or too much for one question."""
ASKED_BY = "generated from a sentence, reviewed by a person"
QUESTION_TOKENS = 64

_LEANS = re.compile(
    r"\A\W*(?:he|she|it|they|this|that|these|those|his|her|its|their|there|but|and|or)\b",
    re.IGNORECASE,
)
_OFFICE = re.compile(
    r"(?:President(?:-elect)?|Minister|Secretary(?: of State)?|Senator|Sen\.|Adviser|Mr\.|Mrs\."
    r"|Ms\.|Dr\.|Chancellor|Governor|Judge|Professor)\s+\Z"
)
_WHERE = re.compile(r"\b(?:in|to|from|visit|visiting|visited|for)\s+(?:the\s+)?\Z")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an article that can stand alone."""

    article: Article
    text: str


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
                if _OFFICE.search(before) or SPEAKS.match(after):
                    people.add(name.text)
                elif _WHERE.search(before):
                    places.add(name.text)
    return {"person": sorted(people - places), "place": sorted(places - people)}

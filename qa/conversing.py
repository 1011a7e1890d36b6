"""Follow-up questions: said again so that they stand alone, and can be searched for.

A capable model rewrites them. With the starter model, which would invent, rules carry
the subject over from the turn before. What was searched is always shown.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import prompts
from qa.answer import Answer
from qa.language_model import LanguageModel, Message

QUESTION_PHRASE = re.compile(
    r"(?:how (?:long|many|much|often|far|old|soon)|what (?:time|day|date|year)"
    r"|who|whom|whose|what|which|when|where|why|how)\b",
    re.IGNORECASE,
)
OPENING = re.compile(r"(?:and|but|so|also|ok|okay|then)\b[\s,]*", re.IGNORECASE)
ABOUT = re.compile(r"(?:what|how)\s+about\s+(.+)", re.IGNORECASE)
SINGULAR = re.compile(r"\b(he|she|him|her|his|hers)\b", re.IGNORECASE)
PLURAL = re.compile(r"\b(they|them|their|theirs)\b", re.IGNORECASE)
NEUTRAL = re.compile(
    r"\b(it|its|this|that|these|those|there|then)\b"
    r"|\bthe (?:meeting|summit|talks|deal|visit|trip|plan|decision|same)\b",
    re.IGNORECASE,
)
POSSESSIVE = frozenset({"his", "her", "hers", "their", "theirs", "its"})
NAME = re.compile(r"\b[A-Z][\w&’'.-]*(?:\s+(?:(?:of|and the|the)\s+)?[A-Z][\w&’'.-]*)*")
NOT_NAMES = frozenset(
    "a an and are at but by can could did do does for from had has have he her his how i if in is "
    "it its may mr mrs ms no not of on or she should so that the their there they this to was were "
    "what when where which who whom whose why will with would yes according after before".split()
)
PREPOSITION_OBJECT = re.compile(
    r"\b(about|on|with|to|in|for|from|against|at|of|over)\s+(?!.*\b(?:about|on|with|to|in|for|from"
    r"|against|at|of|over)\s)(?P<object>[^?]+)\??$",
    re.IGNORECASE,
)
LONGEST_REWRITE = 300


def stand_alone(question: str, history: Sequence[Answer], model: LanguageModel | None) -> str:
    """Return the question so that it can be understood without the conversation.

    `history` holds the earlier answers, oldest first; `model` is a capable model or
    None. A question that does not lean on the conversation comes back unchanged.
    """
    if not history or not leans_on_conversation(question):
        return question
    if model is not None:
        rewritten = _by_model(question, history, model)
        if rewritten:
            return rewritten
    return _by_rule(question, history[-1])


def leans_on_conversation(question: str) -> bool:
    """Whether a question needs the turn before it to be understood."""
    rest = OPENING.sub("", question, count=1) if OPENING.match(question) else question
    if rest != question or ABOUT.match(rest):
        return True
    if len(rest.split()) <= 3 and not names_in(rest):
        return True
    # "it" after a name in the same question ("Why did Japan say it was rare?") stands alone.
    named_at = min((rest.find(name) for name in names_in(rest)), default=len(rest))
    leaning = [SINGULAR.search(rest), PLURAL.search(rest), NEUTRAL.search(rest)]
    return any(found is not None and found.start() < named_at for found in leaning)


def names_in(text: str) -> list[str]:
    """Return the runs of capitalised words that look like names, in order, each once."""
    found: dict[str, None] = {}
    for match in NAME.finditer(text):
        words = match.group(0).split()
        while words and words[0].casefold() in NOT_NAMES:
            words.pop(0)
        if words:
            found.setdefault(re.sub(r"(?:'s|’s)?[.,]?$", "", " ".join(words)), None)
    return list(found)


def _by_rule(question: str, before: Answer) -> str:
    previous = before.searched
    rest = OPENING.sub("", question, count=1).strip() or question
    about = ABOUT.match(rest)
    if about:
        return _with_topic(previous, about.group(1).rstrip("? "))
    asked = QUESTION_PHRASE.match(rest)
    if asked and not rest[asked.end() :].strip(" ?.!"):
        return _asked_again(previous, asked.group(0))
    if not QUESTION_PHRASE.match(rest) and len(rest.split()) <= 4:
        return _with_topic(previous, rest.rstrip("? "))
    return _without_pronouns(rest, before)


def _asked_again(previous: str, phrase: str) -> str:
    """Ask otherwise: "When?" after "Who will Ishiba meet?" is "When will Ishiba meet?"."""
    opening = QUESTION_PHRASE.match(previous)
    body = previous[opening.end() :] if opening else " " + previous
    return _capital(phrase) + body


def _with_topic(previous: str, topic: str) -> str:
    """Change the topic: "What about China?" after "... say on tariffs?" is "... on China?"."""
    target = PREPOSITION_OBJECT.search(previous)
    if target:
        return f"{previous[: target.start('object')]}{topic}?"
    names = names_in(previous)
    if names and names_in(topic):
        return previous.replace(names[-1], topic)
    return f"{previous.rstrip('? ')} {topic}?"


def _without_pronouns(question: str, before: Answer) -> str:
    asked_names = names_in(before.searched)
    told_names = [n for claim in before.claims for n in names_in(claim.text)]
    new_names = [n for n in told_names if n not in asked_names]
    asked_for_person = before.searched.casefold().startswith(("who", "whom", "whose"))
    people = (new_names if asked_for_person else []) + asked_names[-1:] + told_names
    text = question
    if people:
        text = SINGULAR.sub(lambda m: _possessive(people[0], m.group(0)), text)
    if asked_names or told_names:
        group = " and ".join((asked_names or told_names)[:2])
        text = PLURAL.sub(lambda m: _possessive(group, m.group(0)), text)
    if NEUTRAL.search(text):
        # What "it" stands for is rarely one phrase: the whole subject goes along.
        subject = before.searched.rstrip("? ")
        opening = QUESTION_PHRASE.match(subject)
        subject = subject[opening.end() :].strip() if opening else subject
        text = f"{text.rstrip('? ')} ({subject})?"
    return text


def _possessive(name: str, pronoun: str) -> str:
    return f"{name}'s" if pronoun.casefold() in POSSESSIVE - {"her"} else name


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _by_model(question: str, history: Sequence[Answer], model: LanguageModel) -> str | None:
    """Return the model's rewriting, or None when it is no usable question."""
    turns = [
        f"Q: {answer.searched}\nA: {' '.join(claim.text for claim in answer.claims) or '(none)'}"
        for answer in history[-3:]
    ]
    messages = [
        Message("system", prompts.load("stand_alone_system").fill()),
        Message(
            "user",
            prompts.load("stand_alone_user").fill(conversation="\n".join(turns), question=question),
        ),
    ]
    text = " ".join("".join(model.write(messages, max_tokens=96, stop=("\n\n",))).split())
    usable = text and len(text) <= LONGEST_REWRITE and text.count("?") <= 1
    return text if usable else None

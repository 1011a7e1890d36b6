"""Follow-ups by rule: what a question leaves out is taken from the turn before.

Four shapes: "And when?" asks the question before otherwise; "What about China?" changes its
topic; "He", "they" and "it" stand for somebody or something of it; and a question that
points back ("Who else took part?", "Which newspaper says so?") takes its subject along.
The rules add words that were said; they never guess.
"""

from __future__ import annotations

import re

from qa.answer import Answer

_PREPOSITIONS = "about|on|with|to|in|for|from|against|at|of|over|by|after|before|since|until|under"
_ASKING = (
    r"(?:how (?:long|many|much|often|far|old|soon)|what (?:time|day|date|year)"
    r"|who|whom|whose|what|which|when|where|why|how)"
)
QUESTION_PHRASE = re.compile(rf"(?:(?:{_PREPOSITIONS}) )?{_ASKING}\b", re.IGNORECASE)
OPENING = re.compile(r"\s*(?:(?:and|but|so|also|ok|okay|then)\b[\s,]*)+", re.IGNORECASE)
ABOUT = re.compile(r"(?:(?:what|how)\s+)?about\s+(.+)", re.IGNORECASE)
SINGULAR = re.compile(r"\b(he|she|him|her|his|hers)\b", re.IGNORECASE)
PLURAL = re.compile(r"\b(they|them|their|theirs)\b", re.IGNORECASE)
NEUTRAL = re.compile(
    r"\b(it|its|this|that|these|those|there|then)\b"
    r"|\bthe (?:meeting|summit|talks|deal|visit|trip|plan|decision|same|discussions?|event"
    r"|ceremony|offer|interview)\b|\bso\b(?=\W*$)|\belse\b|\bother (?:side|one|two|country)\b",
    re.IGNORECASE,
)
_IT = re.compile(r"\b(it|they|them|this|that)\b", re.IGNORECASE)
_DEFINED = re.compile(
    r"(?:what|who) (?:is|are|was|were) (?P<thing>(?:the )?[^,?]{2,60}?)\??$", re.IGNORECASE
)
_NAMED = re.compile(r"(?:who|whom|whose) (?:is|are|was|were) (?P<office>[^,?]{3,60}?)\??$", re.I)
_AUXILIARY = re.compile(
    r"(?:did|does|do|will|would|is|are|was|were|has|have|had|can|could|may|might|must|should)\s+",
    re.IGNORECASE,
)
_HAS_VERB = re.compile(rf"\b{_AUXILIARY.pattern}|\b[a-z]{{3,}}(?:ed|s)\b")
_WHO_IS = re.compile(r"who(?:'s|’s| (?:is|was|are|were))\b", re.IGNORECASE)
_ASKS_FOR_PERSON = re.compile(
    r"(?:who|whom|whose)\b|(?:which|what) (?:\w+ ){0,3}(?:advis[eo]r|minister|secretary|president"
    r"|senator|official|leader|envoy|person|man|woman|politician|candidate|ambassador|chief"
    r"|spokes\w+)\b",
    re.IGNORECASE,
)
_EXACTLY = re.compile(r"\s*\b(?:exactly|precisely|again|then|now|for sure)\b", re.IGNORECASE)
_QUOTED = re.compile(r"[“\"][^”\"]*[”\"]")
_POSSESSIVE = frozenset({"his", "her", "hers", "their", "theirs", "its"})
_NAME = re.compile(r"\b[A-Z][\w&’'.-]*(?:\s+(?:(?:of|and the|the)\s+)?[A-Z][\w&’'.-]*)*")
_NOT_NAMES = frozenset(
    "a an and are at but by can could did do does for from had has have he her his how i if in is "
    "it its may mr mrs ms no not of on or she should so that the their there they this to was were "
    "what when where which who whom whose why will with would yes according after before "
    "since during until under over about against then did".split()
)
_PREPOSITION_OBJECT = re.compile(
    rf"\b(?:about|on|with|to|in|for|from|against|at|of|over)\s+"
    rf"(?!.*\b(?:{_PREPOSITIONS})\s)(?P<object>[^?]+)\??$",
    re.IGNORECASE,
)


def leans_on_conversation(question: str) -> bool:
    """Whether a question needs the turn before it to be understood."""
    rest = _without_opening(question)
    if rest != question or ABOUT.match(rest) or _is_phrase(rest):
        return True
    if len(rest.split()) <= 3 and not names_in(rest):
        return True
    # "it" after a name in the same question ("Why did Japan say it was rare?") stands alone.
    named_at = min((rest.find(name) for name in names_in(rest)), default=len(rest))
    leaning = [SINGULAR.search(rest), PLURAL.search(rest), NEUTRAL.search(rest)]
    if any(found is not None and found.start() < named_at for found in leaning):
        return True
    # "Has the Embassy commented on it?": nothing before the name, and "it" is not the name's.
    return re.search(r"\b(?:on|about|of|to|from|with|at) (?:it|that|this)\W*$", rest) is not None


def carried_over(question: str, before: Answer) -> str:
    """Return the question with what it leaves out taken from the turn before."""
    previous = before.searched
    rest = _without_opening(question)
    about = ABOUT.match(rest)
    if about:
        return _with_topic(previous, about.group(1).rstrip("? "))
    if _is_phrase(rest):
        return _asked_again(previous, _EXACTLY.sub("", rest).strip(" ?.!"))
    if not QUESTION_PHRASE.match(rest) and len(rest.split()) <= 4 and not _AUXILIARY.match(rest):
        return _with_topic(previous, rest.rstrip("? "))
    return _without_pronouns(_capital(rest), before)


def names_in(text: str) -> list[str]:
    """Return the runs of capitalised words that look like names, in order, each once."""
    found: dict[str, None] = {}
    for match in _NAME.finditer(text):
        words = match.group(0).split()
        while words and words[0].casefold() in _NOT_NAMES:
            words.pop(0)
        if words:
            found.setdefault(re.sub(r"(?:'s|’s)?[.,]?$", "", " ".join(words)), None)
    return list(found)


def _without_opening(question: str) -> str:
    """Return a question without "And", "But so" and the like before it."""
    opening = OPENING.match(question)
    rest = question[opening.end() :].strip() if opening else ""
    return rest or question


def _is_phrase(question: str) -> bool:
    """Whether a question is a question phrase alone: "When?", "For how long?", "In which year?"."""
    plain = _EXACTLY.sub("", question).strip(" ?.!")
    asked = QUESTION_PHRASE.match(plain)
    if asked is None:
        return False
    after = plain[asked.end() :].strip()
    determined = asked.group(0).casefold().endswith(("which", "what", "whose", "many", "much"))
    return not after or (determined and len(after.split()) <= 2 and not _HAS_VERB.search(after))


def _asked_again(previous: str, phrase: str) -> str:
    """Ask otherwise: "When?" after "Who will Ishiba meet?" is "When will Ishiba meet?"."""
    return f"{_capital(phrase)} {_body(previous)}"


def _body(previous: str) -> str:
    """Return a question without its question phrase, its first auxiliary small."""
    opening = QUESTION_PHRASE.match(previous)
    body = previous[opening.end() :].strip() if opening else previous
    return body[:1].lower() + body[1:] if _AUXILIARY.match(body) else body


def _with_topic(previous: str, topic: str) -> str:
    """Change the topic: "What about China?" after "... say on tariffs?" is "... on China?"."""
    target = _PREPOSITION_OBJECT.search(previous)
    if target:
        return f"{previous[: target.start('object')]}{topic}?"
    names = names_in(previous)
    if names and names_in(topic):
        return previous.replace(names[-1], topic)
    return f"{previous.rstrip('? ')} {topic}?"


def _without_pronouns(question: str, before: Answer) -> str:
    defined = _DEFINED.match(before.searched)
    if defined is not None and _IT.search(question) and not SINGULAR.search(question):
        return _IT.sub(lambda _: defined.group("thing"), question, count=1)
    text = _people_named(question, before)
    if NEUTRAL.search(text):
        # What "it" stands for is rarely one phrase: the whole subject goes along.
        subject = _AUXILIARY.sub("", _body(before.searched).rstrip("? "), count=1)
        text = f"{text.rstrip('? ')} ({subject})?"
    return text


def _people_named(question: str, before: Answer) -> str:
    """Put names in the places of "he" and "they"; a quoted slogan names nobody."""
    asked_names = names_in(_QUOTED.sub(" ", before.searched))
    told_names = [n for claim in before.claims for n in names_in(claim.text)]
    new_names = [n for n in told_names if n not in asked_names]
    # "He" is who was asked for; else the one who did what was asked, who is named first. "Who is
    # he?" asks of the one who is new in the conversation, who is named last.
    asked_for = new_names if _ASKS_FOR_PERSON.match(before.searched) else []
    subject = asked_names[-1:] if _WHO_IS.match(question) else asked_names[:1]
    people = asked_for + subject + told_names
    text = question
    if people:
        text = SINGULAR.sub(lambda m: _possessive(people[0], m.group(0)), text)
    office = _NAMED.match(before.searched)
    if office is not None and text != question:
        # The articles may name the office where they tell what was asked for, not the name.
        text = f"{text.rstrip('? ')} ({office.group('office')})?"
    if asked_names or told_names:
        group = " and ".join((asked_names or told_names)[:2])
        text = PLURAL.sub(lambda m: _possessive(group, m.group(0)), text)
    return text


def _possessive(name: str, pronoun: str) -> str:
    return f"{name}'s" if pronoun.casefold() in _POSSESSIVE - {"her"} else name


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

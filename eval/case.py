"""Cases: a question, what a right answer must hold, and the sentences it must rest on.

The file format (YAML, or JSON Lines with one case a line) is described for people in
`cases/README.md`. Values are frozen; a case's `fingerprint` changes with any change that
could change its answer, so that an old log is not mistaken for a new one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from index.article import content_id

SCHEMA = 1

KINDS: Mapping[str, str] = {
    "fact": "one fact, in one sentence of one article",
    "number": "a number, a date or a day",
    "several": "the answer needs more than one sentence or article",
    "disagreement": "the articles differ; every side must be shown",
    "paraphrase": "the question shares no word with the sentence that answers it",
    "follow_up": "leans on the turns before it",
    "near_miss": "close to what the articles say, and not said",
    "outside": "far from what the articles say",
    "boilerplate": "answered only, or answered wrongly, by menus, headline lists or comments",
    "false_premise": "takes for granted what is not so",
    "summary": "a summary of articles, with the points it must hold",
    "feedback": "saved from the chat by a thumb up or down",
}

Wording = tuple[str, ...]
"""Words that must all occur; usually one."""


@dataclass(frozen=True, slots=True)
class Gold:
    """A sentence an answer may rest on, by quotation; without `quote`, the whole article.

    `article` names it: the article's id, its file name, the beginning of its file name
    when only one has it ("003"), its title or its URL.
    """

    article: str
    quote: str | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that must be said (a nugget, or one side of a disagreement)."""

    accepted: tuple[Wording, ...]
    gold: tuple[Gold, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """One question with what is expected.

    `answerable` is None when nobody has said yet. `correction` are wordings that put a
    false premise right; `wrong` are wordings that no supported claim may hold;
    `references` are long answers to compare words with. `articles` are those to
    summarise. `turns` are the questions asked before, oldest first.
    """

    id: str
    kind: str
    question: str
    asked_by: str
    answerable: bool | None = True
    turns: tuple[str, ...] = ()
    accepted: tuple[Wording, ...] = ()
    gold: tuple[Gold, ...] = ()
    points: tuple[Point, ...] = ()
    sides: tuple[Point, ...] = ()
    correction: tuple[Wording, ...] = ()
    wrong: tuple[Wording, ...] = ()
    references: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    note: str = ""

    def all_gold(self) -> Iterator[Gold]:
        """Yield every gold sentence: the case's own, those of its points and of its sides."""
        yield from self.gold
        for point in (*self.points, *self.sides):
            yield from point.gold

    @property
    def must_say(self) -> tuple[Point, ...]:
        """What has to be said: the points, or the sides of a disagreement."""
        return self.points or self.sides

    @property
    def fingerprint(self) -> str:
        """Changes when what is asked changes (not when only what is expected changes)."""
        return content_id(self.question, *self.turns, *(f"\x1e{a}" for a in self.articles))

    def as_dict(self) -> dict[str, Any]:
        """Return the case as it stands in a file, defaults left out."""
        raw: dict[str, Any] = {
            "id": self.id,
            "kind": self.kind,
            "asked_by": self.asked_by,
            "note": self.note,
            "answerable": self.answerable,
            "articles": list(self.articles),
            "turns": list(self.turns),
            "question": self.question,
            "accepted": _wordings(self.accepted),
            "correction": _wordings(self.correction),
            "wrong": _wordings(self.wrong),
            "references": list(self.references),
            "gold": _golds(self.gold),
            "points": _points(self.points),
            "sides": _points(self.sides),
        }
        left_out = {"answerable": True, "note": ""}
        return {
            name: value
            for name, value in raw.items()
            if value != [] and (name not in left_out or value != left_out[name])
        }

    def as_line(self) -> str:
        """Return the case as one line of JSON."""
        return json.dumps(self.as_dict(), ensure_ascii=False)


def _wordings(wordings: tuple[Wording, ...]) -> list[str | list[str]]:
    return [wording[0] if len(wording) == 1 else list(wording) for wording in wordings]


def _golds(golds: tuple[Gold, ...]) -> list[dict[str, str]]:
    return [
        {"article": gold.article} | ({} if gold.quote is None else {"quote": gold.quote})
        for gold in golds
    ]


def _points(points: tuple[Point, ...]) -> list[dict[str, Any]]:
    return [{"accepted": _wordings(point.accepted), "gold": _golds(point.gold)} for point in points]

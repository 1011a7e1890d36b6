"""Where things stand: articles by name, gold quotations as character ranges.

A place is (document, start, end). A document's name is its file name when the article
came from a file (with as many folders before it as tell it from others), else its URL: the
same on every machine, unlike a path.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from eval.case import Gold
from index.article import Article
from index.errors import UsageError

_EXACT_SUFFIXES = frozenset({".txt", ".md"})
ENOUGH = 0.5
"""Two places are about the same sentence when they share this much of the shorter one."""


class Place(NamedTuple):
    """A run of characters of a document."""

    document: str
    start: int
    end: int


class GoldError(UsageError):
    """A case names an article or quotes a sentence that the collection does not hold."""


@dataclass(frozen=True, slots=True)
class Document:
    """An article as the evaluation sees it.

    For a `.txt` or `.md` file `text` is read from the file itself, not from the library,
    so that a library with wrong offsets is found out.
    """

    name: str
    id: str
    title: str
    source: str | None
    published: str | None
    url: str | None
    text: str

    @property
    def context(self) -> tuple[str, ...]:
        """What the article states about itself; a claim may rest on it."""
        return tuple(part for part in (self.title, self.source, self.published) if part)

    def as_dict(self) -> dict[str, Any]:
        """Return the document as JSON holds it."""
        return asdict(self)


def _own_text(article: Article) -> str:
    if article.path is None or Path(article.path).suffix.lower() not in _EXACT_SUFFIXES:
        return article.text
    try:
        return Path(article.path).read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return article.text


@dataclass(frozen=True)
class Documents:
    """The documents of a collection, found by whatever a case calls them."""

    by_name: Mapping[str, Document]

    @classmethod
    def of(cls, documents: Iterable[Document]) -> Documents:
        """Collect documents; their names must differ."""
        return cls({document.name: document for document in documents})

    @classmethod
    def of_articles(cls, articles: Iterable[Article]) -> Documents:
        """Name articles and collect them as documents."""
        named = _names(list(articles))
        return cls.of(
            Document(
                name=name,
                id=article.id,
                title=article.title,
                source=article.source,
                published=article.published,
                url=article.url,
                text=_own_text(article),
            )
            for name, article in named.items()
        )

    @cached_property
    def _by_id(self) -> dict[str, Document]:
        return {document.id: document for document in self.by_name.values()}

    def name(self, article_id: str) -> str:
        """Return the name of the article with that id; the id itself when there is none."""
        document = self._by_id.get(article_id)
        return document.name if document else article_id

    @cached_property
    def _aliases(self) -> dict[str, set[str]]:
        aliases: dict[str, set[str]] = {}
        for document in self.by_name.values():
            called = (document.name, Path(document.name).stem, document.id, document.title)
            for alias in (*called, document.url):
                if alias:
                    aliases.setdefault(alias, set()).add(document.name)
        return aliases

    def find(self, reference: str) -> Document:
        """Return the document that a case means.

        Raises:
            GoldError: none or several fit.

        """
        names = self._aliases.get(reference) or {
            name for name in self.by_name if name.startswith(reference)
        }
        if len(names) == 1:
            return self.by_name[next(iter(names))]
        found = f"{len(names)} articles fit" if names else "no article fits"
        raise GoldError(f"{found} {reference!r}; name one by its file name")

    def place(self, gold: Gold) -> Place:
        """Return where a gold quotation stands; the whole document when there is no quote.

        Raises:
            GoldError: the article or the quotation is not there, word for word.

        """
        document = self.find(gold.article)
        if gold.quote is None:
            return Place(document.name, 0, len(document.text))
        start = document.text.find(gold.quote)
        if start < 0:
            raise GoldError(f"{document.name} does not hold, word for word: {_short(gold.quote)!r}")
        return Place(document.name, start, start + len(gold.quote))

    def places(self, golds: Iterable[Gold]) -> tuple[Place, ...]:
        """Return where gold quotations stand, in order, each once."""
        return tuple(dict.fromkeys(self.place(gold) for gold in golds))


def _names(articles: Sequence[Article]) -> dict[str, Article]:
    """Return the articles by name; more folders stand in a name until all names differ."""
    depth = 1
    while True:
        named: dict[str, list[Article]] = {}
        for article in articles:
            named.setdefault(_name(article, depth), []).append(article)
        paths = [len(Path(article.path).parts) for article in articles if article.path]
        if len(named) == len(articles) or depth >= max(paths, default=1):
            break
        depth += 1
    alone = {name: same[0] for name, same in named.items() if len(same) == 1}
    shared = [article for same in named.values() if len(same) > 1 for article in same]
    return alone | {article.id: article for article in shared}


def _name(article: Article, depth: int) -> str:
    if article.path:
        return "/".join(Path(article.path).parts[-depth:])
    return article.url or article.id


def same_sentence(one: Place, other: Place) -> bool:
    """Whether two places share at least half of the shorter one."""
    if one.document != other.document:
        return False
    shared = min(one.end, other.end) - max(one.start, other.start)
    shorter = min(one.end - one.start, other.end - other.start)
    return shared > 0 and shared >= ENOUGH * shorter


def _short(text: str, most: int = 60) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"

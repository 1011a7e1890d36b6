"""An exported answer looked up again: does every quotation still stand where it was?

Reads what `footnote ask --json` and `summarise --json` write (one document, or one a line), and
the Markdown that `footnote ask --markdown` and the chat export. In Markdown a quotation is on
one line, so white space does not count there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from index.article import Article
from index.errors import FootnoteError, UsageError
from index.extracting import read_article
from qa.answer import SCHEMA

Outcome = Literal["holds", "moved", "changed", "gone"]
FindArticle = Callable[[str], Article]

_CODE_SPAN = r"(?P<{0}_fence>`+)(?!`)(?P<{0}>.*?)(?<!`)(?P={0}_fence)(?!`)"
_FOOTNOTE = re.compile(
    r"^\[\^(?P<number>[\w-]+)\]: (?P<told>“.*)\. (?:"
    + _CODE_SPAN.format("where")
    + r"|``), characters (?P<start>\d+) to (?P<end>\d+), article "
    + _CODE_SPAN.format("article")
    + r"\.$",
    re.MULTILINE,
)
_END_OF_QUOTE = re.compile(r"” — ")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]<>#|~$&+=.)-])")
_PADDED = re.compile(r"^ (`.*|.*`) $", re.DOTALL)
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_MAKE_ONE = "make one with: footnote ask --json QUESTION > answer.json"


@dataclass(frozen=True, slots=True)
class ExportedCitation:
    """One citation of an export. `quotes` are the readings of its quotation, likeliest first.

    There is more than one only in Markdown, where a title may hold what ends a quotation.
    """

    number: str
    title: str
    article: str
    path: str | None
    start: int
    end: int
    quotes: tuple[str, ...]
    exact: bool


@dataclass(frozen=True, slots=True)
class QuoteCheck:
    """One citation of an exported answer, looked up again.

    `outcome` is "holds" (the words stand at their place), "moved" (they stand elsewhere
    in the article; `found_at` is where), "changed" (they no longer stand in it) or
    "gone" (the article cannot be read; `detail` says why). `altered` says that the article
    is no longer the one that was cited, whether or not these words still stand in it.
    """

    number: str
    title: str
    place: str
    outcome: Outcome
    found_at: int | None = None
    detail: str = ""
    altered: bool = False


def read_export(text: str) -> list[ExportedCitation]:
    """Return the citations of an export, JSON, JSON Lines or Markdown.

    Raises:
        UsageError: it is no export, or a citation lacks something.
    """
    if text.lstrip().startswith(("{", "[")) and not _FOOTNOTE.search(text):
        return [found for document in _documents(text) for found in _of_json(document)]
    found = [_of_markdown(match) for match in _FOOTNOTE.finditer(text)]
    if not found:
        raise UsageError(f"this is no exported answer: it has no footnotes; {_MAKE_ONE}")
    return found


def _documents(text: str) -> Iterator[Mapping[str, Any]]:
    try:
        documents = [json.loads(text)]
    except json.JSONDecodeError as error:
        lines = [line for line in text.splitlines() if line.strip()]
        try:
            documents = [json.loads(line) for line in lines]
        except json.JSONDecodeError:
            raise UsageError(
                f"this is neither JSON (line {error.lineno}: {error.msg}) nor Markdown with "
                f"footnotes; {_MAKE_ONE}"
            ) from error
    for document in documents:
        if not isinstance(document, dict) or document.get("schema") != SCHEMA:
            raise UsageError(f"this is no exported answer (schema {SCHEMA}); {_MAKE_ONE}")
        if not isinstance(document.get("citations"), list):
            raise UsageError(f"this is no exported answer: it has no citations; {_MAKE_ONE}")
        yield document


def _of_json(document: Mapping[str, Any]) -> Iterator[ExportedCitation]:
    for citation in document["citations"]:
        try:
            path = citation.get("path")
            yield ExportedCitation(
                number=str(citation["number"]),
                title=str(citation["title"]),
                article=str(citation["article"]),
                path=str(path) if path else None,
                start=int(citation["start"]),
                end=int(citation["end"]),
                quotes=(str(citation["quote"]),),
                exact=True,
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise UsageError(f"a citation of this answer lacks or garbles {error}") from error


def _of_markdown(match: re.Match[str]) -> ExportedCitation:
    told = match["told"]
    ends = [end.start() for end in _END_OF_QUOTE.finditer(told)]
    quotes = tuple(_plain(told[1:end]) for end in ends) or (_plain(told[1:]),)
    title = _plain(told[ends[0] + 4 :] if ends else told).split(" · ")[0]
    where = _code(match["where"] or "")
    is_file = bool(where) and "://" not in where
    return ExportedCitation(
        number=match["number"],
        title=title,
        article=_code(match["article"]),
        path=where if is_file else None,
        start=int(match["start"]),
        end=int(match["end"]),
        quotes=quotes,
        exact=False,
    )


def _plain(markdown: str) -> str:
    return _ESCAPED.sub(r"\1", markdown)


def _code(inside: str) -> str:
    """Return what a code span holds; a blank parts its fence from a backtick beside it."""
    return inside[1:-1] if _PADDED.match(inside) else inside


def verify_export(text: str, find: FindArticle | None = None) -> list[QuoteCheck]:
    """Look up every citation of an export in the article files themselves.

    `find` returns an article of a library by its id: for what came from an address.

    Raises:
        UsageError: see `read_export`.
    """
    articles: dict[str, Article | FootnoteError] = {}
    checks = []
    for citation in read_export(text):
        key = citation.path or citation.article
        if key not in articles:
            articles[key] = _article_of(citation, find)
        checks.append(_checked(citation, articles[key]))
    return checks


def _article_of(citation: ExportedCitation, find: FindArticle | None) -> Article | FootnoteError:
    try:
        # An article of an archive or a feed is one of several of its file: the library has it.
        if citation.path and (find is None or not _holds_several(citation.path)):
            return read_article(Path(citation.path))
        if find is not None:
            return find(citation.article)
    except FootnoteError as error:
        return error
    return UsageError("it is no file of this machine, and no library was given to look it up in")


def _holds_several(path: str) -> bool:
    return not Path(path).is_file() and any(parent.is_file() for parent in Path(path).parents)


def _checked(citation: ExportedCitation, article: Article | FootnoteError) -> QuoteCheck:
    place = citation.path or citation.article

    def told(outcome: Outcome, at: int | None = None, detail: str = "") -> QuoteCheck:
        altered = isinstance(article, Article) and article.id != citation.article
        return QuoteCheck(citation.number, citation.title, place, outcome, at, detail, altered)

    if isinstance(article, FootnoteError):
        return told("gone", detail=str(article))
    here = article.text[citation.start : citation.end]
    if here in citation.quotes or (not citation.exact and _one_line(here) in citation.quotes):
        return told("holds", citation.start)
    at = _found_at(citation.quotes, article.text, exact=citation.exact)
    return told("changed") if at is None else told("moved", at)


def _found_at(quotes: Sequence[str], text: str, *, exact: bool) -> int | None:
    for quote in quotes:
        words = [re.escape(word) for word in ([quote] if exact else quote.split())]
        found = re.search(r"\s+".join(words), text) if words else None
        if found is not None:
            return found.start()
    return None


def _one_line(text: str) -> str:
    return " ".join(_CONTROLS.sub("", text.replace("\r", "\n")).split())

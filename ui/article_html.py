"""An article's words as HTML: passages with their sentences highlighted, the whole text to read.

Pure functions of values. Every word of an article, a question or a model goes through
`escaped`, so that markup inside it is shown and never obeyed. A link that opens words
in the reader carries their place, `data-place="ARTICLE:START:END"`; `chat.js` follows it.
"""

from __future__ import annotations

import html
import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from index.article import Article, Span
from qa.answer import Citation
from ui.conversation import Listed
from ui.rendering import (
    date_for_people,
    one_line,
    page_words,
    path_from_here,
    source_of,
    without_controls,
)

FindArticle = Callable[[str], Article | None]

WINDOW = 220  # characters of the article shown on each side of a sentence of evidence
SHOWN_CARDS = 3


def escaped(text: str) -> str:
    """Return the text as HTML that shows it as it stands."""
    return html.escape(without_controls(text), quote=True)


def highlighted(article: Article, window: Span, marks: Iterable[Span], mark_id: str = "") -> str:
    """Return a window of the article text with the marked spans in <mark> and boilerplate dimmed.

    The first <mark> gets `mark_id`, when given, to be scrolled to. What is shown is
    `article.text[window.start:window.end]`, every character of it.
    """
    inside = sorted(s for s in marks if s.start < window.end and s.end > window.start)
    borders = [(span.start, span.end) for span in inside]
    borders += [(span.start, span.end) for span in article.boilerplate]
    edges = {window.start, window.end}
    edges.update(e for border in borders for e in border if window.start < e < window.end)
    cuts, pieces, named = sorted(edges), [], False
    for start, end in itertools.pairwise(cuts):
        piece = escaped(article.text[start:end])
        reason = next((b.reason for b in article.boilerplate if b.start <= start < b.end), None)
        if reason is not None:
            why = escaped(f"Not part of the article: {reason}")
            piece = f'<span class="fn-boilerplate" title="{why}">{piece}</span>'
        if any(span.start <= start < span.end for span in inside):
            name = f' id="{mark_id}" tabindex="-1"' if mark_id and not named else ""
            piece, named = f"<mark{name}>{piece}</mark>", True
        pieces.append(piece)
    return "".join(pieces)


def surroundings(article: Article, start: int, end: int, reach: int = WINDOW) -> Span:
    """Return the span with up to `reach` characters around it: whole words, no boilerplate."""
    text = article.text
    body = next((s for s in article.body_spans() if s.start <= start < s.end), Span(start, end))
    left = max(body.start, start - reach)
    if left > body.start:
        space = text.find(" ", left, start)
        left = start if space < 0 else space + 1
    right = min(max(body.end, end), end + reach)
    if right < body.end:
        space = text.rfind(" ", end, right)
        right = end if space < 0 else space
    return Span(left, right)


@dataclass(slots=True)
class _Card:
    """Cited sentences of one article that stand close together, best first."""

    article: Article | None
    window: Span
    citations: list[Citation] = field(default_factory=list)


def _both(one: Span, other: Span) -> Span:
    return Span(min(one.start, other.start), max(one.end, other.end))


def _cards(citations: Sequence[Citation], find: FindArticle) -> list[_Card]:
    cards: list[_Card] = []
    for citation in citations:
        article = find(citation.article)
        if article is not None and citation.end <= len(article.text):
            window = surroundings(article, citation.start, citation.end)
        else:
            article, window = None, Span(citation.start, citation.end)
        near = (
            card
            for card in cards
            if card.article is not None
            and card.citations[0].article == citation.article
            and window.start <= card.window.end
            and card.window.start <= window.end
            and max(window.end, card.window.end) - min(window.start, card.window.start)
            <= 6 * WINDOW
        )
        card = next(near, None)
        if card is None:
            cards.append(_Card(article, window, [citation]))
            continue
        card.citations.append(citation)
        card.window = _both(window, card.window)
    return cards


def byline_html(citation: Citation) -> str:
    """Return source, date and page."""
    source = escaped(source_of(citation.source, citation.path, citation.url))
    return f"{source} · {time_html(citation.published)}{page_words(citation)}"


def time_html(published: str | None) -> str:
    """Return a date as people write it, in a <time> element."""
    words = escaped(date_for_people(published))
    if not published:
        return words
    return f'<time datetime="{escaped(published)}">{words}</time>'


def place_of(citation: Citation) -> str:
    """Return the citation's place as `read_place` of `ui.chat` reads it."""
    return f"{citation.article}:{citation.start}:{citation.end}"


def opener(citation: Citation, anchor: str, content: str, css_class: str, label: str = "") -> str:
    """Return a link that opens the citation's words in the reader; `content` is HTML."""
    aria = f' aria-label="{escaped(label)}"' if label else ""
    return (
        f'<a class="{css_class}" id="{anchor}" href="#{anchor}" '
        f'data-place="{escaped(place_of(citation))}" aria-haspopup="dialog"'
        f'{aria} title="{escaped(f"“{one_line(citation.quote)}”")}">{content}</a>'
    )


def _card_html(card: _Card, anchor: str) -> str:
    first = card.citations[0]
    if card.article is None:
        words = f"<mark>{escaped(first.quote)}</mark>"
    else:
        text = card.article.text
        marks = [Span(citation.start, citation.end) for citation in card.citations]
        before = "… " if text[: card.window.start].strip() else ""
        after = " …" if text[card.window.end :].strip() else ""
        words = before + highlighted(card.article, card.window, marks) + after
    title = opener(first, anchor, escaped(one_line(first.title)), "fn-title")
    return (
        f'<li class="fn-card"><div class="fn-card-head">{title}'
        f'<span class="fn-by">{byline_html(first)}</span></div>'
        f'<blockquote class="fn-words">{words}</blockquote></li>'
    )


def cards_html(citations: Sequence[Citation], find: FindArticle, prefix: str) -> str:
    """Return passages with their sentences highlighted, the best open, the others folded."""
    rendered = [
        _card_html(card, f"{prefix}-{index}")
        for index, card in enumerate(_cards(citations, find), start=1)
    ]
    shown, folded = rendered[:SHOWN_CARDS], rendered[SHOWN_CARDS:]
    more = ""
    if folded:
        more = (
            f'<details class="fn-more" id="{prefix}-more"><summary>{len(folded)} more '
            f"passage{'s' if len(folded) > 1 else ''}</summary>"
            f'<ul class="fn-cards">{"".join(folded)}</ul></details>'
        )
    return f'<ul class="fn-cards">{"".join(shown)}</ul>{more}'


def article_html(article: Article, cited: Span | None) -> str:
    """Return the whole article for the reader, the cited words marked, boilerplate dimmed."""
    meta = [escaped(one_line(article.source))] if article.source else []
    meta.append(time_html(article.published))
    where = []
    if article.path:
        where.append(f"<code>{escaped(path_from_here(article.path))}</code>")
    if article.url:
        where.append(_address(article.url))
    if cited is not None:
        if (page := article.page_at(cited.start)) is not None:
            where.append(f"page {page}")
        where.append(f"characters {cited.start} to {cited.end}")
    text = highlighted(
        article, Span(0, len(article.text)), [cited] if cited else [], mark_id="fn-cited"
    )
    return (
        '<header class="fn-reader-head">'
        f'<h2 id="fn-reader-title" tabindex="-1">{escaped(one_line(article.title))}</h2>'
        f'<p class="fn-by">{" · ".join(meta)}</p>'
        f'<p class="fn-where">{" · ".join(where)}</p></header>'
        f'<div class="fn-text" lang="{escaped(article.language)}">{text}</div>'
    )


def _address(url: str) -> str:
    shown = f"<code>{escaped(url)}</code>"
    if not url.lower().startswith(("http://", "https://")):
        return shown
    return f'<a href="{escaped(url)}" target="_blank" rel="noopener noreferrer">{shown}</a>'


def library_html(listed: Sequence[Listed], most: int = 300) -> str:
    """Return the list of the library's articles, newest first, undated last."""
    if not listed:
        how = "<code>footnote index PATH</code>"
        return f'<p class="fn-empty">No articles yet. Add some with {how}.</p>'
    newest = sorted(listed, key=lambda one: (one.published or "", one.title))[::-1]
    items = "".join(
        f'<li><a href="#fn-library-{index}" id="fn-library-{index}" class="fn-library-title" '
        f'data-place="{escaped(one.id)}" aria-haspopup="dialog">{escaped(one_line(one.title))}</a>'
        f'<span class="fn-by">{f"{escaped(one_line(one.source))} · " if one.source else ""}'
        f"{time_html(one.published)}</span></li>"
        for index, one in enumerate(newest[:most], start=1)
    )
    rest = len(newest) - most
    more = f'<p class="fn-empty">and {rest} more</p>' if rest > 0 else ""
    count = f"{len(newest)} article{'s' if len(newest) > 1 else ''}"
    return f'<h3>{count}</h3><ul class="fn-library">{items}</ul>{more}'

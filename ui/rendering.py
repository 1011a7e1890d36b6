"""An answer as text for the terminal and as Markdown for a file.

Pure functions of the values in `qa.answer`. Article text is data: control characters
never reach the terminal, and Markdown's own signs are escaped.
"""

from __future__ import annotations

import datetime as dt
import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from qa.answer import Answer, Citation, Claim, Disagreement

ORIGIN_WORDS = {"model": "in the model’s words", "quote": "quoted from the source"}
REFUSED = "The articles do not say."
DROPPED = "Dropped: the model wrote this, and the check did not let it through"

# C0 and C1 controls can move the cursor or change a terminal's settings.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_MARKDOWN_SIGNS = re.compile(r"([\\`*_{}\[\]<>#|~$&])")
_MARKDOWN_LINE_START = re.compile(r"^(\s*)([-+=]|\d+[.)])(?=\s|$)")

Style = Callable[[str], str]


def without_controls(text: str) -> str:
    """Return the text without control characters other than tab and line feed."""
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str) -> str:
    """Return the text on one line: no control characters, runs of white space as one space."""
    return " ".join(without_controls(text).split())


def sentence(text: str) -> str:
    """Return a phrase as a sentence on one line: a capital first, a full stop last."""
    text = one_line(text)
    ended = text if text.endswith((".", "!", "?", "”", "…")) else f"{text}."
    return ended[:1].upper() + ended[1:] if text else ""


def date_for_people(published: str | None) -> str:
    """Return an ISO date as "22 January 2025"; "undated" for None, other text unchanged."""
    if not published:
        return "undated"
    try:
        date = dt.date.fromisoformat(published[:10])
    except ValueError:
        return one_line(published)
    return f"{date.day} {date:%B %Y}"


def source_of(source: str | None, path: str | None, url: str | None) -> str:
    """Return who published: the source, else the name of the file, else the address."""
    if source:
        return one_line(source)
    if path:
        return one_line(Path(path).name)
    return one_line(url or "unknown source")


def byline(citation: Citation) -> str:
    """Return title, source, date and page on one line."""
    source = source_of(citation.source, citation.path, citation.url)
    date = date_for_people(citation.published)
    return f"{one_line(citation.title)} · {source} · {date}{page_words(citation)}"


def page_words(citation: Citation) -> str:
    """Return the page to be put after other facts (" · p. 3"), nothing without one."""
    return f" · p. {citation.page}" if citation.page is not None else ""


def path_from_here(path: str) -> str:
    """Return a path inside the working directory from there, any other as it is; one line."""
    here = Path.cwd()
    inside = Path(path).is_relative_to(here)
    return one_line(str(Path(path).relative_to(here)) if inside else path)


def place(citation: Citation) -> str:
    """Return where the quote stands: "path:start-end", in characters of the article text."""
    path = path_from_here(citation.path) if citation.path else None
    where = path or one_line(citation.url or citation.article)
    return f"{where}:{citation.start}-{citation.end}"


def quoted(text: str) -> str:
    """Return the words on one line, in quotation marks."""
    return f"“{one_line(text)}”"


def support_words(claim: Claim) -> str:
    """Return where a claim's words come from and how it stood the check."""
    words = ORIGIN_WORDS[claim.origin]
    if claim.origin == "quote" and claim.support.holds:
        return words
    verdict = "supported" if claim.support.holds else "NOT supported by its footnotes"
    return f"{words} · {verdict} ({claim.support.score:.2f})"


def claim_words(claim: Claim) -> str:
    """Return the claim's text: a quotation in quotation marks."""
    return quoted(claim.text) if claim.origin == "quote" else one_line(claim.text)


def disagreeing(answer: Answer, disagreement: Disagreement) -> list[tuple[Claim, Citation | None]]:
    """Return the claims of a disagreement, each with the first of its citations."""
    sides: list[tuple[Claim, Citation | None]] = []
    for index in disagreement.claims:
        if not 0 <= index < len(answer.claims):
            continue
        claim = answer.claims[index]
        sides.append((claim, answer.citation(claim.citations[0]) if claim.citations else None))
    return sides


def origin_words(answer: Answer) -> str:
    """Return "2 articles, 1 origin: …" where cited articles carry one story, else nothing."""
    articles, origins = answer.sources_cited
    if origins == articles:
        return ""
    noun = "origin" if origins == 1 else "origins"
    return f"{articles} articles, {origins} {noun}: some of them carry the same story."


class _TextPage:
    """Lines of terminal output, wrapped to a width, each paragraph in one style."""

    def __init__(self, width: int, styled: bool) -> None:
        self.width = max(width, 20)
        self.styled = styled
        self.lines: list[str] = []

    def add(
        self, text: str, *, indent: str = "", first: str | None = None, **style: object
    ) -> None:
        """Add one paragraph; `first` is the indent of its first line."""
        wrapped = textwrap.wrap(
            text,
            self.width,
            initial_indent=indent if first is None else first,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
        self.lines += [self._dress(line, style) for line in wrapped]

    def heading(self, text: str) -> None:
        """Add a heading after an empty line."""
        if self.lines:
            self.lines.append("")
        self.add(text, bold=True)

    def _dress(self, line: str, style: Mapping[str, object]) -> str:
        if not (self.styled and style):
            return line
        import click

        return click.style(line, **style)  # type: ignore[arg-type]  # the keywords of click.style


def _searched_text(page: _TextPage, answer: Answer) -> None:
    """Say what was searched for, where that is not the question, and what was preferred."""
    if answer.searched != answer.question:
        page.add(f"Searched for: {one_line(answer.searched)}", dim=True)
    if answer.preferred:
        page.add(f"Preferred: {one_line(answer.preferred)}; --no-dates turns this off", dim=True)
    if page.lines:
        page.lines.append("")


def render_text(answer: Answer, *, width: int = 88, styled: bool = False) -> str:
    """Return the answer as text for a terminal, without a newline at the end.

    Claims with the numbers of their footnotes and whose words they are; then the
    footnotes (title, source, date, path:start-end, quote), what the sources disagree
    on, and what was dropped. A refusal gives its reason, the nearest passages and the
    coverage. `styled` adds ANSI colours: pass whether the output is a terminal.
    """
    page = _TextPage(width, styled)
    _searched_text(page, answer)
    if answer.refusal is not None:
        _refusal_text(page, answer)
    for claim in answer.claims:
        numbers = "".join(f"[{number}]" for number in claim.citations)
        page.add(f"{claim_words(claim)} {numbers}".rstrip(), bold=True)
        warning = {"fg": "yellow"} if not claim.support.holds else {"dim": True}
        page.add(support_words(claim), indent="    ", **warning)
    for disagreement in answer.disagreements:
        page.heading(f"The sources differ: {one_line(disagreement.about)}")
        for claim, citation in disagreeing(answer, disagreement):
            side = byline(citation) if citation else "no source"
            page.add(f"{claim_words(claim)} ({side})", indent="    ", first="  - ")
    if answer.citations:
        page.heading("Footnotes")
        if words := origin_words(answer):
            page.add(words, indent="    ", dim=True)
    for citation in answer.citations:
        _footnote_text(page, citation, f"[{citation.number}] ")
    if answer.dropped:
        page.heading(DROPPED)
    for dropped in answer.dropped:
        page.add(one_line(dropped.text), indent="    ", first="  - ", dim=True)
        page.add(one_line("; ".join(dropped.reasons)), indent="    ", fg="yellow")
    return "\n".join(page.lines)


def _refusal_text(page: _TextPage, answer: Answer) -> None:
    if answer.refusal is None:
        return
    page.add(REFUSED, bold=True)
    page.add(sentence(answer.refusal.reason))
    if answer.refusal.nearest:
        page.heading("The nearest passages")
    for citation in answer.refusal.nearest:
        _footnote_text(page, citation, "  - ")
    if answer.refusal.coverage:
        page.lines.append("")
        page.add(one_line(answer.refusal.coverage))


def _footnote_text(page: _TextPage, citation: Citation, first: str) -> None:
    page.add(byline(citation), indent="    ", first=first)
    page.add(place(citation), indent="    ", dim=True)
    page.add(quoted(citation.quote), indent="    ")


def escape_markdown(text: str) -> str:
    """Return the text on one line such that Markdown shows it as it stands."""
    escaped = _MARKDOWN_SIGNS.sub(r"\\\1", one_line(text))
    return _MARKDOWN_LINE_START.sub(r"\1\\\2", escaped)


def _code(text: str) -> str:
    """Return the text as a code span, whatever backticks it holds."""
    text = one_line(text)
    fence = "`" * (max((len(run) for run in re.findall(r"`+", text)), default=0) + 1)
    padding = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{padding}{text}{padding}{fence}"


def render_markdown(
    answers: Sequence[Answer],
    *,
    title: str = "A conversation with Footnote",
    notes: Mapping[int, str] | None = None,
) -> str:
    """Return a conversation as Markdown, every claim with its footnotes.

    A footnote gives the quote, title, source, date, path or address, the offsets
    (characters of the article text) and the article's id. `notes` adds a remark below
    the answer of that index ("stopped before the end").
    """
    notes = notes or {}
    parts = [f"# {escape_markdown(title)}"]
    for index, answer in enumerate(answers):
        parts += _answer_markdown(answer, index + 1)
        if index in notes:
            parts.append(f"*{escape_markdown(notes[index])}*")
    return "\n\n".join(parts) + "\n"


def _answer_markdown(answer: Answer, number: int) -> list[str]:
    parts = [f"## {number}. {escape_markdown(answer.question)}"]
    if answer.searched != answer.question:
        parts.append(f"Searched for: {escape_markdown(answer.searched)}")
    if answer.preferred:
        parts.append(f"Preferred: {escape_markdown(answer.preferred)}")
    if answer.refusal is not None:
        parts.append(f"**{REFUSED}** {escape_markdown(sentence(answer.refusal.reason))}")
        parts += [f"- {_footnote_markdown(nearest)}" for nearest in answer.refusal.nearest]
        parts.append(escape_markdown(answer.refusal.coverage))
    for claim in answer.claims:
        marks = "".join(f"[^{number}-{citation}]" for citation in claim.citations)
        quote_sign = "> " if claim.origin == "quote" else ""
        words = escape_markdown(claim_words(claim))
        parts.append(f"{quote_sign}{words}{marks} *({support_words(claim)})*")
    for disagreement in answer.disagreements:
        parts.append(f"**The sources differ:** {escape_markdown(disagreement.about)}")
        for claim, citation in disagreeing(answer, disagreement):
            side = escape_markdown(byline(citation)) if citation else "no source"
            parts.append(f"- {escape_markdown(claim_words(claim))} ({side})")
    if answer.dropped:
        parts.append(f"**{DROPPED}:**")
    for dropped in answer.dropped:
        reasons = escape_markdown("; ".join(dropped.reasons))
        parts.append(f"- ~~{escape_markdown(dropped.text)}~~ {reasons}")
    if words := origin_words(answer):
        parts.append(escape_markdown(words))
    parts += [
        f"[^{number}-{citation.number}]: {_footnote_markdown(citation)}"
        for citation in answer.citations
    ]
    return parts


def _footnote_markdown(citation: Citation) -> str:
    where = _code(citation.path or citation.url or "")
    return (
        f"{escape_markdown(quoted(citation.quote))} — {escape_markdown(byline(citation))}. "
        f"{where}, characters {citation.start} to {citation.end}, "
        f"article {_code(citation.article)}."
    )

"""A turn of the conversation as HTML: claims, footnotes, refusal, what was dropped, evidence.

Pure functions of values. Anchors begin with the turn's number, so that several answers
in one conversation do not share any. Escaping is `article_html.escaped`'s work.
"""

from __future__ import annotations

from collections.abc import Sequence

from qa.answer import Answer, Citation, Claim, Dropped
from ui.article_html import FindArticle, byline_html, cards_html, escaped, opener
from ui.conversation import Judged
from ui.rendering import ORIGIN_WORDS, REFUSED, disagreeing, one_line, origin_words, sentence
from ui.turns import Turn


def turn_blocks(turn: Turn, find: FindArticle, judged: Judged | None = None) -> list[str]:
    """Return the turn as three pieces of HTML: the claims, the draft, notes and evidence.

    A piece that has nothing to show is an empty string. Their number and order never
    change, so that a growing draft redraws the draft alone.
    """
    return [_claims_block(turn, find), _draft_block(turn), _notes_block(turn, find, judged)]


def _claims_block(turn: Turn, find: FindArticle) -> str:
    parts = []
    if turn.searched is not None and turn.searched != turn.question:
        parts.append(f'<p class="fn-searched">Searched for: {escaped(one_line(turn.searched))}</p>')
    if turn.answer is not None and turn.answer.preferred:
        preferred = escaped(one_line(turn.answer.preferred))
        parts.append(f'<p class="fn-searched fn-preferred">Preferred: {preferred}</p>')
    if turn.answer is not None and turn.answer.refusal is not None:
        parts.append(_refusal(turn.answer, find, turn.number))
    parts += [_claim(turn, index) for index in range(len(turn.claims))]
    if turn.stopped:
        kept = "The checked claims above stay." if turn.claims else "No claim had been checked yet."
        parts.append(f'<p class="fn-remark" role="status">Stopped. {kept}</p>')
    if turn.error is not None:
        parts.append(f'<p class="fn-error" role="alert">{escaped(one_line(turn.error))}</p>')
    return f'<div class="fn-answer">{"".join(parts)}</div>' if parts else ""


def _notes_block(turn: Turn, find: FindArticle, judged: Judged | None) -> str:
    parts = []
    if turn.answer is not None and turn.answer.disagreements:
        parts.append(_disagreements(turn.answer, turn.number))
    if turn.citations and turn.finished:
        parts.append(_footnotes(turn))
    if turn.dropped:
        parts.append(_dropped(turn.dropped, turn.number))
    if turn.answer is not None and turn.answer.refusal is None:
        parts.append(_colophon(turn.answer))
    if turn.answer is not None:
        parts.append(_feedback(turn.number, judged or Judged()))
    parts.append(_evidence(turn, find))
    return f'<div class="fn-answer">{"".join(parts)}</div>' if any(parts) else ""


def _claim(turn: Turn, index: int) -> str:
    claim, anchor = turn.claims[index], f"fn-{turn.number}-claim-{index + 1}"
    known = {citation.number: citation for citation in turn.citations}
    marks = "".join(
        _reference(known[number], f"{anchor}-ref-{place}")
        for place, number in enumerate(claim.citations, start=1)
        if number in known
    )
    words = escaped(one_line(claim.text))
    if claim.origin == "quote":
        words = f"<q>{words}</q>"
    state = "holds" if claim.support.holds else "fails"
    return (
        f'<div class="fn-claim fn-{state} fn-from-{claim.origin}">'
        f"<p>{words}{marks}</p>{_support(claim, anchor)}</div>"
    )


def _reference(citation: Citation, anchor: str) -> str:
    label = f"Footnote {citation.number}: {one_line(citation.title)}"
    return f"<sup>{opener(citation, anchor, str(citation.number), 'fn-ref', label)}</sup>"


def _support(claim: Claim, anchor: str) -> str:
    verdict = "supported" if claim.support.holds else "not supported by its footnotes"
    reasons = [one_line(reason) for reason in claim.support.reasons] or ["no reasons were given"]
    hover = escaped(f"{verdict}: {'; '.join(reasons)}")
    items = "".join(f"<li>{escaped(reason)}</li>" for reason in reasons)
    return (
        f'<details class="fn-support" id="{anchor}-support"><summary title="{hover}">'
        f"{ORIGIN_WORDS[claim.origin].capitalize()} · "
        f'<span class="fn-verdict">{verdict}</span></summary>'
        f"<ul>{items}<li>Score {claim.support.score:.2f} of 1</li></ul></details>"
    )


def _footnotes(turn: Turn) -> str:
    items = []
    shown_above = {one_line(claim.text) for claim in turn.claims if claim.origin == "quote"}
    for citation in turn.citations:
        anchor = f"fn-{turn.number}-note-{citation.number}"
        words, title = one_line(citation.quote), escaped(one_line(citation.title))
        if words in shown_above:
            link = opener(citation, anchor, title, "fn-note-link")
            by = byline_html(citation)
        else:
            link = opener(citation, anchor, f"<q>{escaped(words)}</q>", "fn-note-link")
            by = f"{title} · {byline_html(citation)}"
        items.append(f'<li value="{citation.number}">{link} <span class="fn-by">{by}</span></li>')
    shared = origin_words(turn.answer) if turn.answer is not None else ""
    above = f'<p class="fn-origins fn-by">{escaped(shared)}</p>' if shared else ""
    return f'{above}<ol class="fn-footnotes" aria-label="Footnotes">{"".join(items)}</ol>'


def _disagreements(answer: Answer, number: int) -> str:
    parts = []
    for order, disagreement in enumerate(answer.disagreements, start=1):
        sides = []
        for place, (claim, citation) in enumerate(disagreeing(answer, disagreement), start=1):
            head, mark = "No source", ""
            if citation is not None:
                head = byline_html(citation)
                mark = _reference(citation, f"fn-{number}-differ-{order}-{place}")
            sides.append(
                f'<li><span class="fn-by">{head}</span>'
                f"<p>{escaped(one_line(claim.text))}{mark}</p></li>"
            )
        parts.append(
            '<section class="fn-differ" aria-label="The sources differ">'
            f"<h4>The sources differ: {escaped(one_line(disagreement.about))}</h4>"
            f"<ul>{''.join(sides)}</ul></section>"
        )
    return "".join(parts)


def _refusal(answer: Answer, find: FindArticle, number: int) -> str:
    refusal = answer.refusal
    if refusal is None:
        return ""
    nearest = ""
    if refusal.nearest:
        cards = cards_html(refusal.nearest, find, f"fn-{number}-nearest")
        nearest = f"<h4>The nearest passages</h4>{cards}"
    coverage = f'<p class="fn-coverage">{escaped(one_line(refusal.coverage))}</p>'
    return (
        f'<section class="fn-refusal" aria-label="{REFUSED}"><p><strong>{REFUSED}</strong> '
        f"{escaped(sentence(refusal.reason))}</p>{nearest}"
        f"{coverage if refusal.coverage else ''}</section>"
    )


def _dropped(dropped: Sequence[Dropped], number: int) -> str:
    items = "".join(
        f"<li><s>{escaped(one_line(one.text))}</s> "
        f'<span class="fn-why">{escaped(one_line("; ".join(one.reasons)))}</span></li>'
        for one in dropped
    )
    count = f"{len(dropped)} sentence{'s' if len(dropped) > 1 else ''}"
    return (
        f'<details class="fn-dropped" id="fn-{number}-dropped"><summary>{count} of the model’s '
        f"dropped by the check</summary><ul>{items}</ul></details>"
    )


def _colophon(answer: Answer) -> str:
    said = []
    if answer.models.get("chat"):
        said.append(f"Model: {one_line(answer.models['chat'])}")
    total = answer.timings_ms.get("total")
    if total:
        said.append(f"{total / 1000:.1f} s")
    return f'<p class="fn-colophon">{escaped(" · ".join(said))}</p>' if said else ""


def _feedback(number: int, judged: Judged) -> str:
    buttons = "".join(
        f'<button type="button" id="fn-{number}-{verdict}" data-verdict="{number}:{verdict}" '
        f'aria-pressed="{"true" if judged.verdict == verdict else "false"}" '
        f'title="Save it as a {verdict} answer">{sign} {verdict.capitalize()}</button>'
        for verdict, sign in (("right", "✓"), ("wrong", "✗"))
    )
    said = ""
    if judged.problem is not None:
        said = f'<span class="fn-error" role="alert">{escaped(one_line(judged.problem))}</span>'
    elif judged.verdict is not None:
        said = (
            '<span role="status">Saved as a case of this library: '
            "<code>footnote eval --library</code> asks it again.</span>"
        )
    return (
        f'<div class="fn-feedback" role="group" aria-label="Is this answer right?">'
        f"{buttons}{said}</div>"
    )


def _draft_block(turn: Turn) -> str:
    if turn.finished:
        return ""
    if turn.draft:
        # Hidden from screen readers: they would read every piece of a sentence that may yet go.
        return (
            '<p class="fn-draft" aria-hidden="true"><span class="fn-draft-label">unchecked draft'
            f"</span> {escaped(one_line(turn.draft))}</p>"
        )
    doing = "Searching the articles …" if turn.searched is None else "Writing and checking …"
    return f'<p class="fn-doing" role="status">{doing}</p>'


def _evidence(turn: Turn, find: FindArticle) -> str:
    refused = turn.answer is not None and turn.answer.refusal is not None
    if not turn.evidence or refused:
        return ""
    articles = len({citation.article for citation in turn.evidence})
    sentences = len(turn.evidence)
    summary = (
        f"Evidence: {sentences} sentence{'s' if sentences > 1 else ''} "
        f"from {articles} article{'s' if articles > 1 else ''}"
    )
    opened = "" if turn.finished and turn.claims else " open"
    cards = cards_html(turn.evidence, find, f"fn-{turn.number}-evidence")
    return (
        f'<details class="fn-evidence" id="fn-{turn.number}-evidence"{opened}>'
        f"<summary>{summary}</summary>{cards}</details>"
    )

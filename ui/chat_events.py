"""What happens in the chat: the events of the page, and what each of them draws.

Takes the gradio module as an argument and never imports it (`ui.chat` does): all it
needs of it are the components that carry new values to the page.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, get_args

from index.article import Article, Span
from index.errors import FootnoteError
from qa.feedback import Verdict
from ui.article_html import article_html, escaped, library_html
from ui.chat_html import turn_blocks
from ui.conversation import Asker, Session, answering, history_of
from ui.examples import example_questions
from ui.rendering import render_markdown
from ui.turns import Turn

DRAFT_PAUSE = 0.08  # seconds between two drawings of a growing draft

Gradio = Any  # gradio's module and components: it ships no types that we could check against
Messages = list[dict[str, Any]]


def read_place(asker: Asker, place: str) -> str:
    """Return the article that a link points into as HTML, the cited words marked.

    `place` is "ARTICLE:START:END", or "ARTICLE" alone for the whole article without a
    mark. A place that does not exist gives one line that says so.
    """
    article_id, _, offsets = place.partition(":")
    article = _finder(asker)(article_id)
    if article is None:
        return '<p class="fn-error" role="alert">This article is no longer in the library.</p>'
    if not offsets:
        return article_html(article, None)
    start, _, end = offsets.partition(":")
    in_order = start.isdecimal() and end.isdecimal() and int(start) <= int(end)
    if not in_order or int(end) > len(article.text):
        return '<p class="fn-error" role="alert">The article has no such place.</p>'
    return article_html(article, Span(int(start), int(end)))


def _finder(asker: Asker) -> Callable[[str], Article | None]:
    def find(article_id: str) -> Article | None:
        try:
            return asker.library.article(article_id)
        except (FootnoteError, KeyError):
            return None

    return find


class ChatEvents:
    """What the events of the page do; gradio calls these."""

    def __init__(self, gradio: Gradio, asker: Asker) -> None:
        self.gradio = gradio
        self.asker = asker
        self.find = _finder(asker)

    def messages(self, turns: Sequence[Turn], session: Session) -> Messages:
        """Return turns of the conversation, with their verdicts, as the Chatbot's value."""
        messages: Messages = []
        for turn in turns:
            question = (
                f'<p class="fn-question" role="heading" aria-level="2">{escaped(turn.question)}</p>'
            )
            messages.append({"role": "user", "content": [self._block(question)]})
            judged = session.judged.get(turn.number)
            blocks = [self._block(block) for block in turn_blocks(turn, self.find, judged)]
            messages.append({"role": "assistant", "content": blocks})
        return messages

    def _block(self, html: str) -> Gradio:
        return self.gradio.HTML(html, apply_default_css=False, js_on_load=None)

    def box(self, *, writing: bool, **more: object) -> Gradio:
        """Return the question box with its button: send, or stop while an answer is written."""
        return self.gradio.Textbox(submit_btn=not writing, stop_btn=writing, **more)

    def begin(self, question: str, session: Session) -> list[Gradio]:
        """Show the question at once and empty the box; nothing for an empty question."""
        if not session.take_on(question):
            return [self.gradio.skip(), self.gradio.skip()]
        pending = Turn(number=len(session.turns) + 1, question=question.strip())
        return [self.box(writing=True, value=""), self.messages([*session.turns, pending], session)]

    def answer(self, session: Session) -> Iterator[Gradio]:
        """Draw the answer as it grows, and keep it."""
        question = session.hand_over()
        if question is None:
            yield self.gradio.skip()
            return
        turns, drawn = session.turns, 0.0
        session.judged_shown = session.judged
        before = self.messages(turns, session)
        steps = answering(self.asker, question, turns, session)
        try:
            for turn in steps:
                if turn.finished:
                    session.keep(turn)
                if session.forgotten or (turn.draft and time.monotonic() - drawn < DRAFT_PAUSE):
                    continue
                drawn = time.monotonic()
                if session.judged is not session.judged_shown:  # a verdict on an earlier answer
                    session.judged_shown = session.judged
                    before = self.messages(turns, session)
                yield before + self.messages([turn], session)
            if session.forgotten:
                yield []  # a drawing may have been on its way when the page was cleared
        finally:
            session.running = False
            steps.close()

    def settle(self, session: Session) -> list[Gradio]:
        """Give the box its send button back, however the answer ended.

        A verdict that came after the answer's last drawing is drawn now. Nothing after an
        empty question: the box may hold the next one, half typed.
        """
        if session.running or not session.unsettled:
            return [self.gradio.skip(), self.gradio.skip()]
        session.unsettled = False
        current = session.judged is session.judged_shown
        chat = self.gradio.skip() if current else self.messages(session.turns, session)
        return [self.box(writing=False), chat]

    def stop(self, session: Session) -> Gradio:
        """Stop the model; the answer's own event draws what stays."""
        session.stop()
        return self.gradio.Textbox(stop_btn="Stopping …") if session.running else self.gradio.skip()

    def judge(self, pressed: str, session: Session) -> Gradio:
        """Save the verdict of a pressed button, "TURN:VERDICT:...", and show that it is saved.

        Until an answer has settled, its own events draw the verdict: two drawings at once
        could reach the page in the wrong order.
        """
        number, name, _ = f"{pressed}::".split(":", 2)
        verdict = next((known for known in get_args(Verdict) if known == name), None)
        if verdict is None or not number.isdecimal():
            return self.gradio.skip()
        session.judge(self.asker, int(number), verdict)
        return self.gradio.skip() if session.unsettled else self.messages(session.turns, session)

    def heed_dates(self, dates: bool, session: Session) -> None:
        """From the next question on, let dates in it prefer articles, or not."""
        session.dates = dates

    def clear(self, session: Session) -> Messages:
        """Forget the conversation."""
        session.forget()
        return []

    def export(self, session: Session) -> str:
        """Return the conversation as Markdown."""
        kept = [turn for turn in session.turns if turn.as_answer() is not None]
        remarks = {
            index: "Stopped before the end." if turn.stopped else turn.error
            for index, turn in enumerate(kept)
            if turn.stopped or turn.error
        }
        notes = {index: remark for index, remark in remarks.items() if remark}
        return render_markdown(history_of(kept), notes=notes)

    def arrive(self) -> list[Gradio]:
        """Fill in what depends on the library, each time the page is opened."""
        shelf = self.asker.library
        examples = [{"text": question} for question in example_questions(shelf)]
        return [library_html(shelf.outlines()), self.gradio.Chatbot(examples=examples)]

"""The chat's HTML: every word of an article is shown, none of it is obeyed."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from index.article import Article, BoilerplateSpan, Span
from qa.answer import ClaimReady, Draft, EvidenceReady, Finished
from tests.ui.fake_footnote import (
    FIRST,
    HOSTILE_QUOTE,
    MEETING,
    PALAU,
    FakeFootnote,
    FakeShelf,
)
from ui.article_html import (
    article_html,
    cards_html,
    escaped,
    highlighted,
    library_html,
    surroundings,
)
from ui.chat_html import turn_blocks
from ui.examples import example_questions
from ui.rendering import one_line, without_controls
from ui.turns import Turn

ARTICLES = st.builds(
    lambda text, cuts: Article(
        text,
        "A title",
        boilerplate=tuple(
            BoilerplateSpan(start, end, "menu")
            for start, end in zip(cuts[::2], cuts[1::2], strict=False)
            if end <= len(text)
        ),
    ),
    st.text(st.sampled_from("ab .\n<>&\"'*_[]{}$`é"), max_size=120),
    st.lists(st.integers(0, 120), max_size=6).map(sorted),
)
OURS = set(
    "a blockquote code details div h2 h3 h4 header li mark ol p q s section span strong "
    "summary sup time ul button code".split()
)


class Tags(HTMLParser):
    """Notes every element and its attributes, as a browser would find them."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, list[tuple[str, str | None]]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, attrs))


def shown(markup: str) -> str:
    """Return the text that a browser shows of it: without tags, entities read."""
    return html.unescape(re.sub(r"<[^>]*>", "", markup))


def everything(question: str) -> str:
    """Return the HTML of the finished turn."""
    shelf, turn = FakeShelf(), Turn(1, question)
    for event in FakeFootnote().ask_events(question):
        turn = turn.after(event)
    return "".join(turn_blocks(turn, shelf.article))


class TestHtml:
    @given(ARTICLES, st.data())
    def test_a_window_shows_every_character_and_marks_exactly_the_spans(
        self, article: Article, data: st.DataObject
    ) -> None:
        size = len(article.text)
        start = data.draw(st.integers(0, size))
        end = data.draw(st.integers(start, size))
        window = Span(0, size)
        markup = highlighted(article, window, [Span(start, end)], mark_id="here")
        assert shown(markup) == article.text
        marked = "".join(re.findall(r"<mark[^>]*>(.*?)</mark>", markup, re.DOTALL))
        assert shown(marked) == article.text[start:end]
        assert markup.count('id="here"') == (1 if end > start else 0)

    @given(ARTICLES, st.data())
    def test_surroundings_hold_the_sentence_and_no_boilerplate(
        self, article: Article, data: st.DataObject
    ) -> None:
        bodies = [span for span in article.body_spans() if span.end > span.start]
        if not bodies:
            return
        body = data.draw(st.sampled_from(bodies))
        start = data.draw(st.integers(body.start, body.end - 1))
        end = data.draw(st.integers(start, body.end))
        window = surroundings(article, start, end, reach=20)
        assert window.start <= start
        assert end <= window.end
        assert body.start <= window.start
        assert window.end <= body.end

    @given(st.text())
    def test_escaped_text_is_shown_as_it_stands_and_holds_no_markup(self, text: str) -> None:
        markup = escaped(text)
        assert not set("<>\"'") & set(markup)
        assert html.unescape(markup) == without_controls(text)

    def test_no_markup_of_an_article_gets_through(self) -> None:
        article = next(a for a in FakeShelf().articles() if HOSTILE_QUOTE in a.text)
        start = article.text.index(HOSTILE_QUOTE)
        pages = (
            everything("What did the mayor say?"),
            article_html(article, Span(start, start + len(HOSTILE_QUOTE))),
            library_html([article]),
        )
        for markup in pages:
            tags = Tags()
            tags.feed(markup)
            assert {tag for tag, _ in tags.seen} <= OURS
            attributes = [pair for _, pairs in tags.seen for pair in pairs]
            assert not [name for name, _ in attributes if name.startswith("on")]
            targets = [value or "" for name, value in attributes if name in {"href", "src"}]
            assert all(target.startswith(("#fn-", "https://example.com/")) for target in targets)

    def test_an_address_that_is_no_web_address_is_no_link(self) -> None:
        article = Article("Words.", "Title", url="javascript:alert(1)")
        assert "href" not in article_html(article, None)

    def test_evidence_of_one_place_becomes_one_passage(self) -> None:
        shelf = FakeShelf()
        near = (shelf.cite(1, MEETING), shelf.cite(2, FIRST))
        markup = cards_html((*near, shelf.cite(3, PALAU)), shelf.article, "x")
        assert markup.count('class="fn-card"') == 2
        assert len(re.findall("<mark>", markup)) == 3

    def test_evidence_of_a_removed_article_still_shows_its_words(self) -> None:
        citation = FakeShelf().cite(1, MEETING)
        assert MEETING in shown(cards_html([citation], lambda _: None, "x"))

    def test_anchors_are_unique_within_a_conversation(self) -> None:
        shelf, question, markup = FakeShelf(), "How long did the meeting last?", ""
        for number in (1, 2):
            turn = Turn(number, question)
            for event in FakeFootnote().ask_events(question):
                turn = turn.after(event)
            markup += "".join(turn_blocks(turn, shelf.article))
        ids = re.findall(r'\sid="([^"]+)"', markup)
        assert len(ids) > 20
        assert len(ids) == len(set(ids))

    def test_every_link_into_an_article_points_at_the_words_it_shows(self) -> None:
        shelf = FakeShelf()
        markup = everything("How long did the meeting last?")
        places = re.findall(r'data-place="(\w+):(\d+):(\d+)"[^>]* title="“(.*?)”"', markup)
        assert len(places) >= 6
        for article, start, end, quote in places:
            text = shelf.article(article).text[int(start) : int(end)]
            assert one_line(text) == html.unescape(quote)


class TestTurn:
    def test_what_is_shown_grows_with_the_events(self) -> None:
        events = list(FakeFootnote().ask_events("How long did the meeting last?"))
        turn = Turn(1, "How long did the meeting last?")
        for event in events:
            turn = turn.after(event)
            blocks = turn_blocks(turn, FakeShelf().article)
            assert len(blocks) == 3
            match event:
                case EvidenceReady():
                    assert MEETING in shown(blocks[2])
                case Draft():
                    assert event.text in shown(blocks[1])
                    assert "unchecked draft" in blocks[1]
                case ClaimReady():
                    assert event.claim.text in shown(blocks[0])
                    assert event.claim.text not in shown(blocks[1])
        assert turn.finished

    def test_a_stopped_turn_keeps_the_checked_claims_for_the_next_question(self) -> None:
        turn = Turn(1, "How long?")
        for event in FakeFootnote().ask_events("How long?"):
            turn = turn.after(event)
            if isinstance(event, ClaimReady):
                break
        kept = turn.after(Draft("Half a sent")).stop().as_answer()
        assert kept is not None
        assert [claim.text for claim in kept.claims] == [turn.claims[0].text]
        assert kept.citation(1).quote == MEETING

    def test_a_turn_without_a_claim_is_nothing_to_build_on(self) -> None:
        assert Turn(1, "Why?").stop().as_answer() is None
        assert Turn(1, "Why?").fail("the model broke").as_answer() is None


def test_example_questions_are_those_of_the_samples_then_of_other_titles() -> None:
    samples = FakeShelf().articles()[:5]
    other = Article("Words.", "Rain in May", path="/elsewhere/rain.txt")
    only = FakeShelf([other])
    assert example_questions(FakeShelf(samples))[0] == "How long did the Iwaya-Rubio meeting last?"
    assert example_questions(only) == ["What is reported in “Rain in May”?"]
    assert example_questions(FakeShelf([*samples[:1], other])) == [
        "Where will Iwaya travel before Washington?",
        "What is reported in “Rain in May”?",
    ]
    assert example_questions(FakeShelf([])) == []


def test_what_was_preferred_and_shared_stories_are_said_on_the_page() -> None:
    *_, last = FakeFootnote().ask_events("When is the summit?")
    assert isinstance(last, Finished)
    one, two = last.answer.citations
    origins = {one.article: one.article, two.article: one.article}
    answer = replace(last.answer, origins=origins, preferred="articles of <January>")
    page = "".join(turn_blocks(Turn(1, "When?").after(Finished(answer)), lambda _: None))
    assert "Preferred: articles of &lt;January&gt;" in page
    assert "2 articles, 1 origin" in page
    plain = "".join(turn_blocks(Turn(1, "When?").after(last), lambda _: None))
    assert "Preferred" not in plain
    assert "origin:" not in plain

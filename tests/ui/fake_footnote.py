"""A stand-in for `qa.assembly.Footnote`: real articles and offsets, answers from a script.

What a question holds decides what happens; `SCRIPTS` is the table. Every event waits
`pause` seconds, and the log says when the iterator was closed, so that a test can see
that a stopped answer really stopped. A question that
holds "gate-Draft" waits after the first draft, and so on, until a test opens the gate.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from index.article import Article, BoilerplateSpan
from index.errors import LibraryError, ModelFailed
from qa.answer import (
    Answer,
    Citation,
    Claim,
    ClaimDropped,
    ClaimReady,
    Disagreement,
    Draft,
    Dropped,
    Event,
    EvidenceReady,
    Finished,
    Refusal,
    Support,
)
from qa.feedback import Verdict

SEEDS = Path(__file__).parents[2] / "seeds"
METADATA = (
    ("000_c6abac8ec9e3813a.txt", "Iwaya to attend Trump’s inauguration", None, None),
    (
        "001_96de06f45ee66ae5.txt",
        "Japan working toward Ishiba-Trump meeting in U.S. before mid-February",
        "Japan Today",
        None,
    ),
    ("002_691436e3f4ec5d54.txt", "In their first meeting, Iwaya and Rubio agree", None, None),
    (
        "003_e24ac997dc68ee21.txt",
        "Japan, U,S. Foreign Ministers Agree on Bolstering Alliance",
        "The Japan News",
        "2025-01-22",
    ),
    (
        "004_7fbe9cfa338f06a9.txt",
        "Japan Prepares For Diplomatic Talks With Trump Administration",
        None,
        "2025-01-13",
    ),
)
HOSTILE_QUOTE = (
    'The mayor said <script>window.hacked="script"</script> that **nothing** was [7] '
    "<img src=x onerror=\"window.hacked='image'\"> ${window.hacked='template'} {{value}} & \"so\"."
)
HOSTILE_TEXT = (
    "# A *title* that is <b>markup</b>\n\n"
    f"It rained. {HOSTILE_QUOTE} [See](javascript:window.hacked='link') the `report` [^1].\n\n"
    "</div></aside><style>body{display:none}</style>\n\n"
    "Read more: <a href='https://example.com/' onclick='window.hacked=1'>here</a>"
)


def sample_articles() -> list[Article]:
    """The five samples, with what a reader finds in them, and one article that attacks."""
    found = []
    for name, title, source, published in METADATA:
        text = (SEEDS / name).read_text(encoding="utf-8")
        article = Article(text, title, source, published, path=f"/articles/{name}")
        start = text.find('"Politics" POPULAR ARTICLE')
        if start > 0:
            spans = (BoilerplateSpan(start, len(text), "headline list"),)
            article = replace(article, boilerplate=spans, id="")
        found.append(article)
    start = HOSTILE_TEXT.index("Read more")
    found.append(
        Article(
            HOSTILE_TEXT,
            "<i>Hostile</i> **title** <script>window.hacked=1</script>",
            "Evil & Sons <b>",
            "2024-02-30",
            path="/articles/<hostile>.txt",
            url='https://example.com/?a="><script>',
            boilerplate=(BoilerplateSpan(start, len(HOSTILE_TEXT), 'links "here"'),),
        )
    )
    return found


class FakeShelf:
    """Articles in memory."""

    def __init__(self, articles: Sequence[Article] | None = None) -> None:
        held = sample_articles() if articles is None else articles
        self._articles = {article.id: article for article in held}

    def articles(self) -> list[Article]:
        return list(self._articles.values())

    def outlines(self) -> list[Article]:
        return self.articles()

    def article(self, article_id: str, /) -> Article:
        if article_id not in self._articles:
            raise LibraryError(f"no article {article_id!r}; see footnote library list")
        return self._articles[article_id]

    def cite(self, number: int, quote: str) -> Citation:
        """Return a citation of words that stand in one of the articles."""
        article = next(article for article in self.articles() if quote in article.text)
        start = article.text.index(quote)
        return Citation(
            number,
            article.id,
            article.title,
            article.source,
            article.published,
            article.path,
            article.url,
            start,
            start + len(quote),
            quote,
        )


MEETING = "Their meeting lasted for 30 minutes at the U.S. State Department."
FIRST = (
    "This was the first meeting between Japanese and U.S. cabinet ministers since U.S. President "
    "Donald Trump took office for the second time on Monday."
)
SUMMIT = (
    "The two ministers also confirmed that they will accelerate coordination for their upcoming "
    "summit, which is currently being arranged for the first half of February."
)
MID_FEBRUARY = (
    "The nation is preparing for Prime Minister Shigeru Ishiba's visit to the United States, "
    "planned for mid-February, where he hopes to meet with President Donald Trump."
)
PALAU = (
    "Iwaya will also travel to the Philippines, another U.S. treaty ally, and the Pacific island "
    "nation of Palau, which depends on U.S. support for its economy and defense."
)
QUAD = (
    "In addition to meeting with Rubio, Iwaya also spoke with National Security Adviser Mike Waltz"
)
HOLDS = Support(
    "supported", 0.97, ("“30 minutes” stands in the source", "Iwaya stands in the source")
)
MODELS = {"chat": "scripted", "embedding": "none"}


class FakeFootnote:
    """Answers by script. `pause` is the seconds before each event."""

    def __init__(self, pause: float = 0.0, log: Path | None = None) -> None:
        self.library = FakeShelf()
        self.pause = pause
        self.log = log

    def ask_events(
        self, question: str, *, history: Sequence[Answer] = (), dates: bool | None = None
    ) -> Iterator[Event]:
        script = next(
            (script for word, script in SCRIPTS.items() if word in question.lower()), _meeting
        )
        sent = 0
        heeding = "" if dates is not False else ", dates not heeded"
        self._note(f"asked {question!r} after {len(history)}{heeding}")
        try:
            for event in script(self.library, question, history):
                time.sleep(self.pause)
                sent += 1
                yield event
                self._wait_at(f"gate-{type(event).__name__}", question)
        finally:
            self._note(f"closed after {sent}")

    def judge(
        self, question: str, answer: Answer, verdict: Verdict | None, *, turns: Sequence[str] = ()
    ) -> None:
        if "unwritable" in question:
            raise LibraryError("cases.jsonl cannot be written: No space left on device")
        self._note(f"judged {question!r} {verdict} after {list(turns)}")

    def _wait_at(self, gate: str, question: str) -> None:
        """Go on when the test has made a file of the gate's name, beside the log."""
        while gate in question and self.log and not self.log.with_name(gate).exists():
            time.sleep(0.02)

    def _note(self, line: str) -> None:
        if self.log is not None:
            with self.log.open("a", encoding="utf-8") as log:
                log.write(line + "\n")


def _drafts(words: str) -> Iterator[Event]:
    pieces = words.split()
    for count in range(1, len(pieces) + 1):
        yield Draft(" ".join(pieces[:count]))


def _finished(
    question: str,
    citations: Sequence[Citation],
    claims: Sequence[Claim],
    dropped: Sequence[Dropped] = (),
    searched: str | None = None,
    disagreements: Sequence[Disagreement] = (),
) -> Finished:
    return Finished(
        Answer(
            question=question,
            searched=searched or question,
            status="answered",
            claims=tuple(claims),
            citations=tuple(citations),
            dropped=tuple(dropped),
            disagreements=tuple(disagreements),
            models=MODELS,
            timings_ms={"total": 1234.0},
        )
    )


Script = Callable[[FakeShelf, str, Sequence[Answer]], Iterator[Event]]


def _meeting(shelf: FakeShelf, question: str, history: Sequence[Answer]) -> Iterator[Event]:
    searched = question
    if history and question.lower().startswith("and"):
        searched = f"{question} (after: {history[-1].question})"
    quotes = (MEETING, FIRST, SUMMIT, MID_FEBRUARY, PALAU, QUAD)
    evidence = tuple(shelf.cite(number, quote) for number, quote in enumerate(quotes, start=1))
    yield EvidenceReady(searched, evidence)
    yield from _drafts("The meeting of Iwaya and Rubio lasted 30 minutes.")
    one, two = shelf.cite(1, MEETING), shelf.cite(2, FIRST)
    claim = Claim("The meeting of Iwaya and Rubio lasted 30 minutes.", "model", (1,), HOLDS)
    yield ClaimReady(claim, (one,))
    yield from _drafts("They talked for 45 minutes about fishing rights.")
    dropped = Dropped(
        "They talked for 45 minutes about fishing rights.",
        ("“45 minutes” does not stand in the source", "“fishing rights” does not either"),
    )
    yield ClaimDropped(dropped)
    quote = Claim(FIRST, "quote", (2,), Support("supported", 1.0, ("quoted word for word",)))
    yield ClaimReady(quote, (two,))
    yield _finished(question, (one, two), (claim, quote), (dropped,), searched)


def _summit(shelf: FakeShelf, question: str, history: Sequence[Answer]) -> Iterator[Event]:
    one, two = shelf.cite(1, SUMMIT), shelf.cite(2, MID_FEBRUARY)
    yield EvidenceReady(question, (one, two))
    claims = (
        Claim("The summit is arranged for the first half of February.", "model", (1,), HOLDS),
        Claim("Ishiba’s visit is planned for mid-February.", "model", (2,), HOLDS),
    )
    yield from _drafts(claims[0].text)
    yield ClaimReady(claims[0], (one,))
    yield from _drafts(claims[1].text)
    yield ClaimReady(claims[1], (two,))
    differ = (Disagreement((0, 1), "the date of the summit"),)
    yield _finished(question, (one, two), claims, disagreements=differ)


def _capital(shelf: FakeShelf, question: str, history: Sequence[Answer]) -> Iterator[Event]:
    refusal = Refusal(
        "No sentence of the collection is about a capital.",
        (shelf.cite(1, PALAU), shelf.cite(2, MEETING)),
        "The collection holds 6 articles, mostly about Japan and the United States.",
    )
    yield EvidenceReady(question, (shelf.cite(1, PALAU),))
    answer = Answer(question=question, searched=question, status="refused", refusal=refusal)
    yield Finished(answer)


def _hostile(shelf: FakeShelf, question: str, history: Sequence[Answer]) -> Iterator[Event]:
    one = shelf.cite(1, HOSTILE_QUOTE)
    yield EvidenceReady(question, (one,))
    yield Draft(HOSTILE_QUOTE)
    claims = (
        Claim(HOSTILE_QUOTE, "quote", (1,), Support("supported", 1.0, (HOSTILE_QUOTE,))),
        Claim(HOSTILE_QUOTE, "model", (1,), Support("unsupported", 0.2, (HOSTILE_QUOTE,))),
    )
    dropped = Dropped(HOSTILE_QUOTE, (HOSTILE_QUOTE,))
    differ = (Disagreement((0, 1), HOSTILE_QUOTE),)
    yield _finished(question, (one,), claims, (dropped,), HOSTILE_QUOTE, differ)


def _slow(shelf: FakeShelf, question: str, history: Sequence[Answer]) -> Iterator[Event]:
    one = shelf.cite(1, MEETING)
    yield EvidenceReady(question, (one,))
    claim = Claim("The meeting of Iwaya and Rubio lasted 30 minutes.", "model", (1,), HOLDS)
    yield ClaimReady(claim, (one,))
    yield from _drafts("word " * 2000)
    yield _finished(question, (one,), (claim,))


def _broken(shelf: FakeShelf, question: str, history: Sequence[Answer]) -> Iterator[Event]:
    yield EvidenceReady(question, (shelf.cite(1, MEETING),))
    raise ModelFailed("the model broke after 12 tokens; try: footnote models use smollm2-135m")


def _bug(shelf: FakeShelf, question: str, history: Sequence[Answer]) -> Iterator[Event]:
    yield EvidenceReady(question, (shelf.cite(1, MEETING),))
    raise ZeroDivisionError("division by zero")


SCRIPTS: dict[str, Script] = {
    "summit": _summit,
    "capital": _capital,
    "mayor": _hostile,
    "slow": _slow,
    "broken": _broken,
    "bug": _bug,
}

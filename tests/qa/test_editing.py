"""What becomes of the sentences a model writes."""

from __future__ import annotations

from collections.abc import Sequence

from index.article import Article, Span
from index.retrieving import EvidenceSentence
from qa.answer import ClaimDropped, ClaimReady, Support
from qa.citing import WrittenClaim
from qa.editing import Editor
from qa.evidence import NumberedEvidence
from qa.support import check_claim

TEXT = (
    "Their meeting lasted for 30 minutes at the State Department. "
    "Iwaya explained Japan's efforts to strengthen its defense capabilities. "
    "There was no discussion on the tariff hikes that President Trump has mentioned."
)
OTHER = "The deal was blocked by Biden earlier this month."
LASTED, DEFENSE, TARIFFS, BLOCKED = 1, 2, 3, 4


class TextChecker:
    """The support check without an embedder."""

    def check(self, claim: str, evidence: Sequence[str], context: Sequence[str] = ()) -> Support:
        return check_claim(claim, evidence, context=context)


def evidence(**scores: float) -> NumberedEvidence:
    first = Article(TEXT, title="Ministers meet", published="2025-01-22", path="/a.txt")
    second = Article(OTHER, title="Steel", path="/b.txt")
    found = []
    given = {"lasted": 0.9, "defense": 0.5, "tariffs": 0.4, "blocked": 0.3} | scores
    for (name, score), sentence in zip(given.items(), [*TEXT.split(". "), OTHER], strict=True):
        article = second if name == "blocked" else first
        start = article.text.index(sentence)
        end = start + len(sentence.rstrip(".")) + 1
        span = Span(start, end)
        found.append(
            EvidenceSentence(article, span, span.of(article.text), score, f"{article.id}:0", score)
        )
    return NumberedEvidence.of(sorted(found, key=lambda s: -s.score))


def editor(*, checked: bool = True, lead: bool = True, **scores: float) -> Editor:
    return Editor(evidence(**scores), TextChecker(), checked=checked, lead=lead)


def test_a_claim_that_its_citation_supports_is_kept_in_the_models_words() -> None:
    [event] = editor().take(WrittenClaim("The meeting lasted 30 minutes.", (LASTED,)))
    assert isinstance(event, ClaimReady)
    assert event.claim.origin == "model"
    assert event.claim.citations == (1,)
    [citation] = event.citations
    assert citation.quote == TEXT[citation.start : citation.end]
    assert citation.quote.startswith("Their meeting lasted")


def test_a_wrong_number_is_mended() -> None:
    [event] = editor().take(WrittenClaim("The meeting lasted 30 minutes.", (DEFENSE,)))
    assert isinstance(event, ClaimReady)
    assert event.citations[0].quote.startswith("Their meeting lasted")


def test_a_claim_without_a_number_is_cited_afterwards() -> None:
    [event] = editor().take(WrittenClaim("The meeting lasted 30 minutes."))
    assert isinstance(event, ClaimReady)
    assert event.citations[0].quote.startswith("Their meeting lasted")


def test_an_invention_is_dropped_in_sight_and_the_source_quoted_in_its_place() -> None:
    dropped, quoted = editor().take(WrittenClaim("The meeting lasted 45 minutes.", (LASTED,)))
    assert isinstance(dropped, ClaimDropped)
    assert any("45" in reason for reason in dropped.dropped.reasons)
    assert isinstance(quoted, ClaimReady)
    assert quoted.claim.origin == "quote"
    assert quoted.claim.text == "Their meeting lasted for 30 minutes at the State Department."


def test_a_second_invention_is_only_dropped() -> None:
    one = editor()
    list(one.take(WrittenClaim("The meeting lasted 45 minutes.", (LASTED,))))
    [event] = one.take(WrittenClaim("Vance chaired the meeting.", (DEFENSE,)))
    assert isinstance(event, ClaimDropped)
    assert len(one.claims) == 1


def test_a_number_that_was_never_offered_is_reported_with_the_dropped_claim() -> None:
    [event, *_] = editor().take(WrittenClaim("Vance chaired the meeting.", (), unknown=(77,)))
    assert isinstance(event, ClaimDropped)
    assert any("77" in reason for reason in event.dropped.reasons)


def test_what_was_said_is_not_said_again() -> None:
    one = editor()
    list(one.take(WrittenClaim("The meeting lasted 30 minutes.", (LASTED,))))
    [event] = one.take(WrittenClaim("The meeting lasted 30 minutes", (LASTED,)))
    assert isinstance(event, ClaimDropped)


def test_a_true_sentence_beside_the_question_is_dropped() -> None:
    [event] = editor(blocked=0.01).take(WrittenClaim("The deal was blocked by Biden.", (BLOCKED,)))
    assert isinstance(event, ClaimDropped)
    assert event.dropped.reasons == ("holds, but is beside the question",)


def test_with_a_weak_model_the_likeliest_sentence_leads() -> None:
    events = list(
        editor(lasted=0.9, tariffs=0.5).take(
            WrittenClaim("There was no discussion on tariff hikes.", (TARIFFS,))
        )
    )
    assert [event.claim.origin for event in events if isinstance(event, ClaimReady)] == [
        "quote",
        "model",
    ]


def test_footnote_numbers_run_from_one_in_order_of_first_use() -> None:
    one = editor(lead=False)
    list(one.take(WrittenClaim("There was no discussion on tariff hikes.", (TARIFFS,))))
    list(one.take(WrittenClaim("The meeting lasted 30 minutes.", (LASTED,))))
    list(one.quote_best())
    assert [claim.citations for claim in one.claims] == [(1,), (2,)]
    assert [citation.number for citation in one.footnotes.citations] == [1, 2]


def test_switched_off_the_check_lets_everything_through_with_its_verdict() -> None:
    [event] = editor(checked=False).take(WrittenClaim("The meeting lasted 45 minutes.", (LASTED,)))
    assert isinstance(event, ClaimReady)
    assert not event.claim.support.holds


def test_evidence_is_numbered_in_reading_order_within_an_article() -> None:
    numbered = evidence(lasted=0.4, tariffs=0.9)
    assert [c.start for c in numbered.citations[:3]] == sorted(
        c.start for c in numbered.citations[:3]
    )
    assert [c.number for c in numbered.citations] == [1, 2, 3, 4]
    assert numbered.best_first()[0].quote.startswith("There was no discussion")
    assert "Ministers meet (2025-01-22)\n[1] Their meeting" in numbered.for_prompt()

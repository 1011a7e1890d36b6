"""The suite finds faults that were planted on purpose: each makes the gate fail.

The tool is the real one with the real embedder over the samples. Where what a model writes
matters, a scripted one writes: half truths and half inventions, always the same.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from eval.answerer import Answerer, Setting
from eval.case import Case
from eval.case_files import SAMPLES, choose, load_cases
from eval.gate import Baseline, Verdict, judge, load_baseline, save_baseline
from eval.places import Document, Documents, Place
from eval.result import Result
from eval.run import run_cases
from eval.tool import FootnoteAnswerer
from index.embedding import Embedder
from index.filters import Filter
from index.library import Library
from index.retrieving import Evidence, Hit, Retriever
from index.splitting import sentence_spans
from qa.answer import Answer, Citation, Claim, Summary
from qa.answering import Mode
from qa.assembly import Footnote
from qa.language_model import Message
from qa.scripted_model import ScriptedModel

pytestmark = pytest.mark.models

CASES = choose(load_cases(SAMPLES).cases, 44)
SHORT = choose(load_cases(SAMPLES).cases, 22)


def verdict_of(
    answerer: Answerer, documents: Documents, baseline: Baseline, cases: Sequence[Case] = CASES
) -> Verdict:
    return judge(baseline, Result.of(cases, run_cases(cases, answerer, documents, Setting())))


def fallen(verdict: Verdict) -> set[str]:
    return {fall.figure.name for fall in verdict.falls}


def quoting(library: Library, retriever: Retriever | None = None) -> FootnoteAnswerer:
    footnote = Footnote(library, mode=Mode.QUOTES, offline=True)
    if retriever is not None:
        footnote.retriever = retriever
    return FootnoteAnswerer(footnote)


@pytest.fixture(scope="module")
def tool(samples_folder: Path, embedder: Embedder) -> Iterator[Remembering]:
    """The tool, quotations only; what it was asked once it answers again at once."""
    with Library.open(samples_folder, embedder=embedder) as library:
        yield Remembering(quoting(library))


@pytest.fixture(scope="module")
def documents(samples_folder: Path, embedder: Embedder) -> Documents:
    with Library.open(samples_folder, embedder=embedder) as library:
        return Documents.of_articles(library.articles())


@pytest.fixture(scope="module")
def sound(
    tool: Remembering, tmp_path_factory: pytest.TempPathFactory, documents: Documents
) -> Baseline:
    path = tmp_path_factory.mktemp("baseline") / "sound.json"
    save_baseline(path, Result.of(CASES, run_cases(CASES, tool, documents, Setting())))
    return load_baseline(path)


class Remembering:
    """An answerer that asks another one only what it was not asked before."""

    def __init__(self, inner: Answerer) -> None:
        self.models = inner.models
        self.warm_up = inner.warm_up
        self.passages = cache(inner.passages)
        self.sentences = cache(inner.sentences)
        self._inner = inner
        self._answers: dict[tuple[str, ...], Answer] = {}
        self._summaries: dict[tuple[str, ...], Summary] = {}

    def ask(self, question: str, history: Sequence[Answer]) -> Answer:
        key = (question, *(answer.question for answer in history))
        if key not in self._answers:
            self._answers[key] = self._inner.ask(question, history)
        return self._answers[key]

    def summarise(self, documents: Sequence[Document]) -> Summary:
        key = tuple(document.id for document in documents)
        if key not in self._summaries:
            self._summaries[key] = self._inner.summarise(documents)
        return self._summaries[key]


class Altered:
    """An answerer whose finished answers are altered before anybody sees them."""

    def __init__(self, inner: Answerer, alter: Callable[[Answer], Answer]) -> None:
        self.inner = inner
        self.alter = alter

    def models(self) -> dict[str, str]:
        return self.inner.models()

    def warm_up(self) -> None:
        self.inner.warm_up()

    def ask(self, question: str, history: Sequence[Answer]) -> Answer:
        return self.alter(self.inner.ask(question, history))

    def passages(self, query: str, k: int) -> Sequence[Place]:
        return self.inner.passages(query, k)

    def sentences(self, query: str, k: int) -> Sequence[Place]:
        return self.inner.sentences(query, k)

    def summarise(self, documents: Sequence[Document]) -> Summary:
        return self.inner.summarise(documents)


def test_the_sound_tool_passes(samples: Library, documents: Documents, sound: Baseline) -> None:
    verdict = verdict_of(quoting(samples), documents, sound)
    assert verdict.passes
    assert verdict.compared == len(CASES)


class ShuffledRetriever(Retriever):
    """Finds the right things and hands them over in a random order."""

    chooser = random.Random(1)

    def search(self, query: str, k: int = 10, where: Filter | None = None) -> list[Hit]:
        hits = super().search(query, k=30, where=where)
        self.chooser.shuffle(hits)
        return hits[:k]

    def evidence(self, question: str, n: int = 12, where: Filter | None = None) -> Evidence:
        found = super().evidence(question, n=40, where=where)
        scores = [sentence.score for sentence in found.sentences]
        order = list(found.sentences)
        self.chooser.shuffle(order)
        shuffled = [replace(s, score=score) for s, score in zip(order, scores, strict=True)]
        return replace(found, sentences=tuple(shuffled[:n]))


def test_shuffled_retrieval_is_found(
    samples: Library, documents: Documents, sound: Baseline
) -> None:
    verdict = verdict_of(quoting(samples, ShuffledRetriever(samples)), documents, sound)
    assert {"passage_hit_1", "passage_mrr", "sentence_ndcg_10", "right"} <= fallen(verdict)


def test_citations_shifted_by_one_character_are_found(
    tool: Remembering, documents: Documents, sound: Baseline
) -> None:
    def shift(answer: Answer) -> Answer:
        moved = (replace(c, start=c.start + 1, end=c.end + 1) for c in answer.citations)
        return replace(answer, citations=tuple(moved))

    assert "quote_exact" in fallen(verdict_of(Altered(tool, shift), documents, sound))


def test_citations_shifted_by_one_sentence_are_found(
    samples: Library, tool: Remembering, documents: Documents, sound: Baseline
) -> None:
    articles = {article.id: article for article in samples.articles()}

    def following(citation: Citation) -> Citation:
        article = articles[citation.article]
        spans = sentence_spans(article)
        later = next((s for s in spans if s.start >= citation.end), spans[0])
        return replace(citation, start=later.start, end=later.end, quote=later.of(article.text))

    def shift(answer: Answer) -> Answer:
        return replace(answer, citations=tuple(following(c) for c in answer.citations))

    verdict = verdict_of(Altered(tool, shift), documents, sound)
    assert {"citation_recall", "gold_citation_recall", "leak"} <= fallen(verdict)
    assert "quote_exact" not in fallen(verdict)


class CredulousRetriever(Retriever):
    """Takes every question for one that can be answered: a threshold of zero."""

    def evidence(self, question: str, n: int = 12, where: Filter | None = None) -> Evidence:
        return replace(super().evidence(question, n=n, where=where), answerable=1.0)

    def answers(self, evidence: Evidence, strictness: str = "normal") -> bool:
        return True


def test_a_threshold_of_zero_is_found(
    samples: Library, documents: Documents, sound: Baseline
) -> None:
    verdict = verdict_of(quoting(samples, CredulousRetriever(samples)), documents, sound)
    assert {"refused_unanswerable", "refusal_balanced"} <= fallen(verdict)


DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()


def a_day_later(text: str) -> str:
    """Dates and days of the week moved by one; years and months by one where no day stands."""
    text = re.sub(
        r"\b(Jan(?:uary|\.)|February) (\d\d?)\b", lambda m: f"{m[1]} {int(m[2]) + 1}", text
    )
    return re.sub("|".join(DAYS), lambda m: DAYS[(DAYS.index(m[0]) + 1) % 7], text)


def test_dates_off_by_one_day_are_found(
    tool: Remembering, documents: Documents, sound: Baseline
) -> None:
    def spoil(answer: Answer) -> Answer:
        claims = (replace(claim, text=a_day_later(claim.text)) for claim in answer.claims)
        return replace(answer, claims=tuple(claims))

    verdict = verdict_of(Altered(tool, spoil), documents, sound)
    assert {"leak", "citation_recall"} <= fallen(verdict)


def inventing(messages: Sequence[Message]) -> str:
    """Say the first sentence of the evidence, and then what is in none."""
    lines = messages[-1].content.splitlines()
    first = next((line for line in lines if line.startswith("[1]")), lines[-1])
    invented = "The meeting with Chancellor Merkel in 1998 lasted 45 minutes."
    return f"{first.removeprefix('[1] ')} [1] {invented} [1]"


def writing(library: Library, mode: Mode) -> FootnoteAnswerer:
    model = ScriptedModel([inventing], repeat=True)
    return FootnoteAnswerer(Footnote(library, mode=mode, model=model))


def test_a_check_switched_off_is_found(
    samples: Library, documents: Documents, tmp_path: Path
) -> None:
    checked = run_cases(SHORT, writing(samples, Mode.CHECKED), documents, Setting())
    path = tmp_path / "checked.json"
    save_baseline(path, Result.of(SHORT, checked))
    unchecked = writing(samples, Mode.UNCHECKED)
    verdict = verdict_of(unchecked, documents, load_baseline(path), SHORT)
    assert {"support_rate", "citation_recall"} <= fallen(verdict)


def test_a_check_that_says_yes_to_everything_is_found(
    samples: Library, documents: Documents, tmp_path: Path
) -> None:
    def believe(answer: Answer) -> Answer:
        def claim(one: Claim) -> Claim:
            return replace(one, support=replace(one.support, verdict="supported"))

        return replace(answer, claims=tuple(claim(one) for one in answer.claims))

    checked = run_cases(SHORT, writing(samples, Mode.CHECKED), documents, Setting())
    path = tmp_path / "checked.json"
    save_baseline(path, Result.of(SHORT, checked))
    believing = Altered(writing(samples, Mode.UNCHECKED), believe)
    verdict = verdict_of(believing, documents, load_baseline(path), SHORT)
    assert {"leak", "citation_recall"} <= fallen(verdict)
    assert "support_rate" not in fallen(verdict)

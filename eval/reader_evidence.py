"""Whole sentences as evidence: more for the answer reader to learn from, beside short answers.

SQuAD's answers are a few words, and only ClapNQ's small set says which whole sentences answer.
Two sets of grounding say it too. WiCE (Kamoi et al. 2023, arXiv 2303.01432): claims, and the
sentences of a web page that people found them to rest on. RAGTruth (Niu et al. 2024, arXiv
2401.00396): questions to a search engine with three passages each, answered by several models; a
sentence of a passage counts as evidence where a third of the answers say it, leaving out what
people marked as made up. No retrieval is measured on either.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval.made_questions import joined
from eval.public_sets import json_rows
from eval.reader_examples import PASSAGES_LOOKED_AT, Marked, ReaderExample, example_of, words_of
from index.answer_reader import passage_tokens
from index.article import Article
from index.splitting import sentence_spans

if TYPE_CHECKING:
    from index.onnx_embedder import Tokenizer

ANSWERED_WEIGHT, CLAIM_WEIGHT = 1.0, 0.7
BESIDE, ELSEWHERE, TAKEN_OUT, CLAIM_TAKEN_OUT = 0.25, 0.4, 0.35, 0.6
"""What an example without evidence weighs, by how it came to have none, as a share of the others:
a passage that no answer used, another question's passage, the evidence taken out."""
TAKEN_OUT_SHARE, CLAIM_TAKEN_OUT_SHARE = 0.4, 0.5
SAID_BY = 0.34
"""Share of the answers that say a sentence which counts as evidence."""
SAME = 0.5
"""Share of an answer's words in the sentence that it is taken from."""
WINDOW = (5, 8)
"""Sentences of a page that are read together, least and most."""
AT_LEAST_CHARACTERS, LONGEST_SENTENCE, LONGEST_READ = 15, 500, 400
_Place = tuple[int, int]  # a passage, and a sentence in it
FIRST_SENTENCE = 2  # before it stand the page's title and date
_NOTE = re.compile(r"^\(meta data\) [A-Z ]+: ?")
_PASSAGE = re.compile(r"\n+(?=passage \d+:)")
_PASSAGE_NAME = re.compile(r"^passage \d+:")
_PLAIN = frozenset(
    "the and for with that this from are was were has have had not but you your they their its his "
    "her can will which who what when where how also into than then there these those such may "
    "been being".split()
)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question, a passage's sentences, which of them answer, and whether none was ever used."""

    question: str
    sentences: list[str]
    evidence: list[int]
    unused: bool


def evidence_examples(folder: Path, tokenizer: Tokenizer, seed: int = 9) -> Iterator[ReaderExample]:
    """Yield the examples of both sets, from the public sets' folder; the same for a seed."""
    chance = random.Random(seed)

    def example(
        question: str, sentences: Sequence[str], evidence: Sequence[int], weight: float
    ) -> ReaderExample:
        text, spans = joined(sentences)
        tokens = passage_tokens(tokenizer, question, "", text)
        # Which words of a sentence answer nobody marked, and what a claim rests on blurs whether
        # a passage answers a question: of these only the sentence is learned.
        marked = Marked(spans, [spans[number] for number in evidence])
        made = example_of(tokens, (), marked, weight, ("grounding", ""), anywhere=True)
        return replace(made, only_sentences=True)

    asked = list(_answered(json_rows(folder / "grounding" / "ragtruth_qa.jsonl")))
    for one in asked:
        if one.evidence:
            yield example(one.question, one.sentences, one.evidence, ANSWERED_WEIGHT)
        elif one.unused:
            yield example(one.question, one.sentences, (), BESIDE * ANSWERED_WEIGHT)
    for one in asked:
        if not one.evidence:
            continue
        others = [other for other in asked if other.question != one.question]
        some = chance.sample(others, min(PASSAGES_LOOKED_AT, len(others)))
        words = words_of(one.question)
        if some:
            other = max(some, key=lambda o: len(words & words_of(" ".join(o.sentences))))
            yield example(one.question, other.sentences, (), ELSEWHERE * ANSWERED_WEIGHT)
        rest = [s for number, s in enumerate(one.sentences) if number not in one.evidence]
        if len(rest) > 1 and chance.random() < TAKEN_OUT_SHARE:
            yield example(one.question, rest, (), TAKEN_OUT * ANSWERED_WEIGHT)
    for claim, sentences, evidence in _claims(
        json_rows(folder / "grounding" / "wice.jsonl"), chance
    ):
        yield example(claim, sentences, evidence, CLAIM_WEIGHT)
        if chance.random() < CLAIM_TAKEN_OUT_SHARE:
            rest = [s for number, s in enumerate(sentences) if number not in evidence]
            if len(rest) > FIRST_SENTENCE:
                yield example(claim, rest, (), CLAIM_TAKEN_OUT * CLAIM_WEIGHT)


def _answered(rows: Iterable[Mapping[str, Any]]) -> Iterator[_Asked]:
    """Yield RAGTruth's questions with each of their passages."""
    answers: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        answers[row["query"]].append(row)
    for question, given in answers.items():
        texts = [_PASSAGE_NAME.sub("", t).strip() for t in _PASSAGE.split(given[0]["doc"])]
        passages = [_sentences(text) for text in texts]
        said = _said_by(passages, [_without(row["claim"], row["spans"]) for row in given])
        for place, sentences in enumerate(passages):
            shares = [said[place, number] for number in range(len(sentences))]
            evidence = [number for number, share in enumerate(shares) if share >= SAID_BY]
            if sentences:
                yield _Asked(question, sentences, evidence, not any(shares))


def _said_by(passages: Sequence[Sequence[str]], answers: Sequence[str]) -> Mapping[_Place, float]:
    """Return for each sentence, (passage, place in it), the share of answers that say it."""
    words = {
        (place, number): _words(sentence)
        for place, sentences in enumerate(passages)
        for number, sentence in enumerate(sentences)
    }
    said: dict[_Place, float] = defaultdict(float)
    for answer in answers:
        sources = {_source(_words(statement), words) for statement in _sentences(answer)}
        for source in sources:
            if source is not None:
                said[source] += 1 / len(answers)
    return said


def _source(statement: frozenset[str], words: Mapping[_Place, frozenset[str]]) -> _Place | None:
    """Return the sentence that a statement is taken from, None when there is none."""
    if len(statement) < 3:
        return None

    def likeness(key: _Place) -> float:
        both = len(statement & words[key])
        return both / len(statement) * min(1, both / max(1, 0.5 * len(words[key])))

    best = max((key for key in words if words[key]), key=likeness, default=None)
    return best if best is not None and likeness(best) >= SAME else None


def _without(answer: str, spans: Sequence[tuple[int, int, str]]) -> str:
    for start, end, _ in sorted(spans, reverse=True):
        answer = f"{answer[:start]} {answer[end:]}"
    return answer


def _claims(
    rows: Iterable[Mapping[str, Any]], chance: random.Random
) -> Iterator[tuple[str, list[str], list[int]]]:
    """Yield WiCE's claims, half of them thinned, with windows of sentences that hold evidence."""
    for row in rows:
        sentences = [_NOTE.sub("", sentence) for sentence in row["sentences"]]
        marked = sorted({number for group in row["support"] for number in group})
        done: set[int] = set()
        for number in marked:
            if number in done or number < FIRST_SENTENCE:
                continue
            if len(sentences[number]) > LONGEST_SENTENCE:
                continue
            first = max(0, number - chance.randint(0, WINDOW[0]))
            end = max(min(len(sentences), first + chance.randint(*WINDOW)), number + 1)
            done |= set(range(first, end))
            claim = row["claim"]
            if chance.random() >= 0.5:
                kept = [word for word in claim.rstrip(".").split() if chance.random() > 0.15]
                claim = " ".join(kept).lower()
            window = [sentence[:LONGEST_READ] for sentence in sentences[first:end]]
            yield claim, window, [n - first for n in range(first, end) if n in marked]


def _sentences(text: str) -> list[str]:
    spans = sentence_spans(Article(text or " ", "a text"))
    plain = [" ".join(span.of(text).split()) for span in spans]
    return [sentence for sentence in plain if len(sentence) > AT_LEAST_CHARACTERS]


def _words(text: str) -> frozenset[str]:
    return words_of(text) - _PLAIN

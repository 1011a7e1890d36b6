"""Two ways to keep a model to the sentence numbers that exist, measured against each other.

    python -m eval.marker_mask --data DIR [--questions 30]

Removal: the model writes what it likes, and a number that was not offered is taken out and
reported (`qa.citing`). Masking: inside a bracket only what leads to an offered number can be
sampled. Both read the same prompts, so that what differs is the mask.
"""

from __future__ import annotations

import re
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

import prompts
from eval.grounding_figures import SEED
from eval.public_sets import read_clapnq
from index.article import Article
from index.embedders import open_embedder
from index.library import Library
from index.llama_chat import LlamaChat
from index.model_files import ensure
from index.retrieving import Retriever
from index.splitting import sentence_spans
from qa.answering import SMALL
from qa.citing import ClaimParser, WrittenClaim
from qa.evidence import NumberedEvidence

# The tail of a reply that stands inside a marker: "[", "[1", "[1, 2", and no end yet.
_INSIDE = re.compile(r"\[(?P<done>(?:\s*\d{1,4}\s*[,;])*)\s*(?P<digits>\d{0,4})\Z")
_WHOLE = re.compile(r"\[\s*\d+(?:\s*[,;]\s*\d+)*\s*\]\s*")
_MARKS = re.compile(r"[\s\d,;\]]+\Z|.*\[[\s\d,;]*\Z", re.DOTALL)


class MarkerMask:
    """A logits processor: a bracket once begun can only become an offered number.

    `pieces` are the texts of all tokens, by id. Text outside brackets is left alone.
    """

    def __init__(self, pieces: Sequence[str], offered: Sequence[int], prompt: int) -> None:
        """Take the tokens' texts, the numbers that may be cited, and the prompt's length."""
        self._pieces = pieces
        self._offered = [str(number) for number in offered]
        self._prompt = prompt
        self._closing = [n for n, piece in enumerate(pieces) if _MARKS.match(piece) and piece]
        self.seconds = 0.0
        self.calls = 0

    def __call__(self, tokens: NDArray[np.intc], logits: NDArray[np.single]) -> NDArray[np.single]:
        """Return the logits with impossible next tokens at minus infinity."""
        started = time.perf_counter()
        written = "".join(self._pieces[token] for token in tokens[self._prompt :][-16:])
        inside = _INSIDE.search(written)
        if inside is not None:
            allowed = [n for n in self._closing if self._may_follow(written, self._pieces[n])]
            kept = logits[allowed]
            logits[:] = -np.inf
            logits[allowed] = kept
        else:
            for n in self._closing:
                if "[" in self._pieces[n] and not self._may_follow(written, self._pieces[n]):
                    logits[n] = -np.inf
        self.seconds += time.perf_counter() - started
        self.calls += 1
        return logits

    def _may_follow(self, written: str, piece: str) -> bool:
        """Whether the text is still the beginning of a marker of offered numbers, or one."""
        inside = _INSIDE.search(written)
        marker = written[inside.start() :] + piece if inside else piece[piece.rfind("[") :]
        numbers = re.findall(r"\d+", marker)
        if _WHOLE.fullmatch(marker):
            return all(number in self._offered for number in numbers)
        if marker.count("[") > 1 or _INSIDE.fullmatch(marker) is None:
            return False
        begun = numbers.pop() if marker[-1].isdigit() else ""
        offered = all(number in self._offered for number in numbers)
        return offered and any(number.startswith(begun) for number in self._offered)


def _spans(text: str) -> list[tuple[int, int]]:
    return [(span.start, span.end) for span in sentence_spans(Article(text, title=""))]


def _prompted(folder: Path, count: int) -> Iterator[NumberedEvidence | str]:
    questions = read_clapnq(folder)
    cases = [case for case in questions.cases if case.answerable]
    chosen = np.random.default_rng(SEED).permutation(len(cases))[:count]
    with tempfile.TemporaryDirectory(prefix="footnote-markers-") as temporary:
        library = Library.create_or_open(
            Path(temporary) / "l", embedder=open_embedder(), write=True
        )
        library.add(questions.articles)
        retriever = Retriever(library)
        for place in chosen:
            question = cases[int(place)].question
            yield question
            yield NumberedEvidence.of(retriever.evidence(question, n=SMALL.sentences).sentences)
        library.close()


@click.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True), required=True)
@click.option("--questions", type=int, default=30)
def main(data: Path, questions: int) -> None:
    """Print what each way of keeping to the offered numbers gives and costs."""
    chat = LlamaChat(ensure("smollm2-135m-instruct"))
    pieces = [
        chat.bytes_of(token).decode("utf-8", "replace") for token in range(chat.vocabulary_size)
    ]
    counts: dict[str, Counter[str]] = {"removal": Counter(), "masking": Counter()}
    prompted = _prompted(data, questions)
    for question in prompted:
        evidence = next(prompted)
        assert isinstance(question, str)
        assert isinstance(evidence, NumberedEvidence)
        offered = [citation.number for citation in evidence.citations]
        user = prompts.load("answer_user").fill(evidence=evidence.for_prompt(), question=question)
        messages = [
            {"role": "system", "content": prompts.load(SMALL.system).fill()},
            {"role": "user", "content": user},
        ]
        tokens = chat.render(messages)
        list(chat.stream(tokens, max_tokens=1))  # the prompt is read once, for both
        for way, count in counts.items():
            mask = MarkerMask(pieces, offered, len(tokens)) if way == "masking" else None
            started = time.perf_counter()
            reply = list(chat.stream(tokens, max_tokens=SMALL.tokens, logits_processor=mask))
            count["ms"] += round(1000 * (time.perf_counter() - started))
            count["tokens"] += len(reply)
            if mask is not None:
                count["mask µs"] += round(1e6 * mask.seconds)
            for claim in ClaimParser(offered, _spans).feed(reply):
                if isinstance(claim, WrittenClaim):
                    count["sentences"] += 1
                    count["with an offered number"] += bool(claim.numbers)
                    count["with an unknown number"] += bool(claim.unknown)
    names = list(dict.fromkeys(name for count in counts.values() for name in count))
    click.echo("".ljust(26) + "".join(way.rjust(12) for way in counts))
    for name in names:
        click.echo(name.ljust(26) + "".join(str(c[name]).rjust(12) for c in counts.values()))
    masked = counts["masking"]
    click.echo(
        f"{questions} questions; mask: {masked['mask µs'] / masked['tokens']:.0f} µs a token"
    )
    chat.close()


if __name__ == "__main__":
    main()

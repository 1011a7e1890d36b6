"""A capable chat model's yes or no to "does this claim follow?", as a probability.

It is asked after the layers that compare texts have passed a claim, and it can only refuse. Its
yes makes nothing supported: a model that agrees with what it has just written is no second
witness. So calibration decides where it refuses and not whether it may accept. With one, it
refuses below even odds. Without one its number means nothing from model to model (most say yes
too readily), and only a flat no, below `FLAT_NO`, counts.

Calibration is Platt's (1999): the log odds of yes, times `a`, plus `b`, through the logistic
function, fitted by `eval.support_yes_no` with true and false claims weighing the same.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

import prompts
from qa.answer import Support
from qa.language_model import LanguageModel, Message

FLAT_NO = 0.05
EVEN = 0.5
LEAST_SHARE = 0.05
"""Of the probability of all next words, what yes and no must have together to be an answer."""
_TEMPLATE_TOKENS = 64  # room for what a chat template puts around the messages
_REMEMBERED = 512  # a claim is tried with other citations, and they come again
_FURTHEST = 1e-6  # a probability of 0 or 1 has no log odds


@dataclass(frozen=True, slots=True)
class Calibration:
    """The two numbers of Platt scaling for one model, and where they come from."""

    a: float
    b: float
    provenance: str

    def probability(self, raw: float) -> float:
        """Return the calibrated probability, 0 to 1, of a model's own."""
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, self.a * log_odds(raw) + self.b))))


@cache
def calibration_of(name: str) -> Calibration | None:
    """Return the calibration of the model of that name, None where none was made."""
    document = json.loads(resources.files("qa").joinpath("yes_no.json").read_text("utf-8"))
    found = document["models"].get(name)
    return Calibration(**found) if found else None


def log_odds(probability: float) -> float:
    """Return the natural logarithm of p / (1 - p), kept finite at 0 and 1."""
    kept = min(max(probability, _FURTHEST), 1.0 - _FURTHEST)
    return math.log(kept / (1.0 - kept))


def spelled(token: str) -> Literal["yes", "no"] | None:
    """Return which word a token is in some spelling (" Yes", "NO", "no."), None when neither."""
    word = token.strip(" \t\n.,!\u2581\u0120").casefold()
    return "yes" if word == "yes" else "no" if word == "no" else None


def share_of_yes(yes: float, no: float) -> float | None:
    """Return P(yes) / (P(yes) + P(no)); None when the model would say something else."""
    return yes / (yes + no) if yes + no >= LEAST_SHARE else None


def question_of(
    claim: str, evidence: Sequence[str], context: Sequence[str] = ()
) -> tuple[Message, ...]:
    """Return the messages that ask whether the claim follows.

    `context` are titles, sources and dates of the articles; all of it is told as data.
    """
    lines = [f"- {' '.join(text.split())}" for text in (*context, *evidence)]
    user = prompts.load("follows_user").fill(
        evidence="\n".join(lines), claim=" ".join(claim.split())
    )
    # The unchanging part first: a local model keeps the beginning of its last prompt.
    return (Message("system", prompts.load("follows_system").fill()), Message("user", user))


class ModelOpinion:
    """Asks the chat model about claims that passed, remembering what it said.

    `model` gives the chat model, or None while none is open: nothing is loaded for this.
    """

    def __init__(self, model: Callable[[], LanguageModel | None]) -> None:
        self._model = model
        self._said: dict[tuple[object, ...], float | None] = {}

    def on(
        self, support: Support, claim: str, evidence: Sequence[str], context: Sequence[str]
    ) -> Support:
        """Return the verdict after the model was asked: of what holds, and it may refuse.

        A model that is not capable is not asked, and one that gives no probability, or answers
        neither yes nor no, changes nothing.

        Raises:
            ModelError: the model broke.
        """
        model = self._model() if support.holds else None
        if model is None or not model.capable:
            return support
        raw = self._raw(model, claim, evidence, context)
        if raw is None:
            return support
        calibration = calibration_of(model.name)
        probability = raw if calibration is None else calibration.probability(raw)
        if probability >= (FLAT_NO if calibration is None else EVEN):
            reason = f"the model says that it follows: {probability:.2f}"
            return Support(support.verdict, support.score, (*support.reasons, reason))
        reason = f"the model says that it does not follow: {probability:.2f}"
        return Support("unsupported", min(support.score, probability), (reason,))

    def _raw(
        self, model: LanguageModel, claim: str, evidence: Sequence[str], context: Sequence[str]
    ) -> float | None:
        asked = (model.name, claim, *evidence, None, *context)
        if asked not in self._said:
            if len(self._said) >= _REMEMBERED:
                self._said.clear()
            self._said[asked] = self._asked(model, claim, evidence, context)
        return self._said[asked]

    @staticmethod
    def _asked(
        model: LanguageModel, claim: str, evidence: Sequence[str], context: Sequence[str]
    ) -> float | None:
        messages = question_of(claim, evidence, context)
        tokens = sum(model.count_tokens(message.content) for message in messages)
        if tokens + _TEMPLATE_TOKENS >= model.context_tokens:
            return None
        return model.probability_of_yes(messages)

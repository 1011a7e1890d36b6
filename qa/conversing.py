"""Follow-up questions: said again so that they stand alone, and can be searched for.

A capable model rewrites them. With the starter model, which would invent, rules carry
the subject over from the turn before (`carrying_over.py`). What was searched is always shown.
"""

from __future__ import annotations

from collections.abc import Sequence

import prompts
from qa.answer import Answer
from qa.carrying_over import carried_over, leans_on_conversation
from qa.language_model import LanguageModel, Message

LONGEST_REWRITE = 300


def stand_alone(question: str, history: Sequence[Answer], model: LanguageModel | None) -> str:
    """Return the question so that it can be understood without the conversation.

    `history` holds the earlier answers, oldest first; `model` is a capable model or
    None. A question that does not lean on the conversation comes back unchanged.
    """
    if not history or not leans_on_conversation(question):
        return question
    if model is not None:
        rewritten = _by_model(question, history, model)
        if rewritten:
            return rewritten
    return carried_over(question, history[-1])


def _by_model(question: str, history: Sequence[Answer], model: LanguageModel) -> str | None:
    """Return the model's rewriting, or None when it is no usable question."""
    turns = [
        f"Q: {answer.searched}\nA: {' '.join(claim.text for claim in answer.claims) or '(none)'}"
        for answer in history[-3:]
    ]
    messages = [
        Message("system", prompts.load("stand_alone_system").fill()),
        Message(
            "user",
            prompts.load("stand_alone_user").fill(conversation="\n".join(turns), question=question),
        ),
    ]
    text = " ".join("".join(model.write(messages, max_tokens=96, stop=("\n\n",))).split())
    usable = text and len(text) <= LONGEST_REWRITE and text.count("?") <= 1
    return text if usable else None

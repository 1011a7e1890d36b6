"""The figures of a run: their names, what each means, and which way is better.

A figure is a ratio of sums over cases (see `scoring.Score`), or the mean of such ratios.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Better = Literal["higher", "lower", "neither"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table.

    `parts` are the names of the scores it is made of: one, or several of which the mean is
    taken. `gated` says whether a significant change for the worse fails the gate; a figure
    that is `exact` fails it by any.
    """

    name: str
    group: str
    label: str
    meaning: str
    better: Better = "higher"
    parts: tuple[str, ...] = ()
    gated: bool = True
    exact: bool = False
    rate: bool = True

    @property
    def made_of(self) -> tuple[str, ...]:
        """The names of its scores."""
        return self.parts or (self.name,)


FIGURES: tuple[Figure, ...] = (
    Figure("passage_hit_1", "retrieval", "passage hit@1",
           "the first passage found holds a gold sentence"),
    Figure("passage_hit_5", "retrieval", "passage hit@5",
           "one of the first five passages found holds a gold sentence"),
    Figure("passage_recall_5", "retrieval", "passage recall@5",
           "share of the gold sentences in the first five passages"),
    Figure("passage_mrr", "retrieval", "passage MRR",
           "1 / rank of the first passage with a gold sentence, averaged"),
    Figure("sentence_hit_1", "retrieval", "sentence hit@1",
           "the best evidence sentence is a gold sentence"),
    Figure("sentence_recall_10", "retrieval", "sentence recall@10",
           "share of the gold sentences among the ten best evidence sentences"),
    Figure("sentence_ndcg_10", "retrieval", "sentence nDCG@10",
           "discounted gain of the gold sentences among the ten best, against the best order"),
    Figure("right", "answer", "right answer",
           "an answerable question is answered with an accepted wording, and nothing known wrong"),
    Figure("token_f1", "answer", "token F1",
           "overlap of words with the accepted answer or a gold sentence, the best of them"),
    Figure("nugget_recall", "answer", "nugget recall",
           "share of the points said, in summaries and questions over several articles"),
    Figure("disagreement_shown", "answer", "disagreement shown",
           "every side of a disagreement is said, each citing an article of that side"),
    Figure("follow_up_right", "answer", "follow-up right",
           "right answers among answerable follow-up questions"),
    Figure("citation_recall", "citation", "citation recall",
           "claims that their citations entail together (ALCE; judge: our support check)"),
    Figure("citation_precision", "citation", "citation precision",
           "citations that their claim needs (ALCE; judge: our support check)"),
    Figure("gold_citation_recall", "citation", "gold citation recall",
           "share of what must be cited that is cited; no judge"),
    Figure("gold_citation_precision", "citation", "gold citation precision",
           "share of citations that point at a gold sentence; no judge"),
    Figure("quote_exact", "citation", "quote exactness",
           "text[start:end] == quote, in the file itself", exact=True),
    Figure("support_rate", "grounding", "support rate",
           "share of the claims shown whose verdict is supported"),
    Figure("leak", "grounding", "unsupported leak",
           "claims shown as supported that the strict judge or a known-wrong wording rejects",
           better="lower"),
    Figure("rejected", "grounding", "claims rejected",
           "claims shown, supported or not, that the strict judge or a known-wrong wording rejects",
           better="lower"),
    Figure("answered_answerable", "refusal", "answered when answerable",
           "answerable questions that are answered"),
    Figure("refused_unanswerable", "refusal", "refused when unanswerable",
           "unanswerable questions that are refused, or whose false premise is put right"),
    Figure("refusal_balanced", "refusal", "balanced accuracy",
           "the mean of the two refusal figures",
           parts=("answered_answerable", "refused_unanswerable")),
    Figure("prompt_tokens", "cost", "prompt tokens", "tokens read, a case",
           better="lower", gated=False, rate=False),
    Figure("completion_tokens", "cost", "completion tokens", "tokens written, a case",
           better="neither", gated=False, rate=False),
)  # fmt: skip

BY_NAME = {figure.name: figure for figure in FIGURES}

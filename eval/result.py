"""A run with its scores: what tables, reports and the gate are made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from eval.bootstrap import Difference, Interval, difference, interval
from eval.case import Case
from eval.figures import FIGURES, Figure
from eval.metrics import calibration, calibration_error, percentile, risk_coverage
from eval.run import Run
from eval.scoring import Scores, is_right, problems, score_run

PHASES = {
    "retrieve": "passages found",
    "evidence": "evidence shown",
    "first_token": "first word written",
    "total": "whole answer",
    "refused": "refusal",
}
"""What a person waits for. "refused" is the whole time of a refusal, the others of an answer."""


@dataclass(frozen=True)
class Result:
    """One setting's run over the cases, scored."""

    cases: Sequence[Case]
    run: Run
    scores: Mapping[str, Scores]

    @classmethod
    def of(cls, cases: Sequence[Case], run: Run) -> Result:
        """Score a run.

        Raises:
            GoldError: a case points at what the run's documents do not hold.

        """
        present = [case for case in cases if case.id in run.records]
        return cls(present, run, score_run(present, run.records, run.documents))

    @property
    def name(self) -> str:
        """The setting's name."""
        return self.run.setting.name

    @cached_property
    def intervals(self) -> dict[str, Interval]:
        """Every figure with its interval, by name."""
        return {figure.name: self._interval(figure) for figure in FIGURES}

    def _interval(self, figure: Figure) -> Interval:
        return interval(self.scores, figure.made_of)

    @cached_property
    def by_kind(self) -> dict[str, tuple[int, int]]:
        """How many cases of each kind came out right, and of how many that were scored."""
        counts: dict[str, tuple[int, int]] = {}
        for case in self.cases:
            right = is_right(self.scores[case.id])
            if right is not None:
                good, total = counts.get(case.kind, (0, 0))
                counts[case.kind] = (good + right, total + 1)
        return counts

    @cached_property
    def failed(self) -> dict[str, list[str]]:
        """What went wrong, by case id, for the cases where something did."""
        found = {case.id: problems(self.scores[case.id]) for case in self.cases}
        return {case: lines for case, lines in found.items() if lines}

    @cached_property
    def latency(self) -> dict[str, tuple[float, float, int]]:
        """For each phase the median and 95th percentile in ms since the question, and the count.

        A phase that an answer did not have (quotations need no model) is left out there.
        Summaries are left out: they are another thing to wait for.
        """
        measured = {}
        for phase in PHASES:
            values = self.times(phase)
            if values:
                median, late = percentile(values, 0.5), percentile(values, 0.95)
                measured[phase] = (median, late, len(values))
        return measured

    def times(self, phase: str) -> list[float]:
        """Return the milliseconds to the end of that phase, for each question that reached it."""
        status, mark = ("refused", "total") if phase == "refused" else ("answered", phase)
        found = []
        for case in self.cases:
            answer = self.run.records[case.id].answer
            if answer is not None and answer.status == status and case.kind != "summary":
                found.append(self.run.timings[case.id].phases.get(mark, 0.0))
        return [value for value in found if value > 0]

    @cached_property
    def confidences(self) -> list[tuple[float, bool]]:
        """For each question known to be answerable or not: the tool's probability, and which."""
        pairs = []
        for case in self.cases:
            answer = self.run.records[case.id].answer
            if case.kind != "summary" and case.answerable is not None and answer is not None:
                pairs.append((answer.answerable, case.answerable))
        return pairs

    @cached_property
    def calibration(self) -> list[tuple[float, float, int]]:
        """The reliability curve of the probability that a question can be answered."""
        return calibration([p for p, _ in self.confidences], [a for _, a in self.confidences])

    @property
    def calibration_error(self) -> float:
        """Its mean distance from the diagonal."""
        return calibration_error(self.calibration)

    @cached_property
    def risk_coverage(self) -> list[tuple[float, float]]:
        """What share of the questions taken up would be unanswerable, as more are taken up."""
        return risk_coverage([p for p, _ in self.confidences], [not a for _, a in self.confidences])


def compare(old: Result, new: Result) -> dict[str, Difference]:
    """Return the difference of every figure, new minus old, on the cases both hold."""
    return {figure.name: difference(old.scores, new.scores, figure.made_of) for figure in FIGURES}

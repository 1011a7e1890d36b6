"""A person reads made cases in the terminal: accept, edit or drop each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from eval.case import Case
from eval.case_files import load_cases
from index.errors import UsageError

CHOICES = "aedq"


def review(cases: Sequence[Case]) -> list[Case]:
    """Show each case and ask what to do with it; return those that were accepted.

    `q` ends the review: what was accepted so far is kept, the rest is dropped.
    """
    kept: list[Case] = []
    for number, case in enumerate(cases, start=1):
        click.echo(f"\n{number} of {len(cases)}")
        click.echo(described(case))
        choice = click.prompt(
            "accept, edit, drop or quit",
            type=click.Choice(list(CHOICES)),
            default="a",
            show_choices=True,
        )
        if choice == "q":
            break
        if choice != "d":
            kept.append(_edited(case) if choice == "e" else case)
    return kept


def described(case: Case) -> str:
    """Return a case as a person reads it."""
    lines = [f"question: {case.question}"]
    if case.answerable is False:
        lines.append("expected: a refusal (check that the articles really do not say)")
    if case.accepted:
        lines.append("answer:   " + " | ".join(" + ".join(wording) for wording in case.accepted))
    lines += [f"sentence: {gold.quote} ({gold.article})" for gold in case.gold]
    if case.note:
        lines.append(f"note:     {case.note}")
    return "\n".join(lines)


def append_cases(path: Path, cases: Sequence[Case]) -> int:
    """Add cases to a JSON Lines file, made when it is not there; return how many are new.

    A case whose id is in the file already is left out.

    Raises:
        UsageError: the file is not JSON Lines, or what is in it is not valid.

    """
    if path.suffix != ".jsonl":
        raise UsageError(f"{path} must end in .jsonl; made cases are written one a line")
    known = {case.id for case in load_cases(path).cases} if path.exists() else set()
    new = list({case.id: case for case in cases if case.id not in known}.values())
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write("".join(f"{case.as_line()}\n" for case in new))
    return len(new)


def _edited(case: Case) -> Case:
    """Ask for another question, and another answer where there is one; return keeps what is."""
    question = click.prompt("question", default=case.question).strip()
    if not case.accepted:
        return replace(case, question=question)
    first = " + ".join(case.accepted[0])
    answer = click.prompt("answer", default=first).strip()
    if answer == first:
        return replace(case, question=question)
    return replace(case, question=question, accepted=((answer,),))

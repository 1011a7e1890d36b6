"""`footnote verify`: an exported answer, looked up again in the article files."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from index.errors import UsageError
from ui.options import json_option, print_json

WORDS = {
    "holds": "holds",
    "moved": "moved: the words stand elsewhere in the article now",
    "changed": "changed: the words no longer stand in the article",
    "gone": "gone: the article cannot be read",
}


@click.command(short_help="Check an exported answer against the articles.")
@click.argument("file", type=click.Path(path_type=Path))
@json_option
def verify(file: Path, as_json: bool) -> int:
    """Look up every quotation of FILE (from `footnote ask --json`) at its place again.

    Exits with 1 when one no longer stands where the answer says.
    """
    from qa.checking import verify_export

    checks = verify_export(_document(file))
    holding = sum(check.outcome == "holds" for check in checks)
    if as_json:
        print_json(
            {"schema": 1, "citations": [asdict(check) for check in checks], "holding": holding}
        )
    else:
        for check in checks:
            detail = f" ({check.detail})" if check.detail else ""
            click.echo(f"[{check.number}] {check.title} - {WORDS[check.outcome]}{detail}")
        click.echo(f"{holding} of {len(checks)} quotations stand at their place.")
    return 0 if holding == len(checks) else 1


def _document(file: Path) -> dict[str, Any]:
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read {file}: {error}") from error
    except json.JSONDecodeError as error:
        raise UsageError(
            f"{file} is not JSON (line {error.lineno}: {error.msg}); "
            "export an answer with: footnote ask --json QUESTION > answer.json"
        ) from error
    if not isinstance(document, dict):
        raise UsageError(f"{file} holds no exported answer; it is a JSON list or a bare value")
    return document

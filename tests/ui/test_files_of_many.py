"""`footnote extract` and `footnote index` on files that hold many articles."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.files import COST, PRICE, mail, make_mbox, make_pdf, make_table, make_zip

FOOTNOTE = Path(sys.executable).parent / "footnote"


def run(*arguments: str | Path, library: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [FOOTNOTE, *map(str, arguments)],
        env=os.environ | {"FOOTNOTE_LIBRARY": str(library), "COLUMNS": "100"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_extract_shows_every_article_or_the_one_that_is_named(tmp_path: Path) -> None:
    box = make_mbox(tmp_path / "a.mbox", [mail(PRICE), mail(COST, subject="Cost")])
    done = run("extract", box, library=tmp_path)
    assert done.returncode == 0
    for words in (f"{box}#1", f"{box}#2", PRICE, COST, "Jane Miller"):
        assert words in done.stdout
    lines = run("extract", "--json", box, library=tmp_path).stdout.splitlines()
    assert [json.loads(line)["path"] for line in lines] == [f"{box}#1", f"{box}#2"]
    one = json.loads(run("extract", "--json", f"{box}#2", library=tmp_path).stdout)
    assert (one["title"], one["text"], one["author"]) == ("Cost", COST, "Jane Miller")


def test_extract_reports_what_it_cannot_read_and_shows_the_rest(tmp_path: Path) -> None:
    archive = make_zip(tmp_path / "a.zip", {"a.pdf": "broken", "b.txt": PRICE})
    done = run("extract", archive, library=tmp_path)
    assert done.returncode == 1
    assert PRICE in done.stdout
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"footnote: {archive}!/a.pdf is not whole")
    empty = run("extract", make_zip(tmp_path / "b.zip", {"a.png": ""}), library=tmp_path)
    assert (empty.returncode, empty.stderr) == (
        1,
        f"footnote: {tmp_path / 'b.zip'} holds no article\n",
    )


def test_extract_shows_the_pages_of_a_pdf(tmp_path: Path) -> None:
    path = make_pdf(tmp_path / "a.pdf", [[PRICE], [COST]], head="Gazette", title="Water")
    done = run("extract", path, library=tmp_path)
    assert "[page header]" in done.stdout
    document = json.loads(run("extract", "--json", path, library=tmp_path).stdout)
    assert document["text"][document["pages"][1] :].startswith(COST)


@pytest.mark.models
def test_index_takes_the_columns_that_are_named(tmp_path: Path) -> None:
    table = make_table(tmp_path / "a.csv", [{"a": PRICE, "b": "2024-05-02"}])
    library = tmp_path / "library"
    unnamed = run("index", table, library=library)
    assert unnamed.returncode == 1
    assert "--column text=COLUMN" in unnamed.stderr
    named = run("index", table, "--column", "text=a", "--column", "date=b", library=library)
    assert named.returncode == 0, named.stderr
    (listed,) = json.loads(run("library", "list", "--json", library=library).stdout)["articles"]
    assert (listed["published"], listed["locations"]) == ("2024-05-02", [f"{table}#1"])
    wrong = run("index", table, "--column", "colour=a", library=library)
    assert wrong.returncode == 2
    assert "write one of text=COLUMN" in wrong.stderr

"""From files of every format to citations: the words, their offsets and the page."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from index.embedding import Embedder
from index.library import Library
from index.retrieving import Retriever
from tests.helpers.files import (
    mail,
    make_docx,
    make_epub,
    make_mbox,
    make_odt,
    make_pdf,
    make_rtf,
    make_table,
    make_warc,
    make_zip,
    page,
)

pytestmark = pytest.mark.models

FOOTNOTE = Path(sys.executable).parent / "footnote"
STORIES = {
    "pdf": "The ferry to the island of Norderoog stops running at the end of October.",
    "docx": "The orchestra of Lindental plays its last concert in the old post office.",
    "odt": "The glacier above Sankt Veit has lost eleven metres of its length this summer.",
    "rtf": "The museum of clocks in Hagen bought a sundial from a monastery near Trier.",
    "mbox": "The lighthouse keeper of Amrum retires in March after forty years of service.",
    "epub": "The orchard behind the mill was planted by the grandfather of the miller.",
    "csv": "The satellite that the students of Bremen built sends pictures of the Baltic Sea.",
    "jsonl": "The bridge over the Elster is closed because its bolts have rusted through.",
    "zip": "The vineyard of Meersburg sold all of its wine to a hotel in Zurich.",
    "warc": "The library of Fulda found a map of the moon between two cookery books.",
}
FILLER = (
    "The council of the town met on Monday and spoke about the budget for the coming year.",
    "Several members asked for more time, and the mayor said that there was none to be had.",
    "A decision is to be taken in the spring, when the figures of the auditors are known.",
)


def told(name: str) -> list[str]:
    """Return a story's paragraphs, the sentence that is looked for in the middle."""
    return [" ".join(FILLER), STORIES[name], " ".join(reversed(FILLER))]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Path:
    """A library of one file of each format, with the starter embedder."""
    base = tmp_path_factory.mktemp("formats")
    files = base / "files"
    files.mkdir()
    head = "The Altstadt Gazette"
    pages = [[" ".join(FILLER)] * 3, [" ".join(FILLER)], told("pdf")]
    make_pdf(files / "a.pdf", pages, head=head, title="The ferry")
    make_docx(files / "a.docx", told("docx"), title="The orchestra", head=head)
    make_odt(files / "a.odt", told("odt"), heading="The glacier")
    make_rtf(files / "a.rtf", told("rtf"), title="The museum")
    mails = [mail("Hello."), mail("\n\n".join(told("mbox")), subject="The lighthouse")]
    make_mbox(files / "a.mbox", mails)
    make_epub(files / "a.epub", {"one.xhtml": "".join(f"<p>{p}</p>" for p in told("epub"))})
    make_table(files / "a.csv", [{"title": "The satellite", "text": "\n\n".join(told("csv"))}])
    make_table(files / "a.jsonl", [{"title": "The bridge", "body": "\n\n".join(told("jsonl"))}])
    make_zip(files / "a.zip", {"deep/a.html": page("The vineyard", told("zip"))})
    make_warc(files / "a.warc.gz", {"https://example.org/map": page("The map", told("warc"))})
    with Library.create_or_open(base / "library", embedder=embedder) as library:
        report = library.index([files])
        assert (report.failed, report.added) == ((), len(STORIES))
        assert library.check() == []
    return base / "library"


@pytest.mark.parametrize("name", STORIES)
def test_a_sentence_of_every_format_is_found_where_it_stands(
    folder: Path, embedder: Embedder, name: str
) -> None:
    with Library.open(folder, embedder=embedder) as library:
        hit = Retriever(library).search(STORIES[name], 1, None)[0]
        passage = hit.passage
        assert hit.article.text[passage.start : passage.end] == passage.text
        assert STORIES[name] in passage.text
        assert f"a.{name}" in (hit.article.path or "")
        start = hit.article.text.index(STORIES[name])
        assert hit.article.page_at(start) == (3 if name == "pdf" else None)


def test_the_citation_of_a_pdf_says_its_page(folder: Path) -> None:
    question = "When does the ferry to Norderoog stop running?"

    def ask(*options: str) -> str:
        done = subprocess.run(
            [FOOTNOTE, "ask", *options, question, "--library", folder],
            capture_output=True,
            text=True,
            check=False,
            env=os.environ | {"COLUMNS": "120"},
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    cited = json.loads(ask("--json"))["citations"]
    (citation,) = [each for each in cited if STORIES["pdf"] in each["quote"]]
    assert (citation["page"], citation["path"].endswith("a.pdf")) == (3, True)
    assert "· p. 3" in ask()

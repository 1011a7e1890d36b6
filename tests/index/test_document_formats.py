"""PDF, Word, OpenDocument and rich text: words, pages, furniture and what the file states."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from index.article import Article
from index.errors import ReadingError
from index.extracting import read_article
from index.splitting import sentence_spans
from tests.helpers.files import (
    AGAINST,
    COST,
    PARAGRAPHS,
    PRICE,
    make_docx,
    make_odt,
    make_pdf,
    make_rtf,
)

HEAD = "The Altstadt Gazette"


def body_of(article: Article) -> str:
    parts = (span.of(article.text).strip() for span in article.body_spans())
    return "\n".join(part for part in parts if part)


def marked(article: Article) -> list[tuple[str, str]]:
    return [(s.reason, article.text[s.start : s.end]) for s in article.boilerplate]


def sentences(article: Article) -> list[str]:
    return [span.of(article.text) for span in sentence_spans(article)]


def page_of(article: Article, words: str) -> int | None:
    return article.page_at(article.text.index(words))


def numbered(number: int) -> str:
    return f"Report {number} says that pump {number} of the town was repaired. {COST} {AGAINST}"


# PDF


def test_a_pdfs_lines_are_joined_and_its_pages_are_known(tmp_path: Path) -> None:
    pages = [[PRICE, numbered(1)], [numbered(2), numbered(3)], [numbered(4)]]
    article = read_article(make_pdf(tmp_path / "a.pdf", pages, head=HEAD, title="Water"))
    assert body_of(article).split("\n") == [PRICE, *(numbered(n) for n in (1, 2, 3, 4))]
    assert len(article.pages) == 3
    assert [page_of(article, f"Report {n} ") for n in (1, 2, 3, 4)] == [1, 2, 2, 3]
    assert page_of(article, PRICE) == 1


def test_heads_feet_and_page_numbers_of_a_pdf_are_marked_and_kept(tmp_path: Path) -> None:
    pages = [[numbered(n)] for n in range(4)]
    article = read_article(make_pdf(tmp_path / "a.pdf", pages, head=HEAD, title="Water"))
    assert marked(article).count(("page header", HEAD)) == 4
    numbers = [words for reason, words in marked(article) if reason == "page number"]
    assert numbers == [f"Page {n} of 4" for n in (1, 2, 3, 4)]


def test_a_line_that_recurs_inside_the_pages_is_no_furniture(tmp_path: Path) -> None:
    pages = [[numbered(n), "The pumps are old.", numbered(n + 10)] for n in range(3)]
    article = read_article(make_pdf(tmp_path / "a.pdf", pages, head=HEAD, title="Water"))
    assert body_of(article).count("The pumps are old.") == 3


def test_a_sentence_over_the_end_of_a_page_stays_whole_and_begins_on_the_first(
    tmp_path: Path,
) -> None:
    # The long paragraph makes fpdf break the page in its middle.
    long = " ".join(
        f"In year {n} the council of the town met {n} times about water." for n in range(90)
    )
    article = read_article(make_pdf(tmp_path / "a.pdf", [[long]], head=HEAD, title="Water"))
    assert len(article.pages) == 2
    assert body_of(article) == long
    assert article.text.index("In year 89") - article.pages[1] > 0
    crossing = next(s for s in sentence_spans(article) if s.start < article.pages[1] < s.end)
    assert article.page_at(crossing.start) == 1
    assert crossing.of(article.text).startswith("In year ")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("The water-\nworks of the town are old and", "The waterworks of the town"),
        ("A well-\nknown pump is a well-known pump and", "A well-known pump is a well-known"),
        ("The Anglo-\nSaxon pump of the town is old and", "The Anglo-Saxon pump"),
    ],
)
def test_a_word_cut_at_a_lines_end_is_whole_again(tmp_path: Path, written: str, read: str) -> None:
    article = read_article(make_pdf(tmp_path / "a.pdf", [[f"{written} {COST}"]], title="Water"))
    assert read in article.text
    assert "\ufffe" not in article.text


def test_title_author_and_date_of_a_pdf_are_its_own_only_when_they_say_something(
    tmp_path: Path,
) -> None:
    stated = read_article(
        make_pdf(tmp_path / "a.pdf", [[PRICE, COST]], title="Water report", author="Jane Miller")
    )
    assert (stated.title, stated.author) == ("Water report", "Jane Miller")
    assert (stated.published, stated.published_evidence) == ("2024-05-02", "file metadata")
    heading = "The price of water rises"
    made = read_article(
        make_pdf(tmp_path / "b.pdf", [PARAGRAPHS], title="Microsoft Word - b.doc", heading=heading)
    )
    assert made.title == heading
    assert ("title", heading) in marked(made)
    dated = read_article(
        make_pdf(tmp_path / "c.pdf", [["Published: 3 June 2023", *PARAGRAPHS]], heading=heading)
    )
    assert dated.published == "2023-06-03"
    assert dated.published_evidence == 'line 2: "Published: 3 June 2023"'


def test_a_pdf_that_cannot_be_read_says_why_in_one_line(tmp_path: Path) -> None:
    locked = make_pdf(tmp_path / "locked.pdf", [[PRICE]], password="secret")
    scanned = make_pdf(tmp_path / "scanned.pdf", [[], []])
    cut = tmp_path / "cut.pdf"
    cut.write_bytes(locked.read_bytes()[:300])
    for path, reason in (
        (locked, "is locked with a password"),
        (scanned, "holds no text on its 2 pages, only pictures.*ocrmypdf"),
        (cut, "is not whole or no PDF"),
    ):
        with pytest.raises(ReadingError, match=reason) as caught:
            read_article(path)
        assert "\n" not in str(caught.value)
        assert str(path) in str(caught.value)


# Word


def test_a_word_file_is_read_with_its_table_head_and_properties(tmp_path: Path) -> None:
    path = make_docx(
        tmp_path / "a.docx",
        PARAGRAPHS,
        title="Water price rises",
        author="Jane Miller",
        created=datetime(2024, 5, 2, tzinfo=UTC),
        head=HEAD,
        table=[["Year", "Price"], ["2023", "3.10 euros"]],
    )
    article = read_article(path)
    assert body_of(article).split("\n") == [*PARAGRAPHS, "Year\tPrice", "2023\t3.10 euros"]
    assert marked(article) == [("page header", HEAD), ("title", "Water price rises")]
    assert (article.title, article.author) == ("Water price rises", "Jane Miller")
    assert (article.published, article.published_evidence) == ("2024-05-02", "file metadata")


def test_the_date_of_a_template_is_no_date_of_a_word_file(tmp_path: Path) -> None:
    assert read_article(make_docx(tmp_path / "a.docx", PARAGRAPHS)).published is None


def test_a_word_file_is_read_as_its_changes_are_accepted(tmp_path: Path) -> None:
    import docx
    from docx.oxml import parse_xml

    namespace = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    document = docx.Document()
    paragraph = document.add_paragraph("The price ")
    for change in (
        '<w:ins><w:r><w:t xml:space="preserve">rises by </w:t></w:r></w:ins>',
        "<w:del><w:r><w:delText>falls by </w:delText></w:r></w:del>",
        "<w:moveFrom><w:r><w:t>perhaps </w:t></w:r></w:moveFrom>",
        '<w:hyperlink><w:r><w:t xml:space="preserve">four </w:t></w:r></w:hyperlink>',
        "<w:r><w:t>percent</w:t><w:br/><w:t>a year</w:t><w:tab/><w:t>or more.</w:t></w:r>",
    ):
        tag, _, rest = change.partition(">")
        paragraph._p.append(parse_xml(f"{tag} {namespace}>{rest}"))
    document.save(str(tmp_path / "a.docx"))
    assert (
        read_article(tmp_path / "a.docx").text == "The price rises by four percent a year or more."
    )


# OpenDocument


def test_an_opendocument_text_is_read(tmp_path: Path) -> None:
    path = make_odt(tmp_path / "a.odt", PARAGRAPHS, heading="Water price rises", author="J. Miller")
    article = read_article(path)
    assert body_of(article).split("\n") == list(PARAGRAPHS)
    assert marked(article) == [("title", "Water price rises")]
    assert (article.title, article.author) == ("Water price rises", "J. Miller")
    assert (article.published, article.published_evidence) == ("2024-05-02", "file metadata")


def test_lists_tables_notes_and_spaces_of_an_opendocument_text(tmp_path: Path) -> None:
    import odfdo

    document = odfdo.Document("text")
    document.body.clear()
    noted = odfdo.Paragraph("The price of water   rises")
    noted.append(odfdo.Note(note_id="n1", citation="1", body="Said the mayor in May."))
    noted.append(odfdo.Span(" by four percent."))
    document.body.append(noted)
    document.body.append(odfdo.List(["old pumps", "new pipes"]))
    table = odfdo.Table("prices")
    table.append(odfdo.Row())
    table.set_values([["Year", "Price"], [2023, "3.10"]])
    document.body.append(table)
    document.save(str(tmp_path / "a.odt"))
    lines = read_article(tmp_path / "a.odt").text.split("\n")
    assert lines[0] == "The price of water rises by four percent."
    assert lines[1] == "Said the mayor in May."
    assert lines[2:4] == ["old pumps", "new pipes"]
    assert lines[4] == "Year\tPrice"
    assert lines[5].endswith("3.10")


# Rich text


def test_rich_text_is_read(tmp_path: Path) -> None:
    paragraphs = [PRICE, "“Größer” {als} \\ erwartet, said the mayor.", AGAINST]
    article = read_article(
        make_rtf(tmp_path / "a.rtf", paragraphs, title="Water price rises", author="Jane Miller")
    )
    assert article.text.split("\n") == paragraphs
    assert (article.title, article.author) == ("Water price rises", "Jane Miller")
    assert (article.published, article.published_evidence) == ("2024-05-02", "file metadata")


@pytest.mark.parametrize("suffix", [".docx", ".odt", ".rtf", ".epub", ".zip"])
def test_bytes_that_are_not_what_the_name_says_are_refused_in_one_line(
    tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"a{suffix}"
    for data in (b"These are only words.", b"PK\x03\x04 and then nothing", b"{\\rtf1 a}"):
        path.write_bytes(data)
        if suffix == ".rtf" and data.startswith(b"{"):
            continue
        with pytest.raises(ReadingError, match=re.escape(str(path))) as caught:
            read_article(path)
        assert "\n" not in str(caught.value)

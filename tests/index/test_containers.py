"""Files of many articles: books, tables and archives, read member by member."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from index.article import Article
from index.errors import ReadingError, UsageError
from index.extracting import read_article, read_articles
from index.table_reading import parse_columns
from tests.helpers.files import (
    AGAINST,
    COST,
    PARAGRAPHS,
    PRICE,
    mail,
    make_epub,
    make_mbox,
    make_table,
    make_warc,
    make_zip,
    page,
    zipped,
)


def body_of(article: Article) -> list[str]:
    parts = (span.of(article.text).strip() for span in article.body_spans())
    return [line for part in parts for line in part.split("\n") if line]


def places(path: Path, **options: object) -> list[str]:
    return [
        (article.path or "").removeprefix(str(path))
        for article in read_articles(path, **options)  # type: ignore[arg-type]
    ]


# Books

CHAPTERS = {
    "one.xhtml": f"<h1>One</h1><p>{PRICE}</p><p>{COST}</p>",
    "two.xhtml": f'<h1>Two</h1><p>{AGAINST}</p><p><a id="n"/>{PRICE}</p>',
}


def test_every_chapter_of_a_book_is_an_article_of_it(tmp_path: Path) -> None:
    book = make_epub(tmp_path / "a.epub", CHAPTERS)
    articles = list(read_articles(book))
    assert [article.title for article in articles] == ["Chapter 1: one", "Chapter 2: two"]
    assert {(a.source, a.author, a.published) for a in articles} == {
        ("The Water of Altstadt", "Jane Miller", "2024-05-02")
    }
    assert places(book) == ["!/OEBPS/text/one.xhtml", "!/OEBPS/text/two.xhtml"]
    assert body_of(articles[1])[-2:] == [AGAINST, PRICE]
    assert read_article(Path(f"{book}!/OEBPS/text/two.xhtml")) == articles[1]


def test_a_copy_protected_book_says_so_and_one_with_locked_fonts_is_read(tmp_path: Path) -> None:
    def encryption(*names: str) -> dict[str, str]:
        data = "".join(
            f'<EncryptedData><CipherData><CipherReference URI="{n}"/></CipherData></EncryptedData>'
            for n in names
        )
        return {"META-INF/encryption.xml": f"<encryption>{data}</encryption>"}

    locked = encryption("OEBPS/cover.xhtml", *(f"OEBPS/text/{name}" for name in CHAPTERS))
    with pytest.raises(ReadingError, match="copy-protected"):
        list(read_articles(make_epub(tmp_path / "a.epub", CHAPTERS, extra=locked)))
    fonts = encryption("OEBPS/fonts/a.otf")
    assert len(places(make_epub(tmp_path / "b.epub", CHAPTERS, extra=fonts))) == 2


# Tables

ROWS = [
    {
        "Headline": "Water price rises",
        "Body": "\n\n".join(PARAGRAPHS),
        "Publish Date": "2024-05-02 10:00",
        "Publisher": "Altstadt Gazette",
        "Link": "https://example.org/water",
        "Authors": "Jane Miller",
    },
    {
        "Headline": 'Pumps, pipes; "and" more',
        "Body": f"{COST}\n{AGAINST}",
        "Publish Date": "soon",
        "Publisher": "",
        "Link": "javascript:alert(1)",
        "Authors": "",
    },
    {
        "Headline": "Empty",
        "Body": "",
        "Publish Date": "",
        "Publisher": "",
        "Link": "",
        "Authors": "",
    },
]


@pytest.mark.parametrize("suffix", [".csv", ".jsonl"])
def test_the_columns_of_a_table_are_known_by_their_names(tmp_path: Path, suffix: str) -> None:
    table = make_table(tmp_path / f"a{suffix}", ROWS)
    first, second = read_articles(table)
    assert (first.title, first.source) == ("Water price rises", "Altstadt Gazette")
    assert (first.published, first.published_evidence) == ("2024-05-02", "column of the table")
    assert (first.url, first.author) == ("https://example.org/water", "Jane Miller")
    assert first.text == "\n\n".join(PARAGRAPHS)
    assert (second.title, second.published, second.url) == ('Pumps, pipes; "and" more', None, None)
    assert places(table) == ["#1", "#2"]


@pytest.mark.parametrize("delimiter", [";", "\t", "|", ","])
def test_a_table_may_be_parted_by_other_signs_and_be_of_an_older_encoding(
    tmp_path: Path, delimiter: str
) -> None:
    table = tmp_path / "a.csv"
    text = "Das Wasser in Köln wird teurer, sagte die Bürgermeisterin am Montag."
    table.write_bytes(f'title{delimiter}text\r\nWasser{delimiter}"{text}"\r\n'.encode("cp1252"))
    (article,) = read_articles(table)
    assert (article.title, article.text) == ("Wasser", text)


def test_columns_may_be_named(tmp_path: Path) -> None:
    rows = [{"a": PRICE, "b": "2 May 2024", "title": "Water"}]
    table = make_table(tmp_path / "a.csv", rows)
    with pytest.raises(ReadingError, match="--column text=COLUMN"):
        list(read_articles(table))
    (article,) = read_articles(table, columns=parse_columns(("text=a", "date=b")))
    assert (article.text, article.published, article.title) == (PRICE, "2024-05-02", "Water")
    with pytest.raises(ReadingError, match="has no column c for the text: its columns are a, b"):
        list(read_articles(table, columns={"text": "c"}))


@pytest.mark.parametrize("pair", ["text", "text=", "colour=a", "=a"])
def test_a_column_that_is_none_is_refused(pair: str) -> None:
    with pytest.raises(UsageError, match="write one of text=COLUMN"):
        parse_columns((pair,))


def test_a_row_of_html_is_read_as_a_page(tmp_path: Path) -> None:
    rows = [{"title": "Water", "content": page("Water", PARAGRAPHS * 2)}]
    (article,) = read_articles(make_table(tmp_path / "a.jsonl", rows))
    assert body_of(article) == list(PARAGRAPHS * 2)
    assert article.published == "2024-05-02"


def test_a_line_that_is_no_object_is_reported_and_stops_nothing(tmp_path: Path) -> None:
    table = tmp_path / "a.jsonl"
    lines = [json.dumps({"text": PRICE}), "{broken", "[1, 2]", json.dumps({"text": COST})]
    table.write_text("\n".join(lines), "utf-8")
    failed: list[str] = []
    found = list(read_articles(table, failed=lambda place, _: failed.append(place)))
    assert [article.text for article in found] == [PRICE, COST]
    assert failed == [f"{table}#2", f"{table}#3"]


# Archives


def test_a_zip_file_is_read_like_a_folder_and_what_is_in_it_too(tmp_path: Path) -> None:
    box = make_mbox(tmp_path / "box.mbox", [mail(PRICE), mail(COST, subject="Cost")])
    inner = zipped({"deep/b.txt": AGAINST, "c.csv": f"title,text\nC,{COST!r}\n"})
    archive = make_zip(
        tmp_path / "a.zip",
        {
            "pages/a.html": page("Water price rises", PARAGRAPHS * 2),
            "picture.png": b"\x89PNG",
            ".hidden.txt": PRICE,
            "__MACOSX/pages/._a.html": b"\x00\x01",
            "box.mbox": box.read_bytes(),
            "../../outside.txt": PRICE,
            "inner.zip": inner,
            "broken.pdf": b"%PDF-",
        },
    )
    before = sorted(tmp_path.rglob("*"))
    failed: list[str] = []
    found = list(read_articles(archive, failed=lambda place, _: failed.append(place)))
    assert [(a.path or "").removeprefix(str(archive)) for a in found] == [
        "!/pages/a.html",
        "!/box.mbox#1",
        "!/box.mbox#2",
        "!/../../outside.txt",
        "!/inner.zip!/deep/b.txt",
        "!/inner.zip!/c.csv#1",
    ]
    assert failed == [f"{archive}!/broken.pdf"]
    assert sorted(tmp_path.rglob("*")) == before
    assert body_of(found[0]) == list(PARAGRAPHS * 2)
    assert read_article(Path(f"{archive}!/inner.zip!/c.csv#1")) == found[5]


def test_archives_are_read_three_deep_and_no_deeper(tmp_path: Path) -> None:
    data = zipped({"a.txt": PRICE})
    for _ in range(2):
        data = zipped({"z.zip": data})
    assert places(make_zip(tmp_path / "a.zip", {"z.zip": data, "b.txt": COST})) == [
        "!/z.zip!/z.zip!/z.zip!/a.txt",
        "!/b.txt",
    ]
    data = zipped({"z.zip": data})
    failed: list[str] = []
    path = make_zip(tmp_path / "b.zip", {"z.zip": data})
    assert list(read_articles(path, failed=lambda _, error: failed.append(str(error)))) == []
    assert len(failed) == 1
    assert "more than 3 archives deep" in failed[0]


@pytest.mark.parametrize("suffix", [".warc", ".warc.gz"])
def test_the_pages_of_a_web_archive_are_read_with_their_addresses(
    tmp_path: Path, suffix: str
) -> None:
    pages = {
        f"https://example.org/{n}": page(f"Water {n}", [*PARAGRAPHS, f"Pump {n} is new."] * 2)
        for n in range(3)
    }
    archive = make_warc(tmp_path / f"a{suffix}", pages)
    articles = list(read_articles(archive))
    assert [article.url for article in articles] == list(pages)
    assert places(archive) == ["#1", "#2", "#3"]
    assert articles[2].title == "Water 2"
    assert "Pump 2 is new." in body_of(articles[2])
    # The day of crawling is not the day of publication.
    assert {article.published for article in articles} == {"2024-05-02"}


def test_a_web_archive_that_is_cut_off_gives_what_is_whole_and_one_line(tmp_path: Path) -> None:
    pages = {f"https://example.org/{n}": page("Water", PARAGRAPHS * 2) for n in range(3)}
    archive = make_warc(tmp_path / "a.warc", pages)
    data = archive.read_bytes()
    archive.write_bytes(data[: data.rindex(b"</article>") - 100])
    found: list[Article] = []
    with pytest.raises(ReadingError, match="is not whole") as caught:
        found.extend(read_articles(archive))
    assert len(found) == 2
    assert "\n" not in str(caught.value)

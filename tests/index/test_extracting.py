"""From bytes to an article: the file's own characters, and one clear line for what is none."""

from __future__ import annotations

import codecs
import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import Article
from index.errors import ReadingError
from index.extracting import FORMATS, read_article, read_article_bytes
from index.splitting import split_into_passages

BODY = """\
The town council of Altstadt agreed on Monday to raise the price of water by four percent.

The decision, which was expected, costs a family about thirty euros a year, said the mayor.

Two members of the council voted against it because the pumps had been repaired last year.
"""


def reads(data: bytes, name: str = "a.txt", url: str | None = None) -> Article:
    return read_article_bytes(data, name, url)


def body_of(article: Article) -> str:
    return "\n".join(span.of(article.text).strip() for span in article.body_spans()).strip()


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("suffix", [".txt", ".md"])
def test_line_ends_stay_as_they_are(tmp_path: Path, line_end: str, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    text = BODY.replace("\n", line_end).rstrip()
    path.write_bytes(text.encode())
    assert read_article(path).text == text


def test_the_path_is_absolute_and_stands_alone(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(BODY, "utf-8")
    here = Path.cwd()
    os.chdir(tmp_path)
    try:
        article = read_article(Path("a.txt"))
    finally:
        os.chdir(here)
    assert article.path == str(tmp_path / "a.txt")
    assert article.url is None


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le-bom", "utf-32", "cp1252", "utf-16-be-bom"],
)
def test_an_encoding_is_found(encoding: str) -> None:
    text = BODY.replace("Altstadt", "Köln").replace("mayor", "mayor, “Zoë”")
    marks = {"utf-16-le-bom": codecs.BOM_UTF16_LE, "utf-16-be-bom": codecs.BOM_UTF16_BE}
    mark = marks.get(encoding, b"")
    article = reads(mark + text.encode(encoding.removesuffix("-bom")))
    assert article.text.removeprefix("\ufeff") == text


def test_a_byte_order_mark_is_a_character_of_the_text_and_not_of_the_body() -> None:
    article = reads(codecs.BOM_UTF8 + BODY.encode())
    assert article.text == "\ufeff" + BODY
    assert not any(span.start == 0 for span in article.body_spans())
    assert split_into_passages(article)[0].text.startswith("The town council")


def test_older_encodings_of_other_languages_are_found() -> None:
    russian = "Городской совет решил в понедельник, что цена на воду не будет расти. " * 12
    assert reads(russian.encode("cp1251")).text == russian
    assert reads(russian.encode("cp1251")).language == "ru"


MISTAKES = {
    "empty.txt": (b"", "is empty"),
    "blank.txt": (b" \n\t\n", "is empty"),
    "image.txt": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 40, "is not text"),
    "nul.txt": (b"A line.\x00Another line.\n", "NUL bytes"),
    "archive.md": (b"PK\x03\x04" + bytes(range(1, 32)) * 50, "is not text"),
    "report.pdf": (b"%PDF-1.7", "is not whole or no PDF"),
    "picture.png": (b"\x89PNG", "has no known format"),
    "noname": (b"A line.", "has no known format"),
    "empty.html": (b"<html><body><script>var a;</script></body></html>", "no visible text"),
    "nothing.html": (b"", "is empty"),
    "mark.txt": (codecs.BOM_UTF8, "is empty"),
    "invisible.md": ("\u200b \u2060\n".encode(), "is empty"),
}


@pytest.mark.parametrize("name", sorted(MISTAKES))
def test_a_file_that_is_no_article_gives_one_line_with_its_path(tmp_path: Path, name: str) -> None:
    data, reason = MISTAKES[name]
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(ReadingError, match=re.escape(reason)) as caught:
        read_article(path)
    message = str(caught.value)
    assert str(path) in message
    assert "\n" not in message


def test_a_folder_and_a_missing_file_say_so(tmp_path: Path) -> None:
    with pytest.raises(ReadingError, match="is a folder"):
        read_article(tmp_path)
    with pytest.raises(ReadingError, match="does not exist"):
        read_article(tmp_path / "missing.txt")


def test_a_file_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    circle = tmp_path / "circle.txt"
    circle.symlink_to(circle)
    with pytest.raises(ReadingError, match="cannot be read: Too many levels"):
        read_article(circle)
    pipe = tmp_path / "pipe.txt"
    os.mkfifo(pipe)
    with pytest.raises(ReadingError, match="is not a file"):
        read_article(pipe)


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    with path.open("wb") as file:
        file.truncate(FORMATS[".html"].largest + 1)
    with pytest.raises(ReadingError, match="10,000,001 bytes, more than the 10,000,000"):
        read_article(path)


@given(st.binary(max_size=300), st.sampled_from([".txt", ".md", ".html"]))
def test_any_bytes_are_an_article_or_a_reading_error(data: bytes, suffix: str) -> None:
    try:
        article = reads(data, f"a{suffix}")
    except ReadingError as error:
        assert "\n" not in str(error)  # noqa: PT017 - both outcomes are right
    else:
        assert article.text
        assert article.title


@given(st.text(alphabet=st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1))
def test_utf8_text_is_read_back_as_it_was_written(text: str) -> None:
    if any(character.isalnum() for character in text):
        assert reads(text.encode()).text == text


FRONT_MATTER = f"""\
---
title: "Water: the price rises"
date: 2024-05-02
source: Altstadt Gazette
tags: [water, council]
---

# Water: the price rises

{BODY}
## What comes next

- the pumps
- the pipes
"""


def test_front_matter_of_markdown_is_its_metadata_and_no_body() -> None:
    article = reads(FRONT_MATTER.encode(), "a.md")
    assert article.title == "Water: the price rises"
    assert article.source == "Altstadt Gazette"
    assert (article.published, article.published_evidence) == ("2024-05-02", "front matter")
    assert article.text == FRONT_MATTER
    body = body_of(article)
    assert body.startswith("The town council")
    assert body.endswith("## What comes next\n\n- the pumps\n- the pipes")
    assert [span.reason for span in article.boilerplate] == ["front matter", "title"]


def test_a_first_level_heading_is_the_title_of_markdown() -> None:
    article = reads(f"# Notes on water\n\n- pumps\n- pipes\n\n{BODY}".encode(), "a.md")
    assert article.title == "Notes on water"
    assert body_of(article).startswith("- pumps")


@pytest.mark.parametrize("matter", ["---\n: [\n---\n", "---\n- a\n---\n", "---\nno end\n", "---\n"])
def test_front_matter_that_is_none_does_no_harm(matter: str) -> None:
    assert "price of water" in body_of(reads(f"{matter}\n{BODY}".encode(), "a.md"))


PARAGRAPHS = "".join(f"<p>{line}</p>" for line in BODY.split("\n\n")) * 2
PAGE = f"""\
<!DOCTYPE html><html lang="en"><head><title>Water price rises - Altstadt Gazette</title>
<meta property="og:site_name" content="Altstadt Gazette">
<script type="application/ld+json">
{{"@context": "https://schema.org", "@graph": [{{"@type": "NewsArticle",
 "headline": "Water price rises", "datePublished": "2024-05-02T08:00:00+02:00"}}]}}
</script><style>p {{ color: red }}</style></head>
<body><nav><ul><li><a href="/">Home</a></li><li><a href="/p">Politics</a></li></ul></nav>
<article><h1>Water price rises</h1><p class="meta">2 May 2024</p>{PARAGRAPHS}
<table><tr><th>Year</th><th>Price</th></tr><tr><td>2023</td><td>3.10 &euro;</td></tr></table>
</article>
<section><h2>Related articles</h2><a href="/1">Mayor of Altstadt Opens New Bridge</a></section>
<footer>&copy; 2024 Gazette Media</footer></body></html>
"""


def test_a_pages_body_is_found_and_all_its_text_is_kept() -> None:
    article = reads(PAGE.encode(), "a.html")
    body = body_of(article)
    assert body.startswith("The town council of Altstadt agreed on Monday")
    assert "Mayor of Altstadt" not in body
    assert "Politics" not in body
    for words in ("Home", "Politics", "Related articles", "Mayor of Altstadt", "Gazette Media"):
        assert words in article.text
    assert "color" not in article.text
    assert "NewsArticle" not in article.text
    assert "2023\t3.10 €" in article.text


def test_a_pages_title_source_and_date_are_those_it_states() -> None:
    article = reads(PAGE.encode(), "a.html", "https://example.org/water")
    assert (article.title, article.source) == ("Water price rises", "Altstadt Gazette")
    assert (article.published, article.published_evidence) == (
        "2024-05-02",
        "json-ld datePublished",
    )
    assert article.url == "https://example.org/water"
    titles = [s for s in article.boilerplate if s.reason == "title"]
    assert [article.text[s.start : s.end] for s in titles] == ["Water price rises"]


@pytest.mark.parametrize(
    ("stated", "evidence"),
    [
        (
            '<meta property="article:published_time" content="2024-05-02T08:00:00Z">',
            "meta article:published_time",
        ),
        ('<meta name="date" content="20240502">', "meta date"),
        ('<time datetime="2024-05-02" itemprop="datePublished">2 May</time>', "time element"),
        ('<time datetime="2024-05-02">2 May</time>', "time element"),
        ("", None),
        ('<time datetime="2024-05-02"></time><time datetime="2023-05-02"></time>', None),
        ('<meta name="date" content="yesterday">', None),
    ],
)
def test_a_pages_date_has_its_evidence_or_is_none(stated: str, evidence: str | None) -> None:
    page = f"<html><body>{stated}<article>{PARAGRAPHS}</article></body></html>"
    article = reads(page.encode(), "a.html")
    assert article.published_evidence == evidence
    assert article.published == ("2024-05-02" if evidence else None)


def test_a_page_is_read_in_the_encoding_it_states() -> None:
    page = PAGE.replace("Altstadt", "Köln").replace(
        '<meta property="og', '<meta charset="iso-8859-1"><meta property="og'
    )
    assert "council of Köln agreed" in body_of(reads(page.encode("iso-8859-1"), "a.html"))


def test_a_fragment_of_a_page_is_read() -> None:
    article = reads(f"<h1>Water price rises</h1>{PARAGRAPHS}".encode(), "a.html")
    assert "price of water" in body_of(article)


def test_a_page_with_hardly_any_text_is_read_as_text() -> None:
    article = reads(b"<html><body><p>It rained in Berlin.</p></body></html>", "a.htm")
    assert body_of(article) == "It rained in Berlin."


@pytest.mark.parametrize("tag", ["div", "b", "blockquote", "ul><li", "table><tr><td"])
def test_deep_nesting_is_read_or_refused_in_one_line(tag: str) -> None:
    page = "<html><body>" + f"<{tag}>" * 5000 + PARAGRAPHS
    try:
        article = reads(page.encode(), "a.html")
    except ReadingError as error:
        assert "\n" not in str(error)  # noqa: PT017 - both outcomes are right
    else:
        assert "price of water" in article.text


def test_html_without_a_suffix_is_read_when_it_has_an_address() -> None:
    article = reads(PAGE.encode(), "water", "https://example.org/water")
    assert "price of water" in body_of(article)
    assert article.path is None

"""Files of every format, made with the libraries that people's programs are made of."""

from __future__ import annotations

import gzip
import io
import json
import mailbox
import warnings
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

PRICE = "The town council of Altstadt agreed on Monday to raise the price of water by four percent."
COST = "The decision, which was expected, costs a family about thirty euros a year, said the mayor."
AGAINST = (
    "Two members of the council voted against it because the pumps had been repaired last year."
)
PARAGRAPHS = (PRICE, COST, AGAINST)


def make_pdf(
    path: Path,
    pages: Sequence[Sequence[str]],
    *,
    head: str = "",
    title: str = "",
    author: str = "",
    heading: str = "",
    password: str = "",
    created: datetime | None = None,
) -> Path:
    """Write a PDF with a running head and "Page N of M" at the foot; text wraps at 11 points."""
    from fpdf import FPDF

    class Document(FPDF):  # type: ignore[misc]  # fpdf2 ships no types
        def header(self) -> None:
            if head:
                self.set_font("Helvetica", size=9)
                self.cell(0, 8, head)
                self.ln(12)

        def footer(self) -> None:
            if head:
                self.set_y(-15)
                self.set_font("Helvetica", size=9)
                self.cell(0, 8, f"Page {self.page_no()} of {len(pages)}", align="C")

    document: Any = Document()
    document.set_title(title)
    document.set_author(author)
    document.set_creation_date(created or datetime(2024, 5, 2, tzinfo=UTC))
    if password:
        document.set_encryption(owner_password="owner", user_password=password)
    for number, paragraphs in enumerate(pages):
        document.add_page()
        if heading and number == 0:
            document.set_font("Helvetica", "B", 20)
            document.multi_cell(0, 10, heading)
            document.ln(6)
        document.set_font("Helvetica", size=11)
        for paragraph in paragraphs:
            document.multi_cell(0, 6, paragraph, align="L")
            document.ln(4)
    document.output(str(path))
    return path


def make_docx(
    path: Path,
    paragraphs: Iterable[str],
    *,
    title: str = "",
    author: str = "",
    created: datetime | None = None,
    head: str = "",
    table: Sequence[Sequence[str]] = (),
) -> Path:
    """Write a Word file with a title, paragraphs, a page head and a table."""
    import docx

    document = docx.Document()
    document.core_properties.author = author
    if created:
        document.core_properties.created = created
    if head:
        document.sections[0].header.paragraphs[0].text = head
    if title:
        document.add_heading(title, 0)
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    if table:
        made = document.add_table(len(table), len(table[0]))
        for row, cells in enumerate(table):
            for column, words in enumerate(cells):
                made.cell(row, column).text = words
    document.save(str(path))
    return path


def make_odt(path: Path, paragraphs: Iterable[str], *, heading: str = "", author: str = "") -> Path:
    """Write an OpenDocument text."""
    import odfdo

    document: Any = odfdo.Document("text")
    document.body.clear()
    document.meta.title = heading
    if author:
        document.meta.initial_creator = author
    document.meta.creation_date = datetime(2024, 5, 2)
    if heading:
        document.body.append(odfdo.Header(1, heading))
    for paragraph in paragraphs:
        document.body.append(odfdo.Paragraph(paragraph))
    document.save(str(path))
    return path


def make_rtf(path: Path, paragraphs: Iterable[str], *, title: str = "", author: str = "") -> Path:
    """Write rich text as word processors do: a header of groups, then paragraphs."""
    info = rf"{{\info{{\title {title}}}{{\author {author}}}{{\creatim\yr2024\mo5\dy2\hr9\min0}}}}"
    body = "".join(rf"\pard\plain {escaped_rtf(each)}\par" + "\n" for each in paragraphs)
    fonts = r"{\fonttbl{\f0\froman Times New Roman;}}"
    path.write_bytes((r"{\rtf1\ansi\ansicpg1252\deff0" + fonts + info + body + "}").encode("ascii"))
    return path


def escaped_rtf(text: str) -> str:
    """Return text as rich text writes it."""
    return "".join(
        f"\\{each}" if each in "\\{}" else each if each.isascii() else f"\\u{ord(each)}?"
        for each in text
    )


def mail(
    text: str,
    *,
    subject: str = "Water price rises",
    sender: str = "Jane Miller <jane@example.org>",
    date: str = "Thu, 02 May 2024 23:30:00 +0200",
    html: str = "",
) -> EmailMessage:
    """Return a mail; with both texts it has both as alternatives."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, "desk@example.org", subject
    message["Date"], message["Message-ID"] = date, f"<{abs(hash(text))}@example.org>"
    if text:
        message.set_content(text)
        if html:
            message.add_alternative(html, subtype="html")
    elif html:
        message.set_content(html, subtype="html")
    return message


def make_mbox(path: Path, mails: Iterable[EmailMessage]) -> Path:
    """Write mails as one mbox file."""
    box = mailbox.mbox(path)
    for each in mails:
        box.add(each)
    box.flush()
    box.close()
    return path


def make_zip(path: Path, members: Mapping[str, bytes | str]) -> Path:
    """Write a zip file."""
    path.write_bytes(zipped(members))
    return path


def zipped(members: Mapping[str, bytes | str]) -> bytes:
    """Return the bytes of a zip file."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


def make_epub(path: Path, chapters: Mapping[str, str], *, extra: Mapping[str, str] = {}) -> Path:
    """Write a book of chapters (file name: XHTML body) with a cover, a contents page and an NCX."""
    items = "".join(
        f'<item id="c{n}" href="text/{name}" media-type="application/xhtml+xml"/>'
        for n, name in enumerate(chapters)
    )
    spine = "".join(f'<itemref idref="c{n}"/>' for n in range(len(chapters)))
    entries = "".join(
        f'<li><a href="text/{name}#start">Chapter {n}: <i>{name[:-6]}</i></a></li>'
        for n, name in enumerate(chapters, 1)
    )
    xhtml = '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml">'
    members = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": (
            '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0">'
            '<rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'
        ),
        "OEBPS/book.opf": (
            '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata><dc:title>The Water of Altstadt'
            "</dc:title><dc:creator>Jane Miller</dc:creator><dc:date>2024-05-02T00:00:00Z</dc:date>"
            '</metadata><manifest><item id="nav" href="nav.xhtml" properties="nav" '
            'media-type="application/xhtml+xml"/><item id="cover" href="cover.xhtml" '
            f'media-type="application/xhtml+xml"/>{items}</manifest>'
            f'<spine><itemref idref="cover"/><itemref idref="nav"/>{spine}</spine></package>'
        ),
        "OEBPS/nav.xhtml": f"{xhtml}<body><nav><ol>{entries}</ol></nav></body></html>",
        "OEBPS/cover.xhtml": f'{xhtml}<body><img src="cover.png"/></body></html>',
        **{
            f"OEBPS/text/{name}": f"{xhtml}<head><title/></head><body>{body}</body></html>"
            for name, body in chapters.items()
        },
        **extra,
    }
    return make_zip(path, members)


def make_warc(path: Path, pages: Mapping[str, str]) -> Path:
    """Write a web archive: for each page a request, an answer, and one answer with status 404."""
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    with path.open("wb") as stream, warnings.catch_warnings():
        # The writer leaves its temporary files to be closed when they are forgotten.
        warnings.simplefilter("ignore", ResourceWarning)
        writer: Any = WARCWriter(stream, gzip=path.name.endswith(".gz"))
        for url, html in pages.items():
            for status, kind, body in (
                ("200 OK", "text/html; charset=utf-8", html),
                ("404 Not Found", "text/html", "<html><body><p>Nothing is here.</p></body></html>"),
                ("200 OK", "image/png", "not a page"),
            ):
                headers: Any = StatusAndHeaders(status, [("Content-Type", kind)], "HTTP/1.1")
                record = writer.create_warc_record(
                    url, "response", payload=io.BytesIO(body.encode()), http_headers=headers
                )
                writer.write_record(record)
        del record, writer
    return path


def page(title: str, paragraphs: Sequence[str], *, date: str = "2024-05-02") -> str:
    """Return a news page with a menu and a footer."""
    body = "".join(f"<p>{each}</p>" for each in paragraphs)
    return (
        f"<!DOCTYPE html><html><head><title>{title}</title>"
        '<meta property="og:site_name" content="Altstadt Gazette">'
        f'<meta property="article:published_time" content="{date}"></head><body>'
        '<nav><ul><li><a href="/">Home</a></li><li><a href="/p">Politics</a></li></ul></nav>'
        f"<article><h1>{title}</h1>{body}</article>"
        "<footer>&copy; 2024 Gazette Media</footer></body></html>"
    )


def make_table(path: Path, rows: Sequence[Mapping[str, object]]) -> Path:
    """Write rows as .csv or .jsonl, by the path's suffix."""
    import csv

    if path.suffix == ".jsonl":
        path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
        return path
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def gzipped(data: bytes) -> bytes:
    """Return the data compressed."""
    return gzip.compress(data)

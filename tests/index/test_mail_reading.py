"""Mails: the text, who sent it and when; what is quoted and signed is marked."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest

from index.article import Article
from index.errors import ReadingError
from index.extracting import read_article, read_articles
from tests.helpers.files import AGAINST, COST, PARAGRAPHS, PRICE, mail, make_mbox, page


def written(folder: Path, message: EmailMessage | bytes, name: str = "a.eml") -> Article:
    path = folder / name
    path.write_bytes(message if isinstance(message, bytes) else message.as_bytes())
    return read_article(path)


def body_of(article: Article) -> list[str]:
    parts = (span.of(article.text).strip() for span in article.body_spans())
    return [line for part in parts for line in part.split("\n") if line]


def marked(article: Article, reason: str) -> list[str]:
    spans = [s for s in article.boilerplate if s.reason == reason]
    return [line for s in spans for line in article.text[s.start : s.end].split("\n") if line]


def test_subject_sender_and_date_are_title_source_and_date(tmp_path: Path) -> None:
    article = written(tmp_path, mail("\n\n".join(PARAGRAPHS)))
    assert (article.title, article.author) == ("Water price rises", "Jane Miller")
    assert article.source == "Jane Miller"
    # The day on the sender's clock, not the one in Greenwich.
    assert (article.published, article.published_evidence) == ("2024-05-02", "mail header Date")
    assert article.text == "\n\n".join(PARAGRAPHS)
    assert article.boilerplate == ()


def test_the_plain_text_of_a_mail_goes_before_its_html(tmp_path: Path) -> None:
    article = written(tmp_path, mail(PRICE, html="<p>Another text.</p>"))
    assert article.text == PRICE


def test_the_html_of_a_mail_without_text_is_read(tmp_path: Path) -> None:
    style = "<style>p { color: red }</style>"
    html = f"<html><head>{style}</head><body><p>{PRICE}</p><p>{COST}</p></body></html>"
    article = written(tmp_path, mail("", html=html))
    assert article.text.split("\n") == [PRICE, COST]


REPLY = f"""\
{PRICE}

On Wed, 1 May 2024 at 10:00, Peter Smith <peter@example.org>
wrote:
> Will the price of water rise?
>
> > It was said to.

{COST}

--\x20
Jane Miller
The Altstadt Gazette
"""


def test_quotations_and_the_signature_are_marked(tmp_path: Path) -> None:
    article = written(tmp_path, mail(REPLY))
    assert body_of(article) == [PRICE, COST]
    assert marked(article, "quoted reply") == [
        "On Wed, 1 May 2024 at 10:00, Peter Smith <peter@example.org>",
        "wrote:",
        "> Will the price of water rise?",
        ">",
        "> > It was said to.",
    ]
    assert marked(article, "signature") == ["--", "Jane Miller", "The Altstadt Gazette"]


@pytest.mark.parametrize(
    "head",
    [
        "-----Original Message-----",
        "---------- Forwarded message ---------",
        "From: Peter Smith\nSent: Wednesday, 1 May 2024\nTo: Jane Miller",
        "________________________________",
        "Am 1. Mai 2024 um 10:00 schrieb Peter Smith:\n> Frage",
        "Le mer. 1 mai 2024, Peter Smith a écrit :\n> Question",
    ],
)
def test_an_older_mail_below_is_marked(tmp_path: Path, head: str) -> None:
    article = written(tmp_path, mail(f"{PRICE}\n\n{COST}\n\n{head}\n"))
    assert body_of(article) == [PRICE, COST]
    assert marked(article, "quoted reply") == head.split("\n")


def test_a_sentence_that_begins_like_an_attribution_is_body(tmp_path: Path) -> None:
    said = "On Monday the mayor wrote: the price has to rise."
    assert body_of(written(tmp_path, mail(f"{PRICE}\n\n{said}"))) == [PRICE, said]


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "no-such-charset"])
def test_a_mail_in_another_encoding_or_none_that_is_known(tmp_path: Path, charset: str) -> None:
    text = "Der Preis für Wasser in Köln steigt um vier Prozent, sagte der Bürgermeister."
    encoded = text.encode("utf-8" if charset == "no-such-charset" else charset)
    head = (
        "From: J\nSubject: =?utf-8?q?Preis_f=C3=BCr_Wasser?=\n"
        f"Content-Type: text/plain; charset={charset}\n\n"
    )
    article = written(tmp_path, head.encode() + encoded)
    assert (article.title, article.text) == ("Preis für Wasser", text)


def test_broken_headers_do_not_hide_a_mail(tmp_path: Path) -> None:
    data = (
        b"From: <<>,,;@\nDate: yesterday\nSubject: \xff\xfe\nContent-Type: text/plain; charset\n\n"
    )
    article = written(tmp_path, data + PRICE.encode())
    assert article.text == PRICE
    assert article.published is None


def test_a_mail_without_text_is_refused_and_passed_over_in_a_mailbox(tmp_path: Path) -> None:
    empty = EmailMessage()
    empty["Subject"] = "A picture"
    empty.add_attachment(b"\x89PNG", maintype="image", subtype="png")
    with pytest.raises(ReadingError, match="holds no text"):
        written(tmp_path, empty)
    box = make_mbox(tmp_path / "a.mbox", [mail(PRICE), empty, mail(COST, subject="Cost")])
    assert [(a.title, a.path) for a in read_articles(box)] == [
        ("Water price rises", f"{box}#1"),
        ("Cost", f"{box}#3"),
    ]


def test_a_mailbox_holds_its_mails_and_from_at_a_lines_beginning_parts_none(
    tmp_path: Path,
) -> None:
    text = f"{PRICE}\n\nFrom the mayor we heard nothing more about it.\n\n{AGAINST}"
    box = make_mbox(tmp_path / "a.mbox", [mail(text), mail(COST, subject="Cost")])
    articles = list(read_articles(box))
    assert [article.text for article in articles] == [text, COST]
    assert read_article(Path(f"{box}#2")).title == "Cost"
    with pytest.raises(ReadingError, match="holds no article at #3"):
        read_article(Path(f"{box}#3"))
    with pytest.raises(ReadingError, match=r"several articles.*a\.mbox#1"):
        read_article(box)


def test_a_page_that_a_browser_saved_as_one_file_is_read_with_its_address(tmp_path: Path) -> None:
    message = EmailMessage()
    message["Snapshot-Content-Location"] = "https://example.org/water"
    message["Subject"] = "Water price rises"
    message.set_content(page("Water price rises", PARAGRAPHS * 2), subtype="html")
    message.make_related()
    message.add_related(b"\x89PNG", maintype="image", subtype="png")
    article = written(tmp_path, message, "a.mhtml")
    assert (article.title, article.source) == ("Water price rises", "Altstadt Gazette")
    assert article.url == "https://example.org/water"
    assert article.published == "2024-05-02"
    assert body_of(article) == list(PARAGRAPHS * 2)

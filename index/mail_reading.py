"""Mails (.eml, and each of an .mbox), and web pages saved as one file (.mhtml).

Subject, sender and the Date header are a mail's title, source and publication date. Its
plain text is read where it has one, else its HTML. What is quoted from another mail and
what is signed below is marked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from email import message_from_bytes
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import default
from typing import BinaryIO

from index.blocks import lines
from index.decoding import decode
from index.documents import Block, Read, Stated, read_document
from index.errors import ReadingError
from index.members import Member

QUOTED = "quoted reply"
SIGNATURE = "signature"
LARGEST_MAIL = 50_000_000
_LONGEST_LINE = 1_000_000

_SIGNATURE_LINE = re.compile(r"-- ?")
_QUOTE_LINE = re.compile(r"\s?(?:>|\|\s)")
_ORIGINAL = re.compile(
    r"-{2,}\s*(?:original message|forwarded message|ursprüngliche nachricht|weitergeleitete "
    r"nachricht|message d'origine|message transféré|mensaje original)\s*-{2,}|_{20,}",
    re.IGNORECASE,
)
_ATTRIBUTION = re.compile(
    r"(?:on|am|le|el|il) .{6,200}(?:wrote|schrieb(?: .{1,100})?|a écrit|escribió|ha scritto) ?:",
    re.IGNORECASE | re.DOTALL,
)
_ATTRIBUTION_BEGINS = re.compile(r"(?:on|am|le|el|il) .{6,200}", re.IGNORECASE)
_HEADER = re.compile(r"\*?(?:from|von|de|sent|gesendet|envoyé|enviado)\*?\s?:", re.IGNORECASE)
_FROM_LINE = b"From "


def read_mail(data: bytes, name: str, _url: str | None) -> Read:
    """Read one mail as an article.

    Raises:
        ReadingError: it has no text, or is no mail.
    """
    read = _read_message(_parsed(data, name), name)
    if read is None:
        raise ReadingError(f"{name} holds no text: it is an empty mail, or one of attachments only")
    return read


def _parsed(data: bytes, name: str) -> EmailMessage:
    try:
        return message_from_bytes(data, policy=default)
    except (MessageError, ValueError, LookupError, RecursionError) as error:
        raise ReadingError(f"{name} is no mail that can be read: {error}") from error


def _read_message(message: EmailMessage, name: str) -> Read | None:
    if not message.keys():
        raise ReadingError(f"{name} is no mail: it begins with no header")
    part = _part(message, "plain")
    words = _content(part, name) if part is not None else ""
    authored = True
    if not words.strip():
        part = _part(message, "html")
        words = _html_lines(_content(part, name), name) if part is not None else ""
        authored = False
    blocks = _blocks(words)
    if not blocks:
        return None
    sender = _sender(message)
    published = _day(message)
    stated = Stated(
        title=_header(message, "Subject") or "(no subject)",
        author=sender,
        source=sender,
        published=published,
        evidence="mail header Date",
    )
    return read_document(blocks, stated, authored=authored)


def _part(message: EmailMessage, kind: str) -> EmailMessage | None:
    try:
        found = message.get_body(preferencelist=(kind,))
    except (AttributeError, LookupError, ValueError, RecursionError):
        return None
    return found if isinstance(found, EmailMessage) else None


def _content(part: EmailMessage, name: str) -> str:
    """Return a part's characters, by the encoding that it names or, failing that, ours."""
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes) or not data.strip():
        return ""
    named = part.get_content_charset()
    if named is not None:
        try:
            return data.decode(named)
        except (UnicodeDecodeError, LookupError):
            pass
    return decode(data.replace(b"\x00", b""), name)


def _html_lines(source: str, name: str) -> str:
    # Imported here because lxml is needed for no plain text.
    from index.html_blocks import visible_blocks
    from index.html_reading import parse_html

    return "\n".join(visible_blocks(parse_html(source, name))) if source.strip() else ""


def _header(message: EmailMessage, key: str) -> str | None:
    try:
        value = message[key]
    except (ValueError, LookupError, TypeError, IndexError, AttributeError):
        # A broken header breaks the parser of its kind; the mail is read without it.
        return None
    return " ".join(str(value).replace("\x00", "").split()) or None if value is not None else None


def _sender(message: EmailMessage) -> str | None:
    """Return the name of who sent the mail, the address where there is none."""
    try:
        addresses = message["From"].addresses
        names = [" ".join((each.display_name or each.addr_spec).split()) for each in addresses]
    except (ValueError, LookupError, TypeError, IndexError, AttributeError):
        return _header(message, "From")
    return ", ".join(filter(None, names)) or None


def _day(message: EmailMessage) -> str | None:
    """Return the day of the Date header, as its sender's clock had it."""
    try:
        found = message["Date"].datetime
    except (ValueError, LookupError, TypeError, IndexError, AttributeError, OverflowError):
        return None
    return found.date().isoformat() if isinstance(found, datetime) else None


def _blocks(words: str) -> list[Block]:
    """Return a mail's lines, quotations and the signature marked; empty blocks part paragraphs."""
    places = list(lines(words))
    found = [place.of(words) for place in places]
    blocks: list[Block] = []
    position = 0
    for place, line, reason in zip(places, found, _reasons(found), strict=True):
        if blocks and words.count("\n", position, place.start) > 1:
            blocks.append(Block(""))
        blocks.append(Block(line, reason))
        position = place.end
    return blocks


def _reasons(found: Sequence[str]) -> list[str | None]:
    reasons: list[str | None] = [None] * len(found)
    below: str | None = None
    for place, line in enumerate(found):
        following = found[place + 1] if place + 1 < len(found) else ""
        below = below or _what_begins(line, following)
        if below or _QUOTE_LINE.match(line):
            reasons[place] = below or QUOTED
        elif _ATTRIBUTION.fullmatch(line):
            reasons[place] = QUOTED
        elif _ATTRIBUTION_BEGINS.fullmatch(line) and _ATTRIBUTION.fullmatch(f"{line} {following}"):
            # "On Monday, 2 May 2024, Jane Miller" and, on the next line, "wrote:".
            reasons[place] = reasons[place + 1] = QUOTED
    return reasons


def _what_begins(line: str, following: str) -> str | None:
    """Return what a line begins that goes on to the mail's end."""
    if _SIGNATURE_LINE.fullmatch(line):
        return SIGNATURE
    if _ORIGINAL.fullmatch(line) or (_HEADER.match(line) and _HEADER.match(following)):
        return QUOTED
    return None


def mbox_members(file: BinaryIO, name: str) -> Iterator[Member]:
    """Yield the mails of an mbox file, each when it has been read from the stream."""
    for number, data in enumerate(_mails(file), 1):
        yield _mail_member(data, f"#{number}", f"{name}#{number}")


def _mail_member(data: bytes | None, place: str, name: str) -> Member:
    def read() -> Read | None:
        if data is None:
            raise ReadingError(f"{name} has more than {LARGEST_MAIL:,} bytes: it is not read")
        return _read_message(_parsed(data, name), name)

    return Member(place, read)


def _mails(file: BinaryIO) -> Iterator[bytes | None]:
    """Yield each mail of an mbox; None for one that is too large.

    Mails are parted by a line that begins with "From " after an empty one
    (https://www.rfc-editor.org/rfc/rfc4155); inside them it is written ">From ".
    """
    parts: list[bytes] | None = None
    size = 0
    after_blank = True
    while line := file.readline(_LONGEST_LINE):
        if after_blank and line.startswith(_FROM_LINE):
            if parts is not None:
                yield b"".join(parts) if size <= LARGEST_MAIL else None
            parts, size = [], 0
        elif parts is not None:
            size += len(line)
            if size <= LARGEST_MAIL:
                parts.append(line[1:] if line.startswith(b">From ") else line)
            else:
                parts.clear()
        after_blank = not line.strip(b"\r\n")
    if parts is not None:
        yield b"".join(parts) if size <= LARGEST_MAIL else None


def read_mhtml(data: bytes, name: str, url: str | None) -> Read:
    """Read a web page that a browser saved as one file.

    Raises:
        ReadingError: it holds no page.
    """
    from index.html_reading import read_html

    message = _parsed(data, name)
    part = _part(message, "html")
    page = part.get_payload(decode=True) if part is not None else None
    if part is None or not isinstance(page, bytes) or not page.strip():
        raise ReadingError(f"{name} holds no web page: save the page again")
    address = _header(message, "Snapshot-Content-Location") or _header(part, "Content-Location")
    charset = part.get_content_charset()
    source: bytes | str = page
    if charset is not None:
        try:
            source = page.decode(charset)
        except (UnicodeDecodeError, LookupError):
            source = page
    address = address if address and address.startswith(("http://", "https://")) else None
    return Read(*read_html(source, name, url or address), url=address)

"""Zip files: looked at before anything in them is unpacked, and never unpacked to disk.

What they claim about themselves is checked against bounds, and what is read of a member is
cut off where it passes them, so that a small file cannot become a large one in memory.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING, BinaryIO

from index.errors import ReadingError

if TYPE_CHECKING:
    from index.html_blocks import Element

_MEGABYTE = 1_000_000
LARGEST_PACKAGE = 250 * _MEGABYTE
"""Bytes that a document which is a zip file (.docx, .odt, .epub) may hold, unpacked."""
LARGEST_PART = 25 * _MEGABYTE
"""Bytes of one part of it that is parsed: a tree takes about ten times as much memory."""
LARGEST_PARTS = 40 * _MEGABYTE
"""Bytes of all the parts that are parsed."""
LARGEST_DIRECTORY = 15 * _MEGABYTE
"""Bytes of a zip file's list of members: more than 100,000 of them."""
_BOMB_RATIO = 200
_BOMB_FROM = 50 * _MEGABYTE

_END = b"PK\x05\x06"
_END_64 = b"PK\x06\x06"
_OLE = b"\xd0\xcf\x11\xe0"


def open_zip(file: BinaryIO, name: str) -> zipfile.ZipFile:
    """Open a zip file whose list of members is of a sane size.

    Raises:
        ReadingError: it is not one, not whole, or holds too many members.
    """
    file.seek(0)
    if file.read(4) == _OLE:
        raise ReadingError(
            f"{name} is locked with a password or of an older format: save it again without one"
        )
    try:
        if _directory_size(file) > LARGEST_DIRECTORY:
            raise ReadingError(f"{name} holds too many files to be read: split it")
        file.seek(0)
        return zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError, struct.error, NotImplementedError) as error:
        raise ReadingError(f"{name} is not whole or no zip file ({error}): get it again") from error


def _directory_size(file: BinaryIO) -> int:
    """Return the bytes of the list of members, as zipfile will find it; 0 without one."""
    file.seek(0, io.SEEK_END)
    length = file.tell()
    file.seek(max(0, length - (1 << 16) - 100))
    tail = file.read()
    place = tail.rfind(_END)
    if place < 0 or place + 22 > len(tail):
        return 0
    size = int(struct.unpack_from("<I", tail, place + 12)[0])
    large = tail.rfind(_END_64, 0, place)
    if large >= 0 and large + 56 <= len(tail):
        size = max(size % 0xFFFFFFFF, int(struct.unpack_from("<Q", tail, large + 40)[0]))
    return size


def unpacked_size(archive: zipfile.ZipFile) -> int:
    """Return how many bytes the members say they have, unpacked."""
    return sum(member.file_size for member in archive.infolist())


def require_no_bomb(archive: zipfile.ZipFile, packed: int, name: str) -> None:
    """See that a zip file of `packed` bytes does not unpack to absurdly many.

    Raises:
        ReadingError: it would.
    """
    unpacked = unpacked_size(archive)
    if unpacked > _BOMB_FROM and unpacked > _BOMB_RATIO * max(packed, 1):
        raise ReadingError(
            f"{name} has {packed:,} bytes and would unpack to {unpacked:,}: "
            "it is not unpacked (a zip bomb)"
        )


def read_member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo | str, name: str, largest: int
) -> bytes:
    """Return a member's bytes.

    Raises:
        ReadingError: it is missing, locked, damaged, or has more than `largest` bytes.
    """
    try:
        with archive.open(member) as stream:
            data = stream.read(largest + 1)
    except KeyError:
        raise ReadingError(f"{name} is not whole: it lacks {member}") from None
    except RuntimeError as error:
        locked = "password" in str(error) or "encrypted" in str(error)
        why = "is locked with a password: unlock it first" if locked else f"cannot be read: {error}"
        raise ReadingError(f"{name} {why}") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
        raise ReadingError(f"{name} is damaged ({error}): get it again") from error
    except NotImplementedError as error:
        raise ReadingError(f"{name} is packed in a way that is not known: {error}") from error
    if len(data) > largest:
        raise ReadingError(f"{name} unpacks to more than the {largest:,} bytes that are read of it")
    return data


def open_package(data: bytes, name: str) -> zipfile.ZipFile:
    """Open a document that is a zip file.

    Raises:
        ReadingError: it is not one, not whole, or too large.
    """
    archive = open_zip(io.BytesIO(data), name)
    require_no_bomb(archive, len(data), name)
    if unpacked_size(archive) > LARGEST_PACKAGE:
        raise ReadingError(f"{name} unpacks to more than {LARGEST_PACKAGE:,} bytes: split it")
    return archive


def require_plain_parts(data: bytes, name: str) -> None:
    """See that a document's XML parts may be given to a library that parses all of them.

    Raises:
        ReadingError: it is not whole, locked, too large, or made to blow up in a parser.
    """
    total = 0
    with open_package(data, name) as archive:
        for member in archive.infolist():
            if member.filename.lower().endswith((".xml", ".rels")):
                part = read_member(archive, member, f"{name}!/{member.filename}", LARGEST_PART)
                require_plain_xml(part, name)
                total += len(part)
    if total > LARGEST_PARTS:
        raise ReadingError(
            f"{name} holds more than {LARGEST_PARTS:,} bytes of text parts: split it"
        )


def require_plain_xml(data: bytes, name: str) -> None:
    """See that XML declares no entities, which no document needs and bombs are made of.

    Raises:
        ReadingError: it does.
    """
    # A declaration in UTF-16 has a zero byte beside each letter.
    if b"<!ENTITY" in data or b"<!ENTITY" in data.replace(b"\x00", b""):
        raise ReadingError(f"{name} declares XML entities, which documents do not: it is not read")


def parse_xml(data: bytes, name: str) -> Element:
    """Return the tree of a small XML file, without resolving or fetching anything.

    Raises:
        ReadingError: it is not XML, or declares entities.
    """
    # Imported here because it is needed for no plain text.
    from lxml import etree

    require_plain_xml(data, name)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        tree: Element = etree.fromstring(data, parser)
    except (etree.LxmlError, ValueError) as error:
        raise ReadingError(f"{name} is not whole: {str(error).splitlines()[0]}") from error
    return tree

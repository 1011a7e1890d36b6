"""gzip and zlib data, inflated no further than a limit."""

from __future__ import annotations

import zlib

GZIP = b"\x1f\x8b"
_EITHER = 32 + zlib.MAX_WBITS  # a gzip or a zlib header, whichever is there


class Inflater:
    """Inflates data that comes in pieces, several gzip members in a row included.

    Raises:
        zlib.error: by `feed`, when the data are neither.

    """

    def __init__(self) -> None:
        self._member = zlib.decompressobj(_EITHER)
        self._begun = False

    @property
    def complete(self) -> bool:
        """Whether the data so far end where they should."""
        return self._member.eof or not self._begun

    def feed(self, data: bytes, room: int) -> bytes:
        """Return what the piece inflates to, at most `room` bytes of it, room being over 0."""
        found = bytearray()
        while data and len(found) < room:
            if self._member.eof:
                self._member = zlib.decompressobj(_EITHER)
            self._begun = True
            found += self._member.decompress(data, room - len(found))
            data = self._member.unused_data if self._member.eof else b""
        return bytes(found)


def inflated(data: bytes, largest: int) -> tuple[bytes, bool]:
    """Return at most `largest` bytes of what the data inflate to, and whether that was not all.

    Raises:
        zlib.error: they are not gzip data.

    """
    whole = Inflater().feed(data, largest + 1)
    return whole[:largest], len(whole) > largest

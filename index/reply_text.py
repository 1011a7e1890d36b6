"""From the bytes of a model's tokens to pieces of text that are certain."""

from __future__ import annotations

import codecs
from collections.abc import Sequence


class ReplyText:
    """Turns the bytes of a reply into pieces of text.

    Held back are the bytes of an incomplete character, and text that may turn out to be
    the beginning of one of the `stops`. `stopped` is set once a stop text was written;
    nothing from its beginning on was ever returned.
    """

    def __init__(self, stops: Sequence[str]) -> None:
        self._stops = [stop for stop in stops if stop]
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._held = ""
        self.stopped = False

    def add(self, data: bytes) -> str:
        """Return the text that is now certain."""
        text = self._held + self._decoder.decode(data)
        places = [place for stop in self._stops if (place := text.find(stop)) >= 0]
        if places:
            self.stopped, self._held = True, ""
            return text[: min(places)]
        held = max((_overlap(text, stop) for stop in self._stops), default=0)
        self._held = text[len(text) - held :]
        return text[: len(text) - held]

    def rest(self) -> str:
        """Return what was held back, at the reply's end."""
        return self._held + self._decoder.decode(b"", final=True)


def _overlap(text: str, stop: str) -> int:
    """Return the length of the longest end of the text that begins the stop text."""
    for length in range(min(len(text), len(stop) - 1), 0, -1):
        if text.endswith(stop[:length]):
            return length
    return 0

"""What a site allows automatic readers: robots.txt, by RFC 9309.

https://www.rfc-editor.org/rfc/rfc9309; Crawl-delay is not part of it and honoured all
the same. The only importer of protego.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

PRODUCT = "footnote"  # the name that robots.txt files can address us by
LARGEST = 500 * 1024  # bytes of a robots.txt that are read (RFC 9309, 2.5)


@dataclass(frozen=True, slots=True)
class Rules:
    """What one site allows: all, what its robots.txt says, or nothing (`refusal` says why)."""

    _parsed: Any = None
    refusal: str | None = None

    def allows(self, address: str) -> bool:
        """Whether the page may be read."""
        if self.refusal is not None:
            return False
        return self._parsed is None or bool(self._parsed.can_fetch(address, PRODUCT))

    @property
    def delay(self) -> float:
        """Seconds between two requests that the site asks for; 0 when it does not say."""
        if self._parsed is None:
            return 0.0
        rate = self._parsed.request_rate(PRODUCT)
        between = rate.seconds / rate.requests if rate and rate.requests else 0.0
        return max(float(self._parsed.crawl_delay(PRODUCT) or 0.0), between)


def rules_of_reply(status: int, body: bytes) -> Rules:
    """Return the rules of a site from its reply for /robots.txt.

    4xx: there are none, all is allowed (RFC 9309, 2.3.1.3). 5xx and anything else that is
    no answer: nothing is (2.3.1.4).
    """
    if status == 200:
        from protego import Protego

        return Rules(Protego.parse(body[:LARGEST].decode("utf-8", "replace")))
    if 400 <= status < 500 and status != 429:
        return Rules()
    return Rules(refusal=f"answers {status}")

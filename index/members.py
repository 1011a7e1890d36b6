"""The articles inside one file: a mailbox's mails, a table's rows, an archive's pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from index.documents import Read


@dataclass(frozen=True, slots=True)
class Member:
    """One article of a file of many.

    `place` is what its location adds to the file's path: "#3" for the third of what has
    no names, "!/pages/one.html" for a name inside an archive. `read` returns None for what
    holds nothing to read (a cover, an empty mail) and raises ReadingError when it cannot be
    read; the other members go on. It is called before the next member is asked for.
    """

    place: str
    read: Callable[[], Read | None]
    url: str | None = None

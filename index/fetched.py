"""What the catalogue remembers of fetched pages, so that only what has changed is sent again."""

from __future__ import annotations

from dataclasses import dataclass, field

from index.catalogue import Catalogue
from index.replies import NO_VALIDATORS, Validators


@dataclass(frozen=True, slots=True)
class Fetched:
    """One address that was asked: where its page is stored, and which version that is.

    `stamp` is the time of change that the feed or sitemap stated.
    """

    address: str
    location: str
    validators: Validators = NO_VALIDATORS
    stamp: str | None = None


@dataclass(slots=True)
class FetchedPages:
    """Reads what is remembered, and notes what is to be, until `store`.

    Nothing is remembered of a page before its article is stored: `store` comes after.
    """

    catalogue: Catalogue
    _noted: list[Fetched] = field(default_factory=list)

    def find(self, address: str) -> Fetched | None:
        """Return what is remembered of an address whose page is still in the library."""
        rows = self.catalogue.database.run(
            "SELECT address, f.location, etag, last_modified, stamp FROM fetched f "
            "JOIN locations l ON l.location = f.location WHERE address = ?",
            (address,),
        )
        if not rows:
            return None
        found, location, etag, modified, stamp = rows[0]
        return Fetched(found, location, Validators(etag, modified), stamp)

    def note(self, fetched: Fetched) -> None:
        """Hold one row until the next `store`."""
        self._noted.append(fetched)

    def store(self) -> None:
        """Write what was noted; forget pages that have left the library."""
        with self.catalogue.database.transaction():
            self.catalogue.database.run_many(
                "INSERT OR REPLACE INTO fetched (address, location, etag, last_modified, stamp) "
                "VALUES (?, ?, ?, ?, ?)",
                [
                    (
                        each.address,
                        each.location,
                        each.validators.etag,
                        each.validators.last_modified,
                        each.stamp,
                    )
                    for each in self._noted
                ],
            )
            self.catalogue.database.run(
                "DELETE FROM fetched WHERE location NOT IN (SELECT location FROM locations)"
            )
        self._noted.clear()

"""One SQLite file: opened for one writer and many readers, its errors turned into ours.

WAL mode, so that readers go on while one process writes; synchronous=FULL, so that what
was committed survives a power cut (https://www.sqlite.org/pragma.html#pragma_synchronous).
It knows nothing of what is stored.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from index.errors import LibraryDamaged


class Database:
    """An open SQLite file. Thread-safe: one connection behind one lock.

    Raises:
        LibraryDamaged: by every method, when SQLite cannot do it.

    """

    def __init__(self, path: Path, *, write: bool) -> None:
        self.path = path
        self._lock = threading.RLock()
        with self._damage_reported():
            self._connection = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode={'rwc' if write else 'ro'}",
                uri=True,
                timeout=30,
                isolation_level=None,
                check_same_thread=False,
            )
        self._connection.text_factory = _text
        if write:
            try:
                self.run("PRAGMA journal_mode = WAL")
                self.run("PRAGMA synchronous = FULL")
                # What a person removes is overwritten where that costs no extra writing.
                self.run("PRAGMA secure_delete = FAST")
            except BaseException:
                self.close()
                raise

    @property
    def changing(self) -> bool:
        """Whether a transaction is open."""
        return bool(self._connection.in_transaction)

    def close(self) -> None:
        """Close the file. Closing twice does nothing."""
        with self._lock:
            self._connection.close()

    def run(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        """Run one statement and return its rows."""
        with self._lock, self._damage_reported():
            return self._connection.execute(statement, values).fetchall()

    def run_many(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one statement for each row of values."""
        with self._lock, self._damage_reported():
            self._connection.executemany(statement, rows)

    def stream(self, statement: str, values: Sequence[Any] = (), size: int = 4096) -> Iterator[Any]:
        """Yield a query's rows without holding all of them."""
        with self._lock, self._damage_reported():
            cursor = self._connection.execute(statement, values)
        while True:
            with self._lock, self._damage_reported():
                rows = cursor.fetchmany(size)
            if not rows:
                return
            yield from rows

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Begin; commit at the end, undo everything on an error."""
        with self._lock:
            self.run("BEGIN IMMEDIATE")
            try:
                yield
                self.run("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self.run("ROLLBACK")
                raise

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Let every read inside see one and the same state of the file."""
        with self._lock:
            inside = self._connection.in_transaction
            if not inside:
                self.run("BEGIN")
            try:
                yield
            finally:
                if not inside and self._connection.in_transaction:
                    self.run("COMMIT")

    @contextmanager
    def _damage_reported(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            raise LibraryDamaged(
                f"the catalogue {self.path} cannot be used ({error}): see that its folder "
                "can be read and written, or index again into a new folder"
            ) from error


def encoded(text: str | None) -> bytes | None:
    """Encode for `CAST(? AS TEXT)`: file names may hold bytes that are not UTF-8."""
    return None if text is None else text.encode("utf-8", "surrogatepass")


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass")

"""The catalogue: articles, passages and embeddings in one SQLite file, the source of truth.

Every change of the collection is one transaction and takes the next revision number; the
derived indexes (Chroma, tantivy) say which revision they hold, and ask for what came
after it (`changes_since`).

The catalogue knows nothing about models: an embedding is a row of float32 under the hash
of the text that was embedded and the name of the embedder. It does not guard against two
writers; the library's lock does.
"""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from index.catalogue_reading import ReadableCatalogue
from index.catalogue_rows import (
    ARTICLE_COLUMNS,
    Container,
    Entry,
    Location,
    article_row,
    passage_row,
    vector_row,
)
from index.catalogue_schema import SCHEMA_VERSION, STEPS
from index.database import Database, encoded
from index.embedding import Vectors
from index.errors import LibraryDamaged, LibraryMissing, LibraryOutdated

FILE = "catalogue.sqlite3"
_INSERT_ARTICLE = (
    f"INSERT INTO articles ({', '.join(ARTICLE_COLUMNS)}) "
    f"VALUES ({', '.join(ARTICLE_COLUMNS.values())}) ON CONFLICT (id) DO UPDATE SET "
    # The rest is what the id derives from.
    + ", ".join(
        f"{name} = excluded.{name}"
        for name in ARTICLE_COLUMNS
        if name not in {"id", "text", "title", "source", "published"}
    )
)


def require_library(folder: Path) -> None:
    """See that there is a library in the folder.

    Raises:
        LibraryMissing: there is none.

    """
    if not (folder / FILE).is_file():
        raise LibraryMissing(
            f"there is no library in {folder}: make one with `footnote index PATH`"
        )


class Catalogue(ReadableCatalogue):
    """The open catalogue of one library's folder.

    Raises:
        LibraryMissing: opened for reading and there is no catalogue in the folder.
        LibraryOutdated: opened for reading and made by an earlier version.
        LibraryDamaged: the file is not a catalogue, or of another schema than this one.

    """

    def __init__(self, folder: Path, *, write: bool) -> None:
        if not write:
            require_library(folder)
        path = folder / FILE
        super().__init__(Database(path, write=write))
        self._dropped: list[tuple[str]] = []
        try:
            self._check_schema(write=write)
        except BaseException:
            self.close()
            raise

    def _check_schema(self, *, write: bool) -> None:
        """See that the tables are those of this version; a writer makes what is missing."""
        empty = write and not self.database.run("SELECT 1 FROM sqlite_master LIMIT 1")
        found = 0 if empty else int(self.meta("schema") or 0)
        if found == SCHEMA_VERSION:
            return
        if found > SCHEMA_VERSION or (not found and not empty):
            raise LibraryDamaged(
                f"{self.database.path} has schema {found}, this version reads {SCHEMA_VERSION}: "
                "index into a new folder, or use the version that made it"
            )
        if not write:
            raise LibraryOutdated(
                f"{self.database.path} was made by an earlier version of this tool: run "
                "`footnote library repair` where its folder can be written"
            )
        with self.database.transaction():
            for statement in itertools.chain.from_iterable(STEPS[found:]):
                self.database.run(statement)
            self.set_meta("schema", str(SCHEMA_VERSION))
            if empty:
                self.set_meta("library", secrets.token_hex(8))
                self.set_meta("revision", "0")
                self.set_meta("log_start", "0")

    # Changing

    def set_meta(self, key: str, value: str) -> None:
        """Record a fact about the library. It does not change the revision."""
        self.database.run("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    @contextmanager
    def change(self) -> Iterator[int]:
        """Begin a transaction and yield its revision; commit at the end, undo on an error."""
        self._dropped.clear()
        with self.database.transaction():
            revision = self.revision + 1
            self.set_meta("revision", str(revision))
            yield revision
            self._drop_unused_embeddings()

    def put(
        self,
        entries: Iterable[Entry],
        vectors: Mapping[str, Vectors],
        embedder: str,
        finished: Iterable[Container] = (),
    ) -> None:
        """Store articles with passages, embeddings and locations, in one transaction.

        `vectors` holds the new embeddings by hash, each of shape (dimension,). The
        passages of an article that is there already are replaced when they differ; an
        article that loses its last location goes. `finished` are containers of which
        every member is stored now: members that they no longer hold go.
        """
        with self.change() as revision:
            self.put_vectors(vectors, embedder)
            for entry in entries:
                self._put_article(entry, revision)
                if entry.location is not None:
                    self._put_location(entry.location, revision)
            for container in finished:
                self._put_container(container, revision)

    def put_vectors(self, vectors: Mapping[str, Vectors], embedder: str) -> None:
        """Store embeddings by hash; those that are there stay."""
        rows = [vector_row(key, embedder, vector) for key, vector in vectors.items()]
        self.database.run_many("INSERT OR IGNORE INTO embeddings VALUES (?, ?, ?)", rows)

    def _put_article(self, entry: Entry, revision: int) -> None:
        article = entry.article
        rows = [passage_row(p, key) for p, key in zip(entry.passages, entry.hashes, strict=True)]
        before = self.database.run("SELECT revision FROM articles WHERE id = ?", (article.id,))
        same = "SELECT * FROM passages WHERE article = ? ORDER BY ordinal"
        unchanged = bool(before) and self.database.run(same, (article.id,)) == rows
        if before and not unchanged:
            self._drop_passages(article.id, revision)
        self.database.run(
            _INSERT_ARTICLE, article_row(article, before[0][0] if unchanged else revision)
        )
        if not unchanged:
            self.database.run_many("INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?)", rows)

    def _put_location(self, new: Location, revision: int) -> None:
        key = encoded(new.location)
        find = "SELECT article FROM locations WHERE location = CAST(? AS TEXT)"
        before = self.database.run(find, (key,))
        self.database.run(
            "INSERT INTO locations (location, article, size, mtime_ns, sha256, container) "
            "VALUES (CAST(? AS TEXT), ?, ?, ?, ?, CAST(? AS TEXT)) "
            "ON CONFLICT (location) DO UPDATE SET article = excluded.article, size = excluded.size,"
            " mtime_ns = excluded.mtime_ns, sha256 = excluded.sha256, "
            "container = excluded.container",
            (key, new.article_id, new.size, new.mtime_ns, new.sha256, encoded(new.container)),
        )
        if before and before[0][0] != new.article_id:
            self._drop_if_nowhere(before[0][0], revision)

    def _put_container(self, new: Container, revision: int) -> None:
        held = self.members(new.path)
        self._remove(sorted(held - new.members), revision)
        self.database.run(
            "INSERT OR REPLACE INTO containers (path, size, mtime_ns, sha256, columns) "
            "VALUES (CAST(? AS TEXT), ?, ?, ?, CAST(? AS TEXT))",
            (encoded(new.path), new.size, new.mtime_ns, new.sha256, encoded(new.columns)),
        )

    def touch(self, files: Iterable[Location | Container]) -> None:
        """Record new sizes and times of files whose content is the same. No new revision."""
        with self.database.transaction():
            for new in files:
                contained = isinstance(new, Container)
                name = "containers" if contained else "locations"
                key = "path" if contained else "location"
                path = new.path if isinstance(new, Container) else new.location
                self.database.run(
                    f"UPDATE {name} SET size = ?, mtime_ns = ? WHERE {key} = CAST(? AS TEXT)",
                    (new.size, new.mtime_ns, encoded(path)),
                )

    def remove_locations(self, locations: Sequence[str]) -> int:
        """Remove locations; return how many articles went because they were their last.

        A container that loses a member, and a container named itself, are forgotten, so
        that they are read again the next time.
        """
        before = self.article_count
        with self.change() as revision:
            for container in self._remove(locations, revision):
                self._forget(container)
            for location in locations:
                self._forget(location)
            return before - self.article_count

    def _remove(self, locations: Sequence[str], revision: int) -> set[str]:
        """Remove locations; return the containers that they were in."""
        containers = set()
        for location in locations:
            rows = self.database.run(
                "DELETE FROM locations WHERE location = CAST(? AS TEXT) "
                "RETURNING article, container",
                (encoded(location),),
            )
            for article_id, container in rows:
                self._drop_if_nowhere(article_id, revision)
                containers |= {container} if container is not None else set()
        return containers

    def _forget(self, container: str) -> None:
        self.database.run(
            "DELETE FROM containers WHERE path = CAST(? AS TEXT)", (encoded(container),)
        )

    def _drop_if_nowhere(self, article_id: str, revision: int) -> None:
        if self.database.run("SELECT 1 FROM locations WHERE article = ? LIMIT 1", (article_id,)):
            return
        self._drop_passages(article_id, revision)
        self.database.run("DELETE FROM articles WHERE id = ?", (article_id,))

    def _drop_passages(self, article_id: str, revision: int) -> None:
        self.database.run("INSERT INTO gone VALUES (?, ?)", (article_id, revision))
        self._dropped += self.database.run(
            "DELETE FROM passages WHERE article = ? RETURNING hash", (article_id,)
        )

    def _drop_unused_embeddings(self) -> None:
        """Delete embeddings that lost their last passage.

        At the end of a change, because what one article of it drops another may take up.
        """
        self.database.run_many(
            "DELETE FROM embeddings WHERE hash = ?1 "
            "AND NOT EXISTS (SELECT 1 FROM passages WHERE hash = ?1)",
            self._dropped,
        )

    def forget_log(self, revision: int) -> None:
        """Drop the log up to a revision that every derived index holds."""
        with self.database.transaction():
            self.database.run("DELETE FROM gone WHERE revision <= ?", (revision,))
            self.set_meta("log_start", str(revision))

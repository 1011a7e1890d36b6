"""The catalogue: articles, passages and embeddings in one SQLite file, the source of truth.

Every change of the collection is one transaction and takes the next revision number; the
derived indexes (Chroma, tantivy) say which revision they hold, and ask for what came
after it (`changes_since`).

The catalogue knows nothing about models: an embedding is a row of float32 under the hash
of the text that was embedded and the name of the embedder. It does not guard against two
writers; the library's lock does.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from index.catalogue_reading import ReadableCatalogue
from index.catalogue_rows import Entry, Location, article_row, passage_row, vector_row
from index.database import Database, encoded
from index.embedding import Vectors
from index.errors import LibraryDamaged, LibraryMissing

FILE = "catalogue.sqlite3"
SCHEMA_VERSION = 1

_SCHEMA = (
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    """CREATE TABLE articles (
        id TEXT PRIMARY KEY, revision INTEGER NOT NULL, text BLOB NOT NULL, title TEXT NOT NULL,
        source TEXT, published TEXT, published_evidence TEXT, language TEXT NOT NULL,
        url TEXT, boilerplate TEXT NOT NULL)""",
    "CREATE INDEX articles_by_revision ON articles (revision)",
    """CREATE TABLE locations (
        location TEXT PRIMARY KEY, article TEXT NOT NULL REFERENCES articles (id),
        size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, sha256 TEXT NOT NULL)""",
    "CREATE INDEX locations_by_article ON locations (article)",
    """CREATE TABLE passages (
        article TEXT NOT NULL REFERENCES articles (id), ordinal INTEGER NOT NULL,
        "start" INTEGER NOT NULL, "end" INTEGER NOT NULL, sentences TEXT NOT NULL,
        hash TEXT NOT NULL, PRIMARY KEY (article, ordinal)) WITHOUT ROWID""",
    "CREATE INDEX passages_by_hash ON passages (hash)",
    """CREATE TABLE embeddings (
        hash TEXT NOT NULL, embedder TEXT NOT NULL, vector BLOB NOT NULL,
        UNIQUE (hash, embedder))""",
    "CREATE TABLE gone (article TEXT NOT NULL, revision INTEGER NOT NULL)",
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
        LibraryDamaged: the file is not a catalogue, or of another schema than this one.

    """

    def __init__(self, folder: Path, *, write: bool) -> None:
        if not write:
            require_library(folder)
        path = folder / FILE
        super().__init__(Database(path, write=write))
        self._dropped: list[tuple[str]] = []
        try:
            if write and not self.database.run("SELECT 1 FROM sqlite_master LIMIT 1"):
                self._create()
            self._check_schema()
        except BaseException:
            self.close()
            raise

    def _create(self) -> None:
        with self.database.transaction():
            for statement in _SCHEMA:
                self.database.run(statement)
            self.set_meta("schema", str(SCHEMA_VERSION))
            self.set_meta("library", secrets.token_hex(8))
            self.set_meta("revision", "0")
            self.set_meta("log_start", "0")

    def _check_schema(self) -> None:
        found = self.meta("schema")
        if found != str(SCHEMA_VERSION):
            raise LibraryDamaged(
                f"{self.database.path} has schema {found}, this version reads {SCHEMA_VERSION}: "
                "index into a new folder, or use the version that made it"
            )

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

    def put(self, entries: Iterable[Entry], vectors: Mapping[str, Vectors], embedder: str) -> None:
        """Store articles with passages, embeddings and locations, in one transaction.

        `vectors` holds the new embeddings by hash, each of shape (dimension,). The
        passages of an article that is there already are replaced when they differ; an
        article that loses its last location goes.
        """
        with self.change() as revision:
            self.put_vectors(vectors, embedder)
            for entry in entries:
                self._put_article(entry, revision)
                if entry.location is not None:
                    self._put_location(entry.location, revision)

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
            "INSERT INTO articles VALUES (?, ?, ?, CAST(? AS TEXT), CAST(? AS TEXT), "
            "CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), ?) "
            "ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, url = excluded.url, "
            "boilerplate = excluded.boilerplate, language = excluded.language, "
            "published_evidence = excluded.published_evidence",
            article_row(article, before[0][0] if unchanged else revision),
        )
        if not unchanged:
            self.database.run_many("INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?)", rows)

    def _put_location(self, new: Location, revision: int) -> None:
        key = encoded(new.location)
        find = "SELECT article FROM locations WHERE location = CAST(? AS TEXT)"
        before = self.database.run(find, (key,))
        self.database.run(
            "INSERT INTO locations VALUES (CAST(? AS TEXT), ?, ?, ?, ?) "
            "ON CONFLICT (location) DO UPDATE SET article = excluded.article, "
            "size = excluded.size, mtime_ns = excluded.mtime_ns, sha256 = excluded.sha256",
            (key, new.article_id, new.size, new.mtime_ns, new.sha256),
        )
        if before and before[0][0] != new.article_id:
            self._drop_if_nowhere(before[0][0], revision)

    def touch(self, locations: Iterable[Location]) -> None:
        """Record new sizes and times of files whose content is the same. No new revision."""
        rows = [(new.size, new.mtime_ns, encoded(new.location)) for new in locations]
        with self.database.transaction():
            self.database.run_many(
                "UPDATE locations SET size = ?, mtime_ns = ? WHERE location = CAST(? AS TEXT)", rows
            )

    def remove_locations(self, locations: Sequence[str]) -> int:
        """Remove locations; return how many articles went because they were their last."""
        before = self.article_count
        with self.change() as revision:
            for location in locations:
                rows = self.database.run(
                    "DELETE FROM locations WHERE location = CAST(? AS TEXT) RETURNING article",
                    (encoded(location),),
                )
                for (article_id,) in rows:
                    self._drop_if_nowhere(article_id, revision)
            return before - self.article_count

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

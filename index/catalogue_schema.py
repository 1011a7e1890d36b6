"""The tables of the catalogue, as the steps that made them.

A new catalogue runs all steps, an older one those that it lacks, so that both come to the
same tables. A step is never changed once it is out: what comes later is a new step.
"""

from __future__ import annotations

STEPS: tuple[tuple[str, ...], ...] = (
    (
        "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
        """CREATE TABLE articles (
            id TEXT PRIMARY KEY, revision INTEGER NOT NULL, text BLOB NOT NULL,
            title TEXT NOT NULL, source TEXT, published TEXT, published_evidence TEXT,
            language TEXT NOT NULL, url TEXT, boilerplate TEXT NOT NULL)""",
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
    ),
    (
        # Who wrote an article, where its pages begin, and files that hold many articles.
        "ALTER TABLE articles ADD COLUMN author TEXT",
        "ALTER TABLE articles ADD COLUMN pages TEXT NOT NULL DEFAULT '[]'",
        "ALTER TABLE locations ADD COLUMN container TEXT",
        "CREATE INDEX locations_by_container ON locations (container) WHERE container IS NOT NULL",
        """CREATE TABLE containers (
            path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
            sha256 TEXT NOT NULL, columns TEXT NOT NULL)""",
    ),
    (
        # What servers said to recognise a version of a page by, and where an address leads.
        """CREATE TABLE fetched (
            address TEXT PRIMARY KEY, location TEXT NOT NULL, etag TEXT, last_modified TEXT,
            stamp TEXT)""",
    ),
    (
        # What is worked out from the articles (annotations.py): the days they speak of, a
        # sketch of their words, and which of them carry one story.
        "CREATE INDEX articles_by_language ON articles (language)",
        """CREATE TABLE annotated (
            article TEXT PRIMARY KEY, revision INTEGER NOT NULL, sketch BLOB NOT NULL)
            WITHOUT ROWID""",
        """CREATE TABLE date_mentions (
            article TEXT NOT NULL, "start" INTEGER NOT NULL, "end" INTEGER NOT NULL,
            first TEXT NOT NULL, last TEXT NOT NULL, worked_out INTEGER NOT NULL,
            PRIMARY KEY (article, "start")) WITHOUT ROWID""",
        "CREATE INDEX date_mentions_by_day ON date_mentions (first, last)",
        """CREATE TABLE same_origin (
            one TEXT NOT NULL, other TEXT NOT NULL, shared REAL NOT NULL,
            PRIMARY KEY (one, other)) WITHOUT ROWID""",
        "CREATE INDEX same_origin_by_other ON same_origin (other)",
    ),
)
SCHEMA_VERSION = len(STEPS)

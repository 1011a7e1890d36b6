"""What is worked out from the articles: the days they speak of, which of them carry one story.

Kept in the catalogue and derived, like the vector and keyword indexes: `annotate` brings it in
step, one transaction for each batch of articles with everything that follows from them, so that
a process killed at any moment leaves it right as far as it goes. The caller holds the library's
write lock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from index.article import Article, Span
from index.catalogue import Catalogue
from index.catalogue_reading import ReadableCatalogue
from index.indexing import Progress
from index.origins import (
    BANDS,
    Sketch,
    Story,
    candidate_pairs,
    origins_of,
    shared_story,
    sketch_version,
    sketches,
    story_of,
)
from index.relative_dates import DateMention, dates_in_article

_BATCH = 512
# Raised whenever what is worked out changes: everything is then worked out again.
_LAYOUT = 1
_VERSION = "annotations"
_PHASE = "dating and comparing articles"


@dataclass(frozen=True, slots=True)
class DatedWords:
    """A place of an article that names a time; see `relative_dates.DateMention`."""

    article_id: str
    mention: DateMention


def annotate(catalogue: Catalogue, progress: Progress | None = None) -> None:
    """Work out what is missing, and forget what belongs to articles that are gone."""
    _forget_stale(catalogue)
    waiting = _waiting(catalogue)
    if not waiting:
        return
    known_ids, known = _known_sketches(catalogue)
    # Carriers are met in pairs with the same articles again and again.
    story = lru_cache(maxsize=512)(lambda article_id: _story(catalogue, article_id))
    for first in range(0, len(waiting), _BATCH):
        articles = [a for i in waiting[first : first + _BATCH] if (a := catalogue.article(i))]
        new = sketches([story_of(article).runs for article in articles])
        filled = [(a.id, s) for a, s in zip(articles, new, strict=True) if s is not None]
        ids = [article_id for article_id, _ in filled]
        matrix = _matrix([sketch for _, sketch in filled])
        known_ids, known = known_ids + ids, np.concatenate([known, matrix])
        named = {tuple(sorted((known_ids[a], ids[b]))) for a, b in candidate_pairs(known, matrix)}
        pairs = [(one, other) for one, other in sorted(named) if one != other]
        edges = [
            (one, other, round(share, 4))
            for one, other in pairs
            if (share := shared_story(story(one), story(other))) is not None
        ]
        _store(catalogue, articles, new, edges)
        if progress is not None:
            progress(_PHASE, min(first + _BATCH, len(waiting)), len(waiting))


def _forget_stale(catalogue: Catalogue) -> None:
    """Drop what an older version made, and what belongs to articles that went or changed."""
    run = catalogue.database.run
    version = f"{_LAYOUT} {sketch_version()}"
    same = catalogue.meta(_VERSION) == version
    stale = (
        "SELECT article FROM annotated WHERE NOT EXISTS (SELECT 1 FROM articles a "
        "WHERE a.id = annotated.article AND a.revision = annotated.revision)"
    )
    gone = run(stale if same else "SELECT article FROM annotated")
    if same and not gone:
        return
    with catalogue.database.transaction():
        for table, column in _OF_ARTICLE:
            catalogue.database.run_many(f"DELETE FROM {table} WHERE {column} = ?", gone)
        catalogue.set_meta(_VERSION, version)


_OF_ARTICLE = (
    ("date_mentions", "article"), ("same_origin", "one"), ("same_origin", "other"),
    ("annotated", "article"),
)  # fmt: skip


def _waiting(catalogue: ReadableCatalogue) -> list[str]:
    rows = catalogue.database.run(
        "SELECT id FROM articles WHERE id NOT IN (SELECT article FROM annotated) ORDER BY rowid"
    )
    return [row[0] for row in rows]


def unannotated_count(catalogue: ReadableCatalogue) -> int:
    """Return how many articles have not been annotated as they are now."""
    rows = catalogue.database.run(
        "SELECT count(*) FROM articles a WHERE NOT EXISTS (SELECT 1 FROM annotated n "
        "WHERE n.article = a.id AND n.revision = a.revision)"
    )
    return int(rows[0][0])


def _known_sketches(catalogue: Catalogue) -> tuple[list[str], Sketch]:
    rows = catalogue.database.run("SELECT article, sketch FROM annotated WHERE sketch != x''")
    return (
        [row[0] for row in rows],
        _matrix([np.frombuffer(row[1], dtype="<u8") for row in rows]),
    )


def _matrix(rows: Sequence[Sketch]) -> Sketch:
    return np.array(rows, dtype=np.uint64).reshape(len(rows), BANDS)


def _story(catalogue: Catalogue, article_id: str) -> Story:
    article = catalogue.article(article_id)
    return story_of(article) if article is not None else Story(frozenset())


def _store(
    catalogue: Catalogue,
    articles: Sequence[Article],
    made: Sequence[Sketch | None],
    edges: Sequence[tuple[str, str, float]],
) -> None:
    dates = [
        (article.id, m.start, m.end, m.first, m.last, int(m.worked_out))
        for article in articles
        for m in dates_in_article(article, _sentences(catalogue, article))
    ]
    revisions = dict(catalogue.database.run("SELECT id, revision FROM articles"))
    rows = [
        (article.id, revisions[article.id], b"" if s is None else s.astype("<u8").tobytes())
        for article, s in zip(articles, made, strict=True)
    ]
    with catalogue.database.transaction():
        run_many = catalogue.database.run_many
        run_many("INSERT OR REPLACE INTO date_mentions VALUES (?, ?, ?, ?, ?, ?)", dates)
        run_many("INSERT OR REPLACE INTO same_origin VALUES (?, ?, ?)", edges)
        run_many("INSERT OR REPLACE INTO annotated VALUES (?, ?, ?)", rows)


def _sentences(catalogue: Catalogue, article: Article) -> list[Span]:
    return [span for passage in catalogue.passages(article) for span in passage.sentences]


# Reading


def origins(catalogue: ReadableCatalogue) -> dict[str, str]:
    """Return the origin of each article that carries a story with another one."""
    return origins_of(catalogue.database.run("SELECT one, other FROM same_origin"))


def dated_words(
    catalogue: ReadableCatalogue, since: str | None = None, until: str | None = None
) -> list[DatedWords]:
    """Return the places that name a time between two ISO dates, both included, by time.

    A longer time ("last year") that only overlaps the range counts.
    """
    rows = catalogue.database.run(
        'SELECT d.article, d."start", d."end", d.first, d.last, d.worked_out, '
        "a.text FROM date_mentions d JOIN articles a ON a.id = d.article "
        "WHERE d.last >= ? AND d.first <= ? ORDER BY d.first, d.last, d.article, d.start",
        (since or "", until or "9999-99-99"),
    )
    return [
        DatedWords(
            row[0],
            DateMention(
                row[1], row[2], row[3], row[4],
                row[6].decode("utf-8", "surrogatepass")[row[1] : row[2]], bool(row[5]),
            ),
        )
        for row in rows
    ]  # fmt: skip

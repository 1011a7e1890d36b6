"""Is a library whole? Every promise of the catalogue and the derived indexes, checked."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from index.article import Article
from index.catalogue import Catalogue
from index.derived import current_stamp
from index.embedded_text import embedded_hash
from index.errors import LibraryDamaged
from index.exact import load_table
from index.keywords import Keywords
from index.vectors import VectorIndex

_SAMPLE = 200
_TOLERANCE = 1e-3


def check_catalogue(catalogue: Catalogue, embedder: str, dimension: int) -> Iterator[str]:
    """Yield what is wrong in the catalogue, one line for each problem.

    Raises:
        LibraryDamaged: it is too broken to be read at all.

    """
    run = catalogue.database.run
    for (line,) in run("PRAGMA integrity_check"):
        if line != "ok":
            yield f"SQLite: {line}"
    for article_id, table in run(
        "SELECT article, 'passages' FROM passages WHERE article NOT IN (SELECT id FROM articles) "
        "UNION SELECT article, 'locations' FROM locations "
        "WHERE article NOT IN (SELECT id FROM articles)"
    ):
        yield f"{table} of article {article_id}, which is not there"
    for (article_id,) in run(
        "SELECT id FROM articles WHERE id NOT IN (SELECT article FROM locations)"
    ):
        yield f"article {article_id} has no location"
    for article_id in catalogue.article_ids():
        article = catalogue.article(article_id)
        if article is not None:
            yield from _check_article(catalogue, article)
    missing = run(
        "SELECT count(*) FROM passages p LEFT JOIN embeddings e "
        "ON e.hash = p.hash AND e.embedder = ? WHERE e.hash IS NULL",
        (embedder,),
    )[0][0]
    if missing:
        yield f"{missing} passages have no embedding by {embedder}"
    wrong = run(
        "SELECT count(*) FROM embeddings WHERE embedder = ? AND length(vector) != ?",
        (embedder, 4 * dimension),
    )[0][0]
    if wrong:
        yield f"{wrong} embeddings are not of dimension {dimension}"


def _check_article(catalogue: Catalogue, article: Article) -> Iterator[str]:
    same = Article(article.text, article.title, article.source, article.published)
    if same.id != article.id:
        yield f"article {article.id} ({article.title}) has the content of {same.id}"
    passages = catalogue.passages(article)
    hashes = catalogue.hashes(article.id)
    for place, (passage, key) in enumerate(zip(passages, hashes, strict=True)):
        spans = [(span.start, span.end) for span in passage.sentences]
        edges = [passage.start, *(edge for span in spans for edge in span), passage.end]
        if passage.ordinal != place or edges != sorted(edges) or passage.end > len(article.text):
            yield f"passage {passage.id} does not lie in order inside its article"
        elif embedded_hash(article, passage) != key:
            yield f"passage {passage.id} does not have the words it was embedded with"


def broken_articles(catalogue: Catalogue, embedder: str, dimension: int) -> list[str]:
    """Return the ids of articles whose passages or embeddings are not what they must be.

    Embeddings of a wrong length are deleted, so that embedding again puts right ones.
    """
    catalogue.database.run(
        "DELETE FROM embeddings WHERE embedder = ? AND length(vector) != ?",
        (embedder, 4 * dimension),
    )
    without = {
        row[0]
        for row in catalogue.database.run(
            "SELECT DISTINCT p.article FROM passages p LEFT JOIN embeddings e "
            "ON e.hash = p.hash AND e.embedder = ? WHERE e.hash IS NULL",
            (embedder,),
        )
    }
    broken = []
    for article_id in catalogue.article_ids():
        article = catalogue.article(article_id)
        if article_id in without or (article and any(_check_article(catalogue, article))):
            broken.append(article_id)
    return broken


def check_keywords(catalogue: Catalogue, keywords: Keywords) -> Iterator[str]:
    """Yield what is wrong with the keyword index."""
    try:
        stamp = keywords.stamp
        if stamp != current_stamp(catalogue):
            yield f"the keyword index holds {stamp}, the catalogue {current_stamp(catalogue)}"
        elif keywords.count != catalogue.passage_count:
            yield (
                f"the keyword index holds {keywords.count} passages, "
                f"the catalogue {catalogue.passage_count}"
            )
    except LibraryDamaged as error:
        yield str(error)


def check_vectors(
    catalogue: Catalogue, vectors: VectorIndex, embedder: str, dimension: int
) -> Iterator[str]:
    """Yield what is wrong with the vector index.

    Beside the ids, a sample of passages is looked for by their own vectors: Chroma can
    list a record that its graph does not find.
    """
    try:
        stamp = vectors.stamp
        if stamp != current_stamp(catalogue):
            yield f"the vector index holds {stamp}, the catalogue {current_stamp(catalogue)}"
            return
        table = load_table(catalogue, embedder, dimension)
        held, wanted = vectors.ids(), set(table.ids)
        if held != wanted:
            yield (
                f"the vector index lacks {len(wanted - held)} passages and holds "
                f"{len(held - wanted)} that are gone"
            )
        rows = np.linspace(0, len(table.ids) - 1, min(_SAMPLE, len(table.ids))).astype(int)
        lost = sum(not _finds(vectors, table.matrix[row]) for row in set(rows.tolist()))
        if lost:
            yield f"{lost} of {len(rows)} passages looked for in the vector index are not found"
    except LibraryDamaged as error:
        yield str(error)


def _finds(vectors: VectorIndex, vector: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> bool:
    """Return whether the index finds a passage with exactly this vector."""
    hits = vectors.search(vector, 10)
    return bool(hits) and hits[0][1] > 1 - _TOLERANCE

"""Is a library whole? Every promise of the catalogue and the derived indexes, checked."""

from __future__ import annotations

from collections.abc import Iterator

from index.annotations import unannotated_count
from index.article import Article
from index.catalogue import Catalogue
from index.derived import current_stamp
from index.embedded_text import embedded_hash
from index.errors import LibraryDamaged
from index.exact import load_table
from index.library_parts import Parts
from index.probing import lost_passages


def check(parts: Parts) -> list[str]:
    """Return all that is wrong, one line for each problem."""
    return [
        *check_catalogue(parts),
        *check_annotations(parts),
        *check_keywords(parts),
        *check_vectors(parts),
    ]


def check_catalogue(parts: Parts) -> list[str]:
    """Return what is wrong in the catalogue.

    Raises:
        LibraryDamaged: it is too broken to be read at all.

    """
    return [*_check_tables(parts.catalogue), *_check_embeddings(parts)]


def check_annotations(parts: Parts) -> list[str]:
    """Return whether dates and origins have been worked out for every article."""
    missing = unannotated_count(parts.catalogue)
    return [f"{missing} articles have not been dated and compared"] if missing else []


def check_keywords(parts: Parts) -> list[str]:
    """Return what is wrong with the keyword index."""
    try:
        return list(_check_keywords(parts))
    except LibraryDamaged as error:
        return [str(error)]


def check_vectors(parts: Parts) -> list[str]:
    """Return what is wrong with the vector index.

    Beside the ids, a sample of passages is looked for by their own vectors: Chroma can
    list a record that its graph does not find.
    """
    try:
        return list(_check_vectors(parts))
    except LibraryDamaged as error:
        return [str(error)]


def _check_tables(catalogue: Catalogue) -> Iterator[str]:
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


def _check_embeddings(parts: Parts) -> Iterator[str]:
    missing = parts.catalogue.passage_count - parts.catalogue.embedded_count(parts.key)
    if missing:
        yield f"{missing} passages have no embedding by {parts.key}"
    wrong = parts.catalogue.database.run(
        "SELECT count(*) FROM embeddings WHERE embedder = ? AND length(vector) != ?",
        (parts.key, 4 * parts.dimension),
    )[0][0]
    if wrong:
        yield f"{wrong} embeddings are not of dimension {parts.dimension}"


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
        elif embedded_hash(passage) != key:
            yield f"passage {passage.id} does not have the words it was embedded with"


def broken_articles(parts: Parts) -> list[str]:
    """Return the ids of articles whose passages or embeddings are not what they must be.

    Embeddings of a wrong length are deleted, so that embedding again puts right ones.
    """
    catalogue = parts.catalogue
    catalogue.database.run(
        "DELETE FROM embeddings WHERE embedder = ? AND length(vector) != ?",
        (parts.key, 4 * parts.dimension),
    )
    rows = catalogue.database.run(
        "SELECT DISTINCT p.article FROM passages p LEFT JOIN embeddings e "
        "ON e.hash = p.hash AND e.embedder = ? WHERE e.hash IS NULL",
        (parts.key,),
    )
    broken = {row[0] for row in rows}
    for article_id in catalogue.article_ids():
        article = catalogue.article(article_id)
        if article is not None and any(_check_article(catalogue, article)):
            broken.add(article_id)
    return sorted(broken)


def _check_keywords(parts: Parts) -> Iterator[str]:
    held, wanted = parts.keywords.stamp, current_stamp(parts.catalogue)
    if held != wanted:
        yield f"the keyword index holds {held}, the catalogue {wanted}"
    elif parts.keywords.count != parts.catalogue.passage_count:
        yield (
            f"the keyword index holds {parts.keywords.count} passages, "
            f"the catalogue {parts.catalogue.passage_count}"
        )


def _check_vectors(parts: Parts) -> Iterator[str]:
    held, wanted = parts.vectors.stamp, current_stamp(parts.catalogue)
    if held != wanted:
        yield f"the vector index holds {held}, the catalogue {wanted}"
        return
    table = load_table(parts.catalogue, parts.key, parts.dimension)
    there, needed = parts.vectors.ids(), set(table.ids)
    if there != needed:
        yield (
            f"the vector index lacks {len(needed - there)} passages and holds "
            f"{len(there - needed)} that are gone"
        )
    lost, looked_for = lost_passages(parts.vectors, table)
    if lost:
        yield f"{lost} of {looked_for} passages looked for in the vector index are not found"

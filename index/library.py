"""A library: one indexed collection on disk, and the only door to it for the other parts.

    folder/catalogue.sqlite3   the truth (catalogue.py)
    folder/chroma/             vectors, derived (vectors.py)
    folder/keywords/           words, derived (keywords.py)
    folder/writing.lock        one writer at a time (locking.py)

Dense search is exact, over the catalogue's own vectors, for libraries of up to
`exact.EXACT_LIMIT` passages, and goes through Chroma above that, or when asked to. The
reasons are measured: importing chromadb takes half a second of a cold `footnote search`,
an approximate answer is worse than an exact one that costs a millisecond, filters slow
Chroma and not the exact search, and Chroma does not see what another process has just
written. Chroma is kept in step at every size.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from types import TracebackType

import platformdirs

from index import integrity
from index.article import Article, Passage
from index.catalogue import Catalogue
from index.catalogue_rows import Location, split_id
from index.derived import catch_up
from index.embedded_text import embedding_key
from index.embedding import Embedder, Vectors
from index.errors import EmbedderMismatch, LibraryBusy, LibraryError
from index.exact import Ranked
from index.filters import Filter
from index.indexing import IndexReport, Intake, Progress, Reader, Splitter, index_files
from index.keywords import Keywords
from index.locking import WriteLock
from index.searching import Method, Searcher
from index.vectors import VectorIndex
from index.walking import find_files

__all__ = ["Filter", "IndexReport", "Library", "Progress", "default_library_folder"]


def default_library_folder() -> Path:
    """Return the folder of the library used when none is named.

    The environment variable FOOTNOTE_LIBRARY, else `library` in the per-user data folder.
    """
    chosen = os.environ.get("FOOTNOTE_LIBRARY")
    return Path(chosen) if chosen else platformdirs.user_data_path("footnote") / "library"


def _silent(phase: str, done: int, total: int) -> None:
    """Report progress to nobody."""


class Library:
    """An open library. Close it, or use it as a context manager.

    Made by `create_or_open` and `open`. Several threads may read through one object.
    """

    def __init__(
        self,
        folder: Path,
        embedder: Embedder | None,
        *,
        write: bool,
        any_embedder: bool = False,
        read: Reader | None = None,
        split: Splitter | None = None,
    ) -> None:
        self.folder = folder
        self._embedder = embedder
        self._read, self._split = read, split
        self._lock = WriteLock(folder)
        with contextlib.ExitStack() as undo:
            if write:
                _make_folder(folder)
                self._lock.take()
                undo.callback(self._lock.release)
            self._catalogue = Catalogue(folder, write=write)
            undo.callback(self._catalogue.close)
            if embedder is not None:
                self._check_embedder(embedder, write=write, any_embedder=any_embedder)
            undo.pop_all()
        self._keywords = Keywords(folder)
        self._open_indexes()
        self._cached_article = lru_cache(maxsize=256)(self._load_article)

    @classmethod
    def create_or_open(
        cls,
        folder: Path,
        *,
        embedder: Embedder | None,
        write: bool = True,
        any_embedder: bool = False,
        read: Reader | None = None,
        split: Splitter | None = None,
    ) -> Library:
        """Open a library, made first when there is none and `write` is set.

        `embedder` may be None for what needs no model (listing, removing, checking).
        `any_embedder` opens a library made with another embedder, to `rebuild` it.
        `read` and `split` replace how files become articles and articles passages.

        Raises:
            LibraryBusy: another process writes to it.
            EmbedderMismatch: it was made with another embedding model.
            LibraryMissing: `write` is not set and there is none.
            LibraryDamaged: the catalogue cannot be read.

        """
        return cls(
            Path(folder), embedder, write=write, any_embedder=any_embedder, read=read, split=split
        )

    @classmethod
    def open(cls, folder: Path, *, embedder: Embedder | None = None) -> Library:
        """Open a library for reading; others may read and one may write meanwhile.

        Raises:
            LibraryMissing: there is no library in the folder.
            EmbedderMismatch: it was made with another embedding model.
            LibraryDamaged: the catalogue cannot be read.

        """
        return cls(Path(folder), embedder, write=False)

    def _check_embedder(self, embedder: Embedder, *, write: bool, any_embedder: bool) -> None:
        recorded = self._catalogue.meta("embedder")
        if recorded is None or (write and not self._catalogue.passage_count):
            if write:
                self._record_embedder(embedder)
            return
        same = self._key == embedding_key(embedder.name) and self._dimension == embedder.dimension
        if same or any_embedder:
            return
        if recorded == embedder.name:
            raise EmbedderMismatch(
                f"the library {self.folder} was made with {recorded} by another version of this "
                "tool: run `footnote library rebuild` to embed it anew"
            )
        raise EmbedderMismatch(
            f"the library {self.folder} was made with the embedding model {recorded}, in use is "
            f"{embedder.name}: run `footnote models use {recorded}`, or "
            "`footnote library rebuild` to embed the library anew"
        )

    def _record_embedder(self, embedder: Embedder) -> None:
        with self._catalogue.database.transaction():
            self._catalogue.set_meta("embedder", embedder.name)
            self._catalogue.set_meta("embedding", embedding_key(embedder.name))
            self._catalogue.set_meta("dimension", str(embedder.dimension))

    def _open_indexes(self) -> None:
        self._vectors = VectorIndex(self.folder, embedder=self._key, dimension=self._dimension)
        self._searcher = Searcher(
            self._catalogue,
            self._keywords,
            self._vectors,
            self._key,
            self._dimension,
            self._catch_up_if_free,
        )

    @property
    def _key(self) -> str:
        return self._catalogue.meta("embedding") or ""

    @property
    def _dimension(self) -> int:
        return int(self._catalogue.meta("dimension") or 0)

    def close(self) -> None:
        """Let go of all files and of the lock. Closing twice does nothing."""
        self._vectors.close()
        self._keywords.close()
        self._catalogue.close()
        self._lock.release()

    def __enter__(self) -> Library:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    # What is in it

    @property
    def embedder(self) -> Embedder:
        """The embedder that the library was opened with.

        Raises:
            LibraryError: it was opened without one.

        """
        if self._embedder is None:
            raise LibraryError(
                f"the library {self.folder} was opened without an embedding model, which this "
                "needs: choose one with `footnote models use`"
            )
        return self._embedder

    @property
    def embedder_name(self) -> str | None:
        """The name of the embedder that made the library; None while it is empty."""
        return self._catalogue.meta("embedder")

    @property
    def revision(self) -> int:
        """The number of the last change; grows with every one."""
        return self._catalogue.revision

    @property
    def article_count(self) -> int:
        """How many articles the library holds."""
        return self._catalogue.article_count

    @property
    def passage_count(self) -> int:
        """How many passages the library holds."""
        return self._catalogue.passage_count

    def articles(self) -> list[Article]:
        """Return all articles, in the order in which they were added."""
        found = (self._catalogue.article(article_id) for article_id in self.article_ids())
        return [article for article in found if article is not None]

    def article_ids(self) -> list[str]:
        """Return the ids of all articles, in the order in which they were added."""
        return self._catalogue.article_ids()

    def locations(self, article_id: str) -> list[str]:
        """Return the paths and URLs at which an article was found."""
        return [
            at.location
            for at in self._catalogue.locations().values()
            if at.article_id == article_id
        ]

    def article(self, article_id: str) -> Article:
        """Return the article with that id.

        Raises:
            LibraryError: there is none.

        """
        return self._cached_article(article_id, self.revision)

    def _load_article(self, article_id: str, revision: int) -> Article:
        article = self._catalogue.article(article_id)
        if article is None:
            raise LibraryError(
                f"there is no article {article_id} in {self.folder} at revision {revision}: "
                "see `footnote library list`"
            )
        return article

    def passages(self, article_id: str) -> list[Passage]:
        """Return an article's passages in order.

        Raises:
            LibraryError: there is no such article.

        """
        return self._catalogue.passages(self.article(article_id))

    def passage(self, passage_id: str) -> Passage:
        """Return the passage with that id.

        Raises:
            LibraryError: there is none.

        """
        article_id, ordinal = split_id(passage_id)
        passage = self._catalogue.passage(self.article(article_id), ordinal)
        if passage is None:
            raise LibraryError(f"there is no passage {passage_id} in {self.folder}")
        return passage

    # Searching

    def dense(
        self, vector: Vectors, k: int, where: Filter | None = None, *, method: Method = "auto"
    ) -> Ranked:
        """Return the `k` passages most similar to a unit vector, as (passage id, cosine).

        Best first. `method` chooses the exact search or Chroma; "auto" takes the exact
        one up to `exact.EXACT_LIMIT` passages.
        """
        return self._searcher.dense(vector, k, where, method)

    def keyword(self, question: str, k: int, where: Filter | None = None) -> Ranked:
        """Return the `k` passages that match the question's words best, as (passage id, BM25)."""
        return self._searcher.keyword(question, k, where)

    def vectors_of(self, passage_ids: Sequence[str]) -> Vectors:
        """Return the passages' unit vectors, shape (len(passage_ids), dimension).

        Raises:
            LibraryError: one of them is not in the library.

        """
        return self._searcher.vectors_of(passage_ids)

    def keyword_terms(self, text: str) -> list[str]:
        """Return the text's words as the keyword index stems them, in order, repeats kept."""
        return self._keywords.terms(text)

    def document_frequency(self, terms: Iterable[str]) -> dict[str, int]:
        """Return in how many passages each stemmed word (from `keyword_terms`) occurs."""
        return self._searcher.document_frequency(terms)

    # Changing

    def index(
        self, paths: Sequence[Path], *, progress: Progress | None = None, prune: bool = False
    ) -> IndexReport:
        """Add the files and folders, or bring them up to date.

        Files whose size and time, or whose bytes, are those of the last time are not
        read again; passages with known words are not embedded again. A file that cannot
        be read is reported and stops nothing. `prune` removes what was indexed from the
        folders and is gone from them.

        Raises:
            FootnoteError: one of the paths does not exist; nothing has been done.
            ModelFailed: the embedder broke; what was stored before stays.

        """
        from index.extracting import FORMATS, read_article

        found = find_files(paths, FORMATS)
        report = index_files(
            self._intake(), found, self._read or read_article, progress or _silent, prune=prune
        )
        self._catch_up_all(progress)
        return report

    def add(self, articles: Iterable[Article], *, progress: Progress | None = None) -> IndexReport:
        """Store articles that are at hand, each at its path or URL, else under its id."""
        intake = self._intake()
        before = self.article_count
        for article in articles:
            place = article.path or article.url or f"article://{article.id}"
            intake.take(article, Location(place, article.id))
            if intake.full:
                intake.store()
        intake.store()
        self._catch_up_all(progress)
        return IndexReport(added=self.article_count - before, embedded=intake.embedded)

    def remove(self, path_or_id: str | Path) -> int:
        """Remove an article by its id, or what was found at a path or URL or below a folder.

        An article with other locations stays when one of them is removed. Returns how
        many locations were removed.

        Raises:
            LibraryError: the library holds nothing of that name.

        """
        self._writing()
        name = str(path_or_id)
        path = Path(os.path.abspath(name))  # noqa: PTH100  # resolve() would follow links
        places = [
            at.location
            for at in self._catalogue.locations().values()
            if name in (at.location, at.article_id)
            or ("://" not in at.location and Path(at.location).is_relative_to(path))
        ]
        if not places:
            raise LibraryError(
                f"the library {self.folder} holds nothing at {name}: see `footnote library list`"
            )
        self._catalogue.remove_locations(places)
        self._catch_up_all(None)
        return len(places)

    def rebuild(self, *, progress: Progress | None = None) -> int:
        """Split and embed every article anew with the embedder in use; return how many passages.

        Only what this embedder has not yet embedded is embedded. Killed in the middle,
        it is finished by the next `rebuild` or `repair`.
        """
        self._writing()
        self._record_embedder(self.embedder)
        intake = self._again(self.article_ids(), progress)
        key = embedding_key(self.embedder.name)
        with self._catalogue.change():
            self._catalogue.database.run("DELETE FROM embeddings WHERE embedder != ?", (key,))
        self._vectors.close()
        self._open_indexes()
        self._catch_up_all(progress, anew=True)
        return intake.embedded

    def check(self) -> list[str]:
        """Return what is wrong with the library, a line for each problem; empty when nothing is."""
        return [
            *integrity.check_catalogue(self._catalogue, self._key, self._dimension),
            *integrity.check_keywords(self._catalogue, self._keywords),
            *integrity.check_vectors(self._catalogue, self._vectors, self._key, self._dimension),
        ]

    def repair(self, *, progress: Progress | None = None) -> list[str]:
        """Mend what `check` finds, from the catalogue; return what remains wrong.

        Articles whose passages or embeddings are not right are split and, where they
        must be, embedded again; a derived index with a problem is made anew.
        """
        self._writing()
        broken = integrity.broken_articles(self._catalogue, self._key, self._dimension)
        if broken:
            self._again(broken, progress)
        if any(integrity.check_keywords(self._catalogue, self._keywords)):
            self._catch_up(self._keywords, progress, anew=True)
        vectors = integrity.check_vectors(
            self._catalogue, self._vectors, self._key, self._dimension
        )
        if any(vectors):
            self._catch_up(self._vectors, progress, anew=True)
        return self.check()

    def _again(self, article_ids: Sequence[str], progress: Progress | None) -> Intake:
        """Split stored articles again, and embed what has no embedding by the embedder."""
        intake = self._intake()
        for number, article_id in enumerate(article_ids, 1):
            article = self._catalogue.article(article_id)
            if article is not None:
                intake.take(article, None)
            if intake.full or number == len(article_ids):
                intake.store()
                (progress or _silent)("splitting and embedding again", number, len(article_ids))
        return intake

    def _intake(self) -> Intake:
        from index.splitting import split_into_passages

        self._writing()
        return Intake(self._catalogue, self.embedder, self._split or split_into_passages)

    def _writing(self) -> None:
        if not self._lock.held:
            raise ValueError("the library was opened for reading: open it with write=True")

    def _catch_up(
        self, index: Keywords | VectorIndex, progress: Progress | None, *, anew: bool = False
    ) -> None:
        catch_up(self._catalogue, index, self._key, progress or _silent, anew=anew)

    def _catch_up_all(self, progress: Progress | None, *, anew: bool = False) -> None:
        self._catch_up(self._keywords, progress, anew=anew)
        self._catch_up(self._vectors, progress, anew=anew)
        self._catalogue.forget_log(self.revision)

    def _catch_up_if_free(self, index: Keywords | VectorIndex) -> None:
        """Mend a derived index on behalf of a reader, unless somebody is writing."""
        if self._lock.held:
            self._catch_up(index, None)
            return
        # Busy: searching goes on with what is there. Not ours to write: likewise.
        with contextlib.suppress(LibraryBusy, LibraryError), self._lock:
            self._catch_up(index, None)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LibraryError(
            f"the library folder {folder} cannot be made ({error.strerror}): choose another with "
            "--library"
        ) from error

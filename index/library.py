"""A library: one indexed collection on disk, and the only door to it for the other parts."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from index import integrity
from index.addresses import as_stored
from index.article import Article
from index.catalogue import require_library
from index.catalogue_rows import Location
from index.embedding import Embedder
from index.errors import LibraryError
from index.filters import Filter
from index.indexing import IndexReport, Intake, Progress, Reader, Splitter
from index.learnt_furniture import learnt, relearnt
from index.library_parts import silent
from index.library_reading import ReadableLibrary
from index.settings import library_folder
from index.walking import find_files

if TYPE_CHECKING:
    from index.fetching import Fetcher

__all__ = ["Filter", "IndexReport", "Library", "Progress", "default_library_folder"]


def default_library_folder() -> Path:
    """Return the folder of the library used when none is named (see `settings`)."""
    return library_folder()


class Library(ReadableLibrary):
    """An open library. Close it, or use it as a context manager.

    Made by `create_or_open` and `open`. What reads is in `ReadableLibrary`; one process
    at a time may open a library for writing, and one thread of it writes.
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
        super().__init__(folder, embedder, write=write, any_embedder=any_embedder)
        self._read, self._split = read, split

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

    @classmethod
    def open_to_write(
        cls, folder: Path, *, embedder: Embedder | None = None, any_embedder: bool = False
    ) -> Library:
        """Open a library that is there for changing; see `create_or_open`.

        Raises:
            LibraryMissing: there is no library in the folder.
            LibraryBusy, EmbedderMismatch, LibraryDamaged: as for `create_or_open`.

        """
        require_library(Path(folder))
        return cls(Path(folder), embedder, write=True, any_embedder=any_embedder)

    # Changing

    def index(
        self,
        paths: Sequence[Path],
        *,
        progress: Progress | None = None,
        prune: bool = False,
        again: bool = False,
        columns: Mapping[str, str] | None = None,
    ) -> IndexReport:
        """Add the files and folders, or bring them up to date.

        Files whose size and time, or whose bytes, are those of the last time are not
        read again; passages with known words are not embedded again. A file that cannot
        be read is reported and stops nothing. `prune` removes what was indexed from the
        folders and is gone from them. `again` reads unchanged files too, which is for
        files that an older version of this tool read. `columns` say which column of a
        table holds what ({"text": "body"}) where its name does not; a table for which
        none are given is read with those of the last time.

        Raises:
            FootnoteError: one of the paths does not exist; nothing has been done.
            ModelFailed: the embedder broke; what was stored before stays.

        """
        from index.file_indexing import FileIndexing
        from index.formats import FORMATS

        found = find_files(paths, FORMATS)
        run = FileIndexing(self._intake(), progress or silent, self._read, columns or {}, again)
        report = run.run(found, prune=prune)
        self._bring_in_step(progress)
        return report

    def index_addresses(
        self,
        addresses: Sequence[str],
        fetcher: Fetcher,
        *,
        feed: bool = False,
        limit: int | None = None,
        again: bool = False,
        progress: Progress | None = None,
    ) -> IndexReport:
        """Fetch pages, feeds and sitemaps; add what they hold, or bring it up to date.

        A page is asked for conditionally and left alone when it is the same; one that
        cannot be had is reported and stops nothing. Of one feed or sitemap the first
        `limit` pages are taken. `feed` says that every address is one of a feed. `again`
        reads unchanged pages too. Pages are never removed here, whatever a server says.

        Raises:
            ModelFailed: the embedder broke; what was stored before stays.

        """
        from index.web_indexing import PAGES_PER_FEED, WebIndexing

        run = WebIndexing(
            self._intake(), fetcher, progress or silent, limit or PAGES_PER_FEED, again
        )
        report = run.run(addresses, feed=feed)
        self._bring_in_step(progress)
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
        self._bring_in_step(progress)
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
        names = {name, as_stored(name)}
        places = [
            at.location
            for at in self._catalogue.locations().values()
            if names & {at.location, at.article_id}
            or at.location == str(path)
            or (at.file is not None and Path(at.file).is_relative_to(path))
        ]
        if not places:
            raise LibraryError(
                f"the library {self.folder} holds nothing at {name}: see `footnote library list`"
            )
        self._catalogue.remove_locations(places)
        self._parts.catch_up_all(None)
        return len(places)

    def rebuild(self, *, progress: Progress | None = None) -> int:
        """Split and embed every article anew with the embedder in use; return how many passages.

        Only what this embedder has not yet embedded is embedded. Killed in the middle,
        it is finished by the next `rebuild` or `repair`.
        """
        self._writing()
        self._parts.take_embedder(self.embedder)
        embedded = self._again(self.article_ids(), progress)
        with self._catalogue.change():
            self._catalogue.database.run(
                "DELETE FROM embeddings WHERE embedder != ?", (self._parts.key,)
            )
        self._parts.catch_up_all(progress, anew=True)
        return embedded

    def check(self) -> list[str]:
        """Return what is wrong with the library, a line for each problem; empty when nothing is."""
        return integrity.check(self._parts)

    def check_catalogue(self) -> list[str]:
        """Return what is wrong with the catalogue alone, which `repair` needs an embedder for."""
        return integrity.check_catalogue(self._parts)

    def repair(self, *, progress: Progress | None = None) -> list[str]:
        """Mend what `check` finds, from the catalogue; return what remains wrong.

        Articles whose passages or embeddings are not right are split and, where they
        must be, embedded again; a derived index with a problem is made anew.
        """
        self._writing()
        broken = integrity.broken_articles(self._parts)
        if broken:
            self._again(broken, progress)
        self._parts.annotate(progress)
        if integrity.check_keywords(self._parts):
            self._parts.catch_up(self._parts.keywords, progress, anew=True)
        if integrity.check_vectors(self._parts):
            self._parts.catch_up(self._parts.vectors, progress, anew=True)
        return self.check()

    def _again(self, article_ids: Sequence[str], progress: Progress | None) -> int:
        """Split stored articles again, embed what has no embedding; return how many passages."""
        intake = self._intake()
        for number, article_id in enumerate(article_ids, 1):
            article = self._catalogue.article(article_id)
            if article is not None:
                intake.take(article, None)
            if intake.full or number == len(article_ids):
                intake.store()
                (progress or silent)("splitting and embedding again", number, len(article_ids))
        return intake.embedded

    def _bring_in_step(self, progress: Progress | None) -> None:
        """Mark what recurs in the sources that changed, then bring all that is derived in step."""
        intake = self._intake()
        for article in relearnt(self._catalogue):
            intake.take(article, None)
            if intake.full:
                intake.store()
        intake.store()
        learnt(self._catalogue)
        self._parts.catch_up_all(progress)

    def _intake(self) -> Intake:
        from index.splitting import split_into_passages

        self._writing()
        return Intake(self._catalogue, self.embedder, self._split or split_into_passages)

    def _writing(self) -> None:
        if not self._parts.lock.held:
            raise ValueError("the library was opened for reading: open it with write=True")

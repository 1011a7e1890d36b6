"""The files of one open library, and who may do what with them.

folder/catalogue.sqlite3   the truth (catalogue.py)
folder/chroma/             vectors, derived (vectors.py)
folder/keywords/           words, derived (keywords.py)
folder/writing.lock        one writer at a time (locking.py)
"""

from __future__ import annotations

import contextlib
from pathlib import Path

from index.annotations import annotate
from index.catalogue import Catalogue
from index.derived import catch_up, current_stamp
from index.embedded_text import embedding_key
from index.embedding import Embedder
from index.errors import EmbedderMismatch, LibraryBusy, LibraryError, LibraryOutdated
from index.indexing import Progress
from index.keywords import Keywords
from index.locking import WriteLock
from index.searching import Searcher
from index.vectors import VectorIndex


def silent(phase: str, done: int, total: int) -> None:
    """Report progress to nobody."""


class Parts:
    """Catalogue, derived indexes and lock of one library, opened and closed together.

    Raises:
        LibraryBusy: opened for writing while another process writes.
        EmbedderMismatch: made with another embedder, unless `any_embedder` is set.
        LibraryMissing: opened for reading and there is none.
        LibraryDamaged: the catalogue cannot be read.

    """

    def __init__(
        self, folder: Path, embedder: Embedder | None, *, write: bool, any_embedder: bool
    ) -> None:
        self.folder = folder
        self.lock = WriteLock(folder)
        with contextlib.ExitStack() as undo:
            if write:
                _make_folder(folder)
                self.lock.take()
                undo.callback(self.lock.release)
            self.catalogue = self._open_catalogue(write=write)
            undo.callback(self.catalogue.close)
            if embedder is not None:
                self._check_embedder(embedder, write=write, any_embedder=any_embedder)
            undo.pop_all()
        self.keywords = Keywords(folder, self.catalogue.languages)
        self._open_vectors()

    def _open_catalogue(self, *, write: bool) -> Catalogue:
        """Open the catalogue; one that an earlier version made is brought up to date first.

        Raises:
            LibraryOutdated: that cannot be done, because somebody is writing to it or the
                folder cannot be written.

        """
        try:
            return Catalogue(self.folder, write=write)
        except LibraryOutdated as outdated:
            try:
                with self.lock:
                    Catalogue(self.folder, write=True).close()
            except LibraryError:
                raise outdated from None
            return Catalogue(self.folder, write=write)

    def _open_vectors(self) -> None:
        self.vectors = VectorIndex(self.folder, embedder=self.key, dimension=self.dimension)
        self.searcher = Searcher(
            self.catalogue, self.keywords, self.vectors, self.key, self.dimension, self.mend
        )

    def close(self) -> None:
        """Let go of all files and of the lock. Closing twice does nothing."""
        self.vectors.close()
        self.keywords.close()
        self.catalogue.close()
        self.lock.release()

    # The embedder

    @property
    def key(self) -> str:
        """The name that the library's embeddings are stored under; empty while unknown."""
        return self.catalogue.meta("embedding") or ""

    @property
    def dimension(self) -> int:
        """The length of the library's vectors; 0 while unknown."""
        return int(self.catalogue.meta("dimension") or 0)

    def take_embedder(self, embedder: Embedder) -> None:
        """Make this the library's embedder. What it has not embedded is missing from now on."""
        self._record(embedder)
        self.vectors.close()
        self._open_vectors()

    def _record(self, embedder: Embedder) -> None:
        with self.catalogue.database.transaction():
            self.catalogue.set_meta("embedder", embedder.name)
            self.catalogue.set_meta("embedding", embedding_key(embedder.name))
            self.catalogue.set_meta("dimension", str(embedder.dimension))

    def _check_embedder(self, embedder: Embedder, *, write: bool, any_embedder: bool) -> None:
        recorded = self.catalogue.meta("embedder")
        if recorded is None or (write and not self.catalogue.passage_count):
            if write:
                self._record(embedder)
            return
        same = self.key == embedding_key(embedder.name) and self.dimension == embedder.dimension
        if same or any_embedder:
            return
        if recorded == embedder.name:
            raise EmbedderMismatch(
                f"the library {self.folder} was made with {recorded} by another version of this "
                "tool: run `footnote library rebuild` to embed it anew"
            )
        # Behind the "@" of a name stands which file of the model it was.
        raise EmbedderMismatch(
            f"the library {self.folder} was made with the embedding model {recorded}, in use is "
            f"{embedder.name}: run `footnote models use {recorded.partition('@')[0]}`, or "
            "`footnote library rebuild` to embed the library anew"
        )

    # The derived indexes

    def catch_up(
        self, index: Keywords | VectorIndex, progress: Progress | None, *, anew: bool = False
    ) -> None:
        """Bring one derived index in step; the lock must be held."""
        catch_up(self.catalogue, index, self.key, progress or silent, anew=anew)

    def catch_up_all(self, progress: Progress | None, *, anew: bool = False) -> None:
        """Bring both in step, after which the catalogue's log is no longer needed.

        The annotations of the articles are brought in step as well.
        """
        self.annotate(progress)
        self.catch_up(self.keywords, progress, anew=anew)
        self.catch_up(self.vectors, progress, anew=anew)
        self.catalogue.forget_log(self.catalogue.revision)

    def annotate(self, progress: Progress | None) -> None:
        """Work out the annotations of articles that lack them; the lock must be held."""
        annotate(self.catalogue, progress)

    def mend(self, index: Keywords | VectorIndex, *, anew: bool = False) -> bool:
        """Bring one in step on behalf of a search; return False when somebody is writing.

        Raises:
            LibraryError: the folder cannot be written.

        """
        if not anew and index.stamp == current_stamp(self.catalogue):
            return True
        if self.lock.held:
            self.catch_up(index, None, anew=anew)
            return True
        try:
            with self.lock:
                self.catch_up(index, None, anew=anew)
        except LibraryBusy:
            return False
        return True


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LibraryError(
            f"the library folder {folder} cannot be made ({error.strerror}): choose another with "
            "--library"
        ) from error

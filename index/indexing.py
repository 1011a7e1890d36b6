"""From files to the catalogue: look, read, split, embed, store.

Files are read one after another and stored in batches, one transaction each. A batch is
large enough for its texts to be embedded in order of length (padding to the longest text
of a batch is what small texts pay for otherwise), and small enough that a process killed
in the middle loses a few seconds of work. The next run finds what is stored and goes on.
"""

from __future__ import annotations

import hashlib
import stat
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

import numpy as np

from index.article import Article, Passage
from index.catalogue import Catalogue
from index.catalogue_rows import Entry, Location
from index.embedded_text import embedded_hash, embedding_key, passage_text_for_embedding
from index.embedding import Embedder, Vectors
from index.errors import FootnoteError, ModelFailed
from index.exact import known_hashes
from index.walking import Found

PASSAGES_AT_ONCE = 256
ARTICLES_AT_ONCE = 256
CHARACTERS_AT_ONCE = 8_000_000
_MOMENT_NS = 2_000_000_000

Reader = Callable[[Path], Article]
Splitter = Callable[[Article], list[Passage]]


class Progress(Protocol):
    """Told how far the work is: `phase` is a word for people, `done` of `total` its units."""

    def __call__(self, phase: str, done: int, total: int) -> None: ...


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What one indexing did, counted in files; `embedded` counts passages.

    `failed` holds the path and a one-line message of every file that could not be read;
    `skipped` counts files passed over because they are hidden or of no known format.
    `warnings` are one line each: something was left out, or asks for a look.
    """

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    failed: tuple[tuple[str, str], ...] = ()
    embedded: int = 0
    skipped: int = 0
    warnings: tuple[str, ...] = ()


@dataclass(slots=True)
class Intake:
    """Collects read articles and stores them, with the embeddings they need, in batches."""

    catalogue: Catalogue
    embedder: Embedder
    split: Splitter
    embedded: int = 0
    _entries: list[Entry] = field(default_factory=list)
    _texts: dict[str, str] = field(default_factory=dict)
    _passages: int = 0
    _characters: int = 0

    @property
    def full(self) -> bool:
        """Whether it is time to store."""
        return (
            self._passages >= PASSAGES_AT_ONCE
            or len(self._entries) >= ARTICLES_AT_ONCE
            or self._characters >= CHARACTERS_AT_ONCE
        )

    def article(self, article_id: str) -> Article | None:
        """Return an article that is held or stored, None when it is neither."""
        for entry in self._entries:
            if entry.article.id == article_id:
                return entry.article
        return self.catalogue.article(article_id)

    def take(self, article: Article, location: Location | None) -> None:
        """Split one article and hold it until the next `store`."""
        passages = tuple(self.split(article))
        hashes = tuple(embedded_hash(article, passage) for passage in passages)
        for passage, key in zip(passages, hashes, strict=True):
            self._texts[key] = passage_text_for_embedding(article, passage)
        self._entries.append(Entry(article, passages, hashes, location))
        self._passages += len(passages)
        self._characters += len(article.text)

    def store(self) -> None:
        """Embed what is new among the passages held, and store everything held."""
        if self._entries:
            key = embedding_key(self.embedder.name)
            known = known_hashes(self.catalogue, list(self._texts), key)
            new = {h: text for h, text in self._texts.items() if h not in known}
            vectors = embed(self.embedder, new)
            self.catalogue.put(self._entries, vectors, key)
            self.embedded += len(vectors)
        self._entries, self._texts, self._passages, self._characters = [], {}, 0, 0


def embed(embedder: Embedder, texts: dict[str, str]) -> dict[str, Vectors]:
    """Return the embedding of each text by its key, texts of like length embedded together.

    Raises:
        ModelFailed: the embedder returned something that is no set of vectors.

    """
    keys = sorted(texts, key=lambda key: (len(texts[key]), key))
    vectors: dict[str, Vectors] = {}
    # Twice a batch, so that the usual batch, which is a little too full, is one call.
    for first in range(0, len(keys), 2 * PASSAGES_AT_ONCE):
        some = keys[first : first + 2 * PASSAGES_AT_ONCE]
        rows = embedder.embed_passages([texts[key] for key in some])
        if rows.shape != (len(some), embedder.dimension) or not np.isfinite(rows).all():
            raise ModelFailed(
                f"{embedder.name} returned an array of shape {rows.shape} for {len(some)} texts of "
                f"dimension {embedder.dimension}, or one with holes: choose another embedding "
                "model with `footnote models use`"
            )
        vectors.update(zip(some, rows, strict=True))
    return vectors


@dataclass(frozen=True, slots=True)
class _Work:
    """A file that has to be read, or is the twin of one that has been."""

    path: Path
    location: Location
    known: bool


@dataclass(slots=True)
class _Tally:
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)

    def fail(self, path: Path, error: Exception) -> None:
        ours = isinstance(error, FootnoteError)
        text = str(error) if ours else f"{path}: {type(error).__name__}: {error}"
        self.failed.append((str(path), text.strip().splitlines()[0]))


def index_files(
    intake: Intake,
    found: Found,
    read: Reader,
    progress: Progress,
    *,
    prune: bool,
    again: bool,
) -> IndexReport:
    """Bring the catalogue in step with the files; see `Library.index`."""
    tally = _Tally(failed=list(found.unreadable))
    work = _files_to_read(intake.catalogue, found.files, tally, progress, again=again)
    # Files with the same bytes are one article, whatever their names.
    twins = {} if again else _stored_contents(intake.catalogue)
    for number, item in enumerate(work, 1):
        try:
            _index_one(intake, item, read, twins)
        except Exception as error:
            # One broken file, whatever its reader stumbled over, must not stop the others.
            tally.fail(item.path, error)
        else:
            tally.updated += item.known
            tally.added += not item.known
        if intake.full:
            intake.store()
            progress("reading articles", number, len(work))
    intake.store()
    if work:
        progress("reading articles", len(work), len(work))
    return IndexReport(
        added=tally.added,
        updated=tally.updated,
        unchanged=tally.unchanged,
        removed=_prune(intake.catalogue, found.folders) if prune else 0,
        failed=tuple(tally.failed),
        embedded=intake.embedded,
        skipped=found.skipped,
    )


def _index_one(
    intake: Intake, item: _Work, read: Reader, twins: dict[tuple[str, str], str]
) -> None:
    content = _content(item.path, item.location.sha256)
    twin = intake.article(twins[content]) if content in twins else None
    article = twin or read(item.path)
    twins[content] = article.id
    article = replace(article, path=item.location.location)
    intake.take(article, replace(item.location, article_id=article.id))


def _stored_contents(catalogue: Catalogue) -> dict[tuple[str, str], str]:
    """Return the article of each content that has been read before."""
    places = catalogue.locations().values()
    return {_content(Path(at.location), at.sha256): at.article_id for at in places}


def _content(path: Path, sha256: str) -> tuple[str, str]:
    """Return what makes two files the same article: their bytes, and how they are read."""
    return sha256, path.suffix.lower()


def _files_to_read(
    catalogue: Catalogue, files: Sequence[Path], tally: _Tally, progress: Progress, *, again: bool
) -> list[_Work]:
    """Return the files that are new or changed, or all with `again`; count the others."""
    locations = catalogue.locations()
    work: list[_Work] = []
    touched: list[Location] = []
    for number, path in enumerate(files, 1):
        known = locations.get(str(path))
        try:
            status = path.stat()
            same = known and (known.size, known.mtime_ns) == (status.st_size, status.st_mtime_ns)
            if same and not again:
                tally.unchanged += 1
                continue
            if not stat.S_ISREG(status.st_mode):
                tally.fail(path, FootnoteError(f"{path} is not a regular file"))
                continue
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            tally.fail(path, FootnoteError(f"{path} cannot be read: {error.strerror}"))
            continue
        now = Location(str(path), "", status.st_size, _settled(status.st_mtime_ns), digest)
        if known and known.sha256 == digest and not again:
            touched.append(now)
            tally.unchanged += 1
        else:
            work.append(_Work(path, now, known is not None))
        if number % 100 == 0 or number == len(files):
            progress("looking at files", number, len(files))
    catalogue.touch(touched)
    return work


def _settled(mtime_ns: int) -> int:
    """Return the time to record for a file, 0 when it was written a moment ago.

    Such a file could change again without its recorded time changing; its bytes are
    then compared the next time (the "racy git" problem,
    https://git-scm.com/docs/racy-git).
    """
    return mtime_ns if time.time_ns() - mtime_ns > _MOMENT_NS else 0


def _prune(catalogue: Catalogue, folders: Sequence[Path]) -> int:
    """Remove the locations of files that are gone from the folders; return how many."""
    lost = [
        location
        for location in catalogue.locations()
        if "://" not in location
        and any(Path(location).is_relative_to(folder) for folder in folders)
        and not Path(location).exists()
    ]
    if lost:
        catalogue.remove_locations(lost)
    return len(lost)

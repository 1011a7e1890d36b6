"""Which articles a case file is about, and a library of them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from eval.case_files import CaseFile
from index.article import Article
from index.embedding import Embedder
from index.errors import ReadingError, UsageError
from index.extracting import FORMATS, read_article
from index.library import Library, Progress
from index.settings import library_folder
from index.walking import find_files

SEEDS = Path(__file__).parent.parent / "seeds"


def articles_folder(cases: CaseFile, given: Path | None = None) -> Path | None:
    """Return the folder of the articles that the cases are about, None when nothing says.

    What is given comes first, then the file's own `collection` ("seeds", or a folder
    relative to the file), then a folder `articles` beside the file.

    Raises:
        UsageError: the folder named is not there.

    """
    if given is not None:
        folder = given
    elif cases.collection == "seeds":
        folder = SEEDS
    elif cases.collection:
        folder = cases.path.parent / cases.collection
    else:
        folder = cases.path.parent / "articles"
        return folder if folder.is_dir() else None
    if not folder.is_dir():
        raise UsageError(f"{folder} is not a folder; name the articles' folder with --articles")
    return folder


@contextmanager
def temporary_library(
    articles: Path, embedder: Embedder, progress: Progress | None = None
) -> Iterator[Library]:
    """Index a folder into a library that is gone afterwards.

    Raises:
        UsageError: nothing in the folder can be read.

    """
    with (
        TemporaryDirectory(prefix="footnote-eval-") as folder,
        Library.create_or_open(Path(folder) / "library", embedder=embedder) as library,
    ):
        report = library.index([articles], progress=progress)
        if not library.article_count:
            failed = "; ".join(f"{path}: {message}" for path, message in report.failed[:3])
            raise UsageError(f"no article can be read in {articles}: {failed or 'it is empty'}")
        yield library


def articles_of(library: Path | None, folder: Path | None) -> list[Article]:
    """Return the articles of a folder of files, else those of a library (default: the one in use).

    Files that cannot be read are left out.

    Raises:
        UsageError: no file in the folder can be read.
        LibraryError: the library is not there or cannot be opened.

    """
    if folder is None:
        where = library or library_folder()
        with Library.create_or_open(where, embedder=None, write=False) as opened:
            return opened.articles()
    articles = []
    for path in find_files([folder], FORMATS).files:
        with contextlib.suppress(ReadingError):
            articles.append(read_article(path))
    if not articles:
        raise UsageError(f"no article can be read in {folder}")
    return articles

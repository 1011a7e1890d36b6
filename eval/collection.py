"""Which articles a case file is about, and a library of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from eval.case_files import CaseFile
from index.embedding import Embedder
from index.errors import UsageError
from index.library import Library, Progress

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

"""What these tests share: a library's folder, one of files and one of models, an embedder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.library import Library
from tests.helpers.articles import write_numbered
from tests.helpers.hashing_embedder import HashingEmbedder
from tests.helpers.libraries import writing


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a library is to be."""
    return tmp_path / "library"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder of six numbered reports of five paragraphs."""
    write_numbered(tmp_path / "files", range(6))
    return tmp_path / "files"


@pytest.fixture
def hashing() -> HashingEmbedder:
    """The embedder without a model."""
    return HashingEmbedder()


@pytest.fixture
def library(folder: Path, hashing: HashingEmbedder) -> Iterator[Library]:
    """An empty library, open for writing."""
    with writing(folder, hashing) as opened:
        yield opened

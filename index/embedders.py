"""Opens an embedding model by name: finds its files and chooses the runtime."""

from __future__ import annotations

import json

from index.embedding import Embedder
from index.errors import ModelFailed
from index.model_files import MANIFEST, Progress, ensure, find, in_use


def open_embedder(
    name_or_path: str | None = None, *, offline: bool = False, progress: Progress | None = None
) -> Embedder:
    """Return the embedder of that name, or the one in use; its files are fetched if missing.

    Raises:
        UnknownModel: no known model and no file of that name.
        ModelUnavailable: not here and not to be fetched now.
        ModelCorrupt: its files are not what was promised.
        ModelFailed: it could not be loaded.
    """
    wanted = name_or_path or in_use("embedding")
    path = ensure(wanted, offline=offline, progress=progress)
    if path.suffix == ".gguf":
        raise ModelFailed(f"{path}: GGUF embedders are not supported yet")
    from index.onnx_embedder import OnnxEmbedder
    from index.onnx_graph import WEIGHTS

    model = find(wanted)
    manifest = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
    return OnnxEmbedder(
        path,
        name=f"{model.name}@{manifest[WEIGHTS]['sha256'][:8]}",
        dimension=model.dimension or 0,
        max_tokens=model.context,
        query_prefix=model.query_prefix,
        passage_prefix=model.passage_prefix,
    )

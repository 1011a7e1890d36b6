"""A BERT encoder small enough to be made in a test: random weights, a few dozen words."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

WORDS = "the a council approved budget on tuesday who leads agency in january and number word"
ENDINGS = "##s ##ed ##ing ##ly"
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
WIDTH, HEADS, LAYERS, WIDE, POSITIONS = 32, 2, 2, 64, 64
EPSILON = 1e-12

Tensors = dict[str, NDArray[np.float32]]


def vocabulary() -> list[str]:
    return [*SPECIAL, *WORDS.split(), *ENDINGS.split(), ".", "?", ","]


def make_tiny_bert(folder: Path, seed: int = 0) -> Tensors:
    """Write `model.safetensors`, `config.json` and `tokenizer.json`; return the weights."""
    folder.mkdir(parents=True, exist_ok=True)
    tensors = _weights(np.random.default_rng(seed))
    save_file(tensors, folder / "model.safetensors")
    config = {
        "model_type": "bert",
        "hidden_act": "gelu",
        "hidden_size": WIDTH,
        "num_attention_heads": HEADS,
        "num_hidden_layers": LAYERS,
        "intermediate_size": WIDE,
        "layer_norm_eps": EPSILON,
        "max_position_embeddings": POSITIONS,
    }
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "tokenizer.json").write_text(json.dumps(_tokenizer()))
    return tensors


def _weights(rng: np.random.Generator) -> Tensors:
    tensors: Tensors = {}

    def add(name: str, *shape: int, around: float = 0.0, spread: float = 0.2) -> None:
        tensors[name] = (rng.normal(size=shape) * spread + around).astype(np.float32)

    def norm(name: str) -> None:
        add(f"{name}.weight", WIDTH, around=1.0)
        add(f"{name}.bias", WIDTH)

    def linear(name: str, outputs: int, inputs: int) -> None:
        add(f"{name}.weight", outputs, inputs)
        add(f"{name}.bias", outputs)

    # Words far apart, so that texts are too, and a wrong pooling is seen.
    add("embeddings.word_embeddings.weight", len(vocabulary()), WIDTH, spread=3.0)
    add("embeddings.position_embeddings.weight", POSITIONS, WIDTH)
    add("embeddings.token_type_embeddings.weight", 2, WIDTH)
    norm("embeddings.LayerNorm")
    for layer in range(LAYERS):
        name = f"encoder.layer.{layer}"
        for part in ("query", "key", "value"):
            linear(f"{name}.attention.self.{part}", WIDTH, WIDTH)
        linear(f"{name}.attention.output.dense", WIDTH, WIDTH)
        norm(f"{name}.attention.output.LayerNorm")
        linear(f"{name}.intermediate.dense", WIDE, WIDTH)
        linear(f"{name}.output.dense", WIDTH, WIDE)
        norm(f"{name}.output.LayerNorm")
    return tensors


def _tokenizer() -> dict[str, object]:
    vocab = {word: number for number, word in enumerate(vocabulary())}
    special = [
        {
            "id": vocab[word],
            "content": word,
            "special": True,
            "single_word": False,
            "lstrip": False,
            "rstrip": False,
            "normalized": False,
        }
        for word in SPECIAL
    ]
    return {
        "version": "1.0",
        # As in the real file: settings of an experiment that must not be ours.
        "truncation": {"max_length": 8, "strategy": "LongestFirst", "stride": 0},
        "padding": {
            "strategy": {"Fixed": 8},
            "direction": "Right",
            "pad_to_multiple_of": None,
            "pad_id": 0,
            "pad_type_id": 0,
            "pad_token": "[PAD]",
        },
        "added_tokens": special,
        "normalizer": {
            "type": "BertNormalizer",
            "clean_text": True,
            "handle_chinese_chars": True,
            "strip_accents": None,
            "lowercase": True,
        },
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [
                {"SpecialToken": {"id": "[CLS]", "type_id": 0}},
                {"Sequence": {"id": "A", "type_id": 0}},
                {"SpecialToken": {"id": "[SEP]", "type_id": 0}},
            ],
            "pair": [],
            "special_tokens": {
                word: {"id": word, "ids": [vocab[word]], "tokens": [word]}
                for word in ("[CLS]", "[SEP]")
            },
        },
        "decoder": None,
        "model": {
            "type": "WordPiece",
            "unk_token": "[UNK]",
            "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100,
            "vocab": vocab,
        },
    }

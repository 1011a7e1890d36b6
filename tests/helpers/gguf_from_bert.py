"""Writes a BERT encoder's safetensors folder as a GGUF file, as llama.cpp wants it."""

from __future__ import annotations

import json
from pathlib import Path

import gguf
import numpy as np
from safetensors.numpy import load_file

NORMAL, CONTROL = 1, 3  # llama.cpp's kinds of token

NAMES = {
    "embeddings.word_embeddings": "token_embd",
    "embeddings.position_embeddings": "position_embd",
    "embeddings.token_type_embeddings": "token_types",
    "embeddings.LayerNorm": "token_embd_norm",
}
LAYER_NAMES = {
    "attention.self.query": "attn_q",
    "attention.self.key": "attn_k",
    "attention.self.value": "attn_v",
    "attention.output.dense": "attn_output",
    "attention.output.LayerNorm": "attn_output_norm",
    "intermediate.dense": "ffn_up",
    "output.dense": "ffn_down",
    "output.LayerNorm": "layer_output_norm",
}
# llama.cpp adds these two as they are and ends the process when they are not float32.
ALWAYS_F32 = ("position_embd.weight", "token_types.weight")


def write_gguf(folder: Path, path: Path, *, pooling: int | None = 1, half: bool = False) -> Path:
    """Write the encoder in `folder` to `path`; `pooling` as in llama.cpp (1 mean, 2 first)."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    writer = gguf.GGUFWriter(path, "bert")
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_layer_norm_eps(config["layer_norm_eps"])
    writer.add_causal_attention(False)
    if pooling is not None:
        writer.add_pooling_type(gguf.PoolingType(pooling))
    _add_vocabulary(writer, folder / "tokenizer.json")
    for name, tensor in load_file(folder / "model.safetensors").items():
        if (renamed := _renamed(name)) is None:
            continue
        keep = tensor.ndim == 1 or renamed in ALWAYS_F32 or not half
        writer.add_tensor(renamed, tensor.astype(np.float32 if keep else np.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _add_vocabulary(writer: gguf.GGUFWriter, tokenizer: Path) -> None:
    vocab = json.loads(tokenizer.read_text(encoding="utf-8"))["model"]["vocab"]
    words = sorted(vocab, key=vocab.__getitem__)
    special = {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"}
    writer.add_tokenizer_model("bert")
    writer.add_token_list([word if word in special else _as_llama(word) for word in words])
    writer.add_token_types([CONTROL if word in special else NORMAL for word in words])
    writer.add_token_type_count(2)
    writer.add_pad_token_id(vocab["[PAD]"])
    writer.add_unk_token_id(vocab["[UNK]"])
    writer.add_bos_token_id(vocab["[CLS]"])
    writer.add_sep_token_id(vocab["[SEP]"])
    writer.add_mask_token_id(vocab["[MASK]"])


def _as_llama(word: str) -> str:
    """A word's beginning is marked in llama.cpp, its continuation in WordPiece."""
    return word[2:] if word.startswith("##") else f"\u2581{word}"


def _renamed(name: str) -> str | None:
    stem, _, kind = name.rpartition(".")
    if stem in NAMES:
        return f"{NAMES[stem]}.{kind}"
    if stem.startswith("encoder.layer."):
        number, _, part = stem.removeprefix("encoder.layer.").partition(".")
        return f"blk.{number}.{LAYER_NAMES[part]}.{kind}"
    return None  # the pooler, which is not used

"""A chat model small enough to be made in a test: random weights, one token a byte."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import gguf
import numpy as np

WIDTH, HEADS, LAYERS, WIDE, CONTEXT = 64, 2, 2, 96, 512
START, END = "<|im_start|>", "<|im_end|>"
START_ID, END_ID = 256, 257
PAIR = b"qz"  # the one token of two bytes, because llama.cpp wants a merge
PAIR_ID = 258
LONG = b"-" * 40  # a token longer than a careless buffer
LONG_ID = 259
TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' "
    "+ message['content'] + '<|im_end|>\\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)


def write_tiny_llama(
    path: Path, *, template: str | None = TEMPLATE, seed: int = 0, further: Sequence[bytes] = ()
) -> Path:
    """Write the model. Token n is the byte n; then START, END, PAIR, LONG and `further`."""
    letters = byte_letters()
    words = [letters[n] for n in range(256)] + [START, END]
    words += ["".join(letters[byte] for byte in word) for word in (PAIR, LONG, *further)]
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_feed_forward_length(WIDE)
    writer.add_block_count(LAYERS)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(len(words))
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(words)
    writer.add_token_types([3 if word in (START, END) else 1 for word in words])
    writer.add_token_merges([f"{letters[PAIR[0]]} {letters[PAIR[1]]}"])
    writer.add_eos_token_id(END_ID)
    writer.add_add_bos_token(False)
    if template is not None:
        writer.add_chat_template(template)
    _add_weights(writer, np.random.default_rng(seed), len(words))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _add_weights(writer: gguf.GGUFWriter, rng: np.random.Generator, words: int) -> None:
    def add(name: str, *shape: int) -> None:
        spread = 1.0 if len(shape) == 1 else 2 / np.sqrt(shape[-1])
        values = np.ones(shape) if len(shape) == 1 else rng.normal(size=shape) * spread
        writer.add_tensor(name, values.astype(np.float32))

    add("token_embd.weight", words, WIDTH)
    add("output_norm.weight", WIDTH)
    add("output.weight", words, WIDTH)
    for layer in range(LAYERS):
        name = f"blk.{layer}"
        add(f"{name}.attn_norm.weight", WIDTH)
        add(f"{name}.ffn_norm.weight", WIDTH)
        for part in ("q", "k", "v", "output"):
            add(f"{name}.attn_{part}.weight", WIDTH, WIDTH)
        add(f"{name}.ffn_gate.weight", WIDE, WIDTH)
        add(f"{name}.ffn_up.weight", WIDE, WIDTH)
        add(f"{name}.ffn_down.weight", WIDTH, WIDE)


def byte_letters() -> dict[int, str]:
    """GPT-2's way to write a byte as a visible character."""
    plain = [*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    letters = {byte: chr(byte) for byte in plain}
    hidden = (byte for byte in range(256) if byte not in letters)
    return letters | {byte: chr(256 + place) for place, byte in enumerate(hidden)}

"""Trains index/answer_reader.npz: `python -m eval.train_reader --data DIR [--epochs 2]`.

Needs PyTorch, which nothing else here does. Low-rank changes (LoRA, arXiv 2106.09685) to every
product of the starter embedder's layers, and a head on the pooled unit vector, learn to tell
sentences that hold the answer (`eval.reader_pairs`). Trained on the groups that
`answer_reader_learned_from.json` lists, so that the rest can measure it; about 20 minutes on one
core.
"""

from __future__ import annotations

import argparse
import math
import random
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from eval.memory_store import VectorCache
from eval.public_sets import read_clapnq, read_squad2
from eval.ranking_report import print_line
from eval.reader_pairs import Pair, PairMaker
from eval.reader_split import learned_from
from index.answer_reader import BASE, DELTAS, LONGEST
from index.embedders import open_embedder
from index.model_files import ensure
from index.onnx_embedder import TOKENIZER, load_tokenizer
from index.onnx_graph import WEIGHTS, BertShape

RANK = 16
RATE, HEAD_RATE = 1e-3, 3e-3
TOKENS_A_STEP = 3000
HEAD_SCALE = 16.0
"""The head sees unit vectors: their entries are small."""
PARTS = (
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
)


class LowRankEncoder:
    """The embedder with trainable low-rank changes; products in bfloat16."""

    def __init__(self, torch: Any, folder: Path) -> None:  # noqa: ANN401 - an optional package
        self.torch = torch
        self.shape = BertShape.read(folder / "config.json")
        load = import_module("safetensors.torch").load_file
        self.weights: dict[str, Any] = load(str(folder / WEIGHTS))
        self.names = [f"encoder.layer.{n}.{p}" for n in range(self.shape.layers) for p in PARTS]
        self.half = {
            name: (self._half(f"{name}.weight"), self._half(f"{name}.bias")) for name in self.names
        }
        self.a, self.b = {}, {}
        for name in self.names:
            out, into = self.weights[f"{name}.weight"].shape
            self.a[name] = torch.nn.Parameter(torch.randn(RANK, into) / math.sqrt(into))
            self.b[name] = torch.nn.Parameter(torch.zeros(out, RANK))
        self.head = torch.nn.Parameter(torch.zeros(self.shape.width))
        self.bias = torch.nn.Parameter(torch.tensor(-1.5))

    def _half(self, name: str) -> Any:  # noqa: ANN401 - torch is no dependency
        return self.weights[name].to(self.torch.bfloat16)

    def log_odds(self, ids: Any, mask: Any) -> Any:  # noqa: ANN401 - torch is no dependency
        """Return the log odds of pairs, given token ids and mask, each (pairs, tokens)."""
        torch, nn = self.torch, self.torch.nn.functional
        pairs, tokens = ids.shape
        heads = (pairs, tokens, self.shape.heads, self.shape.width // self.shape.heads)
        with torch.no_grad():
            kinds = self.weights["embeddings.token_type_embeddings.weight"][0]
            places = self.weights["embeddings.position_embeddings.weight"][:tokens]
            x = self.weights["embeddings.word_embeddings.weight"][ids] + places + kinds
            x = self._norm(x, "embeddings.LayerNorm")
            absent = torch.zeros(pairs, 1, 1, tokens).masked_fill(mask[:, None, None, :] == 0, -1e9)
            absent = absent.to(torch.bfloat16)
        for number in range(self.shape.layers):
            layer = f"encoder.layer.{number}."
            parts = [
                self._linear(x, f"{layer}attention.self.{part}").view(heads).transpose(1, 2)
                for part in ("query", "key", "value")
            ]
            mixed = nn.scaled_dot_product_attention(*parts, attn_mask=absent).transpose(1, 2)
            mixed = self._linear(mixed.reshape(pairs, tokens, -1), f"{layer}attention.output.dense")
            x = self._norm(x + mixed, f"{layer}attention.output.LayerNorm")
            wide = nn.gelu(self._linear(x, f"{layer}intermediate.dense"))
            narrow = self._linear(wide, f"{layer}output.dense")
            x = self._norm(x + narrow, f"{layer}output.LayerNorm")
        pooled = nn.normalize((x.float() * mask[:, :, None].float()).sum(1), dim=1)
        return pooled @ self.head * HEAD_SCALE + self.bias

    def _linear(self, x: Any, name: str) -> Any:  # noqa: ANN401 - torch is no dependency
        nn, half = self.torch.nn.functional, self.torch.bfloat16
        change = nn.linear(nn.linear(x, self.a[name].to(half)), self.b[name].to(half))
        return nn.linear(x, *self.half[name]) + change

    def _norm(self, x: Any, name: str) -> Any:  # noqa: ANN401 - torch is no dependency
        scale, shift = self.weights[f"{name}.weight"], self.weights[f"{name}.bias"]
        normed = self.torch.nn.functional.layer_norm(
            x.float(), (self.shape.width,), scale, shift, self.shape.epsilon
        )
        return normed.to(self.torch.bfloat16)

    def deltas(self) -> dict[str, Any]:
        """Return the changes as `index.answer_reader.merged_weights` reads them."""
        parts: dict[str, Any] = {}
        for name in self.names:
            change = (self.b[name] @ self.a[name]).detach().numpy()
            # Even factors lose least when they are rounded.
            u, s, v = np.linalg.svd(change, full_matrices=False)
            root = np.sqrt(s[:RANK])
            for key, factor in (("a", v[:RANK] * root[:, None]), ("b", u[:, :RANK] * root)):
                parts[f"{name}.{key}"], parts[f"{name}.{key}_scale"] = as_int8(factor)
        parts["head"] = (self.head.detach().numpy() * HEAD_SCALE).astype(np.float32)
        parts["bias"] = np.float32(self.bias.item())
        return parts


def as_int8(factor: Any) -> tuple[Any, Any]:  # noqa: ANN401 - arrays
    """Return a matrix as int8 and the scale of each row."""
    scale = np.abs(factor).max(axis=1) / 127
    scale[scale == 0] = 1.0
    scale = scale.astype(np.float16)
    rounded = np.round(factor / scale.astype(np.float32)[:, None])
    return np.clip(rounded, -127, 127).astype(np.int8), scale


def main(arguments: Sequence[str] | None = None) -> int:
    """Train and write the changes."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="the folder of the public sets")
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--steps", type=int, help="stop after so many (to try it out)")
    parser.add_argument("--vectors", type=Path, help="a file to remember embeddings in (.npz)")
    parser.add_argument("--out", type=Path, default=DELTAS)
    options = parser.parse_args(arguments)
    embedder = VectorCache(open_embedder(), options.vectors)
    learned = learned_from()
    pairs = [
        pair
        for questions in (read_clapnq(options.data), read_squad2(options.data))
        for pair in PairMaker(questions, embedder).pairs()
        if (questions.name, pair.group) in learned
    ]
    print_line(f"{len(pairs)} pairs, {sum(p.right for p in pairs)} right")
    torch = import_module("torch")
    torch.manual_seed(0)
    encoder = LowRankEncoder(torch, ensure(BASE))
    train(encoder, pairs, options.epochs, options.steps)
    np.savez_compressed(options.out, **encoder.deltas())
    return 0


def train(encoder: LowRankEncoder, pairs: Sequence[Pair], epochs: int, steps: int | None) -> None:
    """Minimise the weighted cross-entropy: Adam, cosine rate, batches of like lengths."""
    torch = encoder.torch
    # The one module that imports tokenizers opens it, with the embedder's own settings.
    tokenizer = load_tokenizer(ensure(BASE) / TOKENIZER, LONGEST)
    tokens = [encoding.ids for encoding in tokenizer.encode_batch([pair.text for pair in pairs])]
    low_rank = [*encoder.a.values(), *encoder.b.values()]
    optimiser = torch.optim.AdamW(
        [
            {"params": low_rank, "weight_decay": 0.01},
            {"params": [encoder.head, encoder.bias], "weight_decay": 0.0},
        ]
    )
    plan = [batch for epoch in range(epochs) for batch in batches(tokens, seed=epoch)]
    loss_so_far = 0.7
    for number, batch in enumerate(plan[:steps]):
        part = min(1.0, number / (0.06 * len(plan))) / 2
        part *= 1 + math.cos(math.pi * number / len(plan))
        for group, rate in zip(optimiser.param_groups, (RATE, HEAD_RATE), strict=True):
            group["lr"] = rate * part
        odds = encoder.log_odds(*padded(torch, [tokens[row] for row in batch]))
        right = torch.tensor([float(pairs[row].right) for row in batch])
        weight = torch.tensor([pairs[row].weight for row in batch])
        each = torch.nn.functional.binary_cross_entropy_with_logits(odds, right, reduction="none")
        loss = (each * weight).sum() / weight.sum()
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_([*low_rank, encoder.head, encoder.bias], 1.0)
        optimiser.step()
        loss_so_far += 0.02 * (loss.item() - loss_so_far)
        if number % 25 == 0:
            print_line(f"step {number} of {len(plan)}: loss {loss_so_far:.3f}")


def batches(tokens: Sequence[Sequence[int]], seed: int) -> list[list[int]]:
    """Return the rows in batches of like lengths and about `TOKENS_A_STEP` tokens, shuffled."""
    chance = random.Random(seed)
    order = list(range(len(tokens)))
    chance.shuffle(order)
    found: list[list[int]] = []
    for start in range(0, len(order), 2000):
        batch: list[int] = []
        for row in sorted(order[start : start + 2000], key=lambda row: len(tokens[row])):
            if batch and len(tokens[row]) * (len(batch) + 1) > TOKENS_A_STEP:
                found.append(batch)
                batch = []
            batch.append(row)
        found.append(batch)
    chance.shuffle(found)
    return found


def padded(torch: Any, rows: Sequence[Sequence[int]]) -> tuple[Any, Any]:  # noqa: ANN401 - torch is no dependency
    """Return token ids and mask, each (rows, longest)."""
    longest = max(len(row) for row in rows)
    ids = torch.zeros(len(rows), longest, dtype=torch.long)
    mask = torch.zeros(len(rows), longest, dtype=torch.long)
    for place, row in enumerate(rows):
        ids[place, : len(row)] = torch.tensor(row)
        mask[place, : len(row)] = 1
    return ids, mask


if __name__ == "__main__":
    raise SystemExit(main())

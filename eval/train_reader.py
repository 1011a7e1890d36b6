"""Trains index/answer_reader.npz: `python -m eval.train_reader --data DIR`.

Needs PyTorch, which nothing else here does. Low-rank changes (LoRA, arXiv 2106.09685) to every
product of the starter embedder's layers, and a head of three numbers for each token (answer begins
here, ends here; at the first token: is anywhere), first practise on questions made from statements
(`eval.made_questions`), then learn from real ones (`eval.reader_examples`). It is done three times:
on each half of the questions, for figures on the other half (`eval/reader_folds`), and on all of
them, which ships. About 30 minutes on two cores.
"""

from __future__ import annotations

import argparse
import math
import random
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.made_questions import made_questions, read_texts
from eval.public_sets import read_clapnq, read_squad2
from eval.ranking_report import print_line
from eval.reader_examples import ExampleMaker, ReaderExample, practice
from eval.reader_split import FOLDS, first_half
from index.answer_reader import BASE, DELTAS, LONGEST
from index.model_files import ensure
from index.onnx_embedder import TOKENIZER, load_tokenizer
from index.onnx_graph import WEIGHTS, BertShape

# PyTorch is no dependency, so its types are not known here.
Torch = Any
Tensor = Any

RANK = 16
RATE, HEAD_RATE = 1e-3, 3e-3
TOKENS_A_STEP = 3000
PRACTICE = 16_000
OUTPUTS = 3
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

    def __init__(self, torch: Torch, folder: Path) -> None:
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
        self.head = torch.nn.Parameter(0.02 * torch.randn(self.shape.width, OUTPUTS))
        self.bias = torch.nn.Parameter(torch.zeros(OUTPUTS))

    def _half(self, name: str) -> Tensor:
        return self.weights[name].to(self.torch.bfloat16)

    def logits(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Return (pairs, tokens, 3), given token ids and mask, each (pairs, tokens)."""
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
            query, key, value = parts
            # Written out: on a processor PyTorch's fused attention is much slower backwards.
            weights = query @ key.transpose(2, 3) / math.sqrt(query.shape[3]) + absent
            mixed = (weights.softmax(3) @ value).transpose(1, 2)
            mixed = self._linear(mixed.reshape(pairs, tokens, -1), f"{layer}attention.output.dense")
            x = self._norm(x + mixed, f"{layer}attention.output.LayerNorm")
            wide = nn.gelu(self._linear(x, f"{layer}intermediate.dense"))
            narrow = self._linear(wide, f"{layer}output.dense")
            x = self._norm(x + narrow, f"{layer}output.LayerNorm")
        return x.float() @ self.head + self.bias

    def parameters(self) -> tuple[list[Any], list[Any]]:
        """Return what is trained: the changes, and the head."""
        return [*self.a.values(), *self.b.values()], [self.head, self.bias]

    def state(self) -> list[Any]:
        """Return a copy of what is trained."""
        return [p.detach().clone() for part in self.parameters() for p in part]

    def restore(self, state: Sequence[Any]) -> None:
        """Put a copy that `state` made back."""
        places = [p for part in self.parameters() for p in part]
        for place, value in zip(places, state, strict=True):
            place.data.copy_(value)

    def _linear(self, x: Tensor, name: str) -> Tensor:
        nn, half = self.torch.nn.functional, self.torch.bfloat16
        change = nn.linear(nn.linear(x, self.a[name].to(half)), self.b[name].to(half))
        return nn.linear(x, *self.half[name]) + change

    def _norm(self, x: Tensor, name: str) -> Tensor:
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
        parts["head"] = self.head.detach().numpy().astype(np.float32)
        parts["bias"] = self.bias.detach().numpy().astype(np.float32)
        return parts


def as_int8(
    factor: NDArray[np.float32],
) -> tuple[NDArray[np.int8], NDArray[np.float16]]:
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
    parser.add_argument("--practice", type=int, default=PRACTICE, help="made questions")
    parser.add_argument("--practised", type=Path, help="a file to keep what practice gave (.pt)")
    parser.add_argument("--steps", type=int, help="stop each part after so many (to try it out)")
    parser.add_argument("--out", type=Path, default=DELTAS)
    parser.add_argument("--folds", type=Path, default=FOLDS, help="where the two halves' go")
    options = parser.parse_args(arguments)
    # The one module that imports tokenizers opens it, with the embedder's own settings.
    tokenizer = load_tokenizer(ensure(BASE) / TOKENIZER, 4 * LONGEST)
    real = [
        example
        for questions in (read_clapnq(options.data), read_squad2(options.data))
        for example in ExampleMaker(questions, tokenizer).examples()
    ]
    half = first_half()
    parts = {
        options.folds / "0.npz": [e for e in real if e.group in half],
        options.folds / "1.npz": [e for e in real if e.group not in half],
        options.out: real,
    }
    torch = import_module("torch")
    torch.manual_seed(0)
    encoder = LowRankEncoder(torch, ensure(BASE))
    if options.practised and options.practised.is_file():
        encoder.restore(torch.load(options.practised))
    else:
        made = made_questions(list(read_texts(options.data)), options.practice, seed=3)
        print_line(f"practice: {len(made)} made questions")
        train(encoder, list(practice(made, tokenizer)), 1, options.steps)
        if options.practised:
            torch.save(encoder.state(), options.practised)
    practised = encoder.state()
    for path, examples in parts.items():
        answerable = sum(example.answerable for example in examples)
        print_line(f"{path.name}: {len(examples)} examples, {answerable} answerable")
        encoder.restore(practised)
        train(encoder, examples, options.epochs, options.steps)
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(path, **encoder.deltas())
    return 0


def train(
    encoder: LowRankEncoder, examples: Sequence[ReaderExample], epochs: int, steps: int | None
) -> None:
    """Minimise the weighted loss: AdamW, cosine rate, batches of like lengths."""
    torch = encoder.torch
    low_rank, head = encoder.parameters()
    optimiser = torch.optim.AdamW(
        [{"params": low_rank, "weight_decay": 0.01}, {"params": head, "weight_decay": 0.0}],
        betas=(0.9, 0.98),
    )
    plan = [batch for epoch in range(epochs) for batch in batches(examples, seed=epoch)]
    so_far: float | None = None
    for number, batch in enumerate(plan[:steps]):
        part = min(1.0, number / (0.06 * len(plan))) / 2
        part *= 1 + math.cos(math.pi * number / len(plan))
        for group, rate in zip(optimiser.param_groups, (RATE, HEAD_RATE), strict=True):
            group["lr"] = rate * part
        loss = loss_of(encoder, [examples[row] for row in batch])
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_([*low_rank, *head], 1.0)
        optimiser.step()
        so_far = loss.item() if so_far is None else so_far + 0.02 * (loss.item() - so_far)
        if number % 50 == 0:
            print_line(f"step {number} of {len(plan)}: loss {so_far:.3f}")


def loss_of(encoder: LowRankEncoder, rows: Sequence[ReaderExample]) -> Tensor:
    """Return the mean loss: of begin and end among the passage's tokens, and of "anywhere".

    An answer that stands in several places counts as found in any of them (the marginal
    likelihood of Clark and Gardner 2018, https://arxiv.org/abs/1710.10723).
    """
    torch = encoder.torch
    ids = _padded(torch, [row.ids for row in rows])
    logits = encoder.logits(ids, (ids != 0).long())
    outside = ~_padded(torch, [row.passage for row in rows]).bool()
    each = torch.zeros(len(rows))
    for output, marks in enumerate(([row.begins for row in rows], [row.ends for row in rows])):
        seen = logits[:, :, output].masked_fill(outside, -1e9)
        right = seen.masked_fill(~_padded(torch, marks).bool(), -1e9)
        each = each + (torch.logsumexp(seen, 1) - torch.logsumexp(right, 1)) / 2
    answerable = torch.tensor([float(row.answerable) for row in rows])
    each = each + torch.nn.functional.binary_cross_entropy_with_logits(
        logits[:, 0, 2], answerable, reduction="none"
    )
    weight = torch.tensor([row.weight for row in rows])
    return (each * weight).sum() / weight.sum()


def batches(examples: Sequence[ReaderExample], seed: int) -> Iterator[list[int]]:
    """Yield the rows in batches of like lengths and about `TOKENS_A_STEP` tokens, shuffled."""
    chance = random.Random(seed)
    order = list(range(len(examples)))
    chance.shuffle(order)
    found: list[list[int]] = []
    for start in range(0, len(order), 2000):
        batch: list[int] = []
        for row in sorted(order[start : start + 2000], key=lambda row: len(examples[row].ids)):
            if batch and len(examples[row].ids) * (len(batch) + 1) > TOKENS_A_STEP:
                found.append(batch)
                batch = []
            batch.append(row)
        found.append(batch)
    chance.shuffle(found)
    yield from found


def _padded(torch: Torch, rows: Sequence[Sequence[int]]) -> Tensor:
    longest = max(len(row) for row in rows)
    return torch.tensor([[*row, *[0] * (longest - len(row))] for row in rows], dtype=torch.long)


if __name__ == "__main__":
    raise SystemExit(main())

"""Trains index/answer_reader.npz: `python -m eval.train_reader --data DIR`.

Needs PyTorch, which nothing else here does. Low-rank changes (LoRA, arXiv 2106.09685) to every
product of the starter embedder's layers, and a head of four numbers for each token: a short answer
begins here, ends here; at the first token: is anywhere; the token is of a sentence that answers.
The last does not ship: learning it teaches the others. They first practise on questions made from
statements (`eval.made_questions`), then learn from real ones (`eval.reader_examples`) and from the
sentences that claims and answers rest on (`eval.reader_evidence`), and end with some of the real
ones alone. Two readers learn so from one beginning, and the mean of both is kept (`lessons_of`,
`mean_of`). That is done for each part of the questions, on all the others, for figures on that
part (`eval/reader_folds`), and on all of them, which ships. Two to three hours on two cores.
"""

from __future__ import annotations

import argparse
import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from eval.made_questions import made_questions, read_texts
from eval.public_sets import read_clapnq, read_squad2
from eval.ranking_fit import fold_of
from eval.ranking_report import print_line
from eval.reader_evidence import evidence_examples
from eval.reader_examples import ExampleMaker, ReaderExample, practice
from eval.reader_split import FOLDS, PARTS_FILE, write_parts
from index.answer_reader import BASE, DELTAS, LONGEST
from index.model_files import ensure
from index.onnx_embedder import TOKENIZER, load_tokenizer
from index.onnx_graph import WEIGHTS, BertShape

if TYPE_CHECKING:
    from index.onnx_embedder import Tokenizer

# PyTorch is no dependency, so its types are not known here.
Torch = Any
Tensor = Any

RANK = 16
RATE, HEAD_FASTER = 1e-3, 3.0
FINISHING_RATE, FINISHING_SHARE = 4e-4, {"clapnq": 1.0, "squad2": 0.3}
"""With what rate, and what share of each set's examples, it ends: real questions alone."""
TOKENS_A_STEP = 3000
PRACTICE = 48_000
ROUNDS = 2
PARTS_OF_QUESTIONS = 4
OUTPUTS, SHIPPED_OUTPUTS = 4, 3
PARTS = (
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
)


@dataclass(frozen=True, slots=True)
class Learned:
    """The changes to each product, (out, in); the head, (width, outputs), and its bias."""

    changes: Mapping[str, NDArray[np.float32]]
    head: NDArray[np.float32]
    bias: NDArray[np.float32]


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
        """Return (pairs, tokens, `OUTPUTS`), given token ids and mask, each (pairs, tokens)."""
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

    def learned(self) -> Learned:
        """Return the changes to each product, and the head with the outputs that ship."""
        changes = {name: (self.b[name] @ self.a[name]).detach().numpy() for name in self.names}
        # Copies: the next reader is trained in the same place.
        head = self.head.detach().numpy()[:, :SHIPPED_OUTPUTS].copy()
        return Learned(changes, head, self.bias.detach().numpy()[:SHIPPED_OUTPUTS].copy())


def mean_of(several: Sequence[Learned]) -> Learned:
    """Return the mean of their weights: it reads about as several readers side by side would.

    They must have begun as one (model soups, https://arxiv.org/abs/2203.05482).
    """
    return Learned(
        {n: np.mean([each.changes[n] for each in several], axis=0) for n in several[0].changes},
        np.mean([each.head for each in several], axis=0),
        np.mean([each.bias for each in several], axis=0),
    )


def as_deltas(learned: Learned) -> dict[str, Any]:
    """Return the changes, of rank `RANK`, as `index.answer_reader.merged_weights` reads them."""
    parts: dict[str, Any] = {}
    for name, change in learned.changes.items():
        # Even factors lose least when they are rounded.
        u, s, v = np.linalg.svd(change, full_matrices=False)
        root = np.sqrt(s[:RANK])
        for key, factor in (("a", v[:RANK] * root[:, None]), ("b", u[:, :RANK] * root)):
            parts[f"{name}.{key}"], parts[f"{name}.{key}_scale"] = as_int8(factor)
    return parts | {"head": learned.head, "bias": learned.bias}


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
    parser.add_argument("--practice", type=int, default=PRACTICE, help="made questions a round")
    parser.add_argument("--practised", type=Path, help="a file to keep what practice gave (.pt)")
    parser.add_argument("--steps", type=int, help="stop each part after so many (to try it out)")
    parser.add_argument("--out", type=Path, default=DELTAS)
    parser.add_argument("--folds", type=Path, default=FOLDS, help="where those of the parts go")
    options = parser.parse_args(arguments)
    # The one module that imports tokenizers opens it, with the embedder's own settings.
    tokenizer = load_tokenizer(ensure(BASE) / TOKENIZER, 4 * LONGEST)
    real = [
        example
        for questions in (read_clapnq(options.data), read_squad2(options.data))
        for example in ExampleMaker(questions, tokenizer).examples()
    ]
    evidence = list(evidence_examples(options.data, tokenizer))
    parts = split_in_parts(real)
    trained_on = {
        options.folds / f"{number}.npz": [e for e in real if e.group not in part]
        for number, part in enumerate(parts)
    } | {options.out: real}
    torch = import_module("torch")
    torch.manual_seed(0)
    encoder = LowRankEncoder(torch, ensure(BASE))
    if options.practised and options.practised.is_file():
        encoder.restore(torch.load(options.practised))
    else:
        practise(encoder, list(read_texts(options.data)), tokenizer, options)
        if options.practised:
            torch.save(encoder.state(), options.practised)
    practised = encoder.state()
    options.folds.mkdir(parents=True, exist_ok=True)
    write_parts(options.folds / PARTS_FILE, parts)
    for path, examples in trained_on.items():
        both = []
        for beside in lessons_of(evidence):
            lesson = [*examples, *beside]
            answerable = sum(example.answerable for example in lesson)
            print_line(f"{path.name}: {len(lesson)} examples, {answerable} answerable")
            encoder.restore(practised)
            train(encoder, lesson, options.epochs, options.steps)
            train(encoder, finishing(examples), 1, options.steps, FINISHING_RATE)
            both.append(encoder.learned())
        np.savez_compressed(path, **as_deltas(mean_of(both)))
    return 0


def split_in_parts(examples: Sequence[ReaderExample]) -> list[frozenset[tuple[str, str]]]:
    """Return the groups of each part; every set is split evenly, groups whole."""
    parts: list[set[tuple[str, str]]] = [set() for _ in range(PARTS_OF_QUESTIONS)]
    for name in sorted({example.group[0] for example in examples}):
        groups = sorted({example.group[1] for example in examples if example.group[0] == name})
        for group, number in zip(groups, fold_of(groups, PARTS_OF_QUESTIONS), strict=True):
            parts[number].add((name, group))
    return [frozenset(part) for part in parts]


def lessons_of(evidence: Sequence[ReaderExample]) -> list[list[ReaderExample]]:
    """Return the evidence as the first and the second reader learn it.

    To the second it also tells whether a passage answers: that one finds the sentence a little
    better, the first knows better when there is none.
    """
    return [list(evidence), [replace(example, only_sentences=False) for example in evidence]]


def finishing(examples: Sequence[ReaderExample], seed: int = 7) -> list[ReaderExample]:
    """Return the examples that are learned last: of each set its share, drawn at random."""
    chance = random.Random(seed)
    return [e for e in examples if chance.random() < FINISHING_SHARE[e.group[0]]]


def practise(
    encoder: LowRankEncoder,
    texts: Sequence[tuple[str, str]],
    tokenizer: Tokenizer,
    options: argparse.Namespace,
) -> None:
    """Let the encoder learn from questions made from texts, each (title, text).

    Every round has other questions and begins at the full rate again.
    """
    for number in range(ROUNDS):
        made = made_questions(texts, options.practice, seed=3 + number)
        print_line(f"practice: {len(made)} made questions")
        train(encoder, list(practice(made, tokenizer)), 1, options.steps)


def train(
    encoder: LowRankEncoder,
    examples: Sequence[ReaderExample],
    epochs: int,
    steps: int | None,
    rate: float = RATE,
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
        for group, faster in zip(optimiser.param_groups, (1.0, HEAD_FASTER), strict=True):
            group["lr"] = rate * faster * part
        loss = loss_of(encoder, [examples[row] for row in batch])
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_([*low_rank, *head], 1.0)
        optimiser.step()
        so_far = loss.item() if so_far is None else so_far + 0.02 * (loss.item() - so_far)
        if number % 50 == 0:
            print_line(f"step {number} of {len(plan)}: loss {so_far:.3f}")


def loss_of(encoder: LowRankEncoder, rows: Sequence[ReaderExample]) -> Tensor:
    """Return the mean loss: of begin and end, of the sentence that answers, and of "anywhere".

    An answer that stands in several places counts as found in any of them (the marginal
    likelihood of Clark and Gardner 2018, https://arxiv.org/abs/1710.10723).
    """
    torch = encoder.torch
    ids = _padded(torch, [row.ids for row in rows])
    logits = encoder.logits(ids, (ids != 0).long())
    outside = ~_padded(torch, [row.passage for row in rows]).bool()
    words = torch.zeros(len(rows))
    for output, marks in enumerate(([row.begins for row in rows], [row.ends for row in rows])):
        seen = logits[:, :, output].masked_fill(outside, -1e9)
        words = words + _marginal(torch, seen, _padded(torch, marks).bool()) / 2
    answerable = torch.tensor([float(row.answerable) for row in rows])
    anywhere = torch.nn.functional.binary_cross_entropy_with_logits(
        logits[:, 0, 2], answerable, reduction="none"
    )
    sentences = torch.tensor([row.only_sentences for row in rows])
    each = _evidence_loss(torch, logits[:, :, 3], rows)
    each = each + (words + anywhere).masked_fill(sentences, 0.0)
    weight = torch.tensor([row.weight for row in rows])
    return (each * weight).sum() / weight.sum()


def _evidence_loss(torch: Torch, tokens: Tensor, rows: Sequence[ReaderExample]) -> Tensor:
    """Return each row's loss, given the logits (rows, tokens): a sentence's is its tokens' mean."""
    sentence = _padded(torch, [row.sentences for row in rows], tokens.shape[1])
    right = _padded(torch, [row.evidence for row in rows]).bool()
    shape = (len(rows), max(1, right.shape[1]))
    count = torch.zeros(shape).scatter_add(1, sentence, torch.ones(tokens.shape))
    means = torch.zeros(shape).scatter_add(1, sentence, tokens) / count.clamp(min=1)
    # The first token stands for "no sentence", as for "nowhere".
    scores = torch.cat([tokens[:, :1], means[:, 1:]], 1).masked_fill(count == 0, -1e9)
    return _marginal(torch, scores, right) if right.shape[1] else torch.zeros(len(rows))


def _marginal(torch: Torch, scores: Tensor, right: Tensor) -> Tensor:
    """Return minus the log chance that softmax gives the right ones; 0 where none is known."""
    loss = torch.logsumexp(scores, 1) - torch.logsumexp(scores.masked_fill(~right, -1e9), 1)
    return loss.masked_fill(~right.any(1), 0.0)


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


def _padded(torch: Torch, rows: Sequence[Sequence[int]], longest: int = 0) -> Tensor:
    longest = max(longest, *map(len, rows))
    return torch.tensor([[*row, *[0] * (longest - len(row))] for row in rows], dtype=torch.long)


if __name__ == "__main__":
    raise SystemExit(main())

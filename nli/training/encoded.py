"""Training pairs as token ids, and batches of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from nli.batching import pad
from nli.encoding import EncodedPair, PairEncoder, PairTemplate
from nli.training.examples import TARGETS, Example

_TARGET_POSITION = {target: position for position, target in enumerate(TARGETS)}

Collate = Callable[[list[dict[str, Any]]], dict[str, torch.Tensor]]


@dataclass(frozen=True)
class EncodedSet(torch.utils.data.Dataset[dict[str, Any]]):
    """Pairs as one model reads them, with what is known of their labels.

    Attributes:
        pairs: the token ids.
        targets: shape (pairs,), positions in `TARGETS`.
        kept: places of the pairs among the examples that they were made from.
        left_out: how many examples were too long.
        teacher: logits of the teacher, shape (pairs, labels) in the order of `LABELS`, if there is one.
    """

    pairs: Sequence[EncodedPair]
    targets: NDArray[np.int64]
    kept: NDArray[np.int64]
    left_out: int
    teacher: NDArray[np.float32] | None = None

    def __len__(self) -> int:
        return len(self.pairs)

    def __getitem__(self, index: int) -> dict[str, Any]:
        row = {"pair": self.pairs[index], "target": self.targets[index]}
        return row if self.teacher is None else {**row, "teacher": self.teacher[index]}

    @property
    def lengths(self) -> list[int]:
        """Tokens of each pair."""
        return [len(pair.ids) for pair in self.pairs]


def encode_examples(
    examples: Sequence[Example], encoder: PairEncoder, hints: Sequence[str] | None = None
) -> EncodedSet:
    """The examples that fit the encoder's length.

    Args:
        examples: the pairs.
        encoder: of the model that is trained.
        hints: the hint words of each example, if they are known already.
    """
    encoder.learn([text for example in examples for text in (example.a, example.b)])
    pairs, kept = [], []
    for place, example in enumerate(examples):
        windows = encoder.encode(example.a, example.b, None if hints is None else hints[place])
        if len(windows) == 1:
            pairs.append(windows[0])
            kept.append(place)
    targets = np.array([_TARGET_POSITION[examples[place].label] for place in kept], dtype=np.int64)
    encoder.forget()
    return EncodedSet(pairs, targets, np.array(kept, dtype=np.int64), len(examples) - len(kept))


def collator(template: PairTemplate, *, segments: bool) -> Collate:
    """What makes a batch of rows of an `EncodedSet`: arrays padded on the right to the longest pair.

    Args:
        template: of the tokenizer that the pairs were encoded with.
        segments: whether the model takes `token_type_ids`.
    """

    def collate(rows: list[dict[str, Any]]) -> dict[str, torch.Tensor]:
        padded = pad([row["pair"] for row in rows], template)
        batch: dict[str, NDArray[Any]] = {"input_ids": padded.input_ids, "attention_mask": padded.attention_mask}
        batch["labels"] = np.array([row["target"] for row in rows])
        if segments:
            batch["token_type_ids"] = padded.token_type_ids
        if "teacher" in rows[0]:
            batch["teacher"] = np.stack([row["teacher"] for row in rows])
        return {name: torch.from_numpy(array) for name, array in batch.items()}

    return collate

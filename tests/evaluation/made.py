"""Scored sets made by hand or by chance, for tests of the arithmetic."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nli.evaluation.scored import Scored, gather
from nli.evaluation.sets import LabelledSet, Truth
from nli.labels import LABELS
from nli.records import Label, PairScore, Probabilities


def score(label: Label, *, sure: float = 0.8, flag: bool | None = None, back: float | None = None) -> PairScore:
    """A pair of which `label` is likeliest with the probability `sure`."""
    rest = (1 - sure) / 2
    ab = Probabilities(**{name: sure if name == label else rest for name in LABELS})
    value = ab.contradiction if back is None else back
    ba = Probabilities(1 - value, 0.0, value)
    return PairScore(ab, ba, (ab.contradiction + value) / 2, label == "contradiction" if flag is None else flag)


def labelled(truth: Sequence[Truth], groups: Sequence[str] = (), slices: Sequence[str] = ()) -> LabelledSet:
    pairs = tuple((f"a{n}", f"b{n}") for n in range(len(truth)))
    kinds = tuple(slices) or ("",) * len(truth)
    return LabelledSet("made", pairs, tuple(truth), kinds, 0, "0" * 64, len(truth), tuple(groups))


def scored(truth: Sequence[Truth], scores: Sequence[PairScore], groups: Sequence[str] = ()) -> Scored:
    return gather(labelled(truth, groups), scores)


def by_chance(
    rows: int, seed: int, *, per_group: int = 1, skill: float = 1.5, shares: Sequence[float] = (0.3, 0.4, 0.3)
) -> Scored:
    """A set from a world whose truth is known: logits are normal, the right label's raised by `skill`.

    Rows of a group share half of the noise of their logits and, half of the time, their label.
    """
    random = np.random.default_rng(seed)
    groups = np.arange(rows) // per_group
    count = int(groups[-1]) + 1
    truth = random.choice(3, rows, p=shares)
    shared = random.choice(3, count, p=shares)[groups]
    truth = np.where((random.random(rows) < 0.5) & (per_group > 1), shared, truth)
    noise = random.normal(size=(rows, 3))
    if per_group > 1:
        noise = np.sqrt(0.5) * noise + np.sqrt(0.5) * random.normal(size=(count, 3))[groups]
    logits = noise + skill * np.eye(3)[truth]
    table = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    back = np.clip(table[:, 2] + random.normal(0, 0.1, rows), 0, 1)
    value = (table[:, 2] + back) / 2
    raw = table**2 / (table**2).sum(axis=1, keepdims=True)
    return Scored(LABELS, truth, table, raw, back, value, value >= 0.6, groups)

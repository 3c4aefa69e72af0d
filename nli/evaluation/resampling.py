"""The clustered bootstrap: whole groups of rows are drawn with replacement (Davison and Hinkley 1997, chapter 3.8).

Most figures are functions of sums over rows (a confusion matrix, bins of confidence, losses), so a draw is a product of
two matrices: how often each group was drawn, and the sums of each group. Figures of a ranking need the rows in order
of their score and running sums of their weights.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nli.evaluation.scored import Flags, Floats, Integers

RESAMPLES = 2000
_BLOCK_CELLS = 2_000_000  # a block of draws times groups: a few megabytes, so that it stays in the cache


def draw_groups(groups: int, resamples: int, seed: int) -> Iterator[Floats]:
    """Blocks of draws: how often each group was drawn, of shape (draws, groups); together `resamples` draws."""
    random = np.random.default_rng(seed)
    size = max(1, _BLOCK_CELLS // groups)
    for start in range(0, resamples, size):
        count = min(size, resamples - start)
        block = np.empty((count, groups))
        for row in block:
            row[:] = np.bincount(random.integers(0, groups, groups), minlength=groups)
        yield block


def group_sums(values: Floats, groups: Integers) -> Floats:
    """Sums of the rows (pairs, columns) of each group, of shape (groups, columns)."""
    order = np.argsort(groups, kind="stable")
    starts = np.flatnonzero(np.diff(groups[order], prepend=-1))
    result: Floats = np.add.reduceat(values[order], starts, axis=0)
    return result


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """Rows in order of a score, the highest first.

    Attributes:
        positive: shape (rows,), which of them are what is looked for.
        groups: shape (rows,), their groups.
        ends: shape (thresholds,), the last row of each run of equal scores.
        scores: shape (thresholds,), those scores.
    """

    positive: Flags
    groups: Integers
    ends: NDArray[np.intp]
    scores: Floats


def rank(score: Floats, positive: Flags, groups: Integers) -> Ranking:
    """Put rows in order of their score."""
    order = np.argsort(-score, kind="stable")
    ordered = score[order]
    ends = np.append(np.flatnonzero(np.diff(ordered)), len(ordered) - 1)
    return Ranking(positive[order], groups[order], ends, ordered[ends])


def ranking_figures(ranking: Ranking, draws: Floats, recalls: tuple[float, ...]) -> Floats:
    """Average precision, area under the ROC curve, and the best precision at each recall, of resampled rows.

    Average precision is the sum of precisions weighted by the steps of recall, as scikit-learn has it; equal scores
    count as one threshold.

    Args:
        ranking: the rows.
        draws: shape (draws, groups), how often each group was drawn; ones for the rows as they are.
        recalls: shares in (0, 1] of the positives that must be found.

    Returns:
        Shape (draws, 2 + recalls); NaN where a draw has no positive, or for the ROC no negative.
    """
    # Counts stay far below 2 ** 24, up to which single precision is exact.
    weights = draws.astype(np.float32)[:, ranking.groups]
    found = np.cumsum(weights * ranking.positive.astype(np.float32), axis=1)
    taken = np.cumsum(weights, axis=1)
    if len(ranking.ends) < weights.shape[1]:
        found, taken = found[:, ranking.ends], taken[:, ranking.ends]
    positives, rows = found[:, -1].astype(float), taken[:, -1].astype(float)
    steps = np.diff(found, axis=1, prepend=np.float32(0))
    # The first rows of a ranking may not have been drawn at all; they then count for nothing.
    precision = found / np.maximum(taken, np.float32(1))
    wrong = taken - found
    pairs = np.einsum("ij,ij->i", np.diff(wrong, axis=1, prepend=np.float32(0)), found - steps / 2, dtype=float)
    columns = [
        np.einsum("ij,ij->i", steps, precision, dtype=float) / np.where(positives > 0, positives, np.nan),
        pairs / np.where((positives > 0) & (positives < rows), positives * (rows - positives), np.nan),
    ]
    for recall in recalls:
        enough = found >= (np.ceil(recall * positives - 1e-9))[:, None]
        best = np.where(enough, precision, np.float32(0)).max(axis=1)
        columns.append(np.where(positives > 0, best, np.nan))
    return np.stack(columns, axis=1)

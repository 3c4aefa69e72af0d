"""Turns a model's logits into probabilities that can be trusted, and chooses the threshold of a flag.

Temperature scaling divides the logits by one number fitted on held-out pairs (Guo et al. 2017, On
Calibration of Modern Neural Networks, https://arxiv.org/abs/1706.04599). It changes no label.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nli.errors import DataError


@dataclass(frozen=True, slots=True)
class Calibration:
    """How logits become probabilities and flags.

    Attributes:
        temperature: what logits are divided by; above 0, 1 changes nothing.
        threshold: a contradiction score from here on is flagged; in [0, 1].
        entailment_threshold: a probability of entailment from here on counts as one; in [0, 1]. Used where one
            side denies, for then what is asserted must entail what is denied.
        fitted_on: what it was fitted on, in words; empty for a model that was never calibrated.
    """

    temperature: float = 1.0
    threshold: float = 0.5
    entailment_threshold: float = 0.5
    fitted_on: str = ""

    def __post_init__(self) -> None:
        if not self.temperature > 0:
            raise DataError(f"a temperature must be above 0, not {self.temperature}")
        for threshold in (self.threshold, self.entailment_threshold):
            if not 0 <= threshold <= 1:
                raise DataError(f"a threshold must be between 0 and 1, not {threshold}")

    def probabilities(self, logits: NDArray[np.float32]) -> NDArray[np.float64]:
        """Softmax of the scaled logits, of the same shape (pairs, labels)."""
        scaled = logits.astype(np.float64) / self.temperature
        scaled -= scaled.max(axis=-1, keepdims=True)
        exponents = np.exp(scaled)
        result: NDArray[np.float64] = exponents / exponents.sum(axis=-1, keepdims=True)
        return result


def fit_temperature(logits: NDArray[np.float32], labels: Sequence[int]) -> float:
    """The temperature between 0.05 and 20 with the least log loss on held-out pairs.

    Args:
        logits: shape (pairs, labels).
        labels: the right column of each row.

    Raises:
        DataError: if there are no pairs, or lengths differ.
    """
    from scipy.optimize import minimize_scalar

    if len(logits) != len(labels) or not len(labels):
        raise DataError(f"{len(logits)} rows of logits and {len(labels)} labels; a temperature needs as many, above 0")
    rows, columns = np.arange(len(labels)), np.asarray(labels)

    def loss(log_temperature: float) -> float:
        probabilities = Calibration(float(np.exp(log_temperature))).probabilities(logits)
        return float(-np.log(np.maximum(probabilities[rows, columns], 1e-12)).mean())

    found = minimize_scalar(loss, bounds=(np.log(0.05), np.log(20.0)), method="bounded")
    return float(np.exp(found.x))


def choose_threshold(scores: Sequence[float], positive: Sequence[bool], precision: float) -> float | None:
    """The lowest threshold whose flags are right at least as often as `precision`; that is the best recall.

    Args:
        scores: of the label, in [0, 1].
        positive: which of the pairs have the label.
        precision: wanted share of right flags, in (0, 1].

    Returns:
        The threshold, or None if none reaches the precision.
    """
    from sklearn.metrics import precision_recall_curve

    if not any(positive):
        raise DataError("none of the pairs has the label that a threshold is chosen for; add labelled ones")
    precisions, _, thresholds = precision_recall_curve(positive, scores)
    good = np.flatnonzero(precisions[:-1] >= precision)
    if not len(good):
        return None
    chosen = float(thresholds[good[0]])
    below = float(thresholds[good[0] - 1]) if good[0] else 0.0
    # A hair lower, so that the pair that decided it is flagged again whatever its rounding in another batch.
    return chosen - min(1e-6, (chosen - below) / 2)

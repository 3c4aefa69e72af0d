"""Turns a model's logits into probabilities that can be trusted, and chooses the threshold of a flag.

Temperature scaling divides the logits by one number fitted on held-out pairs; it changes no label. Vector scaling gives
each label a weight and a bias besides, for models that think one label likelier than it is; it may change the label of
pairs whose labels are about equally likely (Guo et al. 2017, On Calibration of Modern Neural Networks,
https://arxiv.org/abs/1706.04599, section 4.2). Power scaling raises the logits to a power before that, which a model
needs that is too sure where it hesitates and not sure enough where it does not, or the other way round: no factor mends
both (docs/decisions/0003-scores-and-thresholds.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from nli.errors import DataError

Triple: TypeAlias = tuple[float, float, float]
"""A number for each label, in the order entailment, neutral, contradiction."""

_ONES: Triple = (1.0, 1.0, 1.0)
_ZEROS: Triple = (0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Calibration:
    """How logits become probabilities and flags.

    Attributes:
        temperature: what logits are divided by; above 0, 1 changes nothing.
        threshold: a contradiction score from here on is flagged; in [0, 1].
        entailment_threshold: a probability of entailment from here on counts as one; in [0, 1]. Used where one
            side denies, for then what is asserted must entail what is denied.
        fitted_on: what it was fitted on, in words; empty for a model that was never calibrated.
        scales: what the logits of each label, less the mean of the three, are multiplied by as well; above 0, ones
            change nothing.
        biases: what is added to them then; zeros change nothing.
        exponent: the power to which the logits, less their mean, are raised before that, each keeping its sign; above
            0, 1 changes nothing.
    """

    temperature: float = 1.0
    threshold: float = 0.5
    entailment_threshold: float = 0.5
    fitted_on: str = ""
    scales: Triple = _ONES
    biases: Triple = _ZEROS
    exponent: float = 1.0

    def __post_init__(self) -> None:
        if not 0 < self.temperature < np.inf:
            raise DataError(f"a temperature must be above 0, not {self.temperature}")
        for threshold in (self.threshold, self.entailment_threshold):
            if not 0 <= threshold <= 1:
                raise DataError(f"a threshold must be between 0 and 1, not {threshold}")
        if len(self.scales) != 3 or not all(0 < scale < np.inf for scale in self.scales):
            raise DataError(f"scales must be three numbers above 0, not {self.scales}")
        if len(self.biases) != 3 or not np.isfinite(self.biases).all():
            raise DataError(f"biases must be three numbers, not {self.biases}")
        if not 0 < self.exponent < np.inf:
            raise DataError(f"an exponent must be above 0, not {self.exponent}")

    @property
    def by_label(self) -> bool:
        """Whether it is more than a temperature (vector or power scaling)."""
        return self.scales != _ONES or self.biases != _ZEROS or self.exponent != 1

    def probabilities(self, logits: NDArray[np.float32]) -> NDArray[np.float64]:
        """Softmax of the scaled logits, of the same shape (pairs, labels).

        The same number added to all logits of a pair changes nothing, as it changes nothing without calibration.
        """
        scaled = logits.astype(np.float64) / self.temperature
        if self.by_label:
            scaled = _power(_centred(scaled), self.exponent) * self.scales + self.biases
        return _softmax(scaled)

    def uncalibrated(self, probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
        """What probabilities of shape (pairs, labels) were before: the inverse of `probabilities`.

        As far as floating-point numbers go: what was raised to a high power until it vanished cannot be told.
        """
        scales = np.asarray(self.scales)
        scaled = (np.log(np.maximum(probabilities, 1e-300)) - self.biases) / scales
        if self.exponent == 1:
            # What each logit would be if the softmax had divided by 1. Their mean is 0, which tells by what it did.
            logits = scaled - scaled.sum(axis=-1, keepdims=True) / scales / (1 / scales).sum()
        else:
            # The same by bisection, as there is no closed form. What it divided by lies between the lowest and the
            # highest: beyond them, all logits would have one sign.
            low, high = (side(scaled * scales, axis=-1, keepdims=True) for side in (np.min, np.max))
            for _ in range(100):
                middle = (low + high) / 2
                logits = _power(scaled - middle / scales, 1 / self.exponent)
                above = logits.sum(axis=-1, keepdims=True) > 0
                low, high = np.where(above, middle, low), np.where(above, high, middle)
        return _softmax(logits * self.temperature)


def _power(centred: NDArray[np.float64], exponent: float) -> NDArray[np.float64]:
    powers: NDArray[np.float64] = np.sign(centred) * np.abs(centred) ** exponent
    return centred if exponent == 1 else powers


def _centred(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    centred: NDArray[np.float64] = logits - logits.mean(axis=-1, keepdims=True)
    return centred


def _softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    exponents = np.exp(logits - logits.max(axis=-1, keepdims=True))
    result: NDArray[np.float64] = exponents / exponents.sum(axis=-1, keepdims=True)
    return result


def log_loss(probabilities: NDArray[np.float64], labels: Sequence[int] | NDArray[np.int64]) -> float:
    """Mean of minus the logarithm of the right labels' probabilities, of shape (pairs, labels)."""
    rows = np.arange(len(labels))
    return float(-np.log(np.maximum(probabilities[rows, np.asarray(labels)], 1e-12)).mean())


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

    def loss(log_temperature: float) -> float:
        return log_loss(Calibration(float(np.exp(log_temperature))).probabilities(logits), labels)

    found = minimize_scalar(loss, bounds=(np.log(0.05), np.log(20.0)), method="bounded")
    return float(np.exp(found.x))


def fit_vector(logits: NDArray[np.float32], labels: Sequence[int]) -> Calibration:
    """The temperature, scales and biases with the least log loss on held-out pairs (vector scaling).

    The temperature is that of `fit_temperature`. The biases and the logarithms of the scales have a standard normal
    prior, a small penalty that keeps a label of which there are few pairs from being scaled away. The log loss is never
    above that of the temperature alone.

    Args:
        logits: shape (pairs, 3).
        labels: the right column of each row.

    Raises:
        DataError: if there are no pairs, or lengths differ.
    """
    return _fit_by_label(logits, labels, power=False)


def fit_power(logits: NDArray[np.float32], labels: Sequence[int]) -> Calibration:
    """The temperature, exponent, scales and biases with the least log loss on held-out pairs (power scaling).

    As `fit_vector`, with one exponent besides, whose logarithm has the same prior.

    Args:
        logits: shape (pairs, 3).
        labels: the right column of each row.

    Raises:
        DataError: if there are no pairs, or lengths differ.
    """
    return _fit_by_label(logits, labels, power=True)


def _fit_by_label(logits: NDArray[np.float32], labels: Sequence[int], *, power: bool) -> Calibration:
    from scipy.optimize import minimize

    temperature = fit_temperature(logits, labels)
    centred = _centred(logits.astype(np.float64) / temperature)
    logarithms = np.log(np.maximum(np.abs(centred), 1e-300))
    truth = np.eye(3)[np.asarray(labels)]

    def loss(parameters: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scales, biases, exponent = np.exp(parameters[:3]), parameters[3:6], float(np.exp(parameters[6]))
        scaled = _power(centred, exponent) * scales
        probabilities = _softmax(scaled + biases)
        gap = (probabilities - truth) / len(truth)
        steeper = float((gap * scaled * logarithms).sum()) * exponent
        slope = np.concatenate([(gap * scaled).sum(axis=0), gap.sum(axis=0), [steeper]]) + parameters / len(truth)
        return log_loss(probabilities, labels) + float(parameters @ parameters) / (2 * len(truth)), slope

    bounds = [(-3, 3)] * 6 + [(-1, 1) if power else (0, 0)]
    found = minimize(loss, np.zeros(7), jac=True, method="L-BFGS-B", bounds=bounds).x
    e, n, c, *biases = (float(value) for value in (*np.exp(found[:3]), *found[3:6]))
    return Calibration(
        temperature, scales=(e, n, c), biases=(biases[0], biases[1], biases[2]), exponent=float(np.exp(found[6]))
    )


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

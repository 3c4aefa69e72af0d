"""Figures of a model on a labelled set, each with its uncertainty.

Accuracy, F1 and the rest are scikit-learn's. Standard errors come from a bootstrap of the rows; since every
figure here is a function of the confusion matrix, resampling the rows is drawing that matrix anew from a
multinomial distribution (Efron and Tibshirani 1993, An Introduction to the Bootstrap, chapter 6).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import confusion_matrix, log_loss

from nli.errors import DataError
from nli.labels import LABELS
from nli.records import Label, PairScore

Matrix = NDArray[np.float64]

RESAMPLES = 2000
BINS = 15
"""Equally wide bins of the expected calibration error."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value and its standard error, both as shares in [0, 1]; NaN where there is nothing to measure."""

    value: float
    error: float


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured on the rows of a set or of one slice.

    Attributes:
        rows: how many pairs.
        accuracy: share of pairs whose likeliest label a→b is right.
        macro_f1: mean F1 of the labels that occur.
        precision, recall, f1: of the label contradiction.
        flag_precision, flag_recall, flag_f1: of the flag, which uses both directions and the model's threshold.
        confusion: pairs by true label (rows) and likeliest label (columns), in the order of `LABELS`.
    """

    rows: int
    accuracy: Figure
    macro_f1: Figure
    precision: Figure
    recall: Figure
    f1: Figure
    flag_precision: Figure
    flag_recall: Figure
    flag_f1: Figure
    confusion: tuple[tuple[int, int, int], ...]


def _divide(top: Matrix, bottom: Matrix) -> Matrix:
    result = np.full(np.broadcast(top, bottom).shape, np.nan)
    np.divide(top, bottom, out=result, where=bottom > 0)
    return result


def _accuracy(m: Matrix) -> Matrix:
    return _divide(np.asarray(np.trace(m, axis1=-2, axis2=-1)), m.sum((-2, -1)))


def _precision(m: Matrix, label: int) -> Matrix:
    return _divide(m[..., label, label], m[..., :, label].sum(-1))


def _recall(m: Matrix, label: int) -> Matrix:
    return _divide(m[..., label, label], m[..., label, :].sum(-1))


def _f1(m: Matrix, label: int) -> Matrix:
    # A label that is never right has F1 0, also where nothing was predicted so.
    right = m[..., label, label]
    return _divide(2 * right, m[..., :, label].sum(-1) + m[..., label, :].sum(-1))


def _macro_f1(m: Matrix) -> Matrix:
    present = m.sum(-1) > 0  # labels that occur in the truth
    each = np.stack([_f1(m, label) for label in range(m.shape[-1])], axis=-1)
    return _divide(np.where(present, np.nan_to_num(each), 0).sum(-1), present.sum(-1).astype(float))


def _figure(matrix: Matrix, draws: Matrix, measure: Callable[[Matrix], Matrix]) -> Figure:
    value = float(measure(matrix))
    values = measure(draws)
    values = values[np.isfinite(values)]
    error = float(values.std(ddof=1)) if len(values) > 1 and np.isfinite(value) else float("nan")
    return Figure(value, error)


def measure(truth: Sequence[Label], scores: Sequence[PairScore], *, seed: int = 0) -> Figures:
    """Figures of scored pairs against their true labels.

    Raises:
        DataError: if there are no rows, or not as many labels as scores.
    """
    if len(truth) != len(scores) or not truth:
        raise DataError(f"{len(truth)} labels and {len(scores)} scores; an evaluation needs as many, at least one")
    random = np.random.default_rng(seed)
    matrix = confusion_matrix(truth, [score.label for score in scores], labels=list(LABELS)).astype(float)
    real = [label == "contradiction" for label in truth]
    flags = confusion_matrix(real, [score.flag for score in scores], labels=[False, True]).astype(float)
    draws, flag_draws = _redraw(matrix, random), _redraw(flags, random)
    contradiction = LABELS.index("contradiction")
    return Figures(
        rows=len(truth),
        accuracy=_figure(matrix, draws, _accuracy),
        macro_f1=_figure(matrix, draws, _macro_f1),
        precision=_figure(matrix, draws, lambda m: _precision(m, contradiction)),
        recall=_figure(matrix, draws, lambda m: _recall(m, contradiction)),
        f1=_figure(matrix, draws, lambda m: _f1(m, contradiction)),
        flag_precision=_figure(flags, flag_draws, lambda m: _precision(m, 1)),
        flag_recall=_figure(flags, flag_draws, lambda m: _recall(m, 1)),
        flag_f1=_figure(flags, flag_draws, lambda m: _f1(m, 1)),
        confusion=tuple((int(r[0]), int(r[1]), int(r[2])) for r in matrix),
    )


def _redraw(matrix: Matrix, random: np.random.Generator) -> Matrix:
    count = int(matrix.sum())
    drawn = random.multinomial(count, (matrix / count).ravel(), size=RESAMPLES)
    return drawn.reshape(RESAMPLES, *matrix.shape).astype(float)


@dataclass(frozen=True, slots=True)
class Calibrations:
    """How far the probabilities a→b can be trusted.

    Attributes:
        ece: expected calibration error of the likeliest label, in [0, 1] (Naeini et al. 2015, equal width bins).
        brier: mean squared distance of the probabilities from the truth, summed over labels, in [0, 2].
        log_loss: mean negative log likelihood, in nats.
        direction_gap: on contradictions, mean difference between the contradiction probabilities a→b and b→a.
    """

    ece: float
    brier: float
    log_loss: float
    direction_gap: float


def probability_table(scores: Sequence[PairScore]) -> Matrix:
    """Probabilities a→b, of shape (pairs, 3), in the order of `LABELS`."""
    return np.array([(s.ab.entailment, s.ab.neutral, s.ab.contradiction) for s in scores])


def measure_calibration(truth: Sequence[Label], scores: Sequence[PairScore]) -> Calibrations:
    """How far the probabilities of scored pairs can be trusted, against the true labels."""
    table = probability_table(scores)
    labels = np.array([LABELS.index(label) for label in truth])
    conflicts = [abs(s.ab.contradiction - s.ba.contradiction) for s, t in zip(scores, truth) if t == "contradiction"]
    return Calibrations(
        ece=expected_calibration_error(table, labels),
        brier=float(((table - np.eye(3)[labels]) ** 2).sum(axis=1).mean()),
        log_loss=float(log_loss(labels, table, labels=[0, 1, 2])),
        direction_gap=float(np.mean(conflicts)) if conflicts else float("nan"),
    )


def expected_calibration_error(table: Matrix, labels: NDArray[np.int64], bins: int = BINS) -> float:
    """Mean gap between confidence and accuracy over equally wide bins of confidence, weighted by their rows."""
    confidence, right = table.max(axis=1), table.argmax(axis=1) == labels
    where = np.minimum((confidence * bins).astype(int), bins - 1)
    sizes = np.bincount(where, minlength=bins)
    gaps = np.bincount(where, weights=right, minlength=bins) - np.bincount(where, weights=confidence, minlength=bins)
    return float(np.abs(gaps).sum() / sizes.sum())

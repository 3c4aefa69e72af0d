"""What the plots show: reliability diagrams, and precision against recall with the chosen threshold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.metrics import precision_recall_curve

from nli.evaluation.intervals import NAN, rate_interval
from nli.evaluation.metrics import BINS, bin_numbers
from nli.evaluation.resampling import group_sums
from nli.evaluation.scored import CONTRADICTION, Flags, Floats, Integers, Scored

POINTS = 200
"""Points of a curve that are kept; more cannot be told apart in a plot."""


@dataclass(frozen=True, slots=True)
class Bin:
    """The pairs whose probability lies in [low, high), or in [low, 1] for the last bin.

    Attributes:
        low, high: the ends of the bin.
        pairs: how many there are.
        predicted: their mean probability; NaN if there are none.
        observed: the share of them that came true, `observed_low` and `observed_high` its 95 % interval; NaN likewise.
    """

    low: float
    high: float
    pairs: int
    predicted: float
    observed: float
    observed_low: float
    observed_high: float


def reliability(probability: Floats, happened: Flags, groups: Integers, bins: int = BINS) -> tuple[Bin, ...]:
    """Equally wide bins of probability, each with how often what was predicted came true.

    Args:
        probability: shape (pairs,), in [0, 1].
        happened: shape (pairs,).
        groups: shape (pairs,), what is not independent, see `Scored`.
        bins: how many.
    """
    where = bin_numbers(probability, bins)
    # From whole numbers, so that an end is exactly where `bin_numbers` draws it.
    edges = [number / bins for number in range(bins + 1)]
    found = []
    for number in range(bins):
        rows = where == number
        count = int(rows.sum())
        predicted = observed = low = high = NAN
        if count:
            predicted, observed = float(probability[rows].mean()), float(happened[rows].mean())
            own = np.unique(groups[rows], return_inverse=True)[1]
            sums = group_sums(np.stack([happened[rows], np.ones(count)], axis=1).astype(float), own)
            low, high = rate_interval(sums[:, 0], sums[:, 1], clustered=len(sums) < count)
        found.append(Bin(edges[number], edges[number + 1], count, predicted, observed, low, high))
    return tuple(found)


def label_reliability(scored: Scored, *, calibrated: bool = True) -> tuple[Bin, ...]:
    """Reliability of the likeliest label a→b: the bins of the expected calibration error."""
    predicted = scored.likeliest(calibrated=calibrated)
    confidence = scored.class_table(calibrated=calibrated)[np.arange(len(scored)), predicted]
    return reliability(confidence, predicted == scored.truth, scored.groups)


def contradiction_reliability(scored: Scored) -> tuple[Bin, ...]:
    """Reliability of the probability of contradiction a→b, in ten bins; none for a two-way set."""
    if scored.two_way:
        return ()
    return reliability(scored.table[:, CONTRADICTION], scored.contradicts, scored.groups, bins=10)


@dataclass(frozen=True, slots=True)
class Curve:
    """Precision against recall of the contradiction score, from the highest threshold to the lowest.

    Each of the three has one value a point, at most `POINTS`.
    """

    threshold: tuple[float, ...] = ()
    precision: tuple[float, ...] = ()
    recall: tuple[float, ...] = ()


def precision_recall(scored: Scored) -> Curve:
    """The curve; empty if there are no contradictions."""
    if not scored.contradicts.any():
        return Curve()
    precision, recall, threshold = precision_recall_curve(scored.contradicts, scored.score)
    kept = np.unique(np.linspace(0, len(threshold) - 1, POINTS).round().astype(int))[::-1]
    return Curve(*(tuple(map(float, values[kept])) for values in (threshold, precision, recall)))

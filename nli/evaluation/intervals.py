"""Figures with the interval in which they lie: Wilson's for rates, the bootstrap's for everything else.

Rows of a group (an article, a premise) are not independent. Rates therefore take the number of independent rows that
would be as uncertain as the groups are, their effective sample size (Franco et al. 2019, Comparative Study of
Confidence Intervals for Proportions in Complex Sample Surveys, J. Survey Statistics and Methodology 7:334); the
bootstrap draws whole groups, and widens its intervals for small numbers of them (Hesterberg 2015, What Teachers Should
Know About the Bootstrap, The American Statistician 69:371).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm, t

Matrix = NDArray[np.float64]

LEVEL = 0.95
"""How often an interval holds the truth."""

NAN = float("nan")

IntervalKind = Literal["percentile", "reflected", "logit", "log"]

_MOST = 100.0
"""Beyond this, an end on the logarithmic scale is as good as infinite."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value; NaN where there is nothing to measure.

    Attributes:
        value: what was measured.
        error: its standard error; NaN where it cannot be told.
        low, high: the 95 % interval; NaN where the rows are too few to tell.
    """

    value: float
    error: float = NAN
    low: float = NAN
    high: float = NAN

    @property
    def known(self) -> bool:
        """Whether there was anything to measure."""
        return not math.isnan(self.value)

    def scaled(self, factor: float) -> Figure:
        """The figure in another unit."""
        return Figure(self.value * factor, self.error * factor, self.low * factor, self.high * factor)


def wilson(rate: float, rows: float, quantile: float | None = None) -> tuple[float, float]:
    """Wilson's score interval of a rate (Wilson 1927, J. American Statistical Association 22:209).

    Args:
        rate: the observed share, in [0, 1].
        rows: how many (effective) rows it was observed on, above 0.
        quantile: of the normal distribution, or of another; by default that of a 95 % interval.
    """
    z = float(norm.ppf((1 + LEVEL) / 2)) if quantile is None else quantile
    if not math.isfinite(z):
        return 0.0, 1.0
    shrink = 1 + z * z / rows
    middle = (rate + z * z / (2 * rows)) / shrink
    half = z * math.sqrt(rate * (1 - rate) / rows + z * z / (4 * rows * rows)) / shrink
    # At the ends rounding must not leave the rate outside of its own interval.
    return (0.0 if rate == 0 else max(0.0, middle - half)), (1.0 if rate == 1 else min(1.0, middle + half))


def rate_interval(hits: Matrix, rows: Matrix, *, clustered: bool) -> tuple[float, float]:
    """The interval of the rate `hits / rows` over groups.

    Args:
        hits: shape (groups,), what is counted in each group.
        rows: shape (groups,), out of how many.
        clustered: whether groups hold several rows, so that their number, not that of the rows, says how sure one is.

    Returns:
        Both ends; NaN if there are no rows.
    """
    there = rows > 0
    hits, rows = hits[there], rows[there]
    total = float(rows.sum())
    if not total:
        return NAN, NAN
    rate = float(hits.sum()) / total
    if not clustered:
        return wilson(rate, total)
    groups = len(rows)
    if groups == 1:
        return 0.0, 1.0
    quantile = float(t.ppf((1 + LEVEL) / 2, groups - 1))
    simple = rate * (1 - rate) / total
    if simple == 0:
        return wilson(rate, groups, quantile)
    spread = float(((hits - rate * rows) ** 2).sum()) * groups / (groups - 1) / total**2
    return wilson(rate, total / max(spread / simple, 1.0), quantile)


def bootstrap_figure(
    value: float,
    draws: Matrix,
    groups: int,
    *,
    lowest: float = 0.0,
    highest: float = math.inf,
    kind: IntervalKind = "percentile",
) -> Figure:
    """A figure from its values on resampled groups.

    Which kind of interval a figure needs is a matter of how often it holds the truth (`benchmarks/evaluation.py
    coverage`):

    - `percentile`: of the draws, widened for few groups;
    - `reflected`, for figures that resampling inflates, such as a mean of absolute gaps: the lower end is that of the
      basic bootstrap interval, which reflects the percentiles at the value, the upper end the higher one of both.
      Percentiles alone miss the truth far too often, the basic interval still does on few rows;
    - `logit`, for areas under curves, which are skewed towards 1/2: symmetric on the logit scale, with the draws'
      standard error by the delta method (Pepe 2003, The Statistical Evaluation of Medical Tests, section 5.2, for the
      ROC; Boyd et al. 2013, Area under the Precision-Recall Curve: Point Estimates and Confidence Intervals, for
      average precision), Student's quantile, and an error widened by sqrt(groups / (groups - 1));
    - `log`, for means of losses, which are skewed upwards: the same on the logarithmic scale.

    Args:
        value: measured on all rows.
        draws: shape (resamples,); those that are NaN, where there was nothing to measure, are left aside.
        groups: how many groups there are to draw from.
        lowest, highest: what the figure can be at least and at most.
        kind: which interval.

    Returns:
        The figure; without an interval if all draws are the same, which says nothing about how sure one is.
    """
    if not math.isfinite(value):
        return Figure(NAN)
    draws = draws[np.isfinite(draws)]
    if len(draws) < 2 or groups < 2:
        return Figure(value)
    error = float(draws.std(ddof=1))
    if error <= 1e-12:
        return Figure(value, 0.0)
    wide = math.sqrt(groups / (groups - 1)) * float(t.ppf((1 + LEVEL) / 2, groups - 1))
    if kind == "log" and value > 0:
        factor = math.exp(min(wide * error / value, _MOST))
        low, high = value / factor, value * factor
    elif kind == "logit" and 0 < value < 1:
        factor = math.exp(min(wide * error / (value * (1 - value)), _MOST))
        odds = value / (1 - value)
        low, high = odds / (factor + odds), odds * factor / (1 + odds * factor)
    else:
        tail = float(norm.cdf(-wide))
        low, high = (float(end) for end in np.quantile(draws, (tail, 1 - tail)))
    if kind == "reflected":
        low, high = 2 * value - high, max(high, 2 * value - low)
    return Figure(value, error, max(lowest, min(low, value)), min(highest, max(high, value)))


def average(figures: list[Figure]) -> tuple[float, float]:
    """The interval of the mean of figures from their own intervals (MOVER; Zou and Donner 2008, Stat. Med. 27:1693)."""
    below = sum((figure.value - figure.low) ** 2 for figure in figures)
    above = sum((figure.high - figure.value) ** 2 for figure in figures)
    middle = sum(figure.value for figure in figures) / len(figures)
    return middle - math.sqrt(below) / len(figures), middle + math.sqrt(above) / len(figures)

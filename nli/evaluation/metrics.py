"""Figures of a model on a labelled set, each with its 95 % interval.

Counts, rates and F1 follow scikit-learn's definitions and are tested against it; they are computed here from sums over
groups of rows, since that makes thousands of resamples cheap. F1 is a monotone function of a rate, the share of right
pairs among those that are or are called so (F1 = 2J / (1 + J)), and takes its interval from that rate.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from nli.evaluation.figures import RECALLS
from nli.evaluation.intervals import Figure, IntervalKind, average, bootstrap_figure, rate_interval
from nli.evaluation.resampling import RESAMPLES, Ranking, draw_groups, group_sums, rank, ranking_figures
from nli.evaluation.scored import CONTRADICTION, Floats, Integers, Scored

BINS = 15
"""Equally wide bins of the expected calibration error."""

_TINY = np.finfo(np.float64).eps


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured on the rows of a set or of one slice.

    Attributes:
        rows: how many pairs; `groups` in how many groups.
        counts: pairs with each label.
        figures: by the names of `nli.evaluation.figures`; those that cannot be measured here have the value NaN.
        confusion: pairs by true label (rows) and likeliest label (columns), in the order of the set's classes.
    """

    rows: int
    groups: int
    counts: Mapping[str, int]
    figures: Mapping[str, Figure]
    confusion: tuple[tuple[int, ...], ...]


class Layout:
    """Which column of the sums holds what: the one place that knows, for rows, groups and draws alike."""

    def __init__(self, classes: int) -> None:
        self.classes = classes
        self.confusion = slice(0, classes * classes)
        self.flags = slice(self.confusion.stop, self.confusion.stop + classes * 2)
        self.losses = slice(self.flags.stop, self.flags.stop + 5)
        self.bins = slice(self.losses.stop, self.losses.stop + 2 * BINS)
        self.width = self.bins.stop

    def confusions(self, sums: Floats) -> Floats:
        """Confusion matrices of shape (..., classes, classes): truth, then prediction."""
        return sums[..., self.confusion].reshape(*sums.shape[:-1], self.classes, self.classes)

    def flagged(self, sums: Floats) -> Floats:
        """Pairs by truth and flag, of shape (..., classes, 2)."""
        return sums[..., self.flags].reshape(*sums.shape[:-1], self.classes, 2)


def row_sums(scored: Scored) -> Floats:
    """What each row adds to the sums, of shape (pairs, columns), see `Layout`."""
    classes, rows = len(scored.classes), np.arange(len(scored))
    layout = Layout(classes)
    values = np.zeros((len(scored), layout.width))
    values[rows, scored.truth * classes + scored.predicted] = 1
    values[rows, layout.flags.start + scored.truth * 2 + scored.flag] = 1
    losses = values[:, layout.losses]
    right = np.eye(classes)[scored.truth]
    for offset, calibrated in ((0, True), (1, False)):
        table = scored.class_table(calibrated=calibrated)
        losses[:, offset] = ((table - right) ** 2).sum(axis=1)
        losses[:, 2 + offset] = -np.log(np.maximum(table[rows, scored.truth], _TINY))
        predicted = scored.likeliest(calibrated=calibrated)
        confidence = table[rows, predicted]
        where = layout.bins.start + offset * BINS + bin_numbers(confidence, BINS)
        # The gap of a bin is that of its sums, so their difference is all that is needed.
        values[rows, where] = (predicted == scored.truth) - confidence
    losses[:, 4] = np.where(scored.contradicts, np.abs(scored.table[:, CONTRADICTION] - scored.back), 0)
    return values


def bin_numbers(shares: Floats, bins: int) -> Integers:
    """The number, from 0, of the equally wide bin of each share in [0, 1]; 1 belongs to the last."""
    return np.minimum((shares * bins).astype(np.int64), bins - 1)


def _divide(top: Floats, bottom: Floats) -> Floats:
    result = np.full(np.broadcast(top, bottom).shape, np.nan)
    np.divide(top, bottom, out=result, where=bottom > 0)
    return result


def _class_f1(confusions: Floats, label: int) -> Floats:
    both = confusions[..., :, label].sum(-1) + confusions[..., label, :].sum(-1)
    return _divide(2 * confusions[..., label, label], both)


def macro_f1(confusions: Floats) -> Floats:
    """Mean F1 of the labels that occur in the truth, of matrices (..., classes, classes)."""
    present = confusions.sum(-1) > 0
    each = np.stack([_class_f1(confusions, label) for label in range(confusions.shape[-1])], axis=-1)
    return _divide(np.where(present, np.nan_to_num(each), 0).sum(-1), present.sum(-1).astype(float))


def rates(sums: Floats, scored: Scored) -> dict[str, tuple[Floats, Floats]]:
    """Every rate as what is counted and out of how many, of the shape of the sums without its last axis.

    The rate of an F1 is its J, see the module.
    """
    layout = Layout(len(scored.classes))
    matrix, flags = layout.confusions(sums), layout.flagged(sums)
    found = {"accuracy": (np.trace(matrix, axis1=-2, axis2=-1), matrix.sum((-2, -1)))}
    for index, label in enumerate(scored.classes):
        right, called, real = matrix[..., index, index], matrix[..., :, index].sum(-1), matrix[..., index, :].sum(-1)
        found[f"{label}_precision"] = right, called
        found[f"{label}_recall"] = right, real
        found[f"{label}_f1"] = right, called + real - right
    found["flags_per_1000_entailment"] = flags[..., 0, 1], flags[..., 0, :].sum(-1)
    if not scored.two_way:
        right, called, real = flags[..., 2, 1], flags[..., :, 1].sum(-1), flags[..., 2, :].sum(-1)
        found["flag_precision"] = right, called
        found["flag_recall"] = right, real
        found["flag_f1"] = right, called + real - right
        found["flags_per_1000_neutral"] = flags[..., 1, 1], flags[..., 1, :].sum(-1)
    return found


def from_rate(name: str, rate: Floats) -> Floats:
    """The figure that belongs to a rate: F1 from J, flags per 1,000 from a share."""
    if name.endswith("_f1"):
        return 2 * rate / (1 + rate)
    return 1000 * rate if name.startswith("flags_per_1000") else rate


def other_figures(sums: Floats, scored: Scored) -> dict[str, Floats]:
    """The figures of sums (..., columns) that are no rates, each of shape (...)."""
    layout = Layout(len(scored.classes))
    matrix, losses, bins = layout.confusions(sums), sums[..., layout.losses], sums[..., layout.bins]
    rows = matrix.sum((-2, -1))
    found = {"macro_f1": macro_f1(matrix)}
    for index, name in enumerate(("brier", "brier_raw", "log_loss", "log_loss_raw")):
        found[name] = _divide(losses[..., index], rows)
    for index, name in enumerate(("ece", "ece_raw")):
        found[name] = _divide(np.abs(bins[..., index * BINS : (index + 1) * BINS]).sum(-1), rows)
    if not scored.two_way:
        found["direction_gap"] = _divide(losses[..., 4], matrix[..., CONTRADICTION, :].sum(-1))
    return found


def ranking_names() -> tuple[str, ...]:
    """Names of the figures of the contradiction score as a ranking, in the order of `ranking_figures`."""
    return ("average_precision", "roc_auc", *(f"precision_at_recall_{100 * recall:.0f}" for recall in RECALLS))


def draw_all(scored: Scored, *, seed: int, resamples: int) -> tuple[dict[str, float], dict[str, Floats]]:
    """Every figure on the rows, and on resampled groups of them.

    Returns:
        Values by name, and draws of shape (resamples,) by name; NaN where there is nothing to measure.
    """
    sums = group_sums(row_sums(scored), scored.groups)
    ranking: Ranking | None = None
    if not scored.two_way and scored.contradicts.any() and not scored.contradicts.all():
        ranking = rank(scored.score, scored.contradicts, scored.groups)
    blocks: list[dict[str, Floats]] = [_figures_of(np.ones((1, len(sums))), sums, scored, ranking)]
    blocks += [_figures_of(block, sums, scored, ranking) for block in draw_groups(len(sums), resamples, seed)]
    values = {name: float(value[0]) for name, value in blocks[0].items()}
    return values, {name: np.concatenate([block[name] for block in blocks[1:]]) for name in values}


def _figures_of(draws: Floats, sums: Floats, scored: Scored, ranking: Ranking | None) -> dict[str, Floats]:
    drawn = draws @ sums
    found = {name: from_rate(name, _divide(*rate)) for name, rate in rates(drawn, scored).items()}
    _drop_missing(found, Layout(len(scored.classes)).confusions(drawn).sum(-1), scored)
    found |= other_figures(drawn, scored)
    if not scored.two_way:
        nothing = np.full((len(draws), len(ranking_names())), np.nan)
        columns = nothing if ranking is None else ranking_figures(ranking, draws, RECALLS)
        found |= dict(zip(ranking_names(), columns.T, strict=True))
    return found


def _drop_missing(found: dict[str, Floats], real: Floats, scored: Scored) -> None:
    """F1 of a label that no pair has is unknown; zero would say that the model failed at something."""
    for index, label in enumerate(scored.classes):
        names = [f"{label}_f1"] + (["flag_f1"] if label == "contradiction" else [])
        for name in names:
            found[name] = np.where(real[:, index] > 0, found[name], np.nan)


def measure(scored: Scored, *, seed: int = 0, resamples: int = RESAMPLES) -> Measured:
    """All figures of scored pairs, with their intervals.

    Args:
        scored: the pairs beside their right answers, at least one.
        seed: of the resampling.
        resamples: how often groups are drawn anew; at least 2.
    """
    sums = group_sums(row_sums(scored), scored.groups)
    groups = len(sums)
    values, draws = draw_all(scored, seed=seed, resamples=resamples)
    figures: dict[str, Figure] = {}
    for name, (hits, rows) in rates(sums, scored).items():
        if math.isnan(values[name]):
            figures[name] = Figure(math.nan)
            continue
        low, high = rate_interval(hits, rows, clustered=groups < len(scored))
        ends = from_rate(name, np.array([low, high]))
        error = bootstrap_figure(values[name], draws[name], groups).error
        figures[name] = Figure(values[name], error, float(ends[0]), float(ends[1]))
    for name, value in values.items():
        if name not in figures:
            figures[name] = bootstrap_figure(value, draws[name], groups, highest=_highest(name), kind=_kind(name))
    matrix = Layout(len(scored.classes)).confusions(sums.sum(axis=0)).astype(int)
    counts: dict[str, int] = {label: int(matrix[index].sum()) for index, label in enumerate(scored.classes)}
    if math.isnan(figures["macro_f1"].low):
        # Draws that are all the same say nothing; the labels' own intervals still do.
        low, high = average([figures[f"{label}_f1"] for label, count in counts.items() if count])
        figures["macro_f1"] = Figure(values["macro_f1"], figures["macro_f1"].error, low, high)
    return Measured(len(scored), groups, counts, figures, tuple(tuple(map(int, row)) for row in matrix))


def _kind(name: str) -> IntervalKind:
    if name in ("average_precision", "roc_auc"):
        return "logit"
    if name.startswith(("brier", "log_loss")):
        return "log"
    return "reflected" if name.startswith("ece") else "percentile"


def _highest(name: str) -> float:
    if name.startswith("log_loss"):
        return math.inf
    return 2.0 if name.startswith("brier") else 1.0


def expected_calibration_error(table: Floats, labels: Integers, bins: int = BINS) -> float:
    """Mean gap between confidence and accuracy over equally wide bins of confidence, weighted by their rows."""
    confidence, right = table.max(axis=1), table.argmax(axis=1) == labels
    gaps = np.bincount(bin_numbers(confidence, bins), weights=right - confidence, minlength=bins)
    return float(np.abs(gaps).sum() / len(labels))

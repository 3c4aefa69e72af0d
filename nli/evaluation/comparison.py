"""Whether one model is better than another on the same pairs, and how sure one can be.

Differences of figures come with the paired bootstrap: each draw of groups is given to both models (Efron and Tibshirani
1993, chapter 16; Koehn 2004). Right against wrong answers are compared by the exact McNemar test (1947) where pairs are
independent. p-values of several figures or slices are corrected by Holm's procedure (1979, Scand. J. Statistics 6:65).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.stats import binomtest

from nli.errors import DataError
from nli.evaluation.figures import FIGURES, show
from nli.evaluation.intervals import Figure, bootstrap_figure
from nli.evaluation.metrics import draw_all
from nli.evaluation.resampling import RESAMPLES
from nli.evaluation.run import find_slices
from nli.evaluation.scored import Floats, Scored
from nli.evaluation.sets import LabelledSet

ALPHA = 0.05
"""A difference counts as shown if it would come about by chance less often than this."""

HEADLINES = ("accuracy", "macro_f1", "contradiction_f1", "flag_f1", "average_precision", "ece", "brier")
"""The figures that models are compared by, which are corrected for their number together."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How a figure of one model differs from that of another.

    Attributes:
        name: of the figure.
        first, second: its values.
        change: second minus first, with its 95 % interval.
        p: how likely a change of this size is by chance; NaN where it cannot be told.
        corrected: `p` corrected for all that were looked at together.
    """

    name: str
    first: float
    second: float
    change: Figure
    p: float
    corrected: float = math.nan

    @property
    def shown(self) -> bool:
        """Whether the difference is more than chance would bring."""
        return self.corrected < ALPHA

    @property
    def better(self) -> bool:
        """Whether the second model does better, shown or not."""
        return (self.change.value > 0) == FIGURES[self.name].higher_is_better


@dataclass(frozen=True, slots=True)
class McNemar:
    """Pairs that only one of two models gets right, and the exact p-value that they are so unequal by chance.

    `independent` tells whether each pair is a group of its own; where groups hold several, p is too small.
    """

    only_first: int
    only_second: int
    p: float
    independent: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two models on the same set.

    Attributes:
        first, second: their names.
        differences: of the headline figures, `others` of the rest.
        mcnemar: on all pairs.
        slices: the difference in accuracy of each slice, corrected for their number.
        differ: rows whose likeliest answer or flag differs.
        conclusion: in sentences.
    """

    first: str
    second: str
    differences: tuple[Difference, ...]
    others: tuple[Difference, ...]
    mcnemar: McNemar
    slices: dict[str, Difference]
    differ: tuple[int, ...]
    conclusion: tuple[str, ...]


def mcnemar(first: Scored, second: Scored) -> McNemar:
    """The exact McNemar test on the answers of two models."""
    one, two = (scored.predicted == scored.truth for scored in (first, second))
    only_first, only_second = int((one & ~two).sum()), int((two & ~one).sum())
    total = only_first + only_second
    p = float(binomtest(only_first, total).pvalue) if total else 1.0
    return McNemar(only_first, only_second, p, independent=int(first.groups.max()) + 1 == len(first))


def holm(values: Sequence[float]) -> list[float]:
    """p-values corrected by Holm's procedure; NaN, where there was nothing to test, stays NaN and does not count."""
    result = [math.nan] * len(values)
    order = sorted((value, index) for index, value in enumerate(values) if not math.isnan(value))
    highest = 0.0
    for place, (value, index) in enumerate(order):
        highest = max(highest, min(1.0, value * (len(order) - place)))
        result[index] = highest
    return result


def differences(first: Scored, second: Scored, *, seed: int = 0, resamples: int = RESAMPLES) -> dict[str, Difference]:
    """How every figure of `second` differs from that of `first`, not corrected; where either is unknown it is left out.

    Raises:
        DataError: if the two are not of the same pairs.
    """
    same = len(first) == len(second) and first.classes == second.classes
    if not same or (first.truth != second.truth).any() or (first.groups != second.groups).any():
        raise DataError("two models can only be compared on the same pairs; score both on the same set")
    values, draws = draw_all(first, seed=seed, resamples=resamples)
    others, other_draws = draw_all(second, seed=seed, resamples=resamples)
    groups = int(first.groups.max()) + 1
    found = {}
    for name in values:
        if math.isnan(values[name]) or math.isnan(others[name]):
            continue
        change = others[name] - values[name]
        drawn = other_draws[name] - draws[name]
        figure = bootstrap_figure(change, drawn, groups, lowest=-math.inf)
        found[name] = Difference(name, values[name], others[name], figure, _chance(change, drawn, groups))
    exact = mcnemar(first, second)
    if exact.independent:  # such pairs have an exact test, which needs no resampling
        found["accuracy"] = replace(found["accuracy"], p=exact.p)
    return found


def _chance(change: float, draws: Floats, groups: int) -> float:
    """Two-sided p-value of a change: how often the resampled change lies on the other side of none at all.

    It is never below 2^(1 - groups), the least that exchanging the models' signs group by group can give: few groups,
    drawn anew, look surer than they are. Of one group nothing can be said.
    """
    draws = draws[np.isfinite(draws)]
    if not len(draws) or not math.isfinite(change) or groups < 2:
        return math.nan
    if change == 0:
        return 1.0
    beyond = int(((draws <= 0) if change > 0 else (draws >= 0)).sum())
    return min(1.0, max(2 * (beyond + 1) / (len(draws) + 1), 2.0 ** (1 - groups)))


def compare(
    labelled: LabelledSet,
    first: tuple[str, Scored],
    second: tuple[str, Scored],
    *,
    family: int = 1,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> Comparison:
    """Compare two models on a set.

    Args:
        labelled: the set that both were scored on.
        first: the name of the first model and what it scored, `second` likewise.
        family: how many comparisons are made in all; p-values are corrected for them, too.
        seed: of the resampling.
        resamples: how often groups of rows are drawn anew.

    Raises:
        DataError: if the two are not of the same pairs.
    """
    one, two = first[1], second[1]
    found = differences(one, two, seed=seed, resamples=resamples)
    headlines = _correct([found[name] for name in HEADLINES if name in found], family)
    slices = {}
    for name, rows in find_slices(labelled).items():
        chosen = np.array(rows)
        part = differences(one.take(chosen), two.take(chosen), seed=seed, resamples=resamples)
        slices[name] = part["accuracy"]
    corrected = _correct(list(slices.values()), family)
    differ = (one.predicted != two.predicted) | (one.flag != two.flag)
    return Comparison(
        first[0],
        second[0],
        tuple(headlines),
        tuple(difference for name, difference in found.items() if name not in HEADLINES),
        mcnemar(one, two),
        dict(zip(slices, corrected)),
        tuple(int(row) for row in np.flatnonzero(differ)),
        tuple(conclude(first[0], second[0], headlines, dict(zip(slices, corrected)))),
    )


def _correct(found: Sequence[Difference], family: int) -> list[Difference]:
    corrected = holm([difference.p for difference in found])
    return [replace(d, corrected=min(1.0, p * family) if p == p else p) for d, p in zip(found, corrected)]


def conclude(first: str, second: str, found: Sequence[Difference], slices: dict[str, Difference]) -> list[str]:
    """What the comparison shows, in sentences: what is better and what is worse, and what could not be shown."""
    sentences = []
    for better in (True, False):
        shown = [_describe(d) for d in found if d.shown and d.better is better]
        if shown:
            sentences.append(f"{second} is {'better' if better else 'worse'} than {first} in {_listed(shown)}.")
    if not sentences:
        sentences.append(f"No difference between {first} and {second} could be shown.")
        accuracy = next((d for d in found if d.name == "accuracy"), None)
        if accuracy is not None and not math.isnan(accuracy.change.low):
            sentences.append(
                f"Their accuracy differs by something between {_points('accuracy', accuracy.change.low)} and "
                f"{_points('accuracy', accuracy.change.high)}."
            )
    else:
        rest = [FIGURES[d.name].title for d in found if not d.shown]
        if rest:
            sentences.append(f"No difference could be shown in {_listed(rest)}.")
    parted = [f"{name} ({_describe(d)})" for name, d in slices.items() if d.shown]
    if parted:
        sentences.append(f"Slices with a difference: {_listed(parted)}.")
    elif slices:
        sentences.append("In no slice could a difference in accuracy be shown.")
    return sentences


def _describe(difference: Difference) -> str:
    return (
        f"{FIGURES[difference.name].title} ({_points(difference.name, difference.change.value)}, "
        f"p {shown_p(difference.corrected)})"
    )


def shown_p(p: float) -> str:
    """A p-value as tables show it."""
    if math.isnan(p):
        return "–"
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def _points(name: str, change: float) -> str:
    return show(name, change, signed=True) + (" points" if FIGURES[name].percent else "")


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"

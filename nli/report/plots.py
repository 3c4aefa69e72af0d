"""Where the marks of a plot stand, in the units of its drawing; the template draws them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nli.evaluation.results import BinRecord, SetResult

WIDTH = 300
"""Width and height of the area of a plot, in units of its drawing."""


def across(share: float) -> float:
    """Where a share in [0, 1] stands from left to right."""
    return round(share * WIDTH, 2)


def up(share: float) -> float:
    """Where a share in [0, 1] stands from top to bottom."""
    return round((1 - share) * WIDTH, 2)


@dataclass(frozen=True, slots=True)
class Dot:
    """A bin of a reliability diagram: its place, the ends of its interval, and its size by the pairs in it."""

    x: float
    y: float
    low: float
    high: float
    radius: float
    pairs: int
    said: str


def dots(bins: Sequence[BinRecord]) -> list[Dot]:
    """The bins that have pairs; their area grows with their pairs."""
    most = max((one.pairs for one in bins), default=0)
    found = []
    for one in bins:
        if one.predicted is None or one.observed is None:
            continue
        low, high = (one.observed if end is None else end for end in (one.observed_low, one.observed_high))
        said = f"{one.pairs:,} pairs at {one.predicted:.0%} on average: {one.observed:.0%} came true"
        radius = round(2.5 + 5.5 * (one.pairs / most) ** 0.5, 2)
        found.append(Dot(across(one.predicted), up(one.observed), up(low), up(high), radius, one.pairs, said))
    return found


def curve(result: SetResult) -> str:
    """Precision against recall as the points of a polyline; empty if there is no curve."""
    points = zip(result.precision_recall.recall, result.precision_recall.precision)
    return " ".join(f"{across(x)},{up(y)}" for x, y in points if x is not None and y is not None)


def chosen(result: SetResult) -> tuple[float, float] | None:
    """Where the flag stands on precision against recall; None if nothing is flagged."""
    precision, recall = (result.figures.get(name) for name in ("flag_precision", "flag_recall"))
    if precision is None or recall is None or precision.value is None or recall.value is None:
        return None
    return across(recall.value), up(precision.value)


def shades(confusion: Sequence[Sequence[int]]) -> list[list[float]]:
    """How dark each cell of a confusion matrix is, in [0, 1]: its share of its row."""
    return [[round(count / max(sum(row), 1), 3) for count in row] for row in confusion]

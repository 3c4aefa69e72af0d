"""A comparison as one HTML page that works from a file, with the pairs on which the models differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nli.evaluation.comparison import ALPHA
from nli.evaluation.comparison_file import ChangeRecord, Comparisons
from nli.evaluation.figures import FIGURES
from nli.report.comparison import HEADS, cells, mcnemar_sentence
from nli.report.pages import render

MOST_ROWS = 500
"""Differing pairs of a comparison that the page holds; `--differences` writes all."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table of changes: its cells, and where the interval of the change stands, in per cent of its bar.

    Attributes:
        shown: whether the change is more than chance would bring.
        left, width, at: the interval's start and width and the change itself; None where there is no interval.
    """

    title: str
    cells: tuple[str, ...]
    shown: bool
    left: float | None = None
    width: float | None = None
    at: float | None = None


def render_comparisons(file: Comparisons, differing: Sequence[Sequence[Mapping[str, Any]]]) -> str:
    """The page.

    Args:
        file: what was compared.
        differing: for each comparison the pairs that get another answer, as `nli.report.comparison.differing_rows`.
    """
    return render(
        "comparison.html",
        file=file,
        heads=HEADS,
        parts=[
            {
                "one": one,
                "main": _rows({FIGURES[change.name].title: change for change in one.differences}),
                "others": _rows({FIGURES[change.name].title: change for change in one.others}),
                "slices": _rows(one.slices),
                "mcnemar": mcnemar_sentence(one.mcnemar),
                "pairs": pairs[:MOST_ROWS],
                "left": max(0, len(pairs) - MOST_ROWS),
            }
            for one, pairs in zip(file.comparisons, differing, strict=True)
        ],
    )


def _rows(changes: Mapping[str, ChangeRecord]) -> list[Row]:
    """Lines whose bars share one scale, so that they can be compared by eye; only changes of shares have bars."""
    ends = [
        max(abs(change.change.low), abs(change.change.high))
        for change in changes.values()
        if FIGURES[change.name].percent and change.change.low is not None and change.change.high is not None
    ]
    scale = max(ends, default=0.0)
    return [_row(title, change, scale) for title, change in changes.items()]


def _row(title: str, change: ChangeRecord, scale: float) -> Row:
    by = change.change
    row = Row(title, cells(change), shown=change.corrected is not None and change.corrected < ALPHA)
    if by.value is None or by.low is None or by.high is None or not scale or not FIGURES[change.name].percent:
        return row
    left, at, right = (50 * (1 + end / scale) for end in (by.low, by.value, by.high))
    return Row(row.title, row.cells, row.shown, round(left, 2), round(right - left, 2), round(at, 2))

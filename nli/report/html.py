"""Results as one HTML page that works from a file: no server, no network, plots and an explorer of errors inside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nli.evaluation.figures import FIGURES, show
from nli.evaluation.results import FigureRecord, Results
from nli.evaluation.run import find_slices
from nli.evaluation.scored import Scored
from nli.evaluation.sets import LabelledSet
from nli.report.markdown import shown_calibration
from nli.report.pages import render
from nli.report.plots import WIDTH, chosen, curve, dots, shades

MOST_ROWS = 20_000
"""Pairs of all sets together that the explorer holds; beyond that only those with a wrong answer or a wrong flag."""

_HEADLINES = ("accuracy", "macro_f1", "contradiction_f1", "flag_precision", "flag_recall", "ece")
_TWO_WAY_HEADLINES = ("accuracy", "macro_f1", "entailment_f1", "not_entailment_f1", "ece")
_SLICE = ("accuracy", "contradiction_f1", "flag_precision", "flag_recall")
_TWO_WAY_SLICE = ("accuracy", "entailment_f1", "not_entailment_f1")


def render_html(results: Results, evaluated: Sequence[tuple[LabelledSet, Scored]]) -> str:
    """The page.

    Args:
        results: what was measured.
        evaluated: the sets of the results, in the same order, with their scores.
    """
    only_errors = sum(len(scored) for _, scored in evaluated) > MOST_ROWS
    rows = [
        row
        for number, (labelled, scored) in enumerate(evaluated)
        for row in explorer_rows(labelled, scored, number, only_errors=only_errors)
    ]
    return render(
        "report.html",
        results=results,
        calibration=shown_calibration(results.model),
        rows=rows,
        only_errors=only_errors,
        classes=list(dict.fromkeys(label for one in results.results for label in one.set.classes)),
        figures=FIGURES,
        show=show_figure,
        interval=show_interval,
        headlines=lambda one: _TWO_WAY_HEADLINES if one.set.two_way else _HEADLINES,
        slice_figures=lambda one: _TWO_WAY_SLICE if one.set.two_way else _SLICE,
        width=WIDTH,
        dots=dots,
        curve=curve,
        chosen=chosen,
        shades=shades,
    )


def explorer_rows(
    labelled: LabelledSet, scored: Scored, number: int, *, only_errors: bool = False
) -> list[dict[str, Any]]:
    """What the explorer of errors holds about each pair, as plain values with short keys.

    Keys: s number of the set, n number of the pair from 1, a, b, t truth, p predicted, c confidence, x contradiction
    score, f flag, k slices, w whether the label is wrong, g whether the flag is wrong.
    """
    slices: dict[int, list[str]] = {}
    for name, members in find_slices(labelled).items():
        for row in members:
            slices.setdefault(row, []).append(name)
    table, predicted = scored.class_table(), scored.predicted
    rows = []
    for row, (a, b) in enumerate(labelled.pairs):
        wrong = bool(predicted[row] != scored.truth[row])
        # Entailed pairs must not be flagged either; a two-way set says nothing of the others.
        flag_wrong = bool(scored.flag[row] != scored.contradicts[row])
        if scored.two_way:
            flag_wrong = bool(scored.flag[row] and scored.truth[row] == 0)
        if only_errors and not (wrong or flag_wrong):
            continue
        rows.append(
            {
                "s": number,
                "n": row + 1,
                "a": a,
                "b": b,
                "t": labelled.labels[row],
                "p": scored.classes[predicted[row]],
                "c": round(float(table[row, predicted[row]]), 4),
                "x": round(float(scored.score[row]), 4),
                "f": bool(scored.flag[row]),
                "k": slices.get(row, []),
                "w": wrong,
                "g": flag_wrong,
            }
        )
    return rows


def show_figure(name: str, figure: FigureRecord | None) -> str:
    """A value with its unit; a dash for what could not be measured."""
    if figure is None or figure.value is None:
        return "–"
    return show(name, figure.value) + (" %" if FIGURES[name].percent else "")


def show_interval(name: str, figure: FigureRecord | None) -> str:
    """An interval in words; a dash where there is none."""
    if figure is None or figure.low is None or figure.high is None:
        return "–"
    return f"{show(name, figure.low)} to {show(name, figure.high)}"

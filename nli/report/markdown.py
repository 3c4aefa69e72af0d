"""Results as Markdown: a table for a README of several models, and a page for a paper or a model card."""

from __future__ import annotations

from collections.abc import Sequence

from nli.errors import DataError
from nli.evaluation.figures import FIGURES, show
from nli.evaluation.results import FigureRecord, ModelRecord, Results, SetResult

COLUMNS = ("accuracy", "macro_f1", "contradiction_f1", "flag_precision", "flag_recall", "flags_per_1000_neutral", "ece")
"""The figures of a table of models."""


def with_interval(name: str, figure: FigureRecord | None) -> str:
    """A figure as `62.4 (56.1–68.3)`; a dash for what could not be measured, or for how sure it is."""
    if figure is None or figure.value is None:
        return "–"
    shown = show(name, figure.value)
    if figure.low is None or figure.high is None:
        return f"{shown} (–)"
    return f"{shown} ({show(name, figure.low)}–{show(name, figure.high)})"


def shown_calibration(model: ModelRecord) -> str:
    """How logits became probabilities, such as `temperature 1.573`."""
    said = f"temperature {model.temperature:.3f}"
    if model.calibration.by_label:
        scales, biases = (" / ".join(f"{value:.3f}" for value in values) for values in (model.scales, model.biases))
        said += f", then by label times {scales}, plus {biases}"
    return said


def models_table(files: Sequence[Results], columns: Sequence[str] = COLUMNS) -> str:
    """A table of what several models achieve on each set, the sets in the order of the first file.

    Raises:
        DataError: if two files have other rows of a set of the same name.
    """
    sets = list(dict.fromkeys(one.set.name for results in files for one in results.results))
    lines = []
    for name in sets:
        rows = [(results, one) for results in files for one in results.results if one.set.name == name]
        strangers = [results.model.name for results, one in rows if one.set.rows_sha256 != rows[0][1].set.rows_sha256]
        if strangers:
            raise DataError(
                f"{strangers[0]} was measured on other rows of {name} than {rows[0][0].model.name}; measure both on "
                "the same set"
            )
        used = [column for column in columns if any(_known(one, column) for _, one in rows)]
        lines += [
            f"**{name}**, {', '.join(dict.fromkeys(_size(one) for _, one in rows))}",
            "",
            _row(["model", *(FIGURES[column].title for column in used)]),
            _row(["---", *("---:" for _ in used)]),
        ]
        for results, one in rows:
            lines.append(_row([results.model.name, *(with_interval(c, one.figures.get(c)) for c in used)]))
        lines.append("")
    return "\n".join(lines)


def render_markdown(results: Results) -> str:
    """A page with all figures of each set, the confusion matrix and the slices."""
    model = results.model
    lines = [
        f"# {model.name}",
        "",
        f"{model.backend} backend, flags from {model.threshold:.3f}, {shown_calibration(model)}"
        + (f", calibrated on {model.fitted_on}" if model.fitted_on else "")
        + f". Shares in per cent, {results.level:.0%} intervals in brackets ({results.resamples:,} resamples of whole "
        f"groups, seed {results.seed}; Wilson for rates).",
        "",
        f"`{results.command}`, {results.created}; model sha256 `{model.sha256 or '–'}`.",
        "",
    ]
    for one in results.results:
        lines += _set_lines(one)
    return "\n".join(lines)


def _set_lines(one: SetResult) -> list[str]:
    counts = ", ".join(f"{count:,} {label}" for label, count in one.counts.items())
    lines = [
        f"## {one.set.name}",
        "",
        f"{_size(one)} in {one.groups:,} groups: {counts}. sha256 `{one.set.sha256}`.",
        "",
    ]
    lines += [f"- {note}" for note in one.notes] + ([""] if one.notes else [])
    lines += [_row(["figure", "value (95 % interval)"]), _row(["---", "---:"])]
    for name, about in FIGURES.items():
        if _known(one, name):
            lines.append(_row([about.title, with_interval(name, one.figures[name])]))
    classes = one.set.classes
    lines += ["", _row(["true \\ predicted", *classes]), _row(["---", *("---:" for _ in classes)])]
    lines += [_row([label, *(f"{count:,}" for count in row)]) for label, row in zip(classes, one.confusion)]
    lines.append("")
    if one.slices:
        names = (
            "accuracy",
            "macro_f1",
            *(() if one.set.two_way else ("contradiction_f1", "flag_precision", "flag_recall")),
        )
        lines += [_row(["slice", "pairs", *(FIGURES[name].title for name in names)])]
        lines += [_row(["---", *("---:" for _ in range(len(names) + 1))])]
        for slice_name, part in one.slices.items():
            cells = [with_interval(name, part.figures.get(name)) for name in names]
            lines.append(_row([slice_name, f"{part.rows:,}", *cells]))
        lines.append("")
    return lines


def _known(one: SetResult, name: str) -> bool:
    figure = one.figures.get(name)
    return figure is not None and figure.value is not None


def _size(one: SetResult) -> str:
    of = f" of {one.set.total:,}" if one.set.total != one.rows else ""
    return f"{one.rows:,}{of} pairs"


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"

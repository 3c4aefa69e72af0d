"""Results as Markdown: a table for a README of several models, and a page for a paper or a model card."""

from __future__ import annotations

from collections.abc import Sequence

from nli.errors import DataError
from nli.evaluation.figures import FIGURES, show
from nli.evaluation.results import FigureRecord, ModelRecord, Results, SetResult


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
        said += f", to the power of {model.exponent:.3f}" if model.exponent != 1 else ""
        said += f", then by label times {scales}, plus {biases}"
    return said


def models_table(files: Sequence[Results], name: str, sets: Sequence[str] = ()) -> str:
    """A table of one figure: a row a model, a column a set, each with its standard error.

    Args:
        files: results of one model each. Models of the same name are told apart by their backends.
        name: of the figure, see `FIGURES`.
        sets: which sets, in this order; by default all, in the order of the files.

    Raises:
        DataError: if there is no such figure or set, or two files have other rows of a set.
    """
    if name not in FIGURES:
        raise DataError(f"there is no figure {name!r}; figures are {', '.join(FIGURES)}")
    measured = list(dict.fromkeys(one.set.name for results in files for one in results.results))
    strangers = [one for one in sets if one not in measured]
    if strangers:
        raise DataError(f"no file has results of {strangers[0]}; there are {', '.join(measured)}")
    columns = [_column(files, one) for one in sets or measured]
    names = [results.model.name for results in files]
    heads = [f"{column[0].set.name} ({_pairs(column[0])})" for column in map(_held, columns)]
    lines = [table_row([FIGURES[name].title, *heads]), table_row(["---", *("---:" for _ in columns)])]
    for index, results in enumerate(files):
        model = results.model
        shown = f"{model.name} ({model.backend})" if names.count(model.name) > 1 else model.name
        cells = [with_error(name, one.figures.get(name) if (one := column[index]) else None) for column in columns]
        lines.append(table_row([shown, *cells]))
    return "\n".join(lines) + "\n"


def _column(files: Sequence[Results], name: str) -> list[SetResult | None]:
    """The results of a set in each file."""
    column = [next((one for one in results.results if one.set.name == name), None) for results in files]
    first = _held(column)[0]
    for results, one in zip(files, column):
        if one is not None and one.set.rows_sha256 != first.set.rows_sha256:
            raise DataError(
                f"{results.model.name} was measured on other rows of {name} than the model before it; measure both on "
                "the same rows"
            )
    return column


def _held(column: Sequence[SetResult | None]) -> list[SetResult]:
    return [one for one in column if one is not None]


def with_error(name: str, figure: FigureRecord | None) -> str:
    """A figure as `62.4 ± 3.1`, with its standard error; a dash for what could not be measured."""
    if figure is None or figure.value is None:
        return "–"
    return show(name, figure.value) + (f" ± {show(name, figure.error)}" if figure.error else "")


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
        f"`{results.command}`, {results.created}; model sha256 `{model.sha256 or '–'}`. {results.machine}; "
        + ", ".join(f"{package} {version}" for package, version in results.versions.items())
        + ".",
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
    lines += [table_row(["figure", "value (95 % interval)"]), table_row(["---", "---:"])]
    for name, about in FIGURES.items():
        if _known(one, name):
            lines.append(table_row([about.title, with_interval(name, one.figures[name])]))
    classes = one.set.classes
    lines += ["", table_row(["true \\ predicted", *classes]), table_row(["---", *("---:" for _ in classes)])]
    lines += [table_row([label, *(f"{count:,}" for count in row)]) for label, row in zip(classes, one.confusion)]
    memory = f", {one.peak_memory_mib:,.0f} MiB of memory at most" if one.peak_memory_mib else ""
    lines += ["", f"{one.pairs_per_second:,.0f} pairs a second{memory}.", ""]
    if one.slices:
        names = (
            "accuracy",
            "macro_f1",
            *(() if one.set.two_way else ("contradiction_f1", "flag_precision", "flag_recall")),
        )
        lines += [table_row(["slice", "pairs", *(FIGURES[name].title for name in names)])]
        lines += [table_row(["---", *("---:" for _ in range(len(names) + 1))])]
        for slice_name, part in one.slices.items():
            cells = [with_interval(name, part.figures.get(name)) for name in names]
            lines.append(table_row([slice_name, f"{part.rows:,}", *cells]))
        lines.append("")
    return lines


def _known(one: SetResult, name: str) -> bool:
    figure = one.figures.get(name)
    return figure is not None and figure.value is not None


def _size(one: SetResult) -> str:
    return f"{_pairs(one)} pairs"


def _pairs(one: SetResult) -> str:
    return f"{one.rows:,}" + (f" of {one.set.total:,}" if one.set.total != one.rows else "")


def table_row(cells: Sequence[str]) -> str:
    """A row of a table; bars within cells are escaped."""
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"

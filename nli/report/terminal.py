"""Results as tables on the terminal."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from nli.evaluation.figures import FIGURES, show
from nli.evaluation.results import FigureRecord, ModelRecord, Part, SetResult

_SLICE = ("accuracy", "contradiction_f1", "flag_precision", "flag_recall")


def print_result(console: Console, model: ModelRecord, result: SetResult) -> None:
    """Print what a model achieves on a set."""
    of = f" of {result.set.total:,}" if result.set.total != result.rows else ""
    labels = ", ".join(f"{count:,} {label}" for label, count in result.counts.items())
    console.print(
        f"\n[bold]{escape(result.set.name)}[/bold]  {result.rows:,}{of} pairs in {result.groups:,} groups ({labels}); "
        f"model {escape(model.name)} ({model.backend}), flags from {_plain(model.threshold)}"
    )
    for note in result.notes:
        console.print(f"[yellow]note[/yellow] {escape(note)}")
    table = Table("", "value", "95 % interval", box=None, pad_edge=False)
    for name, about in FIGURES.items():
        figure = result.figures.get(name)
        if figure is not None and figure.value is not None:
            table.add_row(about.title, show(name, figure.value), _interval(name, figure))
    console.print(table)
    console.print(_matrix(result))
    if result.slices:
        console.print(_slices(result))
    memory = f", {result.peak_memory_mib:,.0f} MiB at most" if result.peak_memory_mib else ""
    console.print(f"{result.pairs_per_second:,.0f} pairs a second{memory}; shares in per cent", style="dim")


def _interval(name: str, figure: FigureRecord) -> str:
    if figure.low is None or figure.high is None:
        return "too few rows to tell"
    return f"{show(name, figure.low)} to {show(name, figure.high)}"


def _matrix(result: SetResult) -> Table:
    table = Table("true \\ predicted", box=None, pad_edge=False, title="confusion", title_justify="left")
    for label in result.set.classes:
        table.add_column(label, justify="right")
    for label, row in zip(result.set.classes, result.confusion):
        table.add_row(label, *(f"{count:,}" for count in row))
    return table


def _slices(result: SetResult) -> Table:
    names = [name for name in _SLICE if name in result.figures]
    table = Table("slice", box=None, pad_edge=False, title="slices (95 % interval)", title_justify="left")
    table.add_column("pairs", justify="right")
    for name in names:
        table.add_column(FIGURES[name].title, no_wrap=True)
    for slice_name, part in result.slices.items():
        table.add_row(escape(slice_name), f"{part.rows:,}", *(_cell(part, name) for name in names))
    return table


def _cell(part: Part, name: str) -> str:
    figure = part.figures.get(name)
    if figure is None or figure.value is None:
        return "–"
    value = f"{100 * figure.value:.0f}"
    return (
        value
        if figure.low is None or figure.high is None
        else f"{value} ({100 * figure.low:.0f}–{100 * figure.high:.0f})"
    )


def _plain(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"

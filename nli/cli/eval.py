"""`nli eval`: figures of a model on labelled sets."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nli.cli.options import Backend, LabelMap, Model, NoProbe, Threshold, parse_columns, parse_label_map
from nli.cli.output import check_target, write_atomically

if TYPE_CHECKING:
    from rich.console import Console

    from nli.evaluation.metrics import Figure, Figures
    from nli.evaluation.run import Evaluation


def evaluate(
    sets: Annotated[list[Path], typer.Argument(help="Labelled sets: jsonl, csv, tsv or parquet.")],
    model: Model = None,
    backend: Backend = "auto",
    threshold: Threshold = None,
    label_map: LabelMap = None,
    no_probe: NoProbe = False,
    columns: Annotated[str | None, typer.Option(help="The two text columns, as A,B.")] = None,
    rows: Annotated[int | None, typer.Option(min=1, help="Evaluate a random sample of so many rows a set.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the sample and of the standard errors.")] = 0,
    json_file: Annotated[str | None, typer.Option("--json", help="Write the figures as JSON (- for output).")] = None,
) -> None:
    """Measure a model on labelled pairs: accuracy, F1, contradictions, flags, calibration, slices."""
    from rich.console import Console

    from nli.evaluation.run import evaluate as run
    from nli.evaluation.run import sample
    from nli.evaluation.sets import read_labelled
    from nli.models import load_model

    if json_file not in (None, "-"):
        check_target(Path(str(json_file)))
    labelled = [read_labelled(path, parse_columns(columns)) for path in sets]
    scorer = load_model(
        model, backend=backend, threshold=threshold, label_map=parse_label_map(label_map), probe=not no_probe
    )
    console = Console(stderr=json_file == "-")
    results = []
    for one in labelled:
        result = run(sample(one, rows, seed=seed) if rows else one, scorer, seed=seed)
        results.append(result.as_json())
        _show(console, result)
    if json_file is not None:
        text = json.dumps({"schema_version": 1, "results": results}, indent=2) + "\n"
        if json_file == "-":
            sys.stdout.write(text)
        else:
            write_atomically(Path(json_file), text)


def _percent(figure: Figure) -> str:
    if figure.value != figure.value:
        return "-"
    return f"{100 * figure.value:.1f} ± {100 * figure.error:.1f}"


def _show(console: Console, result: Evaluation) -> None:
    from rich.markup import escape
    from rich.table import Table

    from nli.labels import LABELS

    figures, calibration = result.figures, result.calibration
    of = f" of {result.set_rows}" if result.set_rows != figures.rows else ""
    console.print(
        f"\n[bold]{escape(result.set_name)}[/bold]  {figures.rows}{of} pairs, "
        f"model {escape(result.model)} ({result.backend})"
    )
    if result.dropped:
        console.print(f"{result.dropped} rows without an agreed label left out")
    table = Table("", "%", "", "%", box=None, pad_edge=False)
    table.add_row("accuracy", _percent(figures.accuracy), "macro-F1", _percent(figures.macro_f1))
    table.add_row(
        "contradiction precision", _percent(figures.precision), "flag precision", _percent(figures.flag_precision)
    )
    table.add_row("contradiction recall", _percent(figures.recall), "flag recall", _percent(figures.flag_recall))
    table.add_row("contradiction F1", _percent(figures.f1), "flag F1", _percent(figures.flag_f1))
    console.print(table)
    console.print(
        f"ECE {calibration.ece:.3f}, Brier {calibration.brier:.3f}, log loss {calibration.log_loss:.3f}; "
        f"a→b against b→a on contradictions {calibration.direction_gap:.3f}; flag threshold {result.threshold:.3f}; "
        f"{result.pairs_per_second:.0f} pairs/s"
    )
    matrix = Table("true \\ predicted", *LABELS, box=None, pad_edge=False, title="confusion", title_justify="left")
    for label, row in zip(LABELS, figures.confusion):
        matrix.add_row(label, *map(str, row))
    console.print(matrix)
    if result.slices:
        slices = Table(
            "slice", "pairs", "accuracy", "macro-F1", "contradiction F1", "flag F1", box=None, pad_edge=False
        )
        for name, part in result.slices.items():
            slices.add_row(escape(name), str(part.rows), *_slice(part))
        console.print(slices)
    console.print("value ± standard error", style="dim")


def _slice(part: Figures) -> tuple[str, str, str, str]:
    return _percent(part.accuracy), _percent(part.macro_f1), _percent(part.f1), _percent(part.flag_f1)

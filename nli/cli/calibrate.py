"""`nli calibrate`: fit a model's probabilities and thresholds on labelled pairs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from nli.cli.options import Backend, LabelMap, Model, NoProbe, parse_columns, parse_label_map
from nli.cli.sets import (
    Columns,
    Config,
    Copies,
    GroupColumn,
    LabelColumn,
    Labels,
    Rows,
    Seed,
    SliceColumn,
    Split,
    read_sets,
    where,
)
from nli.errors import ModelError

Method = Literal["auto", "temperature", "vector", "power"]  # nli.evaluation's, which is too slow to import for --help

if TYPE_CHECKING:
    from rich.console import Console

    from nli.evaluation.calibrating import Choice, Fitted, Rate


def calibrate(
    sets: Annotated[
        list[str], typer.Option("--set", help="Labelled pairs held out of training, as for nli eval; may be repeated.")
    ],
    folder: Annotated[str | None, typer.Argument(metavar="[MODEL]", help="The same as --model.")] = None,
    model: Model = None,
    precision: Annotated[float, typer.Option(min=0.01, max=1.0, help="Share of flags that shall be right.")] = 0.9,
    method: Annotated[
        Method,
        typer.Option(
            help="Fit one temperature, or a weight and bias for each label besides (vector), or an exponent as well "
            "(power); auto takes what does best on pairs that it was not fitted on."
        ),
    ] = "auto",
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="DIR", help="Save a calibrated copy here; else the folder is changed."),
    ] = None,
    backend: Backend = "auto",
    label_map: LabelMap = None,
    no_probe: NoProbe = False,
    columns: Columns = None,
    label_column: LabelColumn = None,
    labels: Labels = None,
    slice_column: SliceColumn = None,
    group_column: GroupColumn = None,
    config: Config = None,
    split: Split = None,
    copies: Copies = None,
    rows: Rows = None,
    seed: Seed = 0,
) -> None:
    """Fit probabilities and thresholds on labelled pairs, and save them with the model.

    Shows what the wanted precision costs in recall, what other precisions
    would cost, and what remains of both on pairs that the threshold has not
    seen. nli score --model takes the saved folder.
    """
    from rich.console import Console

    from nli.evaluation.calibrating import fit, save
    from nli.models import find_model, load_model

    if folder is not None and model is not None:
        raise ModelError(f"the model is said twice, as {folder} and as --model {model}; leave one out")
    name = folder if folder is not None else model
    if out is None and (name is None or not Path(name).is_dir()):
        raise ModelError(
            f"{name or 'the shipped model'} is not a folder of yours; save a calibrated copy with --out DIR, and use "
            "it as --model DIR"
        )
    if out is not None and out.exists():
        raise ModelError(f"{out} exists; name a folder that does not")
    place = where(
        parse_columns(columns),
        label_column,
        labels,
        slice_column,
        group_column,
        config=config,
        split=split,
        copies=copies,
    )
    labelled = read_sets(sets, place, rows=rows, seed=seed)
    scorer = load_model(
        name, backend=backend, label_map=parse_label_map(label_map), probe=not no_probe, calibrated=False
    )
    fitted = fit(scorer, labelled, precision=precision, method=method)
    _show(Console(), fitted)
    file = save(find_model(name), scorer.backend.name, fitted, out)
    typer.echo(f"saved in {file} for the {scorer.backend.name} backend; use it: nli score --model {file.parent} ...")


def _show(console: Console, fitted: Fitted) -> None:
    from rich.table import Table

    calibration = fitted.calibration
    said = f"temperature {calibration.temperature:.3f}"
    if calibration.exponent != 1:
        said += f", to the power of {calibration.exponent:.3f}"
    if calibration.by_label:
        said += f", times {_triple(calibration.scales)}, plus {_triple(calibration.biases)} (by label)"
    console.print(f"{said}: ECE {fitted.ece_before:.4f} before, {fitted.ece_after:.4f} after", highlight=False)
    if fitted.unseen_loss:
        losses = ", ".join(f"{name} {loss:.4f}" for name, loss in fitted.unseen_loss.items())
        console.print(
            f"log loss on pairs that had no part in the fit: {losses}; used: {fitted.method}", highlight=False
        )
    table = Table("", "wanted", "from score", "precision", "recall", "wrong/1,000", box=None, pad_edge=False)
    choices = sorted([fitted.chosen["contradiction"], *fitted.prices], key=lambda choice: choice.wanted)
    if "entailment" in fitted.chosen:
        choices.append(fitted.chosen["entailment"])
    for choice in choices:
        chosen = fitted.chosen.get(choice.label) is choice
        table.add_row(*_cells(choice), style="bold" if chosen else "dim")
    console.print(table, highlight=False)
    if fitted.unseen is not None:
        precision, recall = fitted.unseen
        console.print(
            f"contradictions on pairs that had no part in the choice: precision {_share(precision)}, recall "
            f"{_share(recall)}",
            highlight=False,
        )
    for note in fitted.notes:
        console.print(note, highlight=False)
    console.print("bold: saved; in brackets 95 % intervals", style="dim", highlight=False)


def _triple(values: tuple[float, float, float]) -> str:
    return " / ".join(f"{value:.3f}" for value in values)


def _cells(choice: Choice) -> tuple[str, str, str, str, str, str]:
    if choice.threshold is None:
        return choice.label, f"{choice.wanted:.2f}", "out of reach", "–", "–", "–"
    return (
        choice.label,
        f"{choice.wanted:.2f}",
        f"{choice.threshold:.4f}",
        _share(choice.precision),
        _share(choice.recall),
        f"{choice.wrong_per_1000:.1f}",
    )


def _share(rate: Rate) -> str:
    if rate.value != rate.value:
        return "–"
    return f"{rate.value:.3f} ({rate.low:.2f}–{rate.high:.2f})"

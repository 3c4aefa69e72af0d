"""`nli calibrate`: fit a model's temperature and threshold on labelled pairs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nli.cli.options import Backend


def calibrate(
    model: Annotated[Path, typer.Argument(help="Folder of the model; its nli.json is changed.")],
    sets: Annotated[list[Path], typer.Option("--set", help="Labelled pairs held out of training; may be repeated.")],
    precision: Annotated[float, typer.Option(min=0.01, max=1.0, help="Share of flags that shall be right.")] = 0.9,
    backend: Backend = "auto",
    rows: Annotated[int | None, typer.Option(min=1, help="Rows taken of each set.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the choice of rows.")] = 0,
) -> None:
    """Fit temperature and threshold on labelled pairs, and save them with the model."""
    from nli.evaluation.calibrating import calibrate_model
    from nli.evaluation.run import sample
    from nli.evaluation.sets import read_labelled

    labelled = [read_labelled(path) for path in sets]
    if rows is not None:
        labelled = [sample(one, rows, seed=seed) for one in labelled]
    for line in calibrate_model(model, labelled, precision=precision, backend=backend):
        typer.echo(line)

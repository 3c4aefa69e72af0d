"""Options that several commands share, and how their values are read."""

from __future__ import annotations

import csv
from typing import Annotated

import typer

from nli.errors import InputError, LabelError
from nli.models import BackendName

Model = Annotated[
    str | None, typer.Option("--model", "-m", help="Shipped model, local folder or hub id.", show_default="shipped")
]
Backend = Annotated[BackendName, typer.Option("--backend", help="What runs the model.")]
Threshold = Annotated[
    float | None,
    typer.Option("--threshold", min=0.0, max=1.0, help="Flag from this score on.", show_default="the model's"),
]
LabelMap = Annotated[
    str | None,
    typer.Option(
        "--label-map", help="Meaning of a model's labels: LABEL_0=entailment,LABEL_1=neutral,LABEL_2=contradiction."
    ),
]
NoProbe = Annotated[
    bool, typer.Option("--no-probe", help="Do not prove the label order on English pairs (other languages).")
]


def parse_columns(value: str | None) -> tuple[str, str] | None:
    """Two column names, separated by a comma.

    Raises:
        InputError: if they are not two.
    """
    if value is None:
        return None
    try:
        names = [name.strip() for name in next(csv.reader([value], strict=True), [])]
    except csv.Error:
        names = []
    if len(names) != 2 or not all(names) or names[0] == names[1]:
        raise InputError(f"--columns {value!r}: give two different column names, as A,B (quote one that holds a comma)")
    return names[0], names[1]


def parse_label_map(value: str | None) -> dict[str, str] | None:
    """A label map as it is written on the command line.

    Raises:
        LabelError: if an item is no `NAME=label`.
    """
    if value is None:
        return None
    items = [item.partition("=") for item in value.split(",")]
    bad = next((item for item in items if not (item[0].strip() and item[2].strip())), None)
    if bad is not None:
        raise LabelError(f"--label-map {value!r}: {''.join(bad)!r} is no NAME=label; write LABEL_0=entailment,...")
    return {name.strip(): label.strip() for name, _, label in items}

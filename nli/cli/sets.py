"""Options that say which labelled sets are meant and what their columns hold; shared by eval, compare and calibrate."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nli.errors import DataError

if TYPE_CHECKING:
    from nli.evaluation.hub import Where
    from nli.evaluation.sets import LabelledSet

Columns = Annotated[str | None, typer.Option(metavar="A,B", help="The two text columns.")]
LabelColumn = Annotated[str | None, typer.Option(metavar="NAME", help="The column of the right answer.")]
Labels = Annotated[
    str | None,
    typer.Option(
        metavar="VALUE=LABEL,...",
        help="What label values mean: 0=entailment,1=neutral,2=contradiction; =not_entailment makes a set two-way, =- "
        "leaves rows out.",
    ),
]
SliceColumn = Annotated[str | None, typer.Option(metavar="NAME", help="The column of slices (several with ;).")]
GroupColumn = Annotated[str | None, typer.Option(metavar="NAME", help="The column of what is resampled together.")]
Config = Annotated[str | None, typer.Option(metavar="NAME", help="Configuration of a dataset.")]
Split = Annotated[str | None, typer.Option(metavar="NAME,...", help="Splits of a dataset.", show_default="test")]
Copies = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Local copies of hub datasets: DIR/owner/name.", file_okay=False)
]
Rows = Annotated[int | None, typer.Option(min=1, help="Take a random sample of so many rows a set.")]
Seed = Annotated[int, typer.Option(min=0, help="Seed of the sample and of the resampling.")]
Resamples = Annotated[int, typer.Option(min=100, help="How often rows are drawn anew for the intervals.")]


def where(
    columns: tuple[str, str] | None = None,
    label_column: str | None = None,
    labels: str | None = None,
    slice_column: str | None = None,
    group_column: str | None = None,
    *,
    config: str | None = None,
    split: str | None = None,
    copies: Path | None = None,
) -> Where:
    """What the options say together.

    Raises:
        DataError: if an item of `labels` is no `VALUE=LABEL`.
    """
    from nli.evaluation.hub import Where
    from nli.evaluation.sets import Columns as Table

    # Meanings are split at the last sign, since a value may hold one.
    items = [item.rpartition("=") for item in labels.split(",")] if labels is not None else []
    bad = next((item for item in items if not (item[0].strip() and item[2].strip())), None)
    if bad is not None:
        raise DataError(f"--labels {labels!r}: {''.join(bad)!r} is no VALUE=LABEL; write 0=entailment,1=neutral,...")
    meanings = {value.strip(): meaning.strip() for value, _, meaning in items}
    return Where(
        Table(columns, label_column, slice_column, group_column, meanings),
        config,
        tuple(name.strip() for name in split.split(",") if name.strip()) if split else (),
        copies,
    )


def read_sets(names: Sequence[str], place: Where, *, rows: int | None = None, seed: int = 0) -> list[LabelledSet]:
    """Read sets by name, each whole or a sample of so many rows."""
    from nli.evaluation.hub import read_set
    from nli.evaluation.sets import sample, tell_apart

    labelled = tell_apart([read_set(name, place) for name in names], names)
    return [sample(one, rows, seed=seed) for one in labelled] if rows is not None else labelled

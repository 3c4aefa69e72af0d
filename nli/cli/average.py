"""`nli average`: one model whose weights are the mean of those of several runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def average(
    sources: Annotated[list[Path], typer.Argument(help="Folders of trained models of one shape, two or more.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder to write.")],
) -> None:
    """Write the mean of the weights of trained models; all else is copied from the last one."""
    from nli.training.averaging import average_weights

    average_weights(sources, out)
    typer.echo(f"the mean of {len(sources)} models: {out}")

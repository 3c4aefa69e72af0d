"""`nli train`: make a model by a recipe."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def train(
    recipe: Annotated[Path, typer.Argument(help="Recipe file (TOML).")],
    data: Annotated[Path, typer.Option(help="Folder with train/ and dev/, one parquet a set.")],
    out: Annotated[Path, typer.Option(help="Folder for checkpoints and the trained model, or file for the mixture.")],
    mixture: Annotated[
        Path | None, typer.Option(help="File of --only-mixture, used instead of what --data has for training.")
    ] = None,
    only_mixture: Annotated[
        bool, typer.Option("--only-mixture", help="Write what would be trained on to the file --out, and stop.")
    ] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the newest checkpoint in --out.")] = False,
    max_steps: Annotated[int | None, typer.Option(min=1, help="Stop after so many steps, to try a recipe.")] = None,
) -> None:
    """Train a model by a recipe, on a CPU or a GPU, with checkpoints."""
    from nli.errors import OutputError
    from nli.training.prepared import write_prepared
    from nli.training.recipe import read_recipe
    from nli.training.trainer import make_mixture
    from nli.training.trainer import train as run

    read = read_recipe(recipe)
    if only_mixture:
        if mixture or resume or max_steps:
            raise typer.BadParameter("--only-mixture goes with none of --mixture, --resume, --max-steps")
        if out.exists():  # before it is drawn, which takes minutes
            raise OutputError(f"--out {out} exists already; name a new file for the mixture")
        prepared = make_mixture(read, recipe, data)
        write_prepared(out, prepared, read, recipe)
        typer.echo(f"{len(prepared.mixture.examples)} pairs: {out}")
        return
    folder = run(read, recipe, data, out, mixture=mixture, resume=resume, max_steps=max_steps, log=typer.echo)
    typer.echo(f"trained model: {folder}")

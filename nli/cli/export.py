"""`nli export`: make a trained checkpoint ready for use."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def export(
    source: Annotated[Path, typer.Argument(help="Folder of a trained classifier.")],
    target: Annotated[Path, typer.Argument(help="Folder to write.")],
    int8: Annotated[bool, typer.Option("--int8/--fp32", help="Quantise statically, or keep single precision.")] = True,
    calibration_set: Annotated[
        list[Path] | None, typer.Option("--set", help="Pairs on which int8 measures its ranges; may be repeated.")
    ] = None,
    rows: Annotated[int, typer.Option(min=1, help="Pairs taken of each set.")] = 80,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the choice of pairs.")] = 0,
) -> None:
    """Write a model as ONNX (int8 or single precision) with half-precision weights, tokenizer and sha256 sums."""
    from nli.evaluation.run import sample
    from nli.evaluation.sets import read_labelled
    from nli.training.export import export_model

    sets = [sample(read_labelled(path), rows, seed=seed) for path in calibration_set or []]
    pairs = [pair for one in sets for pair in one.pairs]
    export_model(source, target, int8=int8, calibration_pairs=pairs)
    typer.echo(f"exported to {target}; fit its probabilities and thresholds next: nli calibrate {target} --set ...")

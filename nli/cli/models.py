"""`nli models`: what models there are."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def models(
    folder: Annotated[Path | None, typer.Argument(help="Also list the models in this folder.")] = None,
) -> None:
    """List the shipped models, and those in a folder, with size, calibration and accuracy."""
    from rich.console import Console
    from rich.table import Table

    from nli.errors import ModelError
    from nli.models import DEFAULT_MODEL, find_model, shipped_folders

    found = list(shipped_folders())
    if folder is not None:
        if not folder.is_dir():
            raise ModelError(f"{folder} is no folder; name one that holds models")
        found += sorted(path.parent for path in folder.glob("*/config.json"))
    table = Table("model", "onnx", "MB", "threshold", "temperature", "hints", "accuracy on dev")
    for path in found:
        model = find_model(path)
        onnx_file = model.onnx_file
        calibration = model.calibration("onnx" if onnx_file else "torch")
        size = onnx_file or path / "model.safetensors"
        accuracy = model.about.get("dev_accuracy", {})
        table.add_row(
            f"{path.name} (default)" if path.name == DEFAULT_MODEL else path.name,
            str(model.about.get("onnx", "yes")) if onnx_file else "no",
            f"{size.stat().st_size / 1e6:.0f}" if size.is_file() else "-",
            f"{calibration.threshold:.3f}",
            f"{calibration.temperature:.2f}" if calibration.fitted_on else "not calibrated",
            ", ".join(model.hints) or "none",
            ", ".join(f"{name} {value:.3f}" for name, value in accuracy.items()) or "-",
        )
    Console().print(table)

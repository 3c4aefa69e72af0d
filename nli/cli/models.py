"""`nli models`: what models there are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer


def models(
    folder: Annotated[Path | None, typer.Argument(help="Also list the models in this folder.")] = None,
) -> None:
    """List the shipped models, and those in a folder, with size, calibration, and what was measured of them."""
    from rich.console import Console
    from rich.table import Column, Table

    from nli.errors import ModelError
    from nli.models import DEFAULT_MODEL, find_model, shipped_folders

    found = list(shipped_folders())
    if folder is not None:
        if not folder.is_dir():
            raise ModelError(f"{folder} is no folder; name one that holds models")
        found += sorted(path.parent for path in folder.glob("*/config.json"))
    table = Table(
        Column("model", no_wrap=True), "onnx", "MB", "calibrated", "flags from", "hints", "accuracy", "pairs/s"
    )
    for path in found:
        model = find_model(path)
        onnx_file = model.onnx_file
        calibration = model.calibration("onnx" if onnx_file else "torch")
        size = onnx_file or path / "model.safetensors"
        table.add_row(
            f"{path.name} (default)" if path.name == DEFAULT_MODEL else path.name,
            str(model.about.get("onnx", "yes")) if onnx_file else "no",
            f"{size.stat().st_size / 1e6:.0f}" if size.is_file() else "-",
            "yes" if calibration.fitted_on else "no",
            f"{calibration.threshold:.3f}",
            ", ".join(model.hints) or "none",
            "\n".join(f"{name} {100 * value:.1f} %" for name, value in _accuracies(model.about)) or "-",
            _rate(model.about),
        )
    Console().print(table)


_SHOWN = 4


def _accuracies(about: Mapping[str, Any]) -> list[tuple[str, float]]:
    """The first few of the accuracies that were recorded beside the model."""
    recorded = about.get("measured")
    found = recorded.get("accuracy") if isinstance(recorded, dict) else None
    values = found.items() if isinstance(found, dict) else ()
    return [(str(name), float(value)) for name, value in values if isinstance(value, int | float)][:_SHOWN]


def _rate(about: Mapping[str, Any]) -> str:
    recorded = about.get("measured")
    if not isinstance(recorded, dict) or not recorded.get("pairs_per_second"):
        return "-"
    return f"{recorded['pairs_per_second']} ({recorded.get('machine', 'unknown machine')})"

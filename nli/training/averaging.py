"""The mean of the weights of several runs: often better than each of them, at no cost when it is used.

Source: Wortsman et al., "Model soups: averaging weights of multiple fine-tuned models improves accuracy without
increasing inference time" (ICML 2022). It needs runs that started from the same weights or from each other.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from nli.errors import ModelError, OutputError

_WEIGHTS = "model.safetensors"


def average_weights(sources: Sequence[Path], target: Path) -> None:
    """Write a model whose weights are the mean of those of others, and which is like the last of them in all else.

    Args:
        sources: folders of at least two models of one shape, each with `model.safetensors`.
        target: the folder to write, which must not exist or be empty.

    Raises:
        ModelError: if a folder has no weights that can be read, or the weights differ in name or shape.
        OutputError: if the target has files already.
    """
    if len(sources) < 2:
        raise ModelError(f"a mean takes two models or more, not {len(sources)}; name another folder")
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise OutputError(f"{target} exists already; name a new folder")
    total: dict[str, torch.Tensor] = {}
    for source in sources:
        weights = _read(source)
        if total and (odd := _difference(total, weights)):
            raise ModelError(f"{source} is of another shape than {sources[0]}: {odd}; only like models have a mean")
        for name, value in weights.items():
            total[name] = value.double() + total.get(name, 0.0)
    shutil.copytree(sources[-1], target, dirs_exist_ok=True)
    mean = {name: (value / len(sources)).float().contiguous() for name, value in total.items()}
    save_file(mean, target / _WEIGHTS, metadata={"format": "pt"})


def _read(folder: Path) -> dict[str, torch.Tensor]:
    path = folder / _WEIGHTS
    if not path.is_file():
        raise ModelError(f"{folder} has no {_WEIGHTS}; name the folder of a trained model")
    try:
        return load_file(path)
    except (SafetensorError, OSError) as error:
        raise ModelError(f"cannot read {path}: {error}; train the model again") from error


def _difference(ours: dict[str, torch.Tensor], theirs: dict[str, torch.Tensor]) -> str | None:
    for name in sorted(ours.keys() | theirs.keys()):
        if name not in theirs or name not in ours:
            return f"only one of them has {name}"
        if ours[name].shape != theirs[name].shape:
            return f"{name} is {tuple(theirs[name].shape)}, not {tuple(ours[name].shape)}"
    return None

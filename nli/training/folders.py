"""Folders of models: where training starts from, and what it leaves behind."""

from __future__ import annotations

import importlib.util
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer
from transformers import Trainer

from nli.encoding import PairEncoder
from nli.errors import RecipeError
from nli.training.recipe import Recipe, Training


@dataclass(frozen=True, slots=True)
class About:
    """What is saved with a trained model: its name, its hints, the most tokens of a pair, what it learnt from."""

    name: str
    hints: tuple[str, ...]
    max_length: int
    """Longer pairs are divided into windows."""
    rows: Mapping[str, Mapping[str, int]]


def find_base(base: str) -> Path:
    """Folder of the base encoder that a recipe names.

    Raises:
        RecipeError: if the package is not installed, or the folder holds no model.
    """
    if base.startswith("package:"):
        package, _, inside = base.removeprefix("package:").partition("/")
        spec = importlib.util.find_spec(package)
        if spec is None or spec.origin is None:
            raise RecipeError(f"base = {base!r}: the package {package!r} is not installed; pip install it")
        folder = Path(spec.origin).parent / inside
    else:
        folder = Path(base)
    if not (folder / "config.json").is_file():
        raise RecipeError(f"base = {base!r}: {folder} has no config.json; name the folder of a model")
    return folder


def encoder_of(base: Path, settings: Training, recipe: Recipe) -> PairEncoder:
    """What encodes pairs for a model that is trained from `base`."""
    return PairEncoder(Tokenizer.from_file(str(base / "tokenizer.json")), settings.max_length, recipe.hints)


def save_trained(trainer: Trainer, base: Path, about: About, recipe: Path, result: Path) -> None:
    """Write config, weights, tokenizer, recipe, `nli.json` and, last, `history.json`."""
    trainer.save_model(str(result))
    (result / "training_args.bin").unlink(missing_ok=True)  # a pickle, and nothing that the recipe lacks
    for name in ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"):
        if (base / name).is_file():
            shutil.copyfile(base / name, result / name)
    shutil.copyfile(recipe, result / "recipe.toml")
    saved = {
        "format": 1,
        "name": about.name,
        "hints": list(about.hints),
        "max_length": about.max_length,
        "training": {"rows": about.rows, "steps": trainer.state.global_step},
    }
    (result / "nli.json").write_text(json.dumps(saved, indent=2) + "\n", encoding="utf-8")
    history = json.dumps(trainer.state.log_history, indent=1)
    (result / "history.json").write_text(history + "\n", encoding="utf-8")

"""Trains a model by a recipe, its teacher first if it has one: the same command on a CPU and on a GPU."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer
from transformers import Trainer

from nli.encoding import PairEncoder
from nli.errors import RecipeError
from nli.training.encoded import EncodedSet, encode_examples
from nli.training.examples import TARGETS, Example
from nli.training.fitting import Fitting, fit, last_checkpoint
from nli.training.mixture import build_mixture
from nli.training.prepared import Prepared, prepare, read_prepared
from nli.training.recipe import Recipe, Training
from nli.training.sets import read_pairs, read_set
from nli.training.teacher import teacher_logits

Log = Callable[[str], None]


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


def make_mixture(recipe: Recipe, recipe_path: Path, data: Path) -> Prepared:
    """Draw the recipe's mixture and work out its hints.

    Raises:
        RecipeError: if the recipe asks for what is not there.
        DataError: if a set cannot be read.
    """
    return prepare(build_mixture(recipe, data / "train", find_base(recipe.base), recipe_path.parent), recipe)


def train(
    recipe: Recipe,
    recipe_path: Path,
    data: Path,
    out: Path,
    *,
    mixture: Path | None = None,
    resume: bool = False,
    max_steps: int | None = None,
    log: Log = print,
) -> Path:
    """Train by a recipe.

    Args:
        recipe: what to train, from `recipe_path`, which is copied beside the result.
        data: folder with `train/` and `dev/`, each holding one parquet a set.
        out: folder for checkpoints and for the result, `out/model`; a teacher's are in `out/teacher`.
        mixture: a file that `nli.training.prepared` wrote, to be used instead of `data/train`.
        resume: go on from the newest checkpoint in `out`.
        max_steps: stop after so many steps (to try a recipe out), the teacher too.
        log: called with lines of progress.

    Returns:
        The folder of the trained model: config, weights, tokenizer, recipe, `nli.json`, `history.json`.

    Raises:
        RecipeError: if the recipe asks for what is not there, or `out` holds another run's checkpoints.
        DataError: if a set cannot be read.
    """
    if not resume and (last_checkpoint(out) or (out / "teacher").exists()):
        raise RecipeError(f"{out} holds checkpoints of an earlier run; give --resume to go on, or another --out")
    base = find_base(recipe.base)
    teacher_base = find_base(recipe.teacher.base) if recipe.teacher else None
    prepared = read_prepared(mixture, recipe) if mixture else make_mixture(recipe, recipe_path, data)
    dev = _read_dev(recipe, recipe_path, data)

    encoder = _encoder(base, recipe.training, recipe)
    train_set = encode_examples(prepared.mixture.examples, encoder, prepared.hints)
    log(f"{len(train_set)} training pairs ({train_set.left_out} left out: over {recipe.training.max_length} tokens)")
    fitting = Fitting(base, recipe.training, recipe.seed, out)
    if recipe.teacher and teacher_base:
        judged = _teach(recipe, teacher_base, prepared, train_set.kept, dev, out / "teacher", max_steps, log)
        train_set = replace(train_set, teacher=judged)
        fitting = replace(fitting, teacher_share=recipe.teacher.share, temperature=recipe.teacher.temperature)
    dev_sets = {name: encode_examples(rows, encoder) for name, rows in dev.items()}
    trainer = fit(fitting, train_set, dev_sets, encoder.template, max_steps)
    result = out / "model"
    _save(trainer, base, prepared, recipe, recipe.training, result)
    shutil.copyfile(recipe_path, result / "recipe.toml")
    return result


def _read_dev(recipe: Recipe, recipe_path: Path, data: Path) -> dict[str, list[Example]]:
    pools = {name: read_set(data / "dev", name) for name in recipe.dev.sets}
    pools |= {Path(file).stem: read_pairs(recipe_path.parent / file) for file in recipe.dev.beside}
    picked = {}
    for name, rows in pools.items():
        order = np.random.default_rng(recipe.seed).permutation(len(rows))[: recipe.dev.rows]
        picked[name] = [rows[place] for place in order]
    return picked


def _encoder(base: Path, settings: Training, recipe: Recipe) -> PairEncoder:
    return PairEncoder(Tokenizer.from_file(str(base / "tokenizer.json")), settings.max_length, recipe.hints)


def _teach(
    recipe: Recipe,
    base: Path,
    prepared: Prepared,
    asked: NDArray[np.int64],
    dev: dict[str, list[Example]],
    out: Path,
    max_steps: int | None,
    log: Log,
) -> NDArray[np.float32]:
    """Train the teacher, unless `out` has it, and its logits for the examples asked about, unless `out` has these."""
    assert recipe.teacher is not None
    examples = prepared.mixture.examples
    settings = recipe.teacher.training
    encoder = _encoder(base, settings, recipe)
    whole = encode_examples(examples, encoder, prepared.hints)
    place_of = {int(place): index for index, place in enumerate(whole.kept)}
    missing = [place for place in asked.tolist() if place not in place_of]
    if missing:
        raise RecipeError(
            f"teacher.training.max_length = {settings.max_length}: {len(missing)} pairs that the model reads are too "
            "long for its teacher; raise it"
        )
    folder = out / "model"
    if not (folder / "history.json").is_file():
        known = np.flatnonzero(whole.targets != TARGETS.index("unknown")).tolist()
        taught = EncodedSet([whole.pairs[i] for i in known], whole.targets[known], whole.kept[known], whole.left_out)
        log(f"{len(taught)} training pairs for the teacher")
        dev_sets = {name: encode_examples(rows, encoder) for name, rows in dev.items()}
        trainer = fit(Fitting(base, settings, recipe.seed, out), taught, dev_sets, encoder.template, max_steps)
        _save(trainer, base, prepared, recipe, settings, folder)
        del trainer
    answers, digest = out / "answers.npz", _digest(examples, asked)
    if answers.is_file():
        with np.load(answers) as saved:
            if saved["examples"].item() == digest:
                logits: NDArray[np.float32] = saved["logits"].astype(np.float32)
                return logits
    logits = teacher_logits(folder, [whole.pairs[place_of[place]] for place in asked.tolist()], encoder.template, log)
    np.savez(answers, logits=logits.astype(np.float16), examples=np.array(digest))
    return logits


def _digest(examples: tuple[Example, ...], asked: NDArray[np.int64]) -> str:
    digest = hashlib.sha256()
    for place in asked.tolist():
        digest.update(f"{examples[place].a}\0{examples[place].b}\0".encode())
    return digest.hexdigest()


def _save(trainer: Trainer, base: Path, prepared: Prepared, recipe: Recipe, settings: Training, result: Path) -> None:
    trainer.save_model(str(result))
    (result / "training_args.bin").unlink(missing_ok=True)  # a pickle, and nothing that the recipe lacks
    for name in ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"):
        if (base / name).is_file():
            shutil.copyfile(base / name, result / name)
    about = {
        "format": 1,
        "name": recipe.name,
        "hints": list(recipe.hints),
        "max_length": settings.max_length,  # longer pairs are divided into windows
        "training": {"rows": prepared.mixture.counts, "steps": trainer.state.global_step},
    }
    (result / "nli.json").write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")
    history = json.dumps(trainer.state.log_history, indent=1)
    (result / "history.json").write_text(history + "\n", encoding="utf-8")

"""Trains a model by a recipe, its teacher first if it has one: the same command on a CPU and on a GPU."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from nli.errors import RecipeError
from nli.training.encoded import encode_examples
from nli.training.examples import Example
from nli.training.fitting import Fitting, fit, last_checkpoint
from nli.training.folders import About, encoder_of, find_base, save_trained
from nli.training.mixture import build_mixture
from nli.training.prepared import Prepared, prepare, read_prepared
from nli.training.recipe import Recipe
from nli.training.sets import read_pairs, read_set
from nli.training.teacher import Log, teach


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
    began = last_checkpoint(out) or last_checkpoint(out / "teacher") or (out / "teacher/model").exists()
    if began and not resume:
        raise RecipeError(f"{out} holds checkpoints of an earlier run; give --resume to go on, or another --out")
    base = find_base(recipe.base)
    if recipe.teacher:
        find_base(recipe.teacher.base)
    prepared = read_prepared(mixture, recipe, recipe_path) if mixture else make_mixture(recipe, recipe_path, data)
    dev = _read_dev(recipe, recipe_path, data)

    encoder = encoder_of(base, recipe.training, recipe)
    train_set = encode_examples(prepared.mixture.examples, encoder, prepared.hints)
    log(f"{len(train_set)} training pairs ({train_set.left_out} left out: over {recipe.training.max_length} tokens)")
    fitting = Fitting(base, recipe.training, recipe.seed, out)
    if recipe.teacher:
        judged = teach(recipe, recipe_path, prepared, train_set.kept, dev, out / "teacher", max_steps, log)
        train_set = replace(train_set, teacher=judged)
        fitting = replace(fitting, teacher_share=recipe.teacher.share, temperature=recipe.teacher.temperature)
    dev_sets = {name: encode_examples(rows, encoder) for name, rows in dev.items()}
    trainer = fit(fitting, train_set, dev_sets, encoder.template, max_steps)
    result = out / "model"
    about = About(recipe.name, recipe.hints, recipe.training.max_length, prepared.mixture.counts)
    save_trained(trainer, base, about, recipe_path, result)
    return result


def _read_dev(recipe: Recipe, recipe_path: Path, data: Path) -> dict[str, list[Example]]:
    pools = {name: read_set(data / "dev", name) for name in recipe.dev.sets}
    pools |= {Path(file).stem: read_pairs(recipe_path.parent / file) for file in recipe.dev.beside}
    picked = {}
    for name, rows in pools.items():
        order = np.random.default_rng(recipe.seed).permutation(len(rows))[: recipe.dev.rows]
        picked[name] = [rows[place] for place in order]
    return picked

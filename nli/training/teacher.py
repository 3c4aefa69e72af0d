"""The teacher: a larger model that is trained first, then asked once about every pair that its pupil learns from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nli.backends.torch import TorchBackend
from nli.batching import plan_batches
from nli.encoding import PairTemplate
from nli.errors import RecipeError
from nli.labels import LABELS
from nli.training.encoded import EncodedSet, encode_examples
from nli.training.examples import TARGETS, Example
from nli.training.fitting import Fitting, fit, last_checkpoint, planned_steps
from nli.training.folders import About, encoder_of, find_base, save_trained
from nli.training.mixture import count_rows
from nli.training.prepared import Prepared, said_of_data
from nli.training.recipe import Recipe, Teacher

TOKEN_BUDGET = 16_384
"""Tokens of a batch, padding included: enough to keep a GPU busy, and little for a CPU's memory."""

Log = Callable[[str], None]


def teach(
    recipe: Recipe,
    recipe_path: Path,
    prepared: Prepared,
    asked: NDArray[np.int64],
    dev: Mapping[str, Sequence[Example]],
    out: Path,
    max_steps: int | None,
    log: Log,
) -> NDArray[np.float32]:
    """Train a recipe's teacher, unless `out` has it, and its answers, unless `out` has these.

    Args:
        recipe: one with a teacher, read from `recipe_path`.
        prepared: what it draws; the teacher learns from the pairs that have a label.
        asked: places of the examples whose answers are wanted.
        dev: the sets that training is watched on.
        out: folder for the teacher's checkpoints, the teacher (`model`) and its answers.
        max_steps: stop the teacher after so many steps.
        log: called with lines of progress.

    Returns:
        Raw outputs to three digits or so, shape (asked, labels) in the order of `LABELS`.

    Raises:
        RecipeError: if `out` has the teacher of another recipe, or a pair is too long for it.
    """
    teacher = recipe.teacher
    assert teacher is not None
    _check_same(recipe, teacher, prepared, out)
    base, examples, folder = find_base(teacher.base), prepared.mixture.examples, out / "model"
    encoder = encoder_of(base, teacher.training, recipe)
    whole = encode_examples(examples, encoder, prepared.hints)
    missing = np.setdiff1d(asked, whole.kept)
    if len(missing):
        raise RecipeError(
            f"teacher.training.max_length = {teacher.training.max_length}: {len(missing)} pairs that the model reads "
            "are too long for its teacher; raise it"
        )
    known = np.flatnonzero(whole.targets != TARGETS.index("unknown"))
    taught = whole.take(known)
    if _steps(folder) < planned_steps(len(taught), teacher.training, max_steps):
        log(f"{len(taught)} training pairs for the teacher")
        dev_sets = {name: encode_examples(rows, encoder) for name, rows in dev.items()}
        fitting = Fitting(base, teacher.training, recipe.seed, out)
        trainer = fit(fitting, taught, dev_sets, encoder.template, max_steps)
        rows = count_rows([examples[place] for place in taught.kept.tolist()])
        about = About(f"{recipe.name}-teacher", recipe.hints, teacher.training.max_length, rows)
        save_trained(trainer, base, about, recipe_path, folder)
        del trainer
    answers, digest = out / "answers.npz", _digest(folder, prepared, asked)
    if answers.is_file():
        with np.load(answers) as saved:
            if saved["examples"].item() == digest:
                return np.asarray(saved["logits"], dtype=np.float32)
    wanted = whole.take(np.searchsorted(whole.kept, asked))
    logits = teacher_logits(folder, wanted, encoder.template, log).astype(np.float16)
    partial = out / "answers.partial.npz"
    np.savez(partial, logits=logits, examples=np.array(digest))
    partial.replace(answers)
    return logits.astype(np.float32)


def teacher_logits(folder: Path, pairs: EncodedSet, template: PairTemplate, log: Log = print) -> NDArray[np.float32]:
    """Raw outputs of a trained model, shape (pairs, labels) in the order of `LABELS`.

    Args:
        folder: a model that `nli.training.trainer` has trained.
        pairs: as its own tokenizer encodes them.
        template: of that tokenizer.
        log: called with a line of progress now and then.

    Raises:
        ModelError: if the weights cannot be read.
    """
    backend = TorchBackend(folder)
    logits = np.zeros((len(pairs), len(LABELS)), dtype=np.float32)
    done, shown = 0, 0
    for batch in plan_batches(pairs.lengths.tolist(), TOKEN_BUDGET):
        logits[batch] = backend.logits(pairs.padded(np.asarray(batch), template))
        done += len(batch)
        if done - shown >= 50_000:
            log(f"the teacher has judged {done:,} of {len(pairs):,} pairs")
            shown = done
    return logits


def _check_same(recipe: Recipe, teacher: Teacher, prepared: Prepared, out: Path) -> None:
    """Note what the teacher in `out` learns from and how; refuse to go on with another."""
    path = out / "teacher.json"
    wanted: dict[str, Any] = {
        **said_of_data(recipe),
        "base": teacher.base,
        "training": teacher.training.model_dump(mode="json"),
        "pairs": _digest_of(prepared, range(len(prepared.mixture.examples))),
    }
    if path.is_file() and (last_checkpoint(out) or (out / "model").exists()):
        there = json.loads(path.read_text(encoding="utf-8"))
        if odd := [key for key, value in wanted.items() if there.get(key) != value]:
            raise RecipeError(f"{out} has the teacher of a recipe with other {' and '.join(odd)}; take it away")
    out.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(wanted, indent=1) + "\n", encoding="utf-8")


def _steps(folder: Path) -> int:
    """How many steps the teacher in a folder was trained for; 0 if there is none."""
    if not (folder / "history.json").is_file():  # written last
        return 0
    return int(json.loads((folder / "nli.json").read_text(encoding="utf-8"))["training"]["steps"])


def _digest_of(prepared: Prepared, places: Sequence[int]) -> str:
    digest = hashlib.sha256()
    for place in places:
        example = prepared.mixture.examples[place]
        digest.update(f"{example.a}\0{example.b}\0{example.label}\0{prepared.hints[place]}\0".encode())
    return digest.hexdigest()


def _digest(folder: Path, prepared: Prepared, asked: NDArray[np.int64]) -> str:
    """Of who answers and what is asked."""
    with (folder / "model.safetensors").open("rb") as file:
        weights = hashlib.file_digest(file, "sha256").hexdigest()
    return f"{weights}/{_digest_of(prepared, asked.tolist())}"

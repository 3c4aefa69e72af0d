"""Trains a model by a recipe with transformers' Trainer: the same command on a CPU and on a GPU."""

from __future__ import annotations

import importlib.util
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from datasets import Dataset
from tokenizers import Tokenizer
from transformers import (
    AutoModelForSequenceClassification,
    EvalPrediction,
    PreTrainedModel,
    Trainer,
    TrainingArguments,
)

from nli.encoding import PairEncoder
from nli.errors import RecipeError
from nli.labels import LABELS
from nli.training.examples import TARGETS, Example, allowed
from nli.training.mixture import Mixture, build_mixture
from nli.training.recipe import Recipe
from nli.training.sets import read_pairs, read_set

Log = Callable[[str], None]
_POSITION = {label: position for position, label in enumerate(LABELS)}
_TARGET_POSITION = {target: position for position, target in enumerate(TARGETS)}


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


def encode_examples(examples: Sequence[Example], encoder: PairEncoder) -> tuple[Dataset, int]:
    """Token ids and labels of the examples that fit the length, and how many did not fit."""
    rows: dict[str, list[Any]] = {"input_ids": [], "token_type_ids": [], "labels": [], "length": []}
    left_out = 0
    for example in examples:
        encoded = encoder.encode(example.a, example.b)
        if len(encoded) > 1:
            left_out += 1
            continue
        ids, first = encoded[0].ids, encoded[0].first
        rows["input_ids"].append(list(ids))
        rows["token_type_ids"].append([0] * first + [encoder.template.second_type] * (len(ids) - first))
        rows["labels"].append(_TARGET_POSITION[example.label])
        rows["length"].append(len(ids))
    return Dataset.from_dict(rows), left_out


class _ShuffledBatches(torch.utils.data.Sampler[int]):
    """Batches of like length in random order.

    transformers' own sampler gives the batches of each stretch from long to short, so that the model sees
    first one kind of data and then another; here the batches are shuffled once more.
    """

    def __init__(self, lengths: Sequence[int], batch_size: int, seed: int) -> None:
        self.lengths, self.batch_size, self.seed = np.asarray(lengths), batch_size, seed
        self.epoch = 0

    def set_epoch(self, epoch: int) -> None:
        self.epoch = epoch

    def __len__(self) -> int:
        return len(self.lengths)

    def __iter__(self) -> Iterator[int]:
        random = np.random.default_rng((self.seed, self.epoch))
        order = random.permutation(len(self.lengths))
        stretch = 100 * self.batch_size
        batches = []
        for start in range(0, len(order), stretch):
            part = order[start : start + stretch]
            part = part[np.argsort(self.lengths[part], kind="stable")]
            batches += [part[i : i + self.batch_size] for i in range(0, len(part), self.batch_size)]
        # Only the last batch may be short, or the loader would join pieces of two batches.
        short = [batch for batch in batches if len(batch) < self.batch_size]
        whole = [batch for batch in batches if len(batch) == self.batch_size]
        for index in random.permutation(len(whole)):
            yield from whole[index].tolist()
        for batch in short:
            yield from batch.tolist()


def target_loss(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Mean negative log of the summed probability of the labels that each target leaves possible.

    Args:
        logits: shape (pairs, labels), in the order of `LABELS`.
        targets: shape (pairs,), positions in `TARGETS`.
    """
    possible = torch.tensor([allowed(target) for target in TARGETS], device=targets.device)[targets]
    logits = logits.float()
    return (logits.logsumexp(-1) - logits.masked_fill(~possible, float("-inf")).logsumexp(-1)).mean()


class _Trainer(Trainer):
    def compute_loss(
        self, model: Any, inputs: dict[str, Any], return_outputs: bool = False, num_items_in_batch: Any = None
    ) -> Any:
        targets = inputs.pop("labels")
        outputs = model(**inputs)
        loss = target_loss(outputs.logits, targets)
        return (loss, outputs) if return_outputs else loss

    def _get_train_sampler(self, train_dataset: Any = None) -> torch.utils.data.Sampler[int]:
        dataset: Any = train_dataset if train_dataset is not None else self.train_dataset
        return _ShuffledBatches(dataset["length"], self.args.train_batch_size, self.args.seed)


def _collate(pad_id: int) -> Callable[[list[dict[str, Any]]], dict[str, torch.Tensor]]:
    def collate(rows: list[dict[str, Any]]) -> dict[str, torch.Tensor]:
        longest = max(len(row["input_ids"]) for row in rows)
        ids = torch.full((len(rows), longest), pad_id)
        types, mask = torch.zeros_like(ids), torch.zeros_like(ids)
        for index, row in enumerate(rows):
            size = len(row["input_ids"])
            ids[index, :size] = torch.tensor(row["input_ids"])
            types[index, :size] = torch.tensor(row["token_type_ids"])
            mask[index, :size] = 1
        labels = torch.tensor([row["labels"] for row in rows])
        return {"input_ids": ids, "token_type_ids": types, "attention_mask": mask, "labels": labels}

    return collate


def _accuracy(prediction: EvalPrediction) -> dict[str, float]:
    logits = np.asarray(prediction.predictions)
    return {"accuracy": float((logits.argmax(-1) == np.asarray(prediction.label_ids)).mean())}


def _freeze(model: PreTrainedModel, layers: int, *, embeddings_too: bool) -> None:
    if layers == 0 and not embeddings_too:
        return
    encoder = getattr(model.base_model, "encoder", None)
    stack = getattr(encoder, "layer", None)
    embeddings = getattr(model.base_model, "embeddings", None)
    if stack is None or embeddings is None or layers > len(stack):
        raise RecipeError(
            f"training.freeze_layers = {layers}, freeze_embeddings = {embeddings_too}: this base has not so many "
            "encoder layers, or none under a known name; set them to 0 and false"
        )
    for module in (embeddings, *stack[:layers]):
        module.requires_grad_(False)


def train(
    recipe: Recipe,
    recipe_path: Path,
    data: Path,
    out: Path,
    *,
    resume: bool = False,
    max_steps: int | None = None,
    log: Log = print,
) -> Path:
    """Train by a recipe.

    Args:
        recipe: what to train, from `recipe_path`, which is copied beside the result.
        data: folder with `train/` and `dev/`, each holding one parquet a set.
        out: folder for checkpoints and for the result, `out/model`.
        resume: go on from the newest checkpoint in `out`.
        max_steps: stop after so many steps (to try a recipe out).
        log: called with lines of progress.

    Returns:
        The folder of the trained model: config, weights, tokenizer, recipe, `nli.json`, `history.json`.

    Raises:
        RecipeError: if the recipe asks for what is not there, or `out` holds another run's checkpoints.
        DataError: if a set cannot be read.
    """
    last = _last_checkpoint(out)
    if last and not resume:
        raise RecipeError(f"{out} holds checkpoints of an earlier run; give --resume to go on, or another --out")
    base = find_base(recipe.base)
    settings = recipe.training
    encoder = PairEncoder(Tokenizer.from_file(str(base / "tokenizer.json")), settings.max_length, recipe.hints)
    mixture = build_mixture(recipe, data / "train", base, recipe_path.parent)
    train_set, left_out = encode_examples(mixture.examples, encoder)
    log(f"{len(train_set)} training pairs ({left_out} left out as longer than {settings.max_length} tokens)")
    dev_sets = {}
    pools = {name: read_set(data / "dev", name) for name in recipe.dev.sets}
    pools |= {Path(file).stem: read_pairs(recipe_path.parent / file) for file in recipe.dev.beside}
    for name, rows in pools.items():
        picked = np.random.default_rng(recipe.seed).permutation(len(rows))[: recipe.dev.rows]
        dev_sets[name] = encode_examples([rows[i] for i in picked], encoder)[0]
    encoder.forget()

    torch.manual_seed(recipe.seed)
    model = AutoModelForSequenceClassification.from_pretrained(
        base,
        num_labels=len(LABELS),
        id2label=dict(enumerate(LABELS)),
        label2id=_POSITION,
        hidden_dropout_prob=settings.dropout,
        attention_probs_dropout_prob=settings.dropout,
    )
    _freeze(model, settings.freeze_layers, embeddings_too=settings.freeze_embeddings)
    steps_an_epoch = -(-len(train_set) // settings.batch_size)
    steps = max_steps or max(1, int(steps_an_epoch * settings.epochs))
    trainer = _Trainer(
        model=model,
        args=_arguments(recipe, out, steps),
        data_collator=_collate(encoder.template.pad_id),
        train_dataset=train_set,
        eval_dataset=dev_sets,
        compute_metrics=_accuracy,
    )
    trainer.train(resume_from_checkpoint=last)
    result = out / "model"
    _save(trainer, recipe, recipe_path, base, mixture, result)
    return result


def _last_checkpoint(out: Path) -> str | None:
    # A checkpoint that was cut short lacks the state, which is written last.
    whole = [path.parent for path in out.glob("checkpoint-*/trainer_state.json")]
    return str(max(whole, key=lambda path: int(path.name.partition("-")[2]))) if whole else None


def _cpu_multiplies_bf16() -> bool:
    # Without such instructions bf16 is several times slower than fp32 on a CPU.
    known = torch.cpu.get_capabilities() if hasattr(torch.cpu, "get_capabilities") else {}
    return any(known.get(name, False) for name in ("avx512_bf16", "amx_bf16"))


def _arguments(recipe: Recipe, out: Path, steps: int) -> TrainingArguments:
    settings = recipe.training
    gpu = torch.cuda.is_available()
    return TrainingArguments(
        output_dir=str(out),
        use_cpu=not gpu,
        max_steps=steps,
        per_device_train_batch_size=settings.batch_size,
        per_device_eval_batch_size=64,
        learning_rate=settings.learning_rate,
        lr_scheduler_type="linear",
        warmup_steps=round(settings.warmup_ratio * steps),
        weight_decay=settings.weight_decay,
        optim="adamw_torch_fused",
        bf16=settings.precision == "bf16" or (settings.precision == "auto" and (gpu or _cpu_multiplies_bf16())),
        eval_strategy="steps",
        eval_steps=settings.evaluate_every,
        save_strategy="steps",
        save_steps=settings.save_every,
        save_total_limit=2,
        logging_steps=50,
        seed=recipe.seed,
        report_to="none",
        remove_unused_columns=False,
        dataloader_pin_memory=gpu,
    )


def _save(trainer: Trainer, recipe: Recipe, path: Path, base: Path, mixture: Mixture, result: Path) -> None:
    trainer.save_model(str(result))
    (result / "training_args.bin").unlink(missing_ok=True)  # a pickle, and nothing that the recipe lacks
    for name in ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"):
        if (base / name).is_file():
            shutil.copyfile(base / name, result / name)
    shutil.copyfile(path, result / "recipe.toml")
    about = {
        "format": 1,
        "name": recipe.name,
        "hints": list(recipe.hints),
        "max_length": recipe.training.max_length,  # longer pairs are divided into windows
        "training": {"rows": mixture.counts, "steps": trainer.state.global_step},
    }
    (result / "nli.json").write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")
    history = json.dumps(trainer.state.log_history, indent=1)
    (result / "history.json").write_text(history + "\n", encoding="utf-8")

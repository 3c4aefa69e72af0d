"""Fits one classifier to encoded pairs with transformers' Trainer: the same on a CPU and on a GPU."""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import (
    AutoModelForSequenceClassification,
    EvalPrediction,
    PreTrainedModel,
    Trainer,
    TrainingArguments,
)

from nli.encoding import PairTemplate
from nli.errors import RecipeError
from nli.labels import LABELS
from nli.training.encoded import EncodedSet, collator
from nli.training.losses import target_loss, teacher_loss
from nli.training.recipe import Training


@dataclass(frozen=True, slots=True)
class Fitting:
    """How one classifier is fitted.

    Attributes:
        base: folder of the weights to start from.
        settings: lengths, rates and so on.
        seed: of the new layers, the dropout and the order of the pairs.
        out: folder for checkpoints.
        teacher_share: weight of the teacher's answers in the loss, if the pairs have them.
        temperature: what the logits are divided by before they are compared with the teacher's.
    """

    base: Path
    settings: Training
    seed: int
    out: Path
    teacher_share: float = 0.0
    temperature: float = 1.0


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


class _Trainer(Trainer):
    fitting: Fitting

    def compute_loss(
        self, model: Any, inputs: dict[str, Any], return_outputs: bool = False, num_items_in_batch: Any = None
    ) -> Any:
        targets, teacher = inputs.pop("labels"), inputs.pop("teacher", None)
        outputs = model(**inputs)
        loss = target_loss(outputs.logits, targets)
        if teacher is not None:
            share = self.fitting.teacher_share
            loss = (1 - share) * loss + share * teacher_loss(outputs.logits, teacher, self.fitting.temperature)
        return (loss, outputs) if return_outputs else loss

    def _get_train_sampler(self, train_dataset: Any = None) -> torch.utils.data.Sampler[int]:
        dataset: Any = train_dataset if train_dataset is not None else self.train_dataset
        return _ShuffledBatches(dataset.lengths, self.args.train_batch_size, self.args.seed)


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


def last_checkpoint(out: Path) -> str | None:
    """Folder of the newest whole checkpoint in `out`, if there is one."""
    # A checkpoint that was cut short lacks the state, which is written last.
    whole = [path.parent for path in out.glob("checkpoint-*/trainer_state.json")]
    return str(max(whole, key=lambda path: int(path.name.partition("-")[2]))) if whole else None


def planned_steps(pairs: int, settings: Training, max_steps: int | None = None) -> int:
    """Steps of a training over so many pairs."""
    return max_steps or max(1, int(-(-pairs // settings.batch_size) * settings.epochs))


def fit(
    fitting: Fitting,
    train_set: EncodedSet,
    dev_sets: Mapping[str, EncodedSet],
    template: PairTemplate,
    max_steps: int | None = None,
) -> Trainer:
    """Fit a three-way classifier, from the newest checkpoint in the folder if there is one.

    Raises:
        RecipeError: if more layers are to be frozen than there are.
    """
    settings = fitting.settings
    torch.manual_seed(fitting.seed)
    model = AutoModelForSequenceClassification.from_pretrained(
        fitting.base,
        num_labels=len(LABELS),
        id2label=dict(enumerate(LABELS)),
        label2id={label: position for position, label in enumerate(LABELS)},
        hidden_dropout_prob=settings.dropout,
        attention_probs_dropout_prob=settings.dropout,
        dtype=torch.float32,
    )
    _freeze(model, settings.freeze_layers, embeddings_too=settings.freeze_embeddings)
    steps = planned_steps(len(train_set), settings, max_steps)
    segments = "token_type_ids" in inspect.signature(model.forward).parameters
    collate: Any = collator(template, segments=segments)  # which takes `Rows`, not a list as most do
    trainer = _Trainer(
        model=model,
        args=_arguments(fitting, steps),
        data_collator=collate,
        train_dataset=train_set,
        eval_dataset=dict(dev_sets),
        compute_metrics=_accuracy,
    )
    trainer.fitting = fitting
    trainer.train(resume_from_checkpoint=last_checkpoint(fitting.out))
    return trainer


def _cpu_multiplies_bf16() -> bool:
    # Without such instructions bf16 is several times slower than fp32 on a CPU.
    known = torch.cpu.get_capabilities() if hasattr(torch.cpu, "get_capabilities") else {}
    return any(known.get(name, False) for name in ("avx512_bf16", "amx_bf16"))


def _arguments(fitting: Fitting, steps: int) -> TrainingArguments:
    settings = fitting.settings
    gpu = torch.cuda.is_available()
    return TrainingArguments(
        output_dir=str(fitting.out),
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
        logging_nan_inf_filter=False,  # a loss that is no number must be seen, and looking for it holds a GPU up
        seed=fitting.seed,
        report_to="none",
        disable_tqdm=not sys.stderr.isatty(),
        remove_unused_columns=False,
        dataloader_pin_memory=gpu,
        # Batches are put together while the GPU is at work.
        dataloader_num_workers=min(2, (os.cpu_count() or 1) - 1) if gpu else 0,
        dataloader_persistent_workers=False,
    )

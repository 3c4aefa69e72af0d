"""The recipe of a model: one TOML file that says everything about how it was made."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from nli.errors import RecipeError
from nli.hints import KINDS

Rows = int | Literal["all"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Generated(_Strict):
    """Pairs made in code from the human ones; see `nli.training.mixture.MAKERS`. Numbers of rows."""

    identical: int = Field(default=0, ge=0)
    swapped_contradictions: int = Field(default=0, ge=0)
    unrelated: int = Field(default=0, ge=0)
    same_topic: int = Field(default=0, ge=0)
    neighbours: int = Field(default=0, ge=0)
    changed_numbers: int = Field(default=0, ge=0)
    negated: int = Field(default=0, ge=0)
    denied: int = Field(default=0, ge=0)
    attributed: int = Field(default=0, ge=0)
    hedged: int = Field(default=0, ge=0)
    roles_exchanged: int = Field(default=0, ge=0)
    names_replaced: int = Field(default=0, ge=0)
    attachments: int = Field(default=0, ge=0)
    passives: int = Field(default=0, ge=0)
    joined: int = Field(default=0, ge=0)


class Unlabelled(_Strict):
    """Pairs that nobody has labelled, for a teacher to judge; see `nli.training.unlabelled`. Numbers of rows."""

    exchanged: int = Field(default=0, ge=0)
    crossed: int = Field(default=0, ge=0)
    siblings: int = Field(default=0, ge=0)
    neighbours: int = Field(default=0, ge=0)
    reworded: dict[str, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)
    """Sets, and how many pairs are made of each."""


class Data(_Strict):
    """Which labelled sets are trained on, and how many rows of each."""

    sets: dict[str, Rows]
    balanced: tuple[str, ...] = ()
    """Sets of which each label that occurs gives the same number of rows."""
    exchanged: float = Field(default=0.0, ge=0, le=1)
    """Share of the human pairs whose sides are exchanged; see `nli.training.examples`."""
    specific: tuple[str, ...] = ()
    """Sets whose texts name who and what, so that near texts of two groups are not about the same event."""
    beside: dict[str, int] = Field(default_factory=dict)
    """JSON Lines files that lie beside the recipe, and how many times an epoch goes through each."""
    generated: Generated = Generated()
    unlabelled: Unlabelled = Unlabelled()
    unrelated_of: dict[str, int] = Field(default_factory=dict)
    """Sets, and how many pairs of unrelated texts are made of each alone: drawn from all, two captions seldom meet."""


class Dev(_Strict):
    """What the model is watched on, and chosen by, while it trains."""

    sets: tuple[str, ...]
    rows: int = Field(default=300, ge=10)
    beside: tuple[str, ...] = ()
    """JSON Lines files that lie beside the recipe."""


class Training(_Strict):
    """How it is trained; lengths are in tokens, rates per step."""

    epochs: float = Field(default=1.0, gt=0)
    batch_size: int = Field(default=32, ge=1)
    learning_rate: float = Field(default=1e-4, gt=0)
    warmup_ratio: float = Field(default=0.05, ge=0, lt=1)
    weight_decay: float = Field(default=0.01, ge=0)
    dropout: float = Field(default=0.0, ge=0, lt=1)
    max_length: int = Field(default=112, ge=16, le=512)
    freeze_layers: int = Field(default=0, ge=0)
    """Encoder layers left as they are, counted from the input; from 1 on the embeddings are too."""
    freeze_embeddings: bool = False
    """Leave the embeddings as they are, which hold half of a small model's weights."""
    evaluate_every: int = Field(default=500, ge=1)
    save_every: int = Field(default=250, ge=1)
    precision: Literal["auto", "fp32", "bf16"] = "auto"
    """`auto` is bf16 on a GPU and on a CPU that multiplies it in hardware (AVX-512 BF16, AMX), else fp32."""


class Teacher(_Strict):
    """A larger model that is trained first and whose answers the model then learns from besides the labels."""

    base: str
    """As the recipe's own `base`."""
    share: float = Field(default=0.9, gt=0, le=1)
    """Weight of the teacher's answers; the labels have the rest."""
    temperature: float = Field(default=2.0, gt=0)
    """What the logits of both are divided by before they are compared."""
    training: Training


class Recipe(_Strict):
    """Everything about how a model is made."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")
    base: str
    """A local folder, or `package:NAME/FOLDER` for weights inside an installed Python package."""
    seed: int
    hints: tuple[str, ...] = ()
    data: Data
    dev: Dev
    training: Training = Training()
    teacher: Teacher | None = None


def read_recipe(path: Path) -> Recipe:
    """Read a recipe file.

    Raises:
        RecipeError: if it cannot be read, is no TOML, or has an unknown key or a wrong value.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RecipeError(f"cannot read the recipe {path}: {error}; give a TOML file") from error
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RecipeError(f"{path} is not valid TOML: {error}") from error
    try:
        recipe = Recipe.model_validate(values)
    except ValidationError as error:
        raise RecipeError(f"{path}: {_explain(error)}") from error
    unknown = [kind for kind in recipe.hints if kind not in KINDS]
    if unknown:
        raise RecipeError(f"{path}: hints: {unknown[0]!r} is unknown; known are {', '.join(KINDS)}")
    if recipe.teacher is None and recipe.data.unlabelled != Unlabelled():
        raise RecipeError(f"{path}: data.unlabelled: nothing can be learnt from these pairs without a [teacher]")
    return recipe


def _explain(error: ValidationError) -> str:
    problems = []
    for item in error.errors():
        where = ".".join(str(part) for part in item["loc"])
        if item["type"] == "extra_forbidden":
            problems.append(f"unknown key {where!r}: take it out or correct its spelling")
        elif item["type"] == "missing":
            problems.append(f"key {where!r} is missing")
        else:
            problems.append(f"{where} = {item['input']!r}: {item['msg']}")
    return "; ".join(problems)

"""A mixture as a file: made once on any machine, to be trained on where the data is not, on a lent GPU above all."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

import pyarrow as pa
import pyarrow.parquet as pq

from nli.errors import DataError, OutputError, RecipeError
from nli.hints import hint_words, without_separator
from nli.training.examples import TARGETS, Example, Target
from nli.training.mixture import Mixture
from nli.training.recipe import Recipe

_KEY = b"nli_mixture"
_COLUMNS = ("a", "b", "target", "source", "hint")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A mixture with the hint words of each of its examples."""

    mixture: Mixture
    hints: tuple[str, ...]


def prepare(mixture: Mixture, recipe: Recipe) -> Prepared:
    """Work out the hint words of a mixture's examples."""
    if not recipe.hints:
        return Prepared(mixture, ("",) * len(mixture.examples))
    plain = [(without_separator(example.a), without_separator(example.b)) for example in mixture.examples]
    return Prepared(mixture, tuple(hint_words(a, b, recipe.hints) for a, b in plain))


def said_of_data(recipe: Recipe) -> dict[str, Any]:
    """What a recipe says of its pairs, as JSON has it."""
    return {"seed": recipe.seed, "hints": list(recipe.hints), "data": recipe.data.model_dump(mode="json")}


def _said(recipe: Recipe, recipe_path: Path) -> dict[str, Any]:
    """The same with the contents of the files beside the recipe."""
    try:
        files = {name: sha256((recipe_path.parent / name).read_bytes()).hexdigest() for name in recipe.data.beside}
    except OSError as error:
        raise RecipeError(f"cannot read a file of data.beside: {error}") from error
    return {**said_of_data(recipe), "beside": files}


def write_prepared(path: Path, prepared: Prepared, recipe: Recipe, recipe_path: Path) -> None:
    """Write a mixture as parquet, with what the recipe says of it; groups are not kept.

    Raises:
        OutputError: if the file cannot be written.
    """
    examples = prepared.mixture.examples
    columns = {
        "a": [example.a for example in examples],
        "b": [example.b for example in examples],
        "target": [example.label for example in examples],
        "source": [example.source for example in examples],
        "hint": prepared.hints,
    }
    about = json.dumps({"recipe": _said(recipe, recipe_path), "counts": prepared.mixture.counts})
    table = pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(
            table.replace_schema_metadata({_KEY: about.encode()}),
            path,
            compression="zstd",
            compression_level=15,
            row_group_size=len(table),
            dictionary_pagesize_limit=1 << 28,
        )
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error}; name another file") from error


def read_prepared(path: Path, recipe: Recipe, recipe_path: Path) -> Prepared:
    """Read a mixture that `write_prepared` wrote for the same data, seed, hints and files beside the recipe.

    The base may be another: with which encoder neighbours were found is no part of what is asked for.

    Raises:
        RecipeError: if it was made for a recipe that says otherwise.
        DataError: if it cannot be read or is no such file.
    """
    try:
        table = pq.read_table(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise DataError(f"cannot read the mixture {path}: {error}; make it with nli train --only-mixture") from error
    metadata = table.schema.metadata or {}
    if _KEY not in metadata or tuple(table.column_names) != _COLUMNS:
        raise DataError(f"{path} is no mixture; make one with nli train --only-mixture")
    about = json.loads(metadata[_KEY])
    wanted = json.loads(json.dumps(_said(recipe, recipe_path)))
    if odd := [key for key, value in wanted.items() if about["recipe"].get(key) != value]:
        raise RecipeError(f"{path} was made for a recipe with other {' and '.join(odd)}; make it again")
    columns = [table[name].to_pylist() for name in _COLUMNS]
    strange = set(columns[2]) - set(TARGETS)
    if strange:
        raise DataError(
            f"{path} has the target {sorted(strange)[0]!r}, which this version does not know; make it again"
        )
    rows = zip(*columns, strict=True)
    examples = tuple(Example(a, b, cast(Target, target), source, source) for a, b, target, source, _ in rows)
    return Prepared(Mixture(examples, about["counts"]), tuple(columns[4]))

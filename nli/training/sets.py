"""Read labelled pairs to train on: sets of a data folder, and files that lie beside a recipe."""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from nli.errors import DataError, LabelError, RecipeError
from nli.labels import parse_label
from nli.records import Label
from nli.training.examples import Example

_COLUMNS = ("premise", "hypothesis", "label")


def read_set(folder: Path, name: str) -> list[Example]:
    """Read a labelled set: a parquet file with `premise`, `hypothesis`, `label` and, if it has one, `group`.

    Raises:
        RecipeError: if the set is missing.
        DataError: if a column is missing or a row has no text or no label.
    """
    path = folder / f"{name}.parquet"
    if not path.is_file():
        there = ", ".join(sorted(p.stem for p in folder.glob("*.parquet"))) or "none"
        raise RecipeError(f"the set {name!r} is not in {folder}; the sets there are: {there}")
    try:
        table = pq.read_table(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise DataError(f"cannot read {path}: {error}") from error
    missing = [column for column in _COLUMNS if column not in table.column_names]
    if missing:
        raise DataError(f"{path} has no column {missing[0]!r}; its columns are {', '.join(table.column_names)}")
    groups = table["group"].to_pylist() if "group" in table.column_names else [None] * len(table)
    columns = [table[column].to_pylist() for column in _COLUMNS]
    examples = []
    for row, (a, b, label, group) in enumerate(zip(*columns, groups, strict=True)):
        if not (isinstance(a, str) and a.strip() and isinstance(b, str) and b.strip()):
            raise DataError(f"{path}, row {row}: premise or hypothesis is empty; take the row out")
        try:
            parsed = parse_label(label)
        except LabelError as error:
            raise DataError(f"{path}, row {row}: {error}") from error
        examples.append(Example(a, b, parsed, name, f"{name}/{group if group is not None else row}"))
    return examples


def read_pairs(path: Path) -> list[Example]:
    """Read a JSON Lines file of pairs, or of stories.

    A pair is an object with `a`, `b` and `label`. A story is one with `claims`, a list of texts; `contradiction`, those
    pairs of their places that contradict each other; and `entailment`, the ordered pairs of which the first entails
    the second. It gives every ordered pair of its claims, those that are not listed as neutral. A `topic` or more is
    not read. The pairs of a line are a group.

    Raises:
        RecipeError: if there is no such file.
        DataError: if a line is neither; the line is named.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise RecipeError(f"cannot read {path}: {error}; name a JSON Lines file that lies beside the recipe") from error
    examples = []
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line)
            labelled = _story(row) if "claims" in row else [(row["a"], row["b"], parse_label(row["label"]))]
        except (ValueError, TypeError, KeyError, LabelError) as error:
            raise DataError(f"{path}, line {number}: no pair with a, b and label, and no story: {error}") from error
        for a, b, label in labelled:
            if not (isinstance(a, str) and a.strip() and isinstance(b, str) and b.strip()):
                raise DataError(f"{path}, line {number}: a text is empty; take the line out")
            examples.append(Example(a, b, label, path.stem, f"{path.stem}/{number}"))
    return examples


def _story(row: dict[str, Any]) -> list[tuple[str, str, Label]]:
    """All ordered pairs of a story's claims.

    Raises:
        KeyError, TypeError, ValueError: if it is no story.
    """
    claims = row["claims"]
    labels: dict[tuple[int, int], Label] = dict.fromkeys(permutations(range(len(claims)), 2), "neutral")
    listed: list[tuple[tuple[int, int], Label]] = [((a, b), "entailment") for a, b in row["entailment"]]
    listed += [(pair, "contradiction") for a, b in row["contradiction"] for pair in ((a, b), (b, a))]
    for pair, label in listed:
        if pair not in labels:
            raise ValueError(f"{label} {list(pair)} names no two of its {len(claims)} claims")
        if labels[pair] not in ("neutral", label) or labels[pair[::-1]] not in ("neutral", label):
            raise ValueError(f"claims {list(pair)} contradict each other and entail each other")
        labels[pair] = label
    return [(claims[a], claims[b], label) for (a, b), label in labels.items()]

"""Labelled sets by name: a file, a set of this project, a public set, or any dataset in the hub's format.

Datasets are read by the `datasets` library, which uses the network only for those that it has neither in a local folder
nor in its cache.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nli.batch.tables import UnusableText, find_pair, usable_text
from nli.errors import DataError, TableError
from nli.evaluation.presets import PRESETS
from nli.evaluation.sets import Columns, LabelledSet, RawRow, collect, find_columns, read_labelled
from nli.hub import is_one_table, load_splits

if TYPE_CHECKING:
    from datasets import Dataset

_FILES = (".jsonl", ".ndjson", ".csv", ".tsv", ".parquet", ".gz")


@dataclass(frozen=True, slots=True)
class Where:
    """Where a dataset is and which part of it is meant.

    Attributes:
        columns: where it has what; None where the usual names, or those of a public set, hold.
        config: its configuration, for datasets that have several.
        splits: the parts that are read; by default `test`, or `validation` if there is no `test`.
        copies: a folder of local copies, `copies/owner/name` for the dataset `owner/name`.
    """

    columns: Columns = field(default_factory=Columns)
    config: str | None = None
    splits: tuple[str, ...] = ()
    copies: Path | None = None


def own_sets() -> dict[str, Path]:
    """The labelled sets that came with this installation, by name."""
    package = Path(__file__).parents[1]
    for place in (package / "sets", package.parent / "eval" / "sets"):
        if place.is_dir():
            return {path.stem: path for path in sorted(place.glob("*.jsonl")) if _is_labelled(path)}
    return {}


def _is_labelled(path: Path) -> bool:
    """Whether a file beside the sets is one; lists of claims stand there, too."""
    with path.open(encoding="utf-8") as lines:
        return '"label"' in lines.readline()


def read_set(name: str, where: Where | None = None) -> LabelledSet:
    """Read a labelled set by its name.

    Args:
        name: a file (jsonl, csv, tsv, parquet), a folder with a dataset, a set of this project, a public set (see
            `PRESETS`), or the id of a dataset on the hub, `owner/name`.
        where: which part of it, and what its columns mean.

    Raises:
        TableError: if a table cannot be read; DataError: if there is no such set, or its rows cannot be used.
    """
    where = where or Where()
    path = Path(name)
    if path.is_dir():
        return _read_datasets(path.resolve().name, str(path), where)
    own = own_sets()
    if path.exists() or name in own or name.lower().endswith(_FILES):
        if where.config or where.splits:
            raise DataError(f"{name} is a file; a configuration or a split is of datasets only: leave them out")
        return read_labelled(own.get(name, path) if not path.exists() else path, where.columns)
    preset = PRESETS.get(name)
    if preset is not None:
        where = replace(where, config=where.config or preset.config, splits=where.splits or preset.splits)
        return _read_datasets(name, preset.hub_id, where, preset.columns)
    owner, slash, rest = name.partition("/")
    if not (owner and slash and rest) or "/" in rest or name.startswith((".", "~", "/")):
        raise DataError(
            f"no set {name!r}: no file or folder of that name; known sets are {', '.join([*own, *PRESETS])}, or give "
            "the id of a dataset on the hub, owner/name"
        )
    return _read_datasets(name, name, where)


def _read_datasets(name: str, source: str, where: Where, usual: Columns | None = None) -> LabelledSet:
    usual = usual or Columns()
    parts = _load(source, where)
    rows: list[RawRow] = []
    for split, part in parts:
        columns = _merge(where.columns, usual, part.column_names)
        rows += _rows(part, split if len(parts) > 1 else None, columns, source, len(rows))
    return collect(name, source, rows, {**usual.meanings, **where.columns.meanings})


def _merge(given: Columns, usual: Columns, names: Sequence[str]) -> Columns:
    """What the user says, and else what is known of the set; of the latter only columns that this copy has."""
    return Columns(
        given.texts or usual.texts,
        given.label or usual.label,
        given.slices or (usual.slices if usual.slices in names else None),
        given.group or (usual.group if usual.group in names else None),
    )


def _load(source: str, where: Where) -> list[tuple[str, Dataset]]:
    copy = where.copies / source if where.copies is not None else Path(source)
    if where.copies is not None and not copy.is_dir() and not Path(source).is_dir():
        raise DataError(f"{where.copies} has no copy of {source}; put it in {copy}")
    place = str(copy) if copy.is_dir() else source
    try:
        loaded = load_splits(place, where.config, source)
    except TableError as error:
        raise TableError(
            f"{error}; give a folder with a copy of it, or --copies DIR with the copy in DIR/{source}"
        ) from error
    if is_one_table(place):
        return list(loaded.items())
    wanted = where.splits or tuple(split for split in ("test", "validation") if split in loaded)[:1]
    missing = [split for split in wanted if split not in loaded]
    if missing or not wanted:
        said = f"has no split {', '.join(missing)}" if missing else "has neither a test nor a validation split"
        raise DataError(f"the dataset {source} {said}; its splits are {', '.join(loaded)}: say which with --split")
    return [(split, loaded[split]) for split in wanted]


def _rows(part: Dataset, split: str | None, columns: Columns, shown: str, before: int) -> Iterator[RawRow]:
    names: Sequence[str] = part.column_names
    text_a, text_b = find_pair(names, columns.texts, shown, added=())
    label, slices, group = find_columns(names, columns, shown)
    label_names = getattr(part.features[label], "names", None)
    for number, row in enumerate(part, start=before + 1):
        try:
            a, b = usable_text(row[text_a], text_a), usable_text(row[text_b], text_b)
        except UnusableText as error:
            yield RawRow(number, "", "", None, fault=str(error))
            continue
        kinds = [kind for kind in (split, row[slices] if slices else None) if kind not in (None, "")]
        yield RawRow(
            number,
            a,
            b,
            _label_name(row[label], label_names),
            ";".join(map(str, kinds)) or None,
            row[group] if group else None,
        )


def _label_name(value: Any, names: Sequence[str] | None) -> object:
    """A class by its name; -1, which the hub's datasets have for unlabelled rows, stays as it is."""
    if names is not None and isinstance(value, int) and 0 <= value < len(names):
        return names[value]
    return value

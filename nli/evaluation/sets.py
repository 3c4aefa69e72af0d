"""Reads labelled sets: tables of pairs with the right answer."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from nli.batch.formats import open_reader
from nli.batch.source import Source, find_format
from nli.batch.tables import BadRow, TableReader
from nli.errors import DataError, LabelError
from nli.labels import LABELS, parse_label
from nli.records import Label

_LABEL_COLUMNS = ("label", "gold_label")
_SLICE_COLUMNS = ("slice", "tag")
_NO_MAJORITY = {"-", "-1", ""}
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """Labelled pairs.

    Attributes:
        name: the file's name without its suffix.
        pairs: the texts.
        labels: the right label of each pair, a→b.
        slices: the kind of each pair, empty where none is given.
        dropped: rows without a label on which the annotators agreed (`-` or -1), which are left out.
        sha256: of the file.
        total: pairs in the file, more than here if only a sample was taken.
    """

    name: str
    pairs: tuple[tuple[str, str], ...]
    labels: tuple[Label, ...]
    slices: tuple[str, ...]
    dropped: int
    sha256: str
    total: int


def read_labelled(path: Path, columns: tuple[str, str] | None = None) -> LabelledSet:
    """Read a labelled set: jsonl, csv, tsv or parquet with two texts, `label`, and perhaps `slice`.

    Args:
        path: the file.
        columns: names of the two text columns, if they are none of the usual ones.

    Raises:
        TableError: if the table cannot be read; DataError: if a row has no usable text or no label (listed with rows).
    """
    pairs: list[tuple[str, str]] = []
    labels: list[Label] = []
    slices: list[str] = []
    problems: list[str] = []
    dropped = 0
    with Source(str(path), rewindable=True) as source:
        reader = open_reader(source, find_format(str(path), None, "--format"), columns, added=())
        label_column, slice_column = _find(reader, path)
        for row in reader.rows():
            if isinstance(row, BadRow):
                problems.append(f"row {row.number}: {row.reason}")
                continue
            value = row.record[label_column]
            if value is None or str(value).strip() in _NO_MAJORITY:
                dropped += 1
                continue
            try:
                label = parse_label(value)
            except LabelError as error:
                problems.append(f"row {row.number}: {error}")
                continue
            pairs.append((row.a, row.b))
            labels.append(label)
            slices.append(str(row.record[slice_column] or "") if slice_column else "")
    if problems:
        more = f" (and {len(problems) - _SHOWN} more)" if len(problems) > _SHOWN else ""
        raise DataError(f"{path}: {'; '.join(problems[:_SHOWN])}{more}; correct or remove these rows")
    if not pairs:
        raise DataError(f"{path} has no labelled pairs; each row needs two texts and one of {', '.join(LABELS)}")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return LabelledSet(path.stem, tuple(pairs), tuple(labels), tuple(slices), dropped, digest, len(pairs))


def _find(reader: TableReader, path: Path) -> tuple[str, str | None]:
    names = [column.name for column in reader.columns()]
    label = next((name for name in _LABEL_COLUMNS if name in names), None)
    if label is None:
        raise DataError(f"{path} has no column 'label'; its columns are {', '.join(names)}")
    return label, next((name for name in _SLICE_COLUMNS if name in names), None)


def label_counts(labelled: LabelledSet) -> dict[str, int]:
    """How many pairs have each label, all three named."""
    counts = Counter(labelled.labels)
    return {label: counts[label] for label in LABELS}

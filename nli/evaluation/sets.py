"""Labelled sets: pairs of texts with the right answer, read from tables."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, NamedTuple

from nli.batch.formats import open_reader
from nli.batch.source import Source, find_format
from nli.batch.tables import BadRow, clip
from nli.errors import DataError, LabelError
from nli.labels import LABELS, parse_label
from nli.records import Label

Truth = Label | Literal["not_entailment"]
"""The right answer of a pair: one of the three labels, or in a two-way set that there is no entailment."""

NOT_ENTAILMENT: Literal["not_entailment"] = "not_entailment"
TWO_WAY: tuple[Truth, ...] = ("entailment", NOT_ENTAILMENT)

_LABEL_COLUMNS = ("label", "gold_label")
_SLICE_COLUMNS = ("slice", "tag")
_GROUP_COLUMN = "group"
_NO_MAJORITY = {"-", "-1"}
_NOT_ENTAILED = {"not_entailment", "non_entailment", "not_entailed", "non_entailed", "nonentailment"}
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Columns:
    """Where a table has what, and what its labels mean; None where the usual names hold.

    Attributes:
        texts: the columns of `a` and `b`.
        label: the column of the right answer (`label` or `gold_label`).
        slices: the column of the kind of pair (`slice` or `tag`); kinds are separated by semicolons.
        group: the column of what the rows have in common (`group`), such as their article. Rows of a group are not
            independent and are resampled together. Without it, the rows of one premise are a group.
        meanings: what values of the label column mean, such as `{"0": "entailment"}`; `-` leaves the row out.
    """

    texts: tuple[str, str] | None = None
    label: str | None = None
    slices: str | None = None
    group: str | None = None
    meanings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """Labelled pairs.

    Attributes:
        name: the file's name without its suffix, or the name of a public set.
        pairs: the texts.
        labels: the right answer of each pair, a→b.
        slices: the kinds of each pair, separated by semicolons; empty where none is given.
        dropped: rows without a label on which the annotators agreed (`-`, -1 or nothing), which are left out.
        sha256: of the file; of the rows for a set that is no file.
        total: pairs in the file, more than here if only a sample was taken.
        groups: what each pair must be resampled together with; by default its premise.
        notes: what a reader of the figures should know about the set, in sentences.
        two_way: whether the set only tells entailment from its absence; so if a label says so.
    """

    name: str
    pairs: tuple[tuple[str, str], ...]
    labels: tuple[Truth, ...]
    slices: tuple[str, ...]
    dropped: int
    sha256: str
    total: int
    groups: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    two_way: bool = False

    def __post_init__(self) -> None:
        if not self.groups:
            object.__setattr__(self, "groups", tuple(a for a, _ in self.pairs))
        # A sample of a two-way set may hold no pair that is not entailed, and is a two-way set all the same.
        object.__setattr__(self, "two_way", self.two_way or NOT_ENTAILMENT in self.labels)

    @property
    def classes(self) -> tuple[Truth, ...]:
        """The answers that are told apart, in the order of every table of this set."""
        return TWO_WAY if self.two_way else LABELS

    def rows_sha256(self) -> str:
        """The sha256 of the pairs and labels themselves, whatever file they came from."""
        digest = hashlib.sha256()
        for (a, b), label in zip(self.pairs, self.labels):
            digest.update("\0".join((a, b, label, "")).encode())
        return digest.hexdigest()

    def take(self, rows: Sequence[int]) -> LabelledSet:
        """The set with only these rows, in this order."""
        return replace(
            self,
            pairs=tuple(self.pairs[i] for i in rows),
            labels=tuple(self.labels[i] for i in rows),
            slices=tuple(self.slices[i] for i in rows),
            groups=tuple(self.groups[i] for i in rows),
        )


class RawRow(NamedTuple):
    """A row as it stands in a table, or why it cannot be used."""

    number: int
    a: str
    b: str
    label: object
    slices: object = None
    group: object = None
    fault: str = ""


def parse_meanings(meanings: Mapping[str, str]) -> dict[str, Truth | None]:
    """What label values mean, with their names checked; None for values whose rows are left out.

    Raises:
        DataError: if a meaning is no label.
    """
    found: dict[str, Truth | None] = {}
    for value, meaning in meanings.items():
        try:
            found[value.strip().lower()] = None if meaning.strip() == "-" else parse_truth(meaning)
        except LabelError:
            raise DataError(
                f"label value {value!r} cannot mean {meaning!r}; say {', '.join((*LABELS, NOT_ENTAILMENT))}, or - to "
                "leave its rows out"
            ) from None
    return found


def parse_truth(value: object) -> Truth:
    """Read one right answer by name, in any case.

    Raises:
        LabelError: if it is none of the three labels and not `not_entailment`.
    """
    if isinstance(value, str) and value.strip().lower().replace("-", "_").replace(" ", "_") in _NOT_ENTAILED:
        return NOT_ENTAILMENT
    return parse_label(value)


def collect(
    name: str, shown: str, rows: Iterable[RawRow], meanings: Mapping[str, str], sha256: str | None = None
) -> LabelledSet:
    """A labelled set from the rows of a table of any kind.

    Args:
        name: the set's name in results.
        shown: what it is called in messages, such as its path.
        rows: its rows.
        meanings: what label values mean, see `Columns`.
        sha256: of the file; by default of the rows.

    Raises:
        DataError: if rows have no usable text or a label that is none (listed with rows), if no row is labelled, or
            if two-way and three-way labels are mixed.
    """
    known = parse_meanings(meanings)
    pairs: list[tuple[str, str]] = []
    labels: list[Truth] = []
    slices: list[str] = []
    groups: list[str] = []
    numbers: list[int] = []
    problems: list[str] = []
    dropped: Counter[str] = Counter()
    unknown = False
    for row in rows:
        if row.fault:
            problems.append(f"row {row.number}: {row.fault}")
            continue
        value = "" if row.label is None else str(row.label).strip()
        if value.lower() in known:
            label = known[value.lower()]
        elif not value or value in _NO_MAJORITY:
            label = None
        else:
            try:
                label = parse_truth(row.label)
            except LabelError:
                problems.append(f"row {row.number}: {clip(repr(row.label), 60)} is not an NLI label")
                unknown = True
                continue
        if label is None:
            dropped[f"labelled {value!r}" if value else "without a label"] += 1
            continue
        pairs.append((row.a, row.b))
        numbers.append(row.number)
        labels.append(label)
        slices.append("" if row.slices is None else str(row.slices))
        groups.append(row.a if row.group is None or row.group == "" else str(row.group))
    if problems:
        more = f" (and {len(problems) - _SHOWN} more)" if len(problems) > _SHOWN else ""
        way_out = "correct or remove these rows"
        if unknown:
            way_out = (
                f"labels are {', '.join(LABELS)} (or {NOT_ENTAILMENT}): {way_out}, or say what their labels mean, as "
                "--labels 0=entailment,1=neutral,..."
            )
        raise DataError(f"{shown}: {'; '.join(problems[:_SHOWN])}{more}; {way_out}")
    if not pairs:
        raise DataError(f"{shown} has no labelled pairs; each row needs two texts and one of {', '.join(LABELS)}")
    _refuse_mixture(shown, labels)
    result = LabelledSet(
        name, tuple(pairs), tuple(labels), tuple(slices), dropped.total(), sha256 or "", len(pairs), tuple(groups)
    )
    notes = [f"rows {why} left out: {count:,}" for why, count in sorted(dropped.items())]
    notes += _describe(result, numbers)
    return replace(result, notes=tuple(notes), sha256=sha256 or result.rows_sha256())


def _refuse_mixture(shown: str, labels: Sequence[Truth]) -> None:
    if NOT_ENTAILMENT not in labels:
        return
    other = next((i for i, label in enumerate(labels) if label in ("neutral", "contradiction")), None)
    if other is not None:
        raise DataError(
            f"{shown} has pairs labelled {labels[other]!r} and pairs labelled {NOT_ENTAILMENT!r}; a set is three-way "
            f"or two-way. To score it as two-way, say --labels neutral={NOT_ENTAILMENT},contradiction={NOT_ENTAILMENT}"
        )


def _describe(one: LabelledSet, numbers: Sequence[int]) -> list[str]:
    """What a reader should know of a set; `numbers` are those of its rows in the table."""
    notes = []
    if one.two_way:
        notes.append("a two-way set: what a model calls neutral or contradiction counts as not_entailment")
    counts = Counter(one.labels)
    missing = [label for label in one.classes if not counts[label]]
    if missing:
        notes.append(f"no pair is labelled {' or '.join(missing)}; figures that need one are left out")
    seen: dict[tuple[str, str], int] = {}
    twice, disputed = 0, []
    for index, pair in enumerate(one.pairs):
        first = seen.setdefault(pair, index)
        if first != index:
            twice += 1
            if one.labels[first] != one.labels[index]:
                disputed.append(f"{numbers[first]} and {numbers[index]}")
    if twice:
        notes.append(f"rows that repeat a pair: {twice:,}")
    if disputed:
        more = f" and {len(disputed) - _SHOWN} more" if len(disputed) > _SHOWN else ""
        notes.append(
            f"repeated with another label, so that no model can get both right: {len(disputed):,} (rows "
            f"{', '.join(disputed[:_SHOWN])}{more})"
        )
    return notes


def read_labelled(path: Path, columns: tuple[str, str] | Columns | None = None) -> LabelledSet:
    """Read a labelled set: jsonl, csv, tsv or parquet with two texts, `label`, and perhaps `slice` and `group`.

    Args:
        path: the file.
        columns: names of the two text columns, or of all columns, if they are none of the usual ones.

    Raises:
        TableError: if the table cannot be read; DataError: if a row has no usable text or no label (listed with rows).
    """
    where = columns if isinstance(columns, Columns) else Columns(texts=columns)
    with Source(str(path), rewindable=True) as source:
        reader = open_reader(source, find_format(str(path), None, None), where.texts, added=())
        label, slices, group = find_columns([column.name for column in reader.columns()], where, str(path))

        def rows() -> Iterable[RawRow]:
            for row in reader.rows():
                if isinstance(row, BadRow):
                    yield RawRow(row.number, "", "", None, fault=row.reason)
                    continue
                get = row.record.get
                yield RawRow(
                    row.number,
                    row.a,
                    row.b,
                    get(label),
                    get(slices) if slices else None,
                    get(group) if group else None,
                )

        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        return collect(path.stem, str(path), rows(), where.meanings, digest)


def find_columns(names: Sequence[str], where: Columns, shown: str) -> tuple[str, str | None, str | None]:
    """Names of the columns of the label, the slice and the group; None for those that the table lacks.

    Raises:
        DataError: if there is no label, or a named column is missing.
    """
    for wanted in (where.label, where.slices, where.group):
        if wanted is not None and wanted not in names:
            raise DataError(f"{shown} has no column {wanted!r}; its columns are {', '.join(names)}")
    label = where.label or next((name for name in _LABEL_COLUMNS if name in names), None)
    if label is None:
        raise DataError(
            f"{shown} has no column 'label'; its columns are {', '.join(names)}: say which holds the right answers "
            "with --label-column"
        )
    slices = where.slices or next((name for name in _SLICE_COLUMNS if name in names), None)
    return label, slices, where.group or (_GROUP_COLUMN if _GROUP_COLUMN in names else None)


def sample(labelled: LabelledSet, rows: int, *, seed: int = 0) -> LabelledSet:
    """At most `rows` rows of a set, drawn with `seed`, in their order."""
    if rows < 1:
        raise DataError(f"cannot evaluate {rows} rows; ask for at least 1")
    if rows >= len(labelled.pairs):
        return labelled
    return labelled.take(sorted(random.Random(seed).sample(range(len(labelled.pairs)), rows)))


def tell_apart(sets: Sequence[LabelledSet], given: Sequence[str]) -> list[LabelledSet]:
    """The sets, those that share a name (two files of one stem) under the names by which they were given."""
    counts = Counter(one.name for one in sets)
    return [replace(one, name=name) if counts[one.name] > 1 else one for one, name in zip(sets, given, strict=True)]


def label_counts(labelled: LabelledSet) -> dict[str, int]:
    """How many pairs have each label, all classes named."""
    counts = Counter(labelled.labels)
    return {label: counts[label] for label in labelled.classes}

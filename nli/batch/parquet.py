"""Parquet tables. They need pyarrow, which takes a while to load, so import this late."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from nli.batch.jsonl import compact
from nli.batch.source import Source
from nli.batch.tables import (
    ADDED_COLUMNS,
    ATTRIBUTED_COLUMNS,
    BadRow,
    Column,
    Kind,
    Row,
    UnusableText,
    Wanted,
    added_values,
    clip,
    find_pair,
    plain,
    usable_text,
)
from nli.errors import OutputError, TableError
from nli.records import PairScore

_READ_ROWS = 2_000
_GROUP_ROWS = 64_000
_GROUP_BYTES = 64 * 2**20
_PAGE_BUFFER_BYTES = 2**16

# Probabilities are written as float64 and not rounded: a float32 can land on the other side of the threshold than the
# score that the flag was decided on.
_ADDED_TYPES = [
    *(
        {"flag": pa.bool_(), "truncated": pa.bool_(), "label": pa.string()}.get(name, pa.float64())
        for name in ADDED_COLUMNS
    ),
    *(pa.string() for _ in ATTRIBUTED_COLUMNS),
]
_KINDS: dict[Kind, Any] = {
    "text": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "json": pa.string(),
}


class _Batch:
    """Rows as they lie in the file; values are turned into Python's only when they are asked for."""

    def __init__(self, batch: pa.RecordBatch, table: str) -> None:
        self.batch = batch
        self._table = table
        self._values: dict[str, list[object]] = {}

    def values(self, name: str) -> list[object]:
        """The values of one column.

        Raises:
            TableError: if its type has no counterpart in Python.
        """
        if name not in self._values:
            column = self.batch.column(self.batch.schema.get_field_index(name))
            try:
                # Python's own times end at microseconds, so nanoseconds go through text.
                if pa.types.is_temporal(column.type):
                    column = column.cast(pa.string())
                self._values[name] = column.to_pylist()
            except (pa.ArrowException, ValueError) as error:
                raise TableError(
                    f"{self._table}: column {name!r} of type {column.type} cannot be turned into text ({error}); "
                    "write to Parquet, or remove the column"
                ) from error
        return self._values[name]


class ArrowRecord(Mapping[str, object]):
    """One row of a batch; a Parquet writer copies it without turning it into Python values."""

    __slots__ = ("group", "index")

    def __init__(self, group: _Batch, index: int) -> None:
        self.group = group
        self.index = index

    def __getitem__(self, name: str) -> object:
        if self.group.batch.schema.get_field_index(name) < 0:
            raise KeyError(name)
        return self.group.values(name)[self.index]

    def __iter__(self) -> Iterator[str]:
        return iter(self.group.batch.schema.names)

    def __len__(self) -> int:
        return int(self.group.batch.num_columns)


class ParquetReader:
    """Reads Parquet a few thousand rows at a time.

    Raises:
        TableError: if it is damaged or no Parquet, has no rows, or the columns of the texts cannot be told or hold no
            text.
    """

    def __init__(self, source: Source, wanted: Wanted = None, added: Sequence[str] = ADDED_COLUMNS) -> None:
        self._name = source.name
        if not source.head.startswith(b"PAR1"):
            raise TableError(f"{source.name} is not a Parquet file; say what it is with --format")
        try:
            # Without buffering ahead a row group is read page by page, so its size does not matter.
            self._file = pq.ParquetFile(source.stream, pre_buffer=False, buffer_size=_PAGE_BUFFER_BYTES)
            self.schema: pa.Schema = self._file.schema_arrow
        except (pa.ArrowException, OSError) as error:
            raise TableError(f"{source.name} is a damaged Parquet file: {error}; write it again") from error
        names = self.schema.names
        doubled = sorted({name for name in names if names.count(name) > 1})
        if doubled:
            raise TableError(f"{source.name} has more than one column {doubled[0]!r}; give each column its own name")
        self.pair_columns = find_pair(names, wanted, source.name, added)
        for name in self.pair_columns:
            kind = self.schema.field(name).type
            if not _is_text(kind.value_type if pa.types.is_dictionary(kind) else kind):
                raise TableError(
                    f"{source.name}: column {name!r} is of type {kind}, not text; say with --columns which two hold "
                    "the texts"
                )
        self._total = int(self._file.metadata.num_rows)
        self._read = 0

    def columns(self) -> Sequence[Column]:
        """The columns of the schema; `schema` has their exact types."""
        return [Column(field.name, _kind(field.type)) for field in self.schema]

    @property
    def total(self) -> int:
        """How many rows the table has."""
        return self._total

    def rows(self, skip: int = 0) -> Iterator[Row | BadRow]:
        """The rows in order, see `TableReader.rows`; row groups before the first one wanted are not read."""
        group = 0
        while group < self._file.num_row_groups and (size := self._group_rows(group)) <= skip - self._read:
            self._read += size
            group += 1
        inside = skip - self._read
        for row in self._rows(range(group, self._file.num_row_groups)):
            if inside <= 0:
                yield row
            inside -= 1

    def _group_rows(self, group: int) -> int:
        return int(self._file.metadata.row_group(group).num_rows)

    def _rows(self, groups: range) -> Iterator[Row | BadRow]:
        batches = self._file.iter_batches(batch_size=_READ_ROWS, row_groups=list(groups))
        while True:
            try:
                batch = next(batches, None)
            except (pa.ArrowException, OSError) as error:
                raise TableError(
                    f"{self._name} is damaged behind row {self._read}: {error}; write the file again"
                ) from error
            if batch is None:
                return
            yield from self._batch_rows(batch)

    def fraction(self) -> float | None:
        """See `TableReader.fraction`."""
        return self._read / self._total if self._total else None

    def _batch_rows(self, batch: pa.RecordBatch) -> Iterator[Row | BadRow]:
        first = self._read + 1
        broken = _broken_rows(batch)
        whole = _Batch(batch, self._name)
        column_a, column_b = self.pair_columns
        for index in range(batch.num_rows):
            number = first + index
            self._read = number
            if index in broken:
                raw = "the row holds bytes that are not text"
                yield BadRow(number, None, f"invalid UTF-8: {broken[index]}", raw)
                continue
            record = ArrowRecord(whole if not broken else _Batch(batch.slice(index, 1), self._name), index)
            if broken:
                record.index = 0
            try:
                a, b = usable_text(record[column_a], column_a), usable_text(record[column_b], column_b)
            except UnusableText as error:
                yield BadRow(number, None, str(error), clip(compact(plain(record))))
            else:
                yield Row(number, None, a, b, record)


class ArrowRows:
    """Turns rows into Arrow's arrays. Those of a Parquet table are copied; else columns get the type that holds all.

    Args:
        columns: the columns of the input.
        schema: the input's own schema, if it is Parquet.
    """

    def __init__(self, columns: Sequence[Column], schema: pa.Schema | None = None) -> None:
        self._columns = columns
        self._known = frozenset(column.name for column in columns)
        self.schema: pa.Schema = (
            schema if schema is not None else pa.schema([(c.name, _KINDS[c.kind]) for c in columns])
        )

    def arrays(self, rows: Sequence[Row]) -> Iterator[list[pa.Array]]:
        """The columns of the rows in their order, a run of rows at a time."""
        start = 0
        while start < len(rows):
            end = _same_batch(rows, start)
            part = rows[start:end]
            record = part[0].record
            yield self._copied(record.group, part) if isinstance(record, ArrowRecord) else self._built(part)
            start = end

    def _copied(self, group: _Batch, rows: Sequence[Row]) -> list[pa.Array]:
        indices = [row.record.index for row in rows if isinstance(row.record, ArrowRecord)]
        batch = group.batch
        if indices != list(range(batch.num_rows)):
            batch = batch.take(pa.array(indices, pa.int64()))
        return list(batch.columns)

    def _built(self, rows: Sequence[Row]) -> list[pa.Array]:
        for row in rows:
            if not row.record.keys() <= self._known:
                new = next(name for name in row.record if name not in self._known)
                raise OutputError(f"row {row.number} has a new column {new!r}: the input changed while it was read")
        arrays = []
        for column, field in zip(self._columns, self.schema, strict=True):
            values = [row.record.get(column.name) for row in rows]
            if column.kind == "json":
                values = [None if value is None else compact(plain(value)) for value in values]
            try:
                arrays.append(pa.array(values, field.type))
            except pa.ArrowException as error:
                raise OutputError(f"column {column.name!r}: the input changed while it was read ({error})") from error
        return arrays


class ParquetWriter:
    """Writes Parquet. From a Parquet table it keeps the schema; else columns get the type that holds all their values.

    Args:
        file: where to write.
        columns: the columns of the input.
        schema: the input's own schema, if it is Parquet.
        added: names of the added columns.
    """

    def __init__(
        self,
        file: BinaryIO,
        columns: Sequence[Column],
        schema: pa.Schema | None = None,
        *,
        added: Sequence[str] = ADDED_COLUMNS,
    ) -> None:
        self._rows = ArrowRows(columns, schema)
        own = self._rows.schema
        # Without attributions the columns of the claims, the last ones, are not there.
        self._types = _ADDED_TYPES[: len(added)]
        self._schema = pa.schema([*own, *map(pa.field, added, self._types)], metadata=own.metadata)
        try:
            self._writer = pq.ParquetWriter(file, self._schema, compression="zstd")
        except pa.ArrowException as error:
            raise OutputError(f"the columns of the input cannot be written as Parquet: {error}") from error
        self._held: list[pa.RecordBatch] = []
        self._held_rows = 0
        self._held_bytes = 0

    def write(self, rows: Sequence[Row], scores: Sequence[PairScore]) -> None:
        """See `TableWriter.write`."""
        start = 0
        for arrays in self._rows.arrays(rows):
            end = start + len(arrays[0])
            added = zip(*map(added_values, scores[start:end]), strict=True)
            arrays += [pa.array(values, kind) for values, kind in zip(added, self._types, strict=True)]
            self._hold(pa.RecordBatch.from_arrays(arrays, schema=self._schema))
            start = end

    def finish(self) -> None:
        """See `TableWriter.finish`."""
        self._flush()
        self._writer.close()

    def close(self) -> None:
        """See `TableWriter.close`."""
        self._held.clear()
        if self._writer.is_open:
            try:
                self._writer.close()
            except (pa.ArrowException, OSError):
                # Only after an error, which is on its way up already; the file is thrown away.
                self._writer.is_open = False

    def _hold(self, batch: pa.RecordBatch) -> None:
        """Gather small batches into row groups of a size that is quick to read."""
        self._held.append(batch)
        self._held_rows += batch.num_rows
        self._held_bytes += batch.nbytes
        if self._held_rows >= _GROUP_ROWS or self._held_bytes >= _GROUP_BYTES:
            self._flush()

    def _flush(self) -> None:
        if self._held:
            table = pa.Table.from_batches(self._held, self._schema)
            self._writer.write_table(table, row_group_size=_GROUP_ROWS)
        self._held.clear()
        self._held_rows = self._held_bytes = 0


def _same_batch(rows: Sequence[Row], start: int) -> int:
    """The end of the run of rows from `start` on that lie in one batch of the input, or are of no batch at all."""

    def group(row: Row) -> _Batch | None:
        return row.record.group if isinstance(row.record, ArrowRecord) else None

    first = group(rows[start])
    end = start + 1
    while end < len(rows) and group(rows[end]) is first:
        end += 1
    return end


def _broken_rows(batch: pa.RecordBatch) -> dict[int, str]:
    """Rows with strings that are not valid UTF-8, which Parquet does not rule out, and what is wrong with them."""
    try:
        batch.validate(full=True)
        return {}
    except pa.ArrowInvalid:
        broken = {}
        for index in range(batch.num_rows):
            try:
                batch.slice(index, 1).validate(full=True)
            except pa.ArrowInvalid as error:
                broken[index] = str(error)
        return broken


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _kind(kind: pa.DataType) -> Kind:
    if _is_text(kind):
        return "text"
    if pa.types.is_integer(kind):
        return "integer"
    if pa.types.is_floating(kind):
        return "number"
    return "boolean" if pa.types.is_boolean(kind) else "json"

"""A table of claims, one a row: read whole, each text once."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from nli.batch.formats import open_reader
from nli.batch.jsonl import JsonlReader, Kinds
from nli.batch.parquet import ArrowRows, ParquetReader
from nli.batch.parts import strict_refusal
from nli.batch.source import Format, Source
from nli.batch.tables import BadRow, ClaimColumn, Row
from nli.errors import TableError

_TAKEN = ("row", "times")
"""Names that the columns of a pair have of their own, with `_a` and `_b` behind them."""


@dataclass(frozen=True, slots=True)
class Claims:
    """The claims of a table.

    Attributes:
        table: its name.
        column: the column of the texts.
        texts: each different text once, in the order of its first row.
        rows: number of the first row of each text, from 1; `times` how many rows have it.
        others: the other columns of those first rows.
        bad: rows that cannot be scored.
    """

    table: str
    column: str
    texts: list[str]
    rows: list[int]
    times: list[int]
    others: pa.Table
    bad: list[BadRow]


def read_claims(path: str, kind: Format, column: str | None = None, *, strict: bool = False) -> Claims:
    """Read a table of claims; they stay in memory, about 2 kB each.

    Args:
        path: the table, `-` for standard input.
        kind: its format.
        column: which one holds the texts; None to find it by its usual names.
        strict: stop at the first unusable row.

    Raises:
        TableError: if it cannot be read, holds no usable claim, or has a column named as one that will be added.
        InputError: with `strict`, at the first row that cannot be scored.
    """
    with Source(path, rewindable=kind == "parquet") as source:
        reader = open_reader(source, kind, ClaimColumn(column), ())
        name = reader.pair_columns[0]
        places: dict[str, int] = {}
        first: list[Row] = []
        times: list[int] = []
        bad: list[BadRow] = []
        kinds = Kinds()
        for row in reader.rows():
            if isinstance(row, BadRow):
                if strict:
                    raise strict_refusal(source.name, row)
                bad.append(row)
            elif row.a in places:
                times[places[row.a]] += 1
            else:
                places[row.a] = len(first)
                first.append(row)
                times.append(1)
                if isinstance(reader, JsonlReader):
                    kinds.add(row.record)
        if not first:
            why = f"none of its {len(bad):,} rows can be scored: {bad[0].reason}" if bad else "it has no rows"
            raise TableError(f"{source.name} holds no claims ({why}); give a table with one claim a row")
        columns = kinds.columns() if isinstance(reader, JsonlReader) else reader.columns()
        taken = next((c.name for c in columns if c.name in _TAKEN), None)
        if taken is not None:
            raise TableError(f"{source.name} has a column {taken!r}, which pairs of claims have too; rename it")
        arrow = ArrowRows(columns, reader.schema if isinstance(reader, ParquetReader) else None)
        batches = [pa.RecordBatch.from_arrays(arrays, schema=arrow.schema) for arrays in arrow.arrays(first)]
        others = pa.Table.from_batches(batches, arrow.schema).drop_columns([name])
        return Claims(source.name, name, list(places), [row.number for row in first], times, others, bad)

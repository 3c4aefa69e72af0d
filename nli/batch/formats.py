"""Which reader and which writer belong to a format."""

from __future__ import annotations

from collections.abc import Sequence

from nli.batch.delimited import DelimitedReader, DelimitedWriter
from nli.batch.jsonl import JsonlReader, JsonlWriter
from nli.batch.sink import Sink
from nli.batch.source import Format, Source
from nli.batch.tables import ADDED_COLUMNS, Column, TableReader, TableWriter, Wanted


def needs_rewind(source: Format, target: Format) -> bool:
    """Whether the input must be read twice or out of order.

    The end of a Parquet file says what is in it. Rows of JSON Lines may each have their own keys, so the columns of a
    table are known only when all rows have been seen.
    """
    return source == "parquet" or (source == "jsonl" and target != "jsonl")


def open_reader(
    source: Source,
    kind: Format,
    columns: Wanted = None,
    added: Sequence[str] = ADDED_COLUMNS,
) -> TableReader:
    """The reader of a format; `added` are names of columns that will be added, which the table may not have.

    Raises:
        TableError: if the table cannot be read, see the readers.
    """
    if kind == "jsonl":
        return JsonlReader(source, columns, added)
    if kind == "parquet":
        from nli.batch.parquet import ParquetReader

        return ParquetReader(source, columns, added)
    return DelimitedReader(source, "\t" if kind == "tsv" else ",", columns, added)


def open_writer(
    sink: Sink,
    kind: Format,
    reader: TableReader,
    *,
    columns: Sequence[Column] | None = None,
    added: Sequence[str] = ADDED_COLUMNS,
    compress: bool = False,
) -> TableWriter:
    """The writer of a format, for the columns of a reader; `compress` is for text formats.

    `columns` are those of several tables together where the reader's own are not enough.

    Raises:
        OutputError: if the columns cannot be written in this format; TableError: if the input cannot be read.
    """
    if kind == "jsonl":
        return JsonlWriter(sink.file, added=added, compress=compress)
    columns = columns if columns is not None else reader.columns()
    if kind == "parquet":
        from nli.batch.parquet import ParquetReader, ParquetWriter

        return ParquetWriter(
            sink.file, columns, reader.schema if isinstance(reader, ParquetReader) else None, added=added
        )
    return DelimitedWriter(sink.file, columns, "\t" if kind == "tsv" else ",", added=added, compress=compress)

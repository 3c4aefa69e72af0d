"""CSV and tab-separated tables."""

from __future__ import annotations

import csv
import gzip
import itertools
import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO, Literal

from nli.batch.jsonl import compact, shown
from nli.batch.source import Line, Source
from nli.batch.tables import (
    ADDED_COLUMNS,
    BadRow,
    Column,
    Row,
    UnusableText,
    Wanted,
    find_pair,
    plain,
    rounded_values,
    usable_text,
)
from nli.errors import OutputError, TableError
from nli.records import PairScore

Delimiter = Literal[",", "\t"]

MAX_CELL_CHARACTERS = 1_000_000
"""Longest cell that is read. A quote that is never closed is given up after this much text."""


class _LineTooLong(Exception):
    """A line beyond the limit of the source."""


class _BadRecord(Exception):
    """A record that cannot be read, its message being the reason; `taken` are the lines it is made of."""

    def __init__(self, reason: str, taken: list[Line]) -> None:
        super().__init__(reason)
        self.taken = taken


class _Tap:
    """Hands lines to the csv module and remembers which, so that a broken record can be taken back."""

    def __init__(self, lines: Iterator[Line]) -> None:
        self._lines = lines
        self._returned: list[Line] = []
        """Lines to be read again, the next one last."""
        self.taken: list[Line] = []
        """Lines of the record that is being read."""

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._returned.pop() if self._returned else next(self._lines)
        self.taken.append(line)
        if line.too_long:
            raise _LineTooLong
        # Broken bytes come through as surrogates here; the record they belong to is refused once it is complete.
        return line.data.decode("utf-8", "surrogateescape")

    def give_back(self, lines: Sequence[Line]) -> None:
        """Have these lines read again."""
        self._returned.extend(reversed(lines))


class DelimitedReader:
    """Reads comma- or tab-separated tables with a header; cells may be quoted with `"` and hold line ends.

    Raises:
        TableError: if there is no usable header, or the columns of the texts cannot be told.
    """

    def __init__(
        self,
        source: Source,
        delimiter: Delimiter,
        wanted: Wanted = None,
        added: Sequence[str] = ADDED_COLUMNS,
    ) -> None:
        source.refuse_unless_text()
        self._source = source
        self._tap = _Tap(source.lines())
        # The csv module has one limit for the whole process, and its default is below what can be scored.
        if csv.field_size_limit() < MAX_CELL_CHARACTERS:
            csv.field_size_limit(MAX_CELL_CHARACTERS)
        self._csv = csv.reader(self._tap, delimiter=delimiter, strict=True)
        self._names = self._read_header(delimiter)
        self.pair_columns = find_pair(self._names, wanted, source.name, added)

    def columns(self) -> Sequence[Column]:
        """The columns of the header; every one of them holds text."""
        return [Column(name, "text") for name in self._names]

    def rows(self, skip: int = 0) -> Iterator[Row | BadRow]:
        """The rows in order, see `TableReader.rows`."""
        # Where a record ends is known only by reading it.
        return itertools.islice(self._rows(), skip, None)

    def _rows(self) -> Iterator[Row | BadRow]:
        column_a, column_b = self.pair_columns
        number = 0
        while True:
            number += 1
            try:
                cells = self._next_record()
                if cells is None:
                    return
                if len(cells) != len(self._names):
                    raise _BadRecord(self._wrong_width(cells), self._tap.taken)
                record = dict(zip(self._names, cells, strict=True))
                line = self._tap.taken[0].number
                a, b = usable_text(record[column_a], column_a), usable_text(record[column_b], column_b)
            except UnusableText as error:
                yield self._bad_row(number, str(error), self._tap.taken)
            except _BadRecord as error:
                yield self._bad_row(number, str(error), error.taken)
            else:
                yield Row(number, line, a, b, record)

    def fraction(self) -> float | None:
        """See `TableReader.fraction`."""
        return self._source.fraction()

    def _next_record(self) -> list[str] | None:
        """The cells of the next record that is not a blank line; None at the end.

        Raises:
            _BadRecord: if it cannot be read. Of a broken record of several lines only the first is given up, since
                a stray quote would else take the good rows behind it along.
        """
        while True:
            self._tap.taken = []
            try:
                cells = next(self._csv)
            except StopIteration:
                return None
            except (csv.Error, _LineTooLong) as error:
                first, *rest = self._tap.taken
                self._tap.give_back(rest)
                raise _BadRecord(_csv_reason(error, bool(rest)), [first]) from None
            if not cells:
                continue
            for line in self._tap.taken:
                try:
                    line.data.decode()
                except UnicodeDecodeError as error:
                    reason = f"invalid UTF-8: {error.reason} at byte {error.start + 1} of line {line.number}"
                    raise _BadRecord(reason, self._tap.taken) from None
            return cells

    def _read_header(self, delimiter: Delimiter) -> list[str]:
        name = self._source.name
        try:
            header = self._next_record()
        except _BadRecord as error:
            raise TableError(f"{name}: its header, line {error.taken[0].number}, cannot be read: {error}") from None
        if header is None:
            raise TableError(f"{name} holds nothing but blank lines; give a header and rows")
        other = {",": "\t", "\t": ","}[delimiter]
        if len(header) == 1:
            if ";" in header[0]:
                raise TableError(
                    f"{name} seems to be separated by semicolons; only commas and tabs are read, so save it with commas"
                )
            if other in header[0]:
                kind = "tsv" if other == "\t" else "csv"
                raise TableError(f"{name} seems to be separated by {_named(other)}; use --format {kind}")
        doubled = sorted({column for column in header if header.count(column) > 1})
        if doubled:
            raise TableError(f"{name} has more than one column {doubled[0]!r}; give each column its own name")
        return header

    def _wrong_width(self, cells: Sequence[str]) -> str:
        taken = self._tap.taken
        lines = f" (lines {taken[0].number} to {taken[-1].number})" if len(taken) > 1 else ""
        return f"{len(cells)} cell{'s' * (len(cells) != 1)} where the header has {len(self._names)}{lines}"

    def _bad_row(self, number: int, reason: str, taken: Sequence[Line]) -> BadRow:
        return BadRow(number, taken[0].number, reason, shown(b"".join(line.data[:4096] for line in taken[:100])))


class DelimitedWriter:
    """Writes comma- or tab-separated tables in UTF-8, a line feed behind each row.

    Null becomes an empty cell; truth values `true` and `false`; lists and objects JSON.
    """

    def __init__(
        self,
        file: BinaryIO,
        columns: Sequence[Column],
        delimiter: Delimiter,
        *,
        added: Sequence[str] = ADDED_COLUMNS,
        compress: bool,
    ) -> None:
        self._zip = gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) if compress else None
        self._file: BinaryIO | gzip.GzipFile = self._zip or file
        self._names = [column.name for column in columns]
        self._known = frozenset(self._names)
        self._delimiter = delimiter
        # csv.writer leaves a lone carriage return unquoted, which breaks the table for whoever reads it.
        self._needs_quotes = re.compile(f'[{delimiter}"\r\n]')
        self._file.write(self._line([*self._names, *added]).encode())

    def write(self, rows: Sequence[Row], scores: Sequence[PairScore]) -> None:
        """See `TableWriter.write`."""
        lines = []
        for row, score in zip(rows, scores, strict=True):
            if not row.record.keys() <= self._known:
                new = next(name for name in row.record if name not in self._known)
                raise OutputError(f"row {row.number} has a new column {new!r}: the input changed while it was read")
            cells = [_cell(row.record.get(name)) for name in self._names]
            lines.append(self._line([*cells, *map(_cell, rounded_values(score))]))
        self._file.write("".join(lines).encode())

    def finish(self) -> None:
        """See `TableWriter.finish`."""
        self.close()

    def close(self) -> None:
        """See `TableWriter.close`."""
        if self._zip is not None:
            self._zip.close()

    def _line(self, cells: Sequence[str]) -> str:
        quote = self._needs_quotes.search
        return self._delimiter.join('"' + c.replace('"', '""') + '"' if quote(c) else c for c in cells) + "\n"


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value == value and abs(value) != float("inf"):
        return repr(value)
    value = plain(value)
    return value if isinstance(value, str) else compact(value)


def _csv_reason(error: Exception, several_lines: bool) -> str:
    if isinstance(error, _LineTooLong):
        return "the line is too long"
    text = str(error)
    if "field larger" in text:
        return f"a cell is longer than {MAX_CELL_CHARACTERS:,} characters, or its quote is never closed"
    if "unexpected end" in text:
        return "a quote is opened and never closed"
    if "new-line character" in text:
        return "a carriage return stands outside quotes"
    return "a quote is not closed before other text" if several_lines else f"broken quotes: {text}"


def _named(delimiter: str) -> str:
    return {",": "commas", "\t": "tabs"}[delimiter]

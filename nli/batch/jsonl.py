"""JSON Lines: one object a line."""

from __future__ import annotations

import gzip
import itertools
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import BinaryIO

from nli.batch.source import MAX_LINE_BYTES, Line, Source
from nli.batch.tables import (
    ADDED_COLUMNS,
    BadRow,
    Column,
    Kind,
    Row,
    UnusableText,
    Wanted,
    clip,
    find_pair,
    is_unicode,
    plain,
    rounded_values,
    usable_text,
)
from nli.errors import TableError
from nli.records import PairScore

_HEAD_LINES = 200
_HEAD_BYTES = 8 * 2**20
_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")
_EXACT_IN_FLOAT = 2**53
_SMALLEST, _LARGEST = -(2**63), 2**63 - 1


class JsonRecord(dict[str, object]):
    """An object together with the text that it was read from, so that it can be written back unchanged."""

    __slots__ = ("text",)
    text: str


class _BrokenLine(ValueError):
    """A line that is no usable object. Its message is the reason."""


class JsonlReader:
    """Reads JSON Lines. Blank lines are skipped.

    Rows may have different keys, so which keys hold the texts is decided by the first 200 lines.

    Raises:
        TableError: if no line is an object, or the columns of the texts cannot be told.
    """

    def __init__(self, source: Source, wanted: Wanted = None, added: Sequence[str] = ADDED_COLUMNS) -> None:
        source.refuse_unless_text()
        self._source = source
        self._lines = (line for line in source.lines() if line.data.strip())
        self._head = self._read_head()
        self._columns: list[Column] | None = None
        names: dict[str, None] = {}
        fault = ""
        for line in self._head:
            try:
                names.update(dict.fromkeys(parse_object(line)))
            except _BrokenLine as error:
                fault = fault or f"line {line.number}: {error}"
        if not names:
            hint = ""
            if self._head[0].data.lstrip()[:1] == b"[":
                hint = "; for a JSON array, write each of its objects on a line of its own (jq -c '.[]')"
            raise TableError(f"{source.name} is not JSON Lines: no line holds an object with columns ({fault}){hint}")
        self._added = added
        self.pair_columns = find_pair(names, wanted, source.name, added)

    def columns(self) -> Sequence[Column]:
        """Every key of every usable row, in the order of first appearance. Needs a rewindable source."""
        if self._columns is None:
            seen = Kinds()
            for row in self.rows():
                if isinstance(row, Row):
                    seen.add(row.record)
            self._columns = seen.columns()
            self._source.rewind()
            self._head = []
            self._lines = (line for line in self._source.lines() if line.data.strip())
        return self._columns

    def rows(self, skip: int = 0) -> Iterator[Row | BadRow]:
        """The rows in order, see `TableReader.rows`."""
        column_a, column_b = self.pair_columns
        lines = enumerate(itertools.chain(self._head, self._lines), start=1)
        for number, line in itertools.islice(lines, skip, None):
            try:
                record = parse_object(line)
                for column in self.pair_columns:
                    if column not in record:
                        keys = clip(", ".join(map(repr, record)) or "no keys", 200)
                        raise _BrokenLine(f"there is no {column!r}; the row has {keys}")
                taken = next((name for name in self._added if name in record), None)
                if taken is not None:
                    raise _BrokenLine(f"there already is a {taken!r}, which scoring adds; rename it")
                a = usable_text(record[column_a], column_a)
                b = usable_text(record[column_b], column_b)
            except (_BrokenLine, UnusableText) as error:
                yield BadRow(number, line.number, str(error), shown(line.data))
            else:
                yield Row(number, line.number, a, b, record)

    def fraction(self) -> float | None:
        """See `TableReader.fraction`."""
        return self._source.fraction()

    def _read_head(self) -> list[Line]:
        head: list[Line] = []
        size = 0
        for line in self._lines:
            head.append(line)
            size += len(line.data)
            if len(head) >= _HEAD_LINES or size >= _HEAD_BYTES:
                break
        if not head:
            raise TableError(f"{self._source.name} holds nothing but blank lines; give one JSON object a line")
        return head


class JsonlWriter:
    """Writes JSON Lines. A row that was read from JSON keeps its own text; only the added keys are appended."""

    def __init__(self, file: BinaryIO, *, added: Sequence[str] = ADDED_COLUMNS, compress: bool = False) -> None:
        self._added = added
        # No name and no time in the gzip header: the same table gives the same bytes.
        self._zip = gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) if compress else None
        self._file: BinaryIO | gzip.GzipFile = self._zip or file

    def write(self, rows: Sequence[Row], scores: Sequence[PairScore]) -> None:
        """See `TableWriter.write`."""
        lines = []
        for row, score in zip(rows, scores, strict=True):
            added = dict(zip(self._added, rounded_values(score), strict=True))
            text = row.record.text if isinstance(row.record, JsonRecord) else compact(plain(row.record))
            lines.append(f"{text[:-1].rstrip()}, {compact(added)[1:]}\n")
        self._file.write("".join(lines).encode())

    def finish(self) -> None:
        """See `TableWriter.finish`."""
        self.close()

    def close(self) -> None:
        """See `TableWriter.close`."""
        if self._zip is not None:
            self._zip.close()


def parse_object(line: Line) -> JsonRecord:
    """The object on a line.

    Raises:
        _BrokenLine: if it is no valid UTF-8, no valid JSON or no object, or if it says something twice.
    """
    if line.too_long:
        raise _BrokenLine(f"the line is longer than {MAX_LINE_BYTES // 2**20} MiB")
    try:
        text = line.data.decode().strip()
    except UnicodeDecodeError as error:
        raise _BrokenLine(f"invalid UTF-8: {error.reason} at byte {error.start + 1}") from None
    try:
        value = json.loads(text, object_pairs_hook=_unique)
    except json.JSONDecodeError as error:
        raise _BrokenLine(f"broken JSON: {error.msg} at character {error.pos + 1}") from None
    except RecursionError:
        raise _BrokenLine("broken JSON: nested too deeply") from None
    except _BrokenLine:
        raise
    except ValueError as error:  # a number of thousands of digits
        raise _BrokenLine(f"broken JSON: {error}") from None
    if not isinstance(value, dict):
        raise _BrokenLine("not a JSON object")
    # Escapes can spell half a character. JSON allows it, but no other format can hold it.
    if _SURROGATE_ESCAPE.search(text) and not is_unicode(compact(value)):
        raise _BrokenLine("half of a character (a lone surrogate escape such as \\ud800), which is not text")
    record = JsonRecord(value)
    record.text = text
    return record


def compact(value: object) -> str:
    """The value as JSON on one line, in Unicode."""
    return json.dumps(value, ensure_ascii=False)


def shown(data: bytes) -> str:
    """Raw bytes for a reader's eyes: broken ones as `\\xff`, at most `RAW_CHARACTERS` characters."""
    return clip(data[:4096].decode("utf-8", "backslashreplace").rstrip("\r\n"))


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    value = dict(pairs)
    if len(value) != len(pairs):
        names = [name for name, _ in pairs]
        doubled = next(name for name in names if names.count(name) > 1)
        raise _BrokenLine(f"the key {clip(doubled, 80)!r} stands there twice")
    return value


class Kinds:
    """Gathers what each column holds, over all rows of one table or of several."""

    def __init__(self) -> None:
        self._seen: dict[str, set[str]] = {}

    def add(self, record: Mapping[str, object]) -> None:
        for name, value in record.items():
            self._seen.setdefault(name, set()).add(_tag(value))

    def columns(self) -> list[Column]:
        return [Column(name, _common(tags - {"null"})) for name, tags in self._seen.items()]


def _tag(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, str):
        return "text"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        if abs(value) <= _EXACT_IN_FLOAT:
            return "integer"
        return "wide integer" if _SMALLEST <= value <= _LARGEST else "json"
    return "number" if isinstance(value, float) else "json"


def _common(tags: Iterable[str]) -> Kind:
    """The kind that holds all of these without loss."""
    found = frozenset(tags)
    if not found or found == {"text"}:
        return "text"
    if found == {"boolean"}:
        return "boolean"
    if found <= {"integer", "wide integer"}:
        return "integer"
    return "number" if found <= {"integer", "number"} else "json"

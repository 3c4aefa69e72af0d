"""The tables that a job reads: which files they are, what is in them, and whether they are still the same."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from nli.batch.formats import open_reader
from nli.batch.jsonl import Kinds
from nli.batch.source import FORMATS, STREAM, Format, Source, find_format, is_table_name
from nli.batch.tables import Column, Row, TableReader, clip
from nli.errors import JobError, TableError


class Stamp(NamedTuple):
    """What the file system says about a file: it differs as soon as the file was written to."""

    bytes: int
    modified_ns: int


@dataclass(frozen=True, slots=True)
class InputTable:
    """One table of a job.

    Attributes:
        path: where it lies.
        format: what it is.
        bytes: its size, `sha256` of its bytes.
        rows: how many rows it has, unusable ones included.
    """

    path: str
    format: Format
    bytes: int
    sha256: str
    rows: int


@dataclass(frozen=True, slots=True)
class HashedFile:
    """A file and what its bytes are, before anything in it is read."""

    path: str
    format: Format
    sha256: str
    stamp: Stamp


def find_files(names: Sequence[str], wanted: str | None = None) -> list[tuple[str, Format]]:
    """The files of a job and their formats: each name is a file, a pattern such as `data/*.parquet`, or a folder.

    Of a folder, all tables in it and below count, in the order of their names; hidden ones and those whose name begins
    with an underscore do not, as everywhere where folders are read as one table.

    Raises:
        TableError: if there is none, one is named twice, or they are of several formats.
    """
    paths = [path for name in names for path in _expanded(name, wanted)]
    real = [os.path.realpath(path) for path in paths]
    doubled = next((path for path, place in zip(paths, real) if real.count(place) > 1), None)
    if doubled is not None:
        raise TableError(f"{doubled} is given twice; name each table once")
    files = [(path, find_format(path, wanted, "--format")) for path in paths]
    kinds = {kind: path for path, kind in reversed(files)}
    if len(kinds) > 1:
        shown = ", ".join(f"{path} is {kind}" for kind, path in kinds.items())
        raise TableError(f"the tables of a job must be of one format, but {shown}; score them as jobs of their own")
    return files


def hash_file(path: str, kind: Format) -> HashedFile:
    """Read a file through for its sha256.

    Raises:
        TableError: if it cannot be read; JobError: if it is written to meanwhile.
    """
    before = read_stamp(path)
    with Source(path) as source:
        digest = source.digest()
    refuse_if_changed(path, before)
    return HashedFile(path, kind, digest, before)


def survey(
    files: Sequence[HashedFile], pair: tuple[str, str] | None, added: Sequence[str], target: Format
) -> tuple[list[InputTable], list[Column] | None]:
    """Count the rows of all tables and find the columns that hold them all.

    Returns:
        The tables, and the columns where those of one table do not tell (JSON Lines that become another format).

    Raises:
        TableError: if a table cannot be read, has other columns than the first one, or if there is not one row.
    """
    kinds = Kinds() if files[0].format == "jsonl" and target != "jsonl" else None
    tables = []
    first: list[tuple[str, str]] = []
    for file in files:
        with Source(file.path, rewindable=file.format == "parquet") as source:
            reader = open_reader(source, file.format, pair, added)
            if file.format != "jsonl":
                first = first or _signature(reader)
                _refuse_other_columns(files[0].path, first, file.path, _signature(reader))
            rows = _count(reader, kinds)
        refuse_if_changed(file.path, file.stamp)
        tables.append(InputTable(file.path, file.format, file.stamp.bytes, file.sha256, rows))
    if not any(table.rows for table in tables):
        raise TableError(f"{files[0].path} has columns but no rows; there is nothing to score")
    return tables, kinds.columns() if kinds is not None else None


def read_stamp(path: str) -> Stamp:
    """See `Stamp`.

    Raises:
        TableError: if there is no such file, or it is a pipe or a device, which cannot be read again.
    """
    try:
        status = os.stat(path)
    except (OSError, ValueError) as error:
        raise TableError(f"{path} cannot be read: {error}") from None
    if not os.path.isfile(path):
        raise TableError(
            f"{path} is no file; a job that can be resumed reads its input again, so save it to a file first"
        )
    return Stamp(status.st_size, status.st_mtime_ns)


def refuse_if_changed(path: str, before: Stamp) -> None:
    """Stop when a file is written to while it is read.

    Raises:
        JobError: if its size or its time is another one.
    """
    now = read_stamp(path)
    if now != before:
        how = f"it had {before.bytes:,} bytes, now {now.bytes:,}" if now.bytes != before.bytes else "it was written to"
        raise JobError(
            f"{path} changed while it was read ({how}); nothing read since then was kept. Let whoever writes it "
            "finish, or copy it, and score it again, into a new folder if it was one"
        )


def _expanded(name: str, wanted: str | None) -> Iterator[str]:
    if name == STREAM:
        raise TableError("standard input cannot be read again, as a job that can be resumed must; save it to a file")
    if os.path.isdir(name):
        found = sorted(_tables_below(Path(name), wanted))
        if not found:
            known = "tables" if wanted is None else "files"
            raise TableError(f"the folder {name} holds no {known} (of {', '.join(FORMATS)}); name another, or --format")
        yield from found
    elif not os.path.exists(name) and glob.has_magic(name):
        found = sorted(path for path in glob.glob(name, recursive=True) if os.path.isfile(path))
        if not found:
            raise TableError(f"no file fits the pattern {name}; correct it")
        yield from found
    else:
        yield name


def _tables_below(folder: Path, wanted: str | None) -> Iterator[str]:
    for path in folder.rglob("*"):
        inner = path.relative_to(folder).parts
        visible = not any(part.startswith((".", "_")) for part in inner)
        if visible and path.is_file() and (wanted is not None or is_table_name(path.name)):
            yield str(path)


def _count(reader: TableReader, kinds: Kinds | None) -> int:
    total = getattr(reader, "total", None)
    if isinstance(total, int):
        return total
    count = 0
    for row in reader.rows():
        count += 1
        if kinds is not None and isinstance(row, Row):
            kinds.add(row.record)
    return count


def _signature(reader: TableReader) -> list[tuple[str, str]]:
    """The names and exact types of a table's columns."""
    schema = getattr(reader, "schema", None)
    if schema is not None:
        return [(field.name, str(field.type)) for field in schema]
    return [(column.name, column.kind) for column in reader.columns()]


def _refuse_other_columns(
    first: str, wanted: Sequence[tuple[str, str]], other: str, found: Sequence[tuple[str, str]]
) -> None:
    if wanted == found:
        return
    ours, theirs = dict(wanted), dict(found)
    name = next((name for name in [*ours, *theirs] if ours.get(name) != theirs.get(name)), None)
    if name is None:
        how = "the order of its columns"
    elif name not in theirs:
        how = f"no column {clip(name, 80)!r}"
    elif name not in ours:
        how = f"a column {clip(name, 80)!r} more"
    else:
        how = f"column {clip(name, 80)!r} as {theirs[name]} and not {ours[name]}"
    raise TableError(f"{other} differs from {first} in its columns: {how}; the tables of a job must have the same ones")

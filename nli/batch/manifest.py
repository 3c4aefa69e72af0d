"""What a job says about itself on the disk: the manifest of the whole, and a receipt for each part.

Both are JSON. A part counts only with its receipt, which is written after it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from nli.batch.inputs import HashedFile, InputTable
from nli.batch.sink import Sink
from nli.batch.source import Format
from nli.batch.tables import Column, added_columns, clip
from nli.errors import JobError

FORMAT = 2
"""The version of the manifest that this program writes and reads."""

_SUM = "sha256_of_this"
"""Under this key a record has the sum of the rest of it, so that an edited number of rows is noticed."""

_SUFFIXES: dict[Format, str] = {"parquet": ".parquet", "jsonl": ".jsonl", "csv": ".csv", "tsv": ".tsv"}


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class PartOptions(_Record):
    """The options that decide what the parts look like.

    Attributes:
        columns: names of the two columns of texts; None to find them by their usual names.
        out_format: of the parts.
        prefix: stands before the names of the added columns.
        part_rows: rows of the input in a part.
        attributed: whether the columns of claims are added.
    """

    columns: list[str] | None
    out_format: Format
    prefix: str
    part_rows: int
    attributed: bool = False

    @property
    def added(self) -> list[str]:
        """The names of the columns that scoring adds."""
        return added_columns(self.prefix, attributed=self.attributed)

    @property
    def pair(self) -> tuple[str, str] | None:
        """The two columns of texts, if they were named."""
        return (self.columns[0], self.columns[1]) if self.columns is not None else None


class Part(_Record):
    """Some rows of one table: `first` to `last`, counted from 1, both included."""

    name: str
    table: int
    first: int
    last: int

    @property
    def rows(self) -> int:
        """How many rows of the input it has."""
        return self.last - self.first + 1


class Receipt(_Record):
    """What became of a part.

    Attributes:
        part: its name; its file has the suffix of the format behind it.
        rows: rows of the input, `scored + quarantined`.
        flagged, truncated: of the scored rows, as in `JobSummary`.
        seconds: what passed between this part and the one before it.
        finished: when, in seconds since 1970.
        sha256: of its file. quarantine_sha256: of the file of its unusable rows; None if it has none.
    """

    part: str
    rows: int
    scored: int
    flagged: int
    truncated: int
    quarantined: int
    seconds: float
    finished: float
    sha256: str
    quarantine_sha256: str | None


class Manifest(_Record):
    """A whole job: what is scored, by what, and how it is divided.

    Attributes:
        format: the version of the manifest.
        program: versions of what decides about the numbers.
        model: what tells the model from another, by name.
        inputs: the tables.
        columns: the columns of the parts, where those of one table do not tell.
        options: see `PartOptions`.
    """

    format: int
    program: dict[str, str]
    model: dict[str, str]
    options: PartOptions
    inputs: list[InputTable]
    columns: list[Column] | None

    @property
    def rows(self) -> int:
        """Rows of all tables together."""
        return sum(table.rows for table in self.inputs)

    @property
    def suffix(self) -> str:
        """What the names of the parts' files end with."""
        return _SUFFIXES[self.options.out_format]

    def parts(self) -> Iterator[Part]:
        """Every part, in the order of the rows."""
        size = self.options.part_rows
        for number, table in enumerate(self.inputs):
            for index, first in enumerate(range(1, table.rows + 1, size)):
                name = f"part-{number:05}-{index:07}"
                yield Part(name=name, table=number, first=first, last=min(first + size - 1, table.rows))

    def reading(self, paths: Sequence[str]) -> Manifest:
        """The same job, its tables read from other places."""
        tables = [replace(table, path=path) for table, path in zip(self.inputs, paths, strict=True)]
        return self.model_copy(update={"inputs": tables})

    def differences(
        self,
        files: Sequence[HashedFile],
        model: Mapping[str, str],
        options: PartOptions,
        program: Mapping[str, str],
    ) -> list[str]:
        """What is not as it was when the job began, each in words; empty if all is."""
        found = []
        if len(files) != len(self.inputs):
            found.append(f"there were {len(self.inputs)} tables, now {len(files)}")
        for table, file in zip(self.inputs, files):
            if (table.sha256, table.format) != (file.sha256, file.format):
                found.append(
                    f"the table {file.path} is not {table.path} as it was "
                    f"({table.bytes:,} bytes, now {file.stamp.bytes:,}; sha256 {table.sha256[:12]}, "
                    f"now {file.sha256[:12]})"
                )
        found += changed("the model's", self.model, model)
        found += changed("the option", self.options.model_dump(), options.model_dump())
        found += changed("the version of", self.program, program)
        return found


def read_manifest(path: Path) -> Manifest:
    """Read a manifest.

    Raises:
        JobError: if it is damaged or of another version.
    """
    value = _read_json(path)
    if isinstance(value, dict) and value.get("format") != FORMAT:
        raise JobError(
            f"{path} is of version {clip(repr(value.get('format')), 40)}, this program reads {FORMAT}; finish the job "
            "with the program that began it, or begin anew in another folder"
        )
    try:
        return Manifest.model_validate_json(json.dumps(_proven(value)))
    except ValueError as error:  # pydantic's ValidationError is one
        raise _damaged(path, error) from None


def read_receipt(path: Path) -> Receipt:
    """Read the receipt of a part.

    Raises:
        JobError: if it is damaged.
    """
    try:
        return Receipt.model_validate_json(json.dumps(_proven(_read_json(path))))
    except ValueError as error:  # pydantic's ValidationError is one
        raise _damaged(path, error) from None


def write_record(path: Path, record: Manifest | Receipt) -> None:
    """Write a manifest or a receipt whole or not at all.

    Raises:
        OutputError: if it cannot be written.
    """
    with Sink(str(path)) as sink:
        with sink.writing():
            value = record.model_dump(mode="json")
            sink.file.write((json.dumps(value | {_SUM: _sum(value)}, indent=1) + "\n").encode())
        sink.seal()
        sink.publish()


def _sum(value: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def _proven(value: object) -> object:
    """A record without its sum, which must be that of the rest.

    Raises:
        ValueError: if it is not.
    """
    if not isinstance(value, dict):
        return value
    rest = {key: item for key, item in value.items() if key != _SUM}
    if value.get(_SUM) != _sum(rest):
        raise ValueError("its sum is not that of what stands in it")
    return rest


def _read_json(path: Path) -> object:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _damaged(path, error) from None


def _damaged(path: Path, error: Exception) -> JobError:
    if isinstance(error, ValidationError):
        fault = error.errors()[0]
        said = f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}"
    else:
        said = str(error)
    way = "begin anew in another folder" if path.name == "manifest.json" else "remove it, and its part is scored again"
    return JobError(f"{os.fspath(path)} is damaged or was edited ({clip(said, 200)}); {way}")


def changed(what: str, before: Mapping[str, object], now: Mapping[str, object]) -> Iterator[str]:
    """In which names two records differ, each in words that begin with `what`."""
    for name in dict.fromkeys([*before, *now]):
        if before.get(name) != now.get(name):
            old, new = (_brief(values.get(name)) for values in (before, now))
            yield f"{what} {name} was {old}, now {new}"


def _brief(value: object) -> str:
    if isinstance(value, str) and len(value) == 64:
        return value[:12]
    return "not there" if value is None else clip(repr(value), 80)

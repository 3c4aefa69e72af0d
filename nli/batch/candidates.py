"""From a table of claims to the table of those pairs of them that are worth scoring.

The pairs become a Parquet table like any other, so that what scores pairs (workers, resume, a cluster) needs to know
nothing of it. Of a job in a folder it lies in `__inputs`, with a record of what it was made of beside it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import BaseModel, ConfigDict, ValidationError

from nli.batch.claims import Claims, read_claims
from nli.batch.folder import JobFolder
from nli.batch.inputs import find_files, hash_file, refuse_if_changed
from nli.batch.manifest import changed
from nli.batch.neighbours import Embed, NearPairs, near_pairs
from nli.batch.quarantine import Quarantine
from nli.batch.sink import Sink, write_fault
from nli.batch.source import Format
from nli.batch.tables import BadRow, added_columns, clip, find_pair
from nli.errors import JobError, OutputError, TableError

NEIGHBOURS = 20
LEAST = 0.15
PAIR_COLUMNS = ("a", "b")

_WRITE_ROWS = 20_000

Progress = Callable[[int, float | None], None]


@dataclass(frozen=True, slots=True)
class CandidateOptions:
    """Which pairs of claims are worth scoring.

    Attributes:
        column: of the claims; None to find it by its usual names.
        neighbours: how many nearest claims each one is paired with, at least 1.
        least: the least similarity of a pair, see `nli.batch.neighbours.near_pairs`.
        prefix: of the columns that scoring will add, which the pairs may not have.
        attributed: whether scoring will add those of attributed claims too.
        strict: stop at the first claim that cannot be scored.
    """

    column: str | None = None
    neighbours: int = NEIGHBOURS
    least: float = LEAST
    prefix: str = ""
    attributed: bool = False
    strict: bool = False


class Found(BaseModel):
    """What was found in a table of claims; beside the pairs of a job it is kept as JSON.

    Attributes:
        claims: usable rows; `texts` different ones among them.
        pairs: how many are worth scoring, of `possible` ones.
        set_aside: rows that cannot be scored.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    claims: int
    texts: int
    pairs: int
    possible: int
    set_aside: int


class _Record(Found):
    """`made_of` decides which pairs there are; `sha256` is that of the table of pairs."""

    made_of: dict[str, str | int | float | None]
    sha256: str


def find_candidates(
    source: str,
    kind: Format,
    target: str,
    embed: Callable[[], Embed],
    options: CandidateOptions,
    progress: Progress | None = None,
) -> tuple[Found, list[BadRow]]:
    """Write the pairs of a table of claims that are worth scoring, as Parquet.

    Each pair of different texts stands there once, as `a` and `b`, with `similarity`; with `row_a` and `row_b`, the
    first row of each text, and `times_a` and `times_b`, how many rows have it; and with the other columns of those
    first rows, as `NAME_a` and `NAME_b`.

    Args:
        source: the table of claims, `-` for standard input; `kind` is its format.
        target: where to write.
        embed: loads what gives texts their places; called only when the table is known to be usable.
        options: see `CandidateOptions`.
        progress: is told how many texts are embedded.

    Returns:
        What was found, and the rows that cannot be scored.

    Raises:
        TableError: if the table cannot be read, or no two claims are near enough to be compared.
        InputError: with `strict`, at the first row that cannot be scored.
        OutputError: if the pairs cannot be written.
    """
    claims = read_claims(source, kind, options.column, strict=options.strict)
    schema = _schema(claims)
    added = added_columns(options.prefix, attributed=options.attributed)
    clash = next((name for name in claims.others.schema.names if {f"{name}_a", f"{name}_b"} & set(added)), None)
    if clash is not None:
        raise TableError(
            f"{claims.table} has a column {clash!r}, and scoring adds a {clash}_a and {clash}_b too; give the added "
            "columns a prefix (--prefix nli_), or rename it"
        )
    find_pair(schema.names, PAIR_COLUMNS, claims.table, added)
    if len(claims.texts) < 2:
        raise TableError(
            f"{claims.table} holds one claim only, {clip(claims.texts[0], 60)!r}; there is nothing to compare"
        )
    pairs = near_pairs(claims.texts, embed(), neighbours=options.neighbours, least=options.least, progress=progress)
    if not len(pairs):
        raise TableError(
            f"no two of the {len(claims.texts):,} different claims of {claims.table} are similar enough to be "
            f"compared; lower --least-similarity (it is {options.least:g})"
        )
    _write(target, claims, pairs, schema)
    texts = len(claims.texts)
    found = Found(
        claims=sum(claims.times),
        texts=texts,
        pairs=len(pairs),
        possible=texts * (texts - 1) // 2,
        set_aside=len(claims.bad),
    )
    return found, claims.bad


def job_candidates(
    sources: Sequence[str],
    wanted: str | None,
    out: str | os.PathLike[str],
    embed: Callable[[], Embed],
    encoder: str,
    options: CandidateOptions,
    progress: Progress | None = None,
) -> tuple[str, Found]:
    """The table of pairs of a job in a folder: made when the job begins, and kept.

    Claims that cannot be scored are put down in `__quarantine/claims.jsonl`.

    Args:
        sources: one table of claims; `wanted` its format, None to tell by its suffix.
        out: the folder of the job.
        encoder: what tells the encoder behind `embed` from another.

    Raises:
        JobError: if the folder's pairs are those of other claims or options; and as `find_candidates`.
    """
    files = find_files(sources, wanted)
    if len(files) > 1:
        raise TableError(f"--candidates takes one table of claims, not {len(files)}; put them together first")
    file = hash_file(*files[0])
    folder = JobFolder(out)
    folder.refuse_foreign()
    made_of: dict[str, str | int | float | None] = {
        "claims": file.sha256,
        "format": file.format,
        "column": options.column,
        "neighbours": options.neighbours,
        "least similarity": options.least,
        "encoder": encoder,
    }
    inputs = folder.path / "__inputs"
    target, note = inputs / "candidates.parquet", inputs / "candidates.json"
    with folder.locked():
        if note.is_file() and target.is_file():
            record = _read(note)
            _refuse_changes(folder, record, made_of)
            _refuse_edited(target, record)
            return str(target), record
        if folder.manifest_file.exists() and (note.is_file() or target.is_file()):
            gone = note if target.is_file() else target
            raise JobError(
                f"{gone} is gone, without which the job cannot go on; put it back, or begin in another folder"
            )
        if folder.manifest_file.exists():
            raise JobError(f"{folder.path} holds another job, not one of --candidates; name another folder")
        try:
            inputs.mkdir(exist_ok=True)
            folder.quarantine.mkdir(exist_ok=True)
        except OSError as error:
            raise OutputError(write_fault(str(folder.path), error)) from error
        with Quarantine(str(target), str(folder.quarantine / "claims.jsonl"), keep_empty=False) as quarantine:
            found, bad = find_candidates(file.path, file.format, str(target), embed, options, progress)
            refuse_if_changed(file.path, file.stamp)
            for row in bad:
                quarantine.add(row)
            quarantine.seal()
            quarantine.publish()
        sha256 = hash_file(str(target), "parquet").sha256
        record = _Record(**found.model_dump(), made_of=made_of, sha256=sha256)
        with Sink(str(note)) as sink:
            with sink.writing():
                sink.file.write((record.model_dump_json(indent=1) + "\n").encode())
            sink.seal()
            sink.publish()
    return str(target), record


def _read(note: Path) -> _Record:
    try:
        return _Record.model_validate_json(note.read_text(encoding="utf-8"))
    except (OSError, ValueError, ValidationError) as error:
        raise JobError(
            f"{note} is damaged or was edited ({clip(str(error), 120)}); begin anew in another folder"
        ) from None


def _refuse_changes(folder: JobFolder, record: _Record, made_of: dict[str, str | int | float | None]) -> None:
    changes = list(changed("the", record.made_of, made_of))
    if changes:
        raise JobError(
            f"{folder.path} cannot be resumed, since {'; '.join(changes)}; make it as it was, or begin anew in another "
            "folder"
        )


def _refuse_edited(target: Path, record: _Record) -> None:
    if hash_file(str(target), "parquet").sha256 != record.sha256:
        raise JobError(f"{target} was edited or damaged since the job began; begin anew in another folder")


def _schema(claims: Claims) -> pa.Schema:
    fields = [pa.field("row_a", pa.int64()), pa.field("row_b", pa.int64())]
    fields += [pa.field("times_a", pa.int64()), pa.field("times_b", pa.int64()), pa.field("similarity", pa.float64())]
    fields += [pa.field("a", pa.string()), pa.field("b", pa.string())]
    for side in ("a", "b"):
        fields += [field.with_name(f"{field.name}_{side}") for field in claims.others.schema]
    return pa.schema(fields)


def _write(target: str, claims: Claims, pairs: NearPairs, schema: pa.Schema) -> None:
    texts, rows, times = pa.array(claims.texts, pa.large_string()), np.array(claims.rows), np.array(claims.times)
    with Sink(target) as sink:
        with sink.writing():
            writer = _open(sink.file, schema)
            for start in range(0, len(pairs), _WRITE_ROWS):
                a, b = (side[start : start + _WRITE_ROWS] for side in (pairs.a, pairs.b))
                columns = [
                    rows[a],
                    rows[b],
                    times[a],
                    times[b],
                    np.round(pairs.similarity[start : start + _WRITE_ROWS].astype(float), 4),
                ]
                arrays = [pa.array(column) for column in columns]
                arrays += [texts.take(pa.array(side)).cast(pa.string()) for side in (a, b)]
                for side in (a, b):
                    arrays += claims.others.take(pa.array(side)).columns
                writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
            writer.close()
        sink.seal()
        sink.publish()


def _open(file: BinaryIO, schema: pa.Schema) -> pq.ParquetWriter:
    try:
        return pq.ParquetWriter(file, schema, compression="zstd")
    except pa.ArrowException as error:
        raise OutputError(f"the columns of the claims cannot be written as Parquet: {error}") from error

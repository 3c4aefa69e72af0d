"""Parts of a job: read their rows, write their scores."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType

from nli.batch.folder import JobFolder
from nli.batch.formats import needs_rewind, open_reader, open_writer
from nli.batch.inputs import InputTable, Stamp, refuse_if_changed
from nli.batch.manifest import Manifest, Part, Receipt
from nli.batch.quarantine import Quarantine
from nli.batch.sink import Sink
from nli.batch.source import Source
from nli.batch.tables import BadRow, Row, TableReader, clip
from nli.batch.units import Chunk, InProcess, PairScorer
from nli.errors import InputError, JobError
from nli.records import PairScore

CHUNK_ROWS = 10_000
CHUNK_CHARACTERS = 4_000_000
"""A chunk ends early when its texts reach this length, so that long texts do not fill the memory."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of a part in their order, usable and not; `ends` with the last ones of the part."""

    part: Part
    reader: TableReader
    bad: list[BadRow]
    ends: bool


def cut(rows: Iterable[Row | BadRow], most: int) -> Iterator[list[Row | BadRow]]:
    """Rows in lists of at most `most`, or of fewer if their texts are long."""
    chunk: list[Row | BadRow] = []
    size = 0
    for row in rows:
        chunk.append(row)
        if isinstance(row, Row):
            size += len(row.a) + len(row.b)
        if len(chunk) >= most or size >= CHUNK_CHARACTERS:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def read_parts(
    manifest: Manifest, parts: Sequence[Part], stamps: Sequence[Stamp], *, strict: bool
) -> Iterator[Chunk[Rows]]:
    """The rows of parts, which are in order, each table read once from front to back.

    Raises:
        TableError: if a table cannot be read; JobError: if it changed; InputError: with `strict`, at an unusable row.
    """
    for number, table in enumerate(manifest.inputs):
        wanted = [part for part in parts if part.table == number]
        if wanted:
            yield from _read_table(manifest, table, wanted, stamps[number], strict=strict)


def _read_table(
    manifest: Manifest, table: InputTable, parts: Sequence[Part], stamp: Stamp, *, strict: bool
) -> Iterator[Chunk[Rows]]:
    added = manifest.options.added
    refuse_if_changed(table.path, stamp)
    with Source(table.path, rewindable=needs_rewind(table.format, table.format)) as source:
        reader = open_reader(source, table.format, manifest.options.pair, added)
        at = parts[0].first - 1
        rows = reader.rows(at)
        for part in parts:
            while at < part.first - 1 and next(rows, None) is not None:
                at += 1
            for chunk in cut(_taken(rows, part, table.path), CHUNK_ROWS):
                at += len(chunk)
                usable = [row for row in chunk if isinstance(row, Row)]
                bad = [row for row in chunk if isinstance(row, BadRow)]
                if strict and bad:
                    raise strict_refusal(table.path, bad[0])
                # Before the rows are used: what was read from a file that is being written to is worth nothing.
                refuse_if_changed(table.path, stamp)
                yield Chunk(Rows(part, reader, bad, at == part.last), table.path, usable)


def _taken(rows: Iterator[Row | BadRow], part: Part, table: str) -> Iterator[Row | BadRow]:
    for number in range(part.first, part.last + 1):
        row = next(rows, None)
        if row is None or row.number != number:
            raise JobError(f"{table} ended before row {number:,}: it changed since the job began; begin anew")
        yield row


class PartWriter:
    """A part in the making. Use it as a context: what is not published by its end is undone."""

    def __init__(self, folder: JobFolder, manifest: Manifest, part: Part, reader: TableReader) -> None:
        self._folder = folder
        self._manifest = manifest
        self._part = part
        self._stack = ExitStack()
        self._scored = self._flagged = self._truncated = self._quarantined = 0
        options = manifest.options
        path = folder.part_file(manifest, part.name)
        self._path = path
        try:
            self._sink = self._stack.enter_context(Sink(str(path)))
            with self._sink.writing():
                folder.quarantine.mkdir(exist_ok=True)
            self._bad = self._stack.enter_context(
                Quarantine(str(path), str(folder.quarantine_file(part.name)), keep_empty=False)
            )
            with self._sink.writing():
                self._writer = open_writer(
                    self._sink,
                    options.out_format,
                    reader,
                    columns=manifest.columns,
                    added=options.added,
                )
            self._stack.callback(self._writer.close)
        except BaseException:
            self._stack.close()
            raise

    def __enter__(self) -> PartWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._sink.mute()
        self._stack.close()

    def write(self, rows: Sequence[Row], scores: Sequence[PairScore], bad: Iterable[BadRow]) -> None:
        """Write some rows, and set aside those that cannot be scored."""
        for row in bad:
            self._bad.add(row)
            self._quarantined += 1
        with self._sink.writing():
            self._writer.write(rows, scores)
        self._scored += len(scores)
        self._flagged += sum(score.flag for score in scores)
        self._truncated += sum(score.truncated for score in scores)

    def publish(self, seconds: float) -> Receipt:
        """Put the part in its place, and its receipt behind it; only then does it count."""
        with self._sink.writing():
            self._writer.finish()
        self._bad.seal()
        self._sink.seal()
        return self._folder.publish(self._manifest, self._part, lambda: self._move(seconds))

    def _move(self, seconds: float) -> Receipt:
        self._bad.publish()
        self._sink.publish()
        return Receipt(
            part=self._part.name,
            rows=self._part.rows,
            scored=self._scored,
            flagged=self._flagged,
            truncated=self._truncated,
            quarantined=self._quarantined,
            seconds=seconds,
            finished=time.time(),
            sha256=self._sink.sha256,
            quarantine_sha256=self._bad.sha256 if self._quarantined else None,
        )


def write_parts(
    folder: JobFolder, manifest: Manifest, scored: Iterable[tuple[Chunk[Rows], list[PairScore]]]
) -> Iterator[Receipt]:
    """Write what was scored, part by part.

    Raises:
        OutputError: if a part cannot be written.
    """
    started = time.perf_counter()
    with ExitStack() as stack:
        writer: PartWriter | None = None
        for chunk, scores in scored:
            rows = chunk.tag
            if writer is None:
                writer = stack.enter_context(PartWriter(folder, manifest, rows.part, rows.reader))
            writer.write(chunk.rows, scores, rows.bad)
            if rows.ends:
                now = time.perf_counter()
                yield writer.publish(now - started)
                stack.close()
                started, writer = now, None


def score_part(
    folder: JobFolder, manifest: Manifest, part: Part, stamps: Sequence[Stamp], scorer: PairScorer, *, strict: bool
) -> Receipt:
    """Read, score and write one part, in this process.

    Raises:
        TableError, InputError, JobError, OutputError: as `read_parts` and `write_parts`.
    """
    chunks = read_parts(manifest, [part], stamps, strict=strict)
    (receipt,) = write_parts(folder, manifest, InProcess(scorer).scored(chunks))
    return receipt


def strict_refusal(table: str, row: BadRow) -> InputError:
    """What to tell of an unusable row when none may be set aside."""
    line = f", line {row.line}" if row.line is not None else ""
    return InputError(
        f"{table}, row {row.number}{line}: {row.reason}: {clip(row.raw, 120)!r}; correct the row, or leave "
        "out --strict to have such rows set aside"
    )

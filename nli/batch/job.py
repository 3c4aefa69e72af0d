"""The whole job: read a table of pairs, score it chunk by chunk, write the table back with its scores."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import chain

from nli.batch.formats import needs_rewind, open_reader, open_writer
from nli.batch.inputs import read_stamp, refuse_if_changed
from nli.batch.parts import CHUNK_ROWS, cut, strict_refusal
from nli.batch.quarantine import Quarantine
from nli.batch.sink import Sink
from nli.batch.source import STREAM, Format, Source, find_format, is_gzip_name
from nli.batch.tables import BadRow, Row, added_columns
from nli.batch.units import Chunk, Engine, InProcess, PairScorer
from nli.errors import OutputError, TableError
from nli.records import PairScore

Progress = Callable[[int, float | None], None]
"""Is told how many rows are done, and how much of the input is, in [0, 1], or None if that is unknown."""


@dataclass(frozen=True, slots=True)
class JobOptions:
    """How a table is scored.

    Attributes:
        columns: names of the two columns of texts; None to find them by their usual names.
        format: of the input; None to tell by its suffix.
        out_format: of the output; None to tell by its suffix.
        quarantine: file for unusable rows, `-` for standard error; None for the default place, see `Quarantine`.
        prefix: stands before the names of the added columns.
        strict: stop at the first unusable row instead of setting it aside.
        attributed: the scorer scores sentences by what they claim; its `AttributedScore`s have columns more.
        chunk_rows: how many rows are scored at a time.
    """

    columns: tuple[str, str] | None = None
    format: str | None = None
    out_format: str | None = None
    quarantine: str | None = None
    prefix: str = ""
    strict: bool = False
    attributed: bool = False
    chunk_rows: int = CHUNK_ROWS

    def __post_init__(self) -> None:
        if self.chunk_rows < 1:
            raise ValueError(f"chunk_rows must be at least 1, not {self.chunk_rows}")


@dataclass(frozen=True, slots=True)
class JobSummary:
    """What a job did.

    Attributes:
        scored: rows written with their scores.
        flagged: those of them whose score reaches the threshold.
        truncated: those of them that exceeded the model's length and were scored in windows.
        quarantined: rows set aside because they cannot be scored.
        seconds: time from the first chunk to the last, without loading a model.
        quarantine: the file they are in; None if there are none, or if they went to standard error.
    """

    scored: int
    flagged: int
    truncated: int
    quarantined: int
    seconds: float
    quarantine: str | None

    @property
    def rate(self) -> float:
        """Rows scored a second."""
        return self.scored / self.seconds if self.seconds > 0 else 0.0


def score_table(
    source: str | os.PathLike[str],
    target: str | os.PathLike[str],
    scorer: PairScorer | Callable[[], PairScorer | Engine],
    options: JobOptions | None = None,
    progress: Progress | None = None,
    *,
    set_aside: Sequence[BadRow] = (),
) -> JobSummary:
    """Score every pair of a table and write the table with its scores (`ADDED_COLUMNS`) to another one.

    Memory stays bounded however many rows there are. The target appears only when it is whole; after any error or
    interruption it is as it was before. Rows that cannot be scored are set aside and do not stop the job.

    Args:
        source: the table, `-` for standard input.
        target: where to write, `-` for standard output.
        scorer: what scores the pairs, or a function that loads it or starts several of them, which is called only when
            both tables are known to be usable, so that a mistyped name does not cost the time of loading a model.
        options: formats, columns and what happens to unusable rows.
        progress: called before the first chunk and after each one.
        set_aside: rows that were found unusable before, which go into the same quarantine.

    Raises:
        TableError: if the input cannot be read, has no rows or not the columns.
        InputError: with `strict`, at the first row that cannot be scored.
        JobError: if the table is written to while it is read.
        OutputError: if a result cannot be written.
        BrokenPipeError: if the reader of standard output closes it.
    """
    options = options or JobOptions()
    source, target = os.fspath(source), os.fspath(target)
    source_format = find_format(source, options.format, "--format")
    target_format = find_format(target, options.out_format, "--out-format")
    with ExitStack() as stack:
        stamp = read_stamp(source) if os.path.isfile(source) else None
        opened = stack.enter_context(Source(source, rewindable=needs_rewind(source_format, target_format)))
        quarantine = Quarantine(target, options.quarantine)
        refuse_same_file(source, target, quarantine.path)
        added = added_columns(options.prefix, attributed=options.attributed)
        reader = open_reader(opened, source_format, options.columns, added)
        sink = _open_target(stack, target, target_format)
        stack.enter_context(quarantine)
        for row in set_aside:
            quarantine.add(row)
        with sink.writing():
            # Finding the columns may take reading the whole input, so it comes before any row is asked for.
            writer = open_writer(sink, target_format, reader, added=added, compress=is_gzip_name(target))
        stack.callback(writer.close)
        try:
            counts = _Counts()
            chunks = _usable(cut(reader.rows(), options.chunk_rows), quarantine, opened.name, strict=options.strict)
            first = next(chunks, None)
            if first is None:
                raise TableError(f"{opened.name} has columns but no rows; there is nothing to score")
            loaded = scorer if isinstance(scorer, PairScorer) else scorer()
            engine = loaded if isinstance(loaded, Engine) else InProcess(loaded)
            started = time.perf_counter()
            if progress is not None:
                progress(0, reader.fraction())
            for chunk, scores in engine.scored(chain([first], chunks)):
                with sink.writing():
                    writer.write(chunk.rows, scores)
                counts.add(scores)
                if progress is not None:
                    progress(counts.scored + chunk.tag, reader.fraction())
            if stamp is not None:
                refuse_if_changed(source, stamp)
            with sink.writing():
                writer.finish()
            seconds = time.perf_counter() - started
            quarantine.seal()
            sink.seal()
            # In this order, so that there is never a result whose missing rows are nowhere.
            quarantine.publish()
            sink.publish()
        except BaseException:
            sink.mute()
            raise
    return JobSummary(
        scored=counts.scored,
        flagged=counts.flagged,
        truncated=counts.truncated,
        quarantined=quarantine.count,
        seconds=seconds,
        quarantine=quarantine.path if quarantine.count else None,
    )


@dataclass
class _Counts:
    scored: int = 0
    flagged: int = 0
    truncated: int = 0

    def add(self, scores: Sequence[PairScore]) -> None:
        self.scored += len(scores)
        self.flagged += sum(score.flag for score in scores)
        self.truncated += sum(score.truncated for score in scores)


def _usable(
    chunks: Iterable[list[Row | BadRow]], quarantine: Quarantine, table: str, *, strict: bool
) -> Iterator[Chunk[int]]:
    """The rows that can be scored; the tag is how many could not, up to there."""
    for chunk in chunks:
        for row in chunk:
            if isinstance(row, BadRow):
                if strict:
                    raise strict_refusal(table, row)
                quarantine.add(row)
        yield Chunk(quarantine.count, table, [row for row in chunk if isinstance(row, Row)])


def _open_target(stack: ExitStack, target: str, kind: Format) -> Sink:
    if target == STREAM and kind == "parquet" and sys.stdout.isatty():
        raise OutputError("Parquet is not for the eye: name a file with --out, or choose --out-format jsonl")
    return stack.enter_context(Sink(target))


def refuse_same_file(source: str, target: str, quarantine: str | None) -> None:
    """Refuse to write over what is read.

    Raises:
        OutputError: if two of the three are one file.
    """
    places = [("input", source), ("output", target), ("quarantine", quarantine)]
    files = [(role, path) for role, path in places if path is not None and path != STREAM]
    for position, (role, path) in enumerate(files):
        for other_role, other in files[:position]:
            if _same_file(path, other):
                raise OutputError(f"the {role} {path} is the same file as the {other_role}; choose another name")


def _same_file(path: str, other: str) -> bool:
    try:
        # Devices such as /dev/null may well be named twice.
        same = os.path.isfile(path) and os.path.samefile(path, other)
        return same or (os.path.realpath(path) == os.path.realpath(other) and not _is_device(path))
    except (OSError, ValueError):  # a name that cannot be: whoever opens it says so
        return False


def _is_device(path: str) -> bool:
    return os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path)

"""A job in a folder: begin it or go on with it, whatever stopped it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Protocol

from nli.batch.folder import JobFolder
from nli.batch.inputs import Stamp, find_files, hash_file, refuse_if_changed, survey
from nli.batch.manifest import FORMAT, Manifest, Part, PartOptions, Receipt, write_record
from nli.batch.parts import CHUNK_ROWS, read_parts, write_parts
from nli.batch.source import find_format
from nli.batch.units import Engine
from nli.errors import JobError, OutputError

_PROGRAM = ("nli-contradiction", "onnxruntime", "tokenizers", "pyarrow")
"""Packages whose version may decide about the numbers, or about the bytes that they are written as."""


@dataclass(frozen=True, slots=True)
class FolderOptions:
    """How the tables of a job are scored.

    Attributes:
        columns: names of the two columns of texts; None to find them by their usual names.
        format: of the input; None to tell by suffixes.
        out_format: of the parts.
        prefix: stands before the names of the added columns.
        strict: stop at the first unusable row instead of setting it aside.
        attributed: see `JobOptions`.
        part_rows: rows of the input in a part, at least 1.
        resume: go on with the job that lies in the folder, if there is one.
    """

    columns: tuple[str, str] | None = None
    format: str | None = None
    out_format: str | None = None
    prefix: str = ""
    strict: bool = False
    attributed: bool = False
    part_rows: int = CHUNK_ROWS
    resume: bool = False


@dataclass(frozen=True, slots=True)
class Work:
    """What a runner has to do.

    Attributes:
        folder, manifest: the job; all paths are absolute.
        parts: those that are not done, in order.
        stamps: of the tables, by their number.
        strict: see `FolderOptions`.
    """

    folder: JobFolder
    manifest: Manifest
    parts: Sequence[Part]
    stamps: Sequence[Stamp]
    strict: bool


class Runner(Protocol):
    """Does the work: in this process, in several, or on several machines."""

    def run(self, work: Work) -> Generator[Receipt, None, None]:
        """Put every part down and give its receipt; the order is the runner's own."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How far a running job is.

    Attributes:
        rows: of all tables; `scored`, `flagged`, `truncated` and `quarantined` of them so far, `before` of those by
            earlier runs.
        parts, parts_done: how many parts there are, and how many are done.
        seconds: since this run began to score.
    """

    rows: int
    parts: int
    parts_done: int = 0
    scored: int = 0
    flagged: int = 0
    truncated: int = 0
    quarantined: int = 0
    before: int = 0
    seconds: float = 0.0

    @property
    def done(self) -> int:
        """Rows that are scored or set aside."""
        return self.scored + self.quarantined

    @property
    def rate(self) -> float:
        """Rows a second in this run."""
        return (self.done - self.before) / self.seconds if self.seconds > 0 else 0.0

    def plus(self, receipt: Receipt, seconds: float | None = None) -> Tally:
        """With one more part; of an earlier run if no `seconds` are given."""
        return Tally(
            rows=self.rows,
            parts=self.parts,
            parts_done=self.parts_done + 1,
            scored=self.scored + receipt.scored,
            flagged=self.flagged + receipt.flagged,
            truncated=self.truncated + receipt.truncated,
            quarantined=self.quarantined + receipt.quarantined,
            before=self.before + (receipt.rows if seconds is None else 0),
            seconds=self.seconds if seconds is None else seconds,
        )


Watch = Callable[[Tally, Receipt | None], None]
"""Is told how far the job is: once before the first part (with None), then with the receipt of each part."""


class EngineRunner:
    """A runner that reads and writes here and has an engine score.

    Args:
        start: starts the engine when there is something to score.
    """

    def __init__(self, start: Callable[[], Engine]) -> None:
        self._start = start

    def run(self, work: Work) -> Generator[Receipt, None, None]:
        """See `Runner.run`; the parts come in order."""
        chunks = read_parts(work.manifest, work.parts, work.stamps, strict=work.strict)
        yield from write_parts(work.folder, work.manifest, self._start().scored(chunks))


def score_folder(
    sources: Sequence[str],
    target: str | os.PathLike[str],
    runner: Runner,
    model: Mapping[str, str],
    options: FolderOptions | None = None,
    watch: Watch | None = None,
) -> Tally:
    """Score tables of pairs into a folder of parts that together are one table.

    A part appears whole or not at all. A job that was stopped at any instant and is resumed gives, byte for byte, the
    parts that it would have given.

    Args:
        sources: tables, patterns or folders, see `nli.batch.inputs.find_files`.
        target: the folder.
        runner: does the work.
        model: what tells the model from another; a job is resumed only with the same.
        options: formats, columns, size of the parts, and whether to go on with a job.
        watch: is told how far the job is.

    Raises:
        TableError: if a table cannot be read, or has no rows or not the columns.
        InputError: with `strict`, at the first row that cannot be scored.
        JobError: if the folder holds another job or another job works in it, if a table changes, or a worker dies of a
            row.
        OutputError: if a part cannot be written.
    """
    options = options or FolderOptions()
    folder = JobFolder(target)
    if options.part_rows < 1:
        raise JobError(f"a part of {options.part_rows} rows cannot be; give it at least 1")
    files = [hash_file(path, kind) for path, kind in find_files(sources, options.format)]
    part_options = PartOptions(
        columns=list(options.columns) if options.columns else None,
        out_format=find_format("parts", options.out_format or "parquet", "--out-format"),
        prefix=options.prefix,
        part_rows=options.part_rows,
        attributed=options.attributed,
    )
    program = _versions()
    folder.refuse_foreign()
    _refuse_inputs_inside(folder, [file.path for file in files])
    with folder.locked():
        if folder.manifest_file.exists():
            manifest = folder.manifest()
            if not options.resume:
                raise JobError(f"{folder.path} holds a job already; go on with it by --resume, or name another folder")
            changes = manifest.differences(files, model, part_options, program)
            if changes:
                raise JobError(
                    f"{folder.path} cannot be resumed, since {'; '.join(changes)}; make it as it was, or begin anew in "
                    "another folder"
                )
        else:
            tables, columns = survey(files, part_options.pair, part_options.added, part_options.out_format)
            manifest = Manifest(
                format=FORMAT,
                program=program,
                model=dict(model),
                options=part_options,
                inputs=tables,
                columns=columns,
            )
            write_record(folder.manifest_file, manifest)
        folder.clear_unfinished()
        folder.refuse_strangers(manifest)
        done = folder.proven(manifest, folder.receipts(manifest))
        missing = [part for part in manifest.parts() if part.name not in done]
        tally = Tally(rows=manifest.rows, parts=len(done) + len(missing))
        for receipt in done.values():
            tally = tally.plus(receipt)
        if watch is not None:
            watch(tally, None)
        if not missing:
            return tally
        stamps = [file.stamp for file in files]
        started = time.perf_counter()
        # Absolute, since processes on other machines stand in folders of their own.
        here = manifest.reading([os.path.abspath(file.path) for file in files])
        work = Work(JobFolder(os.path.abspath(folder.path)), here, missing, stamps, options.strict)
        with closing(runner.run(work)) as receipts:
            for receipt in receipts:
                tally = tally.plus(receipt, time.perf_counter() - started)
                if watch is not None:
                    watch(tally, receipt)
        for file in files:
            refuse_if_changed(file.path, file.stamp)
    return tally


def _versions() -> dict[str, str]:
    found = {}
    for name in _PROGRAM:
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # run from a source tree
            found[name] = "unknown"
    return found


def _refuse_inputs_inside(folder: JobFolder, paths: Sequence[str]) -> None:
    place, own = os.path.realpath(folder.path), os.path.realpath(folder.path / "__inputs")
    for path in paths:
        around = os.path.dirname(os.path.realpath(path))
        if around != own and os.path.commonpath([place, around]) == place:
            raise OutputError(f"the table {path} lies in {folder.path}, where the parts go; choose another folder")

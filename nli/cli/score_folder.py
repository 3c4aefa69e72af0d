"""`nli score --out FOLDER/`: a job in parts, with workers, that can be stopped and resumed."""

from __future__ import annotations

import dataclasses
import functools
import json
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import typer

from nli.batch.folder import JobFolder
from nli.batch.folder_job import EngineRunner, FolderOptions, Runner, score_folder
from nli.batch.sink import exit_on_signals
from nli.batch.source import STREAM, find_format
from nli.batch.units import Engine, InProcess
from nli.cli.candidates import folder_pairs
from nli.cli.hub_tables import local_tables
from nli.cli.job_log import Listeners, describe_job, describe_status, job_log
from nli.cli.progress import tell
from nli.cli.workers import share
from nli.errors import InputError

if TYPE_CHECKING:
    from nli.article.attributed_scorer import AttributedScorer, NamedScorer
    from nli.batch.candidates import CandidateOptions
    from nli.batch.workers import Load
    from nli.models import BackendName
    from nli.scoring import Scorer

RunnerName = Literal["local", "ray"]

_SMALL_BYTES = 100_000
"""Tables up to this size are scored before other processes would have their models."""


def model_loader(
    name: str | None,
    backend: BackendName,
    label_map: Mapping[str, str] | None,
    threshold: float | None,
    *,
    probe: bool,
    attributed: bool = False,
) -> Callable[..., NamedScorer]:
    """A function of `threads` that loads a model; it can travel to other processes.

    If `attributed`, it loads an `AttributedScorer` with that model in it.
    """
    load = functools.partial(_load, name, backend=backend, label_map=label_map, threshold=threshold, probe=probe)
    if attributed:
        return functools.partial(_load_attributed, load, threshold)
    return load


def _load(name: str | None, *, threads: int, **options: object) -> Scorer:
    import nli.models

    return nli.models.load_model(name, threads=threads, **options)  # type: ignore[arg-type]


def _load_attributed(load: Callable[..., Scorer], threshold: float | None, *, threads: int) -> AttributedScorer:
    from nli.article.attributed_scorer import AttributedScorer

    return AttributedScorer(load(threads=threads), threshold=threshold)


@dataclass(frozen=True)
class FolderCommand:
    """How the machine is used for a job.

    Attributes:
        load: loads the model, see `model_loader`.
        describe: says what decides about its answers, see `nli.models.describe_model`.
        workers: processes, None for as many as help.
        memory_limit: of all of them together, as written by the user.
        quiet: say nothing.
        runner: `local` or `ray`; `address` and `gpus` are for the latter, see `RayRunner`.
    """

    load: Load
    describe: Callable[[], dict[str, str]]
    workers: int | None = None
    memory_limit: str | None = None
    quiet: bool = False
    runner: RunnerName = "local"
    address: str | None = None
    gpus: float = 0.0

    def __post_init__(self) -> None:
        if self.runner == "local" and (self.address is not None or self.gpus):
            raise InputError("--address and --gpus are for --runner ray; leave them out, or add it")
        if self.runner == "ray" and self.memory_limit is not None:
            raise InputError("--memory-limit is for this machine; on a cluster Ray watches the memory")

    def engine(self, stack: ExitStack, source: str) -> Engine:
        """What scores a single table: this process if it is small or a stream, else workers."""
        small = source == STREAM or not os.path.isfile(source) or os.path.getsize(source) <= _SMALL_BYTES
        if small and self.workers is None and self.memory_limit is None:
            return InProcess(self.load(threads=0))
        return self._pool(stack, None)

    def run(
        self, sources: Sequence[str], out: str, options: FolderOptions, candidates: CandidateOptions | None = None
    ) -> int:
        """Begin a job or go on with it; gives the number of rows set aside in all.

        With `candidates` the table is one of claims, whose pairs are found first.
        """
        set_aside = 0
        try:
            with exit_on_signals(), job_log(quiet=self.quiet) as listeners, ExitStack() as stack:
                runner = self._runner(stack, listeners)
                tables = local_tables(sources, out)
                model = self.describe()  # a mistaken name or limit is told before any work
                if self.runner == "local":
                    share(self.workers, self.memory_limit, model["backend"])
                find_format("parts", options.out_format or "parquet", "--out-format")
                if candidates is not None:
                    pairs, found = folder_pairs(tables, options.format, out, candidates, quiet=self.quiet)
                    tables, set_aside = [pairs], found.set_aside
                    options = dataclasses.replace(options, columns=("a", "b"), format="parquet")
                tally = score_folder(tables, out, runner, model, options, listeners.watch)
        except (KeyboardInterrupt, SystemExit) as stop:
            status = 130 if isinstance(stop, KeyboardInterrupt) else stop.code
            word = "interrupted" if status == 130 else "terminated"
            typer.echo(f"{word}; {self._kept(out)}", err=True)
            raise typer.Exit(status if isinstance(status, int) else 1) from None
        if not self.quiet:
            tell(describe_job(tally))
        return tally.quarantined + set_aside

    def _runner(self, stack: ExitStack, listeners: Listeners) -> Runner:
        if self.runner == "ray":
            from nli.batch.ray_runner import RayRunner

            return RayRunner(self.load, self.address, self.workers, gpus=self.gpus)
        return EngineRunner(lambda: self._pool(stack, listeners.scored))

    def _pool(self, stack: ExitStack, on_scored: Callable[[int], None] | None) -> Engine:
        divided = share(self.workers, self.memory_limit, self.describe()["backend"])
        pool = stack.enter_context(divided.pool(self.load, on_scored))
        pool.start()
        return pool

    def _kept(self, out: str) -> str:
        folder = JobFolder(out)
        if not folder.manifest_file.is_file():
            return f"nothing was written to {out}"
        status = folder.status()
        return (
            f"{status.parts_done:,} of {status.parts:,} parts are whole and stay in {out}, the one in the making was "
            "dropped; the same command with --resume goes on"
        )


def show_status(out: str, *, as_json: bool) -> None:
    """Say how far the job in a folder is."""
    status = JobFolder(out).status()
    if as_json:
        typer.echo(json.dumps(dataclasses.asdict(status) | {"rows_left": status.rows_left}))
    else:
        typer.echo(describe_status(status))

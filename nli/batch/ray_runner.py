"""A job on a Ray cluster: Ray Data hands the parts out, an actor with a model of its own scores each of them.

No rows travel through Ray: an actor reads its rows and writes its part itself, so the tables and the folder must be
reachable under the same paths on all machines. A part that was being scored on a machine that is lost is scored again
elsewhere, to the same bytes. The only module that needs `ray`.
"""

from __future__ import annotations

import logging
import os
import pickle
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nli.batch.folder import JobFolder
from nli.batch.folder_job import Work
from nli.batch.inputs import Stamp
from nli.batch.manifest import Manifest, Part, Receipt
from nli.batch.parts import score_part
from nli.batch.sink import write_fault
from nli.batch.tables import clip
from nli.batch.units import PairScorer
from nli.batch.workers import Load
from nli.errors import JobError, NliError, OutputError

_CONNECT_SECONDS = 10.0
_HEALTH_SECONDS = 30.0
_TRIES = 3
"""How often a part is begun. Ray itself would try for ever, and cannot tell a part that was begun from one that waits.
"""


@dataclass(frozen=True, slots=True)
class _Task:
    """What an actor has to know of the job, once for all parts."""

    load: Load
    folder: str
    manifest: str
    stamps: Sequence[Stamp]
    strict: bool
    threads: int
    loads: int
    """How often loading may be begun, by all workers together, without a model being loaded."""


class PartScorer:
    """An actor: a model, and the parts that it is given."""

    def __init__(self, task: _Task) -> None:
        self._task = task
        self._folder = JobFolder(task.folder)
        self._manifest = Manifest.model_validate_json(task.manifest)
        self._fault: JobError | None = None
        self._scorer: PairScorer | None = None
        loads = self._folder.tries_file("load")
        if self._count(loads) > task.loads:
            self._fault = JobError(
                f"loading the model ended {task.loads} workers; the parts that are done stay. Run the same command "
                "with --resume and without --runner ray: it says why"
            )
            return
        self._scorer = task.load(threads=task.threads)
        loads.unlink(missing_ok=True)

    def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
        """Score the parts of a batch; what goes wrong comes back as a value, since Ray would try it again."""
        answers = []
        for text in batch["part"]:
            part = Part.model_validate_json(text)
            try:
                if self._scorer is None:
                    raise self._fault or JobError("a worker has no model")
                self._begin(part)
                receipt = score_part(
                    self._folder,
                    self._manifest,
                    part,
                    self._task.stamps,
                    self._scorer,
                    strict=self._task.strict,
                )
            except NliError as error:
                answers.append(pickle.dumps(error))
            else:
                answers.append(pickle.dumps(receipt))
            self._folder.tries_file(part.name).unlink(missing_ok=True)
        return {"answer": answers}

    def _begin(self, part: Part) -> None:
        """Note on the disk that a part is begun, which a process that is killed leaves behind."""
        if self._count(self._folder.tries_file(part.name)) > _TRIES:
            table = self._manifest.inputs[part.table].path
            raise JobError(
                f"rows {part.first:,} to {part.last:,} of {table} ended {_TRIES} workers; the parts that are done "
                "stay. Run the same command with --resume and without --runner ray: it finds the row"
            )

    def _count(self, tries: Path) -> int:
        """How often something was begun, this time included."""
        try:
            with tries.open("ab") as stream:
                stream.write(b".")
                return stream.tell()
        except OSError as error:
            raise OutputError(write_fault(str(self._folder.path), error)) from error


@dataclass(frozen=True)
class RayRunner:
    """A `Runner` on Ray.

    Attributes:
        load: loads the model in each actor; it must be importable on every machine.
        address: of the cluster that this machine belongs to: `auto` or `HOST:PORT`; None for a Ray of its own.
        workers: actors; None for as many as the cluster has cores (or GPUs) for.
        cpus: cores of each actor.
        gpus: GPUs of each actor; a part of one is possible.
    """

    load: Load
    address: str | None = None
    workers: int | None = None
    cpus: int = 1
    gpus: float = 0.0

    def run(self, work: Work) -> Generator[Receipt, None, None]:
        """See `Runner.run`; the parts come as they are done.

        Raises:
            JobError: if Ray is not installed, the cluster does not answer or lacks what an actor needs, or a part
                ends every process that scores it.
        """
        # Ray tells its makers how it is used unless it is asked not to.
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
        try:
            import ray
            import ray.data
        except ImportError as error:
            raise JobError(
                f"Ray is not installed ({error}); install it on every machine with pip install 'nli-contradiction[ray]'"
            ) from None
        with _connected(ray, self.address):
            actors = self._actors(ray)
            logging.getLogger("ray.data").setLevel(logging.ERROR)
            context = ray.data.DataContext.get_current()
            context.enable_progress_bars = False
            context.print_on_execution_start = False
            task = _Task(
                self.load,
                str(work.folder.path),
                work.manifest.model_dump_json(),
                work.stamps,
                work.strict,
                self.cpus,
                _TRIES * (actors + 1),
            )
            parts = [{"part": part.model_dump_json()} for part in work.parts]
            # A block a part: what is lost with a machine is a part.
            answers = ray.data.from_items(parts, override_num_blocks=len(parts)).map_batches(
                PartScorer,
                fn_constructor_args=(task,),
                batch_size=1,
                compute=ray.data.ActorPoolStrategy(min_size=1, max_size=min(actors, len(parts))),
                num_cpus=self.cpus,
                num_gpus=self.gpus or None,
            )
            try:
                for row in answers.iter_rows():
                    answer = pickle.loads(row["answer"])
                    if isinstance(answer, NliError):
                        raise answer
                    yield answer
            except ray.exceptions.RayError as error:
                raise _fault(error) from error

    def _actors(self, ray: Any) -> int:
        there = ray.cluster_resources()
        room = int(there.get("CPU", 0) // self.cpus)
        if self.gpus:
            room = min(room, int(there.get("GPU", 0) / self.gpus))
        wanted = f"{self.cpus} cores" + (f" and {self.gpus:g} GPUs" if self.gpus else "")
        if room < (self.workers or 1):
            raise JobError(
                f"the cluster has room for {room} workers of {wanted}, {self.workers or 1} are asked for "
                f"(it has {there.get('CPU', 0):g} cores, {there.get('GPU', 0):g} GPUs); ask for fewer or smaller ones"
            )
        return self.workers or room


@contextmanager
def _connected(ray: Any, address: str | None) -> Generator[None, None, None]:
    """Be a driver of the cluster; one that this process is connected to already is used as it is."""
    if ray.is_initialized():
        yield
        return
    if address == "auto":
        # A note of a cluster that has ended since would have Ray try for minutes.
        address = os.environ.get("RAY_ADDRESS") or _noted_address() or address
    if address is not None and address != "auto":
        _refuse_silent(address)
    handler = signal.getsignal(signal.SIGTERM)
    try:
        ray.init(
            address=address or "local",
            include_dashboard=False if address is None else None,
            logging_level=logging.ERROR,
            log_to_driver=False,
        )
    except (ConnectionError, RuntimeError, ValueError, TimeoutError) as error:
        raise JobError(
            f"the Ray cluster {address or 'of this machine'} cannot be used: {clip(str(error), 300)}; check the "
            "address, and that it runs the same versions of Ray and Python"
        ) from error
    # Ray puts a handler of its own in the place of the one that ends a job cleanly.
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, handler)
    try:
        yield
    finally:
        ray.shutdown()


def _noted_address() -> str | None:
    """The address that `ray start` notes down on a machine; None where there is no note."""
    note = Path(os.environ.get("RAY_TMPDIR") or tempfile.gettempdir()) / "ray" / "ray_current_cluster"
    try:
        return note.read_text(encoding="utf-8").strip() or None
    except (OSError, UnicodeDecodeError):
        return None


def _refuse_silent(address: str) -> None:
    """Find out within seconds whether anybody answers; Ray itself would try for minutes."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal() or "/" in host:
        raise JobError(f"{address!r} is no address of a Ray cluster; on one of its machines, say auto or HOST:PORT")
    health = [sys.executable, "-m", "ray.scripts.scripts", "health-check", "--address", address]
    try:
        socket.create_connection((host, int(port)), timeout=_CONNECT_SECONDS).close()
        # Somebody listens there; whether it is Ray is known only when it answers.
        well = subprocess.run(health, capture_output=True, timeout=_HEALTH_SECONDS).returncode == 0
        why = "" if well else "what listens there is no Ray, or another version of it"
    except (OSError, OverflowError) as error:
        why = str(error)
    except subprocess.TimeoutExpired:
        why = f"no word of it within {_HEALTH_SECONDS:g} seconds"
    if why:
        raise JobError(
            f"no Ray cluster answers at {address} ({why}); start it with ray start --head, or correct the address"
        )


def _fault(error: Exception) -> JobError:
    said = clip(str(error).strip().splitlines()[-1] if str(error).strip() else type(error).__name__, 300)
    return JobError(
        f"the cluster gave up ({type(error).__name__}: {said}); the parts that are done stay, and --resume goes on"
    )

"""Worker processes: each has its own model and its own share of the cores.

A worker that dies is replaced and what it had is tried again; what kills a worker twice is divided until the row that
does it stands alone, and then the job stops and names it.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from types import TracebackType
from typing import Any, Generic

from nli.batch.tables import clip
from nli.batch.units import Chunk, Division, PairScorer, Tag, Texts, where
from nli.errors import JobError, NliError
from nli.records import PairScore

Load = Callable[..., PairScorer]
"""Loads a model: `load(threads=N)`. It travels to other processes, so it must be importable there."""

_STOP_SECONDS = 5.0
_THREAD_SETTINGS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS")

_context = multiprocessing.get_context("spawn")


def serve(connection: Connection, load: Load, threads: int, memory: int | None) -> None:
    """The life of a worker: load the model, then score what comes until nothing more does."""
    # An interrupt from the keyboard reaches all processes; the one that hands out the work decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in _THREAD_SETTINGS:
        os.environ[name] = str(threads)
    # A parent that dies closes its end of the pipe, which ends the loop.
    with suppress(EOFError, OSError):
        try:
            if memory is not None:
                _limit_memory(memory)
            scorer = load(threads=threads)
        except BaseException as error:
            connection.send(_told(error))
            return
        connection.send(None)
        while True:
            pairs = connection.recv()
            try:
                answer: object = scorer.score(pairs)
            except BaseException as error:
                answer = _told(error)
            connection.send(answer)


def _limit_memory(limit: int) -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def _told(error: BaseException) -> BaseException:
    """The error in a form that can travel."""
    if isinstance(error, NliError):
        return error
    if isinstance(error, MemoryError):
        return MemoryError()
    return JobError(f"a worker failed: {''.join(traceback.format_exception(error))}")


@dataclass
class _Open(Generic[Tag]):
    """A chunk whose units are being scored."""

    chunk: Chunk[Tag]
    division: Division
    scores: list[list[PairScore | None]] = field(init=False)
    missing: int = field(init=False)

    def __post_init__(self) -> None:
        self.scores = [[None] * len(unit) for unit in self.division.units]
        self.missing = sum(map(len, self.division.units))


@dataclass
class _Task:
    """Some pairs of a unit: those from `start` on."""

    owner: _Open[Any]
    unit: int
    start: int
    pairs: Sequence[Texts]
    failures: int = 0


class _Worker:
    def __init__(self, load: Load, threads: int, memory: int | None) -> None:
        self.connection, theirs = _context.Pipe()
        self.process = _context.Process(target=serve, args=(theirs, load, threads, memory), daemon=True)
        self.process.start()
        theirs.close()
        self.ready = False
        self.task: _Task | None = None

    def give(self, task: _Task) -> None:
        self.task = task
        with suppress(OSError):  # a worker that has just died is noticed where its answer is awaited
            self.connection.send(task.pairs)

    def stop(self) -> None:
        with suppress(OSError):
            self.connection.close()
        self.process.terminate()
        self.process.join(_STOP_SECONDS)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        self.process.close()

    def last_words(self) -> str:
        self.process.join(_STOP_SECONDS)
        code = self.process.exitcode
        if code is not None and code < 0:
            with suppress(ValueError):
                name = signal.Signals(-code).name
                return name + (", as when the memory is full" if name == "SIGKILL" else "")
        return f"exit status {code}"


class WorkerPool:
    """An `Engine` of several processes. Use it as a context: they end with it.

    Args:
        load: loads the model in each of them.
        workers: how many, at least 1.
        threads: cores that each of them uses.
        on_scored: is told how many pairs were scored just now.
        memory: bytes of memory that each of them may use, on Linux; a batch that needs more is halved.

    Raises:
        NliError: what `load` raises in a worker; JobError: if a worker cannot start, or dies of a single row.
    """

    def __init__(
        self,
        load: Load,
        workers: int,
        *,
        threads: int = 1,
        memory: int | None = None,
        on_scored: Callable[[int], None] | None = None,
    ) -> None:
        if workers < 1:
            raise JobError(f"workers is {workers}; at least 1 must do the work")
        if memory is not None and sys.platform != "linux":
            raise JobError("a limit of memory works on Linux only; leave it out")
        self._load = load
        self._count = workers
        self._threads = threads
        self._memory = memory
        self._on_scored = on_scored
        self._workers: list[_Worker] = []
        self._tasks: deque[_Task] = deque()

    def __enter__(self) -> WorkerPool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in self._workers:
            worker.process.terminate()
        while self._workers:
            self._workers.pop().stop()
        self._tasks.clear()

    def start(self, *, every: bool = False) -> None:
        """Start the workers and wait until one has its model, so that what is wrong with it is known at once.

        With `every`, wait until all of them have it.
        """
        while len(self._workers) < self._count:
            self._workers.append(_Worker(self._load, self._threads, self._memory))
        while not (all if every else any)(worker.ready for worker in self._workers):
            self._listen()

    def scored(self, chunks: Iterable[Chunk[Tag]]) -> Iterator[tuple[Chunk[Tag], list[PairScore]]]:
        """See `Engine.scored`. Reads ahead so far that no worker waits for the table or for the disk."""
        source = iter(chunks)
        opened: deque[_Open[Tag]] = deque()
        exhausted = False
        while True:
            while not exhausted and (len(opened) < 2 or len(self._tasks) < 2 * self._count):
                chunk = next(source, None)
                if chunk is None:
                    exhausted = True
                else:
                    opened.append(self._open(chunk))
                    self._hand_out()
            while opened and not opened[0].missing:
                done = opened.popleft()
                yield done.chunk, done.division.gather(done.scores)  # type: ignore[arg-type]
                self._hand_out()
                if not exhausted:
                    break
            else:
                if not opened:
                    return
                self._listen()
                self._hand_out()

    def _open(self, chunk: Chunk[Tag]) -> _Open[Tag]:
        opened = _Open(chunk, Division([(row.a, row.b) for row in chunk.rows]))
        # The longest first: what is left for the end is short, and the memory that will be needed is known early.
        for unit in reversed(range(len(opened.division.units))):
            self._tasks.append(_Task(opened, unit, 0, opened.division.units[unit]))
        return opened

    def _hand_out(self) -> None:
        if self._tasks and not self._workers:
            self.start()
        for worker in self._workers:
            if worker.ready and worker.task is None and self._tasks:
                worker.give(self._tasks.popleft())

    def _listen(self) -> None:
        """Wait for answers and take them."""
        by_connection = {worker.connection: worker for worker in self._workers}
        for connection in wait(list(by_connection)):
            worker = by_connection[connection]  # type: ignore[index]
            try:
                answer = worker.connection.recv()
            except (EOFError, OSError):
                self._bury(worker)
                continue
            task, worker.task = worker.task, None
            if task is None:
                if answer is not None:
                    raise _loading_fault(answer, self._memory)
                worker.ready = True
            elif isinstance(answer, MemoryError):
                self._again(task, "there was not enough memory", whole=False)
            elif isinstance(answer, BaseException):
                raise answer
            else:
                scores = task.owner.scores[task.unit]
                scores[task.start : task.start + len(task.pairs)] = answer
                task.owner.missing -= len(task.pairs)
                if self._on_scored is not None:
                    self._on_scored(len(task.pairs))

    def _bury(self, worker: _Worker) -> None:
        words = worker.last_words()
        position = self._workers.index(worker)
        worker.stop()
        if not worker.ready:
            del self._workers[position]
            raise JobError(f"a worker died while it loaded the model ({words}); use fewer workers, or free memory")
        self._workers[position] = _Worker(self._load, self._threads, self._memory)
        if worker.task is not None:
            self._again(worker.task, f"the worker died ({words})", whole=True)

    def _again(self, task: _Task, why: str, *, whole: bool) -> None:
        """Try a task again: once as it is after a death, which may have had other reasons, else in halves."""
        task.failures += 1
        if whole and task.failures == 1:
            self._tasks.appendleft(task)
            return
        count = len(task.pairs)
        if count == 1:
            place = where(task.owner.chunk.table, task.owner.chunk.rows, task.pairs[0])
            raise JobError(f"{place} cannot be scored: {why}; take the row out, or raise the memory")
        half = count // 2
        # Halves of what killed a worker are under suspicion already, so each of them is tried once.
        for start, stop in ((half, count), (0, half)):
            part = _Task(task.owner, task.unit, task.start + start, task.pairs[start:stop], failures=1)
            self._tasks.appendleft(part)


def _loading_fault(answer: object, memory: int | None) -> BaseException:
    if isinstance(answer, MemoryError):
        limit = f"{memory / 2**20:,.0f} MiB" if memory else "the free memory"
        return JobError(f"{limit} is too little for a worker with its model; allow more, or use fewer workers")
    return answer if isinstance(answer, BaseException) else JobError(f"a worker answered {clip(repr(answer))}")

"""How many processes score, and what each of them may use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nli.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from nli.batch.workers import Load, WorkerPool

_WORKER_BYTES = 300 * 2**20
"""Memory that a worker with the shipped model takes: 215 MiB were seen, and arenas grow by doubling."""
_PARENT_BYTES = 300 * 2**20
"""Memory kept for the process that reads and writes."""


@dataclass(frozen=True, slots=True)
class Share:
    """Workers, the cores of each, and the bytes of memory of each if they are limited."""

    workers: int
    threads: int
    memory: int | None

    def pool(self, load: Load, on_scored: Callable[[int], None] | None = None) -> WorkerPool:
        """The workers, not yet started."""
        from nli.batch.workers import WorkerPool

        return WorkerPool(load, self.workers, threads=self.threads, memory=self.memory, on_scored=on_scored)


def share(workers: int | None, memory_limit: str | None, backend: str) -> Share:
    """Divide the machine.

    Args:
        workers: as many as asked for; None for one a core, or fewer if the limit of memory says so. One alone if torch
            has a GPU.
        memory_limit: of all processes together, such as `2GB`.
        backend: `onnx` or `torch`.

    Raises:
        InputError: if the limit is no size, or too small for the workers.
    """
    # It knows of containers that are given a part of the machine.
    from joblib import cpu_count

    cores = cpu_count(only_physical_cores=True)
    limit = _bytes(memory_limit) if memory_limit is not None else None
    room = (limit - _PARENT_BYTES) // _WORKER_BYTES if limit is not None else cores
    if limit is not None and room < (workers or 1):
        least = _PARENT_BYTES + (workers or 1) * _WORKER_BYTES
        raise InputError(
            f"--memory-limit {memory_limit} is too little for {workers or 1} worker{'s' * ((workers or 1) > 1)}: it "
            f"takes {least / 2**20:,.0f} MiB; raise it" + (", or use fewer workers" if (workers or 1) > 1 else "")
        )
    if workers is None:
        workers = 1 if backend == "torch" and _has_gpu() else min(cores, room)
    memory = (limit - _PARENT_BYTES) // workers if limit is not None else None
    return Share(workers, max(1, cores // workers), memory)


def _bytes(text: str) -> int:
    from pydantic import ByteSize, TypeAdapter, ValidationError

    try:
        return int(TypeAdapter(ByteSize).validate_python(text))
    except ValidationError:
        raise InputError(f"--memory-limit {text!r} is no size; write it as 1500MB or 2GB") from None


def _has_gpu() -> bool:
    import torch

    return torch.cuda.is_available()

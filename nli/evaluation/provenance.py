"""How figures were made: what every file of results says of the command, the versions and the machine."""

from __future__ import annotations

import math
import os
import platform
import shlex
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

_PACKAGES = ("nli-contradiction", "numpy", "scipy", "scikit-learn", "onnxruntime", "torch", "tokenizers", "datasets")


def _number(value: object) -> object:
    """JSON has no NaN: what cannot be measured is null."""
    if isinstance(value, float):
        return round(value, 6) if math.isfinite(value) else None
    return value


Number = Annotated[float | None, BeforeValidator(_number)]


class Record(BaseModel):
    """A part of a file of results: no key but the known ones, and nothing changes it."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Provenance(Record):
    """How a file of results was made."""

    created: str = Field(description="when, in UTC")
    command: str
    versions: dict[str, str]
    machine: str


def provenance(arguments: Sequence[str] | None = None) -> Provenance:
    """Of a file that is made now; `arguments` are those of the command, by default this program's."""
    given = sys.argv if arguments is None else arguments
    return Provenance(
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        command=shlex.join([Path(given[0]).name, *given[1:]]),
        versions=_versions(),
        machine=f"{platform.system()} {platform.machine()}, {_cores()} cores",
    )


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

"""Tables that the `datasets` library knows, by id or as a local copy, as a Parquet file of the job."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from nli.errors import OutputError, TableError
from nli.hub import load_splits

if TYPE_CHECKING:
    from datasets import Dataset

SCHEME = "datasets:"
"""What the name of such a table begins with."""

FOLDER = "__inputs"
"""Where the files are, in the folder of the job: a job that is resumed needs no network."""


def local_tables(names: Sequence[str], target: str) -> list[str]:
    """The names, with a file in place of each `datasets:ID[:CONFIG][@SPLIT]`.

    Raises:
        TableError: if there is no such data set or split; OutputError: if the file cannot be written.
    """
    return [_fetch(name, Path(target)) if name.startswith(SCHEME) else name for name in names]


def _fetch(name: str, target: Path) -> str:
    rest, _, split = name.removeprefix(SCHEME).partition("@")
    # A path may hold a colon; an id may not.
    place, config = (rest, "") if os.path.isdir(rest) else (rest.partition(":")[0], rest.partition(":")[2])
    if not place:
        raise TableError(f"{name!r} names no data set; write {SCHEME}OWNER/NAME, {SCHEME}OWNER/NAME:CONFIG@SPLIT")
    plain = re.sub(r"[^A-Za-z0-9.-]+", "-", name.removeprefix(SCHEME)).strip("-.")[-150:]
    file = target / FOLDER / f"{plain}.parquet"
    if not file.is_file():
        _save(_load(name, place, config, split), file)
    return str(file)


def _load(name: str, place: str, config: str, split: str) -> Dataset:
    found = load_splits(place, config or None, name.removeprefix(SCHEME))
    if split and split not in found:
        raise TableError(f"{name} has no split {split!r}; it has {', '.join(found)}")
    if not split and len(found) > 1:
        raise TableError(f"{name} has the splits {', '.join(found)}; say which, as {name}@{next(iter(found))}")
    return found[split] if split else next(iter(found.values()))


def _save(table: Dataset, file: Path) -> None:
    from nli.batch.sink import Sink, write_fault

    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(write_fault(str(file.parent), error)) from error
    with Sink(str(file)) as sink:
        with sink.writing():
            table.to_parquet(sink.file)
        sink.seal()
        sink.publish()

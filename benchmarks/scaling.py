"""Where the time of a job goes, what a second worker brings, and whether memory grows with the table.

    python benchmarks/scaling.py --table pairs.parquet --rows 10000 --repeats 5 --growth 1000 10000 1000000
    python benchmarks/scaling.py --growth 2000 20000 --model nli-minilm-l6

Workers take turns, so that a noisy machine is noisy for both. Growth is that of one process that reads, scores and
writes: with a scorer that costs nothing, or with `--model`. With workers, each holds one unit of 128 pairs at a time,
whatever the table.
"""

from __future__ import annotations

import argparse
import functools
import itertools
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from limits import peak_memory

from nli.batch.folder_job import EngineRunner, FolderOptions, score_folder
from nli.batch.formats import open_reader
from nli.batch.parts import CHUNK_ROWS
from nli.batch.source import Source, find_format
from nli.batch.tables import Row
from nli.batch.units import Chunk, InProcess
from nli.batch.workers import WorkerPool
from nli.models import load_model
from nli.records import PairScore, Probabilities


class Constant:
    """Costs nothing."""

    def score(self, pairs: Sequence[tuple[str, str]]) -> list[PairScore]:
        """The same for every pair."""
        third = Probabilities(0.25, 0.25, 0.5)
        return [PairScore(third, third, 0.5, True) for _ in pairs]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--table", help="pairs, in any format that nli score reads")
    parser.add_argument("--rows", type=int, default=10_000, help="rows taken of it")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--growth", type=int, nargs="*", default=[1000, 10_000, 1_000_000])
    parser.add_argument("--model", help="scores the tables of --growth; by default nothing is computed for them")
    parser.add_argument("--grown", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.grown:
        grow(options.grown, options.model)
        return
    if options.table:
        rows = take(options.table, options.rows)
        print(profile(rows))
        print(speedup(rows, options.workers, options.repeats))
    for count in options.growth:
        line = [sys.executable, __file__, "--grown", str(count)]
        line += ["--model", options.model] if options.model else []
        print(subprocess.run(line, capture_output=True, text=True, check=True).stdout.strip(), flush=True)


def take(table: str, count: int) -> list[Row]:
    """The first usable rows of a table."""
    kind = find_format(table, None, "--format")
    with Source(table, rewindable=kind == "parquet") as source:
        usable = (row for row in open_reader(source, kind).rows() if isinstance(row, Row))
        return list(itertools.islice(usable, count))


def chunks(rows: Sequence[Row]) -> Iterator[Chunk[None]]:
    """The rows as a job takes them."""
    for start in range(0, len(rows), CHUNK_ROWS):
        yield Chunk(None, "table", rows[start : start + CHUNK_ROWS])


def profile(rows: Sequence[Row]) -> str:
    """Which share of a worker's time is inside the model's kernels."""
    scorer = load_model(threads=1)
    inside = 0.0
    run = scorer.backend.logits

    def timed(batch):  # type: ignore[no-untyped-def]
        nonlocal inside
        started = time.perf_counter()
        result = run(batch)
        inside += time.perf_counter() - started
        return result

    scorer.backend.logits = timed  # type: ignore[method-assign]
    started = time.perf_counter()
    for _ in InProcess(scorer).scored(chunks(rows)):
        pass
    whole = time.perf_counter() - started
    return f"one worker, {len(rows)} rows: {inside / whole:.1%} of the time inside the model's kernels"


def speedup(rows: Sequence[Row], workers: int, repeats: int) -> str:
    """Rows a second of one worker and of several, in turns."""
    load = functools.partial(load_model, None)
    rates: dict[int, list[float]] = {1: [], workers: []}
    for _ in range(repeats):
        for count, found in rates.items():
            with WorkerPool(load, count) as pool:
                pool.start(every=True)
                started = time.perf_counter()
                for _ in pool.scored(chunks(rows)):
                    pass
                found.append(len(rows) / (time.perf_counter() - started))
    ratios = [many / one for one, many in zip(rates[1], rates[workers])]
    said = ", ".join(
        f"{count} worker{'s' * (count > 1)} {statistics.median(found):.1f} ({min(found):.1f} to {max(found):.1f})"
        for count, found in rates.items()
    )
    return (
        f"{len(rows)} rows, both directions, {repeats} rounds, rows a second: {said}; "
        f"{statistics.median(ratios):.2f} times ({min(ratios):.2f} to {max(ratios):.2f})"
    )


def grow(count: int, model: str | None) -> None:
    """Peak memory of a job of so many rows, and its rate, which without a model is that of reading and writing."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "in.jsonl"
        with path.open("w") as file:
            for number in range(count):
                a, b = f"Statement {number} says that it happened.", f"It did not, says {number}."
                file.write(json.dumps({"id": number, "a": a, "b": b}) + "\n")
        started = time.perf_counter()
        scorer = load_model(model, probe=False) if model else Constant()
        runner = EngineRunner(lambda: InProcess(scorer))
        score_folder([str(path)], Path(place) / "scored", runner, {"name": "constant"}, FolderOptions())
        seconds = time.perf_counter() - started
    print(
        f"{count:,} rows, {model or 'no model'}: peak {peak_memory():,.0f} MiB, {count / seconds:,.0f} rows a second "
        f"read, divided, {'scored' if model else 'not scored'} and written"
    )


if __name__ == "__main__":
    main()

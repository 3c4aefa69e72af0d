"""Kills a job with SIGKILL at random instants, resumes it each time, and compares every byte with an undisturbed run.

    python benchmarks/kill_and_resume.py --table pairs.parquet --rows 2000 --kills 50

One instant in five is drawn over the whole run, loading included, the others over the time in which parts are written.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from nli.batch.formats import open_reader
from nli.batch.sink import Sink
from nli.batch.source import Source, find_format
from nli.batch.tables import Row

NLI = [sys.executable, "-c", "from nli.cli.main import run; run()"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--table", required=True, help="pairs, in any format that nli score reads")
    parser.add_argument("--rows", type=int, default=2000, help="rows taken of it")
    parser.add_argument("--part-rows", type=int, default=100)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--model", default=None)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        source = folder / "in.jsonl"
        take(options.table, options.rows, source)
        command = [*NLI, "score", str(source), "--part-rows", str(options.part_rows), "--resume", "--quiet", "--out"]
        if options.model is not None:
            command[-1:-1] = ["--model", options.model]
        first, seconds = undisturbed([*command, f"{folder}/whole/"], folder / "whole")
        expected = sums(folder / "whole")
        print(f"{options.rows} rows, {len(expected)} parts, {seconds:.1f} s undisturbed", flush=True)
        chance = random.Random(options.seed)
        finished, instants, wrong = 0, [], 0
        target = folder / "scored"
        for kill in range(options.kills):
            process = subprocess.Popen([*command, f"{target}/"], stderr=subprocess.DEVNULL)
            instant = chance.uniform(0 if chance.random() < 0.2 else first, seconds)
            try:
                process.wait(instant)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            instants.append(instant)
            now = sums(target)
            wrong += sum(expected[name] != digest for name, digest in now.items())
            if len(now) == len(expected):
                # Done before all kills were: begin anew, so that each of them meets a job at work.
                subprocess.run([*command, f"{target}/"], check=True)
                wrong += sums(target) != expected
                finished += 1
                shutil.rmtree(target)
            print(f"kill {kill + 1} after {instant:.1f} s: {len(now)} parts there", flush=True)
        subprocess.run([*command, f"{target}/"], check=True)
        wrong += sums(target) != expected
        left = list(target.rglob(".*"))
        print(
            f"{options.kills} kills over {finished + 1} jobs, {options.rows} rows each: "
            f"{wrong} parts differ from the undisturbed run, {len(left)} half-written files left"
        )
    sys.exit(1 if wrong or left else 0)


def undisturbed(command: list[str], target: Path) -> tuple[float, float]:
    """Seconds until the first part was there, and until all were."""
    started = time.perf_counter()
    first = None
    with subprocess.Popen(command) as process:
        while process.poll() is None:
            if first is None and any(target.glob("part-*")):
                first = time.perf_counter() - started
            time.sleep(0.01)
    if process.returncode:
        sys.exit(process.returncode)
    seconds = time.perf_counter() - started
    return first or seconds, seconds


def take(table: str, rows: int, target: Path) -> None:
    """The first rows of a table as JSON Lines."""
    kind = find_format(table, None, "--format")
    with Source(table, rewindable=kind == "parquet") as source, Sink(str(target)) as sink:
        usable = (row for row in open_reader(source, kind).rows() if isinstance(row, Row))
        for row in itertools.islice(usable, rows):
            sink.file.write((json.dumps({"a": row.a, "b": row.b}) + "\n").encode())
        sink.seal()
        sink.publish()


def sums(folder: Path) -> dict[str, str]:
    """The sha256 of every part."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.glob("part-*"))}


if __name__ == "__main__":
    main()

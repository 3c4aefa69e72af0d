"""What a user relies on of worker processes: the same scores as without them, and an end when a row kills them."""

from __future__ import annotations

import functools
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from score_with_fake import FakeScorer

from nli.batch.tables import Row
from nli.batch.units import UNIT_PAIRS, Chunk, Division, InProcess
from nli.batch.workers import WorkerPool
from nli.cli.workers import share
from nli.errors import InputError, JobError, ModelError

PROGRAM = Path(__file__).with_name("score_with_fake.py")


class Deadly(FakeScorer):
    """A model that kills its process, or runs out of memory, at one text; or does so the first time only."""

    def __init__(self, how: str, once: str | None = None) -> None:
        super().__init__()
        self.how = how
        self.once = once

    def score(self, pairs):
        if any("deadly" in a for a, _ in pairs) and not (self.once and os.path.exists(self.once)):
            if self.once:
                Path(self.once).touch()
            if self.how == "memory":
                raise MemoryError
            os.kill(os.getpid(), signal.SIGKILL)
        return super().score(pairs)


def load_fake(*, threads):
    return FakeScorer()


def load_deadly(how, once=None, *, threads):
    return Deadly(how, once)


def load_broken(*, threads):
    raise ModelError("no such model")


def load_and_die(*, threads):
    os._exit(7)


def load_large(*, threads):
    bytearray(2**30)
    return FakeScorer()


def chunks(*texts_of_chunks):
    number = 0
    for texts in texts_of_chunks:
        rows = []
        for a in texts:
            number += 1
            rows.append(Row(number, None, a, "b", {}))
        yield Chunk(None, "table", rows)


MANY = ([f"text {i % 700}" for i in range(1200)], ["alone"], [], [f"more {i}" for i in range(300)])


def test_workers_give_what_one_process_gives_in_order():
    expected = [scores for _, scores in InProcess(FakeScorer()).scored(chunks(*MANY))]
    with WorkerPool(load_fake, 2) as pool:
        found = [scores for _, scores in pool.scored(chunks(*MANY))]
    assert found == expected
    assert list(map(len, found)) == [1200, 1, 0, 300]


def test_a_pair_is_scored_once_and_beside_its_reverse():
    pairs = [("x", "y"), ("y", "x"), ("x", "y"), ("long text", "y"), ("x", "y")]
    division = Division(pairs)
    assert division.units == [[("x", "y"), ("y", "x"), ("long text", "y")]]
    many = Division([(f"{i:04}", "y") for i in range(1000)] + [("y", f"{i:04}") for i in range(1000)])
    assert sum(map(len, many.units)) == 2000
    assert all({(b, a) for a, b in unit} == set(unit) for unit in many.units)
    assert max(map(len, many.units)) <= UNIT_PAIRS + 1


def test_a_worker_killed_once_is_replaced(tmp_path):
    load = functools.partial(load_deadly, "kill", str(tmp_path / "killed"))
    with WorkerPool(load, 2) as pool:
        found = [scores for _, scores in pool.scored(chunks(["x", "deadly", "y"]))]
    assert found == [FakeScorer().score([("x", "b"), ("deadly", "b"), ("y", "b")])]
    assert (tmp_path / "killed").exists()


@pytest.mark.parametrize(("how", "word"), [("kill", "SIGKILL"), ("memory", "not enough memory")])
def test_a_row_that_kills_every_worker_stops_the_job_and_is_named(how, word):
    texts = ["x", "y", "deadly", "z", "v"]
    said = rf"table, row 3 \('deadly'\) cannot be scored: .*{word}"
    with WorkerPool(functools.partial(load_deadly, how), 1) as pool, pytest.raises(JobError, match=said):
        list(pool.scored(chunks(texts)))


def test_a_row_too_large_for_this_process_is_named():
    engine = InProcess(Deadly("memory"))
    with pytest.raises(JobError, match=r"table, row 2 \('deadly'\).*not enough memory"):
        list(engine.scored(chunks(["x", "deadly"])))


def test_what_is_wrong_with_the_model_is_told():
    with WorkerPool(load_broken, 2) as pool, pytest.raises(ModelError, match="no such model"):
        pool.start()
    with (
        WorkerPool(load_and_die, 1) as pool,
        pytest.raises(JobError, match=r"while it loaded the model .exit status 7"),
    ):
        pool.start()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere memory cannot be limited")
def test_a_limit_of_memory_holds_for_workers():
    with WorkerPool(load_large, 1, memory=500 * 2**20) as pool, pytest.raises(JobError, match="500 MiB is too little"):
        pool.start()


def test_the_machine_is_divided():
    assert share(2, "3GB", "onnx").workers == 2
    assert share(2, "3GiB", "onnx").memory == (3 * 2**30 - 300 * 2**20) // 2
    assert share(None, "700MiB", "onnx").workers == 1
    with pytest.raises(InputError, match="too little for 2 workers"):
        share(2, "700MiB", "onnx")
    with pytest.raises(InputError, match="'much' is no size"):
        share(1, "much", "onnx")


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _alive(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize(
    ("number", "status", "word"),
    [
        (signal.SIGINT, 130, b"interrupted; 0 of 2 parts"),
        (signal.SIGTERM, 143, b"terminated"),
        (signal.SIGKILL, -9, b""),
    ],
)
def test_no_worker_outlives_the_job(write, tmp_path, number, status, word):
    source = write("in.jsonl", [{"a": f"text {i}", "b": "other"} for i in range(20_000)])
    line = [sys.executable, str(PROGRAM), "1", str(source), "--out", f"{tmp_path}/scored/", "--workers", "2"]
    process = subprocess.Popen(line, stderr=subprocess.PIPE)
    try:
        assert process.stderr.readline() == b"scoring\n"
        workers = _children(process.pid)
        assert len(workers) >= 2
        process.send_signal(number)
        process.wait(timeout=20)
        errors = process.stderr.read() if number != signal.SIGKILL else b""
    finally:
        process.kill()
        process.stderr.close()
    assert process.returncode == status
    assert word in errors
    assert b"Traceback" not in errors
    deadline = time.monotonic() + 10
    while any(map(_alive, workers)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(_alive, workers))
    assert [p.name for p in tmp_path.joinpath("scored").glob("part-*")] == []

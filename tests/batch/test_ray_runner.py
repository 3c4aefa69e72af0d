"""What a user of a cluster relies on: the same folder as without one, also when a machine is lost on the way."""

from __future__ import annotations

import functools
import os
import socket
import threading
import time
from pathlib import Path

import pytest
from score_with_fake import FakeScorer

from nli.batch.folder_job import EngineRunner, FolderOptions, score_folder
from nli.batch.units import InProcess
from nli.errors import InputError, JobError

ray = pytest.importorskip("ray", reason="Ray is not installed (pip install 'nli-contradiction[ray]')")

from nli.batch.ray_runner import RayRunner  # noqa: E402

MODEL = {"name": "fake", "backend": "onnx"}
ROWS = [{"a": f"text {i}", "b": "other", "id": i} for i in range(1, 121)]
OPTIONS = FolderOptions(part_rows=10, resume=True)

pytestmark = pytest.mark.filterwarnings("ignore")  # Ray's own


class Slow(FakeScorer):
    """Says on which machine it scores, and takes its time."""

    def __init__(self, log: str, seconds: float) -> None:
        super().__init__()
        self.log = log
        self.pause = seconds

    def score(self, pairs):
        import ray

        with open(self.log, "a") as file:
            file.write(f"{ray.get_runtime_context().get_node_id()}\n")
        time.sleep(self.pause)
        return super().score(pairs)


def load(log, seconds, *, threads):
    return Slow(log, seconds)


def load_never(*, threads):
    os._exit(1)


def load_dying(*, threads):
    class Dying(FakeScorer):
        def score(self, pairs):
            os._exit(1)

    return Dying()


@pytest.fixture(scope="module")
def cluster():
    """Three machines, as far as Ray can tell; no work is done on the first."""
    from ray.cluster_utils import Cluster

    # Actors import what loads the model from here.
    os.environ["PYTHONPATH"] = os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")])
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "object_store_memory": 80 * 2**20})
    cluster.nodes = [cluster.add_node(num_cpus=1, object_store_memory=80 * 2**20) for _ in range(2)]
    cluster.wait_for_nodes()
    ray.init(address=cluster.address, log_to_driver=False, logging_level="ERROR")
    yield cluster
    ray.shutdown()
    cluster.shutdown()


@pytest.fixture
def expected(write, tmp_path):
    """What the folder must be."""
    write("in.jsonl", [*ROWS, {"a": "bad"}])
    runner = EngineRunner(lambda: InProcess(FakeScorer()))
    score_folder([str(tmp_path / "in.jsonl")], tmp_path / "whole", runner, MODEL, OPTIONS)
    return parts(tmp_path / "whole")


def parts(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes()
        for p in sorted(folder.rglob("part-*"))
        if "__job" not in str(p)
    }


def test_a_model_that_kills_its_workers_ends_the_job(cluster, write, tmp_path):
    write("in.jsonl", ROWS[:20])
    with pytest.raises(JobError, match=r"loading the model ended 6 workers.*without --runner ray"):
        score_folder([str(tmp_path / "in.jsonl")], tmp_path / "out", RayRunner(load_never, workers=1), MODEL, OPTIONS)


def test_a_machine_that_is_lost_costs_no_row_and_doubles_none(cluster, expected, tmp_path):
    log = tmp_path / "nodes.txt"
    log.touch()
    runner = RayRunner(functools.partial(load, str(log), 1.0), workers=2)

    def lose_one() -> None:
        while len(set(log.read_text().split())) < 2:  # both machines have begun
            time.sleep(0.05)
        cluster.remove_node(cluster.nodes.pop(), allow_graceful=False)

    killer = threading.Thread(target=lose_one, daemon=True)
    killer.start()
    tally = score_folder([str(tmp_path / "in.jsonl")], tmp_path / "scored", runner, MODEL, OPTIONS)
    killer.join(30)
    assert not killer.is_alive()
    # Only the main thread may add one: Ray handles signals for it.
    cluster.nodes.append(cluster.add_node(num_cpus=1, object_store_memory=80 * 2**20))
    assert (tally.scored, tally.quarantined, tally.parts_done) == (120, 1, 13)
    assert parts(tmp_path / "scored") == expected


def test_a_job_moves_between_runners(cluster, expected, tmp_path):
    class Once(FakeScorer):
        def score(self, pairs):
            if len(self.calls) == 4:
                raise KeyboardInterrupt
            return super().score(pairs)

    scorer = Once()
    local = EngineRunner(lambda: InProcess(scorer))
    source = str(tmp_path / "in.jsonl")
    with pytest.raises(KeyboardInterrupt):
        score_folder([source], tmp_path / "scored", local, MODEL, OPTIONS)
    runner = RayRunner(functools.partial(load, os.devnull, 0.0), workers=1)
    tally = score_folder([source], tmp_path / "scored", runner, MODEL, OPTIONS)
    assert (tally.before, tally.done) == (40, 121)
    assert parts(tmp_path / "scored") == expected


def test_errors_come_back_as_they_are_and_a_worker_that_always_dies_ends_the_job(cluster, expected, tmp_path):
    source = str(tmp_path / "in.jsonl")
    runner = RayRunner(functools.partial(load, os.devnull, 0.0))
    strict = FolderOptions(part_rows=10, strict=True)
    with pytest.raises(InputError, match=r"in.jsonl, row 121, line 121: there is no 'b'"):
        score_folder([source], tmp_path / "strict", runner, MODEL, strict)
    with pytest.raises(JobError, match=r"rows .* of .*in.jsonl ended 3 workers; .*--resume and without --runner ray"):
        score_folder([source], tmp_path / "dying", RayRunner(load_dying, workers=1), MODEL, OPTIONS)
    with pytest.raises(JobError, match=r"room for \d workers of 1 cores, 50 are asked for"):
        score_folder([source], tmp_path / "many", RayRunner(load_dying, workers=50), MODEL, OPTIONS)


def test_an_address_that_does_not_answer(cluster, monkeypatch):
    from nli.batch.ray_runner import _refuse_silent

    _refuse_silent(cluster.address)

    monkeypatch.setattr("nli.batch.ray_runner._HEALTH_SECONDS", 6.0)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(JobError, match=r"no Ray cluster answers at 127.0.0.1:"):
            _refuse_silent(f"127.0.0.1:{taken.getsockname()[1]}")
        taken.listen()
        with pytest.raises(JobError, match=r"no word of it within 6 seconds|is no Ray"):
            _refuse_silent(f"127.0.0.1:{taken.getsockname()[1]}")
    with pytest.raises(JobError, match="is no address"):
        _refuse_silent("ray://nowhere:1")

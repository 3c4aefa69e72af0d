"""What a user relies on of a job in a folder: it ends with the same bytes whatever happened on the way."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from score_with_fake import FakeScorer

from nli.batch.folder import JobFolder
from nli.batch.folder_job import EngineRunner, FolderOptions, score_folder
from nli.batch.sink import _Output
from nli.batch.units import InProcess
from nli.errors import InputError, JobError, NliError, OutputError, TableError

PROGRAM = Path(__file__).with_name("score_with_fake.py")
MODEL = {"name": "fake", "sha256": "0" * 64, "backend": "onnx"}
ROWS = [{"a": f"text {i}", "b": "other " * (i % 7 + 1), "id": i} for i in range(1, 24)]


@pytest.fixture
def job(tmp_path):
    """Score tables of the test's folder into `scored`."""

    def job(*names, target="scored", model=MODEL, scorer=None, watch=None, **options):
        runner = EngineRunner(lambda: InProcess(scorer or FakeScorer()))
        sources = [str(tmp_path / name) for name in names or ("in.jsonl",)]
        options = {"part_rows": 5, "resume": True} | options
        return score_folder(sources, tmp_path / target, runner, model, FolderOptions(**options), watch)

    return job


def files(folder: Path) -> dict[str, str]:
    """What readers of the folder see, and what was set aside."""
    paths = [*folder.glob("part-*"), *folder.glob("__quarantine/*")]
    return {p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(paths)}


def hidden(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.rglob(".*"))


class Stopping(FakeScorer):
    """Fails when it comes to a text."""

    def __init__(self, at: str, error: BaseException) -> None:
        super().__init__()
        self.at = at
        self.error = error

    def score(self, pairs):
        if any(a == self.at for a, _ in pairs):
            raise self.error
        return super().score(pairs)


@pytest.mark.parametrize("kind", ["parquet", "jsonl", "csv", "tsv"])
def test_the_parts_together_are_the_table(job, write, run, read, tmp_path, kind):
    write("in.jsonl", [*ROWS[:7], {"a": "bad"}, *ROWS[7:]])
    tally = job(out_format=kind)
    assert (tally.scored, tally.quarantined, tally.parts, tally.rows) == (23, 1, 5, 24)
    parts = sorted((tmp_path / "scored").glob("part-*"))
    assert len(parts) == 5
    if kind == "parquet":
        whole = [row for part in parts for row in pq.read_table(part).to_pylist()]
        run("in.jsonl", "whole.parquet")
        assert whole == pq.read_table(tmp_path / "whole.parquet").to_pylist()
    else:
        run("in.jsonl", f"whole.{kind}")
        assert [row for part in parts for row in read(f"scored/{part.name}")] == read(f"whole.{kind}")
    (aside,) = (tmp_path / "scored" / "__quarantine").iterdir()
    assert json.loads(aside.read_text())["row"] == 8


def test_the_parts_open_as_one_data_set(job, write, tmp_path):
    write("in.jsonl", ROWS)
    job()
    folder = tmp_path / "scored"
    import pandas

    assert list(pandas.read_parquet(folder)["id"]) == list(range(1, 24))
    assert pq.read_table(folder).num_rows == 23
    import datasets

    loaded = datasets.load_dataset(str(folder), split="train", cache_dir=str(tmp_path / "cache"))
    assert loaded["id"] == list(range(1, 24))
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed")
    with duckdb.connect() as connection:
        assert connection.execute(f"select count(*), sum(id) from '{folder}/*.parquet'").fetchone() == (23, 276)


@pytest.mark.parametrize("at", [1, 5, 6, 13, 23])
@pytest.mark.parametrize("kind", ["jsonl", "csv", "parquet"])
def test_a_stopped_job_is_resumed_to_the_same_bytes(job, write, tmp_path, at, kind):
    if kind == "parquet":
        pq.write_table(pa.Table.from_pylist(ROWS), tmp_path / "in.parquet", row_group_size=4)
    else:
        content = ROWS if kind == "jsonl" else "a,b,id\n" + "".join(f'"{r["a"]}",{r["b"]}x,{r["id"]}\n' for r in ROWS)
        write(f"in.{kind}", content)
    job(f"in.{kind}", target="whole")
    with pytest.raises(KeyboardInterrupt):
        job(f"in.{kind}", scorer=Stopping(f"text {at}", KeyboardInterrupt()))
    assert len(files(tmp_path / "scored")) == (at - 1) // 5
    assert hidden(tmp_path / "scored") == []
    status = JobFolder(tmp_path / "scored").status()
    assert (status.state, status.parts_done, status.rows_left) == ("stopped", (at - 1) // 5, 23 - (at - 1) // 5 * 5)
    scorer = FakeScorer()
    tally = job(f"in.{kind}", scorer=scorer)
    assert (tally.scored, tally.before) == (23, (at - 1) // 5 * 5)
    assert sum(scorer.calls) == 23 - tally.before  # nothing is scored again
    assert files(tmp_path / "scored") == files(tmp_path / "whole")
    assert job(f"in.{kind}").done == 23  # a job that is done stays so
    assert JobFolder(tmp_path / "scored").status().state == "done"


def test_a_table_may_move_between_two_runs(job, write, tmp_path):
    source = write("in.jsonl", ROWS)
    with pytest.raises(KeyboardInterrupt):
        job(scorer=Stopping("text 13", KeyboardInterrupt()))
    source.rename(tmp_path / "elsewhere.jsonl")
    assert job("elsewhere.jsonl").done == 23


def test_several_tables_patterns_and_folders(job, write, tmp_path):
    (tmp_path / "more" / "deep").mkdir(parents=True)
    for number, name in enumerate(["one.jsonl", "two.jsonl", "more/three.jsonl", "more/deep/four.jsonl"]):
        write(name, [{"a": f"{number} {i}", "b": "x", f"own{number}": i} for i in range(7)])
    write("more/notes.txt", "not a table")
    write("more/_hidden.jsonl", "nor this")
    tally = job("more", "*.jsonl")
    assert (tally.rows, tally.parts) == (28, 8)
    table = pq.read_table(tmp_path / "scored")
    assert [a for a in table["a"].to_pylist() if a.endswith(" 0")] == ["3 0", "2 0", "0 0", "1 0"]
    assert {"own0", "own1", "own2", "own3"} <= set(table.schema.names)


def test_tables_that_do_not_go_together(job, write, tmp_path):
    write("one.csv", "a,b,id\nx,y,1\n")
    write("two.csv", "a,b,other\nx,y,1\n")
    write("in.jsonl", ROWS)
    with pytest.raises(TableError, match=r"two.csv differs from .*one.csv.*no column 'id'"):
        job("one.csv", "two.csv")
    with pytest.raises(TableError, match="of one format"):
        job("one.csv", "in.jsonl")
    with pytest.raises(TableError, match="given twice"):
        job("one.csv", "*.csv")
    with pytest.raises(TableError, match="no file fits"):
        job("*.parquet")
    (tmp_path / "empty").mkdir()
    with pytest.raises(TableError, match="holds no tables"):
        job("empty")
    with pytest.raises(TableError, match="read again"):
        score_folder(["-"], tmp_path / "scored", EngineRunner(FakeScorer), MODEL)


def test_a_changed_input_model_or_option_is_refused_with_what_changed(job, write, tmp_path):
    write("in.jsonl", ROWS)
    job()
    before = files(tmp_path / "scored")
    with pytest.raises(JobError, match=r"the model's sha256 was 000000000000, now 111111111111"):
        job(model=MODEL | {"sha256": "1" * 64})
    with pytest.raises(JobError, match=r"the model's threshold was not there, now '0.9'"):
        job(model=MODEL | {"threshold": "0.9"})
    with pytest.raises(JobError, match=r"option prefix was '', now 'nli_'.*option part_rows was 5, now 7|part_rows"):
        job(prefix="nli_", part_rows=7)
    with pytest.raises(JobError, match=r"option out_format was 'parquet', now 'csv'"):
        job(out_format="csv")
    write("other.jsonl", ROWS)
    assert job("other.jsonl").done == 23  # the same table under another name is the same table
    write("in.jsonl", [*ROWS, {"a": "x", "b": "y"}])
    with pytest.raises(JobError, match=r"in.jsonl is not .*in.jsonl as it was"):
        job()
    with pytest.raises(JobError, match="1 tables, now 2"):
        job("other.jsonl", "in.jsonl")
    assert files(tmp_path / "scored") == before


def test_a_folder_with_a_job_needs_resume_and_one_with_other_things_is_refused(job, write, tmp_path):
    write("in.jsonl", ROWS)
    job(resume=False)
    with pytest.raises(JobError, match=r"holds a job already.*--resume"):
        job(resume=False)
    (tmp_path / "mine").mkdir()
    write("mine/photo.jpg", b"x")
    with pytest.raises(OutputError, match=r"not empty \(it holds photo.jpg\)"):
        job(target="mine")
    write("scored/in.jsonl", ROWS)
    with pytest.raises(OutputError, match=r"lies in .*scored"):
        job("scored/in.jsonl")
    with pytest.raises(JobError, match="holds no job"):
        JobFolder(tmp_path / "mine").status()


def test_a_part_edited_by_hand_is_refused_and_a_removed_one_is_scored_again(job, write, tmp_path):
    write("in.jsonl", ROWS)
    job(out_format="csv")
    before = files(tmp_path / "scored")
    part = tmp_path / "scored" / "part-00000-0000002.csv"
    part.write_text(part.read_text().replace("text 12", "text 21"))
    with pytest.raises(JobError, match=r"part-00000-0000002.csv was edited or damaged.*remove the file"):
        job(out_format="csv")
    part.unlink()
    scorer = FakeScorer()
    job(out_format="csv", scorer=scorer)
    assert sum(scorer.calls) == 5
    assert files(tmp_path / "scored") == before


def test_manifests_of_other_versions_and_broken_records(job, write, tmp_path):
    write("in.jsonl", ROWS)
    job()
    manifest = tmp_path / "scored" / "__job" / "manifest.json"
    receipt = tmp_path / "scored" / "__job" / "part-00000-0000001.json"
    text = receipt.read_text()
    receipt.write_text(text.replace('"rows": 5', '"rows": "five"'))
    with pytest.raises(JobError, match=r"part-00000-0000001.json is damaged or was edited.*its sum.*remove it"):
        job()
    receipt.write_text(text)
    whole = json.loads(manifest.read_text())
    manifest.write_text(json.dumps(whole | {"format": 99}))
    with pytest.raises(JobError, match="version 99, this program reads 2"):
        job()
    manifest.write_text(json.dumps(whole)[:-40])
    with pytest.raises(JobError, match=r"manifest.json is damaged"):
        job()
    shorter = whole | {"inputs": [table | {"rows": 10} for table in whole["inputs"]]}
    manifest.write_text(json.dumps(shorter))
    with pytest.raises(JobError, match=r"manifest.json is damaged or was edited.*begin anew"):
        job()  # else rows would be lost without a word


def test_a_part_of_another_job_is_not_taken_in(job, write, tmp_path):
    write("in.jsonl", ROWS)
    job(out_format="csv")
    stray = tmp_path / "scored" / "part-00000-0000099.csv"
    stray.write_text((tmp_path / "scored" / "part-00000-0000001.csv").read_text())
    with pytest.raises(JobError, match=r"part-00000-0000099.csv is no part of this job; move it"):
        job(out_format="csv")


def test_two_jobs_on_one_folder(job, write, tmp_path):
    write("in.jsonl", ROWS * 400)
    command = [sys.executable, str(PROGRAM), "30", str(tmp_path / "in.jsonl"), "--out", f"{tmp_path}/scored/"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as first:
        try:
            assert first.stderr.readline() == "scoring\n"
            with pytest.raises(JobError, match=rf"scored is being written by process {first.pid} on "):
                job()
            status = JobFolder(tmp_path / "scored").status()
            assert status.state == "running"
            assert f"process {first.pid}" in status.holder
        finally:
            first.kill()
    assert JobFolder(tmp_path / "scored").status().state == "stopped"


def test_an_input_that_grows_while_it_is_read(job, write, tmp_path):
    source = write("in.jsonl", ROWS)

    class Growing(FakeScorer):
        def score(self, pairs):
            if any(a == "text 11" for a, _ in pairs):
                with source.open("a") as file:
                    file.write('{"a": "late", "b": "row"}\n')
            return super().score(pairs)

    with pytest.raises(JobError, match=r"in.jsonl changed while it was read \(it had .* bytes, now"):
        job(scorer=Growing())
    assert len(files(tmp_path / "scored")) == 3  # read before it changed
    with pytest.raises(JobError, match=r"not .* as it was"):
        job()


def test_files_of_others_stay(job, write, tmp_path):
    write("in.jsonl", ROWS)
    job()
    folder = tmp_path / "scored"
    (folder / ".notes.tmp").write_text("mine")
    (folder / ".part-00000-0000000.parquet.0123456789ab.tmp").write_text("half")
    job(resume=True)
    assert (folder / ".notes.tmp").exists()
    assert not list(folder.glob(".part-*"))


def test_a_full_disk_keeps_what_is_whole(job, write, tmp_path, monkeypatch):
    real = _Output.write
    left = 9000

    def limited(self, data):
        nonlocal left
        left -= 0 if self.muted else len(memoryview(data).cast("B"))
        if left < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(self, data)

    write("in.jsonl", ROWS)
    job(target="whole")
    monkeypatch.setattr(_Output, "write", limited)
    with pytest.raises(OutputError, match="disk is full"):
        job()
    monkeypatch.undo()
    kept = files(tmp_path / "scored")
    assert 0 < len(kept) < 5
    assert hidden(tmp_path / "scored") == []
    job()
    assert files(tmp_path / "scored") == files(tmp_path / "whole")


def test_a_read_only_folder(job, write, tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    write("in.jsonl", ROWS)
    monkeypatch.setattr("pathlib.Path.mkdir", refuse)
    with pytest.raises(OutputError, match="read-only"):
        job()


def test_strict_stops_at_the_row(job, write):
    write("in.jsonl", [*ROWS[:7], {"a": "bad"}, *ROWS[7:]])
    with pytest.raises(InputError, match=r"in.jsonl, row 8, line 8: there is no 'b'"):
        job(strict=True)


def test_progress_tells_rows_left(job, write):
    write("in.jsonl", ROWS)
    seen = []
    job(watch=lambda tally, receipt: seen.append((tally.parts_done, tally.done, tally.rows - tally.done)))
    assert seen == [(0, 0, 23), (1, 5, 18), (2, 10, 13), (3, 15, 8), (4, 20, 3), (5, 23, 0)]


def test_a_table_without_rows(job, write):
    write("in.csv", "a,b\n")
    with pytest.raises(NliError, match="no rows"):
        job("in.csv")


@pytest.mark.skipif(os.name == "nt", reason="no such signal")
def test_killed_at_random_instants_no_row_is_lost_doubled_or_changed(write, tmp_path):
    """The benchmark `benchmarks/kill_and_resume.py` does this fifty times, with the shipped model."""
    rows = [{"a": f"text {i}", "b": f"other {i % 13}"} for i in range(1500)]
    source = write("in.jsonl", [*rows, {"a": "bad"}])

    def command(target):
        options = ["--part-rows", "50", "--resume", "--workers", "1"]
        return [sys.executable, str(PROGRAM), "0.02", str(source), "--out", f"{tmp_path}/{target}/", *options]

    started = time.perf_counter()
    whole = subprocess.run(command("whole"), capture_output=True, text=True)
    assert whole.returncode == 3, whole.stderr
    seconds = time.perf_counter() - started
    chance = random.Random(7)
    seen = set()
    for _ in range(5):
        process = subprocess.Popen(command("scored"), stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.4, 1.0) * seconds)
        process.kill()
        process.wait()
        seen.add(len(files(tmp_path / "scored")))
    done = subprocess.run(command("scored"), capture_output=True, text=True)
    assert done.returncode == 3, done.stderr
    assert files(tmp_path / "scored") == files(tmp_path / "whole")
    assert hidden(tmp_path / "scored") == []
    assert len(seen) > 1  # the kills did meet it at different instants

"""What a user of `nli score --out FOLDER/` sees: lines of a log, exit status, and how far a job is."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from nli.batch.folder_job import Tally
from nli.batch.manifest import Receipt
from nli.cli.job_log import duration, job_log
from nli.models import describe_model

PROGRAM = Path(__file__).with_name("score_with_fake.py")
ROWS = [{"a": f"text {i}", "b": "other"} for i in range(10)]


def nli(*arguments: object) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, str(PROGRAM), "0", *map(str, arguments)]
    return subprocess.run(line, capture_output=True, text=True)


def test_a_job_tells_of_each_part_and_of_the_whole(write, tmp_path):
    source = write("in.jsonl", [*ROWS, {"a": "bad"}])
    job = [source, "--out", f"{tmp_path}/scored/", "--part-rows", 4, "--workers", 1]
    done = nli(*job)
    assert done.returncode == 3, done.stderr
    lines = done.stderr.splitlines()
    assert lines[0].startswith("part-00000-0000000: 4 rows scored; 1 of 3 parts, ")
    assert lines[2].startswith("part-00000-0000002: 2 rows scored, 1 set aside; 3 of 3 parts, ")
    assert lines[2].endswith("0 left")
    assert lines[3].startswith("10 rows scored in 3 parts, ")
    again = nli(*job)
    assert again.returncode == 2
    assert "holds a job already; go on with it by --resume" in again.stderr
    resumed = nli(*job, "--resume")
    assert resumed.returncode == 3
    assert resumed.stderr.splitlines()[0] == "resumed: 3 of 3 parts are done"
    assert resumed.stderr.endswith("nothing was left to do\n")
    assert nli(*job, "--resume", "--quiet").stderr == ""
    status = nli("--status", tmp_path / "scored")
    assert status.stdout.splitlines()[:2] == ["done", "3 of 3 parts"]
    found = json.loads(nli("--status", tmp_path / "scored", "--json").stdout)
    assert (found["state"], found["rows"], found["rows_left"], found["quarantined"]) == ("done", 11, 0, 1)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["in.jsonl", "--resume"], "name it with --out FOLDER/"),
        (["in.jsonl", "--out", "out.csv", "--resume"], "name it with --out FOLDER/"),
        (["in.jsonl", "in.jsonl", "--out", "out.csv"], "scored into a folder"),
        (["folder", "--out", "out.csv"], "scored into a folder"),
        (["in.jsonl", "--out", "scored/", "--quarantine", "q.jsonl"], "keeps unusable rows in __quarantine"),
        (["in.jsonl", "--out", "out.csv", "--runner", "ray"], "--runner ray scores into a folder"),
        (["in.jsonl", "--out", "scored/", "--address", "auto"], "are for --runner ray"),
        (["--status", "folder"], "holds no job"),
        (["in.jsonl", "--status", "folder"], "goes with no table"),
    ],
)
def test_options_that_do_not_fit(write, tmp_path, monkeypatch, arguments, word):
    from typer.testing import CliRunner

    from nli.cli.main import app

    write("in.jsonl", ROWS)
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["score", *arguments])
    assert word in str(result.exception)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["folder", "in.jsonl"]


def test_a_bar_on_a_terminal_tells_rows_left_and_set_aside(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(sys, "stderr", Terminal())
    receipt = Receipt(
        part="p", rows=100, scored=90, flagged=0, truncated=0, quarantined=10, seconds=1.0, finished=0.0,
        sha256="", quarantine_sha256=None,
    )  # fmt: skip
    tally = Tally(rows=1000, parts=10)
    with job_log() as listeners:
        listeners.watch(tally, None)
        listeners.scored(40)
        listeners.watch(tally.plus(receipt, 1.0), receipt)
    assert "100 of 1,000 rows, 10 set aside" in sys.stderr.getvalue()
    assert "900 left" in sys.stderr.getvalue()


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(4.4, "4 s"), (89, "89 s"), (600, "10 min"), (7200, "2 h 00 min"), (11_100, "3 h 05 min"), (200_000, "2 d 8 h")],
)
def test_times_are_said_so_that_they_are_understood(seconds, said):
    assert duration(seconds) == said


def test_what_decides_about_the_answers_of_a_model(own_bert):
    before = describe_model(own_bert)
    assert before["backend"] == "torch"
    assert describe_model(own_bert) == before
    assert describe_model(own_bert, threshold=0.9)["threshold"] == "0.9"
    with (own_bert / "model.safetensors").open("ab") as file:
        file.write(b"x")
    changed = describe_model(own_bert)
    assert {name for name in before if before[name] != changed[name]} == {"sha256"}


def test_a_log_that_nobody_reads_any_more_does_not_stop_the_job(write, tmp_path):
    source = write("in.jsonl", ROWS)
    line = [sys.executable, str(PROGRAM), "0", source, "--out", f"{tmp_path}/scored/", "--part-rows", "1"]
    with subprocess.Popen([*line, "--workers", "1"], stderr=subprocess.PIPE, text=True) as job:
        assert job.stderr is not None
        assert job.stderr.readline().startswith("part-00000-0000000: 1 rows scored")
        job.stderr.close()
    assert job.returncode == 0
    assert len(list((tmp_path / "scored").glob("part-*.parquet"))) == 10


def test_a_mistaken_memory_limit_leaves_no_job_behind(write, tmp_path):
    source = write("in.jsonl", ROWS)
    job = [source, "--out", f"{tmp_path}/scored/", "--memory-limit"]
    refused = nli(*job, "100MB")
    assert refused.returncode == 2
    assert "too little" in refused.stderr
    assert nli(*job, "4GB").returncode == 0

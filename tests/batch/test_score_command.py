"""What a user of `nli score` relies on: its streams, its exit status, and what is left behind when it is stopped."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import typer
from score_with_fake import FakeScorer
from typer.testing import CliRunner

from nli.batch import ADDED_COLUMNS
from nli.cli.progress import progress_bar
from nli.cli.score import score
from nli.errors import InputError, NliError, OutputError, TableError

PROGRAM = Path(__file__).with_name("score_with_fake.py")
ROWS = [{"a": f"text {i}", "b": "other"} for i in range(10)]


@pytest.fixture
def command(monkeypatch):
    """Call `nli score` in this process."""
    asked: list[tuple] = []

    def load_model(name=None, *, backend="auto", label_map=None, threshold=None, probe=True, threads=0):
        asked.append((name, backend, threshold, label_map, probe))
        return FakeScorer(threshold=threshold)

    monkeypatch.setattr("nli.models.load_model", load_model)
    app = typer.Typer()
    app.command()(score)

    def command(*arguments, stdin=None):
        result = CliRunner().invoke(app, [str(a) for a in arguments], input=stdin)
        if isinstance(result.exception, NliError):
            raise result.exception
        return result

    command.asked = asked
    return command


def start(*arguments, seconds=0.0, **options):
    """Start `nli score` as a program."""
    line = [sys.executable, str(PROGRAM), str(seconds), *map(str, arguments)]
    return subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)


def test_a_table(command, write, read, tmp_path):
    result = command(write("in.csv", "a,b\nx,y\nv,w\n"), "--out", tmp_path / "out.jsonl")
    assert result.exit_code == 0
    assert result.stdout == ""
    assert result.stderr.startswith("2 rows scored in ")
    assert "none set aside" in result.stderr
    assert [row["a"] for row in read("out.jsonl")] == ["x", "v"]
    assert command.asked == [(None, "auto", None, None, True)]


def test_options_reach_the_model(command, write, read, tmp_path):
    source = write("in.jsonl", ROWS)
    options = ["--model", "folder/model", "--backend", "torch", "--threshold", "0", "--columns", "b,a", "--no-probe"]
    options += ["--label-map", "LABEL_0=entailment,LABEL_1=neutral,LABEL_2=contradiction"]
    command(source, "-o", tmp_path / "out.jsonl", *options)
    labels = {"LABEL_0": "entailment", "LABEL_1": "neutral", "LABEL_2": "contradiction"}
    assert command.asked == [("folder/model", "torch", 0.0, labels, False)]
    assert all(row["flag"] for row in read("out.jsonl"))


@pytest.mark.parametrize("arguments", [["--threshold", "1.1"], ["--threshold", "-0.1"], ["--backend", "abacus"]])
def test_options_out_of_range(command, write, arguments):
    result = command(write("in.jsonl", ROWS), *arguments)
    assert result.exit_code == 2


def test_bad_rows_end_with_status_3(command, write, tmp_path):
    source = write("in.jsonl", [*ROWS, {"a": "bad"}])
    result = command(source, "-o", tmp_path / "out.jsonl")
    assert result.exit_code == 3
    assert f"1 could not be scored and were set aside in {tmp_path / 'out.jsonl.quarantine.jsonl'}" in result.stderr
    assert command(source, "-o", tmp_path / "out.jsonl", "--quarantine", tmp_path / "q.jsonl").exit_code == 3
    assert json.loads((tmp_path / "q.jsonl").read_text())["row"] == 11
    with pytest.raises(InputError, match="row 11"):
        command(source, "-o", tmp_path / "strict.jsonl", "--strict")


def test_quiet(command, write, tmp_path):
    result = command(write("in.jsonl", ROWS), "-o", tmp_path / "out.jsonl", "--quiet")
    assert (result.exit_code, result.output) == (0, "")


def test_standard_input_and_output(command):
    lines = "".join(json.dumps(row) + "\n" for row in ROWS) + "oops\n"
    result = command("-", stdin=lines)
    assert result.exit_code == 3
    assert [json.loads(line)["a"] for line in result.stdout.splitlines()] == [row["a"] for row in ROWS]
    bad, summary = result.stderr.splitlines()
    assert json.loads(bad) | {"reason": ""} == {"row": 11, "line": 11, "reason": "", "raw": "oops"}
    assert summary.endswith("1 could not be scored and were set aside")


def test_standard_input_in_other_formats(command, tmp_path):
    result = command("-", "--format", "csv", "--out-format", "tsv", stdin=b"a,b\nx,y\n")
    assert result.stdout.splitlines()[0].split("\t") == ["a", "b", *ADDED_COLUMNS]
    lines = b'{"a":"x","b":"y"}\n{"a":"x","b":"y","late":1}\n'
    result = command("-", "--out-format", "csv", stdin=lines)
    assert result.stdout.splitlines()[0].startswith("a,b,late,")
    result = command("-", "--out-format", "parquet", stdin=lines)
    assert result.stdout_bytes.startswith(b"PAR1")


def test_parquet_through_standard_input(command, tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = io.BytesIO()
    pq.write_table(pa.table({"a": ["x"], "b": ["y"]}), file)
    result = command("-", "--format", "parquet", stdin=file.getvalue())
    assert json.loads(result.stdout)["a"] == "x"


@pytest.mark.parametrize("stdin", [b"", b"\n"])
def test_empty_standard_input(command, stdin):
    with pytest.raises(TableError, match="standard input"):
        command("-", stdin=stdin)


def test_one_pair(command):
    result = command("--a", "It rains.", "--b", "It is dry.")
    expected = FakeScorer().score([("It rains.", "It is dry.")])[0]
    assert f"{expected.ba.contradiction:.3f}" in result.stdout
    assert f"contradiction score {expected.score:.3f}: {'' if expected.flag else 'not '}flagged" in result.stdout
    assert "threshold 0.500" in result.stdout


def test_one_pair_as_json(command):
    result = command("--a", "Идёт дождь.", "--b", "🙂", "--json")
    record = json.loads(result.stdout_bytes.decode("utf-8"))
    assert list(record) == ["a", "b", *ADDED_COLUMNS, "hint", "threshold", "model"]
    assert (record["a"], record["b"], record["model"]) == ("Идёт дождь.", "🙂", "fake")


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ([], "give a table"),
        (["--a", "x"], "both --a TEXT and --b TEXT"),
        (["in.jsonl", "--a", "x", "--b", "y"], "no table"),
        (["--a", "x", "--b", " "], "'--b'.*empty"),
        (["in.jsonl", "--json"], "--out-format jsonl"),
        (["in.jsonl", "--columns", "a"], "two different column names"),
    ],
)
def test_arguments_that_do_not_fit(command, arguments, word):
    with pytest.raises(InputError, match=word):
        command(*arguments)
    assert command.asked == []


def test_parquet_is_not_shown_on_a_terminal(write, scorer, monkeypatch):
    from nli.batch import JobOptions, score_table

    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    with pytest.raises(OutputError, match="not for the eye"):
        score_table(write("in.jsonl", ROWS), "-", scorer, JobOptions(out_format="parquet"))


def test_in_a_pipe_there_is_a_line_now_and_then(monkeypatch, capsys):
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    with progress_bar("Scoring") as update:
        for rows in range(0, 5000, 1000):
            update(rows, rows / 5000)
            now[0] += 20
    assert capsys.readouterr().err.splitlines() == [
        "Scoring: 2,000 rows (40%), 50 a second",
        "Scoring: 4,000 rows (80%), 50 a second",
    ]


def test_the_bar_is_for_terminals_only(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", Terminal())
    with progress_bar("Scoring", quiet=True) as update:
        assert update is None
    with progress_bar("Scoring") as update:
        assert update is not None
        update(0, 0.0)
        time.sleep(0.05)
        update(1500, 0.5)
        time.sleep(0.2)
        update(1600, None)
    shown = sys.stderr.getvalue()
    assert "Scoring" in shown
    assert "1,500 rows" in shown
    assert "a second" in shown


def test_nothing_heavy_is_loaded_before_it_is_needed():
    code = "import sys, nli.cli.score; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"torch", "transformers", "spacy", "datasets", "pandas", "pyarrow", "sklearn"} & set(loaded)


@pytest.mark.skipif(os.name == "nt", reason="no such signals")
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
@pytest.mark.parametrize("target", ["out.csv", "out.parquet"])
def test_being_stopped_leaves_everything_as_it_was(write, tmp_path, hidden, number, status, target):
    source = write("in.jsonl", [*ROWS, {"a": "bad"}] * 1000)
    write(target, b"older")
    process = start(source, "-o", tmp_path / target, seconds=30)
    try:
        assert process.stderr.readline() == b"scoring\n"
        assert len(hidden()) == 2  # the output and the quarantine in the making
        process.send_signal(number)
        _, errors = process.communicate(timeout=20)
    finally:
        process.kill()
    assert process.returncode == status
    assert b"Traceback" not in errors
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.jsonl", target]
    assert (tmp_path / target).read_bytes() == b"older"


@pytest.mark.skipif(os.name == "nt", reason="no such pipes")
def test_a_reader_that_has_seen_enough_is_no_error(write):
    source = write("in.jsonl", ROWS * 5000)
    with start(source, "--quiet") as process:
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no such device")
def test_standard_output_on_a_full_disk(write):
    source = write("in.jsonl", ROWS)
    with open("/dev/full", "wb") as full:
        line = [sys.executable, str(PROGRAM), "0", str(source)]
        done = subprocess.run(line, stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode not in (0, 3, 120)
    assert done.stderr.strip().splitlines() == [
        "error: standard output cannot be written: the disk is full; free some space or write elsewhere"
    ]


@pytest.mark.skipif(os.name == "nt", reason="no named pipes")
def test_a_named_pipe_can_be_read(command, tmp_path, read):
    pipe = tmp_path / "in.jsonl"
    os.mkfifo(pipe)
    with subprocess.Popen(["sh", "-c", f"printf '%s\\n' '{json.dumps(ROWS[0])}' > '{pipe}'"]):
        assert command(pipe, "-o", tmp_path / "out.csv").exit_code == 0
    assert [row["a"] for row in read("out.csv")] == ["text 0"]

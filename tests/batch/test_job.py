"""What a user relies on whatever the format: whole files or none, bounded memory, and errors that help."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys

import pytest

from nli.batch import JobOptions, score_table
from nli.batch.sink import Sink, _Output
from nli.errors import JobError, ModelError, NliError, OutputError, TableError

ROWS = [{"a": f"text {i}", "b": "other"} for i in range(10)]
TARGETS = ["out.jsonl", "out.csv", "out.parquet", "out.jsonl.gz"]


def test_the_scorer_is_loaded_only_when_both_tables_are_usable(write, tmp_path, scorer):
    def load():
        raise AssertionError("too early")

    write("in.jsonl", ROWS)
    write("empty.csv", "a,b\n")
    for source, target in [("empty.csv", "out.csv"), ("in.jsonl", "none/out.csv"), ("missing.csv", "out.csv")]:
        with pytest.raises(NliError):
            score_table(tmp_path / source, tmp_path / target, load)
    assert score_table(tmp_path / "in.jsonl", tmp_path / "out.csv", lambda: scorer).scored == 10


def test_progress_is_reported(write, tmp_path, scorer):
    write("in.jsonl", ROWS)
    for target in TARGETS:
        seen: list[tuple[int, float | None]] = []
        score_table(
            tmp_path / "in.jsonl",
            tmp_path / target,
            scorer,
            JobOptions(chunk_rows=4),
            lambda rows, fraction, seen=seen: seen.append((rows, fraction)),
        )
        assert [rows for rows, _ in seen] == [0, 4, 8, 10]
        assert all(fraction is not None and 0 <= fraction <= 1 for _, fraction in seen)
        assert seen[-1][1] == 1.0


def test_a_table_that_grows_while_it_is_read_is_not_half_scored(write, tmp_path, scorer):
    source = write("in.jsonl", ROWS)

    def grow(rows, fraction):
        if rows == 4:
            with source.open("a") as file:
                file.write('{"a": "late", "b": "row"}\n')

    with pytest.raises(JobError, match=r"in.jsonl changed while it was read"):
        score_table(source, tmp_path / "out.jsonl", scorer, JobOptions(chunk_rows=4), grow)
    assert not (tmp_path / "out.jsonl").exists()


def test_chunks_end_early_on_long_texts(run, write, scorer, monkeypatch):
    monkeypatch.setattr("nli.batch.parts.CHUNK_CHARACTERS", 30)
    write("in.jsonl", ROWS)
    assert run("in.jsonl").scored == 10
    assert scorer.calls == [3, 3, 3, 1]


def test_a_table_of_bad_rows_only(run, read, write, scorer):
    write("in.jsonl", [{"a": "", "b": ""}] * 3)
    summary = run("in.jsonl", "out.csv")
    assert (summary.scored, summary.quarantined, scorer.calls) == (0, 3, [])
    assert read("out.csv") == []


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("older", [True, False])
def test_after_an_error_everything_is_as_it_was(write, tmp_path, scorer, target, older):
    write("in.jsonl", [*ROWS, {"a": "bad"}])
    before = {"in.jsonl"}
    if older:
        (tmp_path / target).write_bytes(b"older")
        (tmp_path / f"{target}.quarantine.jsonl").write_bytes(b"older")
        before |= {target, f"{target}.quarantine.jsonl"}

    class Failing:
        def score(self, pairs):
            if pairs[0][0] == "text 8":
                raise ModelError("the model fell over")
            return scorer.score(pairs)

    with pytest.raises(ModelError, match="fell over"):
        score_table(tmp_path / "in.jsonl", tmp_path / target, Failing(), JobOptions(chunk_rows=4))
    assert {p.name for p in tmp_path.iterdir()} == before
    if older:
        assert (tmp_path / target).read_bytes() == b"older"
        assert (tmp_path / f"{target}.quarantine.jsonl").read_bytes() == b"older"


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("room", [0, 1, 400])
def test_a_full_disk_is_an_error_and_leaves_nothing(run, write, tmp_path, monkeypatch, target, room):
    left = room
    real = _Output.write

    def limited(self, data):
        nonlocal left
        if not self.muted:
            left -= len(memoryview(data).cast("B"))
            if left < 0:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(self, data)

    write("in.jsonl", ROWS)
    monkeypatch.setattr(_Output, "write", limited)
    with pytest.raises(OutputError, match="disk is full"):
        run("in.jsonl", target, chunk_rows=3)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.jsonl"]


@pytest.mark.parametrize("kind", ["jsonl", "csv", "parquet"])
def test_a_device_without_room(write, tmp_path, scorer, kind):
    write("in.jsonl", ROWS)
    with pytest.raises(OutputError, match="disk is full"):
        score_table(tmp_path / "in.jsonl", "/dev/full", scorer, JobOptions(out_format=kind))
    assert os.path.exists("/dev/full")


def test_a_device_is_written_and_not_replaced(write, tmp_path, scorer, capsys):
    write("in.jsonl", [*ROWS, {"a": "bad"}])
    score_table(tmp_path / "in.jsonl", "/dev/null", scorer, JobOptions(out_format="csv"))
    assert not os.path.isfile("/dev/null")
    assert not os.path.exists("/dev/null.quarantine.jsonl")
    assert json.loads(capsys.readouterr().err)["row"] == 11


def test_an_error_while_the_disk_is_asked_to_keep_it(run, write, tmp_path, monkeypatch):
    def fail(descriptor):
        raise OSError(errno.EIO, "Input/output error")

    write("in.jsonl", ROWS)
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OutputError, match="Input/output error"):
        run("in.jsonl")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.jsonl"]


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("missing.csv", "does not exist"),
        ("folder.csv", "is a directory"),
        ("table.xlsx", "suffix '.xlsx' is unknown.*--format"),
        ("table", "no suffix"),
        ("in.parquet.gz", "drop the .gz"),
        ("nul\0.csv", "cannot be opened"),
    ],
)
def test_inputs_that_cannot_be_opened(run, tmp_path, name, word):
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(TableError, match=word):
        run(name)


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("none/out.csv", "folder does not exist"),
        ("in.jsonl/out.csv", "is a file, not a folder"),
        ("folder.csv", "is a directory"),
        ("out.xlsx", "suffix '.xlsx' is unknown.*--out-format"),
        ("x" * 300 + ".csv", "cannot be written"),
        ("nul\0.csv", "cannot be written"),
        ("in.jsonl", "same file as the input"),
        ("link.jsonl", "same file as the input"),
        ("hard.jsonl", "same file as the input"),
        ("./in.jsonl", "same file as the input"),
    ],
)
def test_outputs_that_cannot_be_written(run, write, tmp_path, name, word, hidden):
    (tmp_path / "folder.csv").mkdir()
    source = write("in.jsonl", ROWS)
    (tmp_path / "link.jsonl").symlink_to(source)
    (tmp_path / "hard.jsonl").hardlink_to(source)
    before = source.read_bytes()
    with pytest.raises(OutputError, match=word):
        run("in.jsonl", name)
    assert source.read_bytes() == before
    assert hidden() == []


def test_unknown_formats_are_an_error(run, write):
    write("in.jsonl", ROWS)
    with pytest.raises(TableError, match=r"'xml' is not a format.*jsonl, csv, tsv, parquet"):
        run("in.jsonl", format="xml")
    with pytest.raises(OutputError, match="'xml' is not a format"):
        run("in.jsonl", out_format="xml")


def test_formats_can_be_said(run, read, write, tmp_path):
    write("in.txt", "a\tb\nx\ty\n")
    run("in.txt", "out.dat", format="tsv", out_format="csv")
    assert (tmp_path / "out.dat").read_text().startswith("a,b,entailment_ab,")


def test_missing_permissions(run, write, tmp_path):
    source = write("in.jsonl", ROWS)
    source.chmod(0)
    if os.access(source, os.R_OK):
        pytest.skip("this user may read and write everything")
    with pytest.raises(TableError, match="permission denied"):
        run("in.jsonl")
    source.chmod(0o600)
    (tmp_path / "locked").mkdir(mode=0o500)
    with pytest.raises(OutputError, match="permission denied"):
        run("in.jsonl", "locked/out.jsonl")
    write("out.jsonl", b"mine").chmod(0o400)
    with pytest.raises(OutputError, match="permission denied"):
        run("in.jsonl")


@pytest.mark.parametrize("code", [errno.EACCES, errno.EROFS])
def test_refusals_of_the_operating_system(run, write, tmp_path, monkeypatch, code):
    def refuse(*_, **__):
        raise OSError(code, os.strerror(code))

    write("in.jsonl", ROWS)
    monkeypatch.setattr("nli.batch.sink.os.open", refuse)
    with pytest.raises(OutputError, match="may not be written"):
        run("in.jsonl")


def test_an_older_result_is_replaced_with_its_rights_and_through_links(run, read, write, tmp_path):
    write("in.jsonl", ROWS)
    write("real.jsonl", b"older").chmod(0o640)
    (tmp_path / "out.jsonl").symlink_to("real.jsonl")
    run("in.jsonl")
    assert (tmp_path / "out.jsonl").is_symlink()
    assert len(read("real.jsonl")) == 10
    assert (tmp_path / "real.jsonl").stat().st_mode & 0o777 == 0o640


def test_a_new_result_has_the_usual_rights(run, write, tmp_path):
    umask = os.umask(0o027)
    try:
        write("in.jsonl", ROWS)
        run("in.jsonl")
    finally:
        os.umask(umask)
    assert (tmp_path / "out.jsonl").stat().st_mode & 0o777 == 0o640


def test_nothing_stands_under_the_name_until_it_is_published(tmp_path):
    target = tmp_path / "out.txt"
    with Sink(str(target)) as sink:
        sink.file.write(b"whole")
        sink.seal()
        assert not target.exists()
        sink.publish()
        assert target.read_bytes() == b"whole"
    assert [p.name for p in tmp_path.iterdir()] == ["out.txt"]


def test_quarantine_files_tell_of_the_last_run_only(run, read, write, tmp_path):
    default = tmp_path / "out.jsonl.quarantine.jsonl"
    write("in.jsonl", [*ROWS, {"a": "bad"}])
    assert run("in.jsonl").quarantine == str(default)
    assert len(read(default.name)) == 1
    write("in.jsonl", ROWS)
    assert run("in.jsonl").quarantine is None
    assert not default.exists()
    own = str(tmp_path / "bad.jsonl")
    run("in.jsonl", quarantine=own)
    assert (tmp_path / "bad.jsonl").read_bytes() == b""


def test_a_quarantine_that_cannot_be_written_is_known_at_once(run, write, tmp_path, scorer):
    write("in.jsonl", ROWS)
    with pytest.raises(OutputError, match="folder does not exist"):
        run("in.jsonl", quarantine=str(tmp_path / "none" / "bad.jsonl"))
    with pytest.raises(OutputError, match="same file as the output"):
        run("in.jsonl", quarantine=str(tmp_path / "out.jsonl"))
    assert scorer.calls == []
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.jsonl"]


MEMORY = """
import json, sys
import pyarrow as pa
import pyarrow.parquet as pq
from nli.batch import score_table
from nli.records import PairScore, Probabilities

kind, folder = sys.argv[1:]


class Constant:
    def score(self, pairs):
        third = Probabilities(0.25, 0.25, 0.5)
        return [PairScore(third, third, 0.5, True) for _ in pairs]


def rows(count):
    return ({"a": f"statement number {i}", "b": f"another statement {i * 7}", "id": i} for i in range(count))


peaks = []
for count in (70_000, 140_000) if kind == "parquet" else (10_000, 70_000):
    path = f"{folder}/{count}.{kind}"
    if kind == "parquet":
        batches = (pa.RecordBatch.from_pylist(list(rows(1000))) for _ in range(count // 1000))
        first = next(batches)
        with pq.ParquetWriter(path, first.schema) as writer:
            writer.write_batch(first, row_group_size=count)
            for batch in batches:
                writer.write_batch(batch)
    else:
        with open(path, "w") as file:
            if kind == "csv":
                file.write("a,b,id\\n")
            for row in rows(count):
                file.write((json.dumps(row) if kind == "jsonl" else ",".join(map(str, row.values()))) + "\\n")
    done = score_table(path, f"{folder}/out.{kind}", Constant())
    assert done.scored == count
    # Not ru_maxrss, which begins with what the process held that started this one.
    status = dict(line.split(":", 1) for line in open("/proc/self/status"))
    peaks.append(int(status["VmHWM"].split()[0]) / 1024)
print(peaks[1] - peaks[0])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is no /proc")
@pytest.mark.parametrize("kind", ["jsonl", "csv", "parquet"])
def test_memory_does_not_grow_with_the_table(tmp_path, kind):
    """Sixty thousand rows more take no more memory: held at once, they would take over 30 MiB."""
    command = [sys.executable, "-c", MEMORY, kind, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert float(done.stdout) < 16

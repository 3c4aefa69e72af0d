"""What a user of Parquet relies on."""

from __future__ import annotations

import datetime as dt
import decimal
import math

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from nli.batch import ADDED_COLUMNS
from nli.errors import InputError, TableError

PAIRS = {"a": ["x", "y", "z"], "b": ["1", "2", "3"]}


def rich_table() -> pa.Table:
    """A table of many types, each with a null."""
    struct = pa.struct([("k", pa.int8()), ("at", pa.timestamp("us"))])
    columns = {
        "id": pa.array([1, None, 2**62], pa.int64()),
        "a": pa.array(PAIRS["a"]).dictionary_encode(),
        "b": pa.array(PAIRS["b"], pa.large_string()),
        "f": pa.array([1.5, None, math.nan], pa.float32()),
        "money": pa.array([decimal.Decimal("1.10"), None, decimal.Decimal("-2.00")], pa.decimal128(10, 2)),
        "at": pa.array([5, None, 7], pa.timestamp("ns", "UTC")),
        "took": pa.array([5, None, 7], pa.duration("ns")),
        "day": pa.array([dt.date(2025, 1, 2), None, dt.date(1, 1, 1)]),
        "raw": pa.array([b"\xff\0", None, b""]),
        "list": pa.array([["é"], None, []]),
        "deep": pa.array([{"k": 1, "at": dt.datetime(2025, 1, 2, 3)}, None, {"k": None, "at": None}], struct),
        "map": pa.array([[("k", 1)], None, []], pa.map_(pa.string(), pa.int32())),
        "nothing": pa.nulls(3),
        "yes": pa.array([True, None, False]),
    }
    fields = [pa.field(name, array.type, metadata={"unit": name}) for name, array in columns.items()]
    return pa.Table.from_arrays(list(columns.values()), schema=pa.schema(fields, metadata={"made by": "a test"}))


def test_types_values_and_metadata_stay(run, tmp_path, scorer):
    table = rich_table()
    pq.write_table(table, tmp_path / "in.parquet")
    run("in.parquet", "out.parquet")
    before, after = pq.read_table(tmp_path / "in.parquet"), pq.read_table(tmp_path / "out.parquet")
    assert after.column_names == [*table.column_names, *ADDED_COLUMNS]
    kept = after.select(table.column_names)
    assert kept.schema.equals(before.schema, check_metadata=True)
    for name in table.column_names:
        # NaN equals nothing, so the words are compared as well.
        assert kept[name].equals(before[name]) or str(kept[name].to_pylist()) == str(before[name].to_pylist())
    assert after["flag"].type == after["truncated"].type == pa.bool_()
    expected = [score.score for score in scorer.score(list(zip(PAIRS["a"], PAIRS["b"], strict=True)))]
    assert after["score"].to_pylist() == expected  # not rounded


def test_any_type_can_become_text(run, read, tmp_path):
    pq.write_table(rich_table(), tmp_path / "in.parquet")
    run("in.parquet", "out.jsonl")
    first, null, last = read("out.jsonl")
    assert (first["id"], last["id"], null["id"]) == (1, 2**62, None)
    assert (first["money"], first["day"], first["raw"], first["list"]) == ("1.10", "2025-01-02", "/wA=", ["é"])
    assert first["at"].startswith("1970-01-01 00:00:00.000000005")
    assert first["deep"] == {"k": 1, "at": "2025-01-02T03:00:00"}
    assert (first["f"], last["f"]) == (1.5, "NaN")
    run("in.parquet", "out.csv")
    first, null, last = read("out.csv")
    assert (first["yes"], null["yes"], last["list"], last["f"]) == ("true", "", "[]", "NaN")


def test_json_becomes_the_types_that_hold_it(run, write, tmp_path):
    rows = [
        {"a": "x", "b": "y", "i": 1, "f": 1, "s": "t", "mix": 1, "yes": True, "n": None, "deep": {"k": [1]}, "big": 1},
        {"a": "x", "b": "y", "i": 2**63 - 1, "f": 0.5, "s": None, "mix": "1", "yes": False, "big": 2**63, "new": 1},
    ]
    write("in.jsonl", rows)
    run("in.jsonl", "out.parquet")
    table = pq.read_table(tmp_path / "out.parquet")
    kinds = {field.name: str(field.type) for field in table.schema if field.name not in ADDED_COLUMNS}
    assert kinds == {
        **dict.fromkeys(["a", "b", "s", "mix", "n", "deep", "big"], "string"),
        **{"i": "int64", "f": "double", "yes": "bool", "new": "int64"},
    }
    first, second = table.to_pylist()
    assert (first["i"], second["i"], first["f"], second["new"]) == (1, 2**63 - 1, 1.0, 1)
    assert (first["mix"], second["mix"], second["big"]) == ("1", '"1"', str(2**63))
    assert (first["deep"], second["deep"]) == ('{"k": [1]}', None)


def test_integers_too_large_for_a_float_are_not_rounded(run, write, tmp_path):
    write("in.jsonl", [{"a": "x", "b": "y", "n": 2**53 + 1}, {"a": "x", "b": "y", "n": 0.5}])
    run("in.jsonl", "out.parquet")
    assert pq.read_table(tmp_path / "out.parquet")["n"].to_pylist() == [str(2**53 + 1), "0.5"]


def test_csv_columns_stay_text(run, write, tmp_path):
    write("in.csv", "a,b,zip\nx,y,01234\n")
    run("in.csv", "out.parquet")
    assert pq.read_table(tmp_path / "out.parquet")["zip"].to_pylist() == ["01234"]


def test_bad_rows_are_set_aside(run, read, tmp_path):
    a = ["ok", None, "", " \n", "NUL\0", "x" * 200_001, "ok too"]
    pq.write_table(pa.table({"a": a, "b": ["y"] * 7, "n": range(7)}), tmp_path / "in.parquet")
    summary = run("in.parquet", "out.parquet")
    assert (summary.scored, summary.quarantined) == (2, 5)
    assert pq.read_table(tmp_path / "out.parquet")["n"].to_pylist() == [0, 6]
    bad = read("out.parquet.quarantine.jsonl")
    assert [row["row"] for row in bad] == [2, 3, 4, 5, 6]
    assert all("line" not in row and len(row["raw"]) <= 500 for row in bad)
    assert [word in row["reason"] for row, word in zip(bad, ["null", "empty", "empty", "NUL", "200,001"], strict=True)]
    assert bad[0]["raw"] == '{"a": null, "b": "y", "n": 1}'
    with pytest.raises(InputError, match=r"in.parquet, row 2: column 'a' holds nothing"):
        run("in.parquet", "strict.parquet", strict=True)


@pytest.mark.parametrize("target", ["out.parquet", "out.jsonl"])
def test_rows_with_broken_utf8_are_set_aside(run, read, tmp_path, target):
    def strings(*values: bytes) -> pa.Array:
        return pa.array(values, pa.binary()).view(pa.string())

    broken = pa.table(
        {
            "a": strings(b"ok", b"\xff", b"ok", b"last"),
            "b": ["1", "2", "3", "4"],
            "c": strings(b"", b"", b"\xc3(", b"\xc3\xa9"),
        }
    )
    pq.write_table(broken, tmp_path / "in.parquet")
    assert run("in.parquet", target).quarantined == 2
    assert [row["row"] for row in read(f"{target}.quarantine.jsonl")] == [2, 3]
    if target == "out.jsonl":
        assert [(row["a"], row["c"]) for row in read(target)] == [("ok", ""), ("last", "é")]
    else:
        assert pq.read_table(tmp_path / target)["b"].to_pylist() == ["1", "4"]


def test_chunks_that_cut_across_batches(run, tmp_path):
    count = 5_000
    table = pa.table({"a": [f"t{i}" if i % 7 else None for i in range(count)], "b": ["y"] * count, "n": range(count)})
    pq.write_table(table, tmp_path / "in.parquet", row_group_size=1_100)
    run("in.parquet", "out.parquet", chunk_rows=333)
    assert pq.read_table(tmp_path / "out.parquet")["n"].to_pylist() == [i for i in range(count) if i % 7]
    assert pq.ParquetFile(tmp_path / "out.parquet").num_row_groups == 1


def test_what_is_no_parquet_is_an_error(run, write, tmp_path):
    pq.write_table(pa.table(PAIRS), tmp_path / "good.parquet")
    good = (tmp_path / "good.parquet").read_bytes()
    for content, word in [
        (b"", "is empty"),
        (b"a,b\nx,y\n", "not a Parquet file"),
        (good[: len(good) // 2], "damaged"),
        (b"PAR1" + bytes(100), "damaged"),
    ]:
        write("in.parquet", content)
        with pytest.raises(TableError, match=word):
            run("in.parquet", "out.parquet")
        assert not (tmp_path / "out.parquet").exists()


def test_damage_within_the_data_is_an_error(run, write, tmp_path, hidden):
    pq.write_table(pa.table({"a": [f"text {i}" for i in range(9000)], "b": ["y"] * 9000}), tmp_path / "in.parquet")
    data = bytearray((tmp_path / "in.parquet").read_bytes())
    data[2000:4000] = bytes(2000)
    write("in.parquet", bytes(data))
    with pytest.raises(TableError, match="damaged"):
        run("in.parquet", "out.parquet")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.parquet"]


@pytest.mark.parametrize(
    ("table", "word"),
    [
        (pa.table({"a": ["x"], "c": ["y"]}), "'a', 'c'"),
        (pa.table({"a": [1], "b": ["y"]}), "type int64, not text"),
        (pa.table({"a": pa.nulls(1), "b": ["y"]}), "type null, not text"),
        (pa.table({**PAIRS, "flag": [1, 2, 3]}), "rename"),
        (pa.table({"a": pa.array([], pa.string()), "b": pa.array([], pa.string())}), "no rows"),
        (pa.Table.from_arrays([pa.array(["x"])] * 3, names=["a", "b", "a"]), "more than one column 'a'"),
    ],
)
def test_tables_that_cannot_be_scored_are_an_error(run, tmp_path, table, word):
    pq.write_table(table, tmp_path / "in.parquet")
    with pytest.raises(TableError, match=word):
        run("in.parquet", "out.parquet")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.parquet"]

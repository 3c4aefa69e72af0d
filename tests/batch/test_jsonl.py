"""What a user of JSON Lines relies on."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nli.batch import ADDED_COLUMNS
from nli.errors import InputError, OutputError, TableError

PAIR = {"a": "It rains.", "b": "It is dry."}


def test_rows_come_back_in_order_with_the_added_columns_last(run, read, write, scorer):
    rows = [{"id": i, "a": f"text {i}", "b": "other"} for i in range(25)]
    write("in.jsonl", rows)
    summary = run("in.jsonl", chunk_rows=10)
    out = read("out.jsonl")
    assert [row["id"] for row in out] == list(range(25))
    assert list(out[0]) == ["id", "a", "b", *ADDED_COLUMNS]
    assert scorer.calls == [10, 10, 5]
    assert (summary.scored, summary.quarantined) == (25, 0)
    assert summary.flagged == sum(row["flag"] for row in out)
    for row in out:
        expected = scorer.score([(row["a"], row["b"])])[0]
        assert row["score"] == round(expected.score, 6)
        assert row["contradiction_ab"] == round(expected.ab.contradiction, 6)
        assert row["entailment_ba"] == round(expected.ba.entailment, 6)
        assert row["label"] == expected.label


def test_each_row_keeps_its_own_text(run, write, tmp_path):
    lines = [
        '{"a":"x","b":"y","n":{"deep":[1,{"k":null}]},"f":1.50,"big":12345678901234567890123,"e":1E5,"nan":NaN}',
        '  { "b" : "\\u00fc" , "a":"\\ud83d\\ude00" ,"other":"\u2028\u202e שלום" }  ',
    ]
    write("in.jsonl", "\n".join(lines) + "\n")
    run("in.jsonl")
    out = (tmp_path / "out.jsonl").read_text(encoding="utf-8").split("\n")
    assert out[0].startswith(lines[0][:-1] + ", ")
    assert out[1].startswith(lines[1].strip()[:-1].rstrip() + ", ")


def test_a_byte_order_mark_blank_lines_crlf_and_a_missing_last_line_end_do_no_harm(run, read, write):
    body = b'\xef\xbb\xbf\r\n{"a":"x","b":"y"}\r\n\n   \n{"a":"v","b":"w"}'
    write("in.jsonl", body)
    run("in.jsonl")
    assert [row["a"] for row in read("out.jsonl")] == ["x", "v"]


@pytest.mark.parametrize(
    "names", [("a", "b"), ("premise", "hypothesis"), ("claim_a", "claim_b"), ("sentence1", "sentence2")]
)
def test_usual_names_are_found(run, read, write, scorer, names):
    write("in.jsonl", [{names[1]: "second", "z": 1, names[0]: "first"}])
    run("in.jsonl")
    assert read("out.jsonl")[0]["score"] == round(scorer.score([("first", "second")])[0].score, 6)


def test_other_names_are_given(run, read, write, scorer):
    write("in.jsonl", [{**PAIR, "premise": "p", "x": "first", "y": "second"}])
    run("in.jsonl", columns=("x", "y"))
    assert read("out.jsonl")[0]["score"] == round(scorer.score([("first", "second")])[0].score, 6)


def test_a_first_row_without_the_columns_does_not_hide_them(run, read, write):
    write("in.jsonl", [{"a": "only"}, PAIR])
    assert run("in.jsonl").quarantined == 1


@pytest.mark.parametrize(
    ("row", "options", "words"),
    [
        ({"x": "1", "y": "2"}, {}, ["none of the known pairs", "'x', 'y'", "--columns"]),
        ({**PAIR, "premise": "p", "hypothesis": "h"}, {}, ["several pairs", "'premise', 'hypothesis'", "--columns"]),
        (PAIR, {"columns": ("a", "c")}, ["no column 'c'", "'a', 'b'"]),
        ({**PAIR, "label": 1, "score": 2}, {}, ["'score', 'label'", "rename"]),
    ],
)
def test_columns_that_cannot_be_told_are_an_error(run, write, tmp_path, row, options, words):
    write("in.jsonl", [row])
    with pytest.raises(TableError) as caught:
        run("in.jsonl", **options)
    for word in words:
        assert word in str(caught.value)
    assert not (tmp_path / "out.jsonl").exists()


BAD_LINES = {
    "missing": (b'{"a":"x"}', "there is no 'b'"),
    "null": (b'{"a":null,"b":"y"}', "null"),
    "empty": (b'{"a":"","b":"y"}', "empty"),
    "whitespace": (b'{"a":"x","b":" \\n\\u00a0\\u3000 "}', "empty"),
    "invisible": (b'{"a":"x","b":"\\u200b\\u200d"}', "no visible character"),
    "number": (b'{"a":"x","b":12}', "12"),
    "list": (b'{"a":["x"],"b":"y"}', "list"),
    "object": (b'{"a":{"x":1},"b":"y"}', "dict"),
    "truth value": (b'{"a":true,"b":"y"}', "bool"),
    "broken": (b'{"a":"x","b":"y"', "broken JSON"),
    "cut off": (b'{"a":"x","b":"', "broken JSON"),
    "no JSON": (b"a,b", "broken JSON"),
    "no object": (b'["x","y"]', "not a JSON object"),
    "a string": (b'"x"', "not a JSON object"),
    "invalid UTF-8": (b'{"a":"caf\xe9 au lait, s\'il vous plait","b":"y"}', "invalid UTF-8"),
    "surrogate": (b'{"a":"x\\ud800","b":"y"}', "surrogate"),
    "surrogate elsewhere": (b'{"a":"x","b":"y","c":["\\udfff"]}', "surrogate"),
    "NUL": (b'{"a":"x\\u0000","b":"y"}', "NUL"),
    "raw NUL": (b'{"a":"x\0","b":"y"}', "broken JSON"),
    "too long": (b'{"a":"' + b"x" * 200_001 + b'","b":"y"}', "200,001"),
    "key twice": (b'{"a":"x","b":"y","a":"z"}', "'a' stands there twice"),
    "nested too deeply": (b'{"a":"x","b":"y","c":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "broken JSON"),
    "endless number": (b'{"a":"x","b":"y","c":' + b"1" * 5000 + b"}", "broken JSON"),
    "an added column": (b'{"a":"x","b":"y","score":1}', "'score'"),
}


@pytest.mark.parametrize(("line", "word"), BAD_LINES.values(), ids=BAD_LINES.keys())
@pytest.mark.parametrize("target", ["out.jsonl", "out.csv"])
def test_a_bad_line_is_set_aside_and_stops_nothing(run, read, write, tmp_path, line, word, target):
    good = b"".join(b'{"a":"good %d","b":"y"}\n' % i for i in range(250))
    write("in.jsonl", good + b"\n" + line + b'\n{"a":"last","b":"y"}\n')
    summary = run("in.jsonl", target)
    assert [row["a"] for row in read(target)] == [*(f"good {i}" for i in range(250)), "last"]
    assert (summary.scored, summary.quarantined) == (251, 1)
    assert summary.quarantine == str(tmp_path / f"{target}.quarantine.jsonl")
    (bad,) = read(f"{target}.quarantine.jsonl")
    assert (bad["row"], bad["line"]) == (251, 252)
    assert word in bad["reason"]
    assert 0 < len(bad["raw"]) <= 500
    assert bad["raw"][:9] == line[:9].decode()


def test_a_line_without_end_is_set_aside_in_bounded_memory(run, read, write, monkeypatch):
    monkeypatch.setattr("nli.batch.source.MAX_LINE_BYTES", 100_000)
    write("in.jsonl", json.dumps(PAIR) + "\n" + "x" * 350_000 + "\n" + json.dumps(PAIR) + "\n")
    assert run("in.jsonl").scored == 2
    assert read("out.jsonl.quarantine.jsonl")[0]["row"] == 2


def test_strict_stops_at_the_first_bad_row(run, write, tmp_path, hidden):
    write("in.jsonl", [PAIR, {"a": "x", "b": 7}, PAIR])
    with pytest.raises(InputError, match=r"in.jsonl, row 2, line 2: .*7.*leave out --strict"):
        run("in.jsonl", strict=True)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.jsonl"]


def test_tables_of_differing_rows_get_every_column(run, read, write):
    write("in.jsonl", [{**PAIR, "n": 1}, {**PAIR, "late": [1, "ü"], "t": True}, {"c": "x", **PAIR, "n": None}])
    run("in.jsonl", "out.csv")
    out = read("out.csv")
    assert list(out[0]) == ["a", "b", "n", "late", "t", "c", *ADDED_COLUMNS]
    assert [row["n"] for row in out] == ["1", "", ""]
    assert out[1]["late"] == '[1, "ü"]'
    assert [row["t"] for row in out] == ["", "true", ""]
    assert out[0]["flag"] in ("true", "false")


def test_compressed_tables(run, read, write, tmp_path):
    write("in.jsonl.gz", json.dumps(PAIR) + "\n")
    run("in.jsonl.gz", "out.jsonl.gz")
    assert read("out.jsonl.gz")[0]["a"] == PAIR["a"]
    first = (tmp_path / "out.jsonl.gz").read_bytes()
    run("in.jsonl.gz", "out.jsonl.gz")
    assert (tmp_path / "out.jsonl.gz").read_bytes() == first
    run("in.jsonl.gz", "out.csv.gz")
    assert read("out.csv.gz")[0]["a"] == PAIR["a"]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "is empty"),
        (b"\n\n  \n", "blank lines"),
        (b'[{"a":"x","b":"y"},\n{"a":"v","b":"w"}]\n', "jq"),
        (b'{\n"a": "x",\n"b": "y"\n}\n', "not JSON Lines"),
        (b'[{"a":"x","b":"y"}]', "jq"),
        (b"a,b\nx,y\n", "not JSON Lines"),
        (b"{}\n{}\n", "not JSON Lines"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)), "UTF-8"),
        (b"\x7fELF\2\1\1" + bytes(60), "UTF-8"),
        (b"PAR1" + bytes(30), "Parquet"),
        (b"PK\x03\x04" + bytes(30), "zip archive"),
        (b"\x1f\x8b\x08" + bytes(30), ".gz"),
        ('{"a":"x","b":"y"}'.encode("utf-16"), "UTF-16"),
        ('{"a":"x","b":"y"}'.encode("utf-16-le"), "UTF-8"),
        ('{"a":"привет","b":"мир"}'.encode("cp1251"), "another encoding"),
    ],
)
def test_what_is_not_json_lines_is_an_error(run, write, tmp_path, content, word):
    write("in.jsonl", content)
    with pytest.raises(TableError, match=word):
        run("in.jsonl")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.jsonl"]


def test_a_damaged_gzip_file_is_an_error(run, write, tmp_path):
    whole = write("in.jsonl.gz", "".join(json.dumps({**PAIR, "i": i * 7919}) + "\n" for i in range(9000))).read_bytes()
    (tmp_path / "in.jsonl.gz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(TableError, match="breaks off"):
        run("in.jsonl.gz")
    (tmp_path / "in.jsonl.gz").write_bytes(b'{"a":"x","b":"y"}\n')
    with pytest.raises(TableError, match="not a gzip file"):
        run("in.jsonl.gz")
    (tmp_path / "in.jsonl.gz").write_bytes(whole[:500] + b"\xff" * 300 + whole[800:])
    with pytest.raises(TableError, match="damaged"):
        run("in.jsonl.gz")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.jsonl.gz"]


def test_input_that_changes_between_two_readings_is_an_error(run, write, monkeypatch):
    from nli.batch.jsonl import JsonlReader
    from nli.batch.tables import Column

    write("in.jsonl", [{**PAIR, "new": 1}])
    monkeypatch.setattr(JsonlReader, "columns", lambda self: [Column("a", "text"), Column("b", "text")])
    for target in ("out.csv", "out.parquet"):
        with pytest.raises(OutputError, match=r"'new'.*changed"):
            run("in.jsonl", target)


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
usable = texts.filter(lambda t: "\0" not in t and any(c.isprintable() and not c.isspace() for c in t))
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)
keys = texts.filter(lambda k: k not in ADDED_COLUMNS and k not in ("premise", "claim_a", "sentence1"))


@given(rows=st.lists(st.tuples(usable, usable, st.dictionaries(keys, values, max_size=4)), min_size=1, max_size=8))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_object_comes_back_as_it_was(run, read, write, rows):
    records = [{**more, "a": a, "b": b} for a, b, more in rows]
    write("in.jsonl", records)
    assert run("in.jsonl").quarantined == 0
    out = read("out.jsonl")
    assert [{k: v for k, v in row.items() if k not in ADDED_COLUMNS} for row in out] == records


def test_a_prefix_lets_a_labelled_table_keep_its_label(run, read, write):
    write("in.jsonl", [{**PAIR, "label": "neutral"}])
    with pytest.raises(TableError, match="--prefix nli_"):
        run("in.jsonl")
    run("in.jsonl", prefix="nli_")
    assert list(read("out.jsonl")[0]) == ["a", "b", "label", *(f"nli_{name}" for name in ADDED_COLUMNS)]

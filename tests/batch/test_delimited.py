"""What a user of CSV and tab-separated tables relies on."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nli.batch import ADDED_COLUMNS
from nli.encoding import MAX_CHARACTERS
from nli.errors import InputError, TableError


def test_other_columns_pass_through_unchanged(run, read, write):
    cells = ["x", "y", "007", "1.50", "", 'a "b", c', "line\nbreak\r\nand\rmore", "שלום\u202e 🙂 é", " spaced ", "\0"]
    names = ["a", "b", *(f"c{i}" for i in range(len(cells) - 2))]
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows([names, cells])
    write("in.csv", text.getvalue())
    run("in.csv", "out.csv")
    (row,) = read("out.csv")
    assert [row[name] for name in names] == cells
    assert list(row) == [*names, *ADDED_COLUMNS]


def test_added_numbers_have_six_digits(run, read, write, scorer):
    write("in.csv", "a,b\nx,y\n")
    run("in.csv", "out.csv")
    (row,) = read("out.csv")
    expected = scorer.score([("x", "y")])[0]
    assert row["score"] == repr(round(expected.score, 6))
    assert row["flag"] == str(expected.flag).lower()
    assert row["label"] == expected.label


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_byte_order_mark_and_either_line_end(run, read, write, end):
    write("in.csv", b"\xef\xbb\xbf" + end.join(['"a",b', "x,y", "", "v,w"]).encode())
    run("in.csv", "out.jsonl")
    assert [(row["a"], row["b"]) for row in read("out.jsonl")] == [("x", "y"), ("v", "w")]


def test_tab_separated_tables(run, read, write):
    write("in.tsv", 'a\tb\tn\nx, y\tz\t1\n"q\tr"\ts\t2\n')
    run("in.tsv", "out.tsv")
    assert [(row["a"], row["n"]) for row in read("out.tsv")] == [("x, y", "1"), ("q\tr", "2")]
    run("in.tsv", "out.csv")
    assert [row["a"] for row in read("out.csv")] == ["x, y", "q\tr"]


def test_a_text_as_long_as_can_be_scored(run, write):
    write("in.csv", f'a,b\n"{"x" * MAX_CHARACTERS}",y\n')
    assert run("in.csv").scored == 1


BAD_RECORDS = {
    "too few cells": (b"x,y", "2 cells where the header has 3"),
    "too many cells": (b"x,y,1,2", "4 cells where the header has 3"),
    "empty": (b",y,1", "empty"),
    "blank": (b'x," \t ",1', "empty"),
    "NUL": (b"x\0,y,1", "NUL"),
    "invalid UTF-8": (b"x,caf\xe9 au lait and other things,1", "invalid UTF-8"),
    "invalid UTF-8 elsewhere": (b"x,yyyyyyyyyyyyyyyyyyyy,\xff", "invalid UTF-8"),
    "too long": (b"x" * (MAX_CHARACTERS + 1) + b",y,1", f"{MAX_CHARACTERS + 1:,}"),
    "text behind a quote": (b'"x" or so,y,1', "broken quotes"),
    "carriage return": (b"x,y\r,1", "carriage return"),
}


@pytest.mark.parametrize(("line", "word"), BAD_RECORDS.values(), ids=BAD_RECORDS.keys())
def test_a_bad_row_is_set_aside_and_stops_nothing(run, read, write, line, word):
    # The cell with a line end makes rows and lines differ.
    write("in.csv", b'a,b,n\n"first\nrow",y,0\n' + line + b"\nlast,y,2\n")
    summary = run("in.csv", "out.csv")
    assert [row["a"] for row in read("out.csv")] == ["first\nrow", "last"]
    assert (summary.scored, summary.quarantined) == (2, 1)
    (bad,) = read("out.csv.quarantine.jsonl")
    assert (bad["row"], bad["line"]) == (2, 4)
    assert word in bad["reason"]
    assert 0 < len(bad["raw"]) <= 500


@pytest.mark.parametrize("later", ["", '"quoted, fine",y,3\n'])
def test_a_quote_that_is_never_closed_costs_one_row(run, read, write, later):
    write("in.csv", 'a,b,n\nx,y,0\n"open,y,1\n' + "".join(f"row {i},y,2\n" for i in range(50)) + later)
    summary = run("in.csv", "out.csv")
    (bad,) = read("out.csv.quarantine.jsonl")
    assert (bad["row"], bad["line"], bad["raw"]) == (2, 3, '"open,y,1')
    assert "quote" in bad["reason"]
    assert summary.scored == 51 + bool(later)
    assert [row["a"] for row in read("out.csv")][1:51] == [f"row {i}" for i in range(50)]


def test_an_open_quote_before_more_text_than_a_cell_may_hold_costs_one_row(run, read, write):
    body = "".join(f"row {i} {'x' * 1000},y,2\n" for i in range(1500))
    write("in.csv", 'a,b,n\n"open,y,1\n' + body)
    summary = run("in.csv", "out.csv")
    assert (summary.scored, summary.quarantined) == (1500, 1)


def test_a_bad_row_of_several_lines_names_them(run, read, write):
    write("in.csv", 'a,b\n"one\ntwo"\nx,y\n')
    assert run("in.csv", "out.csv").scored == 1
    (bad,) = read("out.csv.quarantine.jsonl")
    assert "lines 2 to 3" in bad["reason"]
    assert bad["raw"] == '"one\ntwo"'


def test_strict_stops_at_the_first_bad_row(run, write, tmp_path):
    write("in.csv", "a,b\nx,y\n,y\n")
    with pytest.raises(InputError, match="row 2, line 3: column 'a'"):
        run("in.csv", strict=True)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.csv"]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "is empty"),
        (b"\n\n", "blank lines"),
        (b"a,b\n", "no rows"),
        (b"a,b\n\n\n", "no rows"),
        (b"x,y\n1,2\n", "'x', 'y'"),
        (b"a,b,a\n1,2,3\n", "more than one column 'a'"),
        (b"a;b\n1;2\n", "semicolons"),
        (b"a\tb\n1\t2\n", "--format tsv"),
        (b'a,"b\n', "header"),
        (b"a,b\xff,ccccccccccccccccccccc\n1,2\n", "header"),
        (b"a,b,score\n1,2,3\n", "rename"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)), "UTF-8"),
        (b"PK\x03\x04" + bytes(30), "spreadsheet"),
    ],
)
def test_what_is_no_table_is_an_error(run, write, tmp_path, content, word):
    write("in.csv", content)
    with pytest.raises(TableError, match=word):
        run("in.csv", "out.csv")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.csv"]


cells = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
usable = cells.filter(lambda t: "\0" not in t and any(c.isprintable() and not c.isspace() for c in t))


@given(rows=st.lists(st.tuples(usable, usable, cells, cells), min_size=1, max_size=8), delimiter=st.sampled_from(",\t"))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_cells_come_back_as_they_were(run, read, write, rows, delimiter):
    suffix = "csv" if delimiter == "," else "tsv"
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([["a", "b", "c", "ü, \n"], *rows])
    write(f"in.{suffix}", text.getvalue())
    assert run(f"in.{suffix}", f"out.{suffix}").quarantined == 0
    assert [tuple(row.values())[:4] for row in read(f"out.{suffix}")] == rows
    # Its own output is read again without loss, in the other format too.
    run(f"in.{suffix}", "out.jsonl")
    assert [tuple(row.values())[:4] for row in read("out.jsonl")] == rows

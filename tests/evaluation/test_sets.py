from __future__ import annotations

import json
from pathlib import Path

import pytest

from nli.errors import DataError, TableError
from nli.evaluation.sets import Columns, LabelledSet, label_counts, read_labelled, sample, tell_apart

ROWS = [
    {"id": 1, "a": "a man", "b": "a dog", "label": "neutral", "slice": "x"},
    {"id": 2, "a": "a man", "b": "no man", "label": "CONTRADICTION", "slice": "x"},
    {"id": 3, "a": "a man", "b": "a man", "label": "entailment", "slice": "y"},
    {"id": 4, "a": "a cat", "b": "a man", "label": "-", "slice": "y"},
]


def write(path: Path, rows: list[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_pairs_labels_and_slices_are_read(tmp_path: Path) -> None:
    found = read_labelled(write(tmp_path / "set.jsonl", ROWS))
    assert found.pairs[1] == ("a man", "no man")
    assert found.slices == ("x", "x", "y")
    assert (found.dropped, found.total, found.name) == (1, 3, "set")
    assert label_counts(found) == {"entailment": 1, "neutral": 1, "contradiction": 1}


def test_other_names_and_formats(tmp_path: Path) -> None:
    path = tmp_path / "set.csv"
    path.write_text("premise,hypothesis,gold_label\na man,a dog,neutral\n")
    assert read_labelled(path).labels == ("neutral",)
    path.write_text("left,right,label\na man,a dog,neutral\n")
    assert read_labelled(path, ("left", "right")).pairs == (("a man", "a dog"),)


def test_wrong_labels_are_listed_with_their_rows(tmp_path: Path) -> None:
    bad = [*ROWS, {"a": "x", "b": "y", "label": "perhaps"}, {"a": "", "b": "y", "label": "neutral"}]
    with pytest.raises(DataError, match=r"row 5: 'perhaps' is not an NLI label.*row 6: .*empty"):
        read_labelled(write(tmp_path / "set.jsonl", bad))


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([{"a": "x", "b": "y"}], "no column 'label'; its columns are a, b"),
        ([{"a": "x", "b": "y", "label": "-"}], "no labelled pairs"),
    ],
)
def test_sets_that_cannot_be_evaluated(tmp_path: Path, rows: list[dict[str, object]], said: str) -> None:
    with pytest.raises(DataError, match=said):
        read_labelled(write(tmp_path / "set.jsonl", rows))


def test_rows_without_an_agreed_label_are_counted_by_kind(tmp_path: Path) -> None:
    rows = [*ROWS, {"a": "x", "b": "y", "label": -1}, {"a": "x", "b": "y", "label": None}, {"a": "x", "b": "y"}]
    found = read_labelled(write(tmp_path / "set.jsonl", rows))
    assert found.dropped == 4
    assert found.notes[:3] == (
        "rows labelled '-' left out: 1",
        "rows labelled '-1' left out: 1",
        "rows without a label left out: 2",
    )


def test_groups_are_those_of_their_column_or_the_premises(tmp_path: Path) -> None:
    assert read_labelled(write(tmp_path / "a.jsonl", ROWS)).groups == ("a man",) * 3
    grouped = [{**row, "group": None if row["id"] == 2 else "g", "topic": "t"} for row in ROWS]
    path = write(tmp_path / "b.jsonl", grouped)
    assert read_labelled(path).groups == ("g", "a man", "g")
    assert read_labelled(path, Columns(group="topic")).groups == ("t",) * 3
    with pytest.raises(DataError, match="has no column 'subject'; its columns are"):
        read_labelled(path, Columns(group="subject"))


def test_a_two_way_set(tmp_path: Path) -> None:
    labels = ("entailment", "non-entailment", "not_entailment", "Not Entailment")
    rows: list[dict[str, object]] = [{"a": f"x{n}", "b": "y", "label": label} for n, label in enumerate(labels)]
    found = read_labelled(write(tmp_path / "set.jsonl", rows))
    assert found.two_way
    assert label_counts(found) == {"entailment": 1, "not_entailment": 3}
    with pytest.raises(DataError, match=r"labelled 'neutral' and pairs labelled 'not_entailment'.*--labels neutral="):
        read_labelled(write(tmp_path / "set.jsonl", [*rows, ROWS[0]]))
    meanings = {"neutral": "not_entailment", "contradiction": "not_entailment"}
    assert read_labelled(write(tmp_path / "set.jsonl", [*rows, ROWS[0]]), Columns(meanings=meanings)).two_way


def test_meanings_of_labels(tmp_path: Path) -> None:
    path = tmp_path / "set.csv"
    path.write_text("a,b,label\na man,a dog,0\nx,y,2\n")
    assert read_labelled(path, Columns(meanings={"0": "entailment", "2": "-"})).labels == ("entailment",)
    with pytest.raises(DataError, match="'0' cannot mean 'maybe'; say entailment"):
        read_labelled(path, Columns(meanings={"0": "maybe"}))


def test_repeated_pairs_are_told_and_those_in_dispute_named(tmp_path: Path) -> None:
    rows = [ROWS[0], ROWS[1], ROWS[0], {**ROWS[1], "label": "neutral"}]
    notes = read_labelled(write(tmp_path / "set.jsonl", rows)).notes
    assert "rows that repeat a pair: 2" in notes
    assert any("no model can get both right: 1" in note and "2 and 4" in note for note in notes)


def test_rows_in_dispute_are_numbered_as_in_the_file(tmp_path: Path) -> None:
    rows = [{**ROWS[0], "label": "-"}, ROWS[1], {**ROWS[1], "label": "neutral"}]
    notes = read_labelled(write(tmp_path / "set.jsonl", rows)).notes
    assert any("(rows 2 and 3)" in note for note in notes)


def test_two_sets_of_one_name_are_told_apart(tmp_path: Path) -> None:
    paths = [tmp_path / folder / "set.jsonl" for folder in ("one", "two")]
    for path in paths:
        path.parent.mkdir()
    names = [str(path) for path in paths]
    sets = [read_labelled(write(path, ROWS)) for path in paths]
    assert [one.name for one in tell_apart(sets, names)] == names
    assert [one.name for one in tell_apart(sets[:1], names[:1])] == ["set"]


def test_a_file_of_no_known_format_is_to_be_renamed(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"'.txt' is unknown.*rename the file$"):
        read_labelled(write(tmp_path / "set.txt", ROWS))


def test_missing_labels_are_told(tmp_path: Path) -> None:
    notes = read_labelled(write(tmp_path / "set.jsonl", ROWS[:1])).notes
    assert any("no pair is labelled entailment or contradiction" in note for note in notes)


def test_the_rows_have_a_sum_of_their_own(tmp_path: Path) -> None:
    one = read_labelled(write(tmp_path / "one.jsonl", ROWS))
    other = read_labelled(write(tmp_path / "other.jsonl", [{**row, "note": "x"} for row in ROWS]))
    assert one.sha256 != other.sha256
    assert one.rows_sha256() == other.rows_sha256() != one.take([0, 1]).rows_sha256()


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "set.jsonl").write_bytes(b"")
    with pytest.raises(TableError, match="is empty"):
        read_labelled(tmp_path / "set.jsonl")


def test_a_sample_is_seeded_and_keeps_its_rows_together(tmp_path: Path) -> None:
    found = read_labelled(write(tmp_path / "set.jsonl", ROWS * 20))
    some = sample(found, 7, seed=3)
    assert len(some.pairs) == 7
    assert some == sample(found, 7, seed=3)
    assert some != sample(found, 7, seed=4)
    together = set(zip(found.pairs, found.labels, found.slices))
    assert set(zip(some.pairs, some.labels, some.slices)) <= together
    assert sample(found, 10**6) is found


def test_a_sample_of_a_two_way_set_is_one() -> None:
    one = LabelledSet("two", (("a", "b"), ("c", "d")), ("entailment", "not_entailment"), ("", ""), 0, "0", 2)
    assert one.two_way
    assert one.take([0]).two_way
    assert not LabelledSet("three", (("a", "b"),), ("entailment",), ("",), 0, "0", 1).two_way

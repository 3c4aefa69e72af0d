from __future__ import annotations

import json
from pathlib import Path

import pytest

from nli.errors import DataError, TableError
from nli.evaluation.run import evaluate, sample
from nli.evaluation.sets import label_counts, read_labelled
from nli.models import load_model

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


def test_an_evaluation_says_what_was_measured(tmp_path: Path, tiny_exported: Path) -> None:
    labelled = read_labelled(write(tmp_path / "set.jsonl", ROWS))
    result = evaluate(labelled, load_model(tiny_exported, probe=False))
    values = json.loads(json.dumps(result.as_json(), allow_nan=False))
    assert values["figures"]["rows"] == 3
    assert set(values["slices"]) == {"x", "y"}
    assert values["set_sha256"] == labelled.sha256
    assert (values["dropped"], values["backend"]) == (1, "onnx")
    assert sum(map(sum, values["figures"]["confusion"])) == 3

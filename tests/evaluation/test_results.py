"""The results file: what stands in it, its schema, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from made import by_chance, labelled
from pydantic import ValidationError
from tiny import edit_json

from nli.calibration import Calibration
from nli.errors import DataError
from nli.evaluation.comparison_file import Comparisons
from nli.evaluation.curves import contradiction_reliability, label_reliability, precision_recall
from nli.evaluation.metrics import measure
from nli.evaluation.results import (
    ModelRecord,
    Results,
    as_text,
    collect_results,
    model_record,
    read_results,
    set_result,
)
from nli.evaluation.run import NUMBER_SLICE, Evaluation, evaluate, find_slices
from nli.evaluation.sets import LabelledSet, read_labelled
from nli.models import describe_model, fingerprint, load_model
from nli.scoring import Scorer

ROOT = Path(__file__).parents[2]

ROWS = [
    {"a": "a man", "b": "a dog", "label": "neutral", "slice": "x"},
    {"a": "a man", "b": "no man", "label": "contradiction", "slice": "x;z"},
    {"a": "a man", "b": "a man", "label": "entailment", "slice": "y"},
    {"a": "a cat", "b": "91 died", "label": "contradiction", "slice": ""},
    {"a": "a cat", "b": "a man", "label": "-", "slice": "y"},
]


@pytest.fixture
def small(tmp_path: Path) -> LabelledSet:
    path = tmp_path / "set.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS), encoding="utf-8")
    return read_labelled(path)


@pytest.fixture
def evaluation(small: LabelledSet, tiny_exported: Path) -> Evaluation:
    return evaluate(small, load_model(tiny_exported, probe=False), resamples=100)


def results(evaluation: Evaluation, *, with_pairs: bool = False) -> Results:
    model = ModelRecord(name="m", backend="onnx", sha256="0" * 64, threshold=0.5, temperature=1.0, fitted_on="")
    one = set_result(evaluation, with_pairs=with_pairs)
    return collect_results(model, [one], seed=0, resamples=100, arguments=["nli", "eval", "my set.jsonl"])


def test_an_evaluation_says_what_was_measured(evaluation: Evaluation, small: LabelledSet, tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    path.write_text(as_text(results(evaluation)), encoding="utf-8")
    value = json.loads(path.read_text(), parse_constant=pytest.fail)  # no NaN
    assert value["command"] == "nli eval 'my set.jsonl'"
    assert {"python", "numpy", "scikit-learn", "nli-contradiction"} <= set(value["versions"])
    (one,) = value["results"]
    assert (one["rows"], one["groups"], one["set"]["dropped"]) == (4, 2, 1)
    assert one["set"]["sha256"] == small.sha256
    assert one["set"]["rows_sha256"] == small.rows_sha256()
    assert set(one["figures"]["accuracy"]) == {"value", "error", "low", "high"}
    assert set(one["slices"]) == {"x", "y", "z", NUMBER_SLICE}
    assert sum(map(sum, one["confusion"])) == 4
    assert sum(bin["pairs"] for bin in one["reliability"]["label"]) == 4
    assert one["pairs_per_second"] > 0
    assert one["pairs"] is None
    assert read_results(path) == results(evaluation).model_copy(update={"created": value["created"]})


def test_the_file_has_a_line_a_figure_and_no_text_is_changed(evaluation: Evaluation) -> None:
    odd = results(evaluation).model_copy(update={"command": 'nli "{ [\n 1 ] }"\n  {\n   x'})
    text = as_text(odd)
    assert json.loads(text) == odd.model_dump(mode="json")
    assert sum('"accuracy": {' in line and line.rstrip(",").endswith("}") for line in text.splitlines()) == 5


def test_what_a_model_card_needs_is_there(evaluation: Evaluation) -> None:
    figures = set_result(evaluation).figures
    for name in ("accuracy", "macro_f1", "contradiction_precision", "contradiction_recall", "contradiction_f1"):
        assert figures[name].value is not None
    for name in ("flag_precision", "flag_recall", "flag_f1", "ece", "ece_raw", "brier", "log_loss", "direction_gap"):
        assert name in figures


def test_pairs_are_kept_on_demand(evaluation: Evaluation) -> None:
    kept = set_result(evaluation, with_pairs=True).pairs
    assert kept is not None
    assert kept.truth == ["neutral", "contradiction", "entailment", "contradiction"]
    for row in zip(kept.entailment, kept.neutral, kept.contradiction):
        assert sum(row) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(("name", "kind"), [("results", Results), ("comparison", Comparisons)])
def test_the_schemas_in_the_docs_are_those_of_the_program(name: str, kind: type[Results] | type[Comparisons]) -> None:
    written = json.loads((ROOT / "docs" / f"{name}.schema.json").read_text(encoding="utf-8"))
    assert written == kind.model_json_schema(mode="serialization")


def test_results_of_others_and_damaged_ones(evaluation: Evaluation, tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    path.write_text("{")
    with pytest.raises(DataError, match="is no results file"):
        read_results(path)
    path.write_text(as_text(results(evaluation)), encoding="utf-8")
    edit_json(path, seed="x")
    with pytest.raises(DataError, match=r"is no whole results file \(seed"):
        read_results(path)
    edit_json(path, schema_version=1)
    with pytest.raises(DataError, match="has schema version 1 and this program reads 2; measure it again"):
        read_results(path)
    with pytest.raises(DataError, match="is no results file"):
        read_results(tmp_path / "none.json")
    with pytest.raises(ValidationError):
        Results.model_validate({})


def test_slices_are_those_of_the_set_and_numbers_in_b(small: LabelledSet) -> None:
    assert find_slices(small) == {"x": [0, 1], "y": [2], "z": [1], NUMBER_SLICE: [3]}
    words = labelled(["neutral"] * 3)
    texts = (("", "two thirds of it"), ("", "no one came"), ("", "often"))
    numbered = LabelledSet("n", texts, words.labels, words.slices, 0, "", 3)
    assert find_slices(numbered) == {NUMBER_SLICE: [0]}


def test_results_say_which_model_was_measured(own_bert: Path) -> None:
    scorer = load_model(own_bert, probe=False)
    assert model_record(scorer).sha256 == fingerprint(own_bert) == describe_model(own_bert)["sha256"]
    made = Scorer("made", scorer.encoder, scorer.backend, scorer.order, Calibration(1.5, biases=(0.1, 0.0, -0.1)))
    record = model_record(made)
    assert (record.name, record.sha256, record.calibration.biases) == ("made", None, (0.1, 0.0, -0.1))


def test_reliability_bins_by_hand() -> None:
    made = by_chance(3000, seed=8)
    bins = label_reliability(made)
    assert sum(one.pairs for one in bins) == 3000
    gap = sum(one.pairs * abs(one.observed - one.predicted) for one in bins if one.pairs) / 3000
    assert gap == pytest.approx(measure(made, resamples=2).figures["ece"].value)
    assert all(one.observed_low <= one.observed <= one.observed_high for one in bins if one.pairs)
    assert [one.low for one in contradiction_reliability(made)] == pytest.approx([n / 10 for n in range(10)])


def test_the_curve_runs_from_the_highest_threshold_to_full_recall() -> None:
    made = by_chance(3000, seed=8)
    curve = precision_recall(made)
    assert len(curve.threshold) == len(curve.recall) == 200
    assert curve.threshold == tuple(sorted(curve.threshold, reverse=True))
    assert curve.recall[-1] == 1
    assert curve.precision[-1] == pytest.approx(float(made.contradicts.mean()), abs=0.02)

from __future__ import annotations

import pytest
from made import by_chance, labelled, score, scored

from nli.errors import DataError
from nli.evaluation.metrics import measure
from nli.evaluation.results import FigureRecord, ModelRecord, Results, collect_results, set_result
from nli.evaluation.run import Evaluation
from nli.evaluation.sets import Truth
from nli.labels import LABELS
from nli.report.markdown import models_table, render_markdown, with_interval


def results(name: str, rows: int, *, two_way: bool = False) -> Results:
    made = by_chance(rows, seed=1)
    one = labelled([LABELS[i] for i in made.truth])
    if two_way:
        truth: list[Truth] = ["entailment", "not_entailment"] * 5
        one, made = labelled(truth), scored(truth, [score("neutral")] * 10)
    measured = measure(made, resamples=100)
    found = Evaluation(one, made, measured, {"part|one": measured}, ("mind the gap",), 1.0, None, 1.0)
    model = ModelRecord(name=name, backend="onnx", sha256=None, threshold=0.6, temperature=1.0, fitted_on="dev")
    return collect_results(model, [set_result(found)], seed=0, resamples=100, arguments=["nli"])


def test_a_figure_with_its_interval() -> None:
    assert with_interval("accuracy", FigureRecord(value=0.5, error=0.1, low=0.4, high=0.6)) == "50.0 (40.0–60.0)"
    assert with_interval("brier", FigureRecord(value=0.5, error=0.1, low=0.4, high=0.6)) == "0.500 (0.400–0.600)"
    assert with_interval("accuracy", FigureRecord(value=1.0, error=0.0, low=None, high=None)) == "100.0 (–)"
    assert with_interval("accuracy", FigureRecord(value=None, error=None, low=None, high=None)) == "–"
    assert with_interval("accuracy", None) == "–"


def test_a_table_of_models_has_a_row_for_each() -> None:
    table = models_table([results("one", 200), results("two", 200)])
    assert table.startswith("**made**, 200 pairs\n\n| model | accuracy | macro-F1 | contradiction F1 |")
    assert [line.split(" | ")[0] for line in table.splitlines()[4:6]] == ["| one", "| two"]


def test_other_rows_of_a_set_do_not_share_a_table() -> None:
    with pytest.raises(DataError, match="two was measured on other rows of made than one"):
        models_table([results("one", 200), results("two", 100)])


def test_a_two_way_set_has_no_columns_of_contradictions() -> None:
    assert "contradiction" not in models_table([results("one", 0 + 10, two_way=True)])


def test_a_page_says_how_it_was_measured() -> None:
    page = render_markdown(results("one", 200))
    for said in ("# one", "calibrated on dev", "- mind the gap", "| ROC AUC |", "| true \\ predicted |", "part\\|one"):
        assert said in page
    widths = {line.count(" | ") for line in page.split("| slice |")[1].splitlines()[1:3]}
    assert len(widths) == 1

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


def test_a_table_of_models_has_a_row_for_each_and_a_column_a_set() -> None:
    one, two, again = results("one", 200), results("two", 200), results("one", 200)
    table = models_table([one, two, again], "accuracy").splitlines()
    assert table[0] == "| accuracy | made (200) |"
    figure = one.results[0].figures["accuracy"]
    assert table[2] == f"| one (onnx) | {100 * (figure.value or 0):.1f} ± {100 * (figure.error or 0):.1f} |"
    assert [line.split(" | ")[0] for line in table[3:]] == ["| two", "| one (onnx)"]


def test_a_model_that_was_not_measured_on_a_set_has_a_dash() -> None:
    one, two = results("one", 200), results("two", 200)
    other = two.results[0].model_copy(update={"set": two.results[0].set.model_copy(update={"name": "more"})})
    both = two.model_copy(update={"results": [*two.results, other]})
    table = models_table([one, both], "accuracy", ["more", "made"]).splitlines()
    assert table[0] == "| accuracy | more (200) | made (200) |"
    assert [line.split(" | ")[1] == "–" for line in table[2:]] == [True, False]


def test_what_no_table_can_be_made_of() -> None:
    with pytest.raises(DataError, match="two was measured on other rows of made"):
        models_table([results("one", 200), results("two", 100)], "accuracy")
    with pytest.raises(DataError, match="there is no figure 'acuracy'"):
        models_table([results("one", 200)], "acuracy")
    with pytest.raises(DataError, match="no file has results of mode; there are made"):
        models_table([results("one", 200)], "accuracy", ["mode"])


def test_a_two_way_set_has_no_figures_of_contradictions() -> None:
    table = models_table([results("one", 10, two_way=True)], "contradiction_f1")
    assert table.splitlines()[-1] == "| one | – |"


def test_a_page_says_how_it_was_measured() -> None:
    page = render_markdown(results("one", 200))
    for said in ("# one", "calibrated on dev", "- mind the gap", "| ROC AUC |", "| true \\ predicted |", "part\\|one"):
        assert said in page
    widths = {line.count(" | ") for line in page.split("| slice |")[1].splitlines()[1:3]}
    assert len(widths) == 1

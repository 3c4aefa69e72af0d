"""Every figure against scikit-learn, a second library, or a number worked out by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from made import by_chance, labelled, score, scored
from sklearn import metrics as sk
from torchmetrics.functional.classification import (
    binary_precision_at_fixed_recall,
    multiclass_calibration_error,
    multiclass_f1_score,
)

from nli.calibration import Calibration
from nli.errors import DataError
from nli.evaluation.figures import FIGURES, RECALLS
from nli.evaluation.metrics import expected_calibration_error, measure
from nli.evaluation.scored import gather
from nli.labels import LABELS
from nli.records import Label, PairScore, Probabilities

TRUTH: list[Label] = ["entailment"] * 4 + ["neutral"] * 3 + ["contradiction"] * 3
GUESS: list[Label] = ["entailment", "entailment", "neutral", "contradiction", "neutral", "neutral", "contradiction"]
GUESS += ["contradiction", "contradiction", "neutral"]
SCORES = [score(label) for label in GUESS]


def value(truth: list[Label], scores: list[PairScore], name: str) -> float:
    return measure(scored(truth, scores), resamples=100).figures[name].value


def test_counted_figures_equal_those_of_scikit_learn() -> None:
    found = measure(scored(TRUTH, SCORES), resamples=100)
    report = sk.classification_report(TRUTH, GUESS, output_dict=True)
    for label in LABELS:
        for ours, theirs in (("precision", "precision"), ("recall", "recall"), ("f1", "f1-score")):
            assert found.figures[f"{label}_{ours}"].value == pytest.approx(report[label][theirs])
    assert found.figures["accuracy"].value == pytest.approx(sk.accuracy_score(TRUTH, GUESS))
    assert found.figures["macro_f1"].value == pytest.approx(sk.f1_score(TRUTH, GUESS, average="macro"))
    assert found.confusion == ((2, 1, 1), (0, 2, 1), (0, 1, 2))
    assert found.confusion == tuple(map(tuple, sk.confusion_matrix(TRUTH, GUESS, labels=LABELS)))
    assert found.counts == {"entailment": 4, "neutral": 3, "contradiction": 3}
    assert found.figures["flag_precision"].value == pytest.approx(0.5)
    assert found.figures["flags_per_1000_neutral"].value == pytest.approx(1000 / 3)
    assert found.figures["flags_per_1000_entailment"].value == pytest.approx(250)


@pytest.mark.parametrize("per_group", [1, 4])
def test_figures_of_probabilities_equal_those_of_two_libraries(per_group: int) -> None:
    made = by_chance(700, seed=5, per_group=per_group)
    figures = {name: figure.value for name, figure in measure(made, resamples=100).figures.items()}
    real = made.truth == 2
    assert figures["average_precision"] == pytest.approx(sk.average_precision_score(real, made.score), abs=1e-6)
    assert figures["roc_auc"] == pytest.approx(sk.roc_auc_score(real, made.score), abs=1e-6)
    assert figures["log_loss"] == pytest.approx(sk.log_loss(made.truth, made.table))
    assert figures["brier"] == pytest.approx(((made.table - np.eye(3)[made.truth]) ** 2).sum(axis=1).mean())
    table, truth = torch.tensor(made.table), torch.tensor(made.truth)
    assert figures["ece"] == pytest.approx(multiclass_calibration_error(table, truth, 3, n_bins=15).item(), abs=1e-6)
    raw = torch.tensor(made.raw)
    assert figures["ece_raw"] == pytest.approx(multiclass_calibration_error(raw, truth, 3, n_bins=15).item(), abs=1e-6)
    assert figures["macro_f1"] == pytest.approx(multiclass_f1_score(table, truth, 3).item(), abs=1e-6)
    for recall in RECALLS:
        best, _ = binary_precision_at_fixed_recall(torch.tensor(made.score), torch.tensor(real).long(), recall)
        assert figures[f"precision_at_recall_{100 * recall:.0f}"] == pytest.approx(best.item(), abs=1e-6)


def test_equal_scores_are_one_threshold() -> None:
    made = by_chance(400, seed=2)
    coarse = replace(made, score=np.round(made.score, 1))
    figures = measure(coarse, resamples=100).figures
    real = made.truth == 2
    assert figures["average_precision"].value == pytest.approx(sk.average_precision_score(real, coarse.score), abs=1e-6)
    assert figures["roc_auc"].value == pytest.approx(sk.roc_auc_score(real, coarse.score), abs=1e-6)


def test_flags_are_measured_apart_from_labels() -> None:
    scores = [score("neutral", flag=True), score("contradiction", flag=False)]
    figures = measure(scored(["contradiction", "neutral"], scores), resamples=100).figures
    assert figures["contradiction_recall"].value == 0
    assert figures["flag_recall"].value == 1
    assert figures["flag_f1"].value == 1


def test_what_cannot_be_measured_is_nan_and_no_number() -> None:
    figures = measure(scored(["neutral", "neutral"], [score("neutral"), score("entailment")]), resamples=100).figures
    for name in ("contradiction_recall", "contradiction_f1", "flag_recall", "roc_auc", "average_precision"):
        assert not figures[name].known
        assert math.isnan(figures[name].low)
    assert figures["accuracy"].value == 0.5
    assert not figures["direction_gap"].known


def test_one_class_only() -> None:
    figures = measure(scored(["contradiction"] * 3, [score("contradiction")] * 3), resamples=100).figures
    assert figures["accuracy"].value == 1
    for name in ("average_precision", "roc_auc", "precision_at_recall_90"):
        assert not figures[name].known  # nothing to rank the contradictions against
    assert not figures["flags_per_1000_neutral"].known


def test_one_row_two_rows_and_no_row() -> None:
    one = measure(scored(["neutral"], [score("neutral")]), resamples=100).figures
    assert one["accuracy"].value == 1
    assert one["accuracy"].low < 0.3
    two = measure(scored(["contradiction"] * 2, [score("contradiction")] * 2), resamples=100).figures
    for name in ("accuracy", "contradiction_f1", "macro_f1", "flag_recall"):
        assert two[name].value == 1
        assert two[name].low < 0.6, name
    with pytest.raises(DataError, match="at least one"):
        gather(labelled([]), [])
    with pytest.raises(DataError, match="1 labels and 2 scores"):
        gather(labelled(["neutral"]), [score("neutral")] * 2)


def test_a_two_way_set_by_hand() -> None:
    truth = ["entailment", "entailment", "not_entailment", "not_entailment"]
    scores = [score("entailment"), score("contradiction"), score("neutral"), score("entailment", sure=0.6)]
    found = measure(scored(truth, scores), resamples=100)  # type: ignore[arg-type]
    assert found.confusion == ((1, 1), (1, 1))
    assert found.figures["accuracy"].value == 0.5
    assert found.figures["not_entailment_recall"].value == 0.5
    assert found.figures["flags_per_1000_entailment"].value == 500
    assert "contradiction_f1" not in found.figures
    assert "average_precision" not in found.figures
    # Confidence in what is called: .8, .9 (neutral and contradiction together), .9, .6.
    expected = (abs(1 - 0.8) + abs((0 + 1) - (0.9 + 0.9)) + abs(0 - 0.6)) / 4
    assert found.figures["ece"].value == pytest.approx(expected)
    brier = (2 * 0.2**2 + 2 * 0.9**2 + 2 * 0.1**2 + 2 * 0.6**2) / 4
    assert found.figures["brier"].value == pytest.approx(brier)


def test_every_measured_figure_has_a_name_and_a_meaning() -> None:
    three = measure(by_chance(50, seed=0), resamples=100).figures
    two = measure(scored(["entailment", "not_entailment"], [score("neutral")] * 2), resamples=100).figures
    assert set(three) | set(two) == set(FIGURES)


def test_calibration_error_by_hand() -> None:
    # Two rows at confidence .9 of which one is right, two at .6 of which both are right.
    table = np.array([[0.9, 0.05, 0.05]] * 2 + [[0.6, 0.2, 0.2]] * 2)
    labels = np.array([0, 1, 0, 0])
    assert expected_calibration_error(table, labels) == pytest.approx((2 * abs(0.5 - 0.9) + 2 * abs(1 - 0.6)) / 4)


def test_calibration_of_a_perfect_and_sure_model() -> None:
    sure = [score(label, sure=1.0, back=1.0) for label in TRUTH]
    assert [value(TRUTH, sure, name) for name in ("ece", "brier", "direction_gap")] == pytest.approx(
        [0, 0, 0], abs=1e-9
    )
    hesitant = [score(label, sure=0.5, back=0.2) for label in TRUTH]
    assert value(TRUTH, hesitant, "ece") == pytest.approx(0.5)
    assert value(TRUTH, hesitant, "direction_gap") == pytest.approx(0.3)
    assert value(TRUTH, hesitant, "log_loss") == pytest.approx(math.log(2))


def test_the_certainly_wrong_cost_much_but_not_everything() -> None:
    wrong = value(["neutral"], [score("contradiction", sure=1.0)], "log_loss")
    assert 30 < wrong < 40


def test_uncalibrated_figures_are_of_the_labels_before_calibration() -> None:
    calibration = Calibration(scales=(1.0, 1.0, 1.0), biases=(2.0, 0.0, 0.0))
    raw = np.array([[0.3, 0.6, 0.1], [0.2, 0.1, 0.7]])
    table = raw * np.exp(calibration.biases)
    table /= table.sum(axis=1, keepdims=True)
    pairs = [PairScore(Probabilities(*row), Probabilities(*row), row[2], False) for row in table.tolist()]
    found = gather(labelled(["neutral", "contradiction"]), pairs, calibration)
    assert found.raw == pytest.approx(raw)
    assert (found.predicted.tolist(), found.likeliest(calibrated=False).tolist()) == ([0, 0], [1, 2])
    figures = {name: figure.value for name, figure in measure(found, resamples=2).figures.items()}
    assert figures["accuracy"] == 0
    assert figures["ece_raw"] == pytest.approx((0.4 + 0.3) / 2)
    assert figures["ece"] == pytest.approx(table.max(axis=1).mean())


def test_a_tie_goes_to_contradiction_last() -> None:
    tables = [(0.4, 0.2, 0.4), (0.2, 0.4, 0.4), (0.4, 0.4, 0.2), (0.3, 0.3, 0.4)]
    even = [PairScore(Probabilities(*table), Probabilities(*table), table[2], False) for table in tables]
    assert scored(["neutral"] * 4, even).predicted.tolist() == [0, 1, 1, 2]
    assert [LABELS[i] for i in scored(["neutral"] * 4, even).predicted] == [one.label for one in even]

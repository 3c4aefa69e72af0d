from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, f1_score, precision_score, recall_score

from nli.errors import DataError
from nli.evaluation.metrics import expected_calibration_error, measure, measure_calibration
from nli.labels import LABELS
from nli.records import Label, PairScore, Probabilities


def score(label: Label, *, sure: float = 0.8, flag: bool | None = None, back: float | None = None) -> PairScore:
    rest = (1 - sure) / 2
    ab = Probabilities(**{name: sure if name == label else rest for name in LABELS})
    value = ab.contradiction if back is None else back
    ba = Probabilities(1 - value, 0.0, value)
    return PairScore(ab, ba, (ab.contradiction + value) / 2, label == "contradiction" if flag is None else flag)


TRUTH: list[Label] = ["entailment"] * 4 + ["neutral"] * 3 + ["contradiction"] * 3
GUESS: list[Label] = ["entailment", "entailment", "neutral", "contradiction", "neutral", "neutral", "contradiction"]
GUESS += ["contradiction", "contradiction", "neutral"]
SCORES = [score(label) for label in GUESS]


def test_figures_equal_those_of_scikit_learn() -> None:
    figures = measure(TRUTH, SCORES)
    only = {"labels": ["contradiction"], "average": "macro"}
    assert figures.accuracy.value == pytest.approx(accuracy_score(TRUTH, GUESS))
    assert figures.macro_f1.value == pytest.approx(f1_score(TRUTH, GUESS, average="macro"))
    assert figures.precision.value == pytest.approx(precision_score(TRUTH, GUESS, **only))
    assert figures.recall.value == pytest.approx(recall_score(TRUTH, GUESS, **only))
    assert figures.f1.value == pytest.approx(f1_score(TRUTH, GUESS, **only))
    assert figures.confusion == ((2, 1, 1), (0, 2, 1), (0, 1, 2))
    assert figures.flag_precision.value == pytest.approx(0.5)


def test_the_standard_error_of_accuracy_is_the_binomial_one() -> None:
    truth: list[Label] = ["neutral"] * 400
    scores = [score("neutral")] * 300 + [score("entailment")] * 100
    assert measure(truth, scores).accuracy.error == pytest.approx(math.sqrt(0.75 * 0.25 / 400), rel=0.05)


def test_flags_are_measured_apart_from_labels() -> None:
    figures = measure(["contradiction", "neutral"], [score("neutral", flag=True), score("contradiction", flag=False)])
    assert figures.recall.value == 0
    assert figures.flag_recall.value == 1
    assert figures.flag_f1.value == 1


def test_what_cannot_be_measured_is_nan_and_no_number() -> None:
    figures = measure(["neutral", "neutral"], [score("neutral"), score("entailment")])
    assert math.isnan(figures.recall.value)
    assert math.isnan(figures.precision.value)
    assert math.isnan(figures.f1.error)
    assert figures.accuracy.value == 0.5


def test_one_row_and_no_row() -> None:
    assert measure(["neutral"], [score("neutral")]).accuracy.value == 1
    with pytest.raises(DataError, match="at least one"):
        measure([], [])
    with pytest.raises(DataError, match="1 labels and 2 scores"):
        measure(["neutral"], [score("neutral")] * 2)


def test_calibration_error_by_hand() -> None:
    # Two rows at confidence .9 of which one is right, two at .6 of which both are right.
    table = np.array([[0.9, 0.05, 0.05]] * 2 + [[0.6, 0.2, 0.2]] * 2)
    labels = np.array([0, 1, 0, 0])
    assert expected_calibration_error(table, labels) == pytest.approx((2 * abs(0.5 - 0.9) + 2 * abs(1 - 0.6)) / 4)


def test_calibration_of_a_perfect_and_sure_model() -> None:
    sure = [score(label, sure=1.0, back=1.0) for label in TRUTH]
    found = measure_calibration(TRUTH, sure)
    assert (found.ece, found.brier, found.direction_gap) == pytest.approx((0, 0, 0), abs=1e-9)
    hesitant = measure_calibration(TRUTH, [score(label, sure=0.5, back=0.2) for label in TRUTH])
    assert hesitant.ece == pytest.approx(0.5)
    assert hesitant.direction_gap == pytest.approx(0.3)
    assert hesitant.log_loss == pytest.approx(math.log(2))

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nli.calibration import Calibration, choose_threshold, fit_power, fit_temperature, fit_vector, log_loss
from nli.errors import DataError


@pytest.mark.parametrize("temperature", [0.4, 1.0, 2.5])
def test_the_temperature_that_made_the_labels_is_found(temperature: float) -> None:
    random = np.random.default_rng(0)
    logits = random.normal(size=(20000, 3)).astype(np.float32) * 3
    true = Calibration(temperature).probabilities(logits)
    labels = [int(random.choice(3, p=row)) for row in true]
    assert fit_temperature(logits, labels) == pytest.approx(temperature, rel=0.06)


def test_a_temperature_changes_no_label() -> None:
    logits = np.random.default_rng(1).normal(size=(50, 3)).astype(np.float32)
    cool = Calibration(7.0).probabilities(logits)
    assert (cool.argmax(axis=1) == logits.argmax(axis=1)).all()
    assert cool.sum(axis=1) == pytest.approx(1)
    assert cool.max() < Calibration().probabilities(logits).max()


BY_LABEL = Calibration(1.4, scales=(1.2, 0.7, 1.1), biases=(-0.3, 0.5, 0.1))
STEEP, FLAT = (replace(BY_LABEL, exponent=exponent) for exponent in (1.5, 0.6))


@pytest.mark.parametrize(
    ("made_by", "fit"), [(BY_LABEL, fit_vector), (BY_LABEL, fit_power), (STEEP, fit_power), (FLAT, fit_power)]
)
def test_what_made_the_labels_is_found(
    made_by: Calibration, fit: Callable[[np.ndarray, list[int]], Calibration]
) -> None:
    random = np.random.default_rng(2)
    logits = random.normal(size=(40000, 3)).astype(np.float32) * 3
    true = made_by.probabilities(logits)
    labels = [int(random.choice(3, p=row)) for row in true]
    found = fit(logits, labels)
    assert np.abs(found.probabilities(logits) - true).max() < 0.03
    assert found.exponent == pytest.approx(made_by.exponent, rel=0.05)
    assert log_loss(found.probabilities(logits), labels) < log_loss(Calibration().probabilities(logits), labels)


def made_logits(rows: int) -> st.SearchStrategy[np.ndarray]:
    return arrays(np.float32, (rows, 3), elements=st.floats(-30, 30, width=32))


@settings(max_examples=40, deadline=None)
@given(
    st.integers(1, 12).flatmap(lambda n: st.tuples(made_logits(n), st.lists(st.integers(0, 2), min_size=n, max_size=n)))
)
def test_what_is_fitted_never_has_more_log_loss_on_its_own_pairs(made: tuple[np.ndarray, list[int]]) -> None:
    logits, labels = made
    raw, warm, vector, power = (
        log_loss(found.probabilities(logits), labels)
        for found in (
            Calibration(),
            Calibration(fit_temperature(logits, labels)),
            fit_vector(logits, labels),
            fit_power(logits, labels),
        )
    )
    assert max(vector, power) <= warm + 1e-9
    assert warm <= raw + 1e-4  # the search for the temperature stops short of the very best


@pytest.mark.parametrize("made_by", [BY_LABEL, STEEP, FLAT])
@given(logits=made_logits(4), shift=st.floats(-50, 50))
def test_calibration_by_label_gives_probabilities_and_can_be_undone(
    made_by: Calibration, logits: np.ndarray, shift: float
) -> None:
    table = made_by.probabilities(logits)
    assert table.sum(axis=1) == pytest.approx(1)
    assert table.min() >= 0
    # A softmax does not see what is added to all three; neither may its calibration.
    assert made_by.probabilities(logits + np.float32(shift)) == pytest.approx(table, abs=1e-3)
    assert made_by.uncalibrated(table) == pytest.approx(Calibration().probabilities(logits), abs=1e-6)


def test_probabilities_before_calibration_are_those_of_the_undivided_logits() -> None:
    logits = np.random.default_rng(0).normal(0, 3, (50, 3)).astype(np.float32)
    table = Calibration(1.7).probabilities(logits)
    assert Calibration(1.7).uncalibrated(table) == pytest.approx(Calibration().probabilities(logits))


def test_huge_logits_do_not_overflow() -> None:
    table = Calibration().probabilities(np.array([[1e4, 0, -1e4]], dtype=np.float32))
    assert table.tolist() == [[1.0, 0.0, 0.0]]


def test_the_threshold_has_the_best_recall_at_the_wanted_precision() -> None:
    scores = [0.9, 0.8, 0.7, 0.6, 0.5]
    positive = [True, True, False, True, False]
    assert choose_threshold(scores, positive, 1.0) == pytest.approx(0.8, abs=1e-5)
    assert choose_threshold(scores, positive, 0.75) == pytest.approx(0.6, abs=1e-5)
    assert choose_threshold(scores, positive, 0.5) == pytest.approx(0.5, abs=1e-5)


def test_a_precision_out_of_reach() -> None:
    assert choose_threshold([0.9, 0.1], [False, True], 0.9) is None


def test_wrong_input() -> None:
    with pytest.raises(DataError, match="none of the pairs has the label"):
        choose_threshold([0.5], [False], 0.9)
    with pytest.raises(DataError, match="0 rows of logits and 0 labels"):
        fit_temperature(np.empty((0, 3), dtype=np.float32), [])
    with pytest.raises(DataError, match="0 rows of logits and 1 labels"):
        fit_vector(np.empty((0, 3), dtype=np.float32), [1])
    with pytest.raises(DataError, match="above 0"):
        Calibration(temperature=0)
    with pytest.raises(DataError, match=r"three numbers above 0, not \(1\.0, 0\.0, 1\.0\)"):
        Calibration(scales=(1.0, 0.0, 1.0))
    with pytest.raises(DataError, match="biases must be three numbers"):
        Calibration(biases=(0.0, float("nan"), 0.0))
    with pytest.raises(DataError, match="an exponent must be above 0"):
        Calibration(exponent=0.0)
    with pytest.raises(DataError, match="between 0 and 1"):
        Calibration(threshold=1.5)

from __future__ import annotations

import numpy as np
import pytest

from nli.calibration import Calibration, choose_threshold, fit_temperature
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
    with pytest.raises(DataError, match="above 0"):
        Calibration(temperature=0)
    with pytest.raises(DataError, match="between 0 and 1"):
        Calibration(threshold=1.5)

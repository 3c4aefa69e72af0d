"""Fits a model's temperature and threshold on labelled sets, and saves them beside its weights."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from nli.calibration import Calibration, choose_threshold, fit_temperature
from nli.errors import DataError
from nli.evaluation.metrics import expected_calibration_error
from nli.evaluation.sets import LabelledSet
from nli.labels import LABELS
from nli.models import BackendName, find_model, load_model, write_about


def calibrate_model(
    folder: Path, sets: Sequence[LabelledSet], *, precision: float, backend: BackendName = "auto"
) -> Iterator[str]:
    """Fit and save; yields lines that say what was found.

    The temperature has the least log loss on all pairs together, in the direction in which they were labelled.
    The threshold is the lowest at which the share of right flags, by the symmetric score, reaches `precision`.

    Raises:
        DataError: if there are no contradictions, or no threshold reaches the precision.
    """
    scorer = load_model(folder, backend=backend)
    pairs = [pair for one in sets for pair in one.pairs]
    truth = np.array([LABELS.index(label) for one in sets for label in one.labels])
    logits, _ = scorer.logits(pairs)
    back, _ = scorer.logits([(b, a) for a, b in pairs])
    temperature = fit_temperature(logits, truth.tolist())
    calibration = Calibration(temperature)
    table, reverse = calibration.probabilities(logits), calibration.probabilities(back)
    raw = expected_calibration_error(Calibration().probabilities(logits), truth)
    yield f"temperature {temperature:.3f}: ECE {raw:.4f} before, {expected_calibration_error(table, truth):.4f} after"
    scores = (table[:, 2] + reverse[:, 2]) / 2
    positive = truth == LABELS.index("contradiction")
    threshold = choose_threshold(scores.tolist(), positive.tolist(), precision)
    if threshold is None:
        raise DataError(f"no threshold gives a precision of {precision} on these pairs; ask for less")
    flagged = scores >= threshold
    yield (
        f"threshold {threshold:.4f}: precision {positive[flagged].mean():.3f}, recall {flagged[positive].mean():.3f}, "
        f"{1000 * flagged[~positive].mean():.1f} flags per 1,000 pairs without contradiction"
    )
    model = find_model(folder)
    fitted_on = ", ".join(f"{one.name} ({len(one.pairs)})" for one in sets)
    fitted = replace(calibration, threshold=threshold, fitted_on=fitted_on)
    about = {"format": 1, "name": model.name, **model.about}
    record = {"temperature": fitted.temperature, "threshold": fitted.threshold, "fitted_on": fitted.fitted_on}
    about["calibration"] = {**about.get("calibration", {}), scorer.backend.name: {**record, "precision": precision}}
    write_about(folder, about)
    yield f"saved in {folder / 'nli.json'} for the {scorer.backend.name} backend"

"""Fits a model's temperature and threshold on labelled sets, and saves them beside its weights."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nli.calibration import Calibration, choose_threshold, fit_temperature
from nli.errors import DataError
from nli.evaluation.metrics import expected_calibration_error
from nli.evaluation.sets import LabelledSet
from nli.labels import LABELS
from nli.models import BackendName, find_model, load_model, write_about
from nli.records import Label


def calibrate_model(
    folder: Path, sets: Sequence[LabelledSet], *, precision: float, backend: BackendName = "auto"
) -> Iterator[str]:
    """Fit and save; yields lines that say what was found.

    The temperature has the least log loss on all pairs together, in the direction in which they were labelled.
    The thresholds are the lowest at which the share of right answers reaches `precision`: of contradictions by the
    symmetric score, of entailments from a to b.

    Raises:
        DataError: if there are no contradictions or no entailments, or no threshold reaches the precision.
    """
    scorer = load_model(folder, backend=backend, calibrated=False)
    pairs = [pair for one in sets for pair in one.pairs]
    truth = np.array([LABELS.index(label) for one in sets for label in one.labels])
    logits, _ = scorer.logits(pairs)
    back, _ = scorer.logits([(b, a) for a, b in pairs])
    temperature = fit_temperature(logits, truth.tolist())
    calibration = Calibration(temperature)
    table, reverse = calibration.probabilities(logits), calibration.probabilities(back)
    raw = expected_calibration_error(Calibration().probabilities(logits), truth)
    yield f"temperature {temperature:.3f}: ECE {raw:.4f} before, {expected_calibration_error(table, truth):.4f} after"
    scores: dict[Label, NDArray[np.float64]] = {
        "contradiction": (table[:, 2] + reverse[:, 2]) / 2,
        "entailment": table[:, 0],
    }
    thresholds: dict[Label, float] = {}
    for label, values in scores.items():
        positive = truth == LABELS.index(label)
        threshold = choose_threshold(values.tolist(), positive.tolist(), precision)
        if threshold is None:
            raise DataError(f"no threshold gives {label} a precision of {precision} on these pairs; ask for less")
        found = values >= threshold
        yield (
            f"{label} from {threshold:.4f} on: precision {positive[found].mean():.3f}, "
            f"recall {found[positive].mean():.3f}, "
            f"{1000 * found[~positive].mean():.1f} wrong ones per 1,000 pairs of the other labels"
        )
        thresholds[label] = threshold
    model = find_model(folder)
    fitted_on = ", ".join(f"{one.name} ({len(one.pairs)})" for one in sets)
    about = {"format": 1, "name": model.name, **model.about}
    record = {
        "temperature": temperature,
        "threshold": thresholds["contradiction"],
        "entailment_threshold": thresholds["entailment"],
        "fitted_on": fitted_on,
        "precision": precision,
    }
    about["calibration"] = {**about.get("calibration", {}), scorer.backend.name: record}
    write_about(model.path, about)
    yield f"saved in {model.path / 'nli.json'} for the {scorer.backend.name} backend"

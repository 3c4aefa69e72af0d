"""Fits a model's calibration on labelled sets, tells what its thresholds cost, and saves it with the weights."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import precision_recall_curve
from sklearn.model_selection import GroupKFold

from nli.calibration import Calibration, choose_threshold, fit_power, fit_temperature, fit_vector, log_loss
from nli.errors import DataError, OutputError
from nli.evaluation.intervals import rate_interval
from nli.evaluation.metrics import expected_calibration_error
from nli.evaluation.resampling import group_sums
from nli.evaluation.scored import Flags, Floats, Integers
from nli.evaluation.sets import LabelledSet
from nli.labels import LABELS
from nli.models import ModelFolder, write_about
from nli.records import Label
from nli.scoring import Scorer

PRECISIONS = (0.8, 0.9, 0.95, 0.99)
"""The precisions whose price in recall is always told."""

FOLDS = 5

_FEW = 200
"""Below so many pairs, a threshold for nine right of ten rests on a handful of contradictions."""

MethodName = Literal["auto", "temperature", "vector", "power"]
METHODS: dict[str, Callable[[NDArray[np.float32], Sequence[int]], Calibration]] = {
    "temperature": lambda logits, labels: Calibration(fit_temperature(logits, labels)),
    "vector": fit_vector,
    "power": fit_power,
}
"""How probabilities can be fitted, the plainest first."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A share in [0, 1] and its 95 % interval; NaN where there is nothing to count."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Choice:
    """A threshold of a label, and what it costs on the pairs that it was chosen on.

    Attributes:
        label: what is looked for.
        wanted: the precision asked for.
        threshold: the lowest that reaches it, in [0, 1]; None if none does.
        precision: share of what is found that is right, `recall` share of what there is that is found.
        wrong_per_1000: found pairs per 1,000 pairs of the other labels.
    """

    label: Label
    wanted: float
    threshold: float | None
    precision: Rate
    recall: Rate
    wrong_per_1000: float


@dataclass(frozen=True, slots=True)
class Fitted:
    """What was fitted on labelled sets.

    Attributes:
        calibration: how logits become probabilities; its thresholds are not set yet.
        method: by which of `METHODS` it was fitted.
        unseen_loss: log loss of each method on pairs that had no part in fitting it; empty if there are too few groups.
        ece_before, ece_after: expected calibration error without and with it.
        chosen: the threshold of contradictions and, if there are any entailments, that of entailments.
        prices: thresholds of contradictions for other precisions.
        unseen: precision and recall of contradictions on pairs that had no part in choosing the threshold, by five
            folds of whole groups; None if there are too few groups.
        notes: what could not be fitted, in sentences.
        fitted_on: the sets, in words.
    """

    calibration: Calibration
    method: str
    unseen_loss: dict[str, float]
    ece_before: float
    ece_after: float
    chosen: dict[Label, Choice]
    prices: tuple[Choice, ...]
    unseen: tuple[Rate, Rate] | None
    notes: tuple[str, ...]
    fitted_on: str


def fit(scorer: Scorer, sets: Sequence[LabelledSet], *, precision: float, method: MethodName = "auto") -> Fitted:
    """Fit the probabilities and choose the thresholds of a model.

    Probabilities get the least log loss on all pairs together, in the direction in which they were labelled. The
    thresholds are the lowest at which the share of right answers reaches `precision`: of contradictions by the
    symmetric score, of entailments from a to b.

    Args:
        scorer: the model, loaded with `calibrated=False`.
        sets: three-way sets that the model was not trained on.
        precision: wanted share of right flags, in (0, 1].
        method: `temperature`, `vector` or `power` scaling (see `nli.calibration`), or `auto` for the one with the
            least log loss on pairs that it was not fitted on, by five folds of whole groups; the temperature if groups
            are too few or a label is missing.

    Raises:
        DataError: if a set is two-way, if there are no contradictions or nothing else, or if no threshold reaches the
            precision for them.
    """
    two_way = [one.name for one in sets if one.two_way]
    if two_way:
        raise DataError(
            f"{two_way[0]} is a two-way set, which does not tell contradictions; calibrate on a three-way set"
        )
    pairs = [pair for one in sets for pair in one.pairs]
    truth = np.array([LABELS.index(label) for one in sets for label in one.labels])
    names = [f"{number}/{group}" for number, one in enumerate(sets) for group in one.groups]
    groups = np.unique(np.array(names, dtype=object), return_inverse=True)[1]
    if not (truth == LABELS.index("contradiction")).any():
        raise DataError("none of the pairs is a contradiction, so that no threshold can be chosen; add labelled ones")
    if (truth == LABELS.index("contradiction")).all():
        raise DataError(
            "all of the pairs are contradictions, so that every flag would be right; add pairs of other labels"
        )
    logits, _ = scorer.logits(pairs)
    back, _ = scorer.logits([(b, a) for a, b in pairs])
    losses = unseen_losses(logits, truth, groups)
    missing = [label for index, label in enumerate(LABELS) if not (truth == index).any()]
    if missing and method == "auto":
        # The others would learn that there is no such label.
        losses = {name: loss for name, loss in losses.items() if name == "temperature"}
    chosen_method = method if method != "auto" else min(losses, key=lambda name: losses[name], default="temperature")
    calibration = METHODS[chosen_method](logits, truth.tolist())
    table, reverse = (calibration.probabilities(one) for one in (logits, back))
    symmetric = (table[:, 2] + reverse[:, 2]) / 2
    is_contradiction = truth == LABELS.index("contradiction")
    chosen: dict[Label, Choice] = {
        "contradiction": choose("contradiction", symmetric, is_contradiction, groups, precision)
    }
    if chosen["contradiction"].threshold is None:
        best = float(precision_recall_curve(is_contradiction, symmetric)[0][:-1].max())
        raise DataError(
            f"no threshold gives contradiction a precision of {precision} on these pairs; the highest that one reaches "
            f"is {best:.3f}: ask for less with --precision"
        )
    notes = [f"{one.name}: {note}" for one in sets for note in one.notes]
    if len(pairs) < _FEW:
        notes.append(f"fitted on only {len(pairs)} pairs: expect little of it on others")
    if (many := len(np.unique(groups))) < FOLDS:
        notes.append(f"{many} independent groups of pairs are too few to tell what remains on pairs not fitted on")
    entailment = truth == LABELS.index("entailment")
    found = choose("entailment", table[:, 0], entailment, groups, precision) if entailment.any() else None
    if found is None or found.threshold is None:
        why = "none of the pairs is an entailment" if found is None else f"none reaches a precision of {precision}"
        notes.append(f"the threshold of entailments stays as it was: {why}")
    else:
        chosen["entailment"] = found
    others = [one for one in PRECISIONS if one != precision]
    return Fitted(
        calibration,
        chosen_method,
        losses,
        expected_calibration_error(Calibration().probabilities(logits), truth),
        expected_calibration_error(table, truth),
        chosen,
        tuple(choose("contradiction", symmetric, is_contradiction, groups, one) for one in others),
        unseen(symmetric, is_contradiction, groups, precision),
        tuple(notes),
        ", ".join(f"{one.name} ({len(one.pairs)})" for one in sets),
    )


def unseen_losses(logits: NDArray[np.float32], truth: Integers, groups: Integers) -> dict[str, float]:
    """Log loss of each of `METHODS` on pairs that had no part in fitting it; none with fewer groups than folds.

    Args:
        logits: shape (pairs, 3).
        truth: shape (pairs,), the right column of each row.
        groups: shape (pairs,), numbers of what is not independent.
    """
    if len(np.unique(groups)) < FOLDS:
        return {}
    folds = list(GroupKFold(FOLDS, shuffle=True, random_state=0).split(logits, groups=groups))
    found = {}
    for name, method in METHODS.items():
        table = np.empty((len(truth), 3))
        for rest, held in folds:
            table[held] = method(logits[rest], truth[rest].tolist()).probabilities(logits[held])
        found[name] = log_loss(table, truth)
    return found


def choose(label: Label, scores: Floats, positive: Flags, groups: Integers, wanted: float) -> Choice:
    """The lowest threshold that reaches a precision, and what it costs.

    Args:
        label: what is looked for.
        scores: of it, shape (pairs,), in [0, 1].
        positive: which pairs have it, at least one.
        groups: numbers of what is not independent.
        wanted: the precision, in (0, 1].
    """
    threshold = choose_threshold(scores.tolist(), positive.tolist(), wanted)
    found = np.zeros(len(scores), dtype=np.bool_) if threshold is None else scores >= threshold
    others = int((~positive).sum())
    return Choice(
        label,
        wanted,
        threshold,
        _rate(positive & found, found, groups),
        _rate(positive & found, positive, groups),
        1000 * int((found & ~positive).sum()) / others if others else 0.0,
    )


def unseen(scores: Floats, positive: Flags, groups: Integers, wanted: float) -> tuple[Rate, Rate] | None:
    """Precision and recall on pairs that had no part in choosing their threshold (cross-validation by whole groups)."""
    if len(np.unique(groups)) < FOLDS:
        return None
    found = np.zeros(len(scores), dtype=np.bool_)
    folds = GroupKFold(FOLDS, shuffle=True, random_state=0)
    for rest, held in folds.split(scores, groups=groups):
        if positive[rest].any():
            threshold = choose_threshold(scores[rest].tolist(), positive[rest].tolist(), wanted)
            found[held] = threshold is not None and scores[held] >= threshold
    return _rate(positive & found, found, groups), _rate(positive & found, positive, groups)


def _rate(hits: Flags, rows: Flags, groups: Integers) -> Rate:
    sums = group_sums(np.stack([hits, rows], axis=1).astype(float), groups)
    total = float(sums[:, 1].sum())
    low, high = rate_interval(sums[:, 0], sums[:, 1], clustered=len(sums) < len(groups))
    return Rate(float(sums[:, 0].sum()) / total if total else float("nan"), low, high)


def save(model: ModelFolder, backend: str, fitted: Fitted, target: Path | None = None) -> Path:
    """Write what was fitted into the model's `nli.json`, from which `load_model` takes it.

    Args:
        model: the model that was fitted.
        backend: the backend that it ran on; what was fitted on another one stays.
        fitted: what to save.
        target: a folder to copy the model to first, which must not exist; by default the model itself is changed.

    Raises:
        OutputError: if the target exists or cannot be written.

    Returns:
        The file.
    """
    folder = model.path
    try:
        if target is not None:
            if target.exists():
                raise OutputError(f"{target} exists; name a folder that does not")
            shutil.copytree(model.path, target)
            folder = target
        about = {"format": 1, "name": folder.resolve().name, **model.about}
        before = about.get("calibration", {})
        contradiction, entailment = fitted.chosen["contradiction"], fitted.chosen.get("entailment")
        kept = before.get(backend, {}).get("entailment_threshold", Calibration().entailment_threshold)
        calibration = fitted.calibration
        by_label = {name: getattr(calibration, name) for name in ("scales", "biases", "exponent")}
        record = {
            "temperature": calibration.temperature,
            **(by_label if calibration.by_label else {}),
            "threshold": contradiction.threshold,
            "entailment_threshold": entailment.threshold if entailment is not None else kept,
            "fitted_on": fitted.fitted_on,
            "precision": contradiction.wanted,
        }
        about["calibration"] = {**before, backend: record}
        write_about(folder, about)
    except OSError as error:
        raise OutputError(f"{folder} cannot be written ({error.strerror}); name another folder with --out") from None
    return folder / "nli.json"

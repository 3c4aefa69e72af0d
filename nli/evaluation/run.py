"""Evaluates a model on a labelled set."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from typing import Any

from nli.evaluation.metrics import Calibrations, Figures, measure, measure_calibration
from nli.evaluation.sets import LabelledSet, sample

__all__ = ["Evaluation", "evaluate", "sample"]
from nli.labels import LABELS
from nli.records import PairScore
from nli.scoring import Scorer


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a model achieves on a set.

    Attributes:
        set_name, set_sha256: which set; `set_rows` how many pairs it has, `dropped` how many have no label.
        model, backend: which model; `threshold` its threshold of a flag.
        figures: over all rows, `slices` over those of each slice.
        calibration: how far the probabilities can be trusted.
        pairs_per_second: both directions counted as one pair.
        scores: one a pair, in the order of the set.
    """

    set_name: str
    set_sha256: str
    set_rows: int
    dropped: int
    model: str
    backend: str
    threshold: float
    figures: Figures
    slices: dict[str, Figures]
    calibration: Calibrations
    pairs_per_second: float
    scores: tuple[PairScore, ...]

    def as_json(self) -> dict[str, Any]:
        """Everything but the scores, as plain values; NaN becomes None."""
        fields = {
            name: getattr(self, name) for name in ("set_name", "set_sha256", "set_rows", "dropped", "model", "backend")
        }
        fields |= {"threshold": self.threshold, "labels": list(LABELS), "figures": asdict(self.figures)}
        fields |= {"slices": {name: asdict(figures) for name, figures in self.slices.items()}}
        fields |= {"calibration": asdict(self.calibration), "pairs_per_second": round(self.pairs_per_second, 1)}
        plain = _plain(fields)
        assert isinstance(plain, dict)
        return plain


def evaluate(labelled: LabelledSet, scorer: Scorer, *, seed: int = 0) -> Evaluation:
    """Score a labelled set and measure the result. Standard errors are resampled with `seed`.

    Raises:
        DataError: if the set is empty.
    """
    started = time.perf_counter()
    scores = list(scorer.stream(labelled.pairs))
    seconds = time.perf_counter() - started
    by_slice: dict[str, list[int]] = {}
    for index, name in enumerate(labelled.slices):
        if name:
            by_slice.setdefault(name, []).append(index)
    return Evaluation(
        set_name=labelled.name,
        set_sha256=labelled.sha256,
        set_rows=labelled.total,
        dropped=labelled.dropped,
        model=scorer.name,
        backend=scorer.backend.name,
        threshold=scorer.threshold,
        figures=measure(labelled.labels, scores, seed=seed),
        slices={
            name: measure([labelled.labels[i] for i in rows], [scores[i] for i in rows], seed=seed)
            for name, rows in sorted(by_slice.items())
        },
        calibration=measure_calibration(labelled.labels, scores),
        pairs_per_second=len(scores) / seconds,
        scores=tuple(scores),
    )


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, float):
        return round(value, 6) if value == value else None
    return value

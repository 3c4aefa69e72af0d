"""A scored set as arrays: what every figure is computed from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nli.calibration import Calibration
from nli.errors import DataError
from nli.evaluation.sets import TWO_WAY, LabelledSet, Truth
from nli.labels import LABELS
from nli.records import PairScore

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

CONTRADICTION = LABELS.index("contradiction")
# Neutral first, contradiction last, as `Probabilities.label` settles a tie.
_TIE_ORDER = np.array([1, 0, 2])


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """Scored pairs beside their right answers.

    Attributes:
        classes: the answers that are told apart; the three labels, or entailment and its absence.
        truth: shape (pairs,), positions in `classes`.
        table: shape (pairs, 3), calibrated probabilities a→b in the order of `LABELS`.
        raw: as `table`, before calibration.
        back: shape (pairs,), probability of contradiction b→a.
        score: shape (pairs,), the contradiction score.
        flag: shape (pairs,), whether it is flagged.
        groups: shape (pairs,), numbers from 0 of what is resampled together.
        truncated: pairs that exceed the model's length and were scored in windows.
    """

    classes: tuple[Truth, ...]
    truth: Integers
    table: Floats
    raw: Floats
    back: Floats
    score: Floats
    flag: Flags
    groups: Integers
    truncated: int = 0

    def __len__(self) -> int:
        return len(self.truth)

    @property
    def two_way(self) -> bool:
        """Whether only entailment and its absence are told apart."""
        return self.classes == TWO_WAY

    @property
    def predicted(self) -> Integers:
        """The likeliest answer of each pair, as a position in `classes`."""
        return self.likeliest()

    def likeliest(self, *, calibrated: bool = True) -> Integers:
        """As `predicted`, which calibration by label may change for pairs that are a close call."""
        table = self.table if calibrated else self.raw
        likeliest: Integers = _TIE_ORDER[table[:, _TIE_ORDER].argmax(axis=1)]
        return np.minimum(likeliest, 1) if self.two_way else likeliest

    @property
    def contradicts(self) -> Flags:
        """Which pairs are contradictions; none in a two-way set, which does not tell."""
        return np.zeros(len(self), dtype=np.bool_) if self.two_way else self.truth == CONTRADICTION

    def class_table(self, *, calibrated: bool = True) -> Floats:
        """Probabilities of the `classes`, of shape (pairs, classes)."""
        table = self.table if calibrated else self.raw
        return np.stack([table[:, 0], table[:, 1:].sum(axis=1)], axis=1) if self.two_way else table

    def take(self, rows: Integers | Flags) -> Scored:
        """Only these pairs; the groups are numbered anew."""
        names = ("truth", "table", "raw", "back", "score", "flag")
        parts = {name: getattr(self, name)[rows] for name in names}
        return replace(self, **parts, groups=np.unique(self.groups[rows], return_inverse=True)[1], truncated=0)


def gather(labelled: LabelledSet, scores: Sequence[PairScore], calibration: Calibration | None = None) -> Scored:
    """Put scores beside the labels of their set.

    Args:
        labelled: the set.
        scores: one a pair, in its order.
        calibration: of the model, to tell what the probabilities were before; none by default.

    Raises:
        DataError: if there are no pairs, or not as many scores.
    """
    if len(labelled.labels) != len(scores) or not scores:
        raise DataError(
            f"{len(labelled.labels)} labels and {len(scores)} scores; an evaluation needs as many, at least one"
        )
    table = np.array([(s.ab.entailment, s.ab.neutral, s.ab.contradiction) for s in scores])
    order = {label: index for index, label in enumerate(labelled.classes)}
    return Scored(
        classes=labelled.classes,
        truth=np.array([order[label] for label in labelled.labels]),
        table=table,
        raw=table if calibration is None else calibration.uncalibrated(table),
        back=np.array([s.ba.contradiction for s in scores]),
        score=np.array([s.score for s in scores]),
        flag=np.array([s.flag for s in scores]),
        groups=number_groups(labelled),
        truncated=sum(s.truncated for s in scores),
    )


def number_groups(labelled: LabelledSet) -> Integers:
    """Numbers from 0 of the groups of a set, one a pair."""
    numbers = {group: number for number, group in enumerate(dict.fromkeys(labelled.groups))}
    return np.array([numbers[group] for group in labelled.groups])

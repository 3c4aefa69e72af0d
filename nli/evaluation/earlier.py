"""Results of earlier runs, found again for the same set."""

from __future__ import annotations

import numpy as np

from nli.calibration import Calibration
from nli.errors import DataError
from nli.evaluation.results import PairsRecord, Results, SetResult
from nli.evaluation.scored import Scored, number_groups
from nli.evaluation.sets import LabelledSet

_ROUNDING = 5e-7
"""Probabilities are kept with six digits; one kept as 0 is taken for this."""


def find_result(results: Results, name: str, rows_sha256: str, shown: str) -> SetResult:
    """The result of a set in a results file.

    Args:
        results: the file.
        name: of the set.
        rows_sha256: of its rows, see `LabelledSet.rows_sha256`.
        shown: what the file is called in messages.

    Raises:
        DataError: if there is none, or it is of other rows.
    """
    for one in results.results:
        if one.set.rows_sha256 == rows_sha256:
            return one
    there = ", ".join(f"{one.set.name} ({one.rows:,} pairs)" for one in results.results) or "none"
    if any(one.set.name == name for one in results.results):
        raise DataError(
            f"{shown} was measured on other rows of {name}: the set, the sample or its labels have changed (sha256 of "
            f"the rows here {rows_sha256[:12]}); measure it again on this set"
        )
    raise DataError(f"{shown} has no results of {name}; its sets are {there}: measure it on this set")


def restore(labelled: LabelledSet, pairs: PairsRecord, calibration: Calibration) -> Scored:
    """Scores of a set from a results file.

    Args:
        labelled: the set, whose rows must be those of the results.
        pairs: what the results keep about each pair.
        calibration: of the model that scored them.
    """
    table = np.stack([np.array(pairs.entailment), np.array(pairs.neutral), np.array(pairs.contradiction)], axis=1)
    table = table / table.sum(axis=1, keepdims=True)  # they were rounded
    back = np.array(pairs.contradiction_back)
    order = {label: index for index, label in enumerate(labelled.classes)}
    return Scored(
        classes=labelled.classes,
        truth=np.array([order[label] for label in labelled.labels]),
        table=table,
        raw=calibration.uncalibrated(np.maximum(table, _ROUNDING)),
        back=back,
        score=(table[:, 2] + back) / 2,
        flag=np.array(pairs.flag),
        groups=number_groups(labelled),
    )

"""How far two labellings of the same pairs agree."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.metrics import cohen_kappa_score, confusion_matrix

from nli.batch.source import Source
from nli.errors import DataError, LabelError
from nli.evaluation.intervals import NAN, Figure, bootstrap_figure, wilson
from nli.evaluation.resampling import RESAMPLES, draw_groups
from nli.evaluation.scored import Floats
from nli.evaluation.sets import TWO_WAY, Truth, parse_truth
from nli.labels import LABELS

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two labellings compared.

    Attributes:
        rows: how many pairs both labelled.
        classes: the labels, in the order of `confusion`.
        share: of pairs with the same label, with Wilson's 95 % interval.
        kappa: Cohen's kappa (Cohen 1960, Educational and Psychological Measurement 20:37), in [-1, 1], with its
            bootstrap interval; NaN if both always give the same one label, where it is not defined.
        confusion: pairs by the first label (rows) and the second (columns).
        disputed: ids with different labels, with both.
    """

    rows: int
    classes: tuple[Truth, ...]
    share: Figure
    kappa: Figure
    confusion: tuple[tuple[int, ...], ...]
    disputed: tuple[tuple[str, Truth, Truth], ...]


def read_labels(path: Path, *, id_key: str = "id", label_key: str = "label") -> dict[str, Truth]:
    """Labels by id from JSON lines; other keys are not looked at.

    Raises:
        TableError: if the file cannot be read; DataError: if a line has no id or no label, or an id stands there twice.
    """
    found: dict[str, Truth] = {}
    with Source(str(path)) as source:
        for line in source.lines():
            if not line.data.strip():
                continue
            try:
                row = json.loads(line.data)
                name, label = str(row[id_key]), parse_truth(row[label_key])
            except (ValueError, TypeError, KeyError, LabelError) as error:
                raise DataError(
                    f"{path}, line {line.number}: no object with {id_key!r} and a label in {label_key!r} ({error})"
                ) from None
            if name in found:
                raise DataError(f"{path}, line {line.number}: the id {name!r} stands there twice; keep one")
            found[name] = label
    return found


def agreement(
    first: Mapping[str, Truth], second: Mapping[str, Truth], *, seed: int = 0, resamples: int = RESAMPLES
) -> Agreement:
    """Compare two labellings of the same pairs.

    Args:
        first: labels by id, `second` likewise.
        seed: of the resampling.
        resamples: how often pairs are drawn anew.

    Raises:
        DataError: if they are not of the same ids, or of none.
    """
    for one, other, which in ((first, second, "second"), (second, first, "first")):
        missing = [name for name in one if name not in other]
        if missing:
            more = f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else ""
            raise DataError(
                f"the {which} labelling lacks {', '.join(missing[:_SHOWN])}{more}; label the same pairs twice"
            )
    if not first:
        raise DataError("there are no labels to compare; give two files with an id and a label in each line")
    names = list(first)
    classes = TWO_WAY if "not_entailment" in (*first.values(), *second.values()) else LABELS
    ours, theirs = [first[name] for name in names], [second[name] for name in names]
    matrix = confusion_matrix(ours, theirs, labels=list(classes))
    same = int(np.trace(matrix))
    share = same / len(names)
    # The share and kappa are functions of the matrix, so that cells are all that needs to be drawn.
    cells = np.zeros((len(names), matrix.size))
    order = {label: index for index, label in enumerate(classes)}
    cells[np.arange(len(names)), [order[a] * len(classes) + order[b] for a, b in zip(ours, theirs)]] = 1
    draws = np.concatenate([block @ cells for block in draw_groups(len(names), resamples, seed)])
    drawn = draws.reshape(-1, len(classes), len(classes))
    value = float(cohen_kappa_score(ours, theirs, labels=list(classes))) if len({*ours, *theirs}) > 1 else NAN
    low, high = wilson(share, len(names))
    spread = np.trace(drawn, axis1=1, axis2=2) / len(names)
    return Agreement(
        len(names),
        classes,
        Figure(share, float(spread.std(ddof=1)), low, high),
        bootstrap_figure(value, kappas(drawn), len(names), lowest=-1.0, highest=1.0),
        tuple(tuple(map(int, row)) for row in matrix),
        tuple((name, first[name], second[name]) for name in names if first[name] != second[name]),
    )


def kappas(matrices: Floats) -> Floats:
    """Cohen's kappa of confusion matrices of shape (..., labels, labels); NaN where it is not defined."""
    rows = matrices.sum((-2, -1))
    observed = np.trace(matrices, axis1=-2, axis2=-1) / rows
    expected = (matrices.sum(-1) * matrices.sum(-2)).sum(-1) / rows**2
    result = np.full(np.shape(rows), np.nan)
    np.divide(observed - expected, 1 - expected, out=result, where=expected < 1)
    return result


def describe(found: Agreement, most: int = 20) -> Sequence[str]:
    """What two labellings agree on, in lines."""
    lines = [
        f"{found.rows:,} pairs; same label {_shown(found.share)}; Cohen's kappa {_shown(found.kappa)}",
        "first \\ second: " + ", ".join(found.classes),
    ]
    lines += [f"  {label}: {', '.join(map(str, row))}" for label, row in zip(found.classes, found.confusion)]
    lines += [f"{name}: {one} / {other}" for name, one, other in found.disputed[:most]]
    if len(found.disputed) > most:
        lines.append(f"and {len(found.disputed) - most} more")
    return lines


def _shown(figure: Figure) -> str:
    if not figure.known:
        return "not defined (only one label was ever given)"
    if figure.low != figure.low:
        return f"{figure.value:.3f}"
    return f"{figure.value:.3f} ({figure.low:.3f} to {figure.high:.3f})"

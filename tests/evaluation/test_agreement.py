from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import cohens_kappa

from nli.errors import DataError
from nli.evaluation.agreement import agreement, describe, kappas, read_labels
from nli.evaluation.sets import Truth
from nli.labels import LABELS


def named(labels: list[Truth]) -> dict[str, Truth]:
    return {f"p{n}": label for n, label in enumerate(labels)}


def test_kappa_by_hand_and_by_two_libraries() -> None:
    # 20 + 15 of 50 agree: .7; by chance (25 * 30 + 25 * 20) / 50**2 = .5; kappa .4 (Cohen's own arithmetic).
    cells = {("neutral", "neutral"): 20, ("neutral", "contradiction"): 5, ("contradiction", "neutral"): 10}
    cells |= {("contradiction", "contradiction"): 15}
    pairs = [pair for pair, count in cells.items() for _ in range(count)]
    ours, theirs = (named([pair[side] for pair in pairs]) for side in (0, 1))  # type: ignore[misc]
    found = agreement(ours, theirs)
    assert found.kappa.value == pytest.approx(0.4)
    assert found.share.value == 0.7
    assert found.confusion == ((0, 0, 0), (0, 20, 5), (0, 10, 15))
    assert len(found.disputed) == 15
    theirs_too = cohens_kappa(np.array(found.confusion)[1:, 1:])
    assert found.kappa.value == pytest.approx(theirs_too.kappa)
    assert (found.kappa.low, found.kappa.high) == pytest.approx((theirs_too.kappa_low, theirs_too.kappa_upp), abs=0.05)
    assert "kappa 0.400 (" in describe(found)[0]


def test_kappas_of_matrices_equal_scikit_learn() -> None:
    random = np.random.default_rng(1)
    ours, theirs = random.choice(3, 80), random.choice(3, 80)
    matrix = np.zeros((3, 3))
    np.add.at(matrix, (ours, theirs), 1)
    assert float(kappas(matrix)) == pytest.approx(cohen_kappa_score(ours, theirs))


def test_full_agreement_and_one_label_only() -> None:
    every = named(list(LABELS) * 5)
    assert agreement(every, every).kappa.value == 1
    same = agreement(named(["neutral"] * 5), named(["neutral"] * 5))
    assert math.isnan(same.kappa.value)
    assert same.share.value == 1
    assert same.share.low < 0.6
    assert "not defined" in describe(same)[0]


def test_labels_are_read_by_id(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    rows = [{"id": 1, "label": "Neutral", "a": "x"}, {"id": "b", "label": "contradiction"}]
    path.write_text("\n".join(map(json.dumps, rows)) + "\n\n")
    assert read_labels(path) == {"1": "neutral", "b": "contradiction"}
    for line, said in (
        ('{"id": "b", "label": "neutral"}', "line 4: the id 'b' stands there twice"),
        ('{"id": "c"}', "line 4: no object with 'id' and a label in 'label'"),
        ('{"id": "c", "label": "?"}', "line 4: no object .* is not an NLI label"),
        ("[1]", "line 4: no object"),
        ("{", "line 4: no object"),
    ):
        path.write_text("\n".join(map(json.dumps, rows)) + "\n\n" + line + "\n")
        with pytest.raises(DataError, match=said):
            read_labels(path)


def test_labellings_of_other_pairs() -> None:
    with pytest.raises(DataError, match="the second labelling lacks p2, p3; label the same pairs twice"):
        agreement(named(["neutral"] * 4), named(["neutral"] * 2))
    with pytest.raises(DataError, match="the first labelling lacks p1"):
        agreement(named(["neutral"]), named(["neutral"] * 2))
    with pytest.raises(DataError, match="no labels to compare"):
        agreement({}, {})

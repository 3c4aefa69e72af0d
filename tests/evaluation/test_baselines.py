from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from nli.errors import DataError
from nli.evaluation.baselines import fit_baselines, negation_features, overlap_features
from nli.evaluation.run import evaluate
from nli.evaluation.scored import Floats
from nli.evaluation.sets import LabelledSet
from nli.records import Label


def pairs_of(count: int, seed: int) -> LabelledSet:
    """Contradictions negate, entailments repeat, neutrals speak of something else."""
    random = np.random.default_rng(seed)
    places = ("park", "house", "garden", "street", "station")
    made: list[tuple[tuple[str, str], Label]] = []
    for _ in range(count):
        here, there = random.choice(places, 2, replace=False)
        a = f"a man is in the {here}"
        made.append(((a, f"the man is in the {here}"), "entailment"))
        made.append(((a, f"the man is not in the {here}"), "contradiction"))
        made.append(((a, f"many dogs ran past some {there}"), "neutral"))
    pairs, labels = zip(*made)
    return LabelledSet("made", pairs, labels, ("",) * len(pairs), 0, "0", len(pairs))


def letters(texts: Sequence[str]) -> Floats:
    """Vectors of letter counts, of length 1."""
    counts = np.array([[text.count(letter) for letter in "abcdefghijklmnopqrstuvwxyz"] for text in texts], dtype=float)
    result: Floats = counts / np.linalg.norm(counts, axis=1, keepdims=True)
    return result


def test_each_baseline_learns_what_it_can_see() -> None:
    train, dev, test = (pairs_of(60, seed) for seed in range(3))
    accuracy = {}
    for baseline in fit_baselines(train, dev, encode=letters):
        found = evaluate(test, baseline, resamples=100)
        accuracy[baseline.name] = found.measured.figures["accuracy"].value
        assert found.scored.table.sum(axis=1) == pytest.approx(np.ones(180))
        if baseline.name == "majority":
            assert not found.scored.flag.any()
            assert found.measured.figures["brier"].value == pytest.approx(2 / 3, abs=0.01)
        if baseline.name == "negation":
            assert found.measured.figures["flag_recall"].value == 1
    assert list(accuracy) == ["majority", "hypothesis-only", "negation", "overlap", "cosine"]
    assert accuracy["majority"] == pytest.approx(1 / 3, abs=0.01)
    assert accuracy["negation"] == pytest.approx(2 / 3, abs=0.01)  # cannot tell neutral from entailment
    for name in ("hypothesis-only", "overlap", "cosine"):
        assert accuracy[name] > 0.6, name


def test_features_by_hand() -> None:
    pairs = [("a man", "no man"), ("nobody came", "he didn’t"), ("it is", "it is"), ("He denied it", "he came")]
    assert negation_features(pairs).argmax(axis=1).tolist() == [1, 3, 0, 2]
    assert overlap_features([("a b c", "b c d e")]).tolist() == [[2 / 5, 2 / 4, 2 / 3]]


def test_what_they_cannot_be_fitted_on() -> None:
    train = pairs_of(10, 0)
    half = train.take([row for row, label in enumerate(train.labels) if label != "neutral"])
    with pytest.raises(DataError, match="no pair labelled neutral"):
        next(fit_baselines(half, train))
    scarce = train.take([0, 1, 2])
    lonely = LabelledSet("l", (("a", "b"), ("a", "c"), ("a", "d")), scarce.labels, ("",) * 3, 0, "0", 3)
    found = fit_baselines(lonely, train)
    next(found)
    with pytest.raises(DataError, match="too few words in common"):
        next(found)

"""Comparisons: against statsmodels, by hand, and by how often they cry wolf."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from made import by_chance, labelled, score, scored
from statsmodels.stats.contingency_tables import mcnemar as their_mcnemar
from statsmodels.stats.multitest import multipletests

from nli.errors import DataError
from nli.evaluation.comparison import compare, differences, holm, mcnemar
from nli.evaluation.scored import Scored
from nli.labels import LABELS


def rescored(made: Scored, seed: int, skill: float) -> Scored:
    """Another model on the same pairs."""
    random = np.random.default_rng(seed)
    logits = random.normal(size=(len(made), 3)) + skill * np.eye(3)[made.truth]
    table = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return replace(made, table=table, raw=table, back=table[:, 2], score=table[:, 2], flag=table[:, 2] >= 0.6)


def as_set(made: Scored, slices: tuple[str, ...] = ()):  # type: ignore[no-untyped-def]
    return labelled([LABELS[i] for i in made.truth], [str(i) for i in made.groups], slices)


@pytest.mark.parametrize("p", [(0.01, 0.04, 0.03), (0.5, 0.001), (0.2,), (0.04, 0.04, 0.04, 0.9)])
def test_holm_equals_statsmodels(p: tuple[float, ...]) -> None:
    assert holm(p) == pytest.approx(list(multipletests(p, method="holm")[1]))


def test_what_was_not_tested_does_not_count() -> None:
    first, second, third = holm([0.02, math.nan, 0.5])
    assert (first, third) == pytest.approx((0.04, 0.5))
    assert math.isnan(second)


def test_mcnemar_equals_statsmodels() -> None:
    one = by_chance(300, seed=1)
    two = rescored(one, seed=2, skill=2.2)
    found = mcnemar(one, two)
    right = [model.predicted == model.truth for model in (one, two)]
    table = [[int((a & b).sum()) for b in (right[1], ~right[1])] for a in (right[0], ~right[0])]
    assert (found.only_first, found.only_second) == (table[0][1], table[1][0])
    assert found.p == pytest.approx(their_mcnemar(table, exact=True).pvalue)
    assert mcnemar(one, one).p == 1


def test_a_better_model_is_said_to_be_better() -> None:
    one = by_chance(600, seed=1)
    found = compare(as_set(one), ("old", one), ("new", rescored(one, seed=2, skill=2.5)), resamples=500)
    assert found.conclusion[0].startswith("new is better than old in accuracy (+")
    accuracy = next(d for d in found.differences if d.name == "accuracy")
    assert accuracy.shown
    assert accuracy.change.low > 0
    assert accuracy.p == found.mcnemar.p
    back = compare(as_set(one), ("new", rescored(one, seed=2, skill=2.5)), ("old", one), resamples=500)
    assert any(sentence.startswith("old is worse than new in accuracy (-") for sentence in back.conclusion)


def test_no_difference_is_said_to_be_none() -> None:
    one = by_chance(200, seed=1)
    found = compare(as_set(one), ("one", one), ("same", one), resamples=200)
    assert found.conclusion[0] == "No difference between one and same could be shown."
    assert not found.differ
    assert all(d.p == 1 and d.change.value == 0 for d in found.differences)


@pytest.mark.parametrize("groups", [1, 2, 3])
def test_few_groups_show_nothing(groups: int) -> None:
    # Every group has one pair more that is right; drawn anew, that never changes, which proves little.
    truth = ["neutral"] * (6 * groups)
    names = [str(i // 6) for i in range(len(truth))]
    first = scored(truth, ([score("neutral")] * 5 + [score("entailment")]) * groups, names)  # type: ignore[arg-type]
    second = scored(truth, [score("neutral")] * len(truth), names)  # type: ignore[arg-type]
    p = differences(first, second, resamples=500)["accuracy"].p
    assert math.isnan(p) if groups == 1 else p == pytest.approx(2 / 2**groups)


def test_differences_are_of_the_same_draws() -> None:
    # A second model that errs on the very same pairs but for two: the change is far surer than the figures.
    truth = ["neutral"] * 300
    first = [score("neutral")] * 200 + [score("entailment")] * 100
    second = [score("neutral")] * 202 + [score("entailment")] * 98
    accuracy = differences(scored(truth, first), scored(truth, second), resamples=500)["accuracy"]  # type: ignore[arg-type]
    assert accuracy.change.value == pytest.approx(2 / 300)
    assert accuracy.change.error < 0.25 * math.sqrt(2 * (1 / 3) * (2 / 3) / 300)


def test_slices_are_corrected_for_their_number() -> None:
    one = by_chance(400, seed=1)
    two = rescored(one, seed=2, skill=2.0)
    kinds = tuple(f"s{n % 8}" for n in range(400))
    found = compare(as_set(one, kinds), ("one", one), ("two", two), resamples=200)
    assert len(found.slices) >= 8
    raw = [difference.p for difference in found.slices.values()]
    assert [difference.corrected for difference in found.slices.values()] == pytest.approx(holm(raw))
    doubled = compare(as_set(one, kinds), ("one", one), ("two", two), family=2, resamples=200)
    for name, difference in doubled.slices.items():
        assert difference.corrected == pytest.approx(min(1, 2 * found.slices[name].corrected))


@pytest.mark.parametrize("per_group", [1, 4])
def test_equal_models_are_seldom_told_apart(per_group: int) -> None:
    alarms = 0
    for seed in range(150):
        one = by_chance(240, seed, per_group=per_group, skill=1.5)
        two = rescored(one, 10_000 + seed, 1.5)
        if per_group > 1:
            other = by_chance(240, 10_000 + seed, per_group=per_group)
            # The same noise in groups, but for other pairs: move it onto the labels of the first.
            logits = np.log(other.table) + 1.5 * (np.eye(3)[one.truth] - np.eye(3)[other.truth])
            table = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
            two = replace(one, table=table, raw=table)
        alarms += differences(one, two, seed=seed, resamples=200)["accuracy"].p < 0.05
    assert alarms <= 16, alarms  # 7.5 expected


def test_other_pairs_cannot_be_compared() -> None:
    one = by_chance(50, seed=1)
    for other in (by_chance(49, seed=1), by_chance(50, seed=2)):
        with pytest.raises(DataError, match="only be compared on the same pairs"):
            differences(one, other)

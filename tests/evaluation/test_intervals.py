"""Intervals: against libraries, by hand, and by how often they hold a known truth."""

from __future__ import annotations

import math
import time
from typing import get_args

import numpy as np
import pytest
from made import by_chance, score, scored
from scipy.special import expit, logit
from scipy.stats import binomtest, t
from statsmodels.stats.proportion import proportion_confint

from nli.evaluation.intervals import IntervalKind, bootstrap_figure, rate_interval, wilson
from nli.evaluation.metrics import measure
from nli.evaluation.resampling import draw_groups, group_sums
from nli.evaluation.scored import Scored
from nli.records import Label


@pytest.mark.parametrize(("hits", "rows"), [(0, 1), (1, 1), (1, 2), (7, 10), (0, 50), (493, 1000)])
def test_wilson_equals_two_libraries(hits: int, rows: int) -> None:
    theirs = binomtest(hits, rows).proportion_ci(method="wilson")
    assert wilson(hits / rows, rows) == pytest.approx((theirs.low, theirs.high))
    assert wilson(hits / rows, rows) == pytest.approx(proportion_confint(hits, rows, method="wilson"))


def test_rates_of_independent_rows_are_wilson() -> None:
    hits, rows = np.array([1.0, 0, 1, 1]), np.ones(4)
    assert rate_interval(hits, rows, clustered=False) == wilson(0.75, 4)
    assert all(map(math.isnan, rate_interval(np.zeros(3), np.zeros(3), clustered=False)))


def test_groups_that_move_together_count_as_one_row_each() -> None:
    # Ten groups of ten rows that are all right or all wrong know no more than ten rows.
    hits, rows = np.array([10.0] * 6 + [0.0] * 4), np.full(10, 10.0)
    low, high = rate_interval(hits, rows, clustered=True)
    alone = wilson(0.6, 10)
    assert low < alone[0] < alone[1] < high
    independent = rate_interval(np.full(10, 6.0), rows, clustered=True)
    assert independent[0] == pytest.approx(wilson(0.6, 100)[0], abs=0.03)
    assert rate_interval(np.array([5.0]), np.array([9.0]), clustered=True) == (0, 1)
    low, high = rate_interval(rows, rows, clustered=True)  # all right, which shows no spread
    assert (low < wilson(1, 10)[0], high) == (True, 1)


def test_draws_that_are_all_the_same_give_no_interval() -> None:
    figure = bootstrap_figure(1.0, np.ones(100), 5)
    assert math.isnan(figure.low)
    assert figure.value == 1
    assert math.isnan(bootstrap_figure(math.nan, np.ones(100), 5).value)


def test_an_interval_holds_its_value_and_stays_in_bounds() -> None:
    draws = np.random.default_rng(0).normal(0.05, 0.1, 2000)
    for kind in get_args(IntervalKind):
        figure = bootstrap_figure(0.02, draws, 100, highest=1.0, kind=kind)
        assert 0 <= figure.low <= 0.02 <= figure.high <= 1


def test_intervals_on_another_scale_by_hand() -> None:
    draws = np.array([0.75, 0.85])  # their standard deviation is 0.1 / sqrt(2)
    wide = t.ppf(0.975, 9) * math.sqrt(10 / 9) * 0.1 / math.sqrt(2)
    area = bootstrap_figure(0.8, draws, 10, kind="logit")
    ends = logit(0.8) - wide / 0.16, logit(0.8) + wide / 0.16
    assert (area.low, area.high) == pytest.approx(tuple(expit(ends)))
    loss = bootstrap_figure(0.8, draws, 10, kind="log")
    assert (loss.low, loss.high) == pytest.approx((0.8 * math.exp(-wide / 0.8), 0.8 * math.exp(wide / 0.8)))


def test_an_area_from_two_groups_is_hardly_known_but_its_interval_is_a_number() -> None:
    figure = bootstrap_figure(0.999, np.array([0.2, 0.999, 1.0]), 2, highest=1.0, kind="logit")
    assert figure.low == pytest.approx(0, abs=1e-6)
    assert figure.high == pytest.approx(1)
    assert math.isfinite(bootstrap_figure(0.01, np.array([0.0, 9.0]), 2, kind="log").high)


def test_few_groups_widen_the_interval() -> None:
    draws = np.random.default_rng(0).normal(0.5, 0.1, 2000)
    many, few = (bootstrap_figure(0.5, draws, groups) for groups in (1000, 6))
    assert few.high - few.low > 1.2 * (many.high - many.low)
    assert many.error == few.error == pytest.approx(0.1, rel=0.05)


def test_the_standard_error_of_accuracy_is_the_binomial_one() -> None:
    truth: list[Label] = ["neutral"] * 400
    found = measure(scored(truth, [score("neutral")] * 300 + [score("entailment")] * 100))
    assert found.figures["accuracy"].error == pytest.approx(math.sqrt(0.75 * 0.25 / 400), rel=0.05)


def test_rows_of_a_group_are_drawn_together() -> None:
    truth: list[Label] = ["neutral"] * 400
    scores = [score("neutral")] * 300 + [score("entailment")] * 100
    groups = [str(n // 10) for n in range(400)]
    found = measure(scored(truth, scores, groups))
    assert found.groups == 40
    assert found.figures["accuracy"].error == pytest.approx(math.sqrt(0.75 * 0.25 / 40), rel=0.05)


def test_sums_of_groups_and_draws() -> None:
    sums = group_sums(np.array([[1.0, 2], [3, 4], [5, 6]]), np.array([1, 0, 1]))
    assert sums.tolist() == [[3, 4], [6, 8]]
    blocks = list(draw_groups(7, 50, seed=1))
    draws = np.concatenate(blocks)
    assert draws.shape == (50, 7)
    assert (draws.sum(axis=1) == 7).all()
    assert (draws == np.concatenate(list(draw_groups(7, 50, seed=1)))).all()
    assert (draws != np.concatenate(list(draw_groups(7, 50, seed=2)))).any()


def test_the_same_seed_gives_the_same_figures() -> None:
    made = by_chance(120, seed=3)
    one, again, other = (measure(made, seed=seed, resamples=300).figures for seed in (1, 1, 2))
    assert one == again
    assert one != other
    assert {name: figure.value for name, figure in one.items()} == {name: f.value for name, f in other.items()}


@pytest.mark.parametrize("per_group", [1, 5])
def test_intervals_hold_the_truth_as_often_as_they_say(per_group: int) -> None:
    """A light version of `benchmarks/evaluation.py coverage`: 120 worlds, so that 95 % may come out as 89 to 100."""
    truth = {
        name: figure.value
        for name, figure in measure(by_chance(200_000, 99, per_group=per_group), resamples=2).figures.items()
    }
    held = dict.fromkeys(
        ("accuracy", "macro_f1", "contradiction_f1", "average_precision", "roc_auc", "brier", "ece"), 0
    )
    for seed in range(120):
        figures = measure(by_chance(400, seed, per_group=per_group), seed=seed, resamples=300).figures
        for name in held:
            held[name] += figures[name].low <= truth[name] <= figures[name].high
    assert all(count >= 107 for count in held.values()), held


def test_two_thousand_resamples_of_twenty_thousand_rows_take_seconds() -> None:
    made: Scored = by_chance(20_000, seed=1)
    started = time.process_time()
    measure(made, resamples=2000)
    assert time.process_time() - started < 20  # processor time, several cores together; about 4 s of clock

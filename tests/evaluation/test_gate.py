from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from made import by_chance, labelled

from nli.calibration import Calibration
from nli.errors import DataError
from nli.evaluation.earlier import restore
from nli.evaluation.gate import check_baseline, check_limits, parse_limit
from nli.evaluation.metrics import measure
from nli.evaluation.results import ModelRecord, Results, SetResult, collect_results, set_result
from nli.evaluation.run import Evaluation
from nli.evaluation.scored import Scored
from nli.evaluation.sets import LabelledSet
from nli.labels import LABELS

MODEL = ModelRecord(name="m", backend="onnx", sha256=None, threshold=0.6, temperature=1.0, fitted_on="")


def evaluated(made: Scored) -> tuple[LabelledSet, Scored]:
    return labelled([LABELS[i] for i in made.truth], [str(i) for i in made.groups]), made


def result(made: Scored, *, with_pairs: bool = False) -> SetResult:
    one, _ = evaluated(made)
    found = Evaluation(one, made, measure(made, resamples=200), {}, (), 1.0, None, 1.0)
    return set_result(found, with_pairs=with_pairs)


def file(*results: SetResult) -> Results:
    return collect_results(MODEL, results, seed=0, resamples=200, arguments=["nli"])


def spoilt(made: Scored, share: float) -> Scored:
    """The same model with a part of its answers turned to neutral."""
    rows = np.random.default_rng(0).random(len(made)) < share
    table = np.where(rows[:, None], np.array([0.1, 0.8, 0.1]), made.table)
    return replace(made, table=table, raw=table)


@pytest.fixture(scope="module")
def made() -> Scored:
    return by_chance(500, seed=4)


def test_limits_hold_or_do_not(made: Scored) -> None:
    one = result(made)
    accuracy = one.figures["accuracy"].value
    assert accuracy is not None
    for limit, at_most, passed in (
        (f"accuracy={accuracy - 0.01}", False, True),
        (f"accuracy={accuracy + 0.01}", False, False),
        (f"accuracy={accuracy - 0.01}", True, False),
        (f"made:accuracy={accuracy}", True, True),
    ):
        (check,) = check_limits([one], [parse_limit(limit, at_most=at_most)])
        assert check.passed is passed, check.line
        assert f"{accuracy:.4f}" in check.line


def test_a_figure_that_cannot_be_measured_does_not_pass(made: Scored) -> None:
    one = result(made.take(made.truth == 1))
    (check,) = check_limits([one], [parse_limit("contradiction_f1=0", at_most=False)])
    assert not check.passed
    assert "cannot be measured" in check.line


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("accuracy", "write FIGURE=NUMBER"),
        ("accuracy=high", "write FIGURE=NUMBER"),
        ("accuracy=nan", "write FIGURE=NUMBER"),
        ("acuracy=0.5", "no figure 'acuracy'; figures are accuracy"),
    ],
)
def test_limits_that_are_none(text: str, said: str) -> None:
    with pytest.raises(DataError, match=said):
        parse_limit(text, at_most=False)


def test_a_limit_of_a_set_that_was_not_evaluated(made: Scored) -> None:
    with pytest.raises(DataError, match="for the set 'other', but the sets are made"):
        check_limits([result(made)], [parse_limit("other:accuracy=0.5", at_most=False)])


@pytest.mark.parametrize("with_pairs", [True, False])
def test_only_a_drop_beyond_chance_fails(made: Scored, with_pairs: bool) -> None:
    earlier = file(result(made, with_pairs=with_pairs))
    for share, fails in ((0.0, False), (0.005, False), (0.5, True)):
        now = spoilt(made, share)
        checks = check_baseline([result(now)], [evaluated(now)], earlier, seed=0, resamples=500)
        accuracy = next(check for check in checks if ": accuracy was" in check.line)
        assert accuracy.passed is not fails, accuracy.line
    better = check_baseline(
        [result(made)], [evaluated(made)], file(result(spoilt(made, 0.5), with_pairs=with_pairs)), seed=0, resamples=500
    )
    assert next(check for check in better if ": accuracy was" in check.line).passed


def test_the_same_pairs_notice_smaller_drops(made: Scored) -> None:
    now = spoilt(made, 0.1)
    verdicts = []
    for with_pairs in (True, False):
        earlier = file(result(made, with_pairs=with_pairs))
        checks = check_baseline([result(now)], [evaluated(now)], earlier, seed=0, resamples=500)
        verdicts.append(next(check for check in checks if ": accuracy was" in check.line).passed)
    assert verdicts == [False, True]


def test_a_baseline_of_other_rows(made: Scored) -> None:
    earlier = file(result(by_chance(499, seed=4)))
    with pytest.raises(DataError, match="measured on other rows of made"):
        check_baseline([result(made)], [evaluated(made)], earlier, seed=0, resamples=200)
    with pytest.raises(DataError, match="has no results of made; its sets are none"):
        check_baseline([result(made)], [evaluated(made)], file(), seed=0, resamples=200)


def test_scores_survive_the_file(made: Scored) -> None:
    kept = result(made, with_pairs=True).pairs
    assert kept is not None
    again = restore(evaluated(made)[0], kept, Calibration())
    assert again.table == pytest.approx(made.table, abs=1e-5)
    assert (again.flag == made.flag).all()
    assert (again.truth == made.truth).all()
    assert measure(again, resamples=200).figures["accuracy"] == measure(made, resamples=200).figures["accuracy"]


def test_a_share_in_per_cent_is_refused() -> None:
    with pytest.raises(DataError, match=r"ece is a share from 0 to 1; write 5 % as 0\.05"):
        parse_limit("ece=5", at_most=True)
    assert parse_limit("flags_per_1000_neutral=30", at_most=True).value == 30

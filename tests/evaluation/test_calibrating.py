from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from nli.errors import DataError, OutputError
from nli.evaluation.calibrating import MethodName, choose, fit, save, unseen
from nli.evaluation.sets import LabelledSet
from nli.labels import LABELS
from nli.models import find_model, load_model
from nli.records import Label
from nli.scoring import Scorer

PAIRS = (("a man is sleeping", "the dog is red"), ("a man", "no man"), ("the cat", "the cat"), ("91 died", "20 died"))


def raw(folder: Path) -> Scorer:
    return load_model(folder, probe=False, calibrated=False)


def labelled(folder: Path) -> LabelledSet:
    """The model's own answers as truth, so that every precision is within reach."""
    scores = load_model(folder, probe=False).score(PAIRS)
    highest = max(score.score for score in scores)
    surest = max(score.ab.entailment for score in scores if score.score < highest)
    labels: list[Label] = [
        "contradiction" if s.score == highest else "entailment" if s.ab.entailment == surest else "neutral"
        for s in scores
    ]
    return LabelledSet("own", PAIRS, tuple(labels), ("",) * 4, 0, "0", 4)


def test_what_is_fitted_is_saved_and_used(own_bert: Path) -> None:
    fitted = fit(raw(own_bert), [labelled(own_bert)], precision=1.0)
    found = fitted.chosen["contradiction"]
    assert (found.precision.value, found.recall.value, found.wrong_per_1000) == (1, 1, 0)
    save(find_model(own_bert), "torch", fitted)
    record = json.loads((own_bert / "nli.json").read_text())["calibration"]["torch"]
    scorer = load_model(own_bert, probe=False)
    assert scorer.calibration.temperature == record["temperature"] != 1.0
    assert scorer.threshold == record["threshold"]
    assert record["fitted_on"] == "own (4)"
    flagged = [score.flag for score in scorer.score(PAIRS)]
    assert flagged == [label == "contradiction" for label in labelled(own_bert).labels]


@pytest.mark.parametrize("method", ["vector", "power"])
def test_calibration_by_label_is_saved_and_used(own_bert: Path, method: MethodName) -> None:
    fitted = fit(raw(own_bert), [labelled(own_bert)], precision=1.0, method=method)
    save(find_model(own_bert), "torch", fitted)
    used, made = load_model(own_bert, probe=False).calibration, fitted.calibration
    assert fitted.method == method
    assert used.by_label
    assert (used.scales, used.biases, used.exponent) == (made.scales, made.biases, made.exponent)
    assert (used.exponent != 1) == (method == "power")
    # Back to the temperature alone: nothing of the former fit may stay.
    save(find_model(own_bert), "torch", fit(raw(own_bert), [labelled(own_bert)], precision=1.0, method="temperature"))
    assert not load_model(own_bert, probe=False).calibration.by_label


@dataclass
class Biased:
    """A model of which one label gets as much more than the others as `bias`; only its logits are asked for."""

    bias: float
    random: np.random.Generator = field(default_factory=lambda: np.random.default_rng(5))

    def truth(self, rows: int) -> list[Label]:
        self.known = self.random.normal(size=(rows, 3)) * 2
        noise = -np.log(-np.log(self.random.random((rows, 3))))
        return [LABELS[index] for index in (self.known + noise).argmax(axis=1)]

    def logits(self, pairs: Sequence[tuple[str, str]]) -> tuple[np.ndarray, np.ndarray]:
        return (self.known + np.array([0, self.bias, 0])).astype(np.float32), np.zeros(len(pairs), dtype=bool)


@pytest.mark.parametrize(("bias", "method"), [(0.0, "temperature"), (1.0, "vector")])
def test_the_method_is_the_one_that_does_better_on_unseen_pairs(bias: float, method: str) -> None:
    model = Biased(bias)
    labels = tuple(model.truth(1000))
    pairs = tuple((f"a {n}", f"b {n}") for n in range(1000))
    fitted = fit(cast(Scorer, model), [LabelledSet("made", pairs, labels, ("",) * 1000, 0, "0", 1000)], precision=0.8)
    assert fitted.method == method == min(fitted.unseen_loss, key=lambda name: fitted.unseen_loss[name])
    assert fitted.calibration.biases[1] == pytest.approx(-2 / 3 * bias, abs=0.2)


def test_no_weights_are_learnt_for_a_label_that_no_pair_has() -> None:
    model = Biased(1.0)
    labels = tuple("neutral" if label == "entailment" else label for label in model.truth(300))
    pairs = tuple((f"a {n}", f"b {n}") for n in range(300))
    made = LabelledSet("made", pairs, cast("tuple[Label, ...]", labels), ("",) * 300, 0, "0", 300)
    assert fit(cast(Scorer, model), [made], precision=0.5).method == "temperature"


def test_too_few_groups_leave_it_at_a_temperature(own_bert: Path) -> None:
    fitted = fit(raw(own_bert), [labelled(own_bert)], precision=1.0)
    assert (fitted.method, fitted.unseen_loss) == ("temperature", {})


def test_a_copy_leaves_the_model_as_it_is(own_bert: Path, tmp_path: Path) -> None:
    fitted = fit(raw(own_bert), [labelled(own_bert)], precision=1.0)
    target = tmp_path / "mine"
    assert save(find_model(own_bert), "torch", fitted, target) == target / "nli.json"
    assert not (own_bert / "nli.json").exists()
    assert load_model(target, probe=False).threshold == fitted.chosen["contradiction"].threshold
    with pytest.raises(OutputError, match="exists; name a folder that does not"):
        save(find_model(own_bert), "torch", fitted, target)


def test_without_entailments_their_threshold_stays(own_bert: Path) -> None:
    own = labelled(own_bert)
    labels = tuple("neutral" if label == "entailment" else label for label in own.labels)
    fitted = fit(raw(own_bert), [LabelledSet("own", PAIRS, labels, ("",) * 4, 0, "0", 4)], precision=1.0)
    assert fitted.notes == (
        "fitted on only 4 pairs: expect little of it on others",
        "4 independent groups of pairs are too few to tell what remains on pairs not fitted on",
        "the threshold of entailments stays as it was: none of the pairs is an entailment",
    )
    save(find_model(own_bert), "torch", fitted)
    assert load_model(own_bert, probe=False).entailment_threshold == 0.5


def test_pairs_that_no_threshold_can_be_chosen_on(own_bert: Path) -> None:
    scorer = raw(own_bert)
    none = LabelledSet("none", PAIRS, ("neutral",) * 4, ("",) * 4, 0, "0", 4)
    with pytest.raises(DataError, match="none of the pairs is a contradiction"):
        fit(scorer, [none], precision=0.9)
    all_of_them = LabelledSet("all", PAIRS, ("contradiction",) * 4, ("",) * 4, 0, "0", 4)
    with pytest.raises(DataError, match="all of the pairs are contradictions"):
        fit(scorer, [all_of_them], precision=0.9)
    two = LabelledSet("two", PAIRS, ("entailment", "not_entailment") * 2, ("",) * 4, 0, "0", 4)
    with pytest.raises(DataError, match="two is a two-way set"):
        fit(scorer, [two], precision=0.9)
    scores = [score.score for score in scorer.score(PAIRS)]
    lowest = tuple("contradiction" if value == min(scores) else "neutral" for value in scores)
    # Which precision is reached depends on the last bits of the fitted temperature, and so on the processor.
    with pytest.raises(DataError, match=r"no threshold gives .* of 0\.9 .* reaches is 0\.\d{3}: ask for less"):
        fit(scorer, [LabelledSet("own", PAIRS, lowest, ("",) * 4, 0, "0", 4)], precision=0.9)  # type: ignore[arg-type]


def test_the_price_of_precision_by_hand() -> None:
    scores = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
    positive = np.array([True, True, False, True, False])
    groups = np.arange(5)
    strict, mild = (choose("contradiction", scores, positive, groups, wanted) for wanted in (0.9, 0.7))
    assert strict.threshold == pytest.approx(0.8, abs=1e-5)
    assert (strict.precision.value, strict.recall.value, strict.wrong_per_1000) == (1, pytest.approx(2 / 3), 0)
    assert mild.threshold == pytest.approx(0.6, abs=1e-5)
    assert (mild.precision.value, mild.recall.value, mild.wrong_per_1000) == (0.75, 1, 500)
    assert strict.recall.low < 2 / 3 < strict.recall.high


def test_a_threshold_chosen_on_chance_does_not_hold_on_unseen_pairs() -> None:
    held = []
    for seed in range(20):
        random = np.random.default_rng(seed)
        scores, positive = random.random(200), random.random(200) < 0.4
        chosen = choose("contradiction", scores, positive, np.arange(200), 0.5)
        found = unseen(scores, positive, np.arange(200), 0.5)
        assert found is not None
        if chosen.threshold is not None:
            assert chosen.precision.value >= 0.5
            held.append(found[0].value)
    assert len(held) > 5
    assert np.nanmean(held) < 0.47
    assert unseen(scores[:4], positive[:4], np.arange(4), 0.5) is None

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nli.errors import DataError
from nli.evaluation import calibrating
from nli.evaluation.sets import LabelledSet
from nli.models import load_model
from nli.records import Label

PAIRS = (("a man is sleeping", "the dog is red"), ("a man", "no man"), ("the cat", "the cat"), ("91 died", "20 died"))


@pytest.fixture(autouse=True)
def _no_probe(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tiny model is untrained; the proof of its labels is tested elsewhere."""
    monkeypatch.setattr(calibrating, "load_model", lambda folder, **given: load_model(folder, probe=False, **given))


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
    lines = list(calibrating.calibrate_model(own_bert, [labelled(own_bert)], precision=1.0))
    assert "precision 1.000, recall 1.000" in lines[1]
    record = json.loads((own_bert / "nli.json").read_text())["calibration"]["torch"]
    scorer = load_model(own_bert, probe=False)
    assert scorer.calibration.temperature == record["temperature"] != 1.0
    assert scorer.threshold == record["threshold"]
    assert record["fitted_on"] == "own (4)"
    flagged = [score.flag for score in scorer.score(PAIRS)]
    assert flagged == [label == "contradiction" for label in labelled(own_bert).labels]


def test_pairs_without_contradictions(own_bert: Path) -> None:
    none = LabelledSet("none", PAIRS, ("neutral",) * 4, ("",) * 4, 0, "0", 4)
    with pytest.raises(DataError, match="none of the pairs has the label"):
        list(calibrating.calibrate_model(own_bert, [none], precision=0.9))
    assert not (own_bert / "nli.json").exists()

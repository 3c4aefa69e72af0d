from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from tiny import write_recipe

from nli.errors import RecipeError
from nli.models import load_model
from nli.training.examples import TARGETS
from nli.training.fitting import _ShuffledBatches
from nli.training.folders import find_base
from nli.training.losses import target_loss
from nli.training.recipe import read_recipe
from nli.training.trainer import train

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning", "ignore::DeprecationWarning", "ignore::FutureWarning")


def run(recipe: Path, data: Path, out: Path, **options: object) -> Path:
    return train(read_recipe(recipe), recipe, data, out, log=lambda _: None, **options)


def test_training_learns_and_the_result_loads(tmp_path: Path, data: Path, recipe_text: str) -> None:
    long = recipe_text.replace("epochs = 1", "epochs = 20").replace("save_every = 3", "save_every = 999")
    recipe = write_recipe(tmp_path, long.replace("evaluate_every = 5", "evaluate_every = 999"))
    folder = run(recipe, data, tmp_path / "out")
    scorer = load_model(folder, probe=False)
    results = scorer.score(
        [
            ("the man is sleeping in the park", "the man is not sleeping"),
            ("the man is sleeping in the park", "the man is sleeping"),
            ("the dog is sleeping in the house", "the dog is red"),
        ]
    )
    assert [result.label for result in results] == ["contradiction", "entailment", "neutral"]
    about = json.loads((folder / "nli.json").read_text())
    assert about["hints"] == ["numbers"]
    assert about["training"]["rows"]["two"] == {"contradiction": 4, "entailment": 4, "neutral": 4}
    assert scorer.encoder.hints == ("numbers",)
    history = json.loads((folder / "history.json").read_text())
    losses = [entry["loss"] for entry in history if "loss" in entry]
    assert losses[0] > losses[-1]


def test_a_killed_training_goes_on_as_if_it_had_not_been(tmp_path: Path, data: Path, recipe_text: str) -> None:
    recipe = write_recipe(tmp_path, recipe_text)
    whole = run(recipe, data, tmp_path / "whole")
    shutil.copytree(tmp_path / "whole", tmp_path / "cut")
    checkpoints = sorted((tmp_path / "cut").glob("checkpoint-*"), key=lambda p: int(p.name.split("-")[1]))
    shutil.rmtree(checkpoints[-1])
    shutil.rmtree(tmp_path / "cut/model")
    resumed = run(recipe, data, tmp_path / "cut", resume=True)
    texts = [("the man is sleeping", "the dog is red"), ("the cat is sleeping", "the cat is not sleeping")]
    ours, theirs = (load_model(folder, probe=False).logits(texts)[0] for folder in (whole, resumed))
    assert ours == pytest.approx(theirs, abs=1e-5)


def test_an_earlier_run_is_not_overwritten_by_accident(tmp_path: Path, data: Path, recipe_text: str) -> None:
    recipe = write_recipe(tmp_path, recipe_text)
    run(recipe, data, tmp_path / "out", max_steps=3)
    with pytest.raises(RecipeError, match="--resume"):
        run(recipe, data, tmp_path / "out")


def test_wrong_bases_are_named(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="'no_such_package' is not installed"):
        find_base("package:no_such_package/model")
    with pytest.raises(RecipeError, match=r"has no config\.json"):
        find_base(str(tmp_path))


def test_too_many_frozen_layers(tmp_path: Path, data: Path, recipe_text: str) -> None:
    recipe = write_recipe(tmp_path, recipe_text + "freeze_layers = 9\n")
    with pytest.raises(RecipeError, match="freeze_layers = 9"):
        run(recipe, data, tmp_path / "out")


def test_every_example_comes_once_an_epoch_in_batches_of_like_length() -> None:
    lengths = np.random.default_rng(0).integers(5, 90, size=1003)
    sampler = _ShuffledBatches(lengths.tolist(), 16, seed=1)
    order = list(sampler)
    assert sorted(order) == list(range(1003))
    spread = [np.ptp(lengths[order[i : i + 16]]) for i in range(0, 960, 16)]
    assert np.median(spread) <= 3
    means = [lengths[order[i : i + 16]].mean() for i in range(0, 960, 16)]
    assert abs(np.corrcoef(np.arange(len(means)), means)[0, 1]) < 0.35  # no drift from long to short
    sampler.set_epoch(1)
    assert list(sampler) != order


def test_a_target_that_leaves_a_label_open_asks_only_for_the_rest() -> None:
    probabilities = torch.tensor([[0.7, 0.2, 0.1]])
    for target, wanted in (("neutral", 0.2), ("not_contradiction", 0.9), ("not_entailment", 0.3)):
        loss = target_loss(probabilities.log() + 5, torch.tensor([TARGETS.index(target)]))
        assert loss.item() == pytest.approx(-np.log(wanted), abs=1e-5)
    sure = torch.tensor([[0.0, 0.0, 90.0]], requires_grad=True)
    target_loss(sure, torch.tensor([TARGETS.index("not_contradiction")])).backward()
    assert torch.isfinite(sure.grad).all()


def test_frozen_embeddings_stay_and_the_layers_learn(tmp_path: Path, data: Path, recipe_text: str) -> None:
    recipe = write_recipe(tmp_path, recipe_text + "freeze_embeddings = true\n")
    folder = run(recipe, data, tmp_path / "out", max_steps=3)
    before = load_file(find_base(read_recipe(recipe).base) / "model.safetensors")
    after = load_file(folder / "model.safetensors")
    words = "bert.embeddings.word_embeddings.weight"
    assert torch.equal(before[words], after[words])
    layer = "bert.encoder.layer.0.output.dense.weight"
    assert not torch.equal(before[layer], after[layer])

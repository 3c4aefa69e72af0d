from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from tiny import save_tiny_bert, write_recipe
from typer.testing import CliRunner

from nli.cli.main import app
from nli.errors import DataError, OutputError, RecipeError
from nli.models import load_model
from nli.training.losses import teacher_loss
from nli.training.prepared import read_prepared
from nli.training.recipe import read_recipe
from nli.training.trainer import train

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning", "ignore::DeprecationWarning", "ignore::FutureWarning")


@pytest.fixture
def taught_text(recipe_text: str, tmp_path: Path) -> str:
    teacher = save_tiny_bert(tmp_path / "teacher-base")
    unlabelled = "[data.unlabelled]\nexchanged = 6\nsiblings = 6\nreworded = { one = 5 }\n[dev]"
    return (
        recipe_text.replace("[dev]", unlabelled)
        + f'[teacher]\nbase = "{teacher}"\n[teacher.training]\nmax_length = 60\nbatch_size = 8\n'
    )


def test_a_pupil_comes_to_answer_as_its_teacher_does(tmp_path: Path, data: Path, taught_text: str) -> None:
    text = taught_text.replace("epochs = 1\n", "epochs = 30\n").replace("save_every = 3", "save_every = 999")
    text = text.replace("[teacher]", "[teacher]\nshare = 1.0").replace("evaluate_every = 5", "evaluate_every = 999")
    recipe = write_recipe(tmp_path, text)
    folder = train(read_recipe(recipe), recipe, data, tmp_path / "out", log=lambda _: None)
    pairs = [("the man is sleeping in the park", "the man is red"), ("the dog is sleeping", "the dog is not sleeping")]
    teacher = load_model(tmp_path / "out/teacher/model", probe=False)
    # The teacher has learnt little, so that only its answers can explain what the pupil says.
    ours, theirs = (
        torch.softmax(torch.tensor(m.logits(pairs)[0]), -1) for m in (load_model(folder, probe=False), teacher)
    )
    assert torch.allclose(ours, theirs, atol=0.1)


def test_the_loss_is_nothing_where_both_agree_and_grows_with_the_distance() -> None:
    teacher = torch.tensor([[2.0, 0.0, -1.0]])
    assert teacher_loss(teacher + 3, teacher, 2.0).item() == pytest.approx(0, abs=1e-6)
    near, far = (teacher_loss(torch.tensor([[x, 0.0, -1.0]]), teacher, 2.0).item() for x in (1.0, -2.0))
    assert 0 < near < far
    p = torch.softmax(teacher, -1)
    q = torch.softmax(torch.tensor([[1.0, 0.0, -1.0]]), -1)
    assert teacher_loss(q.log(), teacher, 1.0).item() == pytest.approx((p * (p / q).log()).sum().item(), abs=1e-6)


def test_a_teacher_is_not_trained_or_asked_twice(tmp_path: Path, data: Path, taught_text: str) -> None:
    recipe = write_recipe(tmp_path, taught_text)
    out = tmp_path / "out"
    train(read_recipe(recipe), recipe, data, out, max_steps=3, log=lambda _: None)
    with pytest.raises(RecipeError, match="--resume"):
        train(read_recipe(recipe), recipe, data, out, log=lambda _: None)
    files = [out / "teacher" / name for name in ("answers.npz", "model/model.safetensors")]
    before = [file.stat().st_mtime_ns for file in files]
    train(read_recipe(recipe), recipe, data, out, resume=True, max_steps=3, log=lambda _: None)
    assert [file.stat().st_mtime_ns for file in files] == before


def test_a_teacher_that_was_only_tried_is_trained_on_and_asked_again(
    tmp_path: Path, data: Path, taught_text: str
) -> None:
    recipe = write_recipe(tmp_path, taught_text)
    out = tmp_path / "out"
    train(read_recipe(recipe), recipe, data, out, max_steps=2, log=lambda _: None)
    answers = (out / "teacher/answers.npz").read_bytes()
    train(read_recipe(recipe), recipe, data, out, resume=True, log=lambda _: None)
    about = json.loads((out / "teacher/model/nli.json").read_text())
    assert about["training"]["steps"] > 2
    assert about["name"] == "tiny-teacher"
    assert "unlabelled_siblings" not in about["training"]["rows"]
    assert (out / "teacher/answers.npz").read_bytes() != answers


def test_the_teacher_of_another_recipe_is_not_taken(tmp_path: Path, data: Path, taught_text: str) -> None:
    recipe = write_recipe(tmp_path, taught_text)
    train(read_recipe(recipe), recipe, data, tmp_path / "out", max_steps=2, log=lambda _: None)
    other = write_recipe(tmp_path, taught_text.replace("max_length = 60", "max_length = 61"))
    with pytest.raises(RecipeError, match="recipe with other training"):
        train(read_recipe(other), other, data, tmp_path / "out", resume=True, max_steps=2, log=lambda _: None)


def test_a_teacher_that_reads_less_than_its_pupil(tmp_path: Path, data: Path, taught_text: str) -> None:
    recipe = write_recipe(tmp_path, taught_text.replace("max_length = 60", "max_length = 16"))
    with pytest.raises(RecipeError, match=r"teacher\.training\.max_length = 16"):
        train(read_recipe(recipe), recipe, data, tmp_path / "out", log=lambda _: None)
    mended = write_recipe(tmp_path, taught_text)  # and nothing of the first try is in the way
    train(read_recipe(mended), mended, data, tmp_path / "out", max_steps=2, log=lambda _: None)


def test_pairs_reworded_of_a_set_that_is_not_drawn(tmp_path: Path, data: Path, taught_text: str) -> None:
    recipe = write_recipe(tmp_path, taught_text.replace("{ one = 5 }", "{ other = 5 }"))
    with pytest.raises(RecipeError, match=r"data\.unlabelled\.reworded: 'other' is not among data\.sets"):
        train(read_recipe(recipe), recipe, data, tmp_path / "run")


def test_unlabelled_pairs_without_a_teacher(tmp_path: Path, recipe_text: str) -> None:
    text = recipe_text.replace("[dev]", "[data.unlabelled]\nsiblings = 6\n[dev]")
    with pytest.raises(RecipeError, match="without a \\[teacher\\]"):
        read_recipe(write_recipe(tmp_path, text))


def test_a_mixture_in_a_file_trains_the_same_model(tmp_path: Path, data: Path, taught_text: str) -> None:
    recipe = write_recipe(tmp_path, taught_text)
    mixture = tmp_path / "made/mixture.parquet"
    command = ["train", str(recipe), "--data", str(data), "--out"]
    result = CliRunner().invoke(app, [*command, str(mixture), "--only-mixture"])
    assert result.exit_code == 0, result.output
    (data / "train").rename(tmp_path / "not-here")
    result = CliRunner().invoke(app, [*command, str(tmp_path / "there"), "--mixture", str(mixture), "--max-steps", "4"])
    assert result.exit_code == 0, result.output
    (tmp_path / "not-here").rename(data / "train")
    result = CliRunner().invoke(app, [*command, str(tmp_path / "here"), "--max-steps", "4"])
    assert result.exit_code == 0, result.output
    pair = [("the man is sleeping", "the dog is red")]
    one, two = (load_model(tmp_path / name / "model", probe=False).logits(pair)[0] for name in ("there", "here"))
    assert one == pytest.approx(two, abs=1e-5)
    rows = json.loads((tmp_path / "there/model/nli.json").read_text())["training"]["rows"]
    assert rows["unlabelled_siblings"] == {"unknown": 6}
    assert rows["unlabelled_reworded"] == {"unknown": 5}


def test_a_mixture_of_another_recipe_is_refused(tmp_path: Path, data: Path, taught_text: str) -> None:
    recipe = write_recipe(tmp_path, taught_text)
    mixture = tmp_path / "mixture.parquet"
    CliRunner().invoke(app, ["train", str(recipe), "--data", str(data), "--out", str(mixture), "--only-mixture"])
    other = write_recipe(tmp_path, taught_text.replace("seed = 1", "seed = 2").replace("siblings = 6", "siblings = 5"))
    result = CliRunner().invoke(
        app, ["train", str(recipe), "--data", str(data), "--out", str(mixture), "--only-mixture", "--resume"]
    )
    assert result.exit_code == 2
    command = ["train", str(recipe), "--data", str(data), "--out", str(mixture), "--only-mixture"]
    assert isinstance(CliRunner().invoke(app, command).exception, OutputError)
    with pytest.raises(RecipeError, match="other seed and data"):
        read_prepared(mixture, read_recipe(other), other)
    with pytest.raises(DataError, match="is no mixture"):
        read_prepared(data / "train/one.parquet", read_recipe(recipe), recipe)
    with pytest.raises(DataError, match="only-mixture"):
        read_prepared(recipe, read_recipe(recipe), recipe)


def test_logits_of_a_teacher_are_kept_in_the_order_of_the_pairs(tmp_path: Path, data: Path, taught_text: str) -> None:
    recipe = write_recipe(tmp_path, taught_text)
    out = tmp_path / "out"
    train(read_recipe(recipe), recipe, data, out, max_steps=2, log=lambda _: None)
    mixture = tmp_path / "mixture.parquet"
    CliRunner().invoke(app, ["train", str(recipe), "--data", str(data), "--out", str(mixture), "--only-mixture"])
    asked = read_prepared(mixture, read_recipe(recipe), recipe).mixture.examples
    with np.load(out / "teacher/answers.npz") as saved:
        logits = saved["logits"].astype(np.float32)
    teacher = load_model(out / "teacher/model", probe=False)
    assert len(logits) == len(asked)
    assert logits == pytest.approx(teacher.logits([(e.a, e.b) for e in asked])[0], abs=2e-2)

from __future__ import annotations

from pathlib import Path

import pytest

from nli.errors import RecipeError
from nli.training.recipe import read_recipe


def read(tmp_path: Path, text: str) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text(text)
    read_recipe(path)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("seed = 1", "seeds = 1", "key 'seed' is missing; unknown key 'seeds'"),
        ("epochs = 1", "epochs = 0", "training.epochs = 0"),
        ("epochs = 1", 'epochs = "many"', "training.epochs = 'many'"),
        ("learning_rate", "learningrate", "unknown key 'training.learningrate'"),
        ('hints = ["numbers"]', 'hints = ["stars"]', "'stars' is unknown; known are numbers"),
        ("[dev]", "[dev", "not valid TOML"),
        ("two = 12", 'two = "some"', r"data\.sets\.two"),
        ('name = "tiny"', 'name = "../x"', "name = "),
    ],
)
def test_mistakes_name_the_key_and_the_value(tmp_path: Path, recipe_text: str, old: str, new: str, said: str) -> None:
    assert old in recipe_text
    with pytest.raises(RecipeError, match=said):
        read(tmp_path, recipe_text.replace(old, new))


def test_a_missing_recipe(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="cannot read the recipe"):
        read_recipe(tmp_path / "none.toml")


def test_the_shipped_recipe_is_valid() -> None:
    for path in (Path(__file__).parents[2] / "models").glob("*/recipe*.toml"):
        read_recipe(path)

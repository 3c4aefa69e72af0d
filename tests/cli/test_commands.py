"""The commands as a user types them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tiny import edit_json
from typer.testing import CliRunner, Result

from nli.cli.main import app
from nli.errors import NliError

ROOT = Path(__file__).parents[2]
LABELLED = ROOT / "eval" / "sets" / "article.jsonl"


def call(*arguments: object) -> Result:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def nli(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).parent / "nli"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_help_and_version_name_every_command() -> None:
    shown = call("--help").output
    for command in ("score", "article", "eval", "compare", "calibrate", "models", "train", "export"):
        assert command in shown
        assert call(command, "--help").exit_code == 0
    assert call("--version").output.startswith("nli ")


def test_an_error_is_one_line_and_exit_status_2(tmp_path: Path) -> None:
    done = nli("score", tmp_path / "none.jsonl")
    assert done.returncode == 2
    assert done.stderr.startswith("error: ")
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_model_of_others_goes_through_export_calibrate_and_score(own_bert: Path, tmp_path: Path) -> None:
    target = tmp_path / "exported"
    call("export", own_bert, target, "--set", LABELLED, "--rows", 30)
    assert json.loads((target / "nli.json").read_text())["onnx"] == "int8, static"
    table = tmp_path / "pairs.csv"
    table.write_text("premise,hypothesis\na man,a dog\n")
    call("score", table, "--out", tmp_path / "out.csv", "--model", target, "--no-probe", "--threshold", 0)
    header, row = (tmp_path / "out.csv").read_text().splitlines()
    assert header.startswith("premise,hypothesis,entailment_ab")
    assert ",true," in row


def test_an_untrained_model_is_refused_before_anything_is_scored(own_bert: Path, tmp_path: Path) -> None:
    with pytest.raises(NliError, match="do not mean what they say"):
        call("eval", LABELLED, "--model", own_bert)


def test_nameless_labels_take_a_map(own_bert: Path) -> None:
    edit_json(own_bert / "config.json", id2label={"0": "LABEL_0", "1": "LABEL_1", "2": "LABEL_2"})
    options = ("score", "--a", "a man", "--b", "a dog", "--model", own_bert, "--no-probe", "--json")
    with pytest.raises(NliError, match="give a label map"):
        call(*options)
    result = call(*options, "--label-map", "LABEL_0=contradiction,LABEL_1=neutral,LABEL_2=entailment")
    assert json.loads(result.stdout)["label"] in ("entailment", "neutral", "contradiction")
    with pytest.raises(NliError, match="is no NAME=label"):
        call(*options, "--label-map", "LABEL_0")


def test_models_lists_the_shipped_one_and_those_of_a_folder(tiny_exported: Path) -> None:
    shown = call("models", tiny_exported.parent).output
    assert "nli-minilm-l6 (default)" in shown
    assert "int8" in shown
    assert "tiny-onnx" in shown
    with pytest.raises(NliError, match="is no folder"):
        call("models", tiny_exported / "none")


def test_calibrate_needs_labelled_pairs(tiny_exported: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare.jsonl"
    bare.write_text('{"a": "x", "b": "y"}\n')
    with pytest.raises(NliError, match="no column 'label'"):
        call("calibrate", tiny_exported, "--set", bare)


def test_train_refuses_a_wrong_recipe(tmp_path: Path) -> None:
    recipe = tmp_path / "recipe.toml"
    recipe.write_text('name = "x"\nspeed = 3\n')
    with pytest.raises(NliError, match="unknown key 'speed'"):
        call("train", recipe, "--data", tmp_path, "--out", tmp_path / "out")

"""`nli.evaluate`: the command's results from Python."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import nli
from nli.cli.main import app
from nli.errors import DataError
from nli.evaluation.hub import read_set

ROWS = [
    {"a": "a man", "b": "a dog", "label": "neutral"},
    {"a": "a man", "b": "no man", "label": "contradiction"},
    {"a": "a cat", "b": "a cat", "label": "entailment"},
    {"a": "a bird", "b": "91 died", "label": "contradiction"},
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "mine.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS), encoding="utf-8")
    return path


def test_it_measures_what_the_command_measures(file: Path, tiny_exported: Path, tmp_path: Path) -> None:
    out = tmp_path / "results.json"
    options = ["--model", tiny_exported, "--no-probe", "--resamples", 100, "--seed", 3, "--with-pairs", "--out", out]
    assert CliRunner().invoke(app, list(map(str, ["eval", file, *options]))).exit_code == 0
    written = json.loads(out.read_text())
    scorer = nli.load_model(tiny_exported, probe=False)
    found = nli.evaluate(file, scorer, seed=3, resamples=100, with_pairs=True)
    for one in written["results"]:
        for name in ("seconds", "measuring_seconds", "pairs_per_second", "peak_memory_mib"):
            one.pop(name)
    ours = json.loads(found.model_dump_json())
    for one in ours["results"]:
        for name in ("seconds", "measuring_seconds", "pairs_per_second", "peak_memory_mib"):
            assert one.pop(name) > 0
    assert ours["results"] == written["results"]
    assert ours["model"] == written["model"]
    assert found.command == f"nli eval {file} --model {scorer.name} --seed 3 --resamples 100"


def test_several_sets_of_any_kind(file: Path, tiny_exported: Path) -> None:
    scorer = nli.load_model(tiny_exported, probe=False)
    found = nli.evaluate([str(file), read_set(str(file))], scorer, resamples=20)
    first, second = found.results
    assert first.figures == second.figures
    assert (first.rows, first.pairs, found.model.name) == (4, None, scorer.name)


def test_what_cannot_be_measured(tiny_exported: Path, file: Path) -> None:
    with pytest.raises(DataError, match="no set to measure the model on"):
        nli.evaluate([])
    with pytest.raises(DataError, match="resamples is 1"):
        nli.evaluate(file, resamples=1)
    with pytest.raises(DataError, match="no set 'nothing-of-that-name'"):
        nli.evaluate("nothing-of-that-name", nli.load_model(tiny_exported, probe=False))

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from nli.errors import ModelError, OutputError
from nli.models import load_model
from nli.training.averaging import average_weights


def _moved(source: Path, target: Path, by: float) -> Path:
    shutil.copytree(source, target)
    weights = {name: value + by for name, value in load_file(source / "model.safetensors").items()}
    save_file(weights, target / "model.safetensors", metadata={"format": "pt"})
    return target


def test_the_mean_lies_in_the_middle_and_can_be_used(tiny_bert: Path, tmp_path: Path) -> None:
    other = _moved(tiny_bert, tmp_path / "other", 0.5)
    average_weights([tiny_bert, other], tmp_path / "mean")
    first, mean = load_file(tiny_bert / "model.safetensors"), load_file(tmp_path / "mean" / "model.safetensors")
    assert first.keys() == mean.keys()
    assert all(torch.allclose(mean[name], first[name] + 0.25, atol=1e-6) for name in first)
    scorer = load_model(tmp_path / "mean", probe=False, backend="torch")
    assert 0 <= scorer.score([("a man sleeps", "a man is awake")])[0].score <= 1


def test_what_has_no_mean_is_refused(tiny_bert: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="two models or more"):
        average_weights([tiny_bert], tmp_path / "x")
    with pytest.raises(ModelError, match=r"has no model\.safetensors"):
        average_weights([tiny_bert, tmp_path], tmp_path / "x")
    odd = _moved(tiny_bert, tmp_path / "odd", 0.0)
    weights = load_file(odd / "model.safetensors")
    save_file({name: value[:1] for name, value in weights.items()}, odd / "model.safetensors")
    with pytest.raises(ModelError, match="of another shape"):
        average_weights([tiny_bert, odd], tmp_path / "x")
    (odd / "model.safetensors").write_bytes(b"no weights")
    with pytest.raises(ModelError, match="cannot read"):
        average_weights([tiny_bert, odd], tmp_path / "x")
    with pytest.raises(OutputError, match="exists already"):
        average_weights([tiny_bert, tiny_bert], odd)
    assert not (tmp_path / "x").exists()

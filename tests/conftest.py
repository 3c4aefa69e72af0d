"""Fixtures that all tests share."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tiny import save_tiny_bert


@pytest.fixture(scope="session")
def tiny_bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of an untrained three-way BERT classifier. Do not change it."""
    return save_tiny_bert(tmp_path_factory.mktemp("tiny") / "tiny-bert")


@pytest.fixture
def own_bert(tiny_bert: Path, tmp_path: Path) -> Path:
    """A copy of the tiny model that a test may break."""
    return Path(shutil.copytree(tiny_bert, tmp_path / "own-bert"))


@pytest.fixture(scope="session")
def tiny_exported(tiny_bert: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny model exported to ONNX in single precision."""
    from nli.training.export import export_model

    target = tmp_path_factory.mktemp("exported") / "tiny-onnx"
    export_model(tiny_bert, target, int8=False)
    return target

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest
from tiny import edit_json

from nli.errors import ModelError
from nli.models import find_model, load_model
from nli.training.bert_graph import BertGraph
from nli.training.export import export_model, read_weights

PAIRS = [
    ("a man is sleeping", "the man is awake"),
    ("91 people died", "there was no attack"),
    ("the dog is running in the park near the red house", "a dog"),
    ("said that it did not happen", "the attack never took place there"),
] * 4


@pytest.fixture(scope="module")
def int8(tiny_bert: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("int8") / "tiny-int8"
    export_model(tiny_bert, target, int8=True, calibration_pairs=PAIRS)
    return target


def test_single_precision_equals_transformers(tiny_bert: Path, tiny_exported: Path) -> None:
    reference = load_model(tiny_bert, probe=False, backend="torch").logits(PAIRS)[0]
    exported = load_model(tiny_exported, probe=False, backend="onnx").logits(PAIRS)[0]
    assert exported == pytest.approx(reference, abs=5e-3)  # half-precision weights
    own = load_model(tiny_exported, probe=False, backend="torch").logits(PAIRS)[0]
    assert exported == pytest.approx(own, abs=1e-5)


def test_int8_is_close_and_does_not_depend_on_company(int8: Path) -> None:
    quantised = load_model(int8, probe=False, backend="onnx")
    reference = load_model(int8, probe=False, backend="torch")
    together = quantised.logits(PAIRS)[0]
    alone = np.concatenate([quantised.logits([pair])[0] for pair in PAIRS])
    assert np.abs(together - alone).max() == 0
    difference = np.abs(together - reference.logits(PAIRS)[0])
    assert difference.mean() < 0.1 * np.abs(together).mean()


def test_int8_without_calibration_pairs(tiny_bert: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="needs calibration pairs"):
        export_model(tiny_bert, tmp_path / "x", int8=True)


def test_other_architectures_are_refused(own_bert: Path, tmp_path: Path) -> None:
    edit_json(own_bert / "config.json", hidden_act="relu")
    with pytest.raises(ModelError, match="BERT classifiers with gelu"):
        export_model(own_bert, tmp_path / "x", int8=False)
    (own_bert / "model.safetensors").unlink()
    with pytest.raises(ModelError, match=r"no model\.safetensors"):
        export_model(own_bert, tmp_path / "x", int8=False)


def test_the_export_is_complete_and_carries_no_stale_calibration(own_bert: Path, tmp_path: Path) -> None:
    (own_bert / "nli.json").write_text('{"format": 1, "hints": ["numbers"]}')
    edit_json(own_bert / "nli.json", calibration={"onnx": {"temperature": 9}})
    export_model(own_bert, tmp_path / "x", int8=False)
    shutil.rmtree(own_bert)
    scorer = load_model(tmp_path / "x", probe=False)
    assert scorer.encoder.hints == ("numbers",)
    assert scorer.calibration.temperature == 1.0


def test_the_last_layer_is_worked_out_for_the_first_token_only(tiny_bert: Path) -> None:
    folder = find_model(tiny_bert)
    graph = BertGraph(read_weights(folder), folder.config)
    names = [f"gelu{layer}" for layer in (0, graph.layers - 1)]
    session = ort.InferenceSession(graph.build(extra_outputs=tuple(names)).SerializeToString())
    ids = np.ones((2, 7), dtype=np.int64)
    feed = {"input_ids": ids, "attention_mask": ids, "token_type_ids": 0 * ids}
    first, last = session.run(names, feed)
    assert (first.shape[1], last.shape[1]) == (7, 1)

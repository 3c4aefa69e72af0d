from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from tiny import edit_json, save_tiny_bert

from nli.backends.torch import TorchBackend, default_device, precision
from nli.errors import ChecksumError, LabelError, ModelError
from nli.models import describe_model, find_model, fingerprint, load_model, write_about, write_sums


def test_a_local_folder_loads_with_either_backend(tiny_exported: Path) -> None:
    assert load_model(tiny_exported, probe=False).backend.name == "onnx"
    assert load_model(tiny_exported, probe=False, backend="torch").backend.name == "torch"


def test_half_precision_is_for_gpus(tiny_bert: Path) -> None:
    backend = TorchBackend(tiny_bert)
    assert {value.dtype for value in backend._model.parameters()} == {precision(torch.device(default_device()))}
    assert (precision(torch.device("cpu")), precision(torch.device("cuda"))) == (torch.float32, torch.float16)


def test_what_decides_about_the_answers_of_torch_is_described(tiny_exported: Path) -> None:
    told = describe_model(tiny_exported, backend="torch")
    assert told["device"] == default_device()
    assert told["version of torch"] == torch.__version__
    assert "device" not in describe_model(tiny_exported)


def test_a_folder_without_onnx_falls_back_to_torch(tiny_bert: Path) -> None:
    assert load_model(tiny_bert, probe=False).backend.name == "torch"
    with pytest.raises(ModelError, match="nli export"):
        load_model(tiny_bert, probe=False, backend="onnx")


def test_an_untrained_model_is_refused_by_the_label_proof(tiny_exported: Path) -> None:
    with pytest.raises(LabelError, match="do not mean what they say"):
        load_model(tiny_exported)


def test_a_binary_model_is_refused(tmp_path: Path) -> None:
    folder = save_tiny_bert(tmp_path / "binary", labels=("entailment", "not_entailment"))
    with pytest.raises(LabelError, match="cannot tell a contradiction"):
        load_model(folder)


def test_unknown_names_list_what_is_shipped() -> None:
    with pytest.raises(ModelError, match="no such folder, and the shipped models are"):
        find_model("no-such-model")


def test_a_file_is_not_a_model(tmp_path: Path) -> None:
    file = tmp_path / "model.onnx"
    file.write_bytes(b"x")
    with pytest.raises(ModelError, match="is a file"):
        find_model(file)


def test_a_folder_without_config_or_tokenizer(own_bert: Path) -> None:
    (own_bert / "tokenizer.json").unlink()
    with pytest.raises(ModelError, match="has no tokenizer"):
        load_model(own_bert, probe=False)
    (own_bert / "config.json").unlink()
    with pytest.raises(ModelError, match=r"has no config\.json"):
        load_model(own_bert, probe=False)


@pytest.mark.parametrize("content", ["{", "[]", "\x00"])
def test_a_damaged_config(own_bert: Path, content: str) -> None:
    (own_bert / "config.json").write_text(content)
    with pytest.raises(ModelError, match="get the model again"):
        load_model(own_bert, probe=False)


def test_a_damaged_tokenizer(own_bert: Path) -> None:
    (own_bert / "tokenizer.json").write_text('{"model": 1}')
    with pytest.raises(ModelError, match="not a usable tokenizer"):
        load_model(own_bert, probe=False)


def test_truncated_weights(own_bert: Path) -> None:
    path = own_bert / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(ModelError, match="cannot load the weights"):
        load_model(own_bert, probe=False)


def test_a_truncated_onnx_file(tiny_exported: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(tiny_exported, tmp_path / "cut"))
    (folder / "SHA256SUMS").unlink()
    path = folder / "model.onnx"
    path.write_bytes(path.read_bytes()[: len(path.read_bytes()) // 2])
    with pytest.raises(ModelError, match="not a usable ONNX model"):
        load_model(folder, probe=False)


def test_an_altered_file_fails_its_checksum(tiny_exported: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(tiny_exported, tmp_path / "altered"))
    load_model(folder, probe=False)
    data = bytearray((folder / "model.onnx").read_bytes())
    data[len(data) // 2] ^= 1
    (folder / "model.onnx").write_bytes(data)
    with pytest.raises(ChecksumError, match="altered or cut short"):
        load_model(folder, probe=False)
    (folder / "model.onnx").unlink()
    with pytest.raises(ChecksumError, match="is missing"):
        load_model(folder, probe=False)


def test_a_classifier_without_a_head_is_refused(own_bert: Path) -> None:
    from transformers import BertModel

    BertModel.from_pretrained(own_bert).save_pretrained(own_bert)
    edit_json(own_bert / "config.json", id2label={"0": "entailment", "1": "neutral", "2": "contradiction"})
    with pytest.raises(ModelError, match="not a trained NLI classifier"):
        load_model(own_bert, probe=False)


def test_a_hub_id_without_network_is_a_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(ModelError, match="hub cannot be reached"):
        find_model("somebody/some-model")


def test_unknown_backends_are_named() -> None:
    with pytest.raises(ModelError, match="auto, onnx, torch"):
        load_model(backend="tpu")


def test_the_calibration_beside_the_weights_is_used(own_bert: Path) -> None:
    record = {"temperature": 2.0, "threshold": 0.75, "entailment_threshold": 0.6, "fitted_on": "dev"}
    (own_bert / "nli.json").write_text('{"format": 1}')
    edit_json(own_bert / "nli.json", calibration={"torch": record})
    scorer = load_model(own_bert, probe=False)
    assert (scorer.calibration.temperature, scorer.threshold, scorer.entailment_threshold) == (2.0, 0.75, 0.6)
    assert load_model(own_bert, probe=False, threshold=0.1).threshold == 0.1
    assert not scorer.calibration.by_label
    by_label = {"scales": [1.1, 0.7, 1.2], "biases": [0, 0.1, -0.1]}
    edit_json(own_bert / "nli.json", calibration={"torch": record | by_label})
    calibration = load_model(own_bert, probe=False).calibration
    assert (calibration.scales, calibration.biases) == ((1.1, 0.7, 1.2), (0.0, 0.1, -0.1))
    for damaged in ({"scales": [1.1, 0.7]}, {"biases": ["x", 0, 0]}, {"scales": 1.1}, {"scales": [1, -1, 1]}):
        edit_json(own_bert / "nli.json", calibration={"torch": record | damaged})
        with pytest.raises(ModelError, match="calibration for torch is damaged"):
            load_model(own_bert, probe=False)
    edit_json(own_bert / "nli.json", calibration={"torch": {"temperature": "hot"}})
    with pytest.raises(ModelError, match="calibration for torch is damaged"):
        load_model(own_bert, probe=False)


def test_a_newer_format_is_refused(own_bert: Path) -> None:
    (own_bert / "nli.json").write_text('{"format": 99}')
    with pytest.raises(ModelError, match="format 99"):
        find_model(own_bert)


def test_lengths_come_from_the_model(own_bert: Path) -> None:
    assert load_model(own_bert, probe=False).encoder.max_length == 64
    (own_bert / "tokenizer_config.json").write_text('{"model_max_length": 40}')
    assert load_model(own_bert, probe=False).encoder.max_length == 40


def test_sums_are_in_the_format_of_sha256sum(own_bert: Path) -> None:
    write_sums(own_bert)
    done = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=own_bert, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_scoring_on_onnx_imports_neither_torch_nor_transformers(tiny_exported: Path) -> None:
    code = (
        "import sys, nli; nli.load_model(sys.argv[1], probe=False).score([('a man', 'a dog')]);"
        "print([m for m in ('torch', 'transformers', 'spacy', 'datasets', 'sklearn', 'scipy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tiny_exported)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("hints", ["numbers", [1], {"numbers": True}])
def test_a_record_of_hints_that_is_no_list_of_names(own_bert: Path, hints: object) -> None:
    (own_bert / "nli.json").write_text(json.dumps({"format": 1, "hints": hints}))
    with pytest.raises(ModelError, match=r"hints is .*give a list of names"):
        load_model(own_bert, probe=False)


def test_a_model_is_told_by_what_decides_about_its_answers(own_bert: Path) -> None:
    write_about(own_bert, {"format": 1, "name": "own", "hints": []})
    before = fingerprint(own_bert)
    write_about(own_bert, {"name": "own", "hints": [], "format": 1, "measured": {"accuracy": {"x": 0.5}}})
    assert fingerprint(own_bert) == before
    for change in ({"hints": ["numbers"]}, {"calibration": {}}):
        write_about(own_bert, {"format": 1, "name": "own", "hints": []} | change)
        assert fingerprint(own_bert) != before
    write_about(own_bert, {"format": 1, "name": "own", "hints": []})
    edit_json(own_bert / "config.json", other=1)
    assert fingerprint(own_bert) != before

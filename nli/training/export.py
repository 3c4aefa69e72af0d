"""Turns a trained checkpoint into the folder of a shipped model: ONNX, optionally int8, and half-precision weights."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from nli.batching import Batch, pad, plan_batches
from nli.encoding import PairEncoder
from nli.errors import ModelError, OutputError
from nli.models import ModelFolder, find_model, load_encoder, write_about
from nli.training.bert_graph import BertGraph, quantised_activations

COPIED = ("config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "recipe.toml")

CLIPPED = 1e-5
"""Share of an activation's values, at either end, that int8 clips."""


def export_model(source: Path, target: Path, *, int8: bool, calibration_pairs: Sequence[tuple[str, str]] = ()) -> None:
    """Write `target`: `model.onnx`, `model.safetensors` in half precision, tokenizer, config, `nli.json`, sha256 sums.

    Args:
        source: the folder of a trained classifier with safetensors weights.
        target: a folder; files of the same names are replaced.
        int8: quantise matrix products statically; needs `calibration_pairs`.
        calibration_pairs: a few hundred pairs of texts of every kind and length.

    Raises:
        ModelError: if the model is none that can be exported, or int8 has no calibration pairs.
    """
    folder = find_model(source)
    # The graph is made of the weights as they are stored beside it, so that both backends have the same.
    halves = {name: value.astype(np.float16) for name, value in read_weights(folder).items()}
    weights = {name: value.astype(np.float32) for name, value in halves.items()}
    graph = BertGraph(weights, folder.config)
    ranges = None
    if int8:
        if not calibration_pairs:
            raise ModelError("int8 needs calibration pairs; name a set of them")
        ranges = measure_ranges(graph, load_encoder(folder), calibration_pairs)
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"cannot write to {target}: {error}; name another folder") from error
    onnx.save(graph.build(ranges), str(target / "model.onnx"))
    save_file(halves, target / "model.safetensors", metadata={"format": "pt"})
    (target / "model.safetensors").chmod(0o644)  # written for its owner only
    if source.resolve() != target.resolve():
        for name in COPIED:
            if (source / name).is_file():
                shutil.copyfile(source / name, target / name)
    about = dict(folder.about) or {"format": 1, "name": folder.name, "hints": []}
    about.pop("calibration", None)  # fitted for other weights
    about["onnx"] = "int8, static" if int8 else "fp32"
    write_about(target, about)


def read_weights(folder: ModelFolder) -> dict[str, NDArray[np.float32]]:
    """A model's parameters in single precision.

    Raises:
        ModelError: if there is no `model.safetensors`.
    """
    path = folder.path / "model.safetensors"
    if not path.is_file():
        raise ModelError(f"{folder.path} has no model.safetensors to export")
    return {name: value.astype(np.float32) for name, value in load_file(path).items()}


def measure_ranges(
    graph: BertGraph, encoder: PairEncoder, pairs: Sequence[tuple[str, str]], *, clipped: float = CLIPPED
) -> dict[str, tuple[float, float]]:
    """Range of every quantised activation: its extremes in each batch, less the share `clipped`, on average.

    Padding is left aside, so that the ranges do not depend on how the pairs were batched.
    """
    names = quantised_activations(graph.layers)
    model = graph.build(extra_outputs=tuple(names)).SerializeToString()
    session = ort.InferenceSession(model, providers=["CPUExecutionProvider"])
    found: dict[str, list[NDArray[np.float64]]] = {name: [] for name in names}
    encoded = [window for a, b in pairs for window in encoder.encode(a, b)]
    for indices in plan_batches([len(pair.ids) for pair in encoded]):
        batch = pad([encoded[index] for index in indices], encoder.template)
        real = batch.attention_mask.astype(bool)
        for name, value in zip(names, session.run(names, _feed(batch)), strict=True):
            # The last layer has but the first token of each pair, which is never padding.
            values = value[real] if value.shape[1] == real.shape[1] else value
            found[name].append(np.quantile(values, [clipped, 1 - clipped]))
    means = {name: np.mean(extremes, axis=0) for name, extremes in found.items()}
    return {name: (float(low), float(high)) for name, (low, high) in means.items()}


def _feed(batch: Batch) -> dict[str, NDArray[np.int64]]:
    return {
        "input_ids": batch.input_ids,
        "attention_mask": batch.attention_mask,
        "token_type_ids": batch.token_type_ids,
    }

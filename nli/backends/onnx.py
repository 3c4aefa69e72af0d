"""Runs an ONNX model on onnxruntime, without torch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from nli.batching import Batch
from nli.errors import ModelError, first_line

_REQUIRED = {"input_ids", "attention_mask"}
_HARMFUL = ["SkipLayerNormFusion"]
"""Fusions that make a model slower on a CPU; see `nli.training.bert_graph`."""


class OnnxBackend:
    """A sequence-classification model in ONNX format.

    Args:
        path: the `.onnx` file.
        threads: cores to use; 0 leaves the choice to onnxruntime (all physical cores).

    Raises:
        ModelError: if the file is no ONNX model, or not one that takes token ids.
    """

    name = "onnx"

    def __init__(self, path: Path, *, threads: int = 0) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 4  # errors arrive as exceptions; on standard error they would stand twice
        try:
            self._session = ort.InferenceSession(
                str(path), options, providers=["CPUExecutionProvider"], disabled_optimizers=_HARMFUL
            )
        except Exception as error:  # onnxruntime's exceptions share no narrower base class
            if not type(error).__module__.startswith("onnxruntime"):
                raise
            raise ModelError(
                f"{path} is not a usable ONNX model ({first_line(error)}); export it again with nli export"
            ) from error
        self._inputs = {value.name for value in self._session.get_inputs()}
        if not self._inputs >= _REQUIRED or self._inputs - _REQUIRED - {"token_type_ids"}:
            raise ModelError(f"{path} takes {sorted(self._inputs)}, not token ids; export an NLI model with nli export")

    def logits(self, batch: Batch) -> NDArray[np.float32]:
        """Raw outputs of shape (pairs, labels), in the model's own label order."""
        feed = {"input_ids": batch.input_ids, "attention_mask": batch.attention_mask}
        if "token_type_ids" in self._inputs:
            feed["token_type_ids"] = batch.token_type_ids
        try:
            return np.asarray(self._session.run(None, feed)[0], dtype=np.float32)
        except Exception as error:  # onnxruntime tells a full memory from other failures by its words alone
            if "Failed to allocate memory" in str(error) or "bad_alloc" in str(error):
                raise MemoryError(first_line(error)) from error
            raise

"""Runs a transformers checkpoint on torch."""

from __future__ import annotations

import inspect
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from transformers import AutoModelForSequenceClassification
from transformers.utils import logging as transformers_logging

from nli.batching import Batch
from nli.errors import ModelError


def default_device() -> str:
    """`cuda` if there is a GPU, else `cpu`."""
    return "cuda" if torch.cuda.is_available() else "cpu"


def precision(device: torch.device) -> torch.dtype:
    """The precision of the arithmetic on a device."""
    return torch.float16 if device.type == "cuda" else torch.float32


class TorchBackend:
    """A sequence-classification checkpoint: in half precision on a GPU, in single precision on a CPU.

    Half precision is fp16, whose eleven bits are nearer to single precision than the eight of bf16; the weights of
    encoders are well within its range. A CPU has no fast arithmetic for it.

    Args:
        folder: a folder in transformers' format.
        device: `cpu`, `cuda`, or `auto` for a GPU if there is one.
        threads: cores to use on a CPU; 0 leaves the choice to torch. It holds for the whole process.

    Raises:
        ModelError: if the weights are missing, damaged or incomplete.
    """

    name = "torch"

    def __init__(self, folder: Path, *, device: str = "auto", threads: int = 0) -> None:
        if threads:
            torch.set_num_threads(threads)
        self._device = torch.device(default_device() if device == "auto" else device)
        shown = transformers_logging.is_progress_bar_enabled()
        transformers_logging.disable_progress_bar()
        try:
            model, report = AutoModelForSequenceClassification.from_pretrained(
                folder, dtype=precision(self._device), local_files_only=True, output_loading_info=True
            )
        except (OSError, ValueError, RuntimeError, SafetensorError) as error:
            raise ModelError(f"cannot load the weights in {folder}: {error}; get the model again") from error
        finally:
            if shown:
                transformers_logging.enable_progress_bar()
        if report["missing_keys"]:
            missing = sorted(report["missing_keys"])[0]
            raise ModelError(f"the weights in {folder} lack {missing!r}: this is not a trained NLI classifier")
        self._model = model.to(self._device).eval()
        self._typed = "token_type_ids" in inspect.signature(model.forward).parameters

    def logits(self, batch: Batch) -> NDArray[np.float32]:
        """Raw outputs of shape (pairs, labels), in the model's own label order."""
        feed = {"input_ids": batch.input_ids, "attention_mask": batch.attention_mask}
        if self._typed:
            feed["token_type_ids"] = batch.token_type_ids
        try:
            with torch.inference_mode():
                tensors = {name: torch.from_numpy(array).to(self._device) for name, array in feed.items()}
                logits: NDArray[np.float32] = self._model(**tensors).logits.float().cpu().numpy()
        except torch.OutOfMemoryError as error:
            raise MemoryError(str(error)) from error
        except RuntimeError as error:  # what the allocator of the CPU raises has no class of its own
            if "DefaultCPUAllocator" in str(error):
                raise MemoryError(str(error)) from error
            raise
        return logits

"""What runs a model's arithmetic.

Every backend takes the same batches; on the same weights and in the same precision they give the same numbers. An int8
ONNX model approximates the torch weights beside it.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from nli.batching import Batch


class Backend(Protocol):
    """Computes the logits of batches for one model."""

    @property
    def name(self) -> str:
        """`onnx` or `torch`."""

    def logits(self, batch: Batch) -> NDArray[np.float32]:
        """Raw outputs of shape (pairs, labels), in the model's own label order.

        Raises:
            MemoryError: if the batch needs more memory than there is; a smaller one may do.
        """

"""How fast this machine multiplies matrices of the model's own shapes: the limit that no pairs a second can exceed."""

from __future__ import annotations

import time

import numpy as np
import onnxruntime as ort
from onnx import TensorProto, helper

TOKENS = 2048


def gemm_rate(kind: str, width: int, inner: int, *, threads: int = 0, seconds: float = 0.5) -> float:
    """Operations a second (a multiplication and an addition are two) of onnxruntime's matrix product.

    Args:
        kind: `fp32`, or `int8` for 8-bit activations times 8-bit weights.
        width, inner: the product is of shapes (`TOKENS`, width) and (width, inner).
        threads: as in `nli.load_model`.
        seconds: how long to measure; the best of all products counts, since whatever disturbs them makes them slower.
    """
    rng = np.random.default_rng(0)
    if kind == "fp32":
        weights = rng.standard_normal((width, inner)).astype(np.float32)
        nodes = [helper.make_node("MatMul", ["x", "w"], ["y"])]
        given, made, initial = TensorProto.FLOAT, TensorProto.FLOAT, [_tensor("w", weights, TensorProto.FLOAT)]
        x: np.ndarray = rng.standard_normal((TOKENS, width)).astype(np.float32)
    else:
        weights = rng.integers(-64, 64, (width, inner)).astype(np.int8)
        nodes = [helper.make_node("MatMulInteger", ["x", "w"], ["y"])]
        given, made, initial = TensorProto.UINT8, TensorProto.INT32, [_tensor("w", weights, TensorProto.INT8)]
        x = rng.integers(0, 255, (TOKENS, width)).astype(np.uint8)
    graph = helper.make_graph(
        nodes,
        "gemm",
        [helper.make_tensor_value_info("x", given, [TOKENS, width])],
        [helper.make_tensor_value_info("y", made, [TOKENS, inner])],
        initial,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=10)
    settings = ort.SessionOptions()
    settings.intra_op_num_threads = threads
    session = ort.InferenceSession(model.SerializeToString(), settings, providers=["CPUExecutionProvider"])
    best = float("inf")
    session.run(None, {"x": x})
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        started = time.perf_counter()
        session.run(None, {"x": x})
        best = min(best, time.perf_counter() - started)
    return 2 * TOKENS * width * inner / best


def operations(tokens: int, length: int, *, layers: int, width: int, inner: int) -> float:
    """Operations of a BERT encoder for `tokens` tokens in texts of `length` tokens: its products of matrices."""
    dense = 2 * (4 * width * width + 2 * width * inner)
    attention = 2 * 2 * length * width
    return tokens * layers * (dense + attention)


def peak_memory() -> float:
    """MiB that this process held at most. Not `ru_maxrss`, which begins with what the parent process held."""
    with open("/proc/self/status", encoding="ascii") as status:
        line = next(line for line in status if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def _tensor(name: str, values: np.ndarray, kind: int) -> TensorProto:
    return helper.make_tensor(name, kind, values.shape, values.tobytes(), raw=True)

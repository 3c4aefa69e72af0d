"""Writes a BERT classifier as an ONNX graph of fused operators, in single precision or in static int8.

Written out by hand because no exporter gives this graph: torch's leaves attention unfused, and dynamic int8
scales activations by the range of the whole batch, so that a pair's answer depends on its neighbours. Here
the scale of every activation is a constant, measured once on calibration pairs. And the last layer is worked out
for the first token only, the one that the classifier reads: a seventh of all products fall away.

int8 weights use seven bits (-63 to 63): processors without VNNI add two products in 16 bits, which eight-bit
weights overflow. Operators: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from nli.errors import ModelError

Weights = Mapping[str, NDArray[np.float32]]
Ranges = Mapping[str, tuple[float, float]]
"""Smallest and largest value of each quantised activation, by its name in the graph."""

_CONTRIB = "com.microsoft"
_OPSET = 17
_WEIGHT_LIMIT = 63


@dataclass
class _Graph:
    nodes: list[Any] = field(default_factory=list)
    constants: list[Any] = field(default_factory=list)
    made: set[str] = field(default_factory=set)
    """Names of the outputs of all nodes."""

    def add(self, kind: str, inputs: list[str], output: str, *, contrib: bool = False, **attributes: Any) -> str:
        domain = _CONTRIB if contrib else ""
        self.made.add(output)
        self.nodes.append(
            helper.make_node(kind, inputs, [output], name=f"{kind}_{output}", domain=domain, **attributes)
        )
        return output

    def constant(self, name: str, value: NDArray[Any]) -> str:
        self.constants.append(numpy_helper.from_array(np.asarray(value, order="C"), name))
        return name


def quantised_activations(layers: int) -> list[str]:
    """Names of the activations that int8 quantises, in a graph of so many layers."""
    return [f"{kind}{layer}" for layer in range(layers) for kind in ("input", "context", "middle", "gelu")]


class BertGraph:
    """Builds the graph of one BERT classifier.

    Args:
        weights: its parameters by transformers' names, single precision.
        config: its `config.json`.

    Raises:
        ModelError: if it is no BERT classifier with absolute positions and exact GELU.
    """

    def __init__(self, weights: Weights, config: Mapping[str, Any]) -> None:
        if config.get("model_type") != "bert" or config.get("hidden_act") != "gelu":
            raise ModelError(
                f"this graph is for BERT classifiers with gelu, not {config.get('model_type')!r} "
                f"with {config.get('hidden_act')!r}"
            )
        if "bert.embeddings.word_embeddings.weight" not in weights or "classifier.weight" not in weights:
            raise ModelError("the weights are not those of a BERT sequence classifier")
        self._weights = weights
        self.layers = int(config["num_hidden_layers"])
        self._heads = int(config["num_attention_heads"])
        self._epsilon = float(config["layer_norm_eps"])
        positions = config.get("position_embedding_type", "absolute")
        if positions != "absolute":
            raise ModelError(f"this graph is for absolute positions, not {positions!r}; use the torch backend")

    def build(self, ranges: Ranges | None = None, *, extra_outputs: tuple[str, ...] = ()) -> onnx.ModelProto:
        """The graph: inputs `input_ids`, `attention_mask`, `token_type_ids` (int64, pairs by tokens), output `logits`.

        Args:
            ranges: of every quantised activation, for int8; None for single precision.
            extra_outputs: names of activations that the graph gives out as well, for calibration.
        """
        graph = _Graph()
        hidden = self._embed(graph, int8=ranges is not None)
        graph.add("Cast", ["attention_mask"], "mask32", to=TensorProto.INT32)
        for layer in range(self.layers):
            hidden = self._layer(graph, layer, hidden, ranges)
        self._classify(graph, hidden)
        shape = ["pairs", "tokens"]
        inputs = [
            helper.make_tensor_value_info(name, TensorProto.INT64, shape)
            for name in ("input_ids", "attention_mask", "token_type_ids")
        ]
        outputs = [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["pairs", "labels"])]
        outputs += [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in extra_outputs]
        made = helper.make_graph(graph.nodes, "bert", inputs, outputs, initializer=graph.constants)
        imports = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_CONTRIB, 1)]
        return helper.make_model(made, opset_imports=imports, producer_name="nli", ir_version=8)

    def _w(self, name: str) -> NDArray[np.float32]:
        return self._weights[f"bert.{name}"]

    def _embed(self, graph: _Graph, *, int8: bool) -> str:
        words = self._w("embeddings.word_embeddings.weight")
        if int8:
            scale = np.maximum(np.abs(words).max(axis=1, keepdims=True), 1e-8) / 127
            graph.constant("word_rows", np.round(words / scale).astype(np.int8))
            graph.constant("word_scale", scale.astype(np.float32))
            graph.add("Gather", ["word_rows", "input_ids"], "words8")
            graph.add("Cast", ["words8"], "words_unscaled", to=TensorProto.FLOAT)
            graph.add("Gather", ["word_scale", "input_ids"], "words_scale")
            graph.add("Mul", ["words_unscaled", "words_scale"], "words")
        else:
            graph.add("Gather", [graph.constant("word_rows", words), "input_ids"], "words")
        graph.constant("position_rows", self._w("embeddings.position_embeddings.weight"))
        graph.constant("type_rows", self._w("embeddings.token_type_embeddings.weight"))
        graph.add("Shape", ["input_ids"], "length", start=1, end=2)
        graph.constant("zero1", np.array([0], dtype=np.int64))
        graph.add("Slice", ["position_rows", "zero1", "length", "zero1"], "positions")
        graph.add("Gather", ["type_rows", "token_type_ids"], "types")
        graph.add("Add", ["words", "types"], "words_types")
        graph.add("Add", ["words_types", "positions"], "embedded")
        graph.constant("embed_gamma", self._w("embeddings.LayerNorm.weight"))
        graph.constant("embed_beta", self._w("embeddings.LayerNorm.bias"))
        inputs = ["embedded", "embed_gamma", "embed_beta"]
        return graph.add("LayerNormalization", inputs, "input0", epsilon=self._epsilon, axis=-1)

    def _layer(self, graph: _Graph, layer: int, hidden: str, ranges: Ranges | None) -> str:
        at = f"encoder.layer.{layer}."
        if layer == self.layers - 1:
            context, hidden = self._first_attends(graph, layer, hidden, ranges)
        else:
            context = self._attends(graph, layer, hidden, ranges)
        projected = self._linear(graph, context, at + "attention.output.dense", f"projected{layer}", ranges)
        middle = self._norm(graph, projected, hidden, at + "attention.output", f"middle{layer}")
        wide = self._linear(graph, middle, at + "intermediate.dense", f"wide{layer}", ranges, bias=False)
        wide_bias = graph.constant(f"wide_bias{layer}", self._w(at + "intermediate.dense.bias"))
        graph.add("BiasGelu", [wide, wide_bias], f"gelu{layer}", contrib=True)
        narrow = self._linear(graph, f"gelu{layer}", at + "output.dense", f"narrow{layer}", ranges)
        return self._norm(graph, narrow, middle, at + "output", f"input{layer + 1}")

    def _attends(self, graph: _Graph, layer: int, hidden: str, ranges: Ranges | None) -> str:
        parts = [f"encoder.layer.{layer}.attention.self.{part}" for part in ("query", "key", "value")]
        qkv = np.concatenate([self._w(part + ".weight") for part in parts]).T
        bias = graph.constant(f"qkv_bias{layer}", np.concatenate([self._w(part + ".bias") for part in parts]))
        context = f"context{layer}"
        if ranges is None:
            inputs = [hidden, graph.constant(f"qkv{layer}", qkv), bias, "mask32"]
            graph.add("Attention", inputs, context, contrib=True, num_heads=self._heads)
        else:
            q, scale, zero = self._quantise(graph, hidden, ranges)
            weight, weight_scale, weight_zero = _quantise_weight(graph, f"qkv{layer}", qkv)
            inputs = [q, weight, bias, scale, weight_scale, "mask32", zero, weight_zero]
            graph.add("QAttention", inputs, context, contrib=True, num_heads=self._heads)
        return context

    def _first_attends(self, graph: _Graph, layer: int, hidden: str, ranges: Ranges | None) -> tuple[str, str]:
        """Attention of the last layer, and what it is added to: of the first token only, since no other is read."""
        at = f"encoder.layer.{layer}.attention.self."
        first = graph.add("Gather", [hidden, graph.constant("first1", np.array([0], dtype=np.int64))], "cls", axis=1)
        query = self._linear(graph, first, at + "query", "last_query", ranges, activation=hidden)
        key, value = (
            self._linear(graph, hidden, at + part, f"last_{part}", ranges, activation=hidden)
            for part in ("key", "value")
        )
        context = f"context{layer}"
        inputs = [query, key, value, "", "mask32"]
        graph.add("MultiHeadAttention", inputs, context, contrib=True, num_heads=self._heads)
        return context, first

    def _linear(
        self,
        graph: _Graph,
        source: str,
        at: str,
        output: str,
        ranges: Ranges | None,
        *,
        bias: bool = True,
        activation: str | None = None,
    ) -> str:
        weight = self._w(at + ".weight").T
        name = f"{output}_weight"
        biases = [graph.constant(f"{output}_bias", self._w(at + ".bias"))] if bias else []
        if ranges is None:
            product = graph.add(
                "MatMul", [source, graph.constant(name, weight)], f"{output}_product" if bias else output
            )
            return graph.add("Add", [product, *biases], output) if bias else product
        q, scale, zero = self._quantise(graph, source, ranges, activation)
        weight8, weight_scale, weight_zero = _quantise_weight(graph, name, weight)
        inputs = [q, weight8, scale, weight_scale, zero, weight_zero, *biases]
        return graph.add("MatMulIntegerToFloat", inputs, output, contrib=True)

    def _quantise(
        self, graph: _Graph, source: str, ranges: Ranges, activation: str | None = None
    ) -> tuple[str, str, str]:
        """The source in eight bits; its range is that of `activation`, of which it is a part."""
        low, high = ranges[activation or source]
        low, high = min(low, 0.0), max(high, 0.0)
        step = max((high - low) / 255, 1e-8)
        made, scale, zero = f"{source}_u8", f"{source}_scale", f"{source}_zero"
        if made not in graph.made:
            graph.constant(scale, np.array(step, dtype=np.float32))
            graph.constant(zero, np.array(round(-low / step), dtype=np.uint8))
            graph.add("QuantizeLinear", [source, scale, zero], made)
        return made, scale, zero

    def _norm(self, graph: _Graph, new: str, skip: str, at: str, output: str) -> str:
        gamma = graph.constant(f"{output}_gamma", self._w(at + ".LayerNorm.weight"))
        beta = graph.constant(f"{output}_beta", self._w(at + ".LayerNorm.bias"))
        # Two operators: onnxruntime's fused SkipLayerNormalization takes three times as long on a CPU.
        total = graph.add("Add", [new, skip], f"{output}_sum")
        return graph.add("LayerNormalization", [total, gamma, beta], output, epsilon=self._epsilon, axis=-1)

    def _classify(self, graph: _Graph, hidden: str) -> None:
        graph.constant("first", np.array(0, dtype=np.int64))
        graph.add("Gather", [hidden, "first"], "read", axis=1)
        graph.constant("pooler_weight", self._w("pooler.dense.weight"))
        graph.constant("pooler_bias", self._w("pooler.dense.bias"))
        graph.add("Gemm", ["read", "pooler_weight", "pooler_bias"], "pooled_raw", transB=1)
        graph.add("Tanh", ["pooled_raw"], "pooled")
        graph.constant("classifier_weight", self._weights["classifier.weight"])
        graph.constant("classifier_bias", self._weights["classifier.bias"])
        graph.add("Gemm", ["pooled", "classifier_weight", "classifier_bias"], "logits", transB=1)


def _quantise_weight(graph: _Graph, name: str, weight: NDArray[np.float32]) -> tuple[str, str, str]:
    """A weight (inputs by outputs) in seven bits, one scale an output."""
    scale = np.maximum(np.abs(weight).max(axis=0), 1e-8) / _WEIGHT_LIMIT
    rows = np.clip(np.round(weight / scale), -_WEIGHT_LIMIT, _WEIGHT_LIMIT).astype(np.int8)
    return (
        graph.constant(name, rows),
        graph.constant(f"{name}_scale", scale.astype(np.float32)),
        graph.constant(f"{name}_zero", np.zeros(weight.shape[1], dtype=np.int8)),
    )

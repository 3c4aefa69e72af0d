"""Pairs per second of `Scorer` against sentence-transformers' `CrossEncoder.predict`: same weights and pairs, one run.

    python benchmarks/throughput.py --set eval/sets/article.jsonl --repeats 5

Both score each pair once, premise first, on the CPU. The sides take turns, so that a noisy machine is noisy for
both; what counts is the ratio. CrossEncoder is given the pairs with the model's hints already written behind them.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sentence_transformers import CrossEncoder

from nli.evaluation.run import sample
from nli.evaluation.sets import read_labelled
from nli.hints import SEPARATOR
from nli.labels import LABELS
from nli.models import DEFAULT_MODEL, find_model, load_model

Predict = Callable[[], NDArray[np.float32]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", type=Path, action="append", required=True, help="labelled pairs; may be repeated")
    parser.add_argument("--rows", type=int, default=2000, help="pairs taken of each set")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--model", default=DEFAULT_MODEL)
    parser.add_argument("--batch-size", type=int, default=32, help="CrossEncoder's batch size")
    options = parser.parse_args()

    sets = [sample(read_labelled(path), options.rows) for path in options.set]
    pairs = [pair for one in sets for pair in one.pairs]
    truth = np.array([LABELS.index(label) for one in sets for label in one.labels])

    folder = find_model(options.model)
    onnx, torch = (load_model(options.model, backend=name) for name in ("onnx", "torch"))
    reference = CrossEncoder(str(folder.path), device="cpu", max_length=onnx.encoder.max_length)
    hinted = [(a, f"{b} {SEPARATOR} {hint}" if (hint := onnx.encoder.hint(a, b)) else b) for a, b in pairs]
    order = list(torch.order.positions)

    def cross_encoder() -> NDArray[np.float32]:
        logits = reference.predict(hinted, batch_size=options.batch_size, show_progress_bar=False)
        return np.asarray(logits, dtype=np.float32)[:, order]

    sides: dict[str, Predict] = {
        "CrossEncoder, torch fp32": cross_encoder,
        "Scorer, torch fp32": lambda: torch.logits(pairs)[0],
        f"Scorer, onnx {folder.about.get('onnx', '')}": lambda: onnx.logits(pairs)[0],
    }
    rates: dict[str, list[float]] = {name: [] for name in sides}
    accuracy: dict[str, float] = {}
    for repeat in range(options.repeats + 1):
        for name, predict in sides.items():
            started = time.perf_counter()
            logits = predict()
            if repeat:  # the first round warms up
                rates[name].append(len(pairs) / (time.perf_counter() - started))
            accuracy[name] = float((logits.argmax(axis=1) == truth).mean())
    first = next(iter(sides))
    print(f"{len(pairs)} pairs, {options.repeats} rounds; median (lowest to highest) pairs a second")
    for name, values in rates.items():
        ratios = [ours / theirs for ours, theirs in zip(values, rates[first])]
        print(
            f"{name:32} {statistics.median(values):7.1f} ({min(values):.1f} to {max(values):.1f})   "
            f"{statistics.median(ratios):.2f} times   accuracy {accuracy[name]:.4f}"
        )


if __name__ == "__main__":
    main()

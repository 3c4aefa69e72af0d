"""Draws how training went: loss and dev accuracy over the pairs seen, run after run.

python benchmarks/training_curve.py .work/run1/model .work/run2/model --out models/NAME/training.png
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import matplotlib
import numpy as np

from nli.training.recipe import read_recipe

matplotlib.use("Agg")
from matplotlib import pyplot as plt


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", type=Path, nargs="+", help="folders of trained models, in the order of the runs")
    parser.add_argument("--first", type=int, default=1, help="number of the first of them")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()

    figure, (losses, accuracies) = plt.subplots(2, 1, figsize=(8, 6), sharex=True, layout="constrained")
    seen = 0
    lines: dict[str, list[tuple[float, float]]] = {}
    for number, run in enumerate(options.runs, options.first):
        history = json.loads((run / "history.json").read_text(encoding="utf-8"))
        size = read_recipe(run / "recipe.toml").training.batch_size
        steps = [(seen + entry["step"] * size, entry["loss"]) for entry in history if "loss" in entry]
        x, y = np.array(steps).T
        losses.plot(x / 1000, y, color="0.8", linewidth=1)
        window = min(9, len(y))
        smooth = np.convolve(y, np.ones(window) / window, mode="valid")
        losses.plot(x[window // 2 : window // 2 + len(smooth)] / 1000, smooth, color="C0")
        for entry in history:
            for key, value in entry.items():
                if key.startswith("eval_") and key.endswith("_accuracy"):
                    name = key.removeprefix("eval_").removesuffix("_accuracy")
                    lines.setdefault(name, []).append(((seen + entry["step"] * size) / 1000, value))
        for axis in (losses, accuracies):
            axis.axvline(seen / 1000, color="0.6", linestyle=":", linewidth=1)
        losses.annotate(
            f"run {number}" if seen == 0 else f" {number}",
            (seen / 1000, 0.97),
            xycoords=("data", "axes fraction"),
            va="top",
            fontsize=8,
        )
        seen += max(entry["step"] for entry in history) * size
    for name, points in lines.items():
        accuracies.plot(*zip(*points, strict=True), marker="o", markersize=3, label=name)
    losses.set_ylabel("training loss")
    accuracies.set_ylabel("accuracy on a part of dev")
    accuracies.set_xlabel("thousand pairs seen")
    accuracies.legend(fontsize=8, ncols=4, loc="lower center", bbox_to_anchor=(0.5, 1.0), frameon=False)
    for axis in (losses, accuracies):
        axis.spines[["top", "right"]].set_visible(False)
        axis.grid(axis="y", alpha=0.3)
    figure.savefig(options.out, dpi=110)
    print(f"{seen:,} pairs seen in {len(options.runs)} runs: {options.out}")


if __name__ == "__main__":
    main()

"""Fills a model card from a results file: the table of figures, what int8 costs, and the reliability diagrams.

    python benchmarks/model_card.py models/NAME --results eval/results/NAME.json --lost INT8.json FP32.json \\
        --readme README.md

The table goes between the marks `<!-- figures -->` and `<!-- /figures -->` of the card, the accuracies and the rate
into the model's `nli.json`, where `nli models` reads them. `--lost` names results of int8 and of single precision on
the same pairs, which may be a sample. `--readme` also fills a shorter table between the same marks of another file.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Sequence
from pathlib import Path

import matplotlib

from nli.evaluation.results import BinRecord, Results, SetResult, read_results
from nli.models import ABOUT_FILE, write_about

matplotlib.use("Agg")
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

MARKS = re.compile(r"(<!-- figures -->\n).*?(<!-- /figures -->)", re.DOTALL)
COLUMNS = {
    "accuracy": "accuracy",
    "macro_f1": "macro-F1",
    "contradiction_f1": "contradiction F1",
    "flag_precision": "flag precision",
    "flag_recall": "flag recall",
    "flags_per_1000_neutral": "flags per 1,000 neutral",
    "ece": "ECE",
    "ece_raw": "ECE raw",
    "brier": "Brier",
    "direction_gap": "direction gap",
}
SHORT = ("accuracy", "macro_f1", "contradiction_f1", "flag_precision", "flag_recall", "ece")
SHORT_SETS = ("article", "news", "mnli_mismatched", "snli", "vitaminc_real", "fever_nli_dev")
TENTHS = {"flags_per_1000_neutral"}
PLAIN = {"brier", "direction_gap"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path, help="folder of the model and its card")
    parser.add_argument("--results", type=Path, required=True)
    parser.add_argument("--lost", type=Path, nargs=2, help="results of int8 and of single precision")
    parser.add_argument("--readme", type=Path, help="another file with the marks, for a shorter table")
    options = parser.parse_args()

    results = read_results(options.results)
    card = options.model / "README.md"
    table = _table(results)
    if options.lost:
        table += "\n" + _lost(*map(read_results, options.lost))
    _fill(card, table)
    if options.readme:
        short = [one for name in SHORT_SETS for one in results.results if one.set.name == name]
        _fill(options.readme, _table(results.model_copy(update={"results": short}), SHORT))
    _draw(results, options.model / "reliability.png")
    about = json.loads((options.model / ABOUT_FILE).read_text(encoding="utf-8"))
    rates = sorted(one.pairs_per_second for one in results.results if one.pairs_per_second is not None)
    about["measured"] = {
        "accuracy": {one.set.name: one.figures["accuracy"].value for one in results.results},
        "pairs_per_second": round(rates[len(rates) // 2], 1) if rates else None,
        "machine": results.machine,
    }
    write_about(options.model, about)
    print(f"filled {card}")


def _fill(path: Path, table: str) -> None:
    text = path.read_text(encoding="utf-8")
    filled, count = MARKS.subn(lambda match: f"{match[1]}{table}{match[2]}", text)
    if count != 1:
        raise SystemExit(f"{path} has {count} places marked <!-- figures --> ... <!-- /figures -->; mark one")
    path.write_text(filled, encoding="utf-8")


def _cell(one: SetResult, name: str) -> str:
    figure = one.figures.get(name)
    if figure is None or figure.value is None:
        return "–"
    if name in PLAIN:
        return f"{figure.value:.3f}"
    scale = 1 if name in TENTHS else 100
    error = f" ± {scale * figure.error:.1f}" if figure.error is not None else ""
    return f"{scale * figure.value:.1f}{error}"


def _table(results: Results, columns: Sequence[str] = tuple(COLUMNS)) -> str:
    lines = ["| set | pairs | " + " | ".join(COLUMNS[key] for key in columns) + " |", "|---" * (len(columns) + 2) + "|"]
    for one in results.results:
        name = one.set.name + (" (two-way)" if one.set.two_way else "")
        lines.append(f"| {name} | {one.rows:,} | " + " | ".join(_cell(one, key) for key in columns) + " |")
    return "\n".join(lines) + "\n"


def _lost(results: Results, single: Results) -> str:
    theirs = {one.set.name: one for one in single.results}
    lines = [
        f"What int8 costs against single precision ({single.model.backend}), in points:",
        "",
        "| set | pairs | accuracy | contradiction F1 |",
        "|---|---|---|---|",
    ]
    for one in results.results:
        other = theirs.get(one.set.name)
        if other is None or other.set.rows_sha256 != one.set.rows_sha256:
            continue
        cells = []
        for key in ("accuracy", "contradiction_f1"):
            ours, exact = one.figures.get(key), other.figures.get(key)
            known = ours is not None and exact is not None and ours.value is not None and exact.value is not None
            cells.append(f"{100 * (exact.value - ours.value):+.2f}" if known else "–")  # type: ignore[union-attr,operator]
        lines.append(f"| {one.set.name} | {one.rows:,} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _draw(results: Results, path: Path) -> None:
    count = len(results.results)
    columns = min(4, count)
    rows = -(-count // columns)
    figure, axes = plt.subplots(
        rows,
        columns,
        figsize=(2.6 * columns, 2.8 * rows),
        sharex=True,
        sharey=True,
        squeeze=False,
        layout="constrained",
    )
    for axis in axes.flat[count:]:
        axis.set_visible(False)
    for axis, one in zip(axes.flat, results.results, strict=False):
        axis.plot([0, 1], [0, 1], color="0.8", linewidth=1)
        _line(axis, one.reliability.label_raw, "uncalibrated", "0.6")
        _line(axis, one.reliability.label, "calibrated", "C0")
        ece = one.figures["ece"].value
        axis.set_title(f"{one.set.name}\n{one.rows:,} pairs, ECE {100 * (ece or 0):.1f} %", fontsize=8)
        axis.set_aspect("equal")
        axis.set_xlim(0.3, 1)
        axis.set_ylim(0.2, 1)
        axis.spines[["top", "right"]].set_visible(False)
    axes[0][0].legend(fontsize=7)
    figure.supxlabel("probability of the likeliest label", fontsize=9)
    figure.supylabel("share that is right (95 % interval)", fontsize=9)
    figure.savefig(path, dpi=110)


def _line(axis: Axes, bins: list[BinRecord], label: str, color: str) -> None:
    filled = [
        (one.predicted, one.observed, one) for one in bins if one.predicted is not None and one.observed is not None
    ]
    x, y = [predicted for predicted, _, _ in filled], [observed for _, observed, _ in filled]
    if label == "calibrated":
        low = [seen - (one.observed_low if one.observed_low is not None else seen) for _, seen, one in filled]
        high = [(one.observed_high if one.observed_high is not None else seen) - seen for _, seen, one in filled]
        axis.errorbar(x, y, yerr=[low, high], color=color, marker="o", markersize=2.5, linewidth=1, label=label)
    else:
        axis.plot(x, y, color=color, marker=".", markersize=3, linewidth=1, label=label)


if __name__ == "__main__":
    main()

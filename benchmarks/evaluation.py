"""What the figures of `nli eval` cost, and whether their intervals hold what they promise.

    python benchmarks/evaluation.py coverage --worlds 1000
    python benchmarks/evaluation.py speed --rows 20000 --set DATA/test/mnli_mismatched.parquet

`coverage` simulates labelled sets from a world whose truth is known and counts how often each 95 % interval holds it.
`speed` times 2,000 resamples, and all figures and the report against scoring alone.
"""

from __future__ import annotations

import argparse
import itertools
import math
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import numpy as np

from nli.evaluation.metrics import measure
from nli.evaluation.scored import Scored
from nli.labels import LABELS


def world(rows: int, seed: int, per_group: int) -> Scored:
    """A set with normal logits, the right label's raised; rows of a group share noise and, half of the time, label."""
    random = np.random.default_rng(seed)
    groups = np.arange(rows) // per_group
    count = int(groups[-1]) + 1
    shares = (0.3, 0.4, 0.3)
    truth, shared = random.choice(3, rows, p=shares), random.choice(3, count, p=shares)[groups]
    noise, common = random.normal(size=(rows, 3)), random.normal(size=(count, 3))[groups]
    if per_group > 1:
        truth = np.where(random.random(rows) < 0.5, shared, truth)
        noise = math.sqrt(0.5) * (noise + common)
    logits = noise + 1.5 * np.eye(3)[truth]
    table, raw = (np.exp(scale * logits) for scale in (1, 2))
    table, raw = table / table.sum(axis=1, keepdims=True), raw / raw.sum(axis=1, keepdims=True)
    back = np.clip(table[:, 2] + random.normal(0, 0.1, rows), 0, 1)
    score = (table[:, 2] + back) / 2
    return Scored(LABELS, truth, table, raw, back, score, score >= 0.6, groups)


def coverage(options: argparse.Namespace) -> None:
    shapes = [(rows, per_group) for rows in options.rows for per_group in options.per_group]
    held: dict[tuple[int, int], dict[str, list[bool]]] = {shape: defaultdict(list) for shape in shapes}
    for rows, per_group in shapes:
        big = measure(world(options.truth_rows, 10**6, per_group), resamples=2)
        truth = {name: figure.value for name, figure in big.figures.items()}
        for seed in range(options.seed, options.seed + options.worlds):
            found = measure(world(rows, seed, per_group), seed=seed, resamples=options.resamples)
            for name, figure in found.figures.items():
                if not math.isnan(figure.low):
                    held[rows, per_group][name].append(figure.low <= truth[name] <= figure.high)
    print(f"{options.worlds} worlds a column, {options.resamples} resamples; share of 95 % intervals with the truth")
    print(f"{'':28}" + "".join(f"{f'{rows}/{per}':>10}" for rows, per in shapes) + "   (pairs/pairs a group)")
    for name in held[shapes[0]]:
        cells = (f"{100 * np.mean(held[shape][name]):.1f}" for shape in shapes)
        print(f"{name:28}" + "".join(f"{cell:>10}" for cell in cells))


def speed(options: argparse.Namespace) -> None:
    from nli.evaluation.results import as_text, collect_results, model_record, set_result
    from nli.evaluation.run import evaluate
    from nli.evaluation.sets import LabelledSet, read_labelled
    from nli.models import load_model
    from nli.report.html import render_html
    from nli.report.markdown import render_markdown

    made = world(20_000, 1, 1)
    started = time.perf_counter()
    measure(made, resamples=2000)
    print(f"2,000 resamples of 20,000 rows, all figures: {time.perf_counter() - started:.2f} s")
    if not options.set:
        return
    sets = [read_labelled(path) for path in options.set]
    rows = list(itertools.islice(((one, i) for one in sets for i in range(len(one.pairs))), options.rows))
    whole = LabelledSet(
        "speed",
        tuple(one.pairs[i] for one, i in rows),
        tuple(one.labels[i] for one, i in rows),
        tuple(one.slices[i] for one, i in rows),
        0,
        "",
        len(rows),
        tuple(f"{one.name}/{one.groups[i]}" for one, i in rows),
    )
    scorer = load_model(options.model)
    found = evaluate(whole, scorer)
    started = time.perf_counter()
    about = model_record(scorer)
    results = collect_results(about, [set_result(found)], seed=0, resamples=2000)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "results.json").write_text(as_text(results), encoding="utf-8")
        Path(folder, "report.md").write_text(render_markdown(results), encoding="utf-8")
        Path(folder, "report.html").write_text(render_html(results, [(whole, found.scored)]), encoding="utf-8")
    reporting = time.perf_counter() - started
    total = found.seconds + found.measuring_seconds + reporting
    print(
        f"{len(rows):,} pairs with {len(found.slices)} slices: scoring {found.seconds:.1f} s, figures "
        f"{found.measuring_seconds:.1f} s, files {reporting:.1f} s: {total / found.seconds:.3f} times scoring alone"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    one = commands.add_parser("coverage")
    one.add_argument("--worlds", type=int, default=1000)
    one.add_argument("--seed", type=int, default=0, help="of the first world")
    one.add_argument("--rows", type=int, nargs="+", default=[250, 1000])
    one.add_argument("--per-group", type=int, nargs="+", default=[1, 4])
    one.add_argument("--resamples", type=int, default=1000)
    one.add_argument("--truth-rows", type=int, default=400_000)
    one.set_defaults(run=coverage)
    two = commands.add_parser("speed")
    two.add_argument("--set", type=Path, action="append", help="labelled pairs; may be repeated")
    two.add_argument("--rows", type=int, default=20_000)
    two.add_argument("--model")
    two.set_defaults(run=speed)
    options = parser.parse_args()
    options.run(options)


if __name__ == "__main__":
    main()

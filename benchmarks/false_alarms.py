"""How often a model cries wolf: on texts against themselves, and on random pairs of texts that have nothing to do
with each other.

    python benchmarks/false_alarms.py --set eval/sets/article.jsonl --set DATA/test/mnli_mismatched.parquet

Unrelated pairs are two texts of different rows of the sets together that share no content word.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

from nli.evaluation.sets import read_labelled
from nli.models import load_model
from nli.training.examples import Example
from nli.training.generated import unrelated


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", type=Path, action="append", required=True, help="labelled pairs; may be repeated")
    parser.add_argument("--pairs", type=int, default=1000, help="random unrelated pairs")
    parser.add_argument("--texts", type=int, default=2000, help="texts scored against themselves")
    parser.add_argument("--model")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()

    rng = random.Random(options.seed)
    sets = [read_labelled(path) for path in options.set]
    rows = [
        Example(a, b, label, one.name, f"{one.name}/{a}")
        for one in sets
        for (a, b), label in zip(one.pairs, one.labels)
        if label != "not_entailment"
    ]
    scorer = load_model(options.model)

    texts = sorted({text for row in rows for text in (row.a, row.b)})
    chosen = rng.sample(texts, min(options.texts, len(texts)))
    same = scorer.score([(text, text) for text in chosen])
    print(
        f"{len(same)} texts against themselves: {sum(r.label == 'contradiction' for r in same)} likeliest a "
        f"contradiction, {sum(r.flag for r in same)} flagged"
    )
    pairs = [(row.a, row.b) for row in unrelated(rows, options.pairs, rng)]
    other = scorer.score(pairs)
    print(
        f"{len(other)} unrelated pairs: {sum(r.label == 'contradiction' for r in other)} likeliest a contradiction, "
        f"{sum(r.flag for r in other)} flagged at {scorer.threshold:.3f}"
    )


if __name__ == "__main__":
    main()

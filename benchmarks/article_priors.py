"""Fits what the place of two claims says about whether they stand against each other (`nli/article/priors.py`).

    python benchmarks/article_priors.py --articles eval/sets/articles --part development

Every pair of assertions by two parties of each labelled article is scored. It counts as opposed if the two stand on two
sides of a labelled dispute. Printed are the constants of the module, the base rate by distance, and the average
precision of the model's score alone and of the weighed one on articles that had no part in fitting (twelve folds).
"""

from __future__ import annotations

import argparse
import itertools
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from disputes import overlaps, span_of
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.model_selection import GroupKFold, cross_val_predict

from nli.article.extraction import extract
from nli.article.gate import compared
from nli.article.lexicon import load_lexicon
from nli.article.parsing import load_pipeline
from nli.article.priors import distance, features
from nli.article.reading import read_article
from nli.models import load_model
from nli.records import Claim

Labelled = tuple[Claim, Claim, bool]
BOUNDS = (0, 200, 400, 800, 1600, 10**9)
FOLDS = 12


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=Path, required=True, help="a folder of articles with labels.jsonl")
    parser.add_argument("--part", default="development", help="which part of them")
    parser.add_argument("--model")
    options = parser.parse_args()
    scorer = load_model(options.model)
    pairs: list[Labelled] = []
    groups: list[str] = []
    for line in (options.articles / "labels.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        if row["part"] == options.part:
            found = list(labelled_pairs(options.articles / row["article"], row["disputes"]))
            pairs += found
            groups += [row["article"]] * len(found)
    scores = [score.score for score in scorer.score([(a.text, b.text) for a, b, _ in pairs])]
    table = np.array([features(score, a, b) for score, (a, b, _) in zip(scores, pairs, strict=True)])
    opposed = np.array([is_opposed for _, _, is_opposed in pairs])
    print(f"{len(pairs):,} pairs, {opposed.sum():,} opposed ({opposed.mean():.1%}); model {scorer.name}")
    apart = np.array([distance(a, b) for a, b, _ in pairs])
    writers = table[:, 2] == 1
    for low, high in itertools.pairwise(BOUNDS):
        here = (apart >= low) & (apart < high) & ~writers
        print(f"  {low:>5} to {high:>10} characters apart, two parties: {opposed[here].mean():.1%} of {here.sum():,}")
    print(f"  with the writer: {opposed[writers].mean():.1%} of {writers.sum():,}")
    unseen = cross_val_predict(
        LogisticRegression(C=10.0), table, opposed, groups=groups, cv=GroupKFold(FOLDS), method="predict_proba"
    )[:, 1]
    alone, weighed = (average_precision_score(opposed, values) for values in (scores, unseen))
    print(f"average precision: the score alone {alone:.3f}, weighed {weighed:.3f}")
    fitted = LogisticRegression(C=10.0).fit(table, opposed)
    print(f"INTERCEPT = {fitted.intercept_[0]:.3f}")
    print(f"WEIGHTS = ({', '.join(f'{weight:.3f}' for weight in fitted.coef_[0])})")


def labelled_pairs(file: Path, disputes: list[dict[str, list[dict[str, str]]]]) -> Iterator[Labelled]:
    """Every pair of assertions by two parties, and whether they stand on two sides of a dispute."""
    lexicon, article = load_lexicon(), read_article(file)
    claims = [one for one in extract(article, load_pipeline(), lexicon).claims if one.stance == "asserts"]
    sides = [
        tuple(
            [span_of(item["quote"], article.text, file.name) for item in dispute[side]] for side in ("for", "against")
        )
        for dispute in disputes
    ]

    def in_side(claim: Claim, dispute: int, side: int) -> bool:
        return any(overlaps(claim.span, span) for span in sides[dispute][side])

    for a, b in itertools.combinations(claims, 2):
        if compared(a, b, lexicon):
            yield (
                a,
                b,
                any(
                    (in_side(a, number, 0) and in_side(b, number, 1))
                    or (in_side(a, number, 1) and in_side(b, number, 0))
                    for number in range(len(sides))
                ),
            )


if __name__ == "__main__":
    main()

"""What the gate costs and saves: labelled pairs of claims that pass it, each pair put into its article.

    python benchmarks/gate.py --pairs eval/sets/article.jsonl --article seeds/article.txt
    python benchmarks/gate.py --pairs eval/sets/news.jsonl --articles eval/sets/articles --part development

The gate weighs words by how rare they are in an article, so each labelled pair is added, alone, to the claims that
are found in the article it is about; then it passes or does not. A pair of contents is by two parties; of a pair of
sentences the claims are taken (`nli.article.attributed`), and the pair is counted if they are by two parties.

Recall: of the pairs labelled contradiction, those that pass. Of the other labels the same share is printed; of
unrelated pairs it should be small, of entailments it matters for putting paraphrases together. Dropped: of the pairs
of claims by two parties in the articles themselves, those that never reach the model.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from nli.article.attributed import Attributor
from nli.article.embedding import Vectors, load_encoder
from nli.article.extraction import extract
from nli.article.gate import Gate, compared
from nli.article.lexicon import Lexicon, load_lexicon
from nli.article.parsing import load_pipeline
from nli.article.reading import read_article
from nli.errors import DataError
from nli.labels import LABELS
from nli.records import Claim, Span

_PARTIES = ("one party", "other side")


def rows_by_article(options: argparse.Namespace) -> Iterator[tuple[Path, list[dict[str, Any]]]]:
    """The labelled pairs, grouped by the article that they are about.

    Raises:
        DataError: if none is about one of the articles.
    """
    rows = [json.loads(line) for line in options.pairs.read_text("utf-8").splitlines() if line.strip()]
    if options.article is not None:
        yield options.article, rows
        return
    labels = [json.loads(line) for line in (options.articles / "labels.jsonl").read_text("utf-8").splitlines()]
    wanted = [row["article"] for row in labels if row["part"] == options.part]
    groups = defaultdict(list)
    for row in rows:
        groups[row["group"]].append(row)
    if not any(Path(name).stem in groups for name in wanted):
        raise DataError(f"no pair of {options.pairs} is about an article of part {options.part!r}")
    for name in wanted:
        yield options.articles / name, groups[Path(name).stem]


def claims_of(row: dict[str, Any], attributor: Attributor) -> tuple[Claim, Claim]:
    """The two claims of a labelled pair."""
    if row["form"] == "sentence":
        return attributor.pair(row["a"], row["b"])
    a, b = (
        Claim(side, party, "asserts", row[side], row[side], Span(0, len(row[side])))
        for side, party in zip("ab", _PARTIES, strict=True)
    )
    return a, b


def passes(pair: tuple[Claim, Claim], claims: Sequence[Claim], vectors: Vectors, lexicon: Lexicon) -> bool:
    """Whether a pair that is added to the claims of an article reaches the model; `vectors` are of both."""
    gate = Gate([*claims, *pair], lexicon, vectors)
    last = len(claims)
    return any((gated.a, gated.b) == (last, last + 1) for gated in gate.select())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=Path, required=True, help="labelled pairs, jsonl")
    parser.add_argument("--article", type=Path, help="the article that all of them are about")
    parser.add_argument("--articles", type=Path, help="a folder of articles with labels.jsonl, named by their group")
    parser.add_argument("--part", default="development", help="which part of them")
    parser.add_argument("--verbose", action="store_true", help="show the contradictions that do not pass")
    options = parser.parse_args()
    if (options.article is None) == (options.articles is None):
        parser.error("give --article or --articles")

    pipeline, lexicon, encoder = load_pipeline(), load_lexicon(), load_encoder()
    attributor = Attributor(pipeline, lexicon)
    passed: dict[str, list[bool]] = defaultdict(list)
    possible = scored = one_party = 0
    for file, rows in rows_by_article(options):
        claims = extract(read_article(file), pipeline, lexicon).claims
        own = encoder.embed([claim.text for claim in claims])
        gate = Gate(claims, lexicon, own)
        possible += gate.possible()
        scored += len(gate.select())
        for row in rows:
            a, b = (replace(claim, id=f"pair {claim.id}", denies_claim=None) for claim in claims_of(row, attributor))
            if not compared(a, b, lexicon):
                one_party += 1
                continue
            ok = passes((a, b), claims, np.concatenate([own, encoder.embed([a.text, b.text])]), lexicon)
            passed["unrelated" if row["slice"] == "unrelated" else row["label"]].append(ok)
            if options.verbose and not ok and row["label"] == "contradiction":
                print(f"  {row['id']} {row['slice']}\n    {a.stance}: {a.text}\n    {b.stance}: {b.text}")
    for label in (*reversed(LABELS), "unrelated"):
        print(f"{label:14} {np.mean(passed[label]):.3f} pass  ({sum(passed[label])} of {len(passed[label])})")
    print(f"{one_party} pairs of sentences by one party left out")
    print(f"dropped        {1 - scored / possible:.3f}  ({possible - scored:,} of {possible:,} pairs in the articles)")


if __name__ == "__main__":
    main()

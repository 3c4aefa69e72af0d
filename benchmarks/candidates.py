"""How many pairs of many claims `nli score --candidates` scores, and how many planted contradictions are among them.

    python benchmarks/candidates.py --set DATA/dev/mnli_matched.parquet --set DATA/dev/vitaminc_real.parquet \\
        --others DATA/train/fever_gold.parquet --others DATA/train/lingnli.parquet --claims 50000 --planted 500

Planted are labelled contradictions, one a premise (or a group, where the set names groups) and of each set the same
number; both of their texts are claims among many others, which are texts of other pairs. Premises of one group say
much the same of one thing, so no other text of a planted pair's group is taken.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from limits import peak_memory

from nli.article.embedding import load_encoder
from nli.batch.candidates import LEAST, NEIGHBOURS
from nli.batch.neighbours import NearPairs, near_pairs

Planted = tuple[str, str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", type=Path, action="append", required=True, help="labelled pairs, as Parquet or jsonl")
    parser.add_argument("--others", type=Path, action="append", default=[], help="pairs whose texts fill the table")
    parser.add_argument("--claims", type=int, default=50_000)
    parser.add_argument("--planted", type=int, default=500, help="contradictions of each set")
    parser.add_argument("--neighbours", type=int, default=NEIGHBOURS)
    parser.add_argument("--least-similarity", type=float, default=LEAST)
    parser.add_argument("--longest", type=int, default=150, help="characters of the other claims; embedding takes time")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    planted: dict[str, list[Planted]] = {}
    fill: list[str] = []
    for path in options.set:
        planted[path.stem], rest = divide(path, options.planted, rng)
        fill += rest
    for path in options.others:
        fill += [text for row in rows(path) for text in (row["premise"], row["hypothesis"])]
    texts = list(dict.fromkeys(text for pairs in planted.values() for pair in pairs for text in pair))
    known = set(texts)
    fill = [text for text in dict.fromkeys(fill) if text not in known and len(text) <= options.longest]
    chosen = rng.permutation(len(fill))[: max(0, options.claims - len(texts))]
    texts += [fill[index] for index in chosen]
    rng.shuffle(texts)
    embed = load_encoder().embed
    started = time.perf_counter()
    found = near_pairs(texts, embed, neighbours=options.neighbours, least=options.least_similarity)
    seconds = time.perf_counter() - started
    possible = len(texts) * (len(texts) - 1) // 2
    print(
        f"{len(texts):,} claims, {options.neighbours} neighbours, similarity from {options.least_similarity:g}: "
        f"{len(found):,} of {possible:,} pairs ({len(found) / possible:.4%}), found in {seconds:.0f} s, "
        f"peak {peak_memory():,.0f} MiB"
    )
    at = {text: place for place, text in enumerate(texts)}
    for name, pairs in planted.items():
        places = [(at[a], at[b]) for a, b in pairs]
        print(f"{name}: {len(pairs)} contradictions planted, " + ", ".join(shares(found, places)))


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a set: Parquet, or JSON lines with `a` and `b`."""
    if path.suffix == ".jsonl":
        lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        return [{"premise": row["a"], "hypothesis": row["b"], "label": row["label"]} for row in lines]
    table = pq.read_table(path)
    names = [name for name in ("premise", "hypothesis", "label", "group") if name in table.column_names]
    return table.select(names).to_pylist()  # type: ignore[no-any-return]


def divide(path: Path, count: int, rng: np.random.Generator) -> tuple[list[Planted], list[str]]:
    """Contradictions of different groups, and texts of all other groups."""
    every = rows(path)
    groups = [str(row.get("group") or row["premise"]) for row in every]
    taken: dict[str, Planted] = {}
    for index in rng.permutation(len(every)):
        row = every[index]
        if len(taken) < count and row["label"] == "contradiction" and row["premise"] != row["hypothesis"]:
            taken.setdefault(groups[index], (row["premise"], row["hypothesis"]))
    rest = [row for row, group in zip(every, groups) if group not in taken]
    return list(taken.values()), [text for row in rest for text in (row["premise"], row["hypothesis"])]


def shares(found: NearPairs, planted: Sequence[tuple[int, int]]) -> Iterator[str]:
    """The share of planted pairs that were found: all, and at higher demands."""
    similarity = dict(zip(zip(found.a.tolist(), found.b.tolist()), found.similarity.tolist()))
    values = np.array([similarity.get((min(pair), max(pair)), -1.0) for pair in planted])
    yield f"{(values >= 0).mean():.1%} found"
    for least in (0.2, 0.25, 0.3):
        count = int((found.similarity >= least).sum())
        yield f"{(values >= least).mean():.1%} at a least similarity of {least:g} ({count:,} pairs)"


if __name__ == "__main__":
    main()

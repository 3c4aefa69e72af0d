"""Writes all pairs of sentences of labelled articles as a labelled set: the base rate that users meet.

    python benchmarks/base_rate.py eval/sets/articles/labels.jsonl --first 16 --out eval/sets/base_rate.jsonl
    nli eval eval/sets/base_rate.jsonl

Neutral only means there that nobody may flag the pair: read flag precision, flag recall and the flags per 1,000.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from nli.evaluation.base_rate import write_all_pairs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("labels", type=Path)
    parser.add_argument("--part", help="only articles of this part")
    parser.add_argument("--first", type=int, help="only so many articles of the file")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    counts = write_all_pairs(options.labels, options.out, part=options.part, first=options.first)
    total = sum(counts.values())
    share = counts.get("contradiction", 0) / total
    print(f"{total:,} pairs, {counts.get('contradiction', 0):,} contradictions ({share:.1%}); in {options.out}")


if __name__ == "__main__":
    main()

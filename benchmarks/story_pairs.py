"""Writes all ordered pairs of the claims of stories as a labelled set, which `nli eval` and `nli calibrate` read.

    python benchmarks/story_pairs.py models/nli-minilm-l6/stories_dev.jsonl --out .work/stories_dev.jsonl

The pairs of a story are a group.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from nli.training.sets import read_pairs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stories", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    rows = [{"a": one.a, "b": one.b, "label": one.label, "group": one.group} for one in read_pairs(options.stories)]
    options.out.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    print(f"{len(rows):,} pairs in {options.out}")


if __name__ == "__main__":
    main()

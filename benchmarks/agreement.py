"""Cohen's kappa of two labellings of the same pairs, and where they differ.

    python benchmarks/agreement.py eval/sets/article.jsonl second.jsonl

Each file has an id and a label in every line, matched by id.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from nli.evaluation.agreement import agreement, describe, read_labels


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("first", type=Path)
    parser.add_argument("second", type=Path)
    parser.add_argument("--id", default="id", help="key of the id")
    parser.add_argument("--label", default="label", help="key of the label")
    parser.add_argument("--show", type=int, default=1000, help="how many of the pairs in dispute are listed")
    options = parser.parse_args()
    both = (read_labels(path, id_key=options.id, label_key=options.label) for path in (options.first, options.second))
    print("\n".join(describe(agreement(*both), options.show)))


if __name__ == "__main__":
    main()

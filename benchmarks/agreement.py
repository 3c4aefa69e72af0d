"""Cohen's kappa of two labellings of the same pairs, and where they differ.

    python benchmarks/agreement.py eval/sets/article.jsonl second.jsonl
    python benchmarks/agreement.py eval/sets/base_rate.jsonl SECOND --others neutral

Each file has an id and a label in every line, matched by id.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from nli.evaluation.agreement import agreement, describe, read_labels
from nli.evaluation.sets import parse_truth


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("first", type=Path)
    parser.add_argument("second", type=Path)
    parser.add_argument("--id", default="id", help="key of the id")
    parser.add_argument("--label", default="label", help="key of the label")
    parser.add_argument("--others", help="label of the pairs that the second file leaves out")
    parser.add_argument("--show", type=int, default=1000, help="how many of the pairs in dispute are listed")
    options = parser.parse_args()
    first, second = (
        read_labels(path, id_key=options.id, label_key=options.label) for path in (options.first, options.second)
    )
    if options.others is not None:
        second = dict.fromkeys(first, parse_truth(options.others)) | second
    print("\n".join(describe(agreement(first, second), options.show)))


if __name__ == "__main__":
    main()

"""Rebuilds the real articles whose disputes were labelled, from PolNeAR's texts, which cannot be given here.

    python benchmarks/real_articles.py --data polnear_train.jsonl.gz --out FOLDER
    python benchmarks/disputes.py --articles FOLDER --part real
    python benchmarks/disputes.py --articles FOLDER --part real_unread

`--data` holds one JSON object a line with the `id` and the `text` of a document. `eval/sets/real_disputes.jsonl` names
112 of them, `real` those that were read while rules were written and `real_unread` the others, and says where in the
text, stripped of white space at both ends, each passage of a dispute stands.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

from nli.errors import DataError

LABELS = Path(__file__).parents[1] / "eval" / "sets" / "real_disputes.jsonl"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the documents, JSON Lines, gzipped")
    parser.add_argument("--out", type=Path, required=True, help="a folder to write to")
    options = parser.parse_args()
    with gzip.open(options.data, "rt", encoding="utf-8") as lines:
        texts = {row["id"]: row["text"].strip() for row in map(json.loads, lines)}
    options.out.mkdir(parents=True, exist_ok=True)
    labelled = []
    for line in LABELS.read_text("utf-8").splitlines():
        row = json.loads(line)
        text = texts.get(row["document"])
        if text is None:
            raise DataError(f"{options.data} has no document {row['document']}; give the train part of PolNeAR")
        if hashlib.sha256(text.encode()).hexdigest() != row["sha256"]:
            raise DataError(f"{row['document']} in {options.data} is not the text that was labelled")
        name = f"{row['document']}.txt"
        (options.out / name).write_text(text + "\n", encoding="utf-8")
        labelled.append(
            {
                "article": name,
                "part": "real" if row["read"] else "real_unread",
                "disputes": [with_quotes(dispute, text) for dispute in row["disputes"]],
                "near_misses": [],
                "unlinked_denials": [with_quote(item, text) for item in row["unlinked_denials"]],
            }
        )
    written = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in labelled)
    (options.out / "labels.jsonl").write_text(written, encoding="utf-8")
    print(f"{len(labelled)} articles in {options.out}")


def with_quotes(dispute: dict[str, Any], text: str) -> dict[str, Any]:
    """A dispute with the words of its passages in place of their places."""
    return {**dispute, **{side: [with_quote(item, text) for item in dispute[side]] for side in ("for", "against")}}


def with_quote(item: dict[str, Any], text: str) -> dict[str, Any]:
    """A passage with its words in place of its place."""
    kept = {key: value for key, value in item.items() if key not in ("start", "end")}
    return {**kept, "quote": text[item["start"] : item["end"]]}


if __name__ == "__main__":
    main()

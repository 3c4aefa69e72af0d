"""Where the disputes of real articles stand, without a word of them."""

from __future__ import annotations

import json
from pathlib import Path

FILE = Path(__file__).parents[2] / "eval" / "sets" / "real_disputes.jsonl"


def test_places_are_spans_and_hold_no_words_of_the_articles() -> None:
    rows = [json.loads(line) for line in FILE.read_text("utf-8").splitlines()]
    assert (len(rows), sum(len(row["disputes"]) for row in rows)) == (112, 109)
    for row in rows:
        assert set(row) == {"document", "sha256", "read", "disputes", "unlinked_denials"}
        for dispute in row["disputes"]:
            assert dispute["for"]
            assert dispute["against"]
            assert all(item["how"] in ("denial_by_reference", "denial", "opposite") for item in dispute["against"])
            for item in (*dispute["for"], *dispute["against"]):
                assert 0 <= item["start"] < item["end"]
                assert "quote" not in item

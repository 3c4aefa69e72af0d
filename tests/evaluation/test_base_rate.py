from __future__ import annotations

import json
from pathlib import Path

import pytest

from nli.article.reading import parse_article
from nli.errors import ArticleError, DataError
from nli.evaluation.base_rate import all_pairs, sentences, write_all_pairs
from nli.evaluation.hub import own_sets
from nli.evaluation.sets import label_counts, read_labelled

TEXT = (
    "Dam was safe, company says\n\nThe union said the dam leaked for weeks. Mr. Smith of Acme said it never leaked. "
    "“It was dry,” he said.\n\nRain is expected in the valley on Monday. Nobody was hurt there.\n"
)
DISPUTE = {
    "proposition": "The dam leaked.",
    "for": [{"speaker": "union", "quote": "the dam leaked for weeks"}],
    "against": [{"speaker": "Smith", "quote": "it never leaked. “It was dry,”", "how": "denial"}],
}


def labels(folder: Path, *records: dict[str, object]) -> Path:
    (folder / "dam.txt").write_text(TEXT, encoding="utf-8")
    path = folder / "labels.jsonl"
    path.write_text("\n".join(map(json.dumps, records)) + "\n\n", encoding="utf-8")
    return path


def test_sentences_end_where_they_end() -> None:
    article = parse_article(TEXT)
    assert [article.text[start:end] for start, end in sentences(article)] == [
        "Dam was safe, company says",
        "The union said the dam leaked for weeks.",
        "Mr. Smith of Acme said it never leaked.",
        "“It was dry,” he said.",
        "Rain is expected in the valley on Monday.",
        "Nobody was hurt there.",
    ]


def test_pairs_across_a_dispute_are_contradictions_and_no_others(tmp_path: Path) -> None:
    path = labels(tmp_path, {"article": "dam.txt", "part": "development", "disputes": [DISPUTE]})
    rows = list(all_pairs(path))
    assert len(rows) == 6 * 5 / 2
    found = {(row["a"], row["b"]) for row in rows if row["label"] == "contradiction"}
    union = "The union said the dam leaked for weeks."
    assert found == {(union, "Mr. Smith of Acme said it never leaked."), (union, "“It was dry,” he said.")}
    assert {row["group"] for row in rows} == {"dam"}


def test_what_is_written_is_a_labelled_set(tmp_path: Path) -> None:
    path = labels(
        tmp_path,
        {"article": "dam.txt", "part": "development", "disputes": [DISPUTE]},
        {"article": "dam.txt", "part": "held_out", "disputes": []},
    )
    target = tmp_path / "all.jsonl"
    assert write_all_pairs(path, target, part="development") == {"neutral": 13, "contradiction": 2}
    assert label_counts(read_labelled(target)) == {"entailment": 0, "neutral": 13, "contradiction": 2}
    with pytest.raises(DataError, match="no article of the part 'x'"):
        write_all_pairs(path, target, part="x")


def test_labels_that_do_not_fit(tmp_path: Path) -> None:
    wrong = {**DISPUTE, "for": [{"quote": "the dam burst"}]}
    for record, said in (
        ({"article": "dam.txt", "disputes": [wrong]}, "'the dam burst' does not stand in"),
        ({"article": "dam.txt", "disputes": [{"for": []}]}, "line 1: no labelled article"),
        ({"article": "dam.txt"}, "line 1: no labelled article"),
    ):
        with pytest.raises(DataError, match=said):
            list(all_pairs(labels(tmp_path, record)))
    with pytest.raises(ArticleError):
        list(all_pairs(labels(tmp_path, {"article": "none.txt", "disputes": []})))


def test_the_labelled_articles_of_this_project() -> None:
    path = Path(__file__).parents[2] / "eval/sets/articles/labels.jsonl"
    rows = list(all_pairs(path, part="development"))
    share = sum(row["label"] == "contradiction" for row in rows) / len(rows)
    assert len(rows) > 1000
    assert 0.001 < share < 0.05


def test_the_set_is_what_its_articles_give(tmp_path: Path) -> None:
    sets = Path(__file__).parents[2] / "eval/sets"
    again = tmp_path / "again.jsonl"
    counts = write_all_pairs(sets / "articles/labels.jsonl", again, first=16)
    assert (sets / "base_rate.jsonl").read_text(encoding="utf-8") == again.read_text(encoding="utf-8")
    assert counts == {"neutral": 8374, "contradiction": 142}
    assert {"base_rate"} <= set(own_sets())

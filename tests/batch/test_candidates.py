"""What a user of `nli score --candidates` relies on: near claims are paired once, and no work grows with N²."""

from __future__ import annotations

import functools
import itertools
import json
import random
import re
import zlib

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from score_with_fake import load
from typer.testing import CliRunner

from nli.batch.candidates import CandidateOptions, find_candidates, job_candidates
from nli.batch.neighbours import near_pairs
from nli.errors import InputError, JobError, TableError


def embed(texts):
    """A place for each text that its words decide: texts that share words are near each other."""
    rows = np.zeros((len(texts), 64), dtype=np.float32)
    for row, text in zip(rows, texts):
        for word in re.findall(r"\w+", text.lower()):
            row += np.random.default_rng(zlib.crc32(word.encode())).standard_normal(64)
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)


TOPICS = [
    ("The Acme plant in Leeds is safe.", "The Acme plant in Leeds leaks poison."),
    ("Taxes on fuel rose in May.", "Taxes on fuel did not rise in May."),
    ("Nobody died when the bridge fell.", "Twelve people died when the bridge fell."),
]
ROWS = [
    {"id": f"{number}{side}", "text": text, "speaker": side}
    for number, pair in enumerate(TOPICS)
    for side, text in zip("xy", pair)
]


@pytest.fixture
def find(write, tmp_path):
    """The pairs of some claims."""

    def find(rows, **options):
        write("in.jsonl", rows)
        target = tmp_path / "pairs.parquet"
        found, bad = find_candidates(
            str(tmp_path / "in.jsonl"), "jsonl", str(target), lambda: embed, CandidateOptions(**options)
        )
        return pq.read_table(target).to_pylist(), found, bad

    return find


@pytest.fixture
def nli(monkeypatch, tmp_path):
    """Run `nli score`, with a scorer and an encoder that need no model."""
    from nli.cli.main import app

    monkeypatch.setattr("nli.cli.candidates._load", lambda: embed)
    monkeypatch.setattr("nli.cli.score.model_loader", lambda *_, **__: functools.partial(load, 0.0))
    monkeypatch.chdir(tmp_path)
    return lambda *line: CliRunner().invoke(app, ["score", *map(str, line)])


def test_claims_on_one_subject_are_paired_and_keep_their_columns(find):
    pairs, found, bad = find(ROWS, neighbours=1)
    assert [(pair["id_a"], pair["id_b"]) for pair in pairs] == [("0x", "0y"), ("1x", "1y"), ("2x", "2y")]
    first = pairs[0]
    assert (first["row_a"], first["row_b"], first["times_a"], first["times_b"]) == (1, 2, 1, 1)
    assert (first["a"], first["b"]) == TOPICS[0]
    assert (first["speaker_a"], first["speaker_b"]) == ("x", "y")
    assert 0.15 <= first["similarity"] <= 1
    assert (found.claims, found.texts, found.pairs, found.possible, bad) == (6, 6, 3, 15, [])


def test_pairs_grow_with_claims_times_neighbours(find):
    chance = random.Random(0)
    words = [f"word{number}" for number in range(60)]
    rows = [{"text": " ".join(chance.sample(words, 6))} for _ in range(3000)]
    pairs, found, _ = find(rows, neighbours=5, least=0.0)
    assert 3000 * 5 / 2 <= len(pairs) == found.pairs <= 3000 * 5
    assert len({(pair["row_a"], pair["row_b"]) for pair in pairs}) == len(pairs)
    assert all(pair["row_a"] < pair["row_b"] for pair in pairs)


def test_what_differs_in_one_word_is_found_among_thousands():
    chance = random.Random(1)
    words = [f"word{number}" for number in range(200)]
    texts = [" ".join(chance.sample(words, 6)) for _ in range(2500)]
    planted = [" ".join([*text.split()[:5], "not"]) for text in texts[:200]]
    found = near_pairs(texts + planted, embed, neighbours=3, least=0.15)
    kept = set(zip(found.a.tolist(), found.b.tolist()))
    assert sum((number, len(texts) + number) in kept for number in range(200)) >= 195


def test_the_same_table_gives_the_same_pairs():
    texts = [f"claim {a} of {b}" for a, b in itertools.product(range(30), range(30))]
    one, two = (near_pairs(texts, embed, neighbours=4, least=0.1) for _ in range(2))
    assert np.array_equal(one.a, two.a)
    assert np.array_equal(one.b, two.b)
    assert np.array_equal(one.similarity, two.similarity)


def test_a_claim_made_often_is_compared_once(find):
    pairs, found, _ = find([*ROWS[:2], *ROWS[:2], ROWS[0]], neighbours=5)
    assert [(p["row_a"], p["row_b"], p["times_a"], p["times_b"]) for p in pairs] == [(1, 2, 3, 2)]
    assert (found.claims, found.texts) == (5, 2)


@pytest.mark.parametrize(
    ("rows", "word"),
    [
        ([ROWS[0]], "holds one claim only"),
        ([ROWS[0]] * 4, "holds one claim only, 'The Acme plant in Leeds is safe.'"),
        ([{"text": ""}, {"text": None}], "none of its 2 rows can be scored: column 'text': the text is empty"),
        ([{"text": "cats purr"}, {"text": "taxes rose"}], "lower --least-similarity (it is 0.9)"),
        ([{"a": "x", "b": "y"}], "no known column of claims; its columns are 'a', 'b'"),
        ([{"text": "x", "claim": "y"}], "several columns of claims ('text', 'claim')"),
        ([{"text": "x", "row": 1}], "has a column 'row', which pairs of claims have too; rename it"),
    ],
)
def test_tables_with_nothing_to_compare(find, rows, word):
    with pytest.raises(TableError, match=re.escape(word)):
        find(rows, least=0.9)


def test_claims_without_words(find):
    pairs, _, _ = find([{"text": "!!!"}, {"text": "???"}], least=0.0)
    assert [(pair["a"], pair["b"]) for pair in pairs] == [("!!!", "???")]


def test_claims_that_cannot_be_scored_are_named(find):
    rows = [ROWS[0], {"text": "  "}, {"text": 7}, ROWS[1]]
    pairs, found, bad = find(rows)
    assert [(row.number, row.line) for row in bad] == [(2, 2), (3, 3)]
    assert (pairs[0]["row_a"], pairs[0]["row_b"], found.set_aside) == (1, 4, 2)
    with pytest.raises(InputError, match=r"row 2, line 2: column 'text': the text is empty"):
        find(rows, strict=True)


def test_a_parquet_table_keeps_its_types(tmp_path):
    schema = pa.schema([("claim", pa.large_string()), ("day", pa.date32()), ("tags", pa.list_(pa.string()))])
    columns = [[row["text"] for row in ROWS], list(range(6)), [["t"]] * 6]
    source, target = tmp_path / "in.parquet", tmp_path / "pairs.parquet"
    pq.write_table(pa.table(columns, schema=schema), source)
    find_candidates(str(source), "parquet", str(target), lambda: embed, CandidateOptions(neighbours=1))
    found = pq.read_table(target)
    assert (found.schema.field("day_b").type, found.schema.field("tags_a").type) == (pa.date32(), pa.list_(pa.string()))
    assert found["day_b"].cast(pa.int32()).to_pylist() == [1, 3, 5]


def test_blocks_of_texts_give_the_same_pairs_as_one(monkeypatch):
    texts = [f"The {one} of {two} rose in May." for one in "abcdefg" for two in "hijklmn"] + ["Taxes fell."]
    whole = near_pairs(texts, embed, neighbours=5, least=0.1)
    monkeypatch.setattr("nli.batch.neighbours.BLOCK", 7)  # the last block is a single text
    assert len(texts) % 7 == 1
    parts = near_pairs(texts, embed, neighbours=5, least=0.1)
    assert set(zip(parts.a.tolist(), parts.b.tolist())) == set(zip(whole.a.tolist(), whole.b.tolist()))
    assert whole.similarity.max() <= 1


@pytest.mark.parametrize("places", [("--out", "in.jsonl"), ("--out", "out.jsonl", "--quarantine", "in.jsonl")])
def test_claims_are_never_written_over(nli, write, tmp_path, places):
    write("in.jsonl", [*ROWS, {"text": ""}])
    before = (tmp_path / "in.jsonl").read_bytes()
    done = nli("in.jsonl", "--candidates", *places)
    assert done.exit_code != 0
    assert "is the same file as the" in str(done.exception)
    assert (tmp_path / "in.jsonl").read_bytes() == before


def test_columns_that_attributions_add_are_named(find):
    with pytest.raises(TableError, match="has a column 'speaker', and scoring adds a speaker_a"):
        find(ROWS, attributed=True)
    assert find(ROWS, attributed=True, prefix="nli_")[0]


@pytest.mark.parametrize("target", ["out.jsonl", "out.csv", "out.parquet"])
def test_the_command_writes_one_file(nli, write, tmp_path, target):
    write("in.jsonl", [*ROWS, {"text": ""}])
    done = nli("in.jsonl", "--candidates", "--neighbours", 1, "--out", target)
    assert done.exit_code == 3
    assert "6 claims, 1 set aside: 3 of 15 pairs are worth scoring (20.00%)" in done.stderr
    aside = json.loads((tmp_path / f"{target}.quarantine.jsonl").read_text())
    assert (aside["row"], aside["reason"]) == (7, "column 'text': the text is empty")
    if target == "out.jsonl":
        rows = [json.loads(line) for line in (tmp_path / target).read_text().splitlines()]
        assert [(row["id_a"], row["id_b"], "score" in row) for row in rows] == [
            ("0x", "0y", True),
            ("1x", "1y", True),
            ("2x", "2y", True),
        ]


def test_a_job_embeds_once_and_is_resumed(nli, write, tmp_path, monkeypatch):
    write("in.csv", "id,statement\n" + "".join(f"{row['id']},{row['text']}\n" for row in ROWS) + "bad,\n")
    line = ("in.csv", "--candidates", "--neighbours", 1, "--out", "scored/", "--part-rows", 2, "--workers", 1)
    assert nli(*line).exit_code == 3
    parts = sorted((tmp_path / "scored").glob("part-*.parquet"))
    whole = [part.read_bytes() for part in parts]
    assert [pq.read_table(part)["id_b"].to_pylist() for part in parts] == [["0y", "1y"], ["2y"]]
    assert json.loads((tmp_path / "scored/__quarantine/claims.jsonl").read_text())["row"] == 7

    def fail():
        raise AssertionError("embedded again")

    monkeypatch.setattr("nli.cli.candidates._load", fail)
    parts[1].unlink()
    assert nli(*line, "--resume").exit_code == 3
    assert [part.read_bytes() for part in parts] == whole


def test_a_job_of_other_claims_or_options_is_refused(write, tmp_path):
    def job(**options):
        return job_candidates(
            [str(tmp_path / "in.jsonl")], None, tmp_path / "scored", lambda: embed, "fake", CandidateOptions(**options)
        )

    write("in.jsonl", ROWS)
    place, found = job()
    assert job() == (place, found)
    with pytest.raises(JobError, match="the neighbours was 20, now 3"):
        job(neighbours=3)
    write("in.jsonl", ROWS[:4])
    with pytest.raises(JobError, match="the claims was"):
        job()
    write("in.jsonl", ROWS)
    with open(place, "ab") as file:
        file.write(b"x")
    with pytest.raises(JobError, match="was edited or damaged"):
        job()


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["in.jsonl", "--neighbours", "3"], "are for --candidates"),
        (["in.jsonl", "--candidates", "--columns", "a,b"], "has one column of texts"),
        (["in.jsonl", "--candidates", "--columns", "none", "--out", "out.csv"], "has no column 'none'"),
        (["in.jsonl", "--candidates", "--out", "out.xls"], "suffix '.xls' is unknown"),
        (["in.jsonl", "in2.jsonl", "--candidates", "--out", "scored/"], "one table of claims, not 2"),
        (["--a", "x", "--b", "y", "--candidates"], "are for tables"),
    ],
)
def test_options_that_do_not_fit(nli, write, tmp_path, arguments, word):
    write("in.jsonl", ROWS)
    write("in2.jsonl", ROWS)
    assert word in str(nli(*arguments).exception)
    assert not list(tmp_path.glob("out*"))

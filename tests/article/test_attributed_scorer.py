"""`nli score --attributed`: sentences scored by what they claim, with a scorer that needs no model."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import typer
from overlap_scorer import OverlapScorer
from spacy.language import Language
from typer.testing import CliRunner

import nli.models
from nli.article.attributed import Attributor
from nli.article.attributed_scorer import AttributedScorer
from nli.article.lexicon import Lexicon
from nli.batch.tables import ADDED_COLUMNS, ATTRIBUTED_COLUMNS
from nli.cli.score import score
from nli.errors import JobError
from nli.records import AttributedScore

DENIED = ("Jane Roe said the bridge was closed.", "Tom Poe denied that the bridge was closed.")
OPPOSITE = ("Jane Roe said the bridge was closed.", "Tom Poe said the bridge was not closed.")
AGREED = ("Jane Roe denied that the bridge was closed.", "Tom Poe denied that the bridge was closed.")
HEDGED = ("Jane Roe said the bridge may be closed.", "Tom Poe said the bridge was not closed.")


@pytest.fixture
def scorer(pipeline: Language, lexicon: Lexicon) -> AttributedScorer:
    return AttributedScorer(OverlapScorer(), Attributor(pipeline, lexicon))


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> typer.Typer:
    monkeypatch.setattr(nli.models, "load_model", lambda *_, **__: OverlapScorer())
    monkeypatch.chdir(tmp_path)
    with open("pairs.csv", "w", newline="") as file:
        csv.writer(file).writerows([("a", "b"), DENIED, OPPOSITE, AGREED, HEDGED, ("", "It rained.")])
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(score)
    return app


def test_the_stance_table_decides(scorer: AttributedScorer) -> None:
    denied, opposite, agreed, hedged = scorer.score([DENIED, OPPOSITE, AGREED, HEDGED])
    assert (denied.flag, denied.score) == (True, 1.0)
    assert denied.ab.entailment == 1.0
    assert (opposite.flag, opposite.label) == (True, "contradiction")
    assert (agreed.flag, agreed.score) == (False, 0.0)
    assert isinstance(hedged, AttributedScore)
    assert (hedged.flag, hedged.outcome, hedged.a.stance) == (False, "tension", "hedges")


def test_a_threshold_holds_for_denials_too(pipeline: Language, lexicon: Lexicon) -> None:
    pair = ("Jane Roe said the old bridge was closed.", "Tom Poe denied that the bridge in Bonn was closed.")
    attributor = Attributor(pipeline, lexicon)
    lenient, strict = (AttributedScorer(OverlapScorer(), attributor, threshold=at) for at in (0.3, 0.9))
    assert lenient.score([pair])[0].flag
    assert not strict.score([pair])[0].flag


def test_a_table_gets_the_columns_of_its_claims(app: typer.Typer) -> None:
    result = CliRunner().invoke(app, ["pairs.csv", "--attributed", "--out", "out.csv", "--prefix", "n_"])
    assert result.exit_code == 3, result.output
    assert "2 flagged, 1 could not be scored" in result.stderr
    rows = list(csv.DictReader(Path("out.csv").read_text().splitlines()))
    assert list(rows[0]) == ["a", "b", *(f"n_{name}" for name in ADDED_COLUMNS + ATTRIBUTED_COLUMNS)]
    claims = [(row["n_speaker_b"], row["n_stance_b"], row["n_content_b"], row["n_outcome"]) for row in rows]
    assert claims == [
        ("Tom Poe", "denies", "The bridge was closed.", "contradiction"),
        ("Tom Poe", "asserts", "The bridge was not closed.", "contradiction"),
        ("Tom Poe", "denies", "The bridge was closed.", "none"),
        ("Tom Poe", "asserts", "The bridge was not closed.", "tension"),
    ]
    assert [row["n_flag"] for row in rows] == ["true", "true", "false", "false"]


def test_parquet_and_json_lines_have_them_too(app: typer.Typer) -> None:
    for name in ("out.parquet", "out.jsonl"):
        assert CliRunner().invoke(app, ["pairs.csv", "--attributed", "--out", name]).exit_code == 3
    lines = [json.loads(line) for line in Path("out.jsonl").read_text().splitlines()]
    rows = pq.read_table("out.parquet").to_pylist()
    assert [row["content_a"] for row in rows] == [row["content_a"] for row in lines]
    assert list(rows[0]) == list(lines[0]) == ["a", "b", *ADDED_COLUMNS, *ATTRIBUTED_COLUMNS]


def test_one_pair(app: typer.Typer) -> None:
    pair = ["--attributed", "--a", DENIED[0], "--b", "Tom Poe rejected Roe's claim."]
    shown = CliRunner().invoke(app, pair).stdout
    assert "a: Jane Roe asserts: The bridge was closed." in shown
    assert "b: Tom Poe denies: The bridge was closed." in shown
    assert "flagged, contradiction: Tom Poe denies this very claim" in shown
    record = json.loads(CliRunner().invoke(app, [*pair, "--json"]).stdout)
    assert (record["speaker_b"], record["outcome"], record["flag"]) == ("Tom Poe", "contradiction", True)


def test_a_column_of_that_name_is_refused(app: typer.Typer) -> None:
    Path("own.csv").write_text("a,b,content_a\nx,y,z\n")
    result = CliRunner().invoke(app, ["own.csv", "--attributed", "--out", "out.csv"])
    assert "already has 'content_a'" in str(result.exception)


@pytest.mark.shipped
def test_a_job_in_a_folder_is_resumed_only_as_it_was_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("pairs.jsonl").write_text(json.dumps({"a": DENIED[0], "b": DENIED[1]}) + "\n")
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(score)
    job = ["pairs.jsonl", "--out", "scored/", "--workers", "1"]
    assert CliRunner().invoke(app, [*job, "--attributed"]).exit_code == 0
    (row,) = pq.read_table("scored").to_pylist()
    assert (row["stance_b"], row["flag"], row["score"]) == ("denies", True, 1.0)
    result = CliRunner().invoke(app, [*job, "--resume"])
    assert isinstance(result.exception, JobError)
    assert "attributed was True, now False" in str(result.exception)

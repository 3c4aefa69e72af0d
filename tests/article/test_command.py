"""`nli article` with a scorer that needs no model."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from overlap_scorer import FIXTURES, SEED, OverlapScorer
from typer.testing import CliRunner

import nli.models
from nli.cli.article import article
from nli.cli.output import write_atomically
from nli.errors import ArticleError, NliError, OutputError

app = typer.Typer(pretty_exceptions_enable=False)
app.command()(article)


@pytest.fixture(autouse=True)
def no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nli.models, "load_model", lambda name, **given: OverlapScorer())


def run(*arguments: str, stdin: str | bytes | None = None) -> tuple[str, str]:
    result = CliRunner().invoke(app, list(arguments), input=stdin, env={"COLUMNS": "200"})
    if result.exception is not None and isinstance(result.exception, NliError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout, result.stderr


def test_the_table_shows_who_contradicts_whom(tmp_path: Path) -> None:
    out, err = run(str(SEED))
    assert "Dispute 1" in out
    assert "Volodymyr Zelenskiy" in out
    assert "Ukraine tried to attack" in out
    assert "pairs possible" in out
    assert "warning: " in err


def test_json_has_the_documented_form(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    run(str(SEED), "--json", str(file))
    report = json.loads(file.read_text("utf-8"))
    assert list(report) == [
        "schema_version", "source", "sources", "model", "claims", "disputes", "contradictions", "tensions",
        "pairs_possible", "pairs_scored", "warnings",
    ]  # fmt: skip
    assert (report["schema_version"], report["model"]) == (2, "overlap")
    text = SEED.read_text("utf-8")
    ids = set()
    for claim in report["claims"]:
        assert list(claim) == [
            "id", "speaker", "side", "stance", "text", "quote", "start", "end", "speaker_span", "cue_span", "via",
            "source", "denies_claim", "resolved",
        ]  # fmt: skip
        assert text[claim["start"] : claim["end"]] == claim["quote"]
        ids.add(claim["id"])
    for pair in report["contradictions"]:
        assert list(pair) == ["a", "b", "score", "basis"]
        assert {pair["a"], pair["b"]} <= ids
        assert 0 <= pair["score"] <= 1
    for dispute in report["disputes"]:
        assert set(dispute["asserted_by"]) | set(dispute["disputed_by"]) <= ids
        assert dispute["evidence"]
    assert [item.name for item in tmp_path.iterdir()] == ["report.json"]


def test_json_to_standard_output_is_nothing_but_json() -> None:
    out, _ = run(str(FIXTURES / "court.txt"), "--json", "-")
    assert json.loads(out)["contradictions"]


def test_standard_input() -> None:
    out, _ = run("-", "--json", "-", stdin="\ufeffJane Roe said “the bridge” was closed.".encode())
    assert json.loads(out)["source"] == "standard input"


def test_brackets_in_an_article_are_no_markup() -> None:
    text = "Ghana accused Togo of closing the [bold]border[/red].\n\nTogo denied the accusation."
    out, _ = run("-", stdin=text)
    assert "[bold]border[/red" in out


def test_a_threshold_is_a_probability() -> None:
    result = CliRunner().invoke(app, [str(SEED), "--threshold", "2"])
    assert result.exit_code == 2
    assert "--threshold" in result.output


def test_errors_are_raised_for_the_main_command_to_show(tmp_path: Path) -> None:
    with pytest.raises(ArticleError):
        run(str(tmp_path / "none.txt"))
    with pytest.raises(OutputError, match="no folder"):
        run(str(SEED), "--json", str(tmp_path / "none" / "report.json"))
    with pytest.raises(OutputError, match="is a directory"):
        run(str(SEED), "--json", str(tmp_path))


def test_a_failed_write_leaves_nothing_behind(tmp_path: Path) -> None:
    file = tmp_path / "sub"
    file.mkdir()
    (file / "x").touch()
    with pytest.raises(OutputError, match="cannot be written"):
        write_atomically(file, "text")
    assert [item.name for item in tmp_path.iterdir()] == ["sub"]


def test_several_articles_are_compared(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("2026-05-03 Jane Roe said the new bridge in Lund was closed.")
    (tmp_path / "b.md").write_text("# News\n\nTom Poe said the new bridge in Lund was not closed.")
    out, _ = run(str(tmp_path), "--json", "-")
    report = json.loads(out)
    assert [source["date"] for source in report["sources"]] == ["2026-05-03", None]
    (dispute,) = report["disputes"]
    assert (dispute["asserted_by"], dispute["disputed_by"]) == (["1.c1"], ["2.c1"])
    shown, _ = run(str(tmp_path))
    assert "a.txt:1:" in shown.replace("\n", "")

"""`nli eval` as a user types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from nli.cli.main import app
from nli.errors import NliError
from nli.evaluation.comparison_file import Comparisons

ROOT = Path(__file__).parents[2]
LABELLED = ROOT / "eval" / "sets" / "article.jsonl"


def call(*arguments: object) -> Result:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture
def model(tiny_exported: Path) -> tuple[object, ...]:
    return ("--model", tiny_exported, "--no-probe", "--resamples", 100)


def test_figures_with_their_intervals_are_printed_and_written(model: tuple[object, ...], tmp_path: Path) -> None:
    target = tmp_path / "figures.json"
    result = call("eval", LABELLED, *model, "--rows", 40, "--out", target)
    for word in ("accuracy", "macro-F1", "contradiction recall", "ECE uncalibrated", "confusion", "negation", "95 %"):
        assert word in result.output
    written = json.loads(target.read_text())
    assert written["results"][0]["rows"] == 40
    assert len(written["model"]["sha256"]) == 64
    again = call("eval", "article", *model, "--rows", 40, "--json", "-")
    assert json.loads(again.stdout)["results"][0]["figures"] == written["results"][0]["figures"]


def test_a_two_way_set_is_said_to_be_one(model: tuple[object, ...], tmp_path: Path) -> None:
    table = tmp_path / "own.csv"
    table.write_text("first,second,verdict\na man,a dog,no\nthe cat,the cat,yes\na man,a cat,-\n")
    labels = "yes=entailment,no=not_entailment"
    output = call(
        "eval", table, *model, "--columns", "first,second", "--label-column", "verdict", "--labels", labels
    ).output
    assert "note a two-way set" in output
    assert "note rows labelled '-' left out: 1" in output
    assert "not entailment F1" in output
    assert "contradiction F1" not in output
    with pytest.raises(NliError, match="'no' is no VALUE=LABEL"):
        call("eval", table, *model, "--labels", "yes=entailment,no")


def test_a_model_of_two_labels_is_refused(own_bert: Path, tmp_path: Path) -> None:
    from tiny import save_tiny_bert

    two = save_tiny_bert(tmp_path / "two", labels=("entailment", "not_entailment"))
    with pytest.raises(NliError, match=r"2 classes .* no three-way NLI labels.*use a three-way NLI model"):
        call("eval", LABELLED, "--model", two)


def test_nowhere_to_write_is_said_before_the_work(model: tuple[object, ...], tmp_path: Path) -> None:
    with pytest.raises(NliError, match="there is no folder"):
        call("eval", LABELLED, *model, "--out", tmp_path / "none" / "x.json")


def test_the_gate_has_an_exit_status(model: tuple[object, ...], tmp_path: Path) -> None:
    target = tmp_path / "results.json"
    passed = call("eval", LABELLED, *model, "--rows", 60, "--out", target, "--with-pairs", "--fail-over", "ece=1")
    assert passed.exit_code == 0
    assert "passed  article: ece must be at most 1" in passed.output
    failed = call("eval", LABELLED, *model, "--rows", 60, "--fail-under", "contradiction_f1=0.99")
    assert failed.exit_code == 1
    assert "FAILED  article: contradiction_f1 must be at least 0.99" in failed.output
    same = call("eval", LABELLED, *model, "--rows", 60, "--baseline", target)
    assert same.exit_code == 0
    assert same.output.count("no worse") == 7
    with pytest.raises(NliError, match="other rows of article"):
        call("eval", LABELLED, *model, "--rows", 50, "--baseline", target)


def test_models_and_results_are_compared(model: tuple[object, ...], tiny_bert: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept.json"
    call("eval", LABELLED, *model, "--rows", 60, "--out", kept, "--with-pairs")
    compared, differing = tmp_path / "compared.json", tmp_path / "differing.jsonl"
    options = ("--set", LABELLED, "--rows", 60, "--no-probe", "--resamples", 100)
    page = tmp_path / "compared.md"
    web = tmp_path / "compared.html"
    written = ("--out", compared, "--differences", differing, "--markdown", page, "--html", web)
    output = call("compare", kept, f"{tiny_bert}@torch", *options, *written).output
    assert "No difference between kept.json and" in output
    assert "exact McNemar test" in output
    file = Comparisons.model_validate_json(compared.read_text())
    assert {about.backend for about in file.models.values()} == {"onnx", "torch"}
    assert all(about.sha256 for about in file.models.values())
    (one,) = json.loads(compared.read_text())["comparisons"]
    assert one["rows"] == 60
    assert one["set"]["rows_sha256"] in page.read_text()
    assert one["conclusion"][0] in page.read_text()
    assert one["mcnemar"]["independent"] is False  # pairs of the article share their premises
    assert "too small, since pairs of a group are not independent" in " ".join(output.split())
    assert {d["name"] for d in one["differences"]} >= {"accuracy", "contradiction_f1", "ece"}
    assert len(differing.read_text().splitlines()) == len(one["differ"])
    bare = tmp_path / "bare.json"
    call("eval", LABELLED, *model, "--rows", 60, "--out", bare)
    for arguments, said in (
        ((kept, bare, *options), "bare.json does not keep what was said about each pair"),
        ((kept, kept, "--set", LABELLED), "kept.json was measured on other rows of article"),
        ((kept, *options), "at least two models"),
    ):
        with pytest.raises(NliError, match=said):
            call("compare", *arguments)


def test_calibrate_saves_a_copy_that_score_uses(tiny_exported: Path, tmp_path: Path) -> None:
    target = tmp_path / "mine"
    options = ("--set", LABELLED, "--rows", 80, "--no-probe", "--precision", 0.3)
    output = call("calibrate", *options, "--model", tiny_exported, "--out", target).output
    for said in ("temperature", "recall", "had no part in the choice", f"nli score --model {target}"):
        assert said in " ".join(output.split()), said
    threshold = json.loads((target / "nli.json").read_text())["calibration"]["onnx"]["threshold"]
    one = ("--a", "a man", "--b", "no man", "--json", "--no-probe")
    assert json.loads(call("score", *one, "--model", target).stdout)["threshold"] == threshold
    for arguments, said in (
        ((*options, "--out", target, "--model", tiny_exported), "exists; name a folder that does not"),
        (options, "the shipped model is not a folder of yours; save a calibrated copy with --out DIR"),
        ((tiny_exported, "--model", tiny_exported, *options), "said twice"),
    ):
        with pytest.raises(NliError, match=said):
            call("calibrate", *arguments)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("a man", "a dog", "neutral")], "no pair is labelled entailment or contradiction"),
        ([("a man", "a dog", "contradiction")] * 2, "rows that repeat a pair: 1"),
        ([("a man", "a dog", "neutral"), ("a man", "a dog", "contradiction")], "repeated with another label"),
        ([("a man", "a dog", "neutral"), ("a man", "a cat", "neutral")], "all pairs are of one group"),
        ([("a man", "a dog", "entailment"), ("a cat", "a dog", "not_entailment")], "two-way"),
    ],
)
def test_meagre_sets_are_measured_as_far_as_they_go(
    model: tuple[object, ...], tmp_path: Path, rows: list[tuple[str, str, str]], said: str
) -> None:
    table = tmp_path / "set.jsonl"
    lines = [json.dumps({"a": a, "b": b, "label": label, "slice": "s"}) for a, b, label in rows]
    table.write_text("\n".join(lines))
    page, text, out = (tmp_path / name for name in ("page.html", "page.md", "out.json"))
    output = call("eval", table, *model, "--html", page, "--markdown", text, "--out", out, "--with-pairs").output
    assert said in " ".join(output.split())
    for written in (output, page.read_text(), text.read_text()):
        assert "nan" not in written.split("<script")[0].lower()
    json.loads(out.read_text(), parse_constant=pytest.fail)
    compared = call("compare", out, model[1], "--set", table, "--no-probe", "--resamples", 100)
    assert compared.exit_code == 0
    assert "nan" not in compared.output.lower()


def test_labels_that_are_none_are_listed(model: tuple[object, ...], tmp_path: Path) -> None:
    table = tmp_path / "set.csv"
    table.write_text("a,b,label\na man,a dog,maybe\na man,a cat,neutral\na dog,a cat,2\n")
    with pytest.raises(NliError, match=r"row 1: 'maybe' is not an NLI label; row 3: '2' is not.*--labels 0=entailment"):
        call("eval", table, *model)

"""The README keeps its promises."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from nli.cli.main import app
from nli.evaluation.results import read_results
from nli.report.markdown import models_table, with_error

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "eval" / "results"
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def test_every_command_of_the_table_exists_with_its_options() -> None:
    commands = get_command(app).commands
    table = re.findall(r"^\| `nli ([a-z]+)([^`]*)`", README, flags=re.MULTILINE)
    assert {name for name, _ in table} == set(commands)
    for name, rest in table:
        known = {option for parameter in commands[name].params for option in parameter.opts}
        assert set(re.findall(r"--[a-z-]+", rest)) <= known


def test_the_two_commands_are_targets_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.findall(r"^make (\w+)", blocks("sh")[0], flags=re.MULTILINE) == ["demo", "test"]
    for target in ("demo", "test"):
        assert re.search(rf"^{target}:", makefile, flags=re.MULTILINE)


@pytest.mark.shipped
def test_the_python_example_runs_and_says_what_one_expects() -> None:
    (code,) = blocks("python")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    first, *claims = done.stdout.splitlines()
    assert first.startswith("contradiction ")
    assert first.endswith(" True")
    assert any(line.startswith("Acme asserts") for line in claims)
    assert any(" denies " in line for line in claims)


def marked(name: str) -> str:
    found = re.search(rf"<!-- {name} -->\n(.*?)<!-- /{name} -->", README, flags=re.DOTALL)
    assert found is not None
    return found[1]


def test_the_table_beside_the_baselines_is_that_of_the_results() -> None:
    names = [
        *sorted(RESULTS.glob("baseline-*.json")),
        RESULTS / "nli-minilm-l6.json",
        RESULTS / "nli-minilm-l6-fp32.json",
    ]
    files = [read_results(path) for path in names]
    sets = ["article", "news", "mnli_mismatched", "snli"]
    assert marked("table") == "\n".join(models_table(files, name, sets) for name in ("accuracy", "contradiction_f1"))


def test_the_figures_of_the_model_are_those_of_its_results() -> None:
    results = {one.set.name: one for one in read_results(RESULTS / "nli-minilm-l6.json").results}
    names = ("accuracy", "macro_f1", "contradiction_f1", "flag_precision", "flag_recall", "ece")
    for line in marked("figures").splitlines()[2:]:
        name, pairs, *cells = [cell.strip() for cell in line.strip("|").split("|")]
        assert pairs == f"{results[name].rows:,}"
        assert cells == [with_error(figure, results[name].figures[figure]) for figure in names], name


def test_every_linked_file_exists() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target


@pytest.mark.shipped
def test_the_shown_demo_is_what_the_program_prints_today() -> None:
    shown = re.search(r"<!-- demo -->\n```text\n(.*?)```\n<!-- /demo -->", README, flags=re.DOTALL)
    assert shown is not None
    command = [str(Path(sys.executable).parent / "nli"), "article", "seeds/article.txt"]
    environment = {"COLUMNS": "110", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT, env=environment)
    printed = [line.rstrip() for line in done.stdout.splitlines()]
    for line in shown.group(1).splitlines():
        assert line.rstrip() in printed or line.strip() in ("", "..."), line

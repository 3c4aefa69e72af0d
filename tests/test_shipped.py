"""What users of the shipped model rely on, measured on the shipped model itself."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import nli
from nli.article.pipeline import check_article
from nli.evaluation.sets import LabelledSet, read_labelled
from nli.models import find_model, load_model
from nli.scoring import Scorer

ROOT = Path(__file__).parents[1]
ARTICLE = ROOT / "seeds" / "article.txt"
SET = ROOT / "eval" / "sets" / "article.jsonl"

pytestmark = pytest.mark.shipped


@pytest.fixture(scope="module")
def scorer() -> Scorer:
    return nli.load_model()


@pytest.fixture(scope="module")
def labelled() -> LabelledSet:
    return read_labelled(SET)


def test_plain_pairs_come_out_right(scorer: Scorer) -> None:
    wanted = {
        ("Ukraine attacked the residence.", "There was no attack on the residence."): "contradiction",
        (
            "Ninety-one drones were launched at the residence.",
            "Fewer than twenty drones were launched.",
        ): "contradiction",
        ("The drones were destroyed by Russian air defences.", "The drones were destroyed."): "entailment",
        ("Trump met Zelenskiy in Florida on Sunday.", "Russia controls the power station."): "neutral",
    }
    for pair, label in wanted.items():
        assert scorer.score([pair])[0].label == label, pair


def test_identical_texts_never_contradict(scorer: Scorer, labelled: LabelledSet) -> None:
    texts = list(dict.fromkeys(text for pair in labelled.pairs for text in pair))
    for text, result in zip(texts, scorer.score([(text, text) for text in texts]), strict=True):
        assert result.label != "contradiction", text
        assert not result.flag, text


def test_unrelated_texts_are_hardly_ever_flagged(scorer: Scorer, labelled: LabelledSet) -> None:
    other = [row.strip() for row in (ROOT / "eval/sets/GUIDE.md").read_text(encoding="utf-8").splitlines()]
    sentences = [row for row in other if len(row.split()) > 8][:40]
    texts = random.Random(0).sample([text for pair in labelled.pairs for text in pair], 40)
    pairs = [(a, b) for a, b in zip(texts, sentences)]
    assert sum(result.flag for result in scorer.score(pairs)) <= 1


def test_answers_do_not_depend_on_company(scorer: Scorer, labelled: LabelledSet) -> None:
    pairs = list(labelled.pairs[:60])
    together = scorer.score(pairs)
    random.Random(1).shuffle(order := list(range(len(pairs))))
    shuffled = scorer.score([pairs[i] for i in order])
    for position, index in enumerate(order):
        assert shuffled[position].score == pytest.approx(together[index].score, abs=1e-5)
        assert shuffled[position].label == together[index].label
    for index in range(10):
        assert scorer.score([pairs[index]])[0].score == pytest.approx(together[index].score, abs=1e-5)


def test_the_onnx_model_is_the_torch_model(labelled: LabelledSet) -> None:
    onnx, torch = (load_model(backend=name) for name in ("onnx", "torch"))
    pairs = list(labelled.pairs[:80])
    ours, theirs = onnx.logits(pairs)[0], torch.logits(pairs)[0]
    assert (ours.argmax(axis=1) == theirs.argmax(axis=1)).mean() >= 0.9  # int8 against single precision


def test_the_seed_article_shows_who_contradicts_whom(scorer: Scorer) -> None:
    text = ARTICLE.read_text(encoding="utf-8")
    report = check_article(ARTICLE, scorer)
    claims = {claim.id: claim for claim in report.claims}
    assert report.contradictions
    found = {frozenset((claims[c.a].side, claims[c.b].side)) for c in report.contradictions}
    assert found == {frozenset(("Russia", "Ukraine"))}  # nobody else disputes anything in this article
    voices = [claims[identity] for c in report.contradictions for identity in (c.a, c.b)]
    deniers = {claim.speaker for claim in voices if claim.stance == "denies"}
    assert deniers == {"Ukraine", "Volodymyr Zelenskiy"}
    assert {claim.side for claim in voices if claim.stance == "asserts"} == {"Russia"}
    for item in report.contradictions:
        assert "residence" in claims[item.a].text + claims[item.b].text
    for claim in report.claims:
        assert text[claim.span.start : claim.span.end] == claim.quote


def test_the_model_folder_is_whole_and_small() -> None:
    folder = find_model()
    listed = {line.split("  ")[1] for line in (folder.path / "SHA256SUMS").read_text().splitlines()}
    assert {"model.onnx", "model.safetensors", "config.json", "tokenizer.json", "nli.json"} <= listed
    assert (folder.path / "README.md").is_file()
    assert (folder.path / "model.onnx").stat().st_size < 30e6
    assert folder.calibration("onnx").fitted_on
    assert folder.calibration("torch").fitted_on


def test_a_wheel_works_offline_in_an_empty_environment(tmp_path: Path) -> None:
    built = tmp_path / "dist"
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(built), str(ROOT)],
        check=True,
        capture_output=True,
    )
    (wheel,) = built.glob("*.whl")
    venv = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    python = venv / "bin" / "python"
    # The dependencies are lent by this environment; the package itself must come from the wheel.
    purelib = subprocess.run(
        [str(python), "-c", "import sysconfig; print(sysconfig.get_paths()['purelib'])"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    subprocess.run([str(python), "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", str(wheel)], check=True)
    import numpy

    (Path(purelib) / "lent.pth").write_text(str(Path(numpy.__file__).parents[1]) + "\n")
    code = (
        "import json, nli, pathlib; result = nli.score_pairs([('It rains.', 'It does not rain.')])[0];"
        "print(json.dumps([str(pathlib.Path(nli.__file__).parent), result.label]))"
    )
    environment = {"HF_HUB_OFFLINE": "1", "PATH": "/usr/bin:/bin", "no_proxy": "*"}
    done = subprocess.run(
        [str(python), "-c", code], check=True, capture_output=True, text=True, cwd=tmp_path, env=environment
    )
    place, label = json.loads(done.stdout)
    assert place.startswith(str(venv))
    assert label == "contradiction"
    shutil.rmtree(venv)

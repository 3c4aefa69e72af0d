"""The HTML report: whole without a network, readable, and its explorer does what it says (in a real browser)."""

from __future__ import annotations

import re
import shutil
import struct
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from made import by_chance, labelled, score

from nli.evaluation.metrics import measure
from nli.evaluation.results import ModelRecord, collect_results, set_result
from nli.evaluation.run import Evaluation, find_slices
from nli.evaluation.scored import Scored, gather
from nli.evaluation.sets import LabelledSet, Truth
from nli.labels import LABELS
from nli.report.html import render_html

BROWSER = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
)
in_browser = pytest.mark.skipif(not BROWSER, reason="no chromium is installed (apt-get install chromium)")

NASTY = "</script><img src=x onerror=alert(1)> & “quotes” {{ braces }}"


def page(one: LabelledSet, scored: Scored) -> str:
    slices = {name: measure(scored.take(np.array(rows)), resamples=100) for name, rows in find_slices(one).items()}
    found = Evaluation(one, scored, measure(scored, resamples=100), slices, ("a note",), 1.0, 99.0, 1.0)
    model = ModelRecord(name="m<odel>", backend="onnx", sha256="ab", threshold=0.6, temperature=1.0, fitted_on="")
    file = collect_results(model, [set_result(found)], seed=0, resamples=100, arguments=["nli", "eval", "x"])
    return render_html(file, [(one, scored)])


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = by_chance(300, seed=4)
    kinds = [f"s{n % 3}" for n in range(300)]
    one = labelled([LABELS[i] for i in made.truth], slices=kinds)
    pairs = tuple((f"{a} {NASTY}", b) for a, b in one.pairs)
    one = LabelledSet("made", pairs, one.labels, one.slices, 0, "0" * 64, 300, one.groups)
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(page(one, made), encoding="utf-8")
    return path


class Outside(HTMLParser):
    """Collects everything through which a page could reach out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.scripts = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.scripts += tag == "script"
        for name, value in attrs:
            if name in ("src", "srcset", "data", "action") or (name == "href" and not (value or "").startswith("#")):
                self.found.append(f"{tag} {name}={value}")


def test_the_page_needs_nothing_from_outside(report: Path) -> None:
    text = report.read_text(encoding="utf-8")
    outside = Outside()
    outside.feed(text)
    assert outside.found == []
    assert outside.scripts == 2
    assert not re.search(r"https?://|@import|url\(", text)
    assert "default-src 'none'" in text


def test_texts_cannot_break_out(report: Path) -> None:
    text = report.read_text(encoding="utf-8")
    assert "<img src=x" not in text
    assert "m&lt;odel&gt;" in text


def test_everything_is_on_the_page(report: Path) -> None:
    text = report.read_text(encoding="utf-8")
    for word in (
        "accuracy",
        "flag recall",
        "a note",
        "average precision",
        "before calibration",
        "polyline",
        "s2",
        "99 MiB",
    ):
        assert word in text, word
    assert text.count('class="card"') == 6


@pytest.mark.parametrize(
    "truth",
    [["neutral"], ["neutral", "neutral"], ["contradiction"] * 3, ["entailment", "not_entailment"]],
)
def test_meagre_sets_have_a_page_too(truth: list[Truth]) -> None:
    one = labelled(truth)
    text = page(one, gather(one, [score("contradiction")] * len(truth)))
    assert "nan" not in text.lower().replace("tenant", "")
    assert "None" not in text


def browse(path: Path, *options: str, at: str = "") -> str:
    command = [
        BROWSER,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--hide-scrollbars",
        *options,
        path.as_uri() + at,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return done.stdout


@in_browser
@pytest.mark.parametrize(
    ("view", "wanted"),
    [
        ("", lambda made: made.predicted != made.truth),
        ("#?show=missed", lambda made: made.contradicts & ~made.flag),
        ("#?show=false", lambda made: ~made.contradicts & made.flag),
        ("#?show=&truth=neutral&said=contradiction", lambda made: (made.truth == 1) & (made.predicted == 2)),
        ("#?show=&slice=s1", lambda made: np.arange(300) % 3 == 1),
        ("#?show=&words=b177+a177", lambda made: np.arange(300) == 177),
    ],
)
def test_the_explorer_filters(report: Path, view: str, wanted) -> None:  # type: ignore[no-untyped-def]
    shown = browse(report, "--dump-dom", at=view)
    count = int(wanted(by_chance(300, seed=4)).sum())
    assert f">{count} of 300 pairs<" in shown
    assert shown.count("contradiction score 0.") == min(count, 50)


@in_browser
def test_the_explorer_sorts(report: Path) -> None:
    for view, reverse in (("surest", True), ("unsurest", False)):
        shown = browse(report, "--dump-dom", at=f"#?sort={view}")
        sure = [int(number) for number in re.findall(r"predicted \w+ \((\d+) %\)", shown)]
        assert len(sure) > 10
        assert sure == sorted(sure, reverse=reverse)


@in_browser
@pytest.mark.parametrize("scheme", [0, 1], ids=["dark", "light"])
def test_it_fits_a_phone_and_follows_the_scheme(report: Path, tmp_path: Path, scheme: int) -> None:
    from PIL import Image

    # No window of a browser without a screen is narrower than 500 pixels; a frame in one may be.
    frame = tmp_path / "phone.html"
    frame.write_text(
        f'<body style="margin: 0"><iframe src="{report.as_uri()}" scrolling="no" '
        'style="width: 360px; height: 1600px; border: 0"></iframe>'
    )
    target = tmp_path / "shot.png"
    browse(frame, "--window-size=500,1600", f"--blink-settings=preferredColorScheme={scheme}", f"--screenshot={target}")
    width, height = struct.unpack(">II", target.read_bytes()[16:24])
    assert (width, height) == (500, 1600)
    with Image.open(target) as shot:
        pixels = np.asarray(shot.convert("L"), dtype=float)[:, :360]
    assert pixels[:, :8].std() < 2  # nothing reaches over the edges
    assert pixels[:, -4:].std() < 2
    ground = float(np.median(pixels))
    assert ground < 60 if scheme == 0 else ground > 230
    assert abs(pixels - ground).max() > 120  # and there is something to read

"""The page of a comparison: whole without a network, escapes what it shows, and says what the file says."""

from __future__ import annotations

from typing import Any

from made import by_chance, labelled, score, scored

from nli.evaluation.comparison import compare
from nli.evaluation.comparison_file import Comparisons, collect_comparisons, comparison_record
from nli.evaluation.results import ModelRecord
from nli.evaluation.sets import LabelledSet
from nli.labels import LABELS
from nli.report.comparison import differing_rows
from nli.report.comparison_html import MOST_ROWS, render_comparisons

NASTY = "</script><img src=x onerror=alert(1)> & {{ braces }}"


def made(count: int) -> tuple[Comparisons, list[list[dict[str, Any]]]]:
    first = by_chance(count, seed=4)
    one = labelled([LABELS[i] for i in first.truth], slices=[f"s{n % 2}" for n in range(count)])
    pairs = tuple((f"{a} {NASTY}", b) for a, b in one.pairs)
    one = LabelledSet("made", pairs, one.labels, one.slices, 0, "0" * 64, count, one.groups)
    # A model that knows the truth against one that guesses.
    second = scored(one.labels, [score(label) for label in one.labels])
    record = comparison_record(one, compare(one, ("guess", first), ("kn<ow", second), resamples=100))
    model = ModelRecord(name="m", backend="onnx", sha256="ab", threshold=0.6, temperature=1.0, fitted_on="")
    file = collect_comparisons({"guess": model, "kn<ow": model}, [record], seed=0, resamples=100)
    return file, [differing_rows(one, record, (first, second))]


def test_the_page_says_what_the_file_says() -> None:
    file, differing = made(120)
    page = render_comparisons(file, differing)
    (one,) = file.comparisons
    assert one.conclusion[0].replace("<", "&lt;") in page
    assert f"{len(one.differ)} pairs get another answer or flag" in page
    assert page.count('<li class="') == len(one.differ)
    assert 'class="bar change shown"' in page
    for slice_name in one.slices:
        assert f'<th scope="row">{slice_name}</th>' in page


def test_the_page_reaches_nowhere_and_escapes_all() -> None:
    page = render_comparisons(*made(60))
    assert NASTY not in page
    assert "kn<ow" not in page
    assert "default-src 'none'" in page
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")


def test_what_does_not_fit_on_the_page_is_counted() -> None:
    file, differing = made(1800)
    page = render_comparisons(file, differing)
    over = len(differing[0]) - MOST_ROWS
    assert over > 0
    assert f"{over:,} more are not on this page" in page

"""`nli compare`: whether one model is better than another on the same labelled pairs."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nli.cli.options import Backend, LabelMap, NoProbe, parse_columns, parse_label_map
from nli.cli.output import check_target, write_atomically
from nli.cli.progress import progress_bar
from nli.cli.sets import (
    Columns,
    Config,
    Copies,
    GroupColumn,
    LabelColumn,
    Labels,
    Resamples,
    Rows,
    Seed,
    SliceColumn,
    Split,
    read_sets,
    where,
)
from nli.errors import DataError

if TYPE_CHECKING:
    from nli.evaluation.results import ModelRecord
    from nli.evaluation.scored import Scored
    from nli.evaluation.sets import LabelledSet
    from nli.models import BackendName


def compare(
    models: Annotated[
        list[str],
        typer.Argument(
            help="Two or more: shipped models, local folders, hub ids (with @onnx or @torch behind it for a backend), "
            "or results files that nli eval wrote --with-pairs."
        ),
    ],
    sets: Annotated[list[str], typer.Option("--set", help="Labelled pairs, as for nli eval; may be repeated.")],
    backend: Backend = "auto",
    label_map: LabelMap = None,
    no_probe: NoProbe = False,
    columns: Columns = None,
    label_column: LabelColumn = None,
    labels: Labels = None,
    slice_column: SliceColumn = None,
    group_column: GroupColumn = None,
    config: Config = None,
    split: Split = None,
    copies: Copies = None,
    rows: Rows = None,
    seed: Seed = 0,
    resamples: Resamples = 2000,
    show: Annotated[int, typer.Option(min=0, help="Print so many of the pairs on which two models differ.")] = 5,
    differences: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write all pairs on which two models differ, as JSON lines.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="FILE", help="Write the comparison as JSON.")
    ] = None,
    markdown: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the comparison as Markdown.")] = None,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the comparison as one HTML page.")] = None,
) -> None:
    """Compare models on the same labelled pairs.

    Every figure with its change and the interval of that change (paired
    bootstrap), the exact McNemar test, slices, the pairs on which two models
    differ, and what all that shows. p-values are corrected for the number of
    figures, slices and comparisons (Holm).
    """
    from rich.console import Console

    from nli.evaluation.comparison import compare as run
    from nli.evaluation.comparison_file import collect_comparisons, comparison_record
    from nli.evaluation.results import as_text
    from nli.report.comparison import comparisons_markdown, differing_rows, print_comparison, print_differing

    if len(models) < 2:
        raise DataError("nli compare needs at least two models or results files; one alone is for nli eval")
    for target in (differences, out, markdown, html):
        if target is not None:
            check_target(target)
    place = where(
        parse_columns(columns),
        label_column,
        labels,
        slice_column,
        group_column,
        config=config,
        split=split,
        copies=copies,
    )
    labelled = read_sets(sets, place, rows=rows, seed=seed)
    names = _distinct(models)
    scored = [
        _score(model, name, labelled, backend, parse_label_map(label_map), not no_probe)
        for model, name in zip(models, names)
    ]
    duels = list(itertools.combinations(range(len(models)), 2))
    console = Console()
    found = []
    differing: list[list[dict[str, object]]] = []
    for index, one in enumerate(labelled):
        for first, second in duels:
            both = scored[first][1][index], scored[second][1][index]
            comparison = comparison_record(
                one,
                run(
                    one,
                    (names[first], both[0]),
                    (names[second], both[1]),
                    family=len(duels) * len(labelled),
                    seed=seed,
                    resamples=resamples,
                ),
            )
            found.append(comparison)
            print_comparison(console, comparison)
            print_differing(console, one, comparison, both, show)
            differing.append(differing_rows(one, comparison, both))
    if differences is not None:
        write_atomically(
            differences, "".join(json.dumps(row, ensure_ascii=False) + "\n" for rows_of in differing for row in rows_of)
        )
    models_used = {name: about for name, (about, _) in zip(names, scored)}
    file = collect_comparisons(models_used, found, seed=seed, resamples=resamples)
    if out is not None:
        write_atomically(out, as_text(file))
    if markdown is not None:
        write_atomically(markdown, comparisons_markdown(file))
    if html is not None:
        from nli.report.comparison_html import render_comparisons

        write_atomically(html, render_comparisons(file, differing))


def _distinct(models: list[str]) -> list[str]:
    """Names to show: the last part of a path where that tells the models apart, else what the user wrote."""
    short = [Path(model).name for model in models]
    return short if len(set(short)) == len(short) else list(models)


def _score(
    model: str,
    name: str,
    sets: list[LabelledSet],
    backend: BackendName,
    label_map: dict[str, str] | None,
    probe: bool,
) -> tuple[ModelRecord, list[Scored]]:
    from nli.evaluation.earlier import find_result, restore
    from nli.evaluation.results import model_record, read_results
    from nli.evaluation.run import score_set
    from nli.models import BACKENDS, load_model

    if model.endswith(".json"):
        results = read_results(Path(model))
        kept = [find_result(results, one.name, one.rows_sha256(), model) for one in sets]
        found = []
        for one, result in zip(sets, kept):
            if result.pairs is None:
                raise DataError(f"{model} does not keep what was said about each pair; write it with --with-pairs")
            found.append(restore(one, result.pairs, results.model.calibration))
        return results.model, found
    place, _, wanted = model.rpartition("@")
    known = next((one for one in BACKENDS if one == wanted), None)
    scorer = load_model(place if known else model, backend=known or backend, label_map=label_map, probe=probe)
    found = []
    for one in sets:
        with progress_bar(f"{name} on {one.name}") as progress:
            found.append(score_set(one, scorer, progress=progress))
    return model_record(scorer), found

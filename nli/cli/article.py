"""`nli article`: who contradicts whom in a news article."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from nli.cli.options import Backend, LabelMap, Model, NoProbe, Threshold, parse_label_map
from nli.cli.output import check_target, write_atomically

if TYPE_CHECKING:
    from nli.article.reading import Article
    from nli.records import ArticleReport, Claim, Contradiction

_TENSIONS_SHOWN = 5


def article(
    path: Annotated[str, typer.Argument(help="A UTF-8 text file with one article; - for standard input.")],
    json_file: Annotated[
        str | None, typer.Option("--json", metavar="FILE", help="Write the report as JSON; - for standard output.")
    ] = None,
    model: Model = None,
    backend: Backend = "auto",
    threshold: Threshold = None,
    label_map: LabelMap = None,
    no_probe: NoProbe = False,
    spacy_model: Annotated[
        str | None, typer.Option("--spacy-model", help="The spaCy pipeline that parses the article.")
    ] = None,
) -> None:
    """Find the claims of an article, who makes them, and which of them contradict each other."""
    # Imported here, so that the other commands start without spaCy and the model.
    from nli.article.pipeline import check_article
    from nli.article.reading import decode_article, read_article

    labels = parse_label_map(label_map)
    if json_file not in (None, "-"):
        check_target(Path(str(json_file)))
    read = decode_article(sys.stdin.buffer.read(), source="standard input") if path == "-" else read_article(path)

    from nli.models import load_model

    scorer = load_model(model, backend=backend, label_map=labels, probe=not no_probe)
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
    cell = f"[bold]{escape(claim.speaker)}[/bold] {claim.stance} ({line}:{column})\n{escape(claim.text)}"
    if claim.denies_claim is not None:  # its text is the other's; its own words show that it denies it
        cell += f"\n[italic]{escape(claim.quote)}[/italic]"
    return cell

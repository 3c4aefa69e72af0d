"""The report of `nli article`, as JSON and on a terminal."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from nli.records import ArticleReport, Claim, Contradiction, Dispute, Span

if TYPE_CHECKING:
    from nli.article.reading import Article

SCHEMA_VERSION = 2
_TENSIONS_SHOWN = 5


def to_json(report: ArticleReport, *, model: str) -> str:
    """The report as JSON text, in the form of docs/article-json.md."""
    table = {
        "schema_version": SCHEMA_VERSION,
        "source": report.source,
        "sources": [{"name": item.name, "date": item.date, "title": item.title} for item in report.sources],
        "model": model,
        "claims": [_claim(claim) for claim in report.claims],
        "disputes": [_dispute(dispute) for dispute in report.disputes],
        "contradictions": [_pair(pair) for pair in report.contradictions],
        "tensions": [_pair(pair) for pair in report.tensions],
        "pairs_possible": report.pairs_possible,
        "pairs_scored": report.pairs_scored,
        "warnings": list(report.warnings),
    }
    # A lone surrogate cannot be written as UTF-8; no text that was read as an article holds one.
    return json.dumps(table, ensure_ascii=False, indent=2) + "\n"


def _claim(claim: Claim) -> dict[str, Any]:
    return {
        "id": claim.id,
        "speaker": claim.speaker,
        "side": claim.side,
        "stance": claim.stance,
        "text": claim.text,
        "quote": claim.quote,
        "start": claim.span.start,
        "end": claim.span.end,
        "speaker_span": _span(claim.speaker_span),
        "cue_span": _span(claim.cue_span),
        "via": [{"speaker": item.speaker, "start": item.span.start, "end": item.span.end} for item in claim.via],
        "source": claim.article,
        "denies_claim": claim.denies_claim,
        "resolved": claim.resolved,
    }


def _span(span: Span | None) -> list[int] | None:
    return [span.start, span.end] if span is not None else None


def _dispute(dispute: Dispute) -> dict[str, Any]:
    return {
        "proposition": dispute.proposition,
        "score": round(dispute.score, 6),
        "asserted_by": list(dispute.asserted_by),
        "disputed_by": list(dispute.disputed_by),
        "evidence": [_pair(pair) for pair in dispute.evidence],
    }


def _pair(pair: Contradiction) -> dict[str, str | float]:
    return {"a": pair.a, "b": pair.b, "score": round(pair.score, 6), "basis": pair.basis}


def show(report: ArticleReport, articles: Sequence[Article], console: Console) -> None:
    """Print a report: each dispute once with its voices, the strongest tensions, and how much was looked at."""
    claims = {claim.id: claim for claim in report.claims}
    for number, dispute in enumerate(report.disputes, 1):
        console.print(_voices(number, dispute, claims, articles))
    if not report.disputes:
        console.print("No contradictions found.")
    if report.tensions:
        console.print(_tensions(report.tensions[:_TENSIONS_SHOWN], claims, articles))
        if len(report.tensions) > _TENSIONS_SHOWN:
            console.print(f"... and {len(report.tensions) - _TENSIONS_SHOWN} more tensions (--json has them all)")
    attributed = sum(claim.speaker != "article" for claim in report.claims)
    console.print(
        f"{len(report.claims)} claims ({attributed} attributed), {report.pairs_possible} pairs possible, "
        f"{report.pairs_scored} scored, {_counted(len(report.disputes), 'dispute')} "
        f"in {_counted(len(report.contradictions), 'contradiction')}, "
        f"{_counted(len(report.tensions), 'tension')}",
        highlight=False,
    )


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _voices(number: int, dispute: Dispute, claims: Mapping[str, Claim], articles: Sequence[Article]) -> Table:
    title = f"Dispute {number} ({dispute.score:.2f}): {escape(dispute.proposition)}"
    table = Table(title=title, title_justify="left", title_style="bold")
    table.add_column("who")
    table.add_column("where", no_wrap=True)
    table.add_column("words of the article")
    for place, side in enumerate((dispute.asserted_by, dispute.disputed_by)):
        for identity in side:
            claim = claims[identity]
            role = "denies" if claim.stance == "denies" else "says otherwise" if place else "asserts"
            speaker = f"[bold]{escape(claim.speaker)}[/bold] {role}"
            table.add_row(speaker, escape(_where(claim, articles)), escape(_words(claim)))
        table.add_section()
    reasons = dict.fromkeys(pair.basis for pair in dispute.evidence)
    table.caption = escape("; ".join(reasons))
    table.caption_justify = "left"
    return table


def _words(claim: Claim) -> str:
    return " ".join(claim.quote.split())


def _where(claim: Claim, articles: Sequence[Article]) -> str:
    """Line and column, with the article's name and date before them where there are several."""
    article = articles[claim.article]
    line, column = article.position(claim.span.start)
    if len(articles) == 1:
        return f"{line}:{column}"
    dated = f" ({article.date})" if article.date else ""
    return f"{article.source}:{line}:{column}{dated}"


def _tensions(pairs: Sequence[Contradiction], claims: Mapping[str, Claim], articles: Sequence[Article]) -> Table:
    table = Table(title="Tensions: one side only hopes, guesses or demands", title_justify="left", show_lines=True)
    table.add_column("score", justify="right", no_wrap=True)
    table.add_column("who")
    table.add_column("against")
    table.add_column("why")
    for pair in pairs:
        cells = (_cell(claims[pair.a], articles), _cell(claims[pair.b], articles))
        table.add_row(f"{pair.score:.2f}", *cells, escape(pair.basis))
    return table


def _cell(claim: Claim, articles: Sequence[Article]) -> str:
    where = escape(_where(claim, articles))
    cell = f"[bold]{escape(claim.speaker)}[/bold] {claim.stance} ({where})\n{escape(claim.text)}"
    if claim.denies_claim is not None:  # its text is the other's; its own words show that it denies it
        cell += f"\n[italic]{escape(_words(claim))}[/italic]"
    return cell

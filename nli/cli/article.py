"""`nli article`: who contradicts whom in a news article, or across several."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from nli.cli.article_report import show, to_json
from nli.cli.options import Backend, LabelMap, Model, NoProbe, parse_label_map
from nli.cli.output import check_target, write_atomically


def article(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH...",
            help="Articles as text, Markdown or HTML; folders of them; - for standard input.",
            show_default=False,
        ),
    ],
    json_file: Annotated[
        str | None, typer.Option("--json", metavar="FILE", help="Write the report as JSON; - for standard output.")
    ] = None,
    self_contradictions: Annotated[
        bool, typer.Option("--self-contradictions", help="Compare also what one party says in different places.")
    ] = False,
    model: Model = None,
    backend: Backend = "auto",
    threshold: Annotated[
        float | None,
        typer.Option(
            min=0.0,
            max=1.0,
            help="Report pairs from this probability on.",
            show_default="0.8; the model's for what is denied",
        ),
    ] = None,
    label_map: LabelMap = None,
    no_probe: NoProbe = False,
    spacy_model: Annotated[
        str | None, typer.Option("--spacy-model", help="The spaCy pipeline that parses the article.")
    ] = None,
) -> None:
    """Find the claims of articles, who makes them, and which of them contradict each other."""
    # Imported here, so that the other commands start without spaCy and the model.
    from nli.article.pipeline import check_articles
    from nli.article.reading import decode_article, find_articles, read_article

    labels = parse_label_map(label_map)
    if json_file not in (None, "-"):
        check_target(Path(str(json_file)))
    articles = []
    for path in paths:
        if path == "-":
            articles.append(decode_article(sys.stdin.buffer.read(), source="standard input"))
        else:
            articles += [read_article(file) for file in find_articles(path)]

    from nli.models import load_model

    scorer = load_model(model, backend=backend, label_map=labels, probe=not no_probe)
    report = check_articles(
        articles, scorer, spacy_model=spacy_model, threshold=threshold, self_contradictions=self_contradictions
    )
    errors = Console(stderr=True)
    for warning in report.warnings:
        errors.print(f"warning: {escape(warning)}", style="yellow", highlight=False)
    if json_file == "-":
        sys.stdout.write(to_json(report, model=scorer.name))
        return
    if json_file is not None:
        write_atomically(Path(json_file), to_json(report, model=scorer.name))
    show(report, articles, Console())

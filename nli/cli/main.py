"""The command `nli`."""

from __future__ import annotations

import sys

import typer

from nli.cli.article import article
from nli.cli.average import average
from nli.cli.calibrate import calibrate
from nli.cli.compare import compare
from nli.cli.eval import evaluate
from nli.cli.export import export
from nli.cli.models import models
from nli.cli.score import score
from nli.cli.train import train
from nli.errors import NliError

app = typer.Typer(
    name="nli",
    help="Finds statements that contradict each other.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(score)
app.command()(article)
app.command(name="eval")(evaluate)
app.command()(compare)
app.command()(calibrate)
app.command()(models)
app.command()(train)
app.command()(average)
app.command()(export)


@app.callback(invoke_without_command=True)
def _main(
    version: bool = typer.Option(False, "--version", help="Show the version."),
) -> None:
    if version:
        from nli import __version__

        typer.echo(f"nli {__version__}")
        raise typer.Exit


def run() -> None:
    """Run the command line; a known error ends with one line and exit status 2."""
    try:
        app()
    except NliError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)

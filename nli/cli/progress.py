"""A progress bar on the terminal, and a line now and then everywhere else."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator


@contextlib.contextmanager
def progress_bar(what: str, *, quiet: bool = False) -> Iterator[Callable[[int, float | None], None] | None]:
    """A bar on standard error with the count of rows, the rate and the time left; a line every half minute in a pipe.

    Args:
        what: what is being done, in front of the bar.
        quiet: show nothing.

    Yields:
        What to call with the rows done and the part of the input that is done, in [0, 1] or None if unknown; None
        where nothing is shown.
    """
    if quiet:
        yield None
        return
    if not sys.stderr.isatty():
        yield _lines(what)
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
    from rich.text import Text

    class Rate(ProgressColumn):
        def render(self, task: Task) -> Text:
            rows = int(task.fields["rows"])
            seconds = task.finished_time or task.elapsed or 0.0
            return Text(f"{rows:,} rows, {rows / seconds:,.0f} a second" if rows and seconds else f"{rows:,} rows")

    columns = (TextColumn("{task.description}"), BarColumn(), Rate(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = None

        def update(rows: int, fraction: float | None) -> None:
            nonlocal task
            # The bar begins with the first report, so that loading a model does not count into the rate.
            if task is None:
                task = bar.add_task(what, total=None, rows=0)
            bar.update(task, rows=rows, completed=fraction or 0.0, total=1.0 if fraction is not None else None)

        yield update


LINE_SECONDS = 30.0
"""So many seconds pass between two lines of a log; a job that is done before leaves none."""


def _lines(what: str) -> Callable[[int, float | None], None]:
    started: float | None = None
    last = 0.0

    def update(rows: int, fraction: float | None) -> None:
        nonlocal started, last
        now = time.monotonic()
        if started is None:
            started = last = now
        if now - last < LINE_SECONDS:
            return
        last = now
        share = f" ({fraction:.0%})" if fraction is not None else ""
        tell(f"{what}: {rows:,} rows{share}, {rows / (now - started):,.0f} a second")

    return update


def tell(line: str) -> None:
    """Write a line of the log. Whoever reads it may go before the job ends ("... 2>&1 | head"); the job goes on."""
    with contextlib.suppress(BrokenPipeError):
        print(line, file=sys.stderr, flush=True)

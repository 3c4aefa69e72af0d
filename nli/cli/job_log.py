"""How a job in a folder tells what it does: a bar on a terminal, a line a part everywhere else."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from nli.batch.folder import JobStatus
from nli.batch.folder_job import Tally, Watch
from nli.batch.manifest import Receipt
from nli.cli.progress import tell


@dataclass(frozen=True, slots=True)
class Listeners:
    """What a job calls: `watch` for each part, `scored` with the pairs scored in between (a bar only)."""

    watch: Watch | None
    scored: Callable[[int], None] | None


@contextlib.contextmanager
def job_log(*, quiet: bool = False) -> Iterator[Listeners]:
    """Tell on standard error how far a job is, unless `quiet`."""
    if quiet:
        yield Listeners(None, None)
    elif not sys.stderr.isatty():
        yield Listeners(_write_line, None)
    else:
        with _bar() as listeners:
            yield listeners


def duration(seconds: float) -> str:
    """A time in words: `45 s`, `12 min`, `3 h 05 min`, `4 d 3 h`."""
    minutes, hours = round(seconds / 60), seconds / 3600
    if seconds < 90:
        return f"{seconds:.0f} s"
    if minutes < 120:
        return f"{minutes} min"
    if hours < 48:
        return f"{minutes // 60} h {minutes % 60:02} min"
    return f"{hours // 24:.0f} d {hours % 24:.0f} h"


def left(rows: int, rate: float) -> str:
    """How many rows are left, and how long they will take."""
    return f"{rows:,} left" + (f" ({duration(rows / rate)})" if rate > 0 and rows else "")


def describe_job(tally: Tally) -> str:
    """What a job did, in a line."""
    said = [
        f"{tally.scored:,} rows scored in {tally.parts:,} part{'s' * (tally.parts != 1)}",
        f"{tally.flagged:,} flagged",
    ]
    if tally.truncated:
        said.append(f"{tally.truncated:,} longer than the model reads and scored in windows")
    said.append(f"{tally.quarantined:,} set aside" if tally.quarantined else "none set aside")
    if tally.done > tally.before:
        now = f" {tally.done - tally.before:,}" if tally.before else ""
        said.append(f"this run{now} in {duration(tally.seconds)} ({tally.rate:,.0f} a second)")
    else:
        said.append("nothing was left to do")
    return ", ".join(said)


def describe_status(status: JobStatus) -> str:
    """How far a job is, in lines."""
    state = f"running ({status.holder})" if status.holder else status.state
    if status.state == "stopped":
        state += "; the same command with --resume goes on with it"
    lines = [
        state,
        f"{status.parts_done:,} of {status.parts:,} parts",
        f"{status.scored:,} of {status.rows:,} rows scored, {status.flagged:,} flagged, "
        f"{status.truncated:,} in windows, {status.quarantined:,} set aside",
    ]
    if status.rate:
        lines.append(f"{status.rate:,.0f} rows a second, {left(status.rows_left, status.rate)}")
    return "\n".join(lines)


def _write_line(tally: Tally, receipt: Receipt | None) -> None:
    if receipt is None:
        if tally.parts_done:
            tell(f"resumed: {tally.parts_done:,} of {tally.parts:,} parts are done")
        return
    aside = f", {receipt.quarantined:,} set aside" if receipt.quarantined else ""
    tell(
        f"{receipt.part}: {receipt.scored:,} rows scored{aside}; {tally.parts_done:,} of {tally.parts:,} parts, "
        f"{tally.rate:,.0f} rows a second, {left(tally.rows - tally.done, tally.rate)}"
    )


@contextlib.contextmanager
def _bar() -> Iterator[Listeners]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    columns = (TextColumn("Scoring"), BarColumn(), TextColumn("{task.fields[said]}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None, said="")
        known = Tally(rows=0, parts=0)
        since = 0

        def show() -> None:
            # Pairs of parts that are not down yet; rows that repeat a pair count when their part is down.
            rows = min(known.done + since, known.rows)
            new, seconds = rows - known.before, bar.tasks[task].elapsed or 0.0
            rate = new / seconds if seconds else 0.0
            aside = f", {known.quarantined:,} set aside" if known.quarantined else ""
            said = f"{rows:,} of {known.rows:,} rows{aside}, {rate:,.0f} a second, {left(known.rows - rows, rate)}"
            bar.update(task, completed=rows, total=known.rows, said=said)

        def watch(tally: Tally, receipt: Receipt | None) -> None:
            nonlocal known, since
            known = tally
            since = max(0, since - receipt.rows) if receipt else 0
            show()

        def scored(pairs: int) -> None:
            nonlocal since
            since += pairs
            show()

        yield Listeners(watch, scored)

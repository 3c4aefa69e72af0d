"""Comparisons of models on the terminal and as Markdown, and the pairs on which they differ."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from nli.batch.tables import clip
from nli.evaluation.comparison import shown_p
from nli.evaluation.comparison_file import ChangeRecord, ComparisonRecord, Comparisons, McNemarRecord
from nli.evaluation.figures import FIGURES, show
from nli.evaluation.scored import Scored
from nli.evaluation.sets import LabelledSet
from nli.labels import LABELS
from nli.report.markdown import table_row

HEADS = ("first", "second", "change (95 % interval)", "p", "p corrected")


def print_comparison(console: Console, one: ComparisonRecord) -> None:
    """Print what two models differ in on a set, and the conclusion."""
    console.print(
        f"\n[bold]{escape(one.first)}[/bold] against [bold]{escape(one.second)}[/bold] on {escape(one.set.name)}"
    )
    for note in one.notes:
        console.print(f"[yellow]note[/yellow] {escape(note)}")
    table = Table("", *HEADS, box=None, pad_edge=False)
    for change in one.differences:
        table.add_row(FIGURES[change.name].title, *cells(change))
    console.print(table)
    console.print(mcnemar_sentence(one.mcnemar))
    if one.slices:
        slices = Table("accuracy of slices", *HEADS, box=None, pad_edge=False)
        for name, change in one.slices.items():
            slices.add_row(escape(name), *cells(change))
        console.print(slices)
    for sentence in one.conclusion:
        console.print(f"[bold]{escape(sentence)}[/bold]")


def cells(change: ChangeRecord) -> tuple[str, ...]:
    """What stands under `HEADS` for a figure."""
    name, by = change.name, change.change
    interval = "" if by.low is None or by.high is None else f" ({show(name, by.low)} to {show(name, by.high)})"
    return (
        _shown(name, change.first),
        _shown(name, change.second),
        ("–" if by.value is None else show(name, by.value, signed=True)) + interval,
        _p(change.p),
        _p(change.corrected),
    )


def _shown(name: str, value: float | None) -> str:
    return "–" if value is None else show(name, value)


def _p(value: float | None) -> str:
    return shown_p(math.nan if value is None else value)


def mcnemar_sentence(test: McNemarRecord) -> str:
    """McNemar's test in words, without a full stop."""
    said = (
        f"only the first is right on {test.only_first:,} pairs, only the second on {test.only_second:,} (exact McNemar "
        f"test: p {_p(test.p)}"
    )
    return said + (")" if test.independent else "; too small, since pairs of a group are not independent)")


def print_differing(
    console: Console, labelled: LabelledSet, one: ComparisonRecord, models: tuple[Scored, Scored], most: int
) -> None:
    """Print the first `most` pairs on which two models differ."""
    console.print(f"{len(one.differ):,} of {len(labelled.pairs):,} pairs get another answer or flag")
    for row in one.differ[:most]:
        a, b = labelled.pairs[row]
        said = " / ".join(_answer(scored, row) for scored in models)
        console.print(f"  {escape(clip(a, 160))}\n  {escape(clip(b, 160))}")
        console.print(f"    true {labelled.labels[row]}; {said}", style="dim")


def _answer(scored: Scored, row: int) -> str:
    label = scored.classes[scored.predicted[row]]
    return f"{label} {scored.score[row]:.2f}{', flagged' if scored.flag[row] else ''}"


def differing_rows(labelled: LabelledSet, one: ComparisonRecord, models: tuple[Scored, Scored]) -> list[dict[str, Any]]:
    """The pairs on which two models differ, with what each says about them, as plain values."""
    rows = []
    for row in one.differ:
        a, b = labelled.pairs[row]
        values: dict[str, Any] = {"set": labelled.name, "a": a, "b": b, "label": labelled.labels[row]}
        values["slice"] = labelled.slices[row]
        for place, name, scored in zip(("first", "second"), (one.first, one.second), models):
            values[place] = {
                "model": name,
                "label": scored.classes[scored.predicted[row]],
                **{label: round(float(scored.table[row, index]), 6) for index, label in enumerate(LABELS)},
                "score": round(float(scored.score[row]), 6),
                "flag": bool(scored.flag[row]),
            }
        rows.append(values)
    return rows


def comparisons_markdown(file: Comparisons) -> str:
    """Comparisons as a page for a paper or a discussion."""
    lines = [
        "# Comparison",
        "",
        f"`{file.command}`, {file.created}. Shares in per cent, {file.level:.0%} intervals of changes by the paired "
        f"bootstrap ({file.resamples:,} resamples of whole groups, seed {file.seed}), p-values corrected by Holm.",
        "",
    ]
    for name, model in file.models.items():
        threshold = "–" if model.threshold is None else f"{model.threshold:.3f}"
        lines.append(f"- {name}: {model.backend}, flags from {threshold}, sha256 `{model.sha256 or '–'}`")
    for one in file.comparisons:
        lines += ["", f"## {one.first} against {one.second} on {one.set.name}", ""]
        lines += [f"{one.rows:,} pairs, sha256 of the rows `{one.set.rows_sha256}`.", ""]
        lines += [f"- {note}" for note in one.notes] + ([""] if one.notes else [])
        lines += _table("figure", {FIGURES[change.name].title: change for change in one.differences})
        lines += [f"{mcnemar_sentence(one.mcnemar)}.", ""]
        if one.slices:
            lines += _table("accuracy of slices", one.slices)
        lines += [f"**{' '.join(one.conclusion)}**"]
    return "\n".join(lines) + "\n"


def _table(head: str, changes: dict[str, ChangeRecord]) -> Sequence[str]:
    rows = [table_row([name, *cells(change)]) for name, change in changes.items()]
    return [table_row([head, *HEADS]), table_row(["---", *["---:"] * len(HEADS)]), *rows, ""]

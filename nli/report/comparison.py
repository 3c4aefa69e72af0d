"""Comparisons of models on the terminal, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from nli.batch.tables import clip
from nli.evaluation.comparison import Comparison, Difference, shown_p
from nli.evaluation.figures import FIGURES, show
from nli.evaluation.scored import Scored
from nli.evaluation.sets import LabelledSet
from nli.labels import LABELS


def print_comparison(console: Console, labelled: LabelledSet, one: Comparison) -> None:
    """Print what two models differ in on a set, and the conclusion."""
    console.print(f"\n[bold]{escape(one.first)}[/bold] against [bold]{escape(one.second)}[/bold] on {labelled.name}")
    table = Table("", "first", "second", "change (95 % interval)", "p", "corrected", box=None, pad_edge=False)
    for difference in one.differences:
        table.add_row(FIGURES[difference.name].title, *_cells(difference))
    console.print(table)
    console.print(
        f"only the first is right on {one.mcnemar.only_first:,} pairs, only the second on "
        f"{one.mcnemar.only_second:,} (exact McNemar test: p {shown_p(one.mcnemar.p)})"
    )
    if one.slices:
        slices = Table(
            "accuracy of slices", *("first", "second", "change", "p", "p corrected"), box=None, pad_edge=False
        )
        for name, difference in one.slices.items():
            slices.add_row(escape(name), *_cells(difference))
        console.print(slices)
    for sentence in one.conclusion:
        console.print(f"[bold]{escape(sentence)}[/bold]")


def _cells(difference: Difference) -> tuple[str, str, str, str, str]:
    name, change = difference.name, difference.change
    interval = "" if change.low != change.low else f" ({show(name, change.low)} to {show(name, change.high)})"
    return (
        show(name, difference.first),
        show(name, difference.second),
        show(name, change.value, signed=True) + interval,
        shown_p(difference.p),
        shown_p(difference.corrected),
    )


def print_differing(
    console: Console, labelled: LabelledSet, one: Comparison, models: tuple[Scored, Scored], most: int
) -> None:
    """Print the first `most` pairs on which two models differ."""
    console.print(f"{len(one.differ):,} of {len(labelled.pairs):,} pairs get another answer or flag")
    for row in list(one.differ)[:most]:
        a, b = labelled.pairs[row]
        said = " / ".join(_answer(scored, row) for scored in models)
        console.print(f"  {escape(clip(a, 160))}\n  {escape(clip(b, 160))}")
        console.print(f"    true {labelled.labels[row]}; {said}", style="dim")


def _answer(scored: Scored, row: int) -> str:
    label = scored.classes[scored.predicted[row]]
    return f"{label} {scored.score[row]:.2f}{', flagged' if scored.flag[row] else ''}"


def differing_rows(labelled: LabelledSet, one: Comparison, models: tuple[Scored, Scored]) -> list[dict[str, Any]]:
    """The pairs on which two models differ, with what each says about them, as plain values."""
    rows = []
    for row in one.differ:
        a, b = labelled.pairs[row]
        values: dict[str, Any] = {"set": labelled.name, "a": a, "b": b, "label": labelled.labels[row]}
        values["slice"] = labelled.slices[row]
        for name, scored in zip(("first", "second"), models):
            values[name] = {
                "model": one.first if name == "first" else one.second,
                "label": scored.classes[scored.predicted[row]],
                **{label: round(float(scored.table[row, index]), 6) for index, label in enumerate(LABELS)},
                "score": round(float(scored.score[row]), 6),
                "flag": bool(scored.flag[row]),
            }
        rows.append(values)
    return rows


def comparison_json(found: Sequence[tuple[LabelledSet, Comparison]], *, seed: int, resamples: int) -> str:
    """Comparisons as JSON; what cannot be told is null."""
    values = [
        {"set": labelled.name, "rows": len(labelled.pairs), "rows_sha256": labelled.rows_sha256(), **asdict(one)}
        for labelled, one in found
    ]
    text = {"schema_version": 1, "seed": seed, "resamples": resamples, "comparisons": _plain(values)}
    return json.dumps(text, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, float):
        return round(value, 6) if abs(value) != float("inf") and value == value else None
    return value

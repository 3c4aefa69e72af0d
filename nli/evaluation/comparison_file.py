"""The file of a comparison: what was compared, how, and what came of it, as JSON with a schema."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Literal

from pydantic import Field

from nli.evaluation.comparison import Comparison
from nli.evaluation.intervals import LEVEL
from nli.evaluation.provenance import Number, Provenance, Record, provenance
from nli.evaluation.results import FigureRecord, ModelRecord, SetRecord, set_record
from nli.evaluation.sets import LabelledSet

SCHEMA_VERSION: Literal[2] = 2


class ChangeRecord(Record):
    """How a figure of the second model differs from that of the first. null where it cannot be told."""

    name: str = Field(description="of the figure; see docs/evaluation.md for what each means")
    first: Number
    second: Number
    change: FigureRecord = Field(description="second minus first")
    p: Number = Field(description="how likely a change of this size is by chance")
    corrected: Number = Field(description="the same, corrected for all that was looked at together")


class McNemarRecord(Record):
    """Pairs that only one of the two gets right, and the exact test of McNemar on them."""

    only_first: int
    only_second: int
    p: Number
    independent: bool = Field(description="whether each pair is a group of its own, without which p is too small")


class ComparisonRecord(Record):
    """Two models on a set."""

    set: SetRecord
    rows: int
    notes: list[str] = Field(description="what a reader of the figures should know of the set")
    first: str
    second: str
    differences: list[ChangeRecord] = Field(description="of the main figures")
    others: list[ChangeRecord] = Field(description="of the other figures, not corrected")
    mcnemar: McNemarRecord
    slices: dict[str, ChangeRecord] = Field(description="of the accuracy of each slice")
    differ: list[int] = Field(description="rows, from 0, whose likeliest label or flag differs")
    conclusion: list[str]


class Comparisons(Provenance):
    """A file of comparisons."""

    schema_version: Literal[2] = SCHEMA_VERSION
    seed: int
    resamples: int
    level: float = LEVEL
    models: dict[str, ModelRecord] = Field(description="by the names used here")
    comparisons: list[ComparisonRecord]


def comparison_record(labelled: LabelledSet, one: Comparison) -> ComparisonRecord:
    """The record of a comparison on a set."""
    values: dict[str, Any] = asdict(one)
    values |= {"set": set_record(labelled), "rows": len(labelled.pairs), "notes": labelled.notes}
    return ComparisonRecord.model_validate(values)


def collect_comparisons(
    models: dict[str, ModelRecord], comparisons: Sequence[ComparisonRecord], *, seed: int, resamples: int
) -> Comparisons:
    """The file of comparisons that this program's command made."""
    made = provenance()
    return Comparisons(**dict(made), seed=seed, resamples=resamples, models=models, comparisons=list(comparisons))

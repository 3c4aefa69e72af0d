"""The results file: everything that was measured and all that is needed to measure it again, as JSON with a schema."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from nli.calibration import Calibration, Triple
from nli.errors import DataError
from nli.evaluation.curves import contradiction_reliability, label_reliability, precision_recall
from nli.evaluation.intervals import LEVEL
from nli.evaluation.metrics import Measured
from nli.evaluation.provenance import Number, Provenance, Record, provenance
from nli.evaluation.run import Evaluation
from nli.evaluation.sets import LabelledSet
from nli.labels import LABELS
from nli.models import fingerprint
from nli.scoring import Scorer

SCHEMA_VERSION: Literal[2] = 2
_INNERMOST = re.compile(r"[\[{][^\[\]{}]*[\]}]")
_BREAK = re.compile(r"\n *")


class FigureRecord(Record):
    """A figure. null where there is nothing to measure, or where the rows are too few to tell how sure it is."""

    value: Number = Field(description="what was measured; shares are in [0, 1]")
    error: Number = Field(description="standard error, by the bootstrap over groups")
    low: Number = Field(description="lower end of the 95 % interval")
    high: Number = Field(description="upper end of the 95 % interval")


class Part(Record):
    """What was measured on the rows of a set or of one of its slices."""

    rows: int = Field(ge=1, description="pairs")
    groups: int = Field(ge=1, description="independent groups of pairs, which are resampled whole")
    counts: dict[str, int] = Field(description="pairs with each true label")
    figures: dict[str, FigureRecord] = Field(description="by name; see docs/evaluation.md for what each means")
    confusion: list[list[int]] = Field(description="pairs by true label (rows) and likeliest label (columns)")


class BinRecord(Record):
    """A bin of a reliability diagram."""

    low: float
    high: float
    pairs: int
    predicted: Number = Field(description="mean probability")
    observed: Number = Field(description="share that came true")
    observed_low: Number
    observed_high: Number


class Reliability(Record):
    """Reliability diagrams."""

    label: list[BinRecord] = Field(description="of the likeliest label a→b: the bins of `ece`")
    label_raw: list[BinRecord] = Field(description="the same before calibration: the bins of `ece_raw`")
    contradiction: list[BinRecord] = Field(description="of the probability of contradiction a→b; none if two-way")


class CurveRecord(Record):
    """Precision against recall of the contradiction score, one value a point, from the highest threshold on."""

    threshold: list[Number]
    precision: list[Number]
    recall: list[Number]


class SetRecord(Record):
    """Which set was evaluated."""

    name: str
    sha256: str = Field(description="of the file; of the rows for a set that is no file")
    rows_sha256: str = Field(description="of the pairs and labels that were evaluated, in their order")
    total: int = Field(description="labelled pairs in the set, more than `rows` if a sample was evaluated")
    dropped: int = Field(description="rows without an agreed label, left out")
    classes: list[str] = Field(description="the order of `confusion`")
    two_way: bool = Field(description="whether only entailment and its absence are told apart")


class PairsRecord(Record):
    """What the model said about each pair, in the order of the set; for comparisons without scoring again."""

    truth: list[str]
    entailment: list[float] = Field(description="probability a→b")
    neutral: list[float]
    contradiction: list[float]
    contradiction_back: list[float] = Field(description="probability of contradiction b→a")
    flag: list[bool]
    group: list[int]


class SetResult(Part):
    """What a model achieves on a set."""

    set: SetRecord
    notes: list[str] = Field(description="what a reader of the figures should know")
    slices: dict[str, Part]
    reliability: Reliability
    precision_recall: CurveRecord
    pairs_per_second: Number = Field(description="both directions of a pair count as one")
    seconds: Number = Field(description="time of scoring")
    measuring_seconds: Number = Field(description="time of all figures and intervals")
    peak_memory_mib: Number = Field(description="most memory that the process had until all pairs were scored")
    pairs: PairsRecord | None = None


class ModelRecord(Record):
    """Which model was evaluated."""

    name: str
    backend: str
    sha256: str | None = Field(description="of the sums of the model's files; null for what has none")
    threshold: Number = Field(description="flags are contradiction scores from here on")
    temperature: Number = Field(description="what logits were divided by")
    fitted_on: str = Field(description="what the calibration was fitted on; empty if nothing was fitted")
    scales: Triple = Field(
        (1.0, 1.0, 1.0), description="what centred logits were multiplied by (entailment, neutral, contradiction)"
    )
    biases: Triple = Field((0.0, 0.0, 0.0), description="what was added to them")
    exponent: Number = Field(1.0, description="the power to which centred logits were raised before that")

    @property
    def calibration(self) -> Calibration:
        """How the model's logits became probabilities."""
        return Calibration(
            self.temperature or 1.0, scales=self.scales, biases=self.biases, exponent=self.exponent or 1.0
        )


class Results(Provenance):
    """A results file."""

    schema_version: Literal[2] = SCHEMA_VERSION
    seed: int
    resamples: int
    level: float = LEVEL
    model: ModelRecord
    results: list[SetResult]


def model_record(scorer: Scorer) -> ModelRecord:
    """The record of a model."""
    sha256 = fingerprint(scorer.folder) if scorer.folder is not None else None
    return record_of(scorer.name, scorer.backend.name, sha256, scorer.calibration)


def record_of(name: str, backend: str, sha256: str | None, calibration: Calibration) -> ModelRecord:
    """The record of whatever scores pairs; `sha256` is None for what has no files."""
    return ModelRecord(
        name=name,
        backend=backend,
        sha256=sha256,
        threshold=calibration.threshold,
        temperature=calibration.temperature,
        fitted_on=calibration.fitted_on,
        scales=calibration.scales,
        biases=calibration.biases,
        exponent=calibration.exponent,
    )


def set_record(labelled: LabelledSet) -> SetRecord:
    """The record of a labelled set."""
    return SetRecord(
        name=labelled.name,
        sha256=labelled.sha256,
        rows_sha256=labelled.rows_sha256(),
        total=labelled.total,
        dropped=labelled.dropped,
        classes=list(labelled.classes),
        two_way=labelled.two_way,
    )


def part(measured: Measured) -> dict[str, Any]:
    """What was measured as plain values."""
    return {
        "rows": measured.rows,
        "groups": measured.groups,
        "counts": dict(measured.counts),
        "figures": {name: asdict(figure) for name, figure in measured.figures.items()},
        "confusion": [list(row) for row in measured.confusion],
    }


def set_result(evaluation: Evaluation, *, with_pairs: bool = False) -> SetResult:
    """The record of one evaluation; `with_pairs` adds what was said about each pair."""
    labelled, scored = evaluation.labelled, evaluation.scored
    values = part(evaluation.measured) | {
        "set": set_record(labelled),
        "notes": list(evaluation.notes),
        "slices": {name: part(measured) for name, measured in evaluation.slices.items()},
        "reliability": {
            "label": [asdict(one) for one in label_reliability(scored)],
            "label_raw": [asdict(one) for one in label_reliability(scored, calibrated=False)],
            "contradiction": [asdict(one) for one in contradiction_reliability(scored)],
        },
        "precision_recall": {name: list(column) for name, column in asdict(precision_recall(scored)).items()},
        "pairs_per_second": evaluation.pairs_per_second,
        "seconds": evaluation.seconds,
        "measuring_seconds": evaluation.measuring_seconds,
        "peak_memory_mib": evaluation.peak_memory,
    }
    if with_pairs:
        columns = {label: scored.table[:, index].round(6).tolist() for index, label in enumerate(LABELS)}
        values["pairs"] = columns | {
            "truth": list(labelled.labels),
            "contradiction_back": scored.back.round(6).tolist(),
            "flag": scored.flag.tolist(),
            "group": scored.groups.tolist(),
        }
    return SetResult.model_validate(values)


def collect_results(
    model: ModelRecord,
    results: Sequence[SetResult],
    *,
    seed: int,
    resamples: int,
    arguments: Sequence[str] | None = None,
) -> Results:
    """A results file of evaluations of one model; `arguments` are those of the command, by default this program's."""
    made = provenance(arguments)
    return Results(**dict(made), seed=seed, resamples=resamples, model=model, results=list(results))


def as_text(results: Record) -> str:
    """The JSON of a file of results: a line a figure, a bin and a column, so that changes can be read."""
    text = json.dumps(results.model_dump(), indent=1, ensure_ascii=False, allow_nan=False)
    # Raw line breaks stand only between values, never in a text, so that joining lines changes none.
    return _INNERMOST.sub(lambda found: _BREAK.sub(" ", found[0]), text) + "\n"


def read_results(path: Path) -> Results:
    """Read a results file.

    Raises:
        DataError: if it cannot be read, is none, or is of another version.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise DataError(f"{path} is no results file ({error}); write one with nli eval SET --out FILE") from None
    found = value.get("schema_version") if isinstance(value, Mapping) else None
    if found != SCHEMA_VERSION:
        raise DataError(
            f"{path} has schema version {found!r} and this program reads {SCHEMA_VERSION}; measure it again with nli "
            "eval SET --out FILE"
        )
    try:
        return Results.model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise DataError(
            f"{path} is no whole results file ({where}: {first['msg']}, and {error.error_count() - 1} more faults); "
            "write it again with nli eval SET --out FILE"
        ) from None

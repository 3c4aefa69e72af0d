"""Evaluates a model on a labelled set."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from nli.calibration import Calibration
from nli.evaluation.metrics import Measured, measure
from nli.evaluation.resampling import RESAMPLES
from nli.evaluation.scored import Scored, gather
from nli.evaluation.sets import LabelledSet, sample
from nli.records import PairScore

__all__ = ["Evaluation", "PairScorer", "evaluate", "find_slices", "sample"]

Progress = Callable[[int, float | None], None]

NUMBER_SLICE = "b has a number"
_NUMBER = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|"
    r"eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|billion|"
    r"dozens?|hundreds|thousands|millions|billions|twice|half|third|quarter)\b",
    re.IGNORECASE,
)


class PairScorer(Protocol):
    """Whatever scores pairs: a model, or a baseline that stands for one."""

    @property
    def name(self) -> str:
        """What it is called in results."""

    @property
    def calibration(self) -> Calibration:
        """How its probabilities and flags were made, so that uncalibrated figures can be told."""

    def stream(self, pairs: Iterable[tuple[str, str]], *, chunk: int = ...) -> Iterator[PairScore]:
        """One score a pair, in the order given."""


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """What a model achieves on a set.

    Attributes:
        labelled: the set that was scored.
        scored: its pairs beside their right answers.
        measured: figures over all rows, `slices` over those of each slice, by its name.
        notes: what a reader of the figures should know, in sentences.
        seconds: time taken by scoring, both directions.
        peak_memory: most memory that the process had up to then, in MiB; None where the system does not tell.
        measuring_seconds: time taken by all figures and intervals.
    """

    labelled: LabelledSet
    scored: Scored
    measured: Measured
    slices: dict[str, Measured]
    notes: tuple[str, ...]
    seconds: float
    peak_memory: float | None
    measuring_seconds: float

    @property
    def pairs_per_second(self) -> float:
        """How fast pairs were scored; both directions count as one pair."""
        return len(self.scored) / self.seconds


def evaluate(
    labelled: LabelledSet,
    scorer: PairScorer,
    *,
    seed: int = 0,
    resamples: int = RESAMPLES,
    progress: Progress | None = None,
) -> Evaluation:
    """Score a labelled set and measure the result.

    Args:
        labelled: the set, at least one pair.
        scorer: what scores it.
        seed: of the resampling.
        resamples: how often groups of rows are drawn anew for the intervals.
        progress: called now and then with the pairs done and their share.
    """
    started = time.perf_counter()
    scored = score_set(labelled, scorer, progress=progress)
    seconds = max(time.perf_counter() - started, 1e-9)
    peak = peak_memory()
    started = time.perf_counter()
    measured = measure(scored, seed=seed, resamples=resamples)
    slices = {
        name: measure(scored.take(np.array(rows)), seed=seed, resamples=resamples)
        for name, rows in find_slices(labelled).items()
    }
    return Evaluation(
        labelled,
        scored,
        measured,
        slices,
        (*labelled.notes, *_notes(scored, measured)),
        seconds,
        peak,
        time.perf_counter() - started,
    )


def score_set(labelled: LabelledSet, scorer: PairScorer, *, progress: Progress | None = None) -> Scored:
    """Score a labelled set; `progress` is called now and then with the pairs done and their share."""
    scores: list[PairScore] = []
    for score in scorer.stream(labelled.pairs):
        scores.append(score)
        if progress is not None and len(scores) % 64 == 0:
            progress(len(scores), len(scores) / len(labelled.pairs))
    return gather(labelled, scores, scorer.calibration)


def _notes(scored: Scored, measured: Measured) -> list[str]:
    notes = []
    if scored.truncated:
        notes.append(f"pairs longer than the model reads, scored in windows: {scored.truncated:,}")
    if measured.groups == 1 and measured.rows > 1:
        notes.append("all pairs are of one group, so that nothing can be said about how sure the figures are")
    elif measured.groups < 30:
        many = f"{measured.groups} independent groups of pairs" if measured.groups > 1 else "one pair"
        notes.append(f"only {many}: the intervals are rough")
    return notes


def find_slices(labelled: LabelledSet) -> dict[str, Sequence[int]]:
    """Rows of each slice by its name, sorted; pairs whose `b` has a number are a slice of every set."""
    found: dict[str, list[int]] = {}
    for index, kinds in enumerate(labelled.slices):
        for kind in dict.fromkeys(kind.strip() for kind in kinds.split(";")):
            if kind:
                found.setdefault(kind, []).append(index)
    result: dict[str, Sequence[int]] = dict(sorted(found.items()))
    numbers = [index for index, (_, b) in enumerate(labelled.pairs) if _NUMBER.search(b)]
    if 0 < len(numbers) < len(labelled.pairs):
        result[NUMBER_SLICE] = numbers
    return result


def peak_memory() -> float | None:
    """The most memory that this process had so far, in MiB; None where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used / (2**20 if sys.platform == "darwin" else 2**10)

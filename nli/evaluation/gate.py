"""A gate for continuous integration: figures that must hold, and no significant drop against earlier results."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy.stats import norm

from nli.errors import DataError
from nli.evaluation.comparison import ALPHA, HEADLINES, differences, holm, shown_p
from nli.evaluation.earlier import find_result, restore
from nli.evaluation.figures import FIGURES, show
from nli.evaluation.results import Results, SetResult
from nli.evaluation.scored import Scored
from nli.evaluation.sets import LabelledSet

_UNTOLD = "write the baseline --with-pairs, or add pairs of other groups"


@dataclass(frozen=True, slots=True)
class Limit:
    """What a figure must reach, or must not exceed; on one set, or on all if `set_name` is empty."""

    name: str
    value: float
    at_most: bool
    set_name: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """Something that was checked: whether it holds, and a line that says so."""

    passed: bool
    line: str


def parse_limit(text: str, *, at_most: bool) -> Limit:
    """Read `contradiction_f1=0.85` or `article:contradiction_f1=0.85`.

    Raises:
        DataError: if it is none, or there is no such figure.
    """
    option = "--fail-over" if at_most else "--fail-under"
    place, _, number = text.rpartition("=")
    set_name, _, name = place.rpartition(":")
    try:
        value = float(number)
    except ValueError:
        value = math.nan
    if not name or not math.isfinite(value):
        raise DataError(f"{option} {text!r}: write FIGURE=NUMBER, such as contradiction_f1=0.85")
    if name not in FIGURES:
        raise DataError(f"{option} {text!r}: there is no figure {name!r}; figures are {', '.join(FIGURES)}")
    if FIGURES[name].percent and not 0 <= value <= 1:
        raise DataError(f"{option} {text!r}: {name} is a share from 0 to 1; write 5 % as 0.05")
    return Limit(name, value, at_most, set_name)


def check_limits(results: Sequence[SetResult], limits: Sequence[Limit]) -> list[Check]:
    """Hold results against limits. A figure that could not be measured does not pass.

    Raises:
        DataError: if a limit names a set that was not evaluated.
    """
    names = [result.set.name for result in results]
    checks = []
    for limit in limits:
        if limit.set_name and limit.set_name not in names:
            raise DataError(f"a limit is for the set {limit.set_name!r}, but the sets are {', '.join(names)}")
        for result in results:
            if limit.set_name not in ("", result.set.name):
                continue
            figure = result.figures.get(limit.name)
            value = None if figure is None else figure.value
            sign = "at most" if limit.at_most else "at least"
            wanted = f"{result.set.name}: {limit.name} must be {sign} {limit.value:g}"
            if value is None:
                checks.append(Check(False, f"{wanted}, but cannot be measured on this set"))
                continue
            passed = value <= limit.value if limit.at_most else value >= limit.value
            checks.append(Check(passed, f"{wanted} and is {value:.4f}"))
    return checks


def check_baseline(
    results: Sequence[SetResult],
    evaluated: Sequence[tuple[LabelledSet, Scored]],
    baseline: Results,
    *,
    seed: int,
    resamples: int,
) -> list[Check]:
    """Hold results against earlier ones: only a drop that is more than chance fails.

    With what was said about each pair in the baseline (`--with-pairs`), the drop is tested on the same pairs; without,
    as if the baseline had been measured on other pairs, which notices less. All figures of all sets are corrected
    together by Holm's procedure.

    Raises:
        DataError: if a set has no results in the baseline, or other rows there.
    """
    found: list[tuple[str, str, float, float, float]] = []
    for result, (labelled, scored) in zip(results, evaluated, strict=True):
        earlier = find_result(baseline, result.set.name, result.set.rows_sha256, "the baseline")
        if earlier.pairs is not None:
            before = restore(labelled, earlier.pairs, baseline.model.calibration)
            changes = differences(before, scored, seed=seed, resamples=resamples)
            found += [
                (result.set.name, name, changes[name].first, changes[name].second, changes[name].p)
                for name in HEADLINES
                if name in changes
            ]
            continue
        for name in HEADLINES:
            old, new = earlier.figures.get(name), result.figures.get(name)
            if old is None or new is None or old.value is None or new.value is None:
                continue
            spread = math.hypot(old.error or 0.0, new.error or 0.0)
            change = new.value - old.value
            p = 2 * float(norm.sf(abs(change) / spread)) if spread else (1.0 if change == 0 else math.nan)
            found.append((result.set.name, name, old.value, new.value, p))
    checks = []
    for (set_name, name, old_value, new_value, _), p in zip(found, holm([row[-1] for row in found])):
        worse = (new_value < old_value) == FIGURES[name].higher_is_better and new_value != old_value
        said = f"{set_name}: {name} was {show(name, old_value)} and is {show(name, new_value)}"
        untold = worse and math.isnan(p)
        failed = untold or (worse and p < ALPHA)
        verdict = "worse, but within chance" if worse else "no worse"
        if failed:
            verdict = "a drop beyond chance" if not untold else f"worse, and chance cannot be told; {_UNTOLD}"
        checks.append(Check(not failed, f"{said}: {verdict} (p {shown_p(p)})"))
    return checks

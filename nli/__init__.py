"""Finds statements that contradict each other: batch scoring, evaluation, and news articles.

>>> import nli
>>> scorer = nli.load_model()
>>> scorer.score([("Ukraine attacked the residence.", "There was no attack on the residence.")])
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from nli.article.pipeline import check_article
from nli.errors import DataError, NliError
from nli.models import load_model
from nli.records import ArticleReport, Claim, PairScore, Probabilities
from nli.scoring import Scorer

if TYPE_CHECKING:
    from nli.evaluation.results import Results
    from nli.evaluation.sets import LabelledSet

__version__ = version("nli-contradiction")

__all__ = [
    "ArticleReport",
    "Claim",
    "NliError",
    "PairScore",
    "Probabilities",
    "Scorer",
    "check_article",
    "evaluate",
    "load_model",
    "score_pairs",
]


def score_pairs(pairs: Sequence[tuple[str, str]], model: str | Scorer | None = None) -> list[PairScore]:
    """Score pairs of texts with one call; load a model once with `load_model` to score many times.

    Args:
        pairs: two texts each.
        model: a loaded model, or what `load_model` takes as its name; the default is the shipped model.

    Returns:
        One `PairScore` a pair, in the order given.

    Raises:
        InputError: if a text cannot be scored; ModelError: if the model cannot be loaded.
    """
    scorer = model if isinstance(model, Scorer) else load_model(model)
    return scorer.score(pairs)


def evaluate(
    sets: str | Path | LabelledSet | Sequence[str | Path | LabelledSet],
    model: str | Scorer | None = None,
    *,
    seed: int = 0,
    resamples: int = 2000,
    with_pairs: bool = False,
) -> Results:
    """Measure a model on labelled sets: what `nli eval` does, and writes with `--out`.

    >>> results = nli.evaluate("article")
    >>> results.results[0].figures["contradiction_f1"]
    FigureRecord(value=0.663043, error=0.03998, low=0.580374, high=0.739147)

    Args:
        sets: one or several: files, sets by name or id (see `nli.evaluation.hub.read_set`), or what that returns.
        model: a loaded model, or what `load_model` takes as its name; the default is the shipped model.
        seed: of the resampling.
        resamples: how often groups of rows are drawn anew for the intervals; at least 2.
        with_pairs: keep what the model said about each pair.

    Returns:
        A record with one result a set, in the order given; its `model_dump()` is the JSON described in
        `docs/results.schema.json`, `docs/evaluation.md` tells what each figure means.

    Raises:
        DataError: if there is no such set or its rows cannot be used; InputError: if a text cannot be scored;
        ModelError: if the model cannot be loaded.
    """
    from nli.evaluation.hub import read_set
    from nli.evaluation.results import collect_results, model_record, set_result
    from nli.evaluation.run import evaluate as run
    from nli.evaluation.sets import LabelledSet, tell_apart

    given = [sets] if isinstance(sets, str | Path | LabelledSet) else list(sets)
    if not given:
        raise DataError("there is no set to measure the model on; name at least one")
    if resamples < 2:
        raise DataError(f"resamples is {resamples}; intervals need at least 2, better 2,000")
    names = [str(name) if not isinstance(name, LabelledSet) else name.name for name in given]
    labelled = tell_apart([one if isinstance(one, LabelledSet) else read_set(str(one)) for one in given], names)
    scorer = model if isinstance(model, Scorer) else load_model(model)
    found = [set_result(run(one, scorer, seed=seed, resamples=resamples), with_pairs=with_pairs) for one in labelled]
    command = ["nli", "eval", *names, "--model", scorer.name, "--seed", str(seed), "--resamples", str(resamples)]
    return collect_results(model_record(scorer), found, seed=seed, resamples=resamples, arguments=command)

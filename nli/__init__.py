"""Finds statements that contradict each other: batch scoring, evaluation, and news articles.

>>> import nli
>>> scorer = nli.load_model()
>>> scorer.score([("Ukraine attacked the residence.", "There was no attack on the residence.")])
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version

from nli.article.pipeline import check_article
from nli.errors import NliError
from nli.models import load_model
from nli.records import ArticleReport, Claim, PairScore, Probabilities
from nli.scoring import Scorer

__version__ = version("nli-contradiction")

__all__ = [
    "ArticleReport",
    "Claim",
    "NliError",
    "PairScore",
    "Probabilities",
    "Scorer",
    "check_article",
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

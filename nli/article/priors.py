"""How likely two claims of an article stand against each other, by what the model says and by where they stand.

A model's probability holds where it was calibrated, on sets in which every third pair contradicts. Of the pairs of
claims of an article one in 36 does, of those that stand beside each other one in six, of those far apart next to
none: whoever answers does so at once. So the model's log odds are weighed together with the distance and with whether
one claim is the writer's own: Bayes' rule for another base rate (Saerens, Latinne and Decaestecker 2002, Neural
Computation 14:21), with weights by logistic regression on the development articles (`benchmarks/article_priors.py`,
which prints them).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from nli.article.names import WRITER
from nli.records import Claim

NEAR_BY = 400
"""Claims within so many characters are one exchange of words: all of them are compared."""

THRESHOLD = 0.8
"""Two claims are taken to stand against each other from this probability on."""

LINKED = 0.7
"""A denial counts from here on where a rule has found what it denies: the mean of 1 and the model's entailment (or
from the model's own threshold, if that is lower)."""

LIKELY = 0.1
"""From this probability on, a pair makes one dispute of two in which its claims are already."""

INTERCEPT = 9.880
WEIGHTS = (0.669, -1.654, -2.401)
"""Of the features, see `features`."""

_SURE = 1e-4
_ROUND = 100
_OTHER_ARTICLE = 600
"""The distance that claims of two articles are taken to have; no labelled articles tell it."""


def distance(a: Claim, b: Claim) -> int:
    """How many characters lie between the beginnings of two claims."""
    return _OTHER_ARTICLE if a.article != b.article else abs(a.span.start - b.span.start)


def features(score: float, a: Claim, b: Claim) -> Sequence[float]:
    """What decides: the model's log odds, the log of the distance, the writer's part.

    Args:
        score: the model's contradiction score of the two texts, in [0, 1].
        a: one claim.
        b: the other.
    """
    kept = min(max(score, _SURE), 1.0 - _SURE)
    return (
        math.log(kept / (1.0 - kept)),
        math.log(distance(a, b) + _ROUND),
        float(WRITER.name in (a.speaker, b.speaker)),
    )


def in_article(score: float, a: Claim, b: Claim) -> float:
    """The probability in [0, 1] that two assertions of an article stand against each other; see `features`."""
    odds = INTERCEPT + sum(weight * value for weight, value in zip(WEIGHTS, features(score, a, b), strict=True))
    return 1.0 / (1.0 + math.exp(-odds))

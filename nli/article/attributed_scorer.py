"""Score pairs of sentences by what they claim."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from nli.article.attributed import Attributor, load_attributor
from nli.article.pipeline import PairScorer
from nli.decision import decide
from nli.records import AttributedScore, PairScore


class NamedScorer(PairScorer, Protocol):
    """A scorer that says which model it has: `nli.scoring.Scorer`."""

    name: str


class AttributedScorer:
    """Takes the attribution off each side of a pair, has the contents scored, and decides by the stance table.

    Args:
        scorer: scores the contents.
        attributor: takes the attributions off; None loads one with the pipeline that is installed.
        threshold: in [0, 1], in place of both of the scorer's.

    Raises:
        ModelError: if there is no spaCy pipeline to parse with.
    """

    def __init__(
        self, scorer: NamedScorer, attributor: Attributor | None = None, *, threshold: float | None = None
    ) -> None:
        self.name = scorer.name
        self.threshold = scorer.threshold if threshold is None else threshold
        self.entailment_threshold = scorer.entailment_threshold if threshold is None else threshold
        self._scorer = scorer
        self._attributor = attributor if attributor is not None else load_attributor()

    def score(self, pairs: Sequence[tuple[str, str]]) -> list[PairScore]:
        """Score pairs of sentences, see `Attributor.pair`.

        Returns:
            One `AttributedScore` a pair, in the order given; independent of the other pairs.

        Raises:
            InputError: if a sentence is blank, or the scorer's.
        """
        claims = [self._attributor.pair(a, b) for a, b in pairs]
        scores = self._scorer.score([(a.text, b.text) for a, b in claims])
        results: list[PairScore] = []
        for (a, b), score in zip(claims, scores, strict=True):
            verdict = decide(a, b, score, self.threshold, self.entailment_threshold)
            results.append(
                AttributedScore(
                    ab=score.ab,
                    ba=score.ba,
                    score=verdict.score,
                    flag=verdict.outcome == "contradiction",
                    truncated=score.truncated,
                    hint=score.hint,
                    a=a,
                    b=b,
                    outcome=verdict.outcome,
                )
            )
        return results

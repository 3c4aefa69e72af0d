"""A scorer without a model, and where the articles of the tests stand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from nli.article.gate import terms
from nli.article.lexicon import load_lexicon
from nli.records import PairScore, Probabilities

FIXTURES = Path(__file__).parent / "fixtures"
SEED = Path(__file__).parents[2] / "seeds" / "article.txt"
NEGATIONS = ("not", "no", "never", "n't", "cannot")


class OverlapScorer:
    """Takes shared words for entailment, and shared words with one negation for contradiction."""

    name = "overlap"
    threshold = 0.5
    entailment_threshold = 0.5

    def __init__(self) -> None:
        self.lexicon = load_lexicon()
        self.seen: list[tuple[str, str]] = []

    def score(self, pairs: Sequence[tuple[str, str]]) -> list[PairScore]:
        self.seen.extend(pairs)
        return [self._one(a, b) for a, b in pairs]

    def _one(self, a: str, b: str) -> PairScore:
        first, second = terms(a, self.lexicon), terms(b, self.lexicon)
        shared = len(first & second)
        opposite = _negative(a) != _negative(b)

        def direction(hypothesis: frozenset[str]) -> Probabilities:
            part = shared / max(1, len(hypothesis))
            return Probabilities(0.0, 1 - part, part) if opposite else Probabilities(part, 1 - part, 0.0)

        ab, ba = direction(second), direction(first)
        score = (ab.contradiction + ba.contradiction) / 2
        return PairScore(ab, ba, score, score >= self.threshold)


def _negative(text: str) -> bool:
    words = text.lower().replace("n't", " not").split()
    return any(word in NEGATIONS for word in words)

"""What the tests of articles share: one loaded pipeline, and a scorer without a model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from spacy.language import Language

from nli.article.extraction import Extraction, extract
from nli.article.gate import terms
from nli.article.lexicon import Lexicon, load_lexicon
from nli.article.parsing import load_pipeline
from nli.article.reading import parse_article, read_article
from nli.records import Claim, PairScore, Probabilities

FIXTURES = Path(__file__).parent / "fixtures"
SEED = Path(__file__).parents[2] / "seeds" / "article.txt"
NEGATIONS = ("not", "no", "never", "n't", "cannot")


class OverlapScorer:
    """Takes shared words for entailment, and shared words with one negation for contradiction."""

    name = "overlap"
    threshold = 0.5

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


@pytest.fixture(scope="session")
def pipeline() -> Language:
    return load_pipeline()


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    return load_lexicon()


@pytest.fixture
def scorer() -> OverlapScorer:
    return OverlapScorer()


@pytest.fixture(scope="session")
def seed(pipeline: Language, lexicon: Lexicon) -> Extraction:
    return extract(read_article(SEED), pipeline, lexicon)


@pytest.fixture(scope="session")
def claims_of(pipeline: Language, lexicon: Lexicon) -> Callable[[str], tuple[Claim, ...]]:
    """The claims of a text; each quote is checked against its offsets."""

    def read(text: str) -> tuple[Claim, ...]:
        claims = extract(parse_article(text), pipeline, lexicon).claims
        for claim in claims:
            assert text[claim.span.start : claim.span.end] == claim.quote
        return claims

    return read

"""What the tests of articles share: one loaded pipeline, and what it finds in the seed article."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from overlap_scorer import SEED, OverlapScorer
from spacy.language import Language

from nli.article.extraction import Extraction, extract
from nli.article.lexicon import Lexicon, load_lexicon
from nli.article.parsing import load_pipeline
from nli.article.reading import parse_article, read_article
from nli.records import Claim


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

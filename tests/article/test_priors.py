"""How sure it is that two claims of an article stand against each other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nli.article.priors import in_article
from nli.records import Claim, Span


def claim(speaker: str, start: int, article: int = 0) -> Claim:
    span = Span(start, start + 7)
    return Claim(f"{speaker}{start}", speaker, "asserts", "It was.", "It was.", span, article=article)


FIRST = claim("A", 0)
BESIDE = claim("B", 150)


def test_who_answers_at_once_is_likelier_to_contradict() -> None:
    values = [in_article(0.9, FIRST, claim("B", start)) for start in (100, 400, 1000, 5000)]
    assert values == sorted(values, reverse=True)
    assert values[0] > 2 * values[-1]


def test_the_writer_is_a_party_to_few_disputes() -> None:
    assert in_article(0.9, FIRST, claim("article", 150)) < 0.65 * in_article(0.9, FIRST, BESIDE)


@pytest.mark.parametrize("swap", [False, True])
def test_it_rises_with_the_score_and_knows_no_order(swap: bool) -> None:
    pair = (BESIDE, FIRST) if swap else (FIRST, BESIDE)
    values = [in_article(score, *pair) for score in (0.0, 0.1, 0.5, 0.9, 1.0)]
    assert values == sorted(values)
    assert values == [in_article(score, FIRST, BESIDE) for score in (0.0, 0.1, 0.5, 0.9, 1.0)]


@given(st.floats(0, 1), st.integers(0, 10**7), st.integers(0, 10**7), st.integers(0, 1))
def test_it_is_a_probability(score: float, first: int, second: int, article: int) -> None:
    value = in_article(score, claim("A", first), claim("B", second, article))
    assert 0.0 <= value <= 1.0
